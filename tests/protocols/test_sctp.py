"""Associations behind the engine: what their chunks tell, and the conversations inside."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

import pytest

from netmon.model.finding import Confidence, Finding
from netmon.model.flow import Inspected, InspectKind
from netmon.protocols._engine import Engine, Limits
from netmon.protocols._registry import Registry, load
from netmon.protocols._sctp import CONVERSATIONS
from netmon.protocols._sctp_chunks import MAXIMUM_BYTES

from ._samples import samples
from ._talk import Association, Toy, chunk, fields, finding_of, packet
from .test_diameter import TALK, attribute, message

M3UA, DIAMETER = 3, 46
BEAT = struct.pack("!BBBBIHH", 1, 0, 3, 3, 16, 9, 8) + b"beat"


def frame(side: int, data: bytes, now: int = 1) -> Inspected:
    """As the meter passes it on."""
    ports = (3868, 40000) if side else (40000, 3868)
    return Inspected(1, int(InspectKind.TRANSPORT), side, now, 0, 132, len(data), *ports, False, data)


def run(packets: Sequence[tuple[int, bytes]], of: Engine | None = None) -> Finding:
    """Through an engine to the end."""
    engine = of or Engine(load())
    updates = []
    for number, (side, data) in enumerate(packets, 1):
        updates += engine.inspect([frame(side, data, number * 1_000_000)]).updates
    updates += engine.finish_all().updates
    assert (engine.statistics().buffered, engine.statistics().failures) == (0, {})
    found = finding_of(updates)
    assert found is not None
    return found


def talk(size: int = 0, protocol: int = DIAMETER) -> list[tuple[int, bytes]]:
    """A capabilities exchange, each chunk in a packet of its own."""
    association = Association()
    return [(side, packet(one)) for side, user in TALK for one in association.data(side, user, protocol, size)]


def test_diameter_in_fragments_of_any_size() -> None:
    """The same finding however messages are fragmented, in what order they come and how often."""
    whole = run(talk())
    assert (whole.name, whole.confidence) == ("SCTP.Diameter", Confidence.CONTENT)
    assert fields(whole) == {
        "sctp_chunk": ("DATA",),
        "sctp_ppid": (46,),
        "sctp_carries": ("Diameter",),
        "diameter_command": (257,),
        "diameter_origin_host": ("client.example.com", "server.example.com"),
        "diameter_origin_realm": ("example.com",),
    }
    for size in (1, 3, 16, 50):
        packets = talk(size)
        assert run(packets) == whole
        init = [(0, packet(chunk(1, struct.pack("!IIHHI", 1, 9, 1, 1, Association.first))))]
        init += [(1, packet(chunk(2, struct.pack("!IIHHI", 1, 9, 1, 1, Association.first))))]
        chance = random.Random(size)
        mixed = packets + chance.sample(packets, len(packets) // 2)
        chance.shuffle(mixed)
        found = fields(run([*init, *mixed, (0, packet(chunk(14)))]))
        assert set(found["diameter_origin_host"]) == {"client.example.com", "server.example.com"}


def test_what_was_not_told_is_recognised_by_content() -> None:
    """Identifier 0 says nothing; a wrong one is not believed."""
    assert run(talk(protocol=0)).name == "SCTP.Diameter"
    wrong = run(talk(protocol=M3UA))
    assert (wrong.name, fields(wrong)["sctp_carries"]) == ("SCTP.Diameter", ("M3UA",))
    noise = [(0, packet(*Association().data(0, bytes(range(40)), DIAMETER))) for _ in range(12)]
    assert (run(noise).name, fields(run(noise))["sctp_carries"]) == ("SCTP", ("Diameter",))


def test_a_name_nobody_speaks_is_told_as_announced() -> None:
    """NBAP has an identifier and no parser."""
    found = run([(0, packet(*Association().data(0, b"\0\x11\0\x10" + bytes(16), 25)))])
    assert (found.name, found.confidence) == ("SCTP.NBAP", Confidence.HEURISTIC)
    assert fields(found)["sctp_ppid"] == (25,)
    unknown = run([(0, packet(*Association().data(0, b"data", 9999)))])
    assert (unknown.name, unknown.confidence) == ("SCTP", Confidence.CONTENT)
    assert fields(unknown) == {"sctp_chunk": ("DATA",), "sctp_ppid": (9999,)}


def test_protocols_share_an_association() -> None:
    """The first that is recognised gives the label; the fields of all are told, on whatever streams they came."""
    association = Association()
    packets = [(0, packet(*association.data(0, b"\0\x11\0\x10", 25), *association.data(0, BEAT, M3UA, stream=1)))]
    packets += [
        (side, packet(*association.data(side, user, DIAMETER, 40, stream=at))) for at, (side, user) in enumerate(TALK)
    ]
    found = run(packets)
    assert found.name == "SCTP.M3UA"
    values = fields(found)
    assert values["sctp_carries"] == ("NBAP", "M3UA", "Diameter")
    assert (values["sigtran_message"], len(values["diameter_origin_host"])) == (("BEAT",), 2)


@pytest.mark.parametrize("protocol", [DIAMETER, 47])
def test_dtls_inside(protocol: int) -> None:
    """RFC 6083: with the identifier of what it secures, or one of its own."""
    association, sample = Association(), samples("DTLS")[0]
    packets = [(side, packet(*association.data(side, user, protocol))) for side, user in sample.flights]
    found = run(packets)
    assert found.name == "SCTP.DTLS" and "tls_version" in fields(found)


@pytest.mark.parametrize(
    ("chunks", "state"),
    [
        ((chunk(3, bytes(12)),), "ESTABLISHED"),
        ((chunk(4),), "ESTABLISHED"),
        ((chunk(3, bytes(12)), chunk(7, bytes(4))), "SHUTDOWN"),
        ((chunk(10, b"cookie"), *Association().data(0, b"x")), "COOKIE_ECHO"),
        ((chunk(1),), "INIT"),
    ],
)
def test_states_come_from_what_opens_and_ends(chunks: tuple[bytes, ...], state: str) -> None:
    """Heartbeats and acknowledgements are no states; a shutdown behind one is."""
    assert run([(0, packet(*chunks))]).state == state


def test_damaged_packets() -> None:
    """Lengths that do not fit end the walk; half a header tells nothing."""
    found = run([(0, packet(bytes.fromhex("09000004 01000000") + bytes(100)))])
    assert fields(found) == {"sctp_chunk": ("ERROR",)}
    assert not Engine(load()).inspect([frame(0, bytes(11))]).updates
    many = run([(0, packet(*(chunk(kind) for kind in range(256))))])
    assert len(fields(many)["sctp_chunk"]) == 64
    bare = run([(0, packet(chunk(0), chunk(0, bytes(11)), chunk(64, bytes(15)), chunk(1, bytes(15)), chunk(192, bytes(3))))])
    assert bare.name == "SCTP"


def test_what_the_snap_length_cut_is_told_as_far_as_it_goes() -> None:
    """The end of a message is missing, and the next one is read all the same."""
    association = Association()
    user = TALK[0][1] + b""
    (cut,) = association.data(0, message(0x80, 257, attribute(264, b"a.example") + attribute(1, bytes(400))), DIAMETER)
    (good,) = association.data(0, user, DIAMETER)
    assert fields(run([(0, packet(good)), (0, packet(cut)[:100]), (0, packet(good))]))["diameter_origin_host"]
    association = Association()
    first, second, third = association.data(0, user, DIAMETER), association.data(0, user, DIAMETER, 20), TALK[1][1]
    packets = [(0, packet(first[0])), (0, packet(second[0])[:-4])]
    packets += [(0, packet(one)) for one in (*second[1:], *association.data(0, third, DIAMETER))]
    assert fields(run(packets))["diameter_origin_host"] == ("client.example.com", "server.example.com")


def test_a_lost_fragment_loses_its_message_only() -> None:
    """It is counted among the holes; what follows is read."""
    association = Association()
    lost = association.data(0, TALK[0][1], DIAMETER, 30)
    after = association.data(0, TALK[1][1], DIAMETER, 30)
    engine = Engine(load())
    found = run([(0, packet(one)) for one in (lost[0], *lost[2:], *after)], engine)
    assert fields(found)["diameter_origin_host"] == ("server.example.com",)
    assert engine.statistics().holes == 2  # the missing TSN, and the message


def test_what_is_held_counts_and_is_bounded() -> None:
    """Fragments whose others never come count against the engine's bound, and the oldest association goes first."""
    engine = Engine(load(), Limits(buffered=100_000))
    for flow in range(40):
        body = struct.pack("!IHHI", 7, 0, 0, DIAMETER) + bytes(9000)
        ahead = struct.pack("!IHHI", 9, 0, 0, DIAMETER) + bytes(9000)
        one = frame(0, packet(chunk(0, body, 2), chunk(0, ahead, 0)))._replace(flow_id=flow)
        engine.inspect([one])
        now = engine.statistics()
        assert now.buffered <= now.bound
    assert engine.statistics().evicted >= 30 and engine.statistics().buffered > 80_000
    engine.finish_all()
    assert (engine.statistics().buffered, engine.statistics().flows) == (0, 0)
    single = Engine(load())
    for number in range(2000):
        body = struct.pack("!IHHI", 9 + 2 * number, 0, 0, DIAMETER) + bytes(1400)
        single.inspect([frame(number & 1, packet(chunk(0, body, 0)))])
        assert single.statistics().buffered <= 6 * MAXIMUM_BYTES
    assert single.statistics().holes > 1000


def test_few_payload_protocols_are_looked_into() -> None:
    """Whoever makes up identifiers does not make conversations without end; all of them are told up to the field's limit."""
    association = Association()
    engine = Engine(Registry((Toy("TOY", b"toy"),)))
    for number in range(1000, 1200):
        engine.inspect([frame(0, packet(*association.data(0, b"noise", number)))])
    assert engine.statistics().buffered <= CONVERSATIONS * 64


class Spoken(Toy):
    """A toy that speaks SCTP."""

    transports = frozenset(("sctp",))


def test_a_plug_in_gets_whole_messages() -> None:
    """What ``sctp`` means in the contract: one user message a feed."""
    toy = Spoken("TOY", b"toy")
    association = Association()
    packets = [(0, packet(one)) for text in (b"toy one", b" two", b" always") for one in association.data(0, text, 7777, 2)]
    found = run(packets, Engine(Registry((toy,))))
    assert (found.name, fields(found)["seen"]) == ("SCTP.TOY", ("toy one two always|",))
    assert [context.outer for context in toy.started] == [("SCTP",)]
    assert len(toy.times) == 3


def test_one_that_fails_is_taken_back() -> None:
    """A protocol that claimed and then fails leaves the association without a name for it."""
    association = Association()
    toy = Spoken("TOY", b"toy")
    packets = [(0, packet(*association.data(0, text, 7777))) for text in (b"toy", *[b" failTOY"] * 9)]
    assert run(packets[:-1], Engine(Registry((Spoken("TOY", b"toy"),)))).name == "SCTP.TOY"
    packets += [(0, packet(*association.data(0, b"xxxxxxxxxxxxxxxxxxxx", 7777))) for _ in range(10)]
    assert run(packets, Engine(Registry((toy,)))).name == "SCTP"


def test_attention_is_wanted_to_the_end() -> None:
    """Of every frame, whatever is inside: the end of the association must be seen."""
    engine = Engine(load())
    wanted = engine.inspect([frame(0, packet(chunk(1)))]).attentions
    assert [attention.value for _, attention in wanted] == ["always"]
    assert not engine.inspect([frame(0, packet(*Association().data(0, b"x" * 20, 18)))]).attentions


def test_no_error_comes_out_of_random_packets() -> None:
    """Any bytes behind a common header."""
    for seed in range(300):
        chance = random.Random(seed)
        engine = Engine(load(), Limits(flows=3, buffered=20_000))
        for _ in range(10):
            chunks = [
                chunk(
                    chance.choice((0, 0, 0, 64, 64, 1, 192, 194)),
                    chance.randbytes(chance.randint(0, 60)),
                    chance.randint(0, 7),
                )
                for _ in range(chance.randint(1, 8))
            ]
            engine.inspect([frame(chance.randint(0, 1), packet(*chunks), chance.randint(1, 10**10))])
            assert 0 <= engine.statistics().buffered <= 20_000
        engine.finish_all()
        assert (engine.statistics().buffered, engine.statistics().failures) == (0, {})
