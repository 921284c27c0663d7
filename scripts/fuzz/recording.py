"""A pytest plug-in: writes down the conversations that the tests of the protocols hold, as seeds and samples.

Loaded by ``scripts/fuzz/record-samples``. Every inspector a test starts is wrapped; what is fed to it, and how much it found
out, is noted. Of each protocol the few richest conversations go to ``tests/protocols/samples/<label>.txt``: a line
``# transport client-port server-port``, then one line per feed in hexadecimal, ``>`` from the client, ``<`` from the server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings

from netmon.errors import ParseError
from netmon.model.finding import Update
from netmon.protocols._contract import ApplicationProtocol, Claim, Context, Status
from netmon.protocols._registry import load
from tests.protocols import _streams, _udp_cases

TARGET = Path(__file__).resolve().parents[2] / "tests" / "protocols" / "samples"
KEPT = 4
"""Conversations of one protocol."""
LARGEST = 12_000
"""Bytes of one conversation."""


@dataclass
class Heard:
    """One conversation and what came of it."""

    context: Context
    feeds: list[tuple[int, bytes]] = field(default_factory=list)
    names: frozenset[str] = frozenset()
    values: int = 0
    spoiled: bool = False

    def content(self) -> tuple[str, bytes, bytes]:
        """What makes two conversations the same, however they are cut."""
        client, server = (b"".join(data for sender, data in self.feeds if sender == side) for side in (0, 1))
        return self.context.transport, client, server


class Ear:
    """An inspector in whose place it stands, listening."""

    def __init__(self, inspector: Any, heard: Heard) -> None:
        self._inspector, self._heard = inspector, heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inspector, name)

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """Pass on and note."""
        if data:
            self._heard.feeds.append((side, bytes(data)))
        try:
            status: Status = self._inspector.feed(side, data, timestamp_ns)
        except BaseException:
            self._heard.spoiled = True
            raise
        self._heard.spoiled |= status is Status.FAILED
        return status

    def gap(self, side: int, length: int) -> Status:
        """A conversation with holes is no sample."""
        self._heard.spoiled = True
        return self._inspector.gap(side, length)  # type: ignore[no-any-return]

    def update(self) -> Update | None:
        """Note how much was found out."""
        update: Update | None = self._inspector.update()
        if update is not None and update.finding is not None:
            self._heard.names = frozenset(one.name for one in update.finding.fields)
            self._heard.values = sum(len(one.values) for one in update.finding.fields)
        return update


HEARD: dict[str, list[Heard]] = {}


def _listen(kind: Any) -> None:
    original = kind.start

    def start(self: ApplicationProtocol, context: Context) -> Any:
        heard = Heard(context)
        HEARD.setdefault(self.label, []).append(heard)
        return Ear(original(self, context), heard)

    kind.start = start


def file_name(label: str) -> str:
    """Where the samples of a protocol are."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()) + ".txt"


def richest(heard: list[Heard]) -> list[Heard]:
    """The few that together show most, each in its largest pieces; of equals the first heard."""
    best: dict[tuple[str, bytes, bytes], Heard] = {}
    for one in heard:
        size = sum(len(data) for _, data in one.feeds)
        if one.spoiled or one.context.outer or not 0 < size <= LARGEST:
            continue
        other = best.get(one.content())
        if other is None or (len(one.names), -len(one.feeds)) > (len(other.names), -len(other.feeds)):
            best[one.content()] = one
    chosen: list[Heard] = []
    seen: set[str] = set()
    for one in sorted(best.values(), key=lambda each: (-len(each.names), -each.values)):
        if len(chosen) < KEPT and (not chosen or one.names - seen):
            chosen.append(one)
            seen |= one.names
    return chosen


def _sound(protocol: ApplicationProtocol, heard: list[Heard]) -> list[Heard]:
    """Those the protocol does not refuse (damage may make a conversation look richer); all when it refuses all."""
    sound = []
    for one in heard:
        _, client, server = one.content()
        tries = [(client[:2048], server[:2048])]
        if one.context.transport != "tcp":
            tries = [(data, b"") for _, data in one.feeds]
        if not one.spoiled and any(_asked(protocol, one.context, *heads) is not Claim.NO for heads in tries):
            sound.append(one)
    return sound or heard


def _asked(protocol: ApplicationProtocol, context: Context, client: bytes, server: bytes) -> Claim:
    try:
        return protocol.claims(context, client, server)
    except ParseError:
        return Claim.NO


def _nothing(*arguments: object, **named: object) -> None:
    """Stands in for a test of damage."""


def pytest_configure() -> None:
    """Before any test is collected. Examples that Hypothesis makes up are no samples."""
    settings.register_profile("recording", phases=(Phase.explicit,))
    settings.load_profile("recording")
    for module, damage in ((_streams, "_damaged"), (_udp_cases, "survives")):
        setattr(module, damage, _nothing)  # before the tests import it: what they damage is no sample
    for kind in {type(protocol) for protocol in load().protocols}:
        _listen(kind)


def pytest_sessionfinish() -> None:
    """Write what was heard."""
    TARGET.mkdir(exist_ok=True)
    for protocol in load().protocols:
        lines = []
        for one in richest(_sound(protocol, HEARD.get(protocol.label, []))):
            lines.append(f"# {one.context.transport} {one.context.client_port} {one.context.server_port}")
            lines += [f"{'<' if side else '>'} {data.hex()}" for side, data in one.feeds]
        if lines:
            (TARGET / file_name(protocol.label)).write_text("\n".join(lines) + "\n", encoding="ascii")
