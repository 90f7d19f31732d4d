"""What was taken from telephones: reports of an extraction, and the databases of the apps that were on it."""
