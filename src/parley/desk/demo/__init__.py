"""The demo: two sides and a mirror on one machine, and what one of them may try to deny."""
