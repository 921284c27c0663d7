"""The packet forwarder of LoRaWAN gateways."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.lorawan import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

GATEWAY = bytes.fromhex("aa555a0000000000")
PUSH = b"\2\1\2\0" + GATEWAY + b'{"rxpk":[{"tmst":1,"data":"secret"}]}'
PULL, ACK = b"\2\3\4\2" + GATEWAY, b"\2\1\2\1"
DOWN = b'\2\5\6\3{"txpk":{"imme":true}}'


def test_conversation() -> None:
    """Packets, gateway, pairs; no data."""
    update = told(PROTOCOL, (0, PUSH), (1, ACK), (0, PULL), (1, DOWN), (0, b"\2\5\6\5" + GATEWAY))
    assert fields(update) == {
        "lorawan_packet": ("PUSH_DATA", "PUSH_ACK", "PULL_DATA", "PULL_RESP", "TX_ACK"),
        "lorawan_gateway": ("aa555a0000000000",),
    }
    assert len(update.exchanges) == 3 and "secret" not in repr(update)


def test_claims() -> None:
    """JSON anywhere, the rest on the port."""
    assert asked(PROTOCOL, PUSH) is asked(PROTOCOL, DOWN) is asked(PROTOCOL, PULL, on(1700)) is Claim.YES
    assert asked(PROTOCOL, PULL) is Claim.NO
    for data in (PULL + b"x", ACK + b"x", b"\2\1\2\6", b"\3" + PULL[1:], PUSH[:12] + b'{"else":1}', PUSH[:-1]):
        assert asked(PROTOCOL, data, on(1700)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PUSH, PULL, port=1700)
