"""Reverse DNS: aiodns under trio against a name server in the same process, and against failures that are made up."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiodns
import pycares
import pytest
import trio
import trio.testing

from netmon.model.connection import Name
from netmon.names._loop import Loop
from netmon.names.resolver import FAILURES_NOTED, NEGATIVE_TTL, Limits, Resolver, Result, read_answer

PTR, IN = 12, 1


def reply(query: bytes, name: bytes | None, ttl: int = 1234, rcode: int = 0) -> bytes:
    """A response (RFC 1035 section 4) with one PTR record, or with an error code."""
    flags = 0x8180 | rcode
    question_end = query.index(b"\0", 12) + 5
    header = query[:2] + struct.pack(">HHHHH", flags, 1, 1 if name is not None else 0, 0, 0)
    answer = b"" if name is None else b"\xc0\x0c" + struct.pack(">HHIH", PTR, IN, ttl, len(name)) + name
    return header + query[12:question_end] + answer


def labels(name: bytes) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in name.split(b".")) + b"\0"


def asked(query: bytes) -> bytes:
    """The question's first label: the last octet of an IPv4 address."""
    return query[13 : 13 + query[12]]


@asynccontextmanager
async def name_server(respond: Callable[[bytes], bytes | None]) -> AsyncIterator[str]:
    """A name server on 127.0.0.1; gives its ``address:port``."""
    with trio.socket.socket(trio.socket.AF_INET, trio.socket.SOCK_DGRAM) as server:
        await server.bind(("127.0.0.1", 0))

        async def serve() -> None:
            while True:
                query, client = await server.recvfrom(512)
                response = respond(query)
                if response is not None:
                    await server.sendto(response, client)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve)
            yield f"127.0.0.1:{server.getsockname()[1]}"
            nursery.cancel_scope.cancel()


async def resolve(resolver: Resolver, *batches: list[str]) -> dict[str, tuple[Name | None, float]]:
    """Everything asked for, answered."""
    send_requests, requests = trio.open_memory_channel[list[str]](len(batches))
    send_results, results = trio.open_memory_channel[list[Result]](4)
    found: dict[str, tuple[Name | None, float]] = {}
    async with trio.open_nursery() as nursery:
        nursery.start_soon(resolver.run, requests, send_results)
        async with send_requests:
            for batch in batches:
                await send_requests.send(batch)
        async for answers in results:
            for address, name, ttl in answers:
                assert address not in found
                found[address] = (name, ttl)
    return found


async def test_names_nothing_and_errors_from_a_name_server() -> None:
    """A name comes with the answer's lifetime; NXDOMAIN and SERVFAIL give none; IPv6 works like IPv4."""

    def respond(query: bytes) -> bytes:
        last = asked(query)
        if last == b"2":
            return reply(query, None, rcode=3)
        if last == b"3":
            return reply(query, None, rcode=2)
        return reply(query, labels(b"Host-" + last + b".Example"))

    async with name_server(respond) as server:
        resolver = Resolver([server])
        found = await resolve(resolver, ["192.0.2.1", "192.0.2.2", "192.0.2.3"], ["10.0.0.7", "2001:db8::a", "nonsense"])
    assert found["192.0.2.1"] == (Name("host-1.example", "ptr"), 1234.0)
    assert found["192.0.2.2"] == (None, NEGATIVE_TTL)
    assert found["192.0.2.3"] == (None, NEGATIVE_TTL)
    assert found["10.0.0.7"] == (Name("host-7.example", "ptr"), 1234.0)
    assert found["2001:db8::a"] == (Name("host-a.example", "ptr"), 1234.0)
    assert found["nonsense"] == (None, NEGATIVE_TTL)
    statistics = resolver.statistics()
    assert (statistics.asked, statistics.active, statistics.named, statistics.nameless) == (6, 0, 3, 2)
    assert (statistics.failed, statistics.timed_out, statistics.notes) == (1, 0, ())


@pytest.mark.parametrize(
    "name", [labels(b"\x1b[2J.example"), labels(b"a b.example"), labels("münchen".encode()), b"\0", labels(b"-x.example")]
)
async def test_a_hostile_name_is_no_name(name: bytes) -> None:
    """Escape sequences, spaces, raw bytes, the root and other texts that are no host names are not shown."""
    async with name_server(lambda query: reply(query, name)) as server:
        found = await resolve(Resolver([server]), ["192.0.2.1"])
    assert found["192.0.2.1"][0] is None


async def test_damaged_answers_are_survived() -> None:
    """A name server that sends rubbish, then the truth, gets its truth through."""
    seen: list[bytes] = []

    def respond(query: bytes) -> bytes:
        seen.append(query)
        return b"\xff" * 5 if len(seen) == 1 else reply(query, labels(b"a.example"))

    async with name_server(respond) as server:
        found = await resolve(Resolver([server]), ["192.0.2.1"], ["192.0.2.2"])
    assert found.keys() == {"192.0.2.1", "192.0.2.2"}
    assert Name("a.example", "ptr") in [name for name, _ in found.values()]


async def test_a_refused_port_is_noted_and_not_raised() -> None:
    """Nobody listens: every address is answered "no name", and a note says what and what to do."""
    with trio.socket.socket(trio.socket.AF_INET, trio.socket.SOCK_DGRAM) as unused:
        await unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    resolver = Resolver([f"127.0.0.1:{port}"])
    addresses = [f"192.0.2.{number}" for number in range(FAILURES_NOTED)]
    found = await resolve(resolver, addresses)
    assert found == dict.fromkeys(addresses, (None, NEGATIVE_TTL))
    assert "resolv.conf" in resolver.statistics().notes[0]


async def test_a_bad_name_server_is_noted_and_every_address_answered() -> None:
    """A name server that is no address cannot be used: said once, answers go on."""
    resolver = Resolver(["not an address"])
    assert await resolve(resolver, ["192.0.2.1"], ["192.0.2.2"]) == dict.fromkeys(
        ["192.0.2.1", "192.0.2.2"], (None, NEGATIVE_TTL)
    )
    assert "cannot start" in resolver.statistics().notes[0]


async def test_aiodns_uses_exactly_two_calls_of_its_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in is enough: create_future and call_soon_threadsafe, nothing else."""
    used: set[str] = set()

    class Recording(Loop):
        def __getattribute__(self, name: str) -> Any:
            if not name.startswith("_"):
                used.add(name)
            return super().__getattribute__(name)

    monkeypatch.setattr("netmon.names.resolver.Loop", Recording)
    async with name_server(lambda query: reply(query, labels(b"a.example"))) as server:
        await resolve(Resolver([server]), ["192.0.2.1"])
    assert used == {"create_future", "call_soon_threadsafe"}


async def test_cancelling_with_questions_open_is_clean() -> None:
    """A silent name server holds nobody up when the program ends."""
    received = trio.Event()

    def respond(query: bytes) -> None:
        received.set()

    async with name_server(respond) as server:
        resolver = Resolver([server])
        send_requests, requests = trio.open_memory_channel[list[str]](1)
        send_results, results = trio.open_memory_channel[list[Result]](1)
        async with trio.open_nursery() as nursery, send_requests, results:
            nursery.start_soon(resolver.run, requests, send_results)
            await send_requests.send([f"192.0.2.{number}" for number in range(50)])
            await received.wait()
            nursery.cancel_scope.cancel()
    assert resolver.statistics().active == 0


class FakeChannel:
    """What aiodns gives, with answers made up by ``behave``."""

    def __init__(self, behave: Callable[[str], Awaitable[Any]]) -> None:
        self.behave = behave
        self.questions: list[tuple[float, str]] = []
        self.closed = False

    def query_dns(self, host: str, qtype: str) -> SimpleNamespace:
        assert qtype == "PTR"
        self.questions.append((trio.current_time(), host))
        return SimpleNamespace(wait=lambda: self.behave(host))

    async def close(self) -> None:
        self.closed = True


def answer(name: str, ttl: int = 60) -> SimpleNamespace:
    return SimpleNamespace(answer=[SimpleNamespace(ttl=ttl, data=SimpleNamespace(dname=name))])


async def never(host: str) -> None:
    await trio.sleep_forever()


async def instantly(host: str) -> SimpleNamespace:
    return answer("a.example")


async def test_silence_ends_after_the_timeout(autojump_clock: trio.testing.MockClock) -> None:
    """Each lookup gives up after its limit, all of them at the same time, and a note appears."""
    channel = FakeChannel(never)
    resolver = Resolver(limits=Limits(rate=1e6), opener=lambda: channel)
    started = trio.current_time()
    found = await resolve(resolver, [f"192.0.2.{number}" for number in range(32)])
    assert trio.current_time() - started == pytest.approx(5.0, abs=0.1)
    assert len(found) == 32
    assert resolver.statistics().timed_out == 32
    assert "do not answer" in resolver.statistics().notes[0]
    assert channel.closed


async def test_the_note_goes_when_answers_come_back(autojump_clock: trio.testing.MockClock) -> None:
    """A name server that recovers is not complained about any longer."""

    async def behave(host: str) -> SimpleNamespace:
        if trio.current_time() < limit:
            raise aiodns.error.DNSError(aiodns.error.ARES_ESERVFAIL, "DNS server\x1b[0m returned general failure")
        return answer("a.example")

    limit = trio.current_time() + 1.0
    resolver = Resolver(limits=Limits(concurrency=1, rate=10), opener=lambda: FakeChannel(behave))
    notes: list[tuple[str, ...]] = []
    for number in range(3):
        await resolve(resolver, [f"192.0.{number}.{last}" for last in range(6)])
        notes.append(resolver.statistics().notes)
    assert "general failure" in notes[0][0]
    assert "\x1b" not in notes[0][0]
    assert notes[-1] == ()


async def test_concurrency_is_limited(autojump_clock: trio.testing.MockClock) -> None:
    """Never more questions at a time than allowed."""
    channel = FakeChannel(never)
    resolver = Resolver(limits=Limits(concurrency=4, rate=1e6), opener=lambda: channel)
    await resolve(resolver, [f"192.0.2.{number}" for number in range(10)])
    times = [round(when - channel.questions[0][0], 3) for when, _ in channel.questions]
    assert times == [pytest.approx(expected, abs=0.1) for expected in [0.0] * 4 + [5.0] * 4 + [10.0] * 2]


async def test_the_rate_is_limited(autojump_clock: trio.testing.MockClock) -> None:
    """After the first burst one question every 1/rate seconds."""
    channel = FakeChannel(instantly)
    resolver = Resolver(limits=Limits(concurrency=4, rate=10), opener=lambda: channel)
    await resolve(resolver, [f"192.0.2.{number}" for number in range(44)])
    duration = channel.questions[-1][0] - channel.questions[0][0]
    assert 3.9 <= duration <= 4.5


async def test_a_reader_that_leaves_ends_the_resolver() -> None:
    """Nobody wants the answers: the resolver stops by itself and closes."""
    channel = FakeChannel(instantly)
    resolver = Resolver(opener=lambda: channel)
    send_requests, requests = trio.open_memory_channel[list[str]](1)
    send_results, results = trio.open_memory_channel[list[Result]](0)
    await results.aclose()
    await send_requests.send(["192.0.2.1"])
    with trio.fail_after(5):
        await resolver.run(requests, send_results)
    assert channel.closed


async def test_a_missing_aiodns_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library addresses are answered "no name", and the note says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "aiodns", None)
    resolver = Resolver()
    assert await resolve(resolver, ["192.0.2.1"]) == {"192.0.2.1": (None, NEGATIVE_TTL)}
    assert "install aiodns" in resolver.statistics().notes[0]


def test_other_records_are_skipped() -> None:
    """CNAME records before the PTR record (RFC 2317) are not names; no record is no name."""
    chain = SimpleNamespace(
        answer=[SimpleNamespace(ttl=5, data=SimpleNamespace(cname="x")), *answer("1.0/25.example.").answer]
    )
    assert read_answer(chain) == (Name("1.0/25.example", "ptr"), 60.0)
    assert read_answer(SimpleNamespace(answer=[])) == (None, NEGATIVE_TTL)
    assert read_answer(answer("a" * 254)) == (None, NEGATIVE_TTL)


@pytest.mark.parametrize("kind", [pycares.AresError, aiodns.error.DNSError])
async def test_asking_itself_fails(kind: type[Exception]) -> None:
    """Older aiodns lets c-ares' own error out at once instead of answering with one: no name, the reason in the note."""

    class Refusing(FakeChannel):
        def query_dns(self, host: str, qtype: str) -> SimpleNamespace:
            raise kind(aiodns.error.ARES_ETIMEOUT, "Timeout while contacting DNS servers")

    addresses = [f"192.0.2.{number}" for number in range(FAILURES_NOTED)]
    resolver = Resolver(opener=lambda: Refusing(instantly))
    assert await resolve(resolver, addresses) == dict.fromkeys(addresses, (None, NEGATIVE_TTL))
    assert resolver.statistics().timed_out == FAILURES_NOTED
    assert "Timeout" in resolver.statistics().notes[0]
