"""How the names model is trained: `python -m extractors.names.training --help`. Needs the extra `train`."""
