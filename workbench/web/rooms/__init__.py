"""The rooms of the workbench, one module each: the pages and API routes for one thing that people do."""
