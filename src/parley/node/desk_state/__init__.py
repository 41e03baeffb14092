"""What a desk keeps for itself: drafts, cards, what was put aside, the watch log. Never sent."""
