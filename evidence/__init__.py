"""What the case is: records, places, digests, vault, shelf, ledger, intake and the case folder itself."""
