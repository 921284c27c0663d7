"""One conversation seen on several interfaces (features 1.3): bridge and veth, both ends of a tunnel device, lo and any.

In: flow records that differ in nothing but their interface (and VLAN tag). Out: one record. Rule: a packet counts once:
per direction the record with the most packets is taken whole, never a sum.
"""

from __future__ import annotations

from typing import Final

from netmon.model.flow import FlowRecord

Key = tuple[int, int, bytes, bytes, int, int, int]

_AB: Final = tuple(index for index, name in enumerate(FlowRecord._fields) if name.endswith("_ab"))
_BA: Final = tuple(index for index, name in enumerate(FlowRecord._fields) if name.endswith("_ba"))
_OPENER_SEEN: Final = 0b1111


def key_of(record: FlowRecord) -> Key:
    """What the records of one conversation share."""
    return (
        record.family,
        record.protocol,
        record.address_a,
        record.address_b,
        record.port_a,
        record.port_b,
        record.tunnel,
    )


class Parts:
    """The records of one conversation by flow id."""

    __slots__ = ("_first", "_records", "key")

    def __init__(self, record: FlowRecord) -> None:
        self.key = key_of(record)
        self._first = record.flow_id
        self._records = {record.flow_id: record}

    @property
    def flow_ids(self) -> list[int]:
        """All flows of the meter this conversation is made of."""
        return list(self._records)

    def accepts(self, record: FlowRecord) -> bool:
        """Another view of the same packets: from an interface without a record yet."""
        return all(known.interface != record.interface for known in self._records.values())

    def add(self, record: FlowRecord) -> FlowRecord:
        """Take a new or newer record; returns the conversation's."""
        self._records[record.flow_id] = record
        if len(self._records) == 1:
            return record
        records = self._records.values()
        ab = max(records, key=lambda one: one.packets_ab)
        ba = max(records, key=lambda one: one.packets_ba)
        base = self._records[self._first]
        values = list(base)
        for index in _AB:
            values[index] = ab[index]
        for index in _BA:
            values[index] = ba[index]
        merged = FlowRecord._make(values)
        bits = 0
        for one in records:
            bits |= one.tcp_bits
        opener = next((one for one in records if one.tcp_bits & _OPENER_SEEN), min(records, key=lambda one: one.first_ns))
        timed = next((one for one in (base, *records) if one.rtt_handshake_ns), base)
        return merged._replace(
            tcp_bits=bits,
            initiator=opener.initiator,
            first_ns=min(one.first_ns for one in records),
            last_ns=max(one.last_ns for one in records),
            rtt_handshake_ns=timed.rtt_handshake_ns,
            rtt_smoothed_ns=timed.rtt_smoothed_ns,
            rtt_min_ns=timed.rtt_min_ns,
            rtt_variation_ns=timed.rtt_variation_ns,
        )
