"""Immutable values: instants, places, heights, texts and volumes as they were stated."""
