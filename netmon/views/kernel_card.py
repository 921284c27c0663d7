"""The card of what this machine's kernel knows of a TCP connection: why it is as fast as it is.

In: figures and the moment; out: entries. Worded for the end that is this machine: "sent" is what it sent.
"""

from __future__ import annotations

from netmon.model.kernel_tcp import KernelTcp
from netmon.units import duration, milliseconds, quantity

from .entry import Entry, add
from .theme import Role

HELD_UP, RESENT = 0.1, 0.01
"""Shares of the time and of the bytes from which on a figure is a warning."""


def kernel(figures: KernelTcp | None, now: float) -> list[Entry]:
    """Times, windows, rates, queues, and what held the sender up."""
    if figures is None:
        return []
    entries: list[Entry] = []
    least = f", least {milliseconds(figures.minimum_rtt)}" if figures.minimum_rtt is not None else ""
    add(entries, "RTT", f"{milliseconds(figures.smoothed_rtt)} ± {milliseconds(figures.rtt_variation)}{least}")
    add(entries, "control", _control(figures))
    window = figures.congestion_window * figures.segment_size
    add(entries, "window", f"{figures.congestion_window} × {figures.segment_size} = {quantity(window)}")
    if figures.in_flight or figures.lost:
        lost = f", {figures.lost} lost" if figures.lost else ""
        add(entries, "in flight", f"{figures.in_flight} segments{lost}", Role.WARN if lost else Role.TEXT)
    add(entries, "pacing", "" if not figures.pacing_rate else f"{quantity(figures.pacing_rate)}/s")
    if figures.delivery_rate:
        limit = ", all that the process offered" if figures.application_limited else ""
        add(entries, "delivered", f"{quantity(figures.delivery_rate)}/s{limit}")
    _resent(entries, figures)
    _held_up(entries, figures)
    if figures.send_queue or figures.receive_queue:
        add(entries, "queued", f"{quantity(figures.send_queue)} to send, {quantity(figures.receive_queue)} not read yet")
    add(entries, "asked", f"{duration(max(0.0, now - figures.seen))} ago", Role.DIM)
    return entries


def _control(figures: KernelTcp) -> str:
    threshold = figures.slow_start_threshold
    phase = "slow start" if threshold is None or figures.congestion_window < threshold else "congestion avoidance"
    if figures.congestion_control.startswith("bbr"):
        phase = ""  # goes by what the path delivers, not by losses
    return ", ".join(filter(None, (figures.congestion_control, phase)))


def _resent(entries: list[Entry], figures: KernelTcp) -> None:
    sent, again = figures.bytes_sent, figures.bytes_retransmitted
    if not figures.retransmissions:
        return
    words = f"{figures.retransmissions} segments"
    share = again / sent if sent and again is not None else 0.0
    if again is not None and sent:
        words += f", {quantity(again)} of {quantity(sent)} ({share:.1%})"
    add(entries, "resent", words, Role.WARN if share >= RESENT else Role.TEXT)


def _held_up(entries: list[Entry], figures: KernelTcp) -> None:
    """What the sender waited for while it had something to send."""
    if not figures.busy:
        return
    parts = (("the receiver's window", figures.window_limited), ("the send buffer", figures.buffer_limited))
    shares = [(word, value / figures.busy) for word, value in parts if value]
    busy = milliseconds(figures.busy)
    said = ", ".join(f"{share:.0%} of {busy} by {word}" for word, share in shares if share >= 0.005)
    bad = any(share >= HELD_UP for _, share in shares)
    add(entries, "held up", said or f"never in {busy}", Role.WARN if bad else Role.TEXT)
