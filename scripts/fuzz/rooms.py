"""What ``run`` can fuzz: for each target a function that takes any bytes and fails when a promise is broken, and seeds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from netmon.errors import CaptureError, DecodeError, FilterError

if TYPE_CHECKING:  # imported where it is fuzzed, so that atheris sees it
    from netmon.model.flow import Inspected
    from netmon.protocols._engine import Engine, Limits

ROOT = Path(__file__).resolve().parents[2]
Target = tuple[Callable[[bytes], None], list[bytes]]


def fixtures() -> list[bytes]:
    """The small captures of the tests."""
    return [path.read_bytes()[:8000] for path in sorted((ROOT / "tests" / "fixtures").glob("*.pcap*"))]


def within(engine: Engine, frame: Inspected, limits: Limits) -> None:
    """An engine takes one frame and keeps its bounds."""
    from tests.protocols._abuse import bounded

    for _, update in engine.inspect([frame]).updates:
        if update.finding is not None:
            bounded(update.finding)
    held = engine.statistics()
    assert 0 <= held.buffered <= limits.buffered and held.flows <= limits.flows, held


def emptied(engine: Engine) -> None:
    """In the end it holds nothing, and no protocol had a defect."""
    engine.finish_all()
    over = engine.statistics()
    assert (over.flows, over.buffered, over.failures) == (0, 0, {}), over


def protocol(name: str) -> Target:
    """All protocols of one file; the first octet of an input tells which, where there are several."""
    module = import_module(f"netmon.protocols.{name}")
    from tests.protocols._abuse import abuse, encode
    from tests.protocols._samples import samples

    spoken = tuple(getattr(module, "PROTOCOLS", None) or (module.PROTOCOL,))

    def check(data: bytes) -> None:
        for one in spoken:
            abuse(one, data)

    return check, [encode(one, sample) for one in spoken for sample in samples(one.label)]


def fuzz_framing() -> Target:
    """Capture files cut in two places: the same frames, or the same damage."""
    from netmon.capture.framing import Reader

    def read(pieces: list[bytes]) -> tuple[list[object], str]:
        framing = Reader()
        frames: list[object] = []
        try:
            for piece in pieces:
                frames += framing.feed(piece)
            return frames, framing.finish()
        except CaptureError as problem:
            return frames, str(problem)

    def check(data: bytes) -> None:
        middle = data[-1] * len(data) // 256 if data else 0
        assert read([data[:middle], data[middle:]])[0] == read([data])[0]

    return check, fixtures()


def fuzz_decode() -> Target:
    """Everything below the application layer: the first octet chooses the protocol."""
    from netmon.decode import Reassembler, describe

    kinds = (
        "icmp", "icmpv6", "igmp", "arp", "lldp", "cdp", "stp", "slow", "eapol", "ospf", "vrrp", "pim", "eigrp",
        "rsvp", "gre",
    )  # fmt: skip

    def check(data: bytes) -> None:
        if not data:
            return
        with suppress(DecodeError):
            describe(kinds[data[0] % len(kinds)], data[1:], 1)
        with suppress(DecodeError):
            Reassembler().add(data[1:], 1)

    return check, [bytes([number]) + bytes(range(64)) for number in range(len(kinds))]


def fuzz_headers() -> Target:
    """The fence around impacket: a header or ``DecodeError``; the first octet chooses the class, the second how short it may
    be. What impacket says of a header is asked for as well: it may raise, but not hang."""
    from netmon.decode import guard

    classes = ("ARP", "ICMP", "ICMP6", "IGMP", "IP")

    def check(data: bytes) -> None:
        if len(data) < 2:
            return
        name = classes[data[0] % len(classes)]
        try:
            found = guard.ipv4(data[2:]) if name == "IP" else guard.header(name, data[2:], data[1] & 31)
        except DecodeError:
            return
        for getter in dir(found):
            if getter.startswith("get_") and getter not in ("get_packet", "get_bytes"):
                with suppress(Exception):
                    getattr(found, getter)()

    options = bytes.fromhex("4800002c 00000000 40010000 c0000201 c0000202 07030400 01010100 94040000")
    return check, [bytes([number, 8]) + bytes(range(64)) for number in range(len(classes))] + [b"\4\x14" + options]


def fuzz_guard() -> Target:
    """The fence around plug-ins, with one inside that does what the input says (``tests/protocols/_wild``)."""
    from tests.protocols._wild import survived

    return survived, [
        bytes(range(1, 256)) + b"\0" + bytes(range(64)),
        bytes(range(1, 160)) * 2 + b"\0hello",
        b"\1" * 80 + b"\0",
    ]


def fuzz_filters() -> Target:
    """Filter expressions: a predicate or a ``FilterError`` whose position is inside the text."""
    from netmon.filters import compile_filter, completion

    def check(data: bytes) -> None:
        text = data.decode("utf-8", "replace")[:400]
        try:
            compile_filter(text)
        except FilterError as problem:
            assert 0 <= problem.position <= len(text)
        completion(text, len(text), ())

    seeds = (b"port:443 or (sni:example and not bytes>10k)", b'/rx.*/ process:"a b"', b"net:10.0.0.0/8", b"((a|b)&!c)")
    return check, list(seeds)


def fuzz_meter() -> Target:
    """The C meter against the reference: the same records, inspected frames and totals for any frames."""
    from netmon.meter.native import NativeMeter
    from netmon.meter.reference import ReferenceMeter
    from netmon.meter.reference_wireless import LINK_LAYERS
    from netmon.model.frame import Frame

    links = (1, *sorted(set(LINK_LAYERS) - {1}), 147)

    def outcome(meter: object, frames: list[Frame]) -> tuple[object, ...]:
        meter.feed(frames)  # type: ignore[attr-defined]
        got = meter.take_inspected(), meter.read_changed(), meter.totals()  # type: ignore[attr-defined]
        meter.close()  # type: ignore[attr-defined]
        return got

    def check(data: bytes) -> None:
        frames, at = [], 0
        while at + 3 <= len(data) and len(frames) < 16:
            size = data[at + 1] << 1
            part = data[at + 3 : at + 3 + size]
            when = 1_000_000_000 + len(frames) * (data[at + 2] << 22)
            frames.append(Frame(when, size, part, links[data[at] % len(links)], 0))
            at += 3 + size
        assert outcome(NativeMeter(), frames) == outcome(ReferenceMeter(), frames)

    from netmon.capture.framing import Reader

    seeds = []
    for whole in fixtures():
        try:
            frames = Reader().feed(whole)
        except CaptureError:
            continue
        halves = [(one.data, min(len(one.data), 510) >> 1) for one in frames[:12]]
        seeds.append(b"".join(bytes([0, half, 1]) + data[: half << 1] for data, half in halves))
    return check, seeds


def fuzz_engine() -> Target:
    """All protocols behind the engine: segments lost, repeated, overlapping, cut short, of several flows at once. The first
    two octets choose a port; then an octet of flags, one that says how far, two of length, the payload."""
    from netmon.model.flow import Inspected, InspectKind
    from netmon.protocols._engine import Engine, Limits
    from netmon.protocols._registry import load
    from tests.protocols._samples import samples

    registry = load()
    ports = [44444, *sorted({port for one in registry.protocols for port in one.ports})]
    limits = Limits(flows=3, buffered=20_000)
    server, flow, datagram, ahead, back, cut, midstream = 1, 6, 8, 16, 32, 64, 128

    def frames(data: bytes) -> list[Inspected]:
        made: list[Inspected] = []
        port, offsets, at = ports[int.from_bytes(data[:2], "big") % len(ports)], [0] * 16, 2
        while at + 4 <= len(data) and len(made) < 64:
            flags, far, size = data[at], data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
            part, side, which = data[at + 4 : at + 4 + size], flags & server, flags & 15
            at += 4 + size
            offset = max(0, offsets[which] + (far * 16 if flags & ahead else 0) - (far if flags & back else 0))
            length = len(part) + (far if flags & cut else 0)
            offsets[which] = max(offsets[which], offset + length)
            kind = InspectKind.UDP if flags & datagram else InspectKind.TCP
            ends = (port, 50000) if side else (50000, port)
            now = (len(made) + 1) * 50_000_000
            number = (flags & (flow | datagram)) + 1
            place = 0 if kind is InspectKind.UDP else offset
            made.append(Inspected(number, int(kind), side, now, place, 0x18, length, *ends, bool(flags & midstream), part))
        return made

    def check(data: bytes) -> None:
        engine = Engine(registry, limits)
        for frame in frames(data):
            within(engine, frame, limits)
        emptied(engine)

    def encoded(label: str) -> list[bytes]:
        seeds = []
        for context, flights in samples(label)[:1]:
            kind = datagram if context.transport != "tcp" else 0
            number = ports.index(context.server_port) if context.server_port in ports else 0
            parts = [bytes((side | kind, 0)) + len(part[:900]).to_bytes(2, "big") + part[:900] for side, part in flights]
            seeds.append(number.to_bytes(2, "big") + b"".join(parts))
        return seeds

    return check, [seed for one in registry.protocols for seed in encoded(one.label)]


def fuzz_sctp() -> Target:
    """Associations behind the engine. Each packet: an octet of flags (1: from the server, 2: of another flow, 4: ten seconds
    later, 8: begun with the header of a fixture), two of length, what follows the IP header."""
    from netmon.model.flow import Inspected, InspectKind
    from netmon.protocols._engine import Engine, Limits
    from netmon.protocols._registry import load
    from tests.protocols._samples import samples
    from tests.protocols._talk import Association, packet

    registry, limits = load(), Limits(flows=2, buffered=20_000)

    def check(data: bytes) -> None:
        engine, at, now = Engine(registry, limits), 0, 1
        for _ in range(64):
            if at + 3 > len(data):
                break
            flags, size = data[at], int.from_bytes(data[at + 1 : at + 3], "big")
            part = packet(data[at + 3 : at + 3 + size]) if flags & 8 else data[at + 3 : at + 3 + size]
            at += 3 + size
            now += 10_000_000_000 if flags & 4 else 1_000_000
            ends = (2905, 2905) if flags & 1 else (3868, 50000)
            kind = int(InspectKind.TRANSPORT)
            frame = Inspected(flags & 2, kind, flags & 1, now, 0, 132, len(part), *ends, False, part)
            within(engine, frame, limits)
        emptied(engine)

    def encoded(label: str, identifier: int, fragment: int) -> bytes:
        association, made = Association(), b""
        for side, user in samples(label)[0].flights[:12]:
            for one in association.data(side, user, identifier, fragment):
                made += bytes((side | 8,)) + len(one).to_bytes(2, "big") + one
        return made

    users = (("Diameter", 46), ("M3UA", 3), ("M2UA", 2), ("DTLS", 47), ("Megaco", 7), ("SUA", 0))
    return check, [encoded(label, identifier, size) for label, identifier in users for size in (0, 40)]


def fuzz_ipcomp() -> Target:
    """Compressed packets behind the engine. Each: an octet of flags (1: compress it first, 2: of another flow), one of the
    protocol, two of length, the packet."""
    import zlib

    from netmon.model.flow import Inspected, InspectKind
    from netmon.protocols._engine import Engine, Limits
    from netmon.protocols._registry import load
    from tests.protocols.test_ipcomp import SIDES, TALK, ipv4

    registry, limits = load(), Limits(flows=2, buffered=20_000)

    def check(data: bytes) -> None:
        engine, at = Engine(registry, limits), 0
        for moment in range(1, 33):
            if at + 4 > len(data):
                break
            flags, protocol, size = data[at], data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
            part = data[at + 4 : at + 4 + size]
            at += 4 + size
            packer = zlib.compressobj(1, zlib.DEFLATED, -15)
            part = bytes((protocol, 0, 0x12, 0x34)) + (packer.compress(part) + packer.flush() if flags & 1 else part)
            kind, now = int(InspectKind.TRANSPORT), moment * 1_000_000
            within(engine, Inspected(flags & 2, kind, 0, now, 0, 108, len(part), 0, 0, False, part), limits)
        emptied(engine)

    tunnelled = [ipv4(side, 6, segment) for side, segment in zip(SIDES, TALK, strict=True)]
    return check, [
        b"".join(bytes((1, protocol)) + len(one).to_bytes(2, "big") + one for one in packets)
        for protocol, packets in ((4, tunnelled), (6, TALK))
    ]


def fuzz_reassembly() -> Target:
    """Segments of one stream in any order: what comes out is as long as what it covers, and bounded meanwhile."""
    from netmon.protocols._reassembly import MAXIMUM_BYTES, MAXIMUM_SEGMENTS, Stream

    def check(data: bytes) -> None:
        stream, told = Stream(), 0
        for at in range(0, len(data) - 5, 6):
            offset, size = int.from_bytes(data[at : at + 2], "big"), data[at + 2] * 8
            kept = min(size, data[at + 3] * 8)
            for piece in stream.push(offset, bytes(kept), size, data[at + 4] << 28):
                told += piece if isinstance(piece, int) else len(piece)
            assert told == stream.expected
            assert 0 <= stream.waiting <= MAXIMUM_BYTES and len(stream._starts) <= MAXIMUM_SEGMENTS
        told += sum(piece if isinstance(piece, int) else len(piece) for piece in stream.flush())
        assert told == stream.expected and stream.waiting == 0

    return check, [bytes(range(60)), bytes(60)]
