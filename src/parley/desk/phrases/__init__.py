"""Numbered phrases in English, Russian and Arabic: a stop or a delay that needs no translator."""
