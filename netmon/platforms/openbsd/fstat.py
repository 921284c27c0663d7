"""The output of ``fstat`` (fstat(1) of OpenBSD).

In: the text; of interest are lines such as ``root sshd 75629 3* internet6 stream tcp 0x0 [::]:22`` and, connected,
``... 192.0.2.1:5000 --> 192.0.2.2:22`` (``<--``: the other end connected; ``<->``: datagrams), which may be followed by a
routing table (``rtable 1``) and the socket it is spliced to (``<==> 0x0 ...``). Out: socket entries. Other lines are other
files. No states are told: a TCP socket without a foreign end listens. A command may have any name of up to 23 characters:
what looks like columns inside it stands further left than they.
"""

from __future__ import annotations

import re

from netmon.model.owner import SocketEntry
from netmon.platforms.generic.endpoints import endpoint

_LINE = re.compile(
    r"^\S+ +\S.* +(\d{1,10}) +\d+\*? +internet(6?) (?:stream|dgram) (tcp|udp)(?: 0x[0-9a-f]+)? (\S+)"
    r"(?: (?:-->|<--|<->) (\S+))?(?: .*)?$"
)
_PROTOCOLS = {"tcp": 6, "udp": 17}


def parse(text: str) -> list[SocketEntry]:
    """The sockets; one held through several descriptors of a process is one."""
    found = (entry for line in text.splitlines() if (entry := _entry(line)) is not None)
    return list(dict.fromkeys(found))


def _entry(line: str) -> SocketEntry | None:
    match = _LINE.match(line[:1024].rstrip())
    if match is None:
        return None
    pid, six, protocol, local_text, remote_text = match.groups()
    local = endpoint(local_text, bool(six))
    remote = endpoint(remote_text, bool(six)) if remote_text else (b"", 0)
    if local is None or remote is None:
        return None
    state = "" if protocol == "udp" else "ESTABLISHED" if remote[0] else "LISTEN"
    return SocketEntry(_PROTOCOLS[protocol], *local, *remote, state, int(pid))
