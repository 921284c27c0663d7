"""The stable JSON line of one connection (docs/json.md), written in one pass.

In: a ``ConnectionEvent``. Out: the text of its object, without a line end. Absent is absent: a key without a value is left
out, never made up. Secret fields are left out unless they were asked for. ``record`` reads it back for whoever wants values.

Speed: a file ends with a line for each of its connections, and objects made only to be encoded are most of what a line
costs. So what every connection has is written by one template, and only what few have becomes an object first (``parts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as quoted

from netmon.model.connection import Connection
from netmon.model.finding import Finding, Secrecy
from netmon.model.health import ResponseTime, Rtt, TcpHealth
from netmon.model.owner import Owner
from netmon.model.snapshot import ConnectionEvent
from netmon.tracker.community import community_id

from .parts import described, encoded, kernel_figures, place_parts, process_parts

_HARDWARE = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_MAC_LENGTH = 17
_PUBLIC = Secrecy.PUBLIC
_EXACT = 1 << 33
"""Below it two numbers that differ in the sixth decimal are two floating-point numbers."""


def event_line(event: ConnectionEvent, secrets: bool = False) -> str:
    """The ``connection`` object of an event."""
    one = event.connection
    community = community_id(one)
    source = one.source
    hardware = len(source) == _MAC_LENGTH and _HARDWARE.fullmatch(source) is not None  # shown as src_mac, dst_mac
    return (
        f'{{"type":"connection","event":"{event.kind._value_}","id":{quoted(one.identifier)}'
        + (f',"community_id":"{community}"' if community else "")
        + f',"protocol":"{one.protocol}"'
        + ("" if hardware else f',"src_ip":{quoted(source)}')
        + ("" if one.source_port is None else f',"src_port":{one.source_port}')
        + ("" if hardware else f',"dst_ip":{quoted(one.destination)}')
        + ("" if one.destination_port is None else f',"dst_port":{one.destination_port}')
        + f',"direction":"{one.direction._value_}"'
        + (f',"state":{quoted(one.state)}' if one.state else "")
        + _place(one)
        + f',"first_seen":{_seconds(one.first_seen)},"last_seen":{_seconds(one.last_seen)}'
        f',"packets_out":{one.packets_out},"packets_in":{one.packets_in}'
        f',"bytes_out":{one.bytes_out},"bytes_in":{one.bytes_in}'
        f',"payload_out":{one.payload_out},"payload_in":{one.payload_in}'
        + ("" if one.tcp is None else _tcp(one.tcp))
        + _rtt(one.rtt)
        + ("" if one.kernel_tcp is None else f',"kernel_tcp":{encoded(kernel_figures(one.kernel_tcp))}')
        + (_responses(one.response_times) if one.response_times else "")
        + _names(one)
        + ("" if one.finding is None else _finding(one.finding, secrets))
        + ("}" if one.owner is None else _processes(one.owner) + "}")
    )


def _processes(owner: Owner) -> str:
    own = f',"process":{encoded(process_parts(owner))}'
    return own if owner.peer is None else f'{own},"peer_process":{encoded(described(owner.peer))}'


def _seconds(value: float) -> str:
    return _rounded(value, 6, "%.6f")


def _milliseconds(value: float) -> str:
    return _rounded(value, 3, "%.3f")


def _rounded(value: float, digits: int, form: str) -> str:
    """As ``repr(round(value, digits))`` has it; ``form`` writes so many digits."""
    if not 1.0 <= value < _EXACT:
        return repr(round(value, digits))
    text = (form % value).rstrip("0")
    return text + "0" if text[-1] == "." else text


def _list(words: Iterable[str]) -> str:
    return "[" + ",".join([quoted(word) for word in words]) + "]"


def _place(one: Connection) -> str:
    text = ""
    if one.vlans:
        text += f',"vlan":[{",".join(map(str, one.vlans))}]'
    if one.interface:
        text += f',"interface":{quoted(one.interface)}'
    if one.tunnel:
        text += f',"tunnel":{_list(one.tunnel)}'
    if one.source_mac:
        text += f',"src_mac":"{one.source_mac}"'
    if one.destination_mac:
        text += f',"dst_mac":"{one.destination_mac}"'
    if one.source_vendor:
        text += f',"src_vendor":{quoted(one.source_vendor)}'
    if one.destination_vendor:
        text += f',"dst_vendor":{quoted(one.destination_vendor)}'
    if one.service:
        text += f',"service":{quoted(one.service)}'
    if one.source_place is not None:
        text += f',"src_place":{encoded(place_parts(one.source_place))}'
    if one.destination_place is not None:
        text += f',"dst_place":{encoded(place_parts(one.destination_place))}'
    return text


def _tcp(health: TcpHealth) -> str:
    text = (
        f',"tcp":{{"retransmissions_out":{health.retransmissions_out},"retransmissions_in":{health.retransmissions_in}'
        f',"fast_retransmissions_out":{health.fast_retransmissions_out}'
        f',"fast_retransmissions_in":{health.fast_retransmissions_in}'
        f',"out_of_order_out":{health.out_of_order_out},"out_of_order_in":{health.out_of_order_in}'
        f',"duplicate_acks_out":{health.duplicate_acks_out},"duplicate_acks_in":{health.duplicate_acks_in}'
        f',"zero_windows_out":{health.zero_windows_out},"zero_windows_in":{health.zero_windows_in}'
    )
    if health.mss_out is not None:
        text += f',"mss_out":{health.mss_out}'
    if health.mss_in is not None:
        text += f',"mss_in":{health.mss_in}'
    if health.window_scale_out is not None:
        text += f',"window_scale_out":{health.window_scale_out}'
    if health.window_scale_in is not None:
        text += f',"window_scale_in":{health.window_scale_in}'
    if health.sack:
        text += ',"sack":true'
    if health.ecn:
        text += ',"ecn":true'
    return text + (',"reset_by":null}' if health.reset_by is None else f',"reset_by":"{health.reset_by}"}}')


def _rtt(rtt: Rtt) -> str:
    text = ""
    if rtt.handshake is not None:
        text += f',"handshake":{_milliseconds(rtt.handshake)}'
    if rtt.smoothed is not None:
        text += f',"smoothed":{_milliseconds(rtt.smoothed)}'
    if rtt.minimum is not None:
        text += f',"min":{_milliseconds(rtt.minimum)}'
    if rtt.jitter is not None:
        text += f',"jitter":{_milliseconds(rtt.jitter)}'
    return f',"rtt_ms":{{{text[1:]}}}' if text else ""


def _responses(times: Iterable[ResponseTime]) -> str:
    return f',"response_ms":[{",".join(_response(each) for each in times)}]'


def _response(one: ResponseTime) -> str:
    """Without times where nothing was answered."""
    spread = (
        f',"last":{_milliseconds(one.last)},"min":{_milliseconds(one.minimum)}'
        f',"max":{_milliseconds(one.maximum)},"mean":{_milliseconds(one.mean)}'
        if one.count
        else ""
    )
    counts = f',"count":{one.count},"unanswered":{one.unanswered},"failed":{one.failed}'
    return f'{{"what":{quoted(one.what)}{spread}{counts}}}'


def _names(one: Connection) -> str:
    text = ""
    if one.source_name is not None:
        text += f',"src_name":{quoted(one.source_name.text)},"src_name_source":"{one.source_name.source}"'
    if one.destination_name is not None:
        text += f',"dst_name":{quoted(one.destination_name.text)},"dst_name_source":"{one.destination_name.source}"'
    return text


def _finding(finding: Finding, secrets: bool) -> str:
    text = f',"application":{quoted(finding.name)},"confidence":"{finding.confidence._value_}"'
    if finding.state:
        text += f',"application_state":{quoted(finding.state)}'
    if finding.outer:
        text += f',"inside":{_list(finding.outer)}'
    if finding.hostname:
        text += f',"hostname":{quoted(finding.hostname)},"hostname_source":"{finding.hostname_source}"'
    if finding.summary:
        text += f',"summary":{quoted(finding.summary)}'
    fields = ""
    for name, _, values, multiple, secrecy in finding.fields:
        if not values or (secrecy is not _PUBLIC and not secrets):
            continue
        if multiple or len(values) > 1:
            fields += f",{quoted(name)}:[{','.join(map(_value, values))}]"
        else:
            fields += f",{quoted(name)}:{_value(values[0])}"
    if fields:
        text += f',"fields":{{{fields[1:]}}}'
    if finding.risks:
        text += f',"risks":{_list(finding.risks)}'
    return text


def _value(value: str | int) -> str:
    return quoted(value) if isinstance(value, str) else str(value) if type(value) is int else encoded(value)
