"""The entry point for frames that are neither TCP nor UDP.

In: the name of the protocol (``names.transport_name`` of the record's protocol number, or ``names.link_name`` of its ports
for ``Family.LINK``, ``"arp"`` for ``Family.ARP``), the data of an ``Inspected`` of kind ``TRANSPORT`` or ``LINK``, and the
flow's finding so far. Out: an ``Update`` whose finding replaces the earlier one (it contains it), or ``None`` when nothing
is new or the protocol is unknown. Raises ``DecodeError`` and nothing else, whatever the bytes.
"""

from __future__ import annotations

from netmon.errors import DecodeError
from netmon.model.finding import Finding, Update

from . import icmp, icmpv6, igmp, link, routing
from ._build import Message, finish


def describe(transport: str, data: bytes, timestamp_ns: int, earlier: Finding | None = None) -> Update | None:
    """What one packet of ``transport`` adds to what is known of its flow."""
    try:
        message = _decode(transport, data, timestamp_ns)
    except DecodeError:
        raise
    except Exception as error:  # the last fence around impacket: a getter of a header may raise anything too
        raise DecodeError(f"{transport}: {error}") from error
    return finish(message, earlier) if message is not None else None


def _decode(transport: str, data: bytes, timestamp_ns: int) -> Message | None:
    if transport == "icmp":
        return icmp.decode(data, timestamp_ns)
    if transport == "icmpv6":
        return icmpv6.decode(data, timestamp_ns)
    if transport == "igmp":
        return igmp.decode(data)
    return routing.decode(transport, data) or link.decode(transport, data)
