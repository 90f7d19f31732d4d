"""Tables of records (calls, cells, stays, trips, payments, messages, contacts) read through column templates."""
