"""What was captured of what the interfaces counted."""

from __future__ import annotations

from netmon.model.network import Interface, InterfaceCounters
from netmon.tasks.coverage import Coverage


def reading(received: int, sent: int, name: str = "eth0", loopback: bool = False) -> tuple[Interface, ...]:
    return (Interface(name, loopback=loopback, counters=InterfaceCounters(received, sent, 0, 0, 0, 0)),)


def test_from_reading_to_reading() -> None:
    """The first reading is where both begin; between readings nothing new is known."""
    coverage = Coverage()
    assert coverage.measure(reading(1000, 500), 10) == (0, 0)
    assert coverage.measure(reading(1000, 500), 700) == (0, 0)
    later = reading(2000, 600)
    assert coverage.measure(later, 1010) == (1000, 1100)
    assert coverage.measure(later, 5000) == (1000, 1100)


def test_beginning_anew() -> None:
    """A counter that went back, another interface or forgotten totals begin a new count."""
    coverage = Coverage()
    coverage.measure(reading(1000, 0), 0)
    assert coverage.measure(reading(10, 0), 50) == (0, 0)
    assert coverage.measure(reading(20, 0), 60) == (10, 10)
    assert coverage.measure(reading(30, 0, "wlan0"), 70) == (0, 0)
    assert coverage.measure(reading(40, 0, "wlan0"), 0) == (0, 0)


def test_loopback_is_counted_once() -> None:
    """What goes out of the loopback interface comes in by it."""
    coverage = Coverage()
    coverage.measure(reading(0, 0, "lo", True), 0)
    assert coverage.measure(reading(70, 70, "lo", True), 70) == (70, 70)
