"""Stratum: mining pools of several families."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.stratum import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (0, b'{"id": 1, "method": "mining.subscribe", "params": ["cpuminer/2.5"]}\n'),
    (1, b'{"id": 1, "result": [[["mining.notify", "x"]], "08", 4], "error": null}\n'),
    (0, b'{"id": 2, "method": "mining.authorize", "params": ["wallet", "secret"]}\n'),
    (1, b'{"id": null, "method": "mining.notify", "params": []}\n'),
]
LOGIN = b'{"id":1,"method":"login","params":{"login":"wallet","pass":"x","agent":"XMRig/6.0 (Linux)"}}\n'


def test_conversation() -> None:
    """Recognised however it is cut; methods and program, no wallet."""
    assert check(PROTOCOL, TALK) == {
        "stratum_method": ("mining.subscribe", "mining.authorize", "mining.notify"),
        "stratum_agent": ("cpuminer/2.5",),
    }
    finding, _, updates = run(PROTOCOL, [(0, LOGIN)])
    assert {field.name: field.values for field in finding.fields}["stratum_agent"] == ("XMRig/6.0 (Linux)",)
    assert "wallet" not in repr(updates)


def test_claims() -> None:
    """Methods that only mining knows; a log-in must name password and program."""
    assert PROTOCOL.claims(ANYWHERE, LOGIN, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b'{"method":"eth_submitLogin"', b"") is Claim.YES
    for client in (b'{"method":"login","params":{}}\n', b'{"jsonrpc":"2.0","method":"eth_call"}\n', b'{"a":1}\n', b"GET"):
        assert PROTOCOL.claims(ANYWHERE, client, b"") is Claim.NO
