"""Who holds which socket, in one pass of the kernel over all descriptors (bpf_iter, ``task_file``).

In: the records that ``existing`` in csrc/attribution.bpf.c writes (layout: csrc/attribution.h). Out: the processes that hold
each socket, and the rows of other network namespaces. Replaces the walk over ``/proc/<pid>/fd``: 20,000 sockets cost some
ten milliseconds. Rule: the records are the kernel's own; a last one that was cut off is left out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from .proc_net import TCP_STATES, Row, unmapped

RECORD = struct.Struct("=QIIIHHHHHH16s16s8x")
INET = 2
SOCK_RAW = 3
TCP, MPTCP = 6, 262


@dataclass(slots=True)
class Held:
    """What one pass found."""

    holders: dict[int, list[int]] = field(default_factory=dict)
    """Socket inode -> process numbers, in the kernel's order."""
    others: dict[int, list[Row]] = field(default_factory=dict)
    """Network namespace (inode number) -> its sockets, without that which netmon runs in."""


def parse(raw: bytes, own: int) -> Held:
    """``own`` is the network namespace whose rows come from elsewhere."""
    found = Held()
    holders, others = found.holders, found.others
    for (
        inode, pid, namespace, uid, family, protocol, kind, local_port, remote_port, state, local, remote,
    ) in RECORD.iter_unpack(raw[: len(raw) - len(raw) % RECORD.size]):  # fmt: skip
        held = holders.get(inode)
        if held is not None:
            if pid not in held:
                held.append(pid)
            continue
        holders[inode] = [pid]
        if namespace == own:
            continue
        if family == INET:
            local, remote = local[:4], remote[:4]
        else:
            local, remote = unmapped(local), unmapped(remote)
        if protocol == MPTCP:
            protocol = TCP
        connected = any(remote)
        row = Row(
            protocol,
            local,
            0 if kind == SOCK_RAW else local_port,
            remote if connected else b"",
            remote_port if connected else 0,
            TCP_STATES.get(state, "") if protocol == TCP else "",
            uid,
            inode,
        )
        others.setdefault(namespace, []).append(row)
    return found
