"""Readers of snapshots and events that are not the screen."""
