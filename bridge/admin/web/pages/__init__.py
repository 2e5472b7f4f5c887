"""The pages, one module for a noun; each asks `bridge.admin.operations` and names a template."""
