"""BitTorrent: handshake, DHT, uTP."""

from __future__ import annotations

import random
import struct

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.bittorrent import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run
from ._udp_cases import fields, survives, told

UDP = Context("udp", 50000, 50001)
SHAKE = b"\x13BitTorrent protocol" + bytes(8) + bytes(range(20)) + b"-XX0001-123456789012"
PING = b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"
PONG = b"d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"


def utp(kind: int, connection: int, sequence: int, extension: bytes = b"") -> bytes:
    return struct.pack(">BBHIIIHH", kind << 4 | 1, 2 if extension else 0, connection, 5, 0, 9, sequence, 0) + extension


def test_handshake() -> None:
    """The torrent's hash, and then nothing more."""
    talk: list[Flight] = [(0, SHAKE), (1, SHAKE)]
    assert check(PROTOCOL, talk) == {"bt_info_hash": (bytes(range(20)).hex(),)}
    assert run(PROTOCOL, talk)[1] is Status.DONE


def test_dht() -> None:
    """Queries by name."""
    assert fields(told(PROTOCOL, (0, PING), (1, PONG), context=UDP)) == {"bt_dht_query": ("ping",)}
    assert PROTOCOL.claims(UDP, PING, b"") is Claim.YES
    assert PROTOCOL.claims(UDP, b"d3:foo3:bare", b"") is Claim.NO
    survives(PROTOCOL, PING, PONG)


def test_utp() -> None:
    """An opening waits for its answer."""
    syn, state = utp(4, 700, 1), utp(2, 700, 8, b"\0\x08" + bytes(8))
    assert PROTOCOL.claims(UDP, syn, b"") is Claim.MORE
    assert PROTOCOL.claims(UDP, syn, state) is Claim.YES
    assert PROTOCOL.claims(UDP, syn, utp(2, 701, 8)) is Claim.NO
    assert PROTOCOL.claims(UDP, state, b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x13BitTorrent", b"") is Claim.MORE


def test_local_discovery() -> None:
    """An announcement to the neighbours names the torrent (BEP 14)."""
    data = b"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: " + b"AB" * 20 + b"\r\n\r\n\r\n"
    context = Context("udp", 6771, 6771)
    assert PROTOCOL.claims(context, data, b"") is PROTOCOL.claims(context, b"", data) is Claim.YES
    inspector = PROTOCOL.start(context)
    assert inspector.feed(0, data, 0) is Status.MORE
    update = inspector.update()
    assert update is not None and update.finding is not None
    assert update.finding.fields[0].values == ("ab" * 20,)


def test_behind_the_key_exchange() -> None:
    """Message stream encryption with plain text after it: keys, padding, an encrypted offer, and then the handshake."""
    noise = random.Random(6)
    ask, answer, offer, chosen = (noise.randbytes(size) for size in (198, 424, 531, 14 + 300))
    talk: list[Flight] = [(0, ask), (1, answer), (0, offer), (1, chosen + SHAKE), (0, b"\0\0\0\5\x11\0\0\2\x74")]
    assert check(PROTOCOL, talk) == {"bt_info_hash": (bytes(range(20)).hex(),)}
    assert PROTOCOL.claims(ANYWHERE, ask + offer, answer) is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, noise.randbytes(2000), answer) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, bytes(96) + SHAKE, b"") is Claim.NO
