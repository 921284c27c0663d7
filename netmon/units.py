"""Numbers as people read them."""

from __future__ import annotations


def quantity(value: float) -> str:
    """Three significant digits and a decimal unit, at most five characters: ``12``, ``980K``, ``1.24M``.

    Negative values are shown as 0 would be; units are powers of 1000 (SI).
    """
    if value < 0:
        value = 0
    if value < 999.5:
        return f"{value:.0f}"
    for unit in "KMGTPE":
        value /= 1000
        if value < 999.5:
            digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:.{digits}f}{unit}"
    return "999E"


def duration(seconds: float) -> str:
    """The two largest units, at most six characters: ``3s``, ``4m10s``, ``2h05m``, ``3d04h``, ``120d``, ``2y034d``, ``15y``.

    A year is 365 days.
    """
    whole = int(max(0.0, seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 86_400:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    days = whole // 86_400
    if days < 100:
        return f"{days}d{whole % 86_400 // 3600:02d}h"
    if days < 365:
        return f"{days}d"
    return f"{days // 365}y{days % 365:03d}d" if days < 3650 else f"{days // 365}y"


def elapsed(seconds: float) -> str:
    """How long something took: a ``duration``, below a second in milliseconds."""
    return milliseconds(1000 * seconds) if 0 < seconds < 1 else duration(seconds)


def milliseconds(value: float) -> str:
    """A time in milliseconds: ``0.42ms``, ``3.2ms``, ``29ms``, ``1.30s``."""
    if value < 1:
        return f"{value:.2f}ms"
    if value < 10:
        return f"{value:.1f}ms"
    if value < 999.5:
        return f"{value:.0f}ms"
    return f"{value / 1000:.2f}s"
