"""How facts leave the case: the summary a court can check, with its verifier."""
