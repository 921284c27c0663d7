"""Syslog: who and how grave, never what."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.syslog import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

NEW = b"<165>1 2003-10-11T22:14:15.003Z host.example.org evntslog 123 ID47 - password=secret"
OLD = b"<34>Oct  1 22:14:15 mymachine su[17]: 'su root' failed for secret"
BARE = b"<13>something happened, secret"


@pytest.mark.parametrize(
    ("data", "expected", "summary"),
    [
        (NEW, {"syslog_facility": (20,), "syslog_level": (5,), "syslog_host": ("host.example.org",),
               "syslog_program": ("evntslog",)}, "evntslog notice"),
        (OLD, {"syslog_facility": (4,), "syslog_level": (2,), "syslog_host": ("mymachine",), "syslog_program": ("su",)},
         "su critical"),
        (BARE, {"syslog_facility": (1,), "syslog_level": (5,)}, "notice"),
    ],
)  # fmt: skip
def test_header_is_read_and_message_is_not(data: bytes, expected: dict[str, tuple[object, ...]], summary: str) -> None:
    """Both header formats, and none."""
    update = told(PROTOCOL, (0, data))
    assert fields(update) == expected
    assert finding(update).summary == summary
    assert "secret" not in str(update)


def test_claims() -> None:
    """With a header anywhere, without one on its port."""
    assert asked(PROTOCOL, NEW) is asked(PROTOCOL, OLD) is asked(PROTOCOL, BARE, on(514)) is Claim.YES
    assert asked(PROTOCOL, BARE) is asked(PROTOCOL, b"<999>x", on(514)) is asked(PROTOCOL, b"<html>", on(514)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, NEW, OLD, port=514)
