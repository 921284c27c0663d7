"""Names of addresses, ports and network cards: caches, tables, reverse DNS."""
