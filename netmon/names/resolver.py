"""Reverse DNS in the background: aiodns (c-ares) driven from trio.

In: lists of addresses. Out: lists of (address, name or ``None``, lifetime). Every address that comes in goes out once, also
when the name server is silent, refuses or lies; what is wrong is said in ``statistics().notes``, nothing is raised.
Rules: at most ``concurrency`` questions at a time, ``rate`` new ones a second, ``timeout`` seconds for each; a name out of
an answer is hostile text and only counts when it is a host name (RFC 1123, RFC 2317).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import trio

from netmon.model.connection import Name

from ._loop import Loop

CONCURRENCY = 32
TIMEOUT = 5.0
RATE = 100.0
TRY_TIMEOUT = 2.0
TRIES = 2
NEGATIVE_TTL = 60.0
DEFAULT_TTL = 300.0
FAILURES_NOTED = 5
"""So many failures in a row are worth a note."""
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_./-]{0,251}[A-Za-z0-9_])?")

Result = tuple[str, Name | None, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the resolver may ask for."""

    concurrency: int = CONCURRENCY
    timeout: float = TIMEOUT
    rate: float = RATE


@dataclass(frozen=True, slots=True)
class ResolverStatistics:
    """What the resolver has done so far."""

    asked: int
    active: int
    named: int
    nameless: int
    timed_out: int
    failed: int
    notes: tuple[str, ...]
    """One line per degradation: what, why, what to do."""


class Answer(Protocol):
    """A pending answer."""

    async def wait(self) -> Any:
        """The answer, or raises ``aiodns.error.DNSError``."""


class Channel(Protocol):
    """The part of ``aiodns.DNSResolver`` that is used."""

    def query_dns(self, host: str, qtype: str) -> Answer:
        """Asks."""

    async def close(self) -> None:
        """Ends all questions."""


class Resolver:
    """Asks the system's name servers, or those given (``address`` or ``address:port``), for names of addresses.

    ``opener`` takes the place of aiodns in tests: it gives something with aiodns' ``query_dns`` and ``close``.
    """

    def __init__(
        self,
        nameservers: Sequence[str] | None = None,
        limits: Limits | None = None,
        opener: Callable[[], Channel | None] | None = None,
    ) -> None:
        self._opener: Callable[[], Channel | None] = opener or self._open
        self._nameservers = list(nameservers) if nameservers is not None else None
        self._limits = limits or Limits()
        self._asked = self._active = self._named = self._nameless = self._timed_out = self._failed = 0
        self._failures = 0
        self._note = ""

    def statistics(self) -> ResolverStatistics:
        """Counters and degradations."""
        return ResolverStatistics(
            asked=self._asked,
            active=self._active,
            named=self._named,
            nameless=self._nameless,
            timed_out=self._timed_out,
            failed=self._failed,
            notes=(self._note,) if self._note else (),
        )

    async def run(
        self, requests: trio.MemoryReceiveChannel[list[str]], results: trio.MemorySendChannel[list[Result]]
    ) -> None:
        """Answers until ``requests`` is closed and everything asked is answered, or until nobody reads ``results``."""
        async with requests, results:
            channel = self._opener()
            try:
                async with trio.open_nursery() as nursery:
                    await self._serve(channel, requests, results, nursery)
            except* (trio.BrokenResourceError, trio.ClosedResourceError):
                pass  # the reader has gone: nobody wants answers
            finally:
                if channel is not None:
                    await channel.close()

    async def _serve(
        self,
        channel: Channel | None,
        requests: trio.MemoryReceiveChannel[list[str]],
        results: trio.MemorySendChannel[list[Result]],
        nursery: trio.Nursery,
    ) -> None:
        slots = trio.Semaphore(self._limits.concurrency)
        due = trio.current_time()
        async for addresses in requests:
            if channel is None:
                await results.send([(address, None, NEGATIVE_TTL) for address in addresses])
                continue
            for address in addresses:
                await slots.acquire()
                # At most a concurrency's worth of questions in a burst, then one every 1/rate seconds.
                due = max(due + 1 / self._limits.rate, trio.current_time() - self._limits.concurrency / self._limits.rate)
                await trio.sleep_until(due)
                nursery.start_soon(self._answer, channel, address, results, slots)

    async def _answer(
        self, channel: Channel, address: str, results: trio.MemorySendChannel[list[Result]], slots: trio.Semaphore
    ) -> None:
        self._asked += 1
        self._active += 1
        try:
            name, ttl = await self._lookup(channel, address)
            # Inside the slot: a slow reader holds back further questions instead of piling up answers.
            await results.send([(address, name, ttl)])
        finally:
            self._active -= 1
            slots.release()

    async def _lookup(self, channel: Channel, address: str) -> tuple[Name | None, float]:
        from aiodns import error
        from pycares import AresError

        try:
            pointer = ipaddress.ip_address(address).reverse_pointer
        except ValueError:
            self._nameless += 1
            return None, NEGATIVE_TTL
        with trio.move_on_after(self._limits.timeout):
            try:
                answer = await channel.query_dns(pointer, "PTR").wait()
            except (error.DNSError, AresError) as problem:  # AresError: asking itself fails, in aiodns 4.0.0
                code = problem.args[0] if problem.args else 0
                if code in (error.ARES_ENOTFOUND, error.ARES_ENODATA):
                    return self._found(None, NEGATIVE_TTL)
                return self._failure(_reason(problem), timed_out=code == error.ARES_ETIMEOUT)
            return self._found(*read_answer(answer))
        return self._failure("they do not answer", timed_out=True)

    def _found(self, name: Name | None, ttl: float) -> tuple[Name | None, float]:
        self._failures, self._note = 0, ""
        if name is None:
            self._nameless += 1
        else:
            self._named += 1
        return name, ttl

    def _failure(self, reason: str, timed_out: bool) -> tuple[None, float]:
        self._failures += 1
        self._failed += not timed_out
        self._timed_out += timed_out
        if self._failures >= FAILURES_NOTED:
            self._note = (
                f"addresses have no names: the name servers fail ({reason}): check /etc/resolv.conf or --no-resolve-dns"
            )
        return None, NEGATIVE_TTL

    def _open(self) -> Channel | None:
        """The aiodns resolver, imported only now because that takes 60 ms; ``None`` (and a note) when it cannot be had."""
        try:
            import aiodns
            import pycares
        except ImportError as problem:
            self._note = f"addresses have no names: {problem}: install aiodns 4 or later"
            return None
        token = trio.lowlevel.current_trio_token()

        def run_soon(function: Any, *arguments: Any) -> None:
            try:
                token.run_sync_soon(function, *arguments)
            except trio.RunFinishedError:
                return  # an answer after the end of the program

        loop = Loop(trio.Event, run_soon)
        try:
            channel = aiodns.DNSResolver(nameservers=self._nameservers, loop=loop, timeout=TRY_TIMEOUT, tries=TRIES)  # type: ignore[arg-type,unused-ignore]
        except (pycares.AresError, OSError, ValueError, RuntimeError) as problem:
            self._note = f"addresses have no names: the resolver cannot start ({_reason(problem)}): check /etc/resolv.conf"
            return None
        if not getattr(channel, "_event_thread", True):
            # Without its thread aiodns wants the file-descriptor calls of a whole asyncio loop.
            self._note = "addresses have no names: no inotify watch is left: raise fs.inotify.max_user_instances"
            return None
        opened: Any = channel  # aiodns' annotations name asyncio's future where ours is returned
        return cast("Channel", opened)


def read_answer(answer: Any) -> tuple[Name | None, float]:
    """The first PTR record's host name and lifetime (RFC 1035 section 3.3.12); ``None`` when there is no acceptable one."""
    for record in answer.answer:
        text = getattr(record.data, "dname", None)
        if isinstance(text, str):
            host = text.removesuffix(".").lower()
            if _HOST.fullmatch(host):
                return Name(host, "ptr"), float(record.ttl)
    return None, NEGATIVE_TTL


def _reason(problem: BaseException) -> str:
    text = str(problem.args[-1]) if problem.args else type(problem).__name__
    return "".join(character for character in text[:80] if character.isprintable())
