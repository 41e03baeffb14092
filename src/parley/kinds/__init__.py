"""The ribs: one folder for each family of records; families never import each other."""
