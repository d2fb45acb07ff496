"""The way out to the web: one pinned, bounded, deadlined GET, and nothing that can be forgotten.

httpcore carries one request on one connection, so there is no pool, cookie jar, proxy, netrc,
redirect or decoder to switch off; httpx reads addresses and brings the certificate store.
"""
