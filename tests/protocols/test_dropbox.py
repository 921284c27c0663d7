"""Dropbox LAN sync discovery."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.dropbox import PROTOCOL

from ._udp_cases import asked, fields, survives, told

ANNOUNCEMENT = b'{"host_int": 12345, "version": [2, 0], "displayname": "", "port": 17500, "namespaces": [111, 222]}'


def test_version_and_name() -> None:
    """Not the shares."""
    update = told(PROTOCOL, (0, ANNOUNCEMENT), (0, ANNOUNCEMENT.replace(b'""', b'"desk"')))
    assert fields(update) == {"dropbox_version": ("2.0",), "dropbox_name": ("desk",)}
    assert "222" not in str(update)


def test_claims() -> None:
    """By its own keys, on any port."""
    assert asked(PROTOCOL, ANNOUNCEMENT) is Claim.YES
    assert asked(PROTOCOL, b'{"other": 1}') is asked(PROTOCOL, b"[1]") is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ANNOUNCEMENT, port=17500)
