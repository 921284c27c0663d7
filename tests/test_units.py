"""Numbers as people read them."""

from __future__ import annotations

import pytest

from netmon.units import duration, elapsed

DAY = 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0s"), (59.9, "59s"), (250, "4m10s"), (7500, "2h05m"), (3 * DAY + 4 * 3600, "3d04h"), (99 * DAY, "99d00h"),
        (120.9 * DAY, "120d"), (364 * DAY, "364d"), (365 * DAY, "1y000d"), (764 * DAY, "2y034d"), (4311 * DAY, "11y"),
    ],
)  # fmt: skip
def test_duration(seconds: float, text: str) -> None:
    """Two units while they fit six characters."""
    assert duration(seconds) == text


def test_duration_fits_its_column() -> None:
    """Whatever the time, six characters are enough."""
    assert all(len(duration(1.37**power)) <= 6 for power in range(72))


@pytest.mark.parametrize(("seconds", "text"), [(0, "0s"), (0.0004, "0.40ms"), (0.233, "233ms"), (1, "1s"), (61, "1m01s")])
def test_elapsed(seconds: float, text: str) -> None:
    """Milliseconds below a second."""
    assert elapsed(seconds) == text
