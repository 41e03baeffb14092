"""Timings of the paths that matter, as ratios in one run; `make bench` runs them all."""
