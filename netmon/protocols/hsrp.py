"""Hot Standby Router Protocol, versions 1 (RFC 2281) and 2.

Claimed on its ports only: known operation and state, or the type and length of a version 2 group state. Read: operation,
state, group, virtual address. The authentication text is a password and left out.
"""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_ntop

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((1985, 2029))
OPERATIONS = {0: "HELLO", 1: "COUP", 2: "RESIGN", 3: "ADVERTISE"}
STATES = {0: "INITIAL", 1: "LEARN", 2: "LISTEN", 4: "SPEAK", 8: "STANDBY", 16: "ACTIVE"}
STATES_V2 = {0: "DISABLED", 1: "INITIAL", 2: "LEARN", 3: "LISTEN", 4: "SPEAK", 5: "STANDBY", 6: "ACTIVE"}
ADVERTISE = 3
LONGEST = 64
"""Twenty octets, and authentication by MD5 behind them."""
GROUP_STATE, GROUP_STATE_LENGTH = 1, 40
VERSION = FieldSpec("hsrp_version", "Version", multiple=True)
OPERATION = FieldSpec("hsrp_operation", "Operation", multiple=True)
GROUP = FieldSpec("hsrp_group", "Group", multiple=True)
ADDRESS = FieldSpec("hsrp_address", "Virtual address", multiple=True)


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, *PORTS) or len(data) < 8:
        return NO
    return YES if _is_v2(data) or _is_v1(data) else NO


def _is_v1(data: bytes) -> bool:
    """RFC 2281 section 5.1: a known state, a hold time that is longer than the hello time; or an advertisement."""
    if data[0] or data[1] not in OPERATIONS:
        return False
    if data[1] == ADVERTISE:
        size = int.from_bytes(data[4:6], "big")
        return data[2:4] == b"\0\1" and 4 <= size <= len(data) <= size + 8
    return 20 <= len(data) <= LONGEST and data[2] in STATES and data[4] >= data[3] and data[7] == 0 and any(data[16:20])


def _is_v2(data: bytes) -> bool:
    return data[0] == GROUP_STATE and data[1] == GROUP_STATE_LENGTH and len(data) >= 42 and data[2] == 2


class _Hsrp(DatagramInspector):
    """One router."""

    __slots__ = ()

    label = "HSRP"

    def take(self, data: bytes) -> Status:
        report = self.report
        if len(data) >= 42 and _is_v2(data):
            version, operation, state = 2, data[3], STATES_V2.get(data[4], f"STATE_{data[4]}")
            group, six = int.from_bytes(data[6:8], "big"), data[5] == 6
            address = inet_ntop(AF_INET6, data[26:42]) if six else inet_ntop(AF_INET, data[26:30])
        elif len(data) >= 8 and data[0] == 0:
            version, operation, state, group = 1, data[1], STATES.get(data[2], f"STATE_{data[2]}"), data[6]
            address = inet_ntop(AF_INET, data[16:20]) if operation < 3 and len(data) >= 20 else ""
        else:
            raise ParseError("no HSRP packet")
        report.add(VERSION, version)
        report.add(OPERATION, OPERATIONS.get(operation, str(operation)))
        if operation < 3:
            report.state = state
            report.add(GROUP, group)
            report.add(ADDRESS, address)
            report.summary = f"group {group} {address} {state.lower()}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Hsrp, recognise, PORTS, frozenset((0, 1)), bound=True)
