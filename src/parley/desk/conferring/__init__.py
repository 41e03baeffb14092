"""Conferences: minutes as they are written, and the text that both sides sign."""
