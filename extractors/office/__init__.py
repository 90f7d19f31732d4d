"""Office files: documents, workbooks, presentations and e-books, read from their own parts, with what they hide."""
