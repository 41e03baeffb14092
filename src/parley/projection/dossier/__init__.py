"""The dossier of an area and a window: who was told what, and what is not there; see ``whole``."""
