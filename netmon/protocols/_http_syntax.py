"""HTTP/1.x syntax: request and status lines, header fields, targets, body framing (RFC 9110, RFC 9112).

Pure functions over whole lines and heads. Rule never broken: what leaves ``split_target`` may be shown; query, fragment,
user information and session identifiers do not leave it.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from netmon.model.draft import made

from ._contract import MAYBE, NO, WEAK, YES, Claim
from ._secrets import after_userinfo, path_without_secrets

_ADDRESS: Final = re.compile(r"[0-9.]+|\[.*|.*:.*:.*")
_TOKEN: Final = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]"
_REQUEST: Final = re.compile(rb"(%b{1,32}) +([^ \r\n\x00-\x1f]+) +HTTP/(1\.[0-9])[ \t]*\r?\n?$" % _TOKEN)
_SPACED: Final = re.compile(rb"((?:GET|POST|HEAD|PUT|OPTIONS|DELETE)) +(/[^\r\n\x00-\x1f]{1,4096}?) +HTTP/(1\.[0-9])\r?\n?$")
"""Spaces in the target: what attackers and careless programs send, and servers accept."""
_SIMPLE: Final = re.compile(rb"GET /[^ \r\n\x00-\x1f]*\r?\n\Z")
_CUT_REQUEST: Final = re.compile(rb"([A-Z][A-Z_-]{2,23}) +(?:([^ \r\n\x00-\x1f]+) )?")
_STATUS: Final = re.compile(rb"HTTP/(1\.[0-9]) +([1-5][0-9][0-9])(?:[ \t][^\r\n]*)?\r?\n?$")
_METHOD: Final = re.compile(rb"[A-Z][A-Z_-]{0,23}")
_CONTROL: Final = re.compile(rb"[\x00-\x1f]")
_STATUS_BEGINNING: Final = b"HTTP/1."
_USUAL: Final = frozenset((b"GET", b"POST", b"HEAD", b"PUT", b"OPTIONS", b"CONNECT", b"DELETE"))
_METHOD_AT_END: Final = re.compile(
    rb"(?:PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT|SEARCH|GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE)$"
)
LONGEST_METHOD: Final = 9
_made: Final[Any] = made


class RequestLine(NamedTuple):
    """RFC 9112 section 3."""

    method: bytes
    target: bytes
    version: str


class StatusLine(NamedTuple):
    """RFC 9112 section 4."""

    version: str
    status: int


def request_line(line: bytes) -> RequestLine | None:
    """A whole request line, or ``None``."""
    match = _REQUEST.match(line) or _SPACED.match(line)
    if match is None:
        return None
    parsed: RequestLine = _made(RequestLine, (match[1], match[2], match[3].decode("ascii")))
    return parsed


def cut_request_line(line: bytes) -> RequestLine | None:
    """A request line whose end is missing (snap length, loss): the method, and the target when it is complete."""
    match = _CUT_REQUEST.match(line)
    return RequestLine(match[1], match[2] or b"", "") if match and b"\n" not in line else None


def status_line(line: bytes) -> StatusLine | None:
    """A whole status line, or ``None``."""
    match = _STATUS.match(line)
    if match is None:
        return None
    parsed: StatusLine = _made(StatusLine, (match[1].decode("ascii"), int(match[2])))
    return parsed


def simple_request(head: bytes) -> bool:
    """HTTP/0.9 (RFC 1945 section 4.1): ``GET``, a path, and no version; nothing else."""
    return _SIMPLE.match(head) is not None


def message_start(line: bytes) -> bytes:
    """The request or status line that ``line`` ends with, whatever (the rest of a body) stands before it; else empty."""
    status = line.rfind(b"HTTP/1.")
    if status < 0:
        return b""
    if _SPACED.match(line):
        return line
    parts = line.rsplit(b" ", 2)
    if len(parts) == 3:
        method = _METHOD_AT_END.search(parts[0], max(0, len(parts[0]) - LONGEST_METHOD))
        if method and request_line(found := b" ".join((method[0], *parts[1:]))):
            return found
        if _METHOD.fullmatch(parts[0]) and request_line(line):  # RPC_IN_DATA and others that nobody can know
            return line
    found = line[status:]
    return found if status_line(found) else b""


def header_fields(
    head: bytes, wanted: frozenset[bytes], again: list[tuple[bytes, bytes]] | None = None
) -> dict[bytes, bytes]:
    """The first value of each wanted field (lower-case names) after the first line; obsolete folding is dropped. ``again``:
    where names and values go of those that come once more."""
    found: dict[bytes, bytes] = {}
    lengths = _lengths(wanted)
    for line in head.split(b"\n")[1:]:
        colon = line.find(b":")
        if colon not in lengths:
            continue
        name = line[:colon].lower()
        if name not in wanted:
            continue
        if name not in found:
            found[name] = line[colon + 1 :].strip(b" \t\r")
        elif again is not None:
            again.append((name, line[colon + 1 :].strip(b" \t\r")))
    return found


@lru_cache(maxsize=16)
def _lengths(names: frozenset[bytes]) -> frozenset[int]:
    """How long a name must be to be one of these."""
    return frozenset(len(name) for name in names)


class Body(IntEnum):
    """What follows a head (RFC 9112 section 6.3)."""

    NONE = 0
    LENGTH = 1
    CHUNKED = 2
    UNTIL_CLOSE = 3
    OFF = 4
    """Something that is not HTTP: it is kept for whoever is next (``Reader.rest``)."""


NOTHING: Final = Body.NONE
SIZED: Final = Body.LENGTH
CHUNKED: Final = Body.CHUNKED
UNTIL_CLOSE: Final = Body.UNTIL_CLOSE
OFF: Final = Body.OFF
"""Found once, as the answers in ``_contract`` are."""


class Framing(NamedTuple):
    """A body's kind and, for ``LENGTH``, its size."""

    body: Body
    length: int = 0
    sample: int = 0
    """Bytes of the body the listener wants to see."""


_FRAMINGS: Final = {body: Framing(body) for body in Body}
NO_BODY: Final = _FRAMINGS[NOTHING]


def framing_of(fields: dict[bytes, bytes], without_length: Body) -> Framing:
    """By Transfer-Encoding, then Content-Length (a list of equal values counts as one), else ``without_length``."""
    coding = fields.get(b"transfer-encoding")
    if coding is not None:
        last = coding.rpartition(b",")[2].strip().lower()
        return _FRAMINGS[CHUNKED if last == b"chunked" else without_length]
    length = fields.get(b"content-length", b"").partition(b",")[0].strip()
    if length.isdigit() and len(length.lstrip(b"0")) < 19:
        return Framing(SIZED, int(length.lstrip(b"0") or b"0"))
    return _FRAMINGS[without_length]


class Target(NamedTuple):
    """The parts of a request target that may be shown (RFC 9112 section 3.2)."""

    path: bytes
    authority: bytes
    credentials: bool
    query: bytes = b""
    """A secret, told on request only."""


def split_target(line: RequestLine) -> Target:
    """Without query, fragment, user information, session identifiers and tokens."""
    target = line.target.partition(b"#")[0].partition(b"?")[0]
    if target.startswith(b"/") and line.method != b"CONNECT":  # as nearly all do
        parts: Target = _made(Target, (path_without_secrets(target), b"", False, line.target[len(target) + 1 :]))
        return parts
    query = line.target[len(target) + 1 :]
    authority, credentials = b"", False
    scheme, separator, _ = target.partition(b"://")
    if line.method == b"CONNECT":
        authority = target
    elif separator and scheme.isalnum():
        rest, credentials = after_userinfo(line.target[len(scheme + separator) :])
        authority, slash, path = rest.partition(b"/")
        target = slash + path or b"/"
    information, at, host = authority.rpartition(b"@")
    if at and line.method == b"CONNECT":
        target = host
    credentials |= bool(at) and b":" in information
    return Target(path_without_secrets(target), host, credentials, query)


def host_of(authority: str) -> str:
    """The name in ``name:port``; empty for an address."""
    return "" if _ADDRESS.fullmatch(authority) else authority.partition(":")[0]


def asks(client: bytes) -> Claim:
    """Does a client that begins like this speak HTTP/1.x? Weak while the version has not come yet."""
    line, newline, _ = client.lstrip(b"\r\n").partition(b"\n")
    if newline:
        return YES if request_line(line + newline) else NO
    if not line:
        return MAYBE
    method, space, rest = line.partition(b" ")
    target, _, version = rest.lstrip(b" ").partition(b" ")
    version = version.lstrip(b" ")
    if not _METHOD.fullmatch(method) or _CONTROL.search(target) or version[:7] != _STATUS_BEGINNING[: len(version)]:
        return NO
    plain = method in _USUAL and bool(space) and len(target) > 1 and target.startswith((b"/", b"http://"))
    return WEAK if plain else MAYBE


def answers(server: bytes) -> Claim:
    """Does a server that begins like this?"""
    if len(server) < len(_STATUS_BEGINNING):
        return MAYBE if _STATUS_BEGINNING.startswith(server) else NO
    line = server.partition(b"\n")[0]
    if not line.startswith(_STATUS_BEGINNING):
        return NO
    if len(line) < 12:
        return MAYBE if len(line) == len(server) else NO
    return YES if status_line(line[:12]) and line[12:13] in (b"", b" ", b"\r") else NO
