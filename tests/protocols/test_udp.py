"""The shell shared by protocols over UDP."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols._udp import DatagramInspector, DatagramProtocol, on_port

from ._udp_cases import ELSEWHERE, on


class _Echo(DatagramInspector):
    label = "Echo"
    idle_timeout = 7.0

    def take(self, data: bytes) -> Status:
        self.report.state = f"{self.side}@{self.now}:{data.decode()}"
        return Status.MORE


def _recognise(context: Context, data: bytes) -> Claim:
    return {b"y": Claim.YES, b"n": Claim.NO, b"w": Claim.WEAK}.get(data, Claim.MORE)


PROTOCOL = DatagramProtocol(_Echo, _recognise, frozenset((7,)), frozenset(b"ynwm"))


@pytest.mark.parametrize(
    ("client", "server", "claim"),
    [
        (b"y", b"", Claim.YES),
        (b"", b"w", Claim.WEAK),
        (b"y", b"n", Claim.NO),
        (b"w", b"y", Claim.YES),
        (b"m", b"w", Claim.WEAK),
        (b"m", b"", Claim.MORE),
        (b"", b"", Claim.MORE),
    ],
)
def test_both_directions_must_agree(client: bytes, server: bytes, claim: Claim) -> None:
    """One no is a no; else the surest answer."""
    assert PROTOCOL.claims(ELSEWHERE, client, server) is claim


def test_an_inspector_knows_side_and_time() -> None:
    """And the report carries label and idle timeout."""
    inspector = PROTOCOL.start(on(7))
    inspector.feed(1, b"hi", 42)
    assert inspector.gap(0, 5) is Status.MORE
    update = inspector.update()
    assert update is not None and update.finding is not None
    assert (update.finding.label, update.finding.state, update.finding.idle_timeout) == ("Echo", "1@42:hi", 7.0)
    assert inspector.update() is None


def test_a_port_counts_on_either_end() -> None:
    """Replies may come first."""
    assert on_port(Context("udp", 53, 9999), 53) and on_port(on(53), 1, 53) and not on_port(ELSEWHERE, 53)
