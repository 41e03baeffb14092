"""Live tracks: volatile, never logged record by record."""
