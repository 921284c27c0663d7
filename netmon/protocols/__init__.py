"""Application protocols, one per file."""
