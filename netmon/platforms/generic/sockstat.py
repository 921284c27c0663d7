"""The output of ``sockstat`` (sockstat(1) of FreeBSD and NetBSD).

In: the text: user, command, process, descriptor, protocol, local and foreign address and, on FreeBSD with ``-s``, the state
of a TCP socket. Out: socket entries. A line that is not like that, such as the heading or a socket without a process, is
left out, as is a further address of an SCTP association. NetBSD tells no states: a TCP socket without a foreign end listens
there. FreeBSD up to 14 leaves two columns for the descriptor, and no space behind one of three digits; ``toe`` is TCP that
the network card does. A command may have any name: what looks like columns inside it stands further left than they.
"""

from __future__ import annotations

import re

from netmon.model.owner import SocketEntry

from .endpoints import endpoint

_LINE = re.compile(r"^(\S+) +(\S.*) +(\d{1,10}) +\S+? *(tcp|toe|udp|sctp)(4|6|46)? +(\S+) +(\S+)(?: +(.*))?$")
_PROTOCOLS = {"tcp": 6, "toe": 6, "udp": 17, "sctp": 132}
_STATES = {
    "LISTEN": "LISTEN", "ESTABLISHED": "ESTABLISHED", "SYN_SENT": "SYN_SENT", "SYN_RCVD": "SYN_RECV",
    "FIN_WAIT_1": "FIN_WAIT1", "FIN_WAIT_2": "FIN_WAIT2", "CLOSE_WAIT": "CLOSE_WAIT", "CLOSING": "CLOSING",
    "LAST_ACK": "LAST_ACK", "TIME_WAIT": "TIME_WAIT", "CLOSED": "CLOSED",
}  # fmt: skip


def parse(text: str) -> list[SocketEntry]:
    """The sockets; one held through several descriptors of a process is one."""
    found = (entry for line in text.splitlines() if (entry := _entry(line)) is not None)
    return list(dict.fromkeys(found))


def _entry(line: str) -> SocketEntry | None:
    match = _LINE.match(line[:1024].rstrip())
    if match is None:
        return None
    user, _, pid, protocol, version, local_text, remote_text, rest = match.groups()
    six = version in ("6", "46") or local_text.count(":") > 1
    local, remote = endpoint(local_text, six), endpoint(remote_text, six)
    if local is None or remote is None:
        return None
    connected = any(remote[0])
    state = ""
    if _PROTOCOLS[protocol] == 6:
        words = (rest or "").split()
        state = _STATES.get(words[-1] if words else "", "" if connected else "LISTEN")
    return SocketEntry(
        protocol=_PROTOCOLS[protocol],
        local=local[0],
        local_port=local[1],
        remote=remote[0] if connected else b"",
        remote_port=remote[1] if connected else 0,
        state=state,
        pid=int(pid),
        uid=int(user) if user.isdecimal() else None,
        dual_stack=version == "46" and not any(local[0]),
    )
