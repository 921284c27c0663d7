"""What few connections have, as objects, and the encoder of every JSON line.

Absent is absent: a key without a value is left out.
"""

from __future__ import annotations

import json
from typing import Any

from netmon.model.kernel_tcp import KernelTcp
from netmon.model.owner import Owner, Process
from netmon.model.surroundings import Place

Record = dict[str, Any]
encoded = json.JSONEncoder(separators=(",", ":")).encode
"""A value on one line, nothing but ASCII."""


def place_parts(place: Place) -> Record:
    """Where an address is."""
    pairs = (
        ("country", place.country),
        ("country_name", place.country_name),
        ("city", place.city),
        ("asn", place.asn),
        ("organisation", place.organisation),
    )
    return {key: value for key, value in pairs if value not in ("", None)}


def kernel_figures(figures: KernelTcp) -> Record:
    """What the kernel knows of its own end."""
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


def process_parts(owner: Owner) -> Record:
    """Who holds the connection."""
    record = described(owner.process)
    if owner.shared:
        record["shared"] = [{"pid": other.pid, "name": other.name} for other in owner.shared]
    record["match"] = owner.match.value
    return record


def described(process: Process) -> Record:
    """What is known of a process."""
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
        if process.own_user_namespace:
            record["own_user_namespace"] = True
    return record
