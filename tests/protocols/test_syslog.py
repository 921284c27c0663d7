"""Syslog: who and how grave, never what."""

from __future__ import annotations

import pytest

from netmon.model.finding import Update
from netmon.protocols._contract import CLIENT, Claim, Context, Status
from netmon.protocols.syslog import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

NEW = b"<165>1 2003-10-11T22:14:15.003Z host.example.org evntslog 123 ID47 - password=secret"
OLD = b"<34>Oct  1 22:14:15 mymachine su[17]: 'su root' failed for secret"
ISO = b"<167>2016-05-24T09:50:52.926451+02:00 ldap01 slapd[34534]: conn=secret"
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


def over_tcp(stream: bytes, size: int) -> object:
    inspector = PROTOCOL.start(Context("tcp", 50001, 50002))
    for at in range(0, len(stream), size):
        assert inspector.feed(CLIENT, stream[at : at + size], 0) is Status.MORE
    return inspector.update()


@pytest.mark.parametrize("counted", [False, True])
def test_over_tcp_any_cutting_gives_the_same(counted: bool) -> None:
    """A message a line, with or without its length; lines that continue one are passed over."""
    stream = b"".join((b"%d " % len(line) if counted else b"") + line + b"\n more\n" for line in (NEW, OLD, ISO))
    whole = over_tcp(stream, 10_000)
    assert isinstance(whole, Update)
    assert fields(whole)["syslog_program"] == ("evntslog", "su", "slapd")
    assert over_tcp(stream, 1) == over_tcp(stream, 17) == whole


def test_claims_over_tcp() -> None:
    """By the first line, once its time stamp is there."""
    context = Context("tcp", 1, 2)
    for start in (NEW, OLD, ISO, b"83 " + NEW):
        assert PROTOCOL.claims(context, start[:4], b"") is Claim.MORE
        assert PROTOCOL.claims(context, start, b"") is Claim.YES
    for other in (b"<?xml version='1.0' encoding='utf-8'?>", b"220 mail.example.org ESMTP", b"GET / HTTP/1.1"):
        assert PROTOCOL.claims(context, other, b"") is Claim.NO
    assert PROTOCOL.claims(context, b"", NEW) is Claim.NO
