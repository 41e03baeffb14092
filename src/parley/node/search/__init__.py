"""Full-text search of a channel's records: by number, name, place and words, in any script."""
