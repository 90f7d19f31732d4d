"""How people meet the case: the command line."""
