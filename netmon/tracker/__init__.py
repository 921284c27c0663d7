"""Connections: state, life, rates, ownership and names, from flow records to snapshots."""

from .tracker import SystemRates, Tracker, TrackerStatistics

__all__ = ["SystemRates", "Tracker", "TrackerStatistics"]
