"""Where frames come from: live interfaces and capture files."""

from __future__ import annotations


def library_version() -> str:
    """Which libpcap live capture uses; ``CaptureError`` where there is none."""
    from ._pcap import version

    return version()
