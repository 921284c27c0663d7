#!/usr/bin/env python3
"""Packets per second of the native meter on a capture file, as a ratio to an empty libpcap loop over the same file.

    scripts/bench/meter.py FILE [--rounds N] [--chunk BYTES]

Rounds alternate between the contestants, so that a busy machine slows all of them; the ratio is that of the medians of CPU
time (user and system). ``metering`` keeps the table only; ``inspecting`` also takes every frame of the default budget, as
a reader that never says it is done would. The loop's callback is libc's ``abs``: a C function that returns at once.
Design target: metering within 2x of the empty loop.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from netmon.meter.contract import Fed, MeterLimits
from netmon.meter.native import NativeMeter

FOREVER = (1 << 63) - 1


def empty_loop(path: str) -> int:
    """libpcap reads, nobody looks."""
    pcap = ctypes.CDLL(ctypes.util.find_library("pcap") or "libpcap.so.1")
    pcap.pcap_open_offline.restype = ctypes.c_void_p
    error = ctypes.create_string_buffer(256)
    handle = pcap.pcap_open_offline(path.encode(), error)
    if not handle:
        raise SystemExit(error.value.decode())
    callback = ctypes.cast(ctypes.CDLL(None).abs, ctypes.c_void_p)
    pcap.pcap_loop(ctypes.c_void_p(handle), -1, callback, None)
    pcap.pcap_close(ctypes.c_void_p(handle))
    return 0


def metered(path: str, limits: MeterLimits, chunk: int) -> int:
    """The native meter reads the file itself."""
    meter = NativeMeter(limits)
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(chunk):
            fed = meter.feed_chunk(piece, FOREVER)
            while fed is Fed.QUEUE:
                meter.take_inspected()
                fed = meter.feed_chunk(b"", FOREVER)
    meter.end_of_file()
    packets = meter.totals().packets
    meter.close()
    return packets


def cpu_seconds(work: Callable[[], int]) -> tuple[float, int]:
    """CPU time of one run, and what it returned."""
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def main() -> None:
    """Alternate, take medians, print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chunk", type=int, default=1 << 20)
    arguments = parser.parse_args()
    contestants: dict[str, Callable[[], int]] = {
        "empty libpcap loop": lambda: empty_loop(arguments.file),
        "metering": lambda: metered(arguments.file, MeterLimits(inspect_packets=0), arguments.chunk),
        "inspecting": lambda: metered(arguments.file, MeterLimits(), arguments.chunk),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    packets = 0
    for round_number in range(arguments.rounds + 1):
        for name, work in contestants.items():
            seconds, count = cpu_seconds(work)
            packets = max(packets, count)
            if round_number:  # the first round only warms the page cache
                times[name].append(seconds)
    base = statistics.median(times["empty libpcap loop"])
    for name, seconds_list in times.items():
        seconds = statistics.median(seconds_list)
        print(f"{name:20} {seconds:7.3f} s CPU {packets / seconds / 1e6:7.2f} M packets/s   ratio {seconds / base:5.2f}")


if __name__ == "__main__":
    main()
