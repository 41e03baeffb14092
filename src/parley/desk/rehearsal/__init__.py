"""A rehearsal: a documented case through real nodes, and what Parley would have said to whom."""
