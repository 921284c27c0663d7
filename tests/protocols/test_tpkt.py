"""TPKT headers."""

from __future__ import annotations

import pytest

from netmon.errors import ParseError
from netmon.protocols._tpkt import length, plausible


def test_length() -> None:
    """Version 3, reserved 0, and a length that holds at least the header and an X.224 one."""
    assert length(b"\x03\0\0\x16") == 22
    for head in (b"\x03\0\0\x06", b"\x04\0\0\x16", b"\x03\x01\0\x16"):
        assert not plausible(head)
        with pytest.raises(ParseError):
            length(head)


def test_plausible() -> None:
    """Every beginning of a header may become one."""
    assert all(plausible(b"\x03\0\0\x16"[:size]) for size in range(5))
