"""Names of addresses and ports: caches and tables."""
