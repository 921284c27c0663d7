"""ICMPv6 (RFC 4443), neighbour discovery (RFC 4861) and multicast listener discovery (RFC 2710, RFC 3810).

In: the ICMPv6 header and what follows. Out: a ``Message`` as for ICMP, with ICMPv6's own names; solicitations and
advertisements carry the target and the link-layer address in their options, listener reports their groups.
"""

from __future__ import annotations

from struct import unpack_from

from netmon.errors import DecodeError
from netmon.model.finding import Exchange, Role

from ._build import Entry, Message, ip, mac
from .guard import header
from .quoted import quoted_ipv6

ECHO_REQUEST = 128
ECHO_REPLY = 129
ROUTER_SOLICITATION = 133
ROUTER_ADVERTISEMENT = 134
NEIGHBOR_SOLICITATION = 135
NEIGHBOR_ADVERTISEMENT = 136
REDIRECT = 137
LISTENER_REPORT_V2 = 143
_MULTICAST_LISTENER = (130, 131, 132)
_OPTIONS_AT = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}
MAX_OPTIONS = 32
MAX_GROUPS = 100
TYPES = {
    1: "DESTINATION_UNREACHABLE",
    2: "PACKET_TOO_BIG",
    3: "TIME_EXCEEDED",
    4: "PARAMETER_PROBLEM",
    128: "ECHO_REQUEST",
    129: "ECHO_REPLY",
    130: "LISTENER_QUERY",
    131: "LISTENER_REPORT",
    132: "LISTENER_DONE",
    133: "ROUTER_SOLICITATION",
    134: "ROUTER_ADVERTISEMENT",
    135: "NEIGHBOR_SOLICITATION",
    136: "NEIGHBOR_ADVERTISEMENT",
    137: "REDIRECT",
    138: "ROUTER_RENUMBERING",
    139: "NODE_INFORMATION_QUERY",
    140: "NODE_INFORMATION_RESPONSE",
    141: "INVERSE_NEIGHBOR_SOLICITATION",
    142: "INVERSE_NEIGHBOR_ADVERTISEMENT",
    143: "LISTENER_REPORT_V2",
    144: "HOME_AGENT_REQUEST",
    145: "HOME_AGENT_REPLY",
    146: "MOBILE_PREFIX_SOLICITATION",
    147: "MOBILE_PREFIX_ADVERTISEMENT",
    148: "CERTIFICATION_PATH_SOLICITATION",
    149: "CERTIFICATION_PATH_ADVERTISEMENT",
    151: "MULTICAST_ROUTER_ADVERTISEMENT",
    152: "MULTICAST_ROUTER_SOLICITATION",
    153: "MULTICAST_ROUTER_TERMINATION",
    155: "RPL_CONTROL",
    157: "DUPLICATE_ADDRESS_REQUEST",
    158: "DUPLICATE_ADDRESS_CONFIRMATION",
    160: "EXTENDED_ECHO_REQUEST",
    161: "EXTENDED_ECHO_REPLY",
}
CODES: dict[int, tuple[str, ...]] = {
    1: (
        "no route", "administratively prohibited", "beyond scope of source address", "address unreachable",
        "port unreachable", "source address failed policy", "route rejected", "error in source routing header",
    ),
    3: ("hop limit in transit", "fragment reassembly"),
    4: ("erroneous header field", "unrecognized next header", "unrecognized option"),
}  # fmt: skip


def decode(data: bytes, timestamp_ns: int) -> Message:
    """One ICMPv6 message."""
    message = header("ICMP6", data, 4)
    kind, code = message.get_type(), message.get_code()
    state = TYPES.get(kind, f"TYPE_{kind}")
    kinds: Entry = ("icmpv6_type", "Type", (kind,))
    if kind in (ECHO_REQUEST, ECHO_REPLY) and len(data) >= 8:
        identifier, sequence = unpack_from("!HH", data, 4)
        role = Role.REQUEST if kind == ECHO_REQUEST else Role.RESPONSE
        ping = Exchange((identifier, sequence), role, timestamp_ns, "ping")
        return Message("ICMPv6", state, f"id {identifier}", (kinds,), (ping,))
    if kind < 128:
        return _error(data, kind, code, kinds)
    if ROUTER_SOLICITATION <= kind <= REDIRECT:
        return _neighbour(data, kind, kinds)
    groups = listener_groups(data, kind)
    return Message("ICMPv6", state, " ".join(groups[:4]), (kinds, ("icmpv6_group", "Groups", groups)))


def _error(data: bytes, kind: int, code: int, kinds: Entry) -> Message:
    names = CODES.get(kind, ())
    words = [names[code]] if code < len(names) else [f"code {code}"] if code else []
    entries: list[Entry] = [kinds, ("icmpv6_code", "Code", (code,))]
    if kind == 2 and len(data) >= 8:
        entries.append(("icmp_mtu", "MTU", (unpack_from("!I", data, 4)[0],)))
    try:
        about = str(quoted_ipv6(data[8:]))
    except DecodeError:
        about = ""
    if about:
        entries.append(("icmp_about", "About", (about,)))
        words.append(about)
    return Message("ICMPv6", TYPES.get(kind, f"TYPE_{kind}"), " ".join(words), tuple(entries))


def _neighbour(data: bytes, kind: int, kinds: Entry) -> Message:
    """Router and neighbour discovery: fixed part, then options (RFC 4861 section 4.6)."""
    entries: list[Entry] = [kinds]
    words: list[str] = []
    if kind >= NEIGHBOR_SOLICITATION and len(data) >= 24:
        target = ip(data[8:24])
        entries.append(("ndp_target", "Target", (target,)))
        words.append(target)
    if kind == REDIRECT and len(data) >= 40:
        entries.append(("ndp_destination", "Destination", (ip(data[24:40]),)))
    if kind == ROUTER_ADVERTISEMENT and len(data) >= 16:
        entries.append(("ndp_lifetime", "Router lifetime", (unpack_from("!H", data, 6)[0],)))
    _options(data, _OPTIONS_AT[kind], entries, words)
    return Message("ICMPv6", TYPES[kind], " ".join(words), tuple(entries))


def _options(data: bytes, position: int, entries: list[Entry], words: list[str]) -> None:
    """Link-layer addresses, prefixes, MTU and DNS servers (RFC 8106); stops at the first option that does not fit."""
    prefixes: list[str] = []
    servers: list[str] = []
    for _ in range(MAX_OPTIONS):
        if position + 8 > len(data):
            break
        option, size = data[position], data[position + 1] * 8
        body = data[position + 2 : position + size]
        if not size or position + size > len(data):
            break
        if option in (1, 2) and size == 8:
            entries.append(("ndp_mac", "MAC", (mac(body),)))
            words.append(mac(body))
        elif option == 3 and size == 32:
            prefixes.append(f"{ip(body[14:30])}/{body[0]}")
        elif option == 5 and size == 8:
            entries.append(("ndp_mtu", "MTU", (unpack_from("!I", body, 2)[0],)))
        elif option == 25:
            servers += [ip(body[at : at + 16]) for at in range(6, len(body) - 15, 16)]
        position += size
    entries += [("ndp_prefix", "Prefixes", prefixes), ("ndp_dns_server", "DNS servers", servers[:MAX_OPTIONS])]
    words += prefixes[:2]


def listener_groups(data: bytes, kind: int) -> list[str]:
    """The multicast groups a listener message names; an unspecified group (general query) is none."""
    if kind in _MULTICAST_LISTENER and len(data) >= 24:
        return [ip(data[8:24])] if any(data[8:24]) else []
    groups: list[str] = []
    if kind == LISTENER_REPORT_V2 and len(data) >= 8:
        count, position = unpack_from("!H", data, 6)[0], 8
        while count and position + 20 <= len(data) and len(groups) < MAX_GROUPS:
            extra, sources = data[position + 1], unpack_from("!H", data, position + 2)[0]
            groups.append(ip(data[position + 4 : position + 20]))
            position += 20 + sources * 16 + extra * 4
            count -= 1
    return groups
