"""The pages and the HTTP API: server-rendered, usable without JavaScript."""
