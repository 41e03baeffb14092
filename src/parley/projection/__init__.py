"""Folds over log entries: always rebuildable, never a source of truth."""
