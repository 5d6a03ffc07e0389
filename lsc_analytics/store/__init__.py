"""Where tables are kept: the home, what files said, what models made of it, and what may be shown."""
