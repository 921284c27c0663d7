"""Requests and their answers, protocol by protocol: who answers whom, however the conversation is cut."""

from __future__ import annotations

import pytest
from timed_talks import TALKS, Timed

from netmon.model.finding import Role
from netmon.model.flow import InspectKind
from netmon.protocols._engine import Engine
from netmon.protocols._registry import load
from netmon.tracker.pairing import Pairing, shown

from ._talk import Wire

REGISTRY = load()
STREAMS = [talk for talk in TALKS if talk.transport == "tcp"]
WAIT = 50_000_000
every = pytest.mark.parametrize("talk", TALKS, ids=lambda talk: f"{talk.label}-{talk.transport}")
every_stream = pytest.mark.parametrize("talk", STREAMS, ids=lambda talk: talk.label)


def paired(talk: Timed, size: int = 0, lost: int = -1) -> list[tuple[str, int, int]]:
    """Kind, answered, unanswered; each flight ``WAIT`` behind the one before, the one numbered ``lost`` never seen."""
    wire = Wire(kind=InspectKind.UDP if talk.transport == "udp" else InspectKind.TCP, server_port=talk.port or 44444)
    engine, pairing = Engine(REGISTRY), Pairing()
    updates = []
    for number, flight in enumerate(talk.flights):
        wire.now_ns += WAIT
        frames = wire.frames([flight], size)
        updates += engine.inspect(frames).updates if number != lost else []
    updates += engine.finish_all().updates
    for _, update in updates:
        for exchange in update.exchanges:
            assert exchange.role in Role
            pairing.add(exchange)
    pairing.give_up()
    times = shown(pairing.kept)
    assert all(0.9 * WAIT / 1e6 <= one.minimum <= one.maximum <= 3.1 * WAIT / 1e6 for one in times if one.count), times
    return [(one.what, one.count, one.unanswered) for one in times]


@every
def test_all_are_paired(talk: Timed) -> None:
    """In whole messages."""
    assert paired(talk) == [(talk.what, talk.count, 0)]


@every_stream
def test_cut_into_bytes(talk: Timed) -> None:
    """The same in segments of one byte."""
    assert paired(talk, 1) == [(talk.what, talk.count, 0)]


@every_stream
def test_a_lost_answer_is_not_taken_from_another(talk: Timed) -> None:
    """Where something is missing, a request stays unanswered rather than being paired with somebody else's answer."""
    for lost in range(3, len(talk.flights) - 1):
        for what, count, unanswered in paired(talk, 0, lost):
            assert what == talk.what and count + unanswered <= talk.count and count < talk.count
