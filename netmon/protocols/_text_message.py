"""Messages of a start line and header lines (RFC 822 style), as SSDP, SIP, RTSP-like and other protocols over UDP use them.

In: the bytes of one message. Out: start line, headers (names in lower case, values with white space folded), and where the
body begins. ``NeedMore`` while the empty line that ends the headers is missing; ``whole=True`` takes what there is, for
datagrams whose sender left it out or the snap length cut. Bounded: ``MAX_LINES`` lines of ``MAX_LINE`` octets.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from netmon.errors import NeedMore, ParseError

MAX_LINES: Final = 128
MAX_LINE: Final = 4096
MAX_HEAD: Final = 64 * 1024
_BLANKS: Final = " \t\n\r\x0b\x0c"
"""What ``bytes.strip`` takes away."""


class TextMessage(NamedTuple):
    """A message's head."""

    start: str
    headers: dict[str, list[str]]
    body: int
    """Offset of the body."""

    def first(self, name: str, short: str = "") -> str:
        """The first value of a header, by its name or compact form; empty when it is absent."""
        values = self.headers.get(name) or self.headers.get(short)
        return values[0] if values else ""


def parse(data: bytes, whole: bool = False) -> TextMessage:
    """The head of a message."""
    end = data.find(b"\r\n\r\n", 0, MAX_HEAD)
    body = end + 4
    bare = data.find(b"\n\n", 0, end if end >= 0 else MAX_HEAD)
    if bare >= 0:  # the first of either form, as a reader meets it that gets octet by octet
        end, body = bare, bare + 2
    if end < 0:
        if not whole:
            raise NeedMore if len(data) < MAX_HEAD else ParseError("headers without end")
        end = body = min(len(data), MAX_HEAD)
    if data.isascii():
        return _plain(data[:end].decode("ascii"), body)
    lines = data[:end].split(b"\n", MAX_LINES)[:MAX_LINES]
    start = _text(lines[0])
    headers: dict[str, list[str]] = {}
    last: list[str] = []
    for line in lines[1:]:
        if line[:1] in (b" ", b"\t"):
            if last:
                last[-1] = f"{last[-1]} {_text(line)}"[:MAX_LINE]
            continue
        name, colon, value = line.partition(b":")
        if colon:
            last = headers.setdefault(_text(name).lower(), [])
            last.append(_text(value))
    return TextMessage(start, headers, body)


def _plain(head: str, body: int) -> TextMessage:
    """The same for a head that need not be decoded line by line."""
    lines = head.split("\n", MAX_LINES)[:MAX_LINES]
    headers: dict[str, list[str]] = {}
    last: list[str] = []
    for line in lines[1:]:
        if line.startswith((" ", "\t")):
            if last:
                last[-1] = f"{last[-1]} {_stripped(line)}"[:MAX_LINE]
            continue
        name, colon, value = line.partition(":")
        if colon:
            last = headers.setdefault(_stripped(name).lower(), [])
            last.append(_stripped(value))
    return TextMessage(_stripped(lines[0]), headers, body)


def _stripped(text: str) -> str:
    return text[:MAX_LINE].strip(_BLANKS)


def _text(line: bytes) -> str:
    return line[:MAX_LINE].strip().decode("utf-8", "replace")
