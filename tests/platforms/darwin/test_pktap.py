"""The processes that a PKTAP header names (headers built from libpcap's pcap/pktap.h)."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.model.owner import Match, Owner, ParentProcess, Process
from netmon.platforms.darwin.pktap import owner


def header(pid: int, name: bytes, effective: int = -1, effective_name: bytes = b"", length: int = 156) -> bytes:
    """One of ``length`` octets in front of an Ethernet frame."""
    whole = struct.pack(
        "<III24sIIIIi20sIHHi20s", length, 1, 1, b"en0", 2, 2, 14, 0, pid, name, 0, 6, 0, effective, effective_name
    )
    return whole.ljust(length, b"\0")[:length]


def test_a_process_and_the_one_it_acts_for() -> None:
    """The holder of the socket owns the conversation."""
    assert owner(header(501, b"curl")) == Owner(Process(501, "curl"), Match.KERNEL)
    found = owner(header(88, b"nsurlsessiond", 502, b"Mail"))
    assert found == Owner(Process(88, "nsurlsessiond"), Match.KERNEL, (ParentProcess(502, "Mail"),))
    assert owner(header(7, b"sshd", 7, b"sshd")) == Owner(Process(7, "sshd"), Match.KERNEL)


def test_only_the_effective_one_is_known() -> None:
    """Better than nobody."""
    assert owner(header(-1, b"", 502, b"Mail")) == Owner(Process(502, "Mail"), Match.KERNEL)


@pytest.mark.parametrize("raw", [b"", header(-1, b""), header(-1, b"x"), header(5, b""), header(5, b"curl", length=70)])
def test_nobody(raw: bytes) -> None:
    """The kernel's own packets, and headers that end before the name."""
    assert owner(raw) is None


def test_names_are_made_fit_to_be_shown() -> None:
    """A name is what somebody chose: sixteen characters and a terminating NUL, or twenty without one."""
    found = owner(header(9, b"a\x1b[31mb\xff"))
    assert found is not None and found.process.name == "a\\x1b[31mb\\xff"
    long = owner(header(9, b"abcdefghijklmnopqrst"))
    assert long is not None and long.process.name == "abcdefghijklmnopqrst"


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    """An owner with a printable name, or nobody."""
    found = owner(raw)
    assert found is None or (found.process.name.isprintable() and found.process.pid >= 0)
