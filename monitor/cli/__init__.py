"""Commands: one module a group; they call `App` and never an adapter."""
