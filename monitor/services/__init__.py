"""Use cases: read through ports, ask one pure function, commit its answer."""
