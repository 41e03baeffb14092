"""The sky engine beside the tools one would take without it, on the same work in one run."""
