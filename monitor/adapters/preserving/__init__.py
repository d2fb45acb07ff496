"""Pages as evidence: recorded on the wire, kept as WARC, found again by a manifest."""
