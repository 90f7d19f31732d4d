"""Bytes to artifacts: one module per format family, one per engine."""
