"""Per-flow accounting: one meaning, three executors."""
