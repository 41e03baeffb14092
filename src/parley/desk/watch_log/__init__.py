"""The watch log as the desk shows it, and a line of it that becomes a record."""
