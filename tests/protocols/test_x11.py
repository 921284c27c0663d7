"""X11: connection setup in both byte orders."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.x11 import PROTOCOL

from ._streams import ANYWHERE, check

LITTLE = b"l\0\x0b\0\0\0\x12\0\x10\0\0\0MIT-MAGIC-COOKIE-1\0\0" + bytes(16)
BIG = b"B\0\0\x0b\0\0\0\x12\0\x10\0\0MIT-MAGIC-COOKIE-1\0\0" + bytes(16)


@pytest.mark.parametrize("setup", [LITTLE, BIG])
def test_setup(setup: bytes) -> None:
    """Either order; the cookie is not told."""
    assert check(PROTOCOL, [(0, setup), (1, b"\1" + bytes(40))]) == {}


def test_claims() -> None:
    """Order and version have to agree; servers answer with three codes."""
    assert PROTOCOL.claims(ANYWHERE, b"l\0\0\x0b", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"list\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, LITTLE, b"\7") is Claim.NO
