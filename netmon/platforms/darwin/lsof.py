"""The output of ``lsof -nP -F pfPTnu -i`` (lsof(8), "OUTPUT FOR OTHER PROGRAMS").

In: the text. Out: socket entries. One field per line, its first character says which: ``p`` begins a process, ``f`` a
descriptor. macOS keeps the interface of a link-local address in its second word (``fe80:4::1``), where nothing stands on the
wire. Text that is not like that gives no entries.
"""

from __future__ import annotations

from netmon.model.owner import SocketEntry
from netmon.platforms.generic.endpoints import endpoint

COMMAND = ["/usr/sbin/lsof", "-nP", "-FpfPTnut", "-i"]
_PROTOCOLS = {"TCP": 6, "UDP": 17}
_STATES = {"FIN_WAIT_1": "FIN_WAIT1", "FIN_WAIT_2": "FIN_WAIT2", "SYN_RCVD": "SYN_RECV", "CLOSED": "CLOSED"}


def parse(text: str) -> list[SocketEntry]:
    """The sockets, one entry per descriptor; duplicates (a socket held twice) are left out."""
    found: dict[SocketEntry, None] = {}
    pid: int | None = None
    uid: int | None = None
    fields: dict[str, str] = {}
    for line in [*text.splitlines(), "f"]:
        key, value = line[:1], line[1:]
        if key in ("p", "f"):
            entry = _entry(fields, pid, uid)
            if entry is not None:
                found[entry] = None
            fields = {}
            if key == "p":
                pid, uid = int(value) if value.isdecimal() else None, None
        elif key == "u":
            uid = int(value) if value.isdecimal() else None
        elif key == "T":
            name, _, content = value.partition("=")
            fields[f"T{name}"] = content
        elif key:
            fields[key] = value
    return list(found)


def _entry(fields: dict[str, str], pid: int | None, uid: int | None) -> SocketEntry | None:
    protocol = _PROTOCOLS.get(fields.get("P", ""))
    if protocol is None or pid is None:
        return None
    local_text, _, remote_text = fields.get("n", "").partition("->")
    six = fields.get("t") == "IPv6"
    local = _unscoped(endpoint(local_text, six))
    remote = _unscoped(endpoint(remote_text, six)) if remote_text else (b"", 0)
    if local is None or remote is None:
        return None
    state = _STATES.get(fields.get("TST", ""), fields.get("TST", "")) if protocol == 6 else ""
    dual = six and local[0] == bytes(16) and not remote[0]
    return SocketEntry(protocol, local[0], local[1], remote[0], remote[1], state, pid, uid, 0, dual)


def _unscoped(end: tuple[bytes, int] | None) -> tuple[bytes, int] | None:
    if end is None or len(end[0]) != 16 or end[0][0] != 0xFE or end[0][1] & 0xC0 != 0x80:
        return end
    return end[0][:2] + bytes(2) + end[0][4:], end[1]
