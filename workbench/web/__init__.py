"""The workbench in the browser: pages and an HTTP API over one case, for people with named accounts."""
