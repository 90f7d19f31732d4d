"""Artifacts and decisions to the DuckDB graph, the text index, and the questions asked of them."""
