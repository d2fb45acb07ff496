"""One outside library to one port each."""
