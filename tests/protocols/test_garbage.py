"""Wrong claims are worse than none: noise of many kinds on every port that some protocol calls its own."""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from collections.abc import Callable

import pytest

from netmon.model.finding import Confidence
from netmon.model.flow import InspectKind
from netmon.protocols._contract import CLIENT, SERVER
from netmon.protocols._engine import Engine
from netmon.protocols._registry import load

from ._talk import Talk, Wire

REGISTRY = load()
TEXT = "the quick brown fox jumps over lazy dogs and reads mail from a list of users who set their own data"
WORDS = TEXT.split()
Kind = Callable[[random.Random, int], bytes]


def prose(noise: random.Random, size: int) -> bytes:
    """Lines of words."""
    words = [noise.choice(WORDS) for _ in range(size // 5 + 1)]
    return "\r\n".join(" ".join(words[at : at + 6]) for at in range(0, len(words), 6)).encode() + b"\r\n"


KINDS: dict[str, Kind] = {
    "random": lambda noise, size: noise.randbytes(size),
    "base64": lambda noise, size: base64.b64encode(noise.randbytes(size)),
    "compressed": lambda noise, size: zlib.compress(noise.randbytes(size)),
    "prose": prose,
    "capitals": lambda noise, size: prose(noise, size).upper(),
    "json": lambda noise, size: json.dumps(
        {noise.choice(WORDS): noise.randint(0, 99) for _ in range(size // 10 + 1)}
    ).encode(),
    "numbers": lambda noise, size: b"\n".join(
        b"%d,%d" % (noise.randint(0, 9999), noise.randint(0, 99)) for _ in range(size // 8 + 1)
    ),
    "zeros": lambda noise, size: bytes(size),
    "ones": lambda noise, size: b"\xff" * size,
    "length first": lambda noise, size: struct.pack(">I", size) + noise.randbytes(size),
    "image": lambda noise, size: b"\x89PNG\r\n\x1a\n" + noise.randbytes(size),
}
PLACES = sorted({(transport, port) for protocol in REGISTRY.protocols for transport in protocol.transports
                 for port in protocol.ports if transport in ("tcp", "udp")} | {("tcp", 40001), ("udp", 40001)})  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_noise_gets_no_label_by_content(kind: str) -> None:
    """At most one conversation in a hundred may look like something by chance; the port alone is only ever a hint."""
    noise = random.Random(kind)
    engine, named = Engine(REGISTRY), []
    for flow_id, (transport, port) in enumerate(PLACES, 1):
        size = noise.choice((12, 40, 100, 400))
        sides = noise.choice(((CLIENT,), (CLIENT, SERVER), (SERVER, CLIENT)))
        talk: Talk = [(side, KINDS[kind](noise, size)) for side in sides * 2]
        wire = Wire(flow_id, InspectKind.TCP if transport == "tcp" else InspectKind.UDP, port)
        updates = [*engine.inspect(wire.frames(talk)).updates, *engine.finish([flow_id]).updates]
        findings = [update.finding for _, update in updates if update.finding is not None]
        if findings and findings[-1].label and findings[-1].confidence is not Confidence.PORT:
            named.append((transport, port, findings[-1].label))
    assert len(named) * 100 <= len(PLACES), named
