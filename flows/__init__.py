"""Prefect flows that run ingestion, rebuild and export; the only package that imports prefect."""
