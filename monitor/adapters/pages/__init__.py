"""The full text of articles: pages fetched, read in processes that may be killed, and kept.

trafilatura (extra `fulltext`) is met by `extract` alone.
"""
