"""Charts out of braille dots and block elements: series of numbers in, lines of text out.

A braille cell is two dots wide and four high (Unicode 2800 to 28FF), so a row of n cells shows 2n values.
Nothing here raises on empty series, negative values or zero maxima.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

_LEFT = (0x00, 0x40, 0x44, 0x46, 0x47)
_RIGHT = (0x00, 0x80, 0xA0, 0xB0, 0xB8)
_LEFT_DOWN = (0x00, 0x01, 0x03, 0x07, 0x47)
_RIGHT_DOWN = (0x00, 0x08, 0x18, 0x38, 0xB8)
_PAIRS = [chr(0x2800 + left + right) if left or right else " " for left in _LEFT for right in _RIGHT]


def resample(values: Sequence[float], count: int) -> list[float]:
    """The last of ``values`` as exactly ``count`` numbers: stretched by repetition, squeezed by the maximum."""
    if count <= 0:
        return []
    have = len(values)
    if not have:
        return [0.0] * count
    if have == count:
        return list(values)
    return [max(values[start:end]) for start, end in _pieces(have, count)]


@lru_cache(maxsize=64)
def _pieces(have: int, count: int) -> list[tuple[int, int]]:
    """Where the values of each of ``count`` numbers begin and end."""
    starts = [index * have // count for index in range(count + 1)]
    return [(start, max(start + 1, end)) for start, end in pairwise(starts)]


def smooth(values: Sequence[float], count: int) -> list[float]:
    """``values`` as ``count`` numbers: stretched along straight lines between them, squeezed by the maximum."""
    have = len(values)
    if have < 2 or have >= count:
        return resample(values, count)
    scale = (have - 1) / (count - 1)
    result: list[float] = []
    for index in range(count):
        at = index * scale
        left = min(int(at), have - 2)
        result.append(values[left] + (values[left + 1] - values[left]) * (at - left))
    return result


def area(values: Sequence[float], width: int, height: int, top: float, downwards: bool = False) -> list[str]:
    """A filled chart of ``width`` by ``height`` cells; any value above zero shows at least one dot."""
    points = smooth(values, width * 2)
    dots = height * 4
    levels = [_level(point, top, dots) for point in points]
    left, right = (_LEFT_DOWN, _RIGHT_DOWN) if downwards else (_LEFT, _RIGHT)
    rows: list[str] = []
    for row in range(height):
        base = (row if downwards else height - 1 - row) * 4
        cells = []
        for x in range(0, width * 2, 2):
            a = min(4, max(0, levels[x] - base))
            b = min(4, max(0, levels[x + 1] - base))
            cells.append(chr(0x2800 + left[a] + right[b]) if a or b else " ")
        rows.append("".join(cells))
    return rows


def _level(point: float, top: float, dots: int) -> int:
    """Dots of a value: none for nothing, at least one for anything."""
    if point <= 0 or top <= 0:
        return 0
    return dots if point >= top else min(dots, max(1, round(point / top * dots)))


def spark(values: Sequence[float], width: int, top: float = 0.0) -> str:
    """A one-line chart, scaled to its own maximum unless told otherwise."""
    if not any(values):
        return ""
    scale = 4 / (top or max(values))
    levels = [0 if point <= 0 else min(4, int(point * scale + 0.5)) or 1 for point in resample(values, width * 2)]
    return "".join([_PAIRS[a * 5 + b] for a, b in zip(levels[::2], levels[1::2], strict=True)])


def bar(fraction: float, width: int) -> str:
    """A horizontal bar of ``width`` cells at most, in half cells; something above zero is never invisible."""
    halves = round(max(0.0, min(1.0, fraction)) * width * 2)
    if fraction > 0:
        halves = max(1, halves)
    whole, rest = divmod(halves, 2)
    return "━" * whole + "╸" * rest


def round_top(value: float) -> float:
    """The next round number (1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten); 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10):
        if step * power >= value:
            return step * power
    return 10 * power


def shares(values: Sequence[float], width: int) -> list[int]:
    """``width`` cells split in proportion to ``values`` (largest remainder); nothing above zero gets none while there
    is room."""
    total = sum(value for value in values if value > 0)
    if total <= 0 or width <= 0:
        return [0] * len(values)
    exact = [max(0.0, value) / total * width for value in values]
    result = [max(1, int(part)) if part > 0 else 0 for part in exact]
    order = sorted(range(len(values)), key=lambda index: exact[index] - result[index], reverse=True)
    for index in order:
        if sum(result) >= width:
            break
        result[index] += 1
    while sum(result) > width:
        largest = max(range(len(result)), key=result.__getitem__)
        result[largest] -= 1
    return result
