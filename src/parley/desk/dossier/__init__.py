"""The dossier for people: what is typed for it, its page, and the file with its proofs."""
