"""One running node: the only place that knows everything."""
