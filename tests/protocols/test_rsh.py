"""The remote shell and remote execution."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import ApplicationProtocol, Claim, Context
from netmon.protocols.rsh import PROTOCOLS

from ._streams import ANYWHERE, Flight, check, run

REQUEST = b"1022\0luser\0ruser\0uname -a\0"
TALK: list[Flight] = [(0, REQUEST), (1, b"\0Linux\n")]


@pytest.mark.parametrize(("protocol", "port"), list(zip(PROTOCOLS, (514, 512), strict=True)), ids=("RSH", "Rexec"))
def test_conversation(protocol: ApplicationProtocol, port: int) -> None:
    """Recognised however it is cut, on its port only; nothing is told but the risk."""
    assert check(protocol, TALK, Context("tcp", 1023, port)) == {}
    finding, _, updates = run(protocol, TALK)
    assert finding.risks == ("clear-text-credentials",) and "uname" not in repr(updates)
    assert protocol.claims(ANYWHERE, *(data for _, data in TALK)) is Claim.NO


def test_claims() -> None:
    """Strings, zero octets, and an answer that is success or failure."""
    port = Context("tcp", 1023, 514)
    assert PROTOCOLS[0].claims(port, REQUEST, b"") is Claim.WEAK
    for client, server in ((b"123456\0", b""), (REQUEST, b"x"), (b"<34>Oct 11 su: failed", b"")):
        assert PROTOCOLS[0].claims(port, client, server) is Claim.NO
