"""Apple's PKTAP link-layer header, which names the process of each packet (LINKTYPE_PKTAP; libpcap's pcap/pktap.h).

In: the header's octets, little-endian as every Mac that writes it. Out: the owner. Offsets: process id at 52, its name of
at most 20 octets at 56; at 84 and 88 those of the process on whose behalf it sends (a daemon that fetches for an
application). Shorter headers, and packets that no process sent, have nobody.
"""

from __future__ import annotations

from netmon.model.owner import Match, Owner, ParentProcess, Process
from netmon.platforms.text import clean

_PROCESS, _EFFECTIVE = (52, 56), (84, 88)
_NAME = 20


def owner(header: bytes) -> Owner | None:
    """Who sent or received the packet; the process it acts for is among those that share the socket."""
    holder, effective = _process(header, *_PROCESS), _process(header, *_EFFECTIVE)
    if holder is None or effective is None:
        known = holder or effective
        return Owner(known, Match.KERNEL) if known is not None else None
    shared = () if effective.pid == holder.pid else (ParentProcess(effective.pid, effective.name),)
    return Owner(holder, Match.KERNEL, shared)


def _process(header: bytes, pid_at: int, name_at: int) -> Process | None:
    if len(header) < name_at + _NAME:
        return None
    pid = int.from_bytes(header[pid_at : pid_at + 4], "little", signed=True)
    name = clean(header[name_at : name_at + _NAME].split(b"\0", 1)[0])
    return Process(pid, name) if pid >= 0 and name else None
