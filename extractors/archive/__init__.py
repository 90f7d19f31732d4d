"""Archives and compressed files: what they list, and every file in them as an exhibit of its own."""
