"""Ground truth from the programs themselves, and netmon's records held against it.

A process counts as right when the record names it as the owner, or among those that share the socket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

Record = Mapping[str, Any]
TOLERANCE = 0.01
SEGMENT = 1448
"""Payload of a full segment on Ethernet."""
PACKET_PORT = 4444
"""Source port of the frames that actor.c makes by hand."""
CHUNKS, SCTP_TALK = 0.05, 2000
"""What SCTP says besides, in chunks, which netmon counts as payload: with the data and however little there is."""


@dataclass(frozen=True)
class Deed:
    """One conversation as the program that had it tells it."""

    side: str
    """``client`` or ``server``: at which end of the lab the program ran."""
    pid: int
    protocol: str
    local: str
    local_port: int
    remote: str
    remote_port: int
    sent: int
    received: int
    name: str
    """What the process must be called."""


def read_log(path: Path, name: str) -> list[Deed]:
    """What actor.c wrote."""
    deeds = []
    for line in path.read_text().splitlines() if path.exists() else []:
        side, pid, protocol, local, local_port, remote, remote_port, sent, received = line.split()
        local, remote = local.removeprefix("::ffff:"), remote.removeprefix("::ffff:")
        if protocol == "udp-packet":
            protocol, local_port = "udp", str(PACKET_PORT)
        deeds.append(
            Deed(side, int(pid), protocol, local, int(local_port), remote, int(remote_port),
                 int(sent), int(received), name)
        )  # fmt: skip
    return _added(deeds)


def _added(deeds: list[Deed]) -> list[Deed]:
    """Datagrams are noted one by one: those of one conversation are added up."""
    found: dict[tuple[object, ...], Deed] = {}
    for deed in deeds:
        key = (
            (deed, len(found))
            if not deed.protocol.startswith("udp")
            else (deed.pid, deed.local_port, deed.remote, deed.remote_port)
        )
        before = found.get(key)
        if before is not None:
            deed = replace(deed, sent=deed.sent + before.sent, received=deed.received + before.received)
        found[key] = deed
    return list(found.values())


@dataclass
class Score:
    """How one scenario went."""

    scenario: str
    conversations: int = 0
    detected: int = 0
    right: int = 0
    named: int = 0
    bytes_right: int = 0
    wrong: list[str] = field(default_factory=list)
    client_pids: set[int] = field(default_factory=set)
    """Processes that ran on the client, for other tools' sake."""
    client_deeds: list[Deed] = field(default_factory=list)
    """Their conversations, likewise."""

    @property
    def perfect(self) -> bool:
        """Every process and every byte."""
        return self.counted and self.right == self.named == self.conversations

    @property
    def counted(self) -> bool:
        """Every conversation and every byte, whoever it was."""
        return self.conversations > 0 and self.detected == self.bytes_right == self.conversations


class Records:
    """netmon's connections by ports and remote address, from either end."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._index: dict[tuple[str, int, str, int], list[Record]] = {}
        self._all = list(records)
        for record in self._all:
            ends = (
                (record.get("src_ip", ""), record.get("src_port", 0)),
                (record.get("dst_ip", ""), record.get("dst_port", 0)),
            )
            for (_, port), (other, other_port) in (ends, ends[::-1]):
                self._index.setdefault((record["protocol"], port, other, other_port), []).append(record)

    def find(self, deed: Deed) -> Record | None:
        """The record of a deed; of several (a port used again) the one with its process, else the last."""
        if deed.protocol.startswith("icmp"):
            found = [one for one in self._all if one["protocol"] == deed.protocol and one.get("dst_ip") == deed.remote]
            return next(
                (one for one in found if one.get("process", {}).get("pid") == deed.pid), found[-1] if found else None
            )
        found = self._index.get((deed.protocol, deed.local_port, deed.remote, deed.remote_port), [])
        if deed.local not in ("-", "0.0.0.0", "::"):
            found = [one for one in found if deed.local in (one.get("src_ip"), one.get("dst_ip"))]
        return next((one for one in found if one.get("process", {}).get("pid") == deed.pid), found[-1] if found else None)


def score(scenario: str, deeds: Iterable[Deed], records: Records) -> Score:
    """Hold records against deeds."""
    result = Score(scenario)
    for deed in deeds:
        result.conversations += 1
        if deed.side == "client":
            result.client_pids.add(deed.pid)
            result.client_deeds.append(deed)
        record = records.find(deed)
        if record is None:
            result.wrong.append(f"not seen: {deed}")
            continue
        result.detected += 1
        process = record.get("process", {})
        holders = {one["pid"]: one["name"] for one in (*process.get("shared", ()), process) if one}
        if deed.pid in holders:
            result.right += 1
            if holders[deed.pid] == deed.name:
                result.named += 1
            else:
                result.wrong.append(f"called {holders[deed.pid]!r}: {deed}")
        else:
            result.wrong.append(f"given to {process.get('pid')} {process.get('name')!r} ({process.get('match')}): {deed}")
        from_source = record.get("src_port", 0) == deed.local_port and record.get("dst_ip") == deed.remote
        out, back = record["payload_out"], record["payload_in"]
        sent, received = (out, back) if from_source else (back, out)
        again = record.get("tcp", {})
        if not from_source:
            again = {
                "retransmissions_out": again.get("retransmissions_in"),
                "retransmissions_in": again.get("retransmissions_out"),
            }
        if deed.protocol == "sctp":
            right = _with_chunks(sent, deed.sent) and _with_chunks(received, deed.received)
        else:
            right = _close(sent, deed.sent, again.get("retransmissions_out"))
            right = right and _close(received, deed.received, again.get("retransmissions_in"))
        if right:
            result.bytes_right += 1
        else:
            result.wrong.append(f"{sent} sent, {received} received: {deed}")
    return result


def _close(measured: int, true: int, retransmitted: int | None = 0) -> bool:
    """Within a hundredth; what went over the wire again is on the wire, but the program sent it once."""
    again = (retransmitted or 0) * SEGMENT
    return true - TOLERANCE * true <= measured <= true + TOLERANCE * true + again


def _with_chunks(measured: int, true: int) -> bool:
    return true < measured <= true * (1 + CHUNKS) + SCTP_TALK


def table(scores: Iterable[Score]) -> str:
    """For people."""
    lines = [f"{'scenario':34} {'conversations':>13} {'detected':>9} {'process':>8} {'name':>6} {'bytes':>6}"]
    lines += [
        f"{one.scenario:34} {one.conversations:13} {one.detected:9} {one.right:8} {one.named:6} {one.bytes_right:6}"
        for one in scores
    ]
    return "\n".join(lines)
