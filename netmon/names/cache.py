"""Addresses and their names: a bounded cache with a lifetime for every answer. Pure: no I/O, time is a parameter.

In: answers (a name, or "there is none"). Out: names, and which addresses are still to be asked for. A name stays visible
while it is being renewed and ``STALE`` seconds beyond its lifetime (RFC 8767), so that the screen does not flicker.
Rule: never more than ``limit`` entries and as many pending ones; an address is pending once at most.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from netmon.model.connection import Name

LIMIT = 10_000
POSITIVE_TTL = 300.0
NEGATIVE_TTL = 60.0
SHORTEST_TTL = 30.0
LONGEST_TTL = 86_400.0
STALE = 3_600.0
PENDING_TIMEOUT = 60.0
"""An address whose answer never came (its request was discarded) may be asked for again after this long."""


@dataclass(frozen=True, slots=True)
class CacheStatistics:
    """How full the cache is and how well it works."""

    entries: int
    pending: int
    limit: int
    hits: int
    misses: int
    evicted: int


@dataclass(slots=True)
class _Entry:
    name: Name | None
    expires: float


class NameCache:
    """Address text -> name."""

    def __init__(self, limit: int = LIMIT, positive_ttl: float = POSITIVE_TTL, negative_ttl: float = NEGATIVE_TTL) -> None:
        self._limit = max(1, limit)
        self._positive = positive_ttl
        self._negative = negative_ttl
        self._entries: dict[str, _Entry] = {}
        self._pending: dict[str, float] = {}
        self._hits = self._misses = self._evicted = 0

    def get(self, address: str, now: float) -> Name | None:
        """The name, ``None`` when there is none or it is not known."""
        entry = self._entries.get(address)
        if entry is None or now > entry.expires + STALE:
            self._misses += 1
            return None
        self._hits += 1
        return entry.name

    def wanted(self, addresses: Iterable[str], now: float, limit: int = 256) -> list[str]:
        """Those addresses that should be asked for now, each once, at most ``limit``; they count as pending from here on."""
        found: list[str] = []
        for address in addresses:
            if len(found) >= limit or (len(self._pending) >= self._limit and not self._drop_overdue(now)):
                break
            entry = self._entries.get(address)
            if entry is not None and now < entry.expires:
                continue
            since = self._pending.get(address)
            if since is not None and now - since < PENDING_TIMEOUT:
                continue
            if since is None and entry is None and not resolvable(address):
                # Never asked for; remembered as nameless for good, so that the question is not raised again each time.
                self._put(address, _Entry(None, float("inf")))
                continue
            self._pending[address] = now
            found.append(address)
        return found

    def forget_pending(self, addresses: Iterable[str]) -> None:
        """The requests were discarded (full channel): ask again next time."""
        for address in addresses:
            self._pending.pop(address, None)

    def store(self, address: str, name: Name | None, ttl: float | None, now: float) -> None:
        """An answer; ``ttl`` is bounded, ``None`` means the default. ``Name.learned`` becomes ``now`` when it is unset."""
        self._pending.pop(address, None)
        lifetime = ttl if ttl is not None else self._positive if name else self._negative
        # Written so that a NaN, too, ends up as a bound.
        lifetime = max(SHORTEST_TTL, min(lifetime, LONGEST_TTL)) if lifetime == lifetime else SHORTEST_TTL
        if name is not None and not name.learned:
            name = name._replace(learned=now)
        self._put(address, _Entry(name, now + lifetime))

    def statistics(self) -> CacheStatistics:
        """Fill and success."""
        return CacheStatistics(
            entries=len(self._entries),
            pending=len(self._pending),
            limit=self._limit,
            hits=self._hits,
            misses=self._misses,
            evicted=self._evicted,
        )

    def _put(self, address: str, entry: _Entry) -> None:
        self._entries.pop(address, None)  # the newest answer goes to the end, the oldest leaves first
        if len(self._entries) >= self._limit:
            del self._entries[next(iter(self._entries))]
            self._evicted += 1
        self._entries[address] = entry

    def _drop_overdue(self, now: float) -> bool:
        overdue = [address for address, since in self._pending.items() if now - since >= PENDING_TIMEOUT]
        for address in overdue:
            del self._pending[address]
        return bool(overdue)


def resolvable(address: str) -> bool:
    """Whether a name server could know it: unicast, private ones included; not loopback and not link-local, which must
    not be asked for on the wire (RFC 6303 section 4, RFC 6762 section 12)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.version == 4 and (int(ip) >> 28) == 15:  # 240.0.0.0/4, broadcast included
        return False
    if ip.version == 4 and (int(ip) >> 24) == 0:  # 0.0.0.0/8, "this network"
        return False
    return not (ip.is_multicast or ip.is_unspecified or ip.is_loopback or ip.is_link_local)
