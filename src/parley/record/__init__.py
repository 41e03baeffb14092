"""What one party says, once: canonical bytes, the signed envelope and the contract of a kind."""
