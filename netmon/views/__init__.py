"""The screen: pure functions from a snapshot to cells, and the terminal they are shown on."""
