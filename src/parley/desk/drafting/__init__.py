"""Drafts of records proposed from a text by rules: never signed, never sent, nothing invented."""
