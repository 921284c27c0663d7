"""Recorded conversations of every protocol on ports where others usually listen: recognised as themselves, or by nobody."""

from __future__ import annotations

import pytest

from netmon.model.finding import Confidence, Finding
from netmon.model.flow import InspectKind
from netmon.protocols._engine import Engine
from netmon.protocols._registry import load

from ._samples import samples
from ._talk import Wire, finding_of

REGISTRY = load()
KINDS = {"tcp": InspectKind.TCP, "udp": InspectKind.UDP}
STREAMS = (21, 22, 23, 25, 53, 80, 110, 143, 443, 445, 1080, 1433, 3306, 3389, 5432, 6379, 8080, 9092)
DATAGRAMS = (53, 67, 69, 123, 137, 161, 443, 500, 514, 1194, 1812, 3478, 4500, 5060, 5353, 51820)
PLACES = [("tcp", port) for port in STREAMS] + [("udp", port) for port in DATAGRAMS]
DNS = {"DNS", "mDNS", "LLMNR", "NBNS"}
"""The same messages; which of these it is, the port says."""


def told(transport: str, port: int, label: str) -> list[Finding]:
    """What is said of the conversations of one protocol there."""
    engine, found = Engine(REGISTRY), []
    for number, sample in enumerate(samples(label), 1):
        if sample.context.transport == transport:
            frames = Wire(number, KINDS[transport], port).frames(sample.flights)
            updates = [*engine.inspect(frames).updates, *engine.finish([number]).updates]
            finding = finding_of(updates, number)
            if finding is not None and finding.label and finding.confidence is not Confidence.PORT:
                found.append(finding)
    return found


@pytest.mark.parametrize(("transport", "port"), PLACES)
def test_nobody_else_claims_it(transport: str, port: int) -> None:
    """By content; weak evidence (``heuristic``) may be wrong once or twice a port."""
    sure, weak = [], []
    for protocol in REGISTRY.protocols:
        for finding in told(transport, port, protocol.label):
            family = DNS if protocol.label in DNS else {"RTP", "RTCP"} if protocol.label == "RTCP" else {protocol.label}
            if not family.intersection((finding.label, *finding.outer)):
                (weak if finding.confidence is Confidence.HEURISTIC else sure).append((protocol.label, finding.label))
    assert not sure and len(weak) <= MOST_WEAK.get(port, 2), (sure, weak)


MOST_WEAK = {67: 3, 1194: 12, 4500: 24}
"""OpenVPN's and ESP's packets look like anything that is encrypted; BOOTP without options has little of its own."""
