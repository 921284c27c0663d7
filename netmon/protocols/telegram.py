"""Telegram's MTProto where it is not obfuscated (core.telegram.org/mtproto/mtproto-transports).

Claimed: a transport's mark, a length that fits, and an unencrypted message that asks for the server's key. Told: the
transport. Everything behind the key exchange is encrypted.
"""

from __future__ import annotations

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

ABRIDGED, INTERMEDIATE, PADDED = b"\xef", b"\xee" * 4, b"\xdd" * 4
QUESTIONS = (bytes.fromhex("f18e7ebe"), bytes.fromhex("78974660"))
"""``req_pq_multi`` and ``req_pq``, least significant octet first."""
TRANSPORT = FieldSpec("telegram_transport", "Transport")
ENVELOPE = 20
"""Key identifier (zero), message identifier, length."""


class _Telegram(StreamShell):
    """One connection."""

    __slots__ = ()

    label = "Telegram"

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  the mark carries no time
        """The mark."""
        if side != CLIENT:
            return MORE
        names = {0xEF: "ABRIDGED", 0xEE: "INTERMEDIATE", 0xDD: "PADDED_INTERMEDIATE"}
        self.report.set(TRANSPORT, names.get(data[0], "FULL"))
        return DONE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == CLIENT else MORE


def _starts(client: bytes) -> int:
    """Where the message begins behind mark and length; -1 when there is neither, 0 when more must be seen."""
    if client.startswith(ABRIDGED):
        return 2
    if client.startswith((INTERMEDIATE, PADDED)):
        return 8
    if INTERMEDIATE.startswith(client) or PADDED.startswith(client):
        return 0
    if client[0] > 0x80:
        return -1
    if len(client) >= 8:
        # The full transport: length, then the number of the packet, which is 0.
        return 8 if int.from_bytes(client[:4], "little") in range(40, 512) and not any(client[4:8]) else -1
    return 0


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Mark, length, a key that does not exist yet, and the question."""
    at = _starts(client) if client else 0
    if at <= 0:
        return MAYBE if at == 0 else NO
    if any(client[at : at + 8]):
        return NO
    question = client[at + ENVELOPE : at + ENVELOPE + 4]
    if len(question) < 4:
        return MAYBE if any(word.startswith(question) for word in QUESTIONS) else NO
    return YES if question in QUESTIONS else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Telegram, judge, frozenset(), frozenset((0xEF, 0xEE, 0xDD, *range(40, 112))))
