"""From the bytes of a fetched document to entries, in processes that may be killed."""

from monitor.adapters.parse.parser import FeedParser

__all__ = ["FeedParser"]
