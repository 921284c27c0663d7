"""The 256 colours terminals share, and how well one can be read on another.

In: indexes of the palette as xterm has it (16 to 231 a cube, 232 to 255 greys; the first 16 are the user's own and count as
unreadable nowhere). Out: contrast ratios (WCAG 2.1, 1.4.3).
"""

from __future__ import annotations

from functools import lru_cache

ENOUGH = 4.5
"""What text needs (level AA)."""
_CUBE = (0, 95, 135, 175, 215, 255)
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def _luminance(index: int) -> float:
    if index >= 232:
        levels: tuple[int, ...] = (8 + 10 * (index - 232),) * 3
    else:
        levels = tuple(_CUBE[(index - 16) // step % 6] for step in (36, 6, 1))
    parts = [part / 12.92 if (part := level / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for level in levels]
    return sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))


@lru_cache(maxsize=1024)
def readable(text: int, background: int) -> bool:
    """Whether text of one colour can be read on another."""
    if min(text, background) < 16:
        return True
    low, high = sorted((_luminance(text), _luminance(background)))
    return (high + 0.05) / (low + 0.05) >= ENOUGH
