"""Scenario files: who said what, where something was seen, when, and on what basis; and read."""
