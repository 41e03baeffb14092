"""Drafts and templates of a desk, and who may release what."""
