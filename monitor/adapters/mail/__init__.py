"""Digests by mail: the message, and the way to the server."""
