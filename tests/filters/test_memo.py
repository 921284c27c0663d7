"""Answers remembered per value."""

from __future__ import annotations

import pytest

from netmon.filters import memo


def test_asked_once() -> None:
    """Each value is worked out once; objects by what they are, not by what they equal."""
    asked: list[object] = []
    by_value = memo.Memo(lambda value: asked.append(value) or value * 2)
    assert [by_value[2], by_value[2], by_value[3]] == [4, 4, 6]
    assert asked == [2, 3]
    by_identity = memo.ByIdentity(lambda value: len(value))
    one, other = [1], [1, 2]
    assert (by_identity(one), by_identity(other)) == (1, 2)
    one.append(5)
    assert by_identity(one) == 1


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full means empty."""
    monkeypatch.setattr(memo, "CACHE_LIMIT", 3)
    by_value, by_identity = memo.Memo(str), memo.ByIdentity(str)
    for number in range(10):
        assert by_value[number] == by_identity(number) == str(number)
    assert len(by_value) <= 3
    assert len(by_identity._known) <= 3
