"""The stable record of one connection: what JSON lines and CSV are made of.

The schema is documented in docs/json.md. Absent is absent: a key without a value is left out, never made up. Secret
fields are left out unless they were asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netmon.model.connection import Connection, ConnectionEvent, Place, Rtt, TcpHealth
from netmon.model.finding import Field, Finding, Secrecy
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.owner import Owner
from netmon.tracker.community import community_id

Record = dict[str, Any]
_HARDWARE = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


def event_record(event: ConnectionEvent, *, secrets: bool = False) -> Record:
    """The ``connection`` record of an event."""
    connection = event.connection
    record: Record = {
        "type": "connection",
        "event": event.kind.value,
        "id": connection.identifier,
    }
    community = connection.community_id or community_id(connection)
    if community:
        record["community_id"] = community
    record["protocol"] = connection.protocol
    link_layer = _HARDWARE.fullmatch(connection.source) is not None  # shown as src_mac, dst_mac (_add_place)
    if not link_layer:
        record["src_ip"] = connection.source
    if connection.source_port is not None:
        record["src_port"] = connection.source_port
    if not link_layer:
        record["dst_ip"] = connection.destination
    if connection.destination_port is not None:
        record["dst_port"] = connection.destination_port
    record["direction"] = connection.direction.value
    if connection.state:
        record["state"] = connection.state
    _add_place(record, connection)
    record["first_seen"] = round(connection.first_seen, 6)
    record["last_seen"] = round(connection.last_seen, 6)
    record["packets_out"] = connection.packets_out
    record["packets_in"] = connection.packets_in
    record["bytes_out"] = connection.bytes_out
    record["bytes_in"] = connection.bytes_in
    record["payload_out"] = connection.payload_out
    record["payload_in"] = connection.payload_in
    if connection.tcp is not None:
        record["tcp"] = _tcp(connection.tcp)
    rtt = _rtt(connection.rtt)
    if rtt:
        record["rtt_ms"] = rtt
    if connection.kernel_tcp is not None:
        record["kernel_tcp"] = _kernel_tcp(connection.kernel_tcp)
    if connection.response_times:
        record["response_ms"] = [
            {
                "what": each.what,
                "last": round(each.last, 3),
                "min": round(each.minimum, 3),
                "max": round(each.maximum, 3),
                "mean": round(each.mean, 3),
                "count": each.count,
                "unanswered": each.unanswered,
            }
            for each in connection.response_times
        ]
    _add_names(record, connection)
    if connection.finding is not None:
        _add_finding(record, connection.finding, secrets)
    if connection.owner is not None:
        record["process"] = _process(connection.owner)
    return record


def _add_place(record: Record, connection: Connection) -> None:
    if connection.vlans:
        record["vlan"] = list(connection.vlans)
    if connection.interface:
        record["interface"] = connection.interface
    if connection.tunnel:
        record["tunnel"] = list(connection.tunnel)
    for key, value in (
        ("src_mac", connection.source_mac),
        ("dst_mac", connection.destination_mac),
        ("src_vendor", connection.source_vendor),
        ("dst_vendor", connection.destination_vendor),
        ("service", connection.service),
    ):
        if value:
            record[key] = value
    if connection.source_place is not None:
        record["src_place"] = _place(connection.source_place)
    if connection.destination_place is not None:
        record["dst_place"] = _place(connection.destination_place)


def _place(place: Place) -> Record:
    pairs = (
        ("country", place.country),
        ("country_name", place.country_name),
        ("city", place.city),
        ("asn", place.asn),
        ("organisation", place.organisation),
    )
    return {key: value for key, value in pairs if value not in ("", None)}


def _tcp(health: TcpHealth) -> Record:
    record: Record = {
        "retransmissions_out": health.retransmissions_out,
        "retransmissions_in": health.retransmissions_in,
        "fast_retransmissions_out": health.fast_retransmissions_out,
        "fast_retransmissions_in": health.fast_retransmissions_in,
        "out_of_order_out": health.out_of_order_out,
        "out_of_order_in": health.out_of_order_in,
        "duplicate_acks_out": health.duplicate_acks_out,
        "duplicate_acks_in": health.duplicate_acks_in,
        "zero_windows_out": health.zero_windows_out,
        "zero_windows_in": health.zero_windows_in,
    }
    for key, value in (
        ("mss_out", health.mss_out),
        ("mss_in", health.mss_in),
        ("window_scale_out", health.window_scale_out),
        ("window_scale_in", health.window_scale_in),
    ):
        if value is not None:
            record[key] = value
    if health.sack:
        record["sack"] = True
    if health.ecn:
        record["ecn"] = True
    record["reset_by"] = health.reset_by
    return record


def _rtt(rtt: Rtt) -> Record:
    pairs = (
        ("handshake", rtt.handshake),
        ("smoothed", rtt.smoothed),
        ("min", rtt.minimum),
        ("jitter", rtt.jitter),
    )
    return {key: round(value, 3) for key, value in pairs if value is not None}


def _kernel_tcp(figures: KernelTcp) -> Record:
    pairs = (
        ("seen", round(figures.seen, 3)),
        ("srtt_ms", figures.smoothed_rtt),
        ("rttvar_ms", figures.rtt_variation),
        ("min_rtt_ms", figures.minimum_rtt),
        ("congestion_control", figures.congestion_control or None),
        ("cwnd", figures.congestion_window),
        ("ssthresh", figures.slow_start_threshold),
        ("mss", figures.segment_size),
        ("in_flight", figures.in_flight),
        ("lost", figures.lost),
        ("retransmissions", figures.retransmissions),
        ("send_queue", figures.send_queue),
        ("receive_queue", figures.receive_queue),
        ("pacing_rate", figures.pacing_rate),
        ("delivery_rate", figures.delivery_rate),
        ("app_limited", figures.application_limited or None),
        ("delivered", figures.delivered),
        ("busy_ms", figures.busy),
        ("rwnd_limited_ms", figures.window_limited),
        ("sndbuf_limited_ms", figures.buffer_limited),
        ("bytes_sent", figures.bytes_sent),
        ("bytes_retransmitted", figures.bytes_retransmitted),
    )
    return {key: value for key, value in pairs if value is not None}


def _add_names(record: Record, connection: Connection) -> None:
    for key, name in (("src_name", connection.source_name), ("dst_name", connection.destination_name)):
        if name is not None:
            record[key] = name.text
            record[f"{key}_source"] = name.source


def _add_finding(record: Record, finding: Finding, secrets: bool) -> None:
    record["application"] = finding.name
    record["confidence"] = finding.confidence.value
    if finding.state:
        record["application_state"] = finding.state
    if finding.outer:
        record["inside"] = list(finding.outer)
    if finding.hostname:
        record["hostname"] = finding.hostname
        record["hostname_source"] = finding.hostname_source
    if finding.summary:
        record["summary"] = finding.summary
    fields = visible_fields(finding, secrets=secrets)
    if fields:
        record["fields"] = fields
    if finding.risks:
        record["risks"] = list(finding.risks)


def visible_fields(finding: Finding, *, secrets: bool = False) -> Mapping[str, Any]:
    """Field name to value, a list when there are several; secret ones only when asked for."""
    return {
        field.name: field_value(field)
        for field in finding.fields
        if field.values and (secrets or field.secrecy is Secrecy.PUBLIC)
    }


def field_value(field: Field) -> str | int | list[str | int]:
    """One value, or a list of them."""
    if field.multiple or len(field.values) > 1:
        return list(field.values)
    return field.values[0]


def _process(owner: Owner) -> Record:
    process = owner.process
    record: Record = {"pid": process.pid, "name": process.name}
    for key, value in (
        ("exe", process.executable),
        ("cmdline", process.command_line),
        ("cwd", process.working_directory),
        ("user", process.user),
        ("group", process.group),
        ("unit", process.unit),
        ("cgroup", process.cgroup),
        ("script", process.script),
        ("label", process.label),
        ("sha256", process.sha256),
    ):
        if value:
            record[key] = value
    if process.uid is not None:
        record["uid"] = process.uid
    if process.started:
        record["started"] = round(process.started, 3)
    if process.parents:
        record["parents"] = [{"pid": parent.pid, "name": parent.name} for parent in process.parents]
    if process.container is not None:
        container = process.container
        pairs = (
            ("runtime", container.runtime),
            ("id", container.identifier),
            ("name", container.name),
            ("image", container.image),
            ("pod", container.pod),
            ("namespace", container.namespace),
        )
        record["container"] = {key: value for key, value in pairs if value}
    if process.capabilities:
        record["capabilities"] = list(process.capabilities)
    if owner.shared:
        record["shared"] = [{"pid": other.pid, "name": other.name} for other in owner.shared]
    record["match"] = owner.match.value
    return record
