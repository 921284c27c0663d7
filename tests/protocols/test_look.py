"""The first look at a datagram: whoever it leaves out would have said no."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.protocols._contract import ApplicationProtocol, Claim, Context, Look
from netmon.protocols._dispatch import ANYTHING, Dispatch, look_of
from netmon.protocols._door import Door
from netmon.protocols._registry import Registry, builtin

from ._samples import samples
from ._udp_cases import ELSEWHERE, NOISE

DOOR = Door()
UNRECORDED = {
    "LDP": bytes.fromhex("0001 0016 0a000001 0000 0100 000c 00000001 0400 0004 00000000"),
    "Memcache": b"\0\1\0\0\0\1\0\0get a\r\n",
    "RPC": bytes.fromhex("00000001 00000000 00000002 000186a0 00000002 00000003 00000000 00000000 00000000 00000000"),
}
"""Datagrams of protocols whose samples are streams."""
LOOKING = [protocol for protocol in builtin() if getattr(protocol, "look", None) is not None]


def refuses(protocol: ApplicationProtocol, data: bytes, other: bytes = b"", context: Context = ELSEWHERE) -> bool:
    """Whether it says no to this datagram in either direction, beside what the other direction has said."""
    both = ((data, other), (other, data))
    return all(DOOR.claims(protocol, context, client, server) is Claim.NO for client, server in both)


def payloads(protocol: ApplicationProtocol) -> list[tuple[Context, bytes]]:
    """What it was tested with, away from its ports; messages of streams where datagrams hold the same."""
    recorded = samples(protocol.label)
    over_udp = [sample for sample in recorded if sample.context.transport == "udp"]
    found = [
        (sample.context.changed(transport="udp", ports=(50001, 50002)), data)
        for sample in over_udp or recorded
        for _, data in sample.flights
    ]
    return [(ELSEWHERE, UNRECORDED[protocol.label]), *found] if protocol.label in UNRECORDED else found


def test_there_are_protocols_with_a_first_look() -> None:
    """And each stands for something."""
    assert len(LOOKING) > 10
    assert all(look_of(protocol) != ANYTHING for protocol in LOOKING)


@pytest.mark.parametrize("protocol", LOOKING, ids=lambda protocol: protocol.label)
def test_what_the_look_leaves_out_is_refused(protocol: ApplicationProtocol) -> None:
    """Its own datagrams, cut below the shortest or with any other octet there: alone, and beside a good one."""
    look = look_of(protocol)
    found = payloads(protocol)
    good = [data for context, data in found if not refuses(protocol, data, context=context)]
    assert good, "no samples"
    for context, data in found:
        if len(data) >= look.shortest:
            for octet in set(range(256)) - look.octets:
                wrong = data[: look.at] + bytes((octet,)) + data[look.at + 1 :]
                assert all(refuses(protocol, wrong, other, context) for other in (b"", *good[:2])), wrong.hex()
        for size in range(1, min(len(data) + 1, look.shortest)):
            assert all(refuses(protocol, data[:size], other, context) for other in (b"", *good[:2]))


@settings(deadline=None, max_examples=300, database=None)
@given(NOISE, st.booleans())
def test_noise_the_look_leaves_out_is_refused(data: bytes, zeros: bool) -> None:
    """Likewise of noise, and of noise with zeros, as headers have them."""
    data = bytes(octet if octet & 1 or not zeros else 0 for octet in data)
    for protocol in LOOKING:
        look = look_of(protocol)
        if len(data) < look.shortest or data[look.at] not in look.octets:
            assert refuses(protocol, data), protocol.label


@settings(deadline=None, max_examples=100, database=None)
@given(
    NOISE, st.sampled_from((0, 53, 137, 500, 2152, 5683)), st.sampled_from((50001, 53, 4789)), st.sampled_from(("", "DNS"))
)
def test_the_look_changes_no_answer(data: bytes, server: int, client: int, hint: str) -> None:
    """Whoever is asked or not, and in which order: the same protocols do not say no."""
    dispatch = Dispatch(Registry(builtin()))
    context = Context("udp", client, server, hint=hint)
    all_of_them = [one for one in dispatch.candidates(context, data[0]) if not refuses(one, data, context=context)]
    fitting = [one for one in dispatch.fitting(context, data) if not refuses(one, data, context=context)]
    assert all_of_them == fitting


class Careless:
    """A protocol whose look points beyond the shortest datagram."""

    label, transports, ports = "Careless", frozenset(("udp",)), frozenset[int]()
    look = Look(2, 2, frozenset((1,)))


def test_a_look_beyond_the_datagram_is_none() -> None:
    """Nothing is read beyond a datagram, whatever a protocol declares."""
    assert look_of(Careless()) is ANYTHING  # type: ignore[arg-type]
