"""The one error root, and one child per door that can fail.

Foreign exceptions (libpcap, impacket, c-ares, the operating system) are translated into these where they enter the
program, chained with ``from``. ``cli`` turns them into one line on standard error and an exit status.
"""

from __future__ import annotations


class NetmonError(Exception):
    """Root of everything netmon raises on purpose; its text is one line that says what, where and what to do."""

    exit_status = 1


class UsageError(NetmonError):
    """A wrong argument, setting or filter expression."""

    exit_status = 2


class FilterError(UsageError):
    """A filter expression that does not parse; ``position`` is the offset of the offending character."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class CaptureError(NetmonError):
    """Packets cannot be had: interface, permission, capture filter, capture file."""


class NoInterfaceError(CaptureError):
    """There is no interface of that name, now."""


class CapturePermissionError(CaptureError):
    """The operating system refuses a live capture to this user."""


class MeterError(NetmonError):
    """A meter executor cannot be loaded or used."""


class DecodeError(NetmonError):
    """A packet below the application layer is not what it claims to be."""


class ParseError(NetmonError):
    """Application bytes are not the protocol they were taken for. Raised by parsers only, never shown."""


class NeedMore(ParseError):
    """The bytes so far are a valid beginning; only stream parsers let it out."""


class PlatformError(NetmonError):
    """The operating system cannot answer a question about sockets, processes or interfaces."""


class ExportError(NetmonError):
    """An output cannot be written."""
