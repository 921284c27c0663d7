"""Builds DNS messages for the tests, from the format of RFC 1035 section 4."""

from __future__ import annotations

import struct


def name(text: str) -> bytes:
    """An uncompressed name."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def question(text: str, kind: int = 1, class_: int = 1) -> bytes:
    return name(text) + struct.pack("!HH", kind, class_)


def record(owner: bytes | str, kind: int, data: bytes, ttl: int = 300, class_: int = 1) -> bytes:
    head = name(owner) if isinstance(owner, str) else owner
    return head + struct.pack("!HHIH", kind, class_, ttl, len(data)) + data


def message(
    questions: list[bytes], answers: list[bytes] = (), *, flags: int = 0x0100, authority: list[bytes] = (),  # type: ignore[assignment]
    additional: list[bytes] = (), identifier: int = 0x1234,  # type: ignore[assignment]
) -> bytes:  # fmt: skip
    counts = (len(questions), len(answers), len(authority), len(additional))
    return struct.pack("!6H", identifier, flags, *counts) + b"".join((*questions, *answers, *authority, *additional))


RESPONSE = 0x8180
QUESTION_POINTER = b"\xc0\x0c"
V4 = bytes([192, 0, 2, 1])
V6 = bytes.fromhex("20010db8000000000000000000000001")

QUERY = message([question("www.example.org")])
ANSWER = message(
    [question("www.example.org")],
    [
        record(QUESTION_POINTER, 5, name("web.example.net"), 60),
        record("web.example.net", 1, V4, 30),
        record("web.example.net", 28, V6, 30),
    ],
    flags=RESPONSE,
)
