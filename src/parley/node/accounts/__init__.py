"""The people of this desk: who they are, what they may do, and what they did."""
