"""The frozen, slotted values that cross rooms. No behaviour beyond derived properties."""
