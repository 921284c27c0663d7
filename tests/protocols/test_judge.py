"""Judgements claims are made of: they never turn a no into a yes."""

from __future__ import annotations

import random

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols._judge import jointly, magic, one_of, scrambled


def test_magic() -> None:
    """All of a word, a beginning of it, or something else."""
    assert [magic(head, b"RFB ") for head in (b"RFB 003", b"RF", b"RFC", b"")] == [
        Claim.YES,
        Claim.MORE,
        Claim.NO,
        Claim.MORE,
    ]


def test_one_of() -> None:
    """The surest answer over several words."""
    words = (b"USER ", b"PASS ")
    assert [one_of(head, *words) for head in (b"PASS x", b"P", b"Q")] == [Claim.YES, Claim.MORE, Claim.NO]


@pytest.mark.parametrize(
    ("client", "server", "claim"),
    [
        (b"w", b"", Claim.WEAK),
        (b"w", b"w", Claim.YES),
        (b"w", b"m", Claim.WEAK),
        (b"y", b"n", Claim.NO),
        (b"m", b"y", Claim.YES),
        (b"m", b"", Claim.MORE),
        (b"", b"", Claim.MORE),
    ],
)
def test_jointly(client: bytes, server: bytes, claim: Claim) -> None:
    """One no is enough, two weak ones are sure."""
    answers = {b"n": Claim.NO, b"m": Claim.MORE, b"w": Claim.WEAK, b"y": Claim.YES}
    assert jointly(client, server, answers.__getitem__) is claim


def test_what_may_be_encrypted() -> None:
    """Random octets nearly always, text seldom, numbers never, too few always."""
    noise = random.Random(1)
    assert all(scrambled(noise.randbytes(size)) for size in range(1, 64) for _ in range(50))
    for data in (
        bytes(40),
        b"mail from a list of users, a lot of mail",
        bytes(range(16)) * 2,
        b"\0\1\0\2" * 8,
        b"%032d" % 77,
    ):
        assert not scrambled(data), data
    assert scrambled(bytes(11))
