"""Connections: state, life, rates, ownership and names, from flow records to snapshots."""
