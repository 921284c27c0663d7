"""Both executors say the same about anything: real headers with bytes changed, cut, and sent in any order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.meter.contract import MeterLimits
from netmon.meter.reference import ReferenceMeter
from netmon.model.frame import Frame

from ._packets import A6, ACK, B6, FIN, SYN, Talk, ethernet, extension, frame, ip6, tcp
from .conftest import NATIVE_MISSING, outcome
from .test_reference_fragment import pieces4, pieces6
from .test_reference_link import FRAMINGS
from .test_reference_tunnel import TUNNELS
from .test_reference_wireless import FRAMES as WIRELESS

if NATIVE_MISSING:
    pytest.skip(NATIVE_MISSING, allow_module_level=True)

from netmon.meter.native import NativeMeter

TALK = Talk()
SEEDS = [
    *(frame(data, link_type=link_type) for link_type, data in (*FRAMINGS.values(), *WIRELESS.values())),
    *(frame(ethernet(packet, 0x86DD if packet[0] >> 4 == 6 else 0x0800)) for packet, _, _ in TUNNELS.values()),
    *pieces4(),
    *pieces6(),
    *TALK.open(),
    TALK.client(SYN, 100, options=b"\2\4\5\xb4\1\3\3\7\4\2"),
    frame(ethernet(ip6(A6, B6, 0, extension(43, extension(51, extension(6, tcp((1, 2), ACK, 5, 6, b"data"))))), 0x86DD)),
]
LINK_TYPES = sorted({seed.link_type for seed in SEEDS} | {8, 14, 149, 163, 166, 253})
SMALL = MeterLimits(flows=40, inspect_packets=3, inspect_bytes=200, queue_bytes=4000)


@st.composite
def mutated(draw: st.DrawFn) -> Frame:
    """A frame with some bytes changed, cut short, of a doubtful length or link type."""
    seed = draw(st.sampled_from(SEEDS))
    data = bytearray(seed.data)
    for _ in range(draw(st.integers(0, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))
    return Frame(
        seed.timestamp_ns + draw(st.integers(0, 60_000_000_000)),
        draw(st.one_of(st.just(len(data)), st.integers(0, 70_000))),
        bytes(data[:cut]),
        draw(st.one_of(st.just(seed.link_type), st.sampled_from(LINK_TYPES))),
        draw(st.integers(0, 3)),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(mutated(), max_size=12), st.sampled_from([MeterLimits(), SMALL, MeterLimits(separate_interfaces=True)]))
def test_mutated_frames(frames: list[Frame], limits: MeterLimits) -> None:
    """Never an error, always the same records, inspected frames and totals."""
    assert outcome(NativeMeter(limits), frames) == outcome(ReferenceMeter(limits), frames)


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_random_conversations(source: random.Random) -> None:
    """Segments of one pair of ports with any flags, near and far sequence numbers, in any order of time."""
    talk = Talk()
    frames = []
    for _ in range(60):
        talk.step = source.choice([0, 1000, 1_000_000, 30_000_000, -500_000])
        flags = source.choice([SYN, SYN | ACK, ACK, ACK, ACK, ACK | FIN, 4, 20, 0, 3])
        near = source.choice([0, 1, 2, 100, 0xFFFFFFFF, 0xFFFFFF00, 1 << 31, 70_000]) + source.randrange(12)
        ack = source.choice([0, 1, 100, 0xFFFFFFFF]) + source.randrange(12)
        payload = bytes(source.choice([0, 0, 1, 5, 10]))
        window = source.choice([0, 1000, 1000, 2000])
        frames.append(talk.segment(source.random() < 0.5, flags, near, ack, payload, window=window))
    assert outcome(NativeMeter(), frames) == outcome(ReferenceMeter(), frames)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-40, 60), st.integers(0, 20)), max_size=30), st.integers(1, 60))
def test_stepping_over(segments: list[tuple[bool, int, int]], until: int) -> None:
    """The same segments are passed on wherever they lie about the position."""
    talk = Talk()
    frames = talk.open(999, 999)[:2]
    frames += [talk.segment(client, ACK, 1000 + at, 7, bytes(size)) for client, at, size in segments]
    passed = []
    for meter in (NativeMeter(), ReferenceMeter()):
        meter.feed(frames[:6])
        for flow_id in (1, 2):
            meter.step_over(flow_id, 0, until)
        meter.feed(frames[6:])
        passed.append((meter.take_inspected(), meter.read_changed(), meter.totals()))
        meter.close()
    assert passed[0] == passed[1]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*pieces4(), *pieces4(8), *pieces6(), *pieces4(7, 40_000_000_000)]), max_size=20))
def test_fragments_in_any_order(frames: list[Frame]) -> None:
    """Repeated, missing, late and mixed fragments."""
    assert outcome(NativeMeter(), frames) == outcome(ReferenceMeter(), frames)
