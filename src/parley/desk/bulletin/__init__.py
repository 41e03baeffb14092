"""A day's bulletin as a page to read and print, in three languages, and as PDF."""
