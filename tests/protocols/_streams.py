"""Checks that every stream protocol must pass, given one conversation: cuttings, truncation, gaps, damage, foreign bytes."""

from __future__ import annotations

import random

from netmon.errors import ParseError
from netmon.model.finding import Finding, Update
from netmon.protocols._contract import ApplicationProtocol, Claim, Context, Status

Flight = tuple[int, bytes]
"""Side (0 client, 1 server) and bytes."""
Values = dict[str, tuple[str | int, ...]]

ANYWHERE = Context("tcp", 50000, 44444)
"""No port to lean on."""

FOREIGN = (
    bytes(256),
    bytes(range(256)),
    b"\xff" * 64,
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01",
)
"""No protocol that uses ``check`` may be sure about these."""


def run(
    protocol: ApplicationProtocol, flights: list[Flight], context: Context = ANYWHERE
) -> tuple[Finding, Status, list[Update]]:
    """Feed until the inspector has had enough: the last finding and status, and all updates."""
    inspector = protocol.start(context)
    status, updates, finding = Status.MORE, [], None
    for moment, (side, data) in enumerate(flights):
        status = inspector.feed(side, data, moment)
        update = inspector.update()
        if update is not None:
            updates.append(update)
            finding = update.finding or finding
        if status not in (Status.MORE, Status.ALWAYS):
            break
    assert finding is not None
    return finding, status, updates


def values(finding: Finding) -> Values:
    """The fields by name."""
    return {field.name: field.values for field in finding.fields}


def heads(flights: list[Flight], limit: int = 2048) -> tuple[bytes, bytes]:
    """What ``claims`` gets to see of both directions."""
    client, server = (b"".join(data for sender, data in flights if sender == side)[:limit] for side in (0, 1))
    return client, server


def split(flights: list[Flight], size: int) -> list[Flight]:
    """The same bytes in pieces of ``size``."""
    return [(side, data[at : at + size]) for side, data in flights for at in range(0, len(data), size)]


def text_of(updates: list[Update]) -> str:
    """Everything that was published, to look for what must not be in it."""
    return repr(updates)


def check(protocol: ApplicationProtocol, flights: list[Flight], context: Context = ANYWHERE) -> Values:
    """All of it; the fields of the whole conversation."""
    expected, status, _ = run(protocol, flights, context)
    assert protocol.claims(context, *heads(flights)) is Claim.YES
    for size in (1, 3, 1000):
        finding, again, _ = run(protocol, split(flights, size), context)
        assert (finding, again) == (expected, status), f"pieces of {size}"
    _truncated(protocol, flights, context)
    _damaged(protocol, flights, context)
    for noise in (
        bytes(256),
        bytes(range(256)),
        b"\xff" * 64,
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ):
        assert protocol.claims(context, noise, b"") is not Claim.YES
        assert protocol.claims(context, b"", noise) is not Claim.YES
    return values(expected)


def _truncated(protocol: ApplicationProtocol, flights: list[Flight], context: Context) -> None:
    """No beginning of the conversation is refused or fails."""
    client, server = heads(flights, 400)
    for length in range(1, max(len(client), len(server)) + 1):
        assert protocol.claims(context, client[:length], server[:length]) is not Claim.NO, length
    for count in range(1, len(flights) + 1):
        part = flights[:count]
        side, data = part[-1]
        run(protocol, [*part[:-1], (side, data[: max(1, len(data) // 2)])], context)


def _damaged(protocol: ApplicationProtocol, flights: list[Flight], context: Context) -> None:
    """Flipped bytes, lost pieces and noise raise nothing but ``ParseError``."""
    for seed in range(60):
        source = random.Random(seed)
        inspector = protocol.start(context)
        try:
            for side, data in flights:
                if seed % 3 == 0 and source.random() < 0.3:
                    inspector.gap(side, source.randint(1, 300))
                    continue
                piece = bytearray(data)
                for _ in range(source.randint(0, 4)):
                    piece[source.randrange(len(piece))] = source.randrange(256)
                inspector.feed(side, bytes(piece), 0)
                if source.random() < 0.1:
                    inspector.feed(side, source.randbytes(source.randint(1, 80)), 0)
        except ParseError:
            continue
        inspector.update()
        inspector.switch()
