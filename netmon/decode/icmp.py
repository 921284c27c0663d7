"""ICMP (RFC 792; router discovery RFC 1256, extended echo RFC 8335).

In: the ICMP header and what follows. Out: a ``Message``: state is the message's name (IANA "ICMP Type Numbers"), an echo
gives one half of a ``ping`` exchange keyed by identifier and sequence number, an error names the conversation it is about.
The checksum is not verified: captures of one's own packets have it filled in by the hardware afterwards.
"""

from __future__ import annotations

from netmon.errors import DecodeError
from netmon.model.finding import Exchange, Role

from ._build import Entry, Message
from .guard import header
from .quoted import quoted_ipv4

ECHO_REPLY = 0
ECHO_REQUEST = 8
_HEADER = 8
TYPES = {
    0: "ECHO_REPLY",
    3: "DESTINATION_UNREACHABLE",
    4: "SOURCE_QUENCH",
    5: "REDIRECT",
    6: "ALTERNATE_HOST_ADDRESS",
    8: "ECHO_REQUEST",
    9: "ROUTER_ADVERTISEMENT",
    10: "ROUTER_SOLICITATION",
    11: "TIME_EXCEEDED",
    12: "PARAMETER_PROBLEM",
    13: "TIMESTAMP",
    14: "TIMESTAMP_REPLY",
    15: "INFORMATION_REQUEST",
    16: "INFORMATION_REPLY",
    17: "ADDRESS_MASK_REQUEST",
    18: "ADDRESS_MASK_REPLY",
    30: "TRACEROUTE",
    31: "CONVERSION_ERROR",
    32: "MOBILE_HOST_REDIRECT",
    37: "DOMAIN_NAME_REQUEST",
    38: "DOMAIN_NAME_REPLY",
    39: "SKIP",
    40: "PHOTURIS",
    42: "EXTENDED_ECHO_REQUEST",
    43: "EXTENDED_ECHO_REPLY",
}
CODES: dict[int, tuple[str, ...]] = {
    3: (
        "network unreachable", "host unreachable", "protocol unreachable", "port unreachable", "fragmentation needed",
        "source route failed", "network unknown", "host unknown", "source host isolated", "network prohibited",
        "host prohibited", "network unreachable for this service", "host unreachable for this service",
        "administratively prohibited", "host precedence violation", "precedence cutoff",
    ),
    5: ("for the network", "for the host", "for the service and network", "for the service and host"),
    11: ("in transit", "fragment reassembly"),
    12: ("pointer indicates the error", "required option missing", "bad length"),
}  # fmt: skip
_QUOTING = frozenset((3, 4, 5, 11, 12))


def decode(data: bytes, timestamp_ns: int) -> Message:
    """One ICMP message."""
    message = header("ICMP", data, 4)
    kind, code = message.get_icmp_type(), message.get_icmp_code()
    entries: list[Entry] = [("icmp_type", "Type", (kind,))]
    if kind not in (ECHO_REPLY, ECHO_REQUEST):
        entries.append(("icmp_code", "Code", (code,)))
    state = TYPES.get(kind, f"TYPE_{kind}")
    if kind in (ECHO_REPLY, ECHO_REQUEST) and len(data) >= _HEADER:
        identifier, sequence = message.get_icmp_id(), message.get_icmp_seq()
        role = Role.REQUEST if kind == ECHO_REQUEST else Role.RESPONSE
        ping = Exchange((identifier, sequence), role, timestamp_ns, "ping")
        return Message("ICMP", state, f"id {identifier}", tuple(entries), (ping,))
    names = CODES.get(kind, ())
    words = [names[code]] if code < len(names) else [f"code {code}"] if code else []
    if kind in _QUOTING:
        _add_quoted(data, entries, words)
    if kind == 3 and code == 4 and len(data) >= _HEADER and message.get_icmp_nextmtu():
        entries.append(("icmp_mtu", "Next-hop MTU", (message.get_icmp_nextmtu(),)))
    if kind == 5 and len(data) >= _HEADER:
        entries.append(("icmp_gateway", "Gateway", (message.get_icmp_gwaddr(),)))
    return Message("ICMP", state, " ".join(words), tuple(entries))


def _add_quoted(data: bytes, entries: list[Entry], words: list[str]) -> None:
    """Name the conversation an error is about, where the quote still says so."""
    try:
        about = str(quoted_ipv4(data[_HEADER:]))
    except DecodeError:
        return
    entries.append(("icmp_about", "About", (about,)))
    words.append(about)
