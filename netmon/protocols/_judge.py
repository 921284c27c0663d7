"""Judgements that the claims of stream protocols are made of.

In: the heads of both directions. Out: a ``Claim``. Monotone by construction: what agrees with a longer head agrees with
each of its beginnings (``MORE``), so no "no" ever becomes a "yes".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from ._contract import DONE, MAYBE, NO, WEAK, YES, Claim, Status
from ._derived import mypyc_attr
from ._shell import StreamShell
from ._udp import DatagramInspector

Test = Callable[[bytes], Claim]


def magic(head: bytes, word: bytes) -> Claim:
    """``head`` begins with ``word``, may do so, or does not."""
    if head.startswith(word):
        return YES
    return MAYBE if word.startswith(head) else NO


def one_of(head: bytes, *words: bytes) -> Claim:
    """``magic`` for any of these."""
    answers = [magic(head, word) for word in words]
    for claim in (YES, MAYBE):
        if claim in answers:
            return claim
    return NO


def scrambled(data: bytes) -> bool:
    """What begins here may be encrypted, compressed or random: of its first 32 octets more than five in eight differ (30 of
    random ones do on average, fewer than 21 once in 10^8 times). Too few octets say nothing against it."""
    head = data[:32]
    return len(head) < 12 or len(set(head)) * 8 > len(head) * 5


def jointly(client: bytes, server: bytes, asks: Test, answers: Test | None = None) -> Claim:
    """Each direction by its test; none may say no; two weak ones make one that is sure."""
    claims = []
    if client:
        claims.append(asks(client))
    if server:
        claims.append((answers or asks)(server))
    for claim in (NO, YES):
        if claim in claims:
            return claim
    if claims.count(WEAK) == 2:
        return YES
    return WEAK if WEAK in claims else MAYBE


@mypyc_attr(allow_interpreted_subclasses=True)
class NamedShell(StreamShell):
    """A protocol of which only the name is told: there is nothing in it to learn, or nothing that may be shown."""

    __slots__ = ()

    label: ClassVar[str] = ""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """Its claim has said everything."""
        return DONE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """Likewise."""
        return DONE


@mypyc_attr(allow_interpreted_subclasses=True)
class NamedDatagrams(DatagramInspector):
    """The same over UDP."""

    __slots__ = ()

    def take(self, data: bytes) -> Status:  # noqa: ARG002
        """Its claim has said everything."""
        return DONE
