"""What a record claims, by the fold that reads it: one file of frozen values for each fold."""
