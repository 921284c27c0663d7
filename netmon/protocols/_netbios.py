"""NetBIOS names in DNS clothes (RFC 1001 section 14.1): 16 octets written as 32 letters, two a half-octet.

In: the first label of an encoded name. Out: the 15-octet name and its suffix, ``("WORKGROUP", 0x1D)``, or ``None`` when it
is no such name. The wildcard name is ``*``.
"""

from __future__ import annotations

from typing import Final

ENCODED: Final = 32
NAME: Final = 15
_LETTERS: Final = b"ABCDEFGHIJKLMNOP"
_DIGITS: Final = bytes.maketrans(_LETTERS, b"0123456789abcdef")
SUFFIXES: Final = {
    0x00: "workstation",
    0x03: "messenger",
    0x06: "remote access",
    0x1B: "domain master browser",
    0x1C: "domain controllers",
    0x1D: "master browser",
    0x1E: "browser elections",
    0x20: "file server",
}


def decode(label: str) -> tuple[str, int] | None:
    """The name and suffix in one 32-letter label."""
    if len(label) != ENCODED or not label.isascii():
        return None
    letters = label.upper().encode("ascii")
    if letters.translate(None, _LETTERS):
        return None
    octets = bytes.fromhex(letters.translate(_DIGITS).decode("ascii"))
    return text(octets[:NAME]), octets[NAME]


def text(octets: bytes) -> str:
    """A padded name without its padding; what is not printable ASCII is written ``<01>``, as the field does."""
    plain = octets.split(b"\0", 1)[0].rstrip(b" ")
    if plain.isascii() and (shown := plain.decode("ascii")).isprintable():
        return shown
    return "".join(chr(octet) if 0x20 <= octet < 0x7F else f"<{octet:02x}>" for octet in plain)
