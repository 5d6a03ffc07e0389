"""Pure functions from tables to tables: what the figures mean. Nothing here reads a file or draws."""
