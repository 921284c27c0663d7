"""The table of keys is whole."""

from __future__ import annotations

from dataclasses import fields

import pytest

from netmon.config.schema import KEYS, NOT_KEPT, color
from netmon.settings import Settings


def test_every_setting_has_a_key() -> None:
    """Whatever a run can be told can stand in the file (but the file to read)."""
    assert {key.setting for key in KEYS.values()} == {field.name for field in fields(Settings)} - NOT_KEPT


@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if getattr(Settings(), key.setting) is not None])
def test_defaults_are_valid(name: str) -> None:
    """The default, written as the file has it, is the default again."""
    key = KEYS[name]
    default = getattr(Settings(), key.setting)
    assert key.convert(key.back(default)) == default


def test_colours() -> None:
    """Indexes as they are; others become the nearest of the 256."""
    assert [color(value) for value in (0, 255, "#000000", "#ff0000", "#808080")] == [0, 255, 16, 196, 244]
