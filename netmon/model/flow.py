"""What the meter hands over: flow records and the frames worth inspecting.

The layouts are shared by the three meter executors: a ``FlowRecord`` is one row of the flow table, an ``Inspected`` one
frame already taken apart as far as its transport payload. Canonical order: endpoint *a* is the smaller of the two
(address bytes, then port); ``_ab`` counts packets from a to b.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import NamedTuple


class Family(IntEnum):
    """What the two addresses of a flow key are."""

    LINK = 2
    """MAC addresses (first 6 of 16 bytes); both ports hold the number of what is carried, ``protocol`` says whose number
    that is (``LinkNumbers``)."""
    ARP = 1
    """Sender and target IPv4 address of an ARP packet (first 4 of 16 bytes)."""
    IPV4 = 4
    """IPv4 (first 4 of 16 bytes)."""
    IPV6 = 6


ANY_INTERFACES = 256
"""Where interfaces are told apart, records of "any" (LINKTYPE_LINUX_SLL2) have this plus the system's interface index."""


class LinkNumbers(IntEnum):
    """Whose number a link-layer row has in its ports."""

    ETHERTYPE = 0
    """An ethertype, or for an IEEE 802.3 length field the LLC value (DSAP << 8 | SSAP)."""
    LINK_TYPE = 1
    """LINKTYPE_: frames of a kind that has no reader, or too damaged for it."""
    PPP = 2
    WLAN = 3
    """The first octet of IEEE 802.11's frame control field."""
    FAMILY = 4
    """A BSD address family."""
    COOKED = 5
    """Linux's own numbers below 0x0600 (``if_ether.h``)."""
    NLPID = 6
    """ISO/IEC TR 9577, on frame relay."""
    ARCNET = 7


class Tunnel(IntEnum):
    """What an inner flow was carried in (the innermost layer); the upper 8 bits of ``FlowRecord.tunnel``."""

    NONE = 0
    IPIP = 1
    SIX_IN_FOUR = 2
    GRE = 3
    VXLAN = 4
    GENEVE = 5
    GTP_U = 6
    TEREDO = 7
    ERSPAN = 8
    L2TP = 9
    PPPOE = 10
    MPLS = 11
    LISP = 12
    CAPWAP = 13
    AYIYA = 14
    IP6_IN_IP = 15
    AH = 16
    ETHERIP = 17
    TZSP = 18
    PIM = 19


class TcpBits(IntFlag):
    """What has been observed of a TCP connection's opening and closing (RFC 9293), canonical directions."""

    SYN_AB = 1 << 0
    SYN_BA = 1 << 1
    SYNACK_AB = 1 << 2
    SYNACK_BA = 1 << 3
    OPENED = 1 << 4
    """The handshake's last ACK, or any data, was seen."""
    FIN_AB = 1 << 5
    FIN_BA = 1 << 6
    FIN_AB_ACKED = 1 << 7
    FIN_BA_ACKED = 1 << 8
    RST_AB = 1 << 9
    RST_BA = 1 << 10
    FIRST_FIN_BA = 1 << 11
    """The first FIN came from b."""
    SUPERSEDED = 1 << 12
    """A newer generation of the same 5-tuple has begun; no packet will be counted here any more."""


class FlowRecord(NamedTuple):
    """One flow, cumulative since it began. Times are nanoseconds (Unix epoch), byte counts wire bytes with the link
    header, ``rtt`` values nanoseconds (0 = unknown)."""

    flow_id: int
    """Unique during the run; never reused."""
    family: int
    protocol: int
    """IANA IP protocol number; ``LinkNumbers`` for ``Family.LINK``, 0 for ``Family.ARP``."""
    address_a: bytes
    """16 bytes, see ``Family``."""
    address_b: bytes
    port_a: int
    """TCP, UDP, SCTP, DCCP, UDP-Lite port; ICMP and ICMPv6 echo: the identifier on both sides; otherwise 0."""
    port_b: int
    vlan: int
    """Outermost VLAN id, 0 = none."""
    vlan_inner: int
    interface: int
    tunnel: int
    """``Tunnel`` << 24 | virtual network id (24 bits); 0 for an outer flow."""
    initiator: int
    """0: a opened it, 1: b did (sender of the SYN, else receiver of the SYN-ACK, else source of the first packet)."""
    generation: int
    tcp_bits: int
    first_ns: int
    last_ns: int
    last_ab_ns: int
    last_ba_ns: int
    packets_ab: int
    packets_ba: int
    bytes_ab: int
    bytes_ba: int
    payload_ab: int
    payload_ba: int
    retransmissions_ab: int
    retransmissions_ba: int
    out_of_order_ab: int
    out_of_order_ba: int
    duplicate_acks_ab: int
    duplicate_acks_ba: int
    fast_retransmissions_ab: int
    fast_retransmissions_ba: int
    zero_windows_ab: int
    zero_windows_ba: int
    fragments_ab: int
    fragments_ba: int
    mss_ab: int
    mss_ba: int
    window_scale_ab: int
    """Shift count + 1; 0 = option absent."""
    window_scale_ba: int
    window_ab: int
    """Last advertised window, scaled."""
    window_ba: int
    sack_ab: int
    sack_ba: int
    ttl_ab: int
    ttl_ba: int
    tos_ab: int
    """IPv4 TOS or IPv6 traffic class octet (DSCP and ECN), last seen."""
    tos_ba: int
    tcp_flags_ab: int
    """OR of all TCP flags seen."""
    tcp_flags_ba: int
    rtt_handshake_ns: int
    rtt_smoothed_ns: int
    rtt_min_ns: int
    rtt_variation_ns: int
    last_type: int
    """ICMP, ICMPv6, IGMP: type << 8 | code of the last message; ARP: operation; otherwise 0."""
    mac_a: bytes
    """6 bytes, zero when the link layer has none."""
    mac_b: bytes


class InspectKind(IntEnum):
    """What ``Inspected.data`` begins with."""

    TCP = 1
    """TCP payload (empty for a SYN)."""
    UDP = 2
    """UDP payload."""
    TRANSPORT = 3
    """Any other IP protocol: what follows the IP header (ICMP header, SCTP common header, ...)."""
    FRAGMENT = 4
    """The IP header of a fragment; the datagram is to be reassembled first."""
    LINK = 5
    """What follows the ethertype or LLC length field (an ARP packet, an LLDPDU, ...)."""
    PROCESS = 6
    """A link-layer header that names the process (Apple's PKTAP), of the first packet of each direction."""


NO_PLACE = -(1 << 62)
"""``Inspected.offset`` of fragments whose place in a stream is not known."""


class Inspected(NamedTuple):
    """A frame that must be inspected, taken apart by the meter."""

    flow_id: int
    kind: int
    side: int
    """0: sent by the initiator (as known when it was sent), 1: by the responder."""
    timestamp_ns: int
    offset: int
    """TCP: position of the first payload byte in its direction's stream, 0 = the byte after the SYN, or the first byte
    seen when the SYN was not; may be negative then. Sequence wrap is already undone. The fragment that begins a TCP segment
    has it too, and ``midstream``; other fragments have ``NO_PLACE``. Otherwise 0."""
    flags: int
    """TCP: the flags octet. ``TRANSPORT`` and ``FRAGMENT``: the IANA protocol number. ``LINK``: ``LinkNumbers``. Otherwise
    0."""
    length: int
    """Length of ``data`` on the wire; ``data`` is shorter when the snap length cut it."""
    source_port: int
    """``LINK``: the number as in ``Family.LINK`` (ARP: 0x0806)."""
    destination_port: int
    midstream: bool
    """TCP: the SYN of this direction was not seen."""
    data: bytes


class MeterTotals(NamedTuple):
    """Everything a meter has seen, whether it understood it or not."""

    packets: int = 0
    bytes: int = 0
    captured_bytes: int = 0
    flows: int = 0
    """Flows begun so far."""
    inspected: int = 0
    """Frames passed on for inspection."""
    inspect_lost: int = 0
    """Frames that should have been passed on but found no room."""
    not_understood: int = 0
    """Frames without a flow: shorter than their own headers, or of an unknown link type. Their bytes count above."""
    not_understood_bytes: int = 0
    table_full: int = 0
    """Packets that found the flow table full."""
    fragments: int = 0
    """IP fragments seen."""
    inspect_spent: int = 0
    """Directions of flows that have used up their budget (``MeterLimits.inspect_packets``, ``inspect_bytes``) without
    inspection having finished."""
