"""The Western Balkans narrative monitor: from public feeds to digests of evidence."""

__version__ = "0.1.0"
