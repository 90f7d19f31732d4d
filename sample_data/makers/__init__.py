"""The makers of the Harbour Lodge exhibits, one module for each place of seizure and each craft."""
