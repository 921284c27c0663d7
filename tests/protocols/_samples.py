"""One or more conversations of every protocol, recorded from the protocols' own tests by ``scripts/fuzz/record-samples``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from netmon.model.finding import Finding
from netmon.protocols._contract import ApplicationProtocol, Context, Status

from ._streams import Flight

DIRECTORY = Path(__file__).parent / "samples"


class Sample(NamedTuple):
    """What was fed to an inspector."""

    context: Context
    flights: list[Flight]


@cache
def samples(label: str) -> tuple[Sample, ...]:
    """Those of one protocol; none when it has not been recorded."""
    path = DIRECTORY / (re.sub(r"[^a-z0-9]+", "-", label.lower()) + ".txt")
    if not path.exists():
        return ()
    found: list[Sample] = []
    for line in path.read_text(encoding="ascii").splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "#":
            transport, client_port, server_port = rest.split()
            found.append(Sample(Context(transport, int(client_port), int(server_port)), []))
        else:
            found[-1].flights.append((int(mark == "<"), bytes.fromhex(rest)))
    return tuple(found)


def outcome(protocol: ApplicationProtocol, context: Context, flights: list[Flight]) -> tuple[Finding | None, Status]:
    """The last finding and the last status; ``ParseError`` comes out."""
    inspector = protocol.start(context)
    finding, status = None, Status.MORE
    for side, data in flights:
        status = inspector.feed(side, data, 1_000_000_000)
        if status not in (Status.MORE, Status.ALWAYS):
            break
    update = inspector.update()
    if update is not None:
        finding = update.finding
    return finding, status
