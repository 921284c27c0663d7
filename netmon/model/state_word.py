"""The word a person reads for a connection's state, whatever the protocol calls it; the screen shows it, filters find it.

In: a connection. Out: ``open``, ``opening``, ``closing``, ``closed``, ``reset``, ``asked``, ``answered``, ``failed``, ...
"""

from __future__ import annotations

from .connection import Connection

_OWN: dict[str, str] = {
    "open": "ESTABLISHED CONNECTED",
    "opening": "SYN_SENT SYN_RECV INITIAL HANDSHAKE 0RTT RETRY VERSION_NEG BANNER KEYEXCHANGE AUTHENTICATION",
    "closing": "FIN_WAIT1 FIN_WAIT2 CLOSE_WAIT CLOSING LAST_ACK DRAINING",
    "closed": "TIME_WAIT CLOSED",
    "asked": "QUERY REQUEST ROUTER_SOLICIT NEIGHBOR_SOLICIT MLD_QUERY MEMBERSHIP_QUERY WHO_HAS ECHO_REQUEST",
    "answered": "RESPONSE REPLY ROUTER_ADVERT NEIGHBOR_ADVERT IS_AT ECHO_REPLY",
    "reported": "MLD_REPORT MLDV2_REPORT MEMBERSHIP_REPORT_V1 MEMBERSHIP_REPORT_V2 MEMBERSHIP_REPORT_V3",
    "failed": "UNREACHABLE TIME_EXCEEDED",
    "active": "ACTIVE", "idle": "IDLE", "stale": "STALE", "listening": "LISTEN",
}  # fmt: skip
_WORDS = {own: word for word, all_own in _OWN.items() for own in all_own.split()}
_DATAGRAMS: dict[str, str] = {
    **dict.fromkeys(("DISCOVER", "SOLICIT", "M-SEARCH", "PROBE", "RESOLVE", "CLIENT", "BOOTREQUEST", "REGISTER"), "asked"),
    "INVITE": "asked",
    **dict.fromkeys(("OFFER", "ACK", "SERVER", "BOOTREPLY", "SERVER_HELLO"), "answered"),
    **dict.fromkeys(
        ("ANNOUNCE", "HELLO", "ADVERTISEMENT", "NOTIFY", "BYE", "BEACON", "BOOTSTRAP", "BROADCAST"), "announced"
    ),
    **dict.fromkeys(("STREAMING", "MEDIA", "G_PDU", "DATA", "SACK", "ENCRYPTED", "ESP", "TRANSPORT"), "active"),
}  # fmt: skip
"""Words of protocols over UDP and below; over TCP they are steps of a dialogue."""
_ENDS = (
    ("_REQUEST", "asked"), ("_SOLICITATION", "asked"), ("_QUERY", "asked"), ("_SUCCESS", "answered"),
    ("_RESPONSE", "answered"), ("_REPLY", "answered"), ("NEIGHBOR_ADVERTISEMENT", "answered"),
    ("_ADVERTISEMENT", "announced"), ("_REPORT", "reported"), ("_REPORT_V2", "reported"), ("_ERROR", "failed"),
)  # fmt: skip
_PREFIXES = ("QUIC_", "DNS_", "MDNS_", "LLMNR_", "SSH_", "UDP_", "ICMP_", "ICMPV6_", "ARP_", "DEST_", "DESTINATION_")


def word_of(connection: Connection) -> str:
    """The word of a connection as it stands."""
    tcp = connection.tcp
    if tcp is not None and tcp.reset_by:
        return "reset"
    word = plain_word(connection.state, connection.protocol == "tcp")
    return "closed" if connection.closed and word not in ("answered", "failed") else word


def plain_word(state: str, tcp: bool = False) -> str:
    """The word for a protocol's own. Over TCP one without a word here means that it is open: the states of the connection
    itself all have one, the rest are steps of the dialogue in it."""
    first = state.split(" ", 1)[0].upper()
    found = _WORDS.get(first)
    if found is not None:
        return found
    for prefix in _PREFIXES:
        if first.startswith(prefix) and first[len(prefix) :] in _WORDS:
            return _WORDS[first[len(prefix) :]]
    if tcp and first:
        return "open"
    known = _DATAGRAMS.get(first) or next((word for end, word in _ENDS if first.endswith(end)), None)
    return known or first.lower().replace("_", " ")
