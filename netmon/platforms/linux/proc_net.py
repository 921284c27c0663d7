"""The kernel's socket tables as text: ``/proc/net/{tcp,tcp6,udp,udp6,udplite,udplite6,raw,raw6,icmp,icmp6}`` and ``sctp``.

In: the text of one table. Out: ``Row`` tuples. A line that is not what the kernel writes is skipped.
Addresses are hexadecimal 32-bit words in the byte order of the machine (net/ipv4/tcp_ipv4.c get_tcp4_sock).
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from typing import NamedTuple

TCP_STATES = {
    1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECV", 4: "FIN_WAIT1", 5: "FIN_WAIT2", 6: "TIME_WAIT", 7: "CLOSED",
    8: "CLOSE_WAIT", 9: "LAST_ACK", 10: "LISTEN", 11: "CLOSING", 12: "SYN_RECV",
}  # fmt: skip
"""include/net/tcp_states.h; 12 is TCP_NEW_SYN_RECV, which is the same to an observer."""

TABLES: tuple[tuple[str, int], ...] = (
    ("tcp", 6), ("tcp6", 6), ("udp", 17), ("udp6", 17), ("udplite", 136), ("udplite6", 136),
    ("icmp", 1), ("icmp6", 58), ("raw", 255), ("raw6", 255),
)  # fmt: skip
"""File and protocol; in ``raw`` the place of the local port holds the protocol."""

RAW = 255
V4_MAPPED = bytes(10) + b"\xff\xff"
_SWAP = sys.byteorder == "little"
_HEX_STATES = {f"{number:02X}".encode(): name for number, name in TCP_STATES.items()}
ADDRESS_CACHE = 65_536


class Row(NamedTuple):
    """One socket; see ``SocketEntry``."""

    protocol: int
    local: bytes
    local_port: int
    remote: bytes
    remote_port: int
    state: str
    uid: int
    inode: int
    v6_only: bool | None = None
    """``None`` = the table does not tell."""


class Endpoints:
    """Turns ``0100007F:1F90`` into (address, port) and remembers it: the same few endpoints fill a table."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[bytes, int]] = {}

    def parse(self, text: bytes) -> tuple[bytes, int]:
        """Raises ``ValueError`` for anything else."""
        known = self._known.get(text)
        if known is not None:
            return known
        address_text, separator, port_text = text.partition(b":")
        if not separator or len(address_text) not in (8, 32):
            raise ValueError(text)
        raw = bytes.fromhex(address_text.decode("ascii"))
        if _SWAP:
            raw = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
        result = (unmapped(raw), int(port_text, 16))
        if len(self._known) >= ADDRESS_CACHE:
            self._known.clear()
        self._known[text] = result
        return result


def unmapped(address: bytes) -> bytes:
    """An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) as IPv4, any other unchanged."""
    return address[12:] if len(address) == 16 and address.startswith(V4_MAPPED) else address


def rows(table: bytes, protocol: int, endpoints: Endpoints) -> Iterator[Row]:
    """The sockets of one table."""
    parse = endpoints.parse
    is_tcp = protocol == 6
    lines = table.split(b"\n")
    for line in lines[1:]:
        fields = line.split(None, 10)
        if len(fields) < 11:  # more follows the inode, so one that was cut off is not taken for another
            continue
        try:
            local, local_port = parse(fields[1])
            remote, remote_port = parse(fields[2])
            uid, inode = int(fields[7]), int(fields[9])
        except ValueError:
            continue
        number = protocol
        if protocol == RAW:
            number, local_port = local_port & 0xFF, 0
        state = _HEX_STATES.get(fields[3], "") if is_tcp else ""
        if not any(remote):
            remote = b""
        yield Row(number, local, local_port, remote, remote_port if remote else 0, state, uid, inode)


def sctp_rows(endpoints_table: bytes, associations_table: bytes) -> Iterator[Row]:
    """``/proc/net/sctp/eps`` and ``assocs``: the first local and the primary remote address of each (net/sctp/proc.c)."""
    for line in endpoints_table.split(b"\n")[1:]:
        fields = line.split()
        try:
            yield Row(132, _address(fields[8]), int(fields[5]), b"", 0, "LISTEN", int(fields[6]), int(fields[7]))
        except (IndexError, ValueError):
            continue
    for line in associations_table.split(b"\n")[1:]:
        before, _, after = line.partition(b"<->")
        fields, remotes = before.split(), after.split()
        try:
            # The primary path is marked with a star.
            remote = next((name[1:] for name in remotes if name.startswith(b"*")), remotes[0])
            local = _address(fields[13])
            yield Row(132, local, int(fields[11]), _address(remote), int(fields[12]), "", int(fields[9]), int(fields[10]))
        except (IndexError, ValueError):
            continue


def _address(text: bytes) -> bytes:
    return unmapped(ipaddress.ip_address(text.lstrip(b"*").decode("ascii")).packed)
