"""What psutil can tell on any system."""
