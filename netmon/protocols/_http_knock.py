"""An HTTP request to a server that speaks something else: what a web client that knocks at the wrong door says of itself.

In: the client's bytes, in pieces of any size. Out: host and user agent, once the head is whole; at most ``MAXIMUM_HEAD``
bytes are kept.
"""

from __future__ import annotations

import re

from ._http_fields import HOST, USER_AGENT
from ._http_syntax import header_fields, request_line
from ._report import Report

MAXIMUM_HEAD = 8192
_END = re.compile(rb"\n\r?\n")
_METHOD = re.compile(rb"[A-Z]{1,8}(?:\Z| (?:\Z|[/h*]))")
_WANTED = frozenset((b"host", b"user-agent"))


class Knock:
    """One client's head."""

    __slots__ = ("_head", "over")

    def __init__(self) -> None:
        self._head = bytearray()
        self.over = False
        """There is nothing more to learn."""

    @property
    def held(self) -> int:
        """Bytes of an unfinished head."""
        return len(self._head)

    def feed(self, report: Report, data: bytes) -> None:
        """The next bytes, the first of which begin the request line."""
        if self.over:
            return
        head = self._head
        searched = max(len(head) - 3, 0)
        head += data[: MAXIMUM_HEAD - len(head)]
        end = _END.search(head, searched)
        if end is not None:
            fields = header_fields(bytes(head[: end.start()]), _WANTED)
            report.add(HOST, fields.get(b"host", b"").rpartition(b"@")[2])
            report.add(USER_AGENT, fields.get(b"user-agent", b""))
        if end is not None or len(head) >= MAXIMUM_HEAD:
            self.lose()

    def lose(self) -> None:
        """What follows is of no use."""
        self.over = True
        self._head.clear()


def may_be_request(head: bytes) -> bool:
    """A method, or the beginning of one, and what follows it: nobody is surer before the line is whole."""
    return _METHOD.match(head) is not None


def is_request(line: bytes) -> bool:
    """A whole request line, its end included."""
    return request_line(line) is not None
