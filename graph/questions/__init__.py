"""Questions that investigators ask of the whole graph: one module a question, typed, read-only, in a fixed order."""
