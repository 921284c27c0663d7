"""Puts frames on a device as they are.

usage: send_frames.py DEVICE FILE        FILE: one frame a line, hexadecimal
"""

import socket
import sys
from pathlib import Path


def main(device: str, path: str) -> None:
    """In order, at once."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((device, 0))
        for line in Path(path).read_text().split():
            wire.send(bytes.fromhex(line))


main(sys.argv[1], sys.argv[2])
