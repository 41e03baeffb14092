"""Who said what, in what order: append-only logs and their proofs, which know no kind."""
