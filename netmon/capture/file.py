"""Capture files: a path or standard input, compressed or not (features 1.6).

In: a path, ``-`` for standard input. Out: the uncompressed bytes in pieces of 1 MiB, or frames. Rules never to be
broken: what comes before a tear or damage is delivered before it is reported; memory is bounded by one piece and one
record; every failure is a ``CaptureError`` of one line that begins with the name.

Pieces are of 1 MiB exactly (the last one shorter), so that the same input gives the same output on every run, except
where a pipe delivers less than that in ``STALL_MS``: then what is there is handed over, so that
``tcpdump -w - | netmon -r -`` shows packets as they come.
"""

from __future__ import annotations

import os
import select
import stat
import time
from collections.abc import Iterator, Sequence
from io import FileIO
from typing import TYPE_CHECKING

from netmon.errors import CaptureError
from netmon.model.frame import CaptureInterface, Frame

from . import standard_input
from ._compression import LONGEST_MAGIC, PIECE, Expander, Undecodable, detect
from .framing import Reader, refuse

if TYPE_CHECKING:
    from ._pcap import Program

STALL_MS = 200
STANDARD_INPUT = "-"


def open_file(path: str) -> PcapFileSource:
    """Open a capture; for a regular file what is wrong with its beginning is said at once."""
    shown = "standard input" if path == STANDARD_INPUT else path if path.isprintable() else repr(path)
    try:
        raw = FileIO(standard_input.descriptor(), closefd=False) if path == STANDARD_INPUT else FileIO(path)
        status = os.fstat(raw.fileno())
    except FileNotFoundError:
        raise CaptureError(f"{shown}: no such file") from None
    except IsADirectoryError:
        raise CaptureError(f"{shown}: is a directory, not a capture file") from None
    except PermissionError:
        raise CaptureError(f"{shown}: permission denied") from None
    except (OSError, ValueError) as error:
        raise CaptureError(f"{shown}: {getattr(error, 'strerror', None) or error}") from error
    if raw.isatty():
        raise CaptureError(f"{shown}: is a terminal; give a file or pipe a capture into it")
    source = PcapFileSource(path, shown, raw, status.st_size if stat.S_ISREG(status.st_mode) else 0)
    if stat.S_ISREG(status.st_mode):
        try:
            source.prefetch()
        except BaseException:
            source.close()
            raise
    return source


class PcapFileSource:
    """``FileSource`` over an unbuffered file. It is read once: ``chunks`` and ``frames`` share one position."""

    def __init__(self, name: str, shown: str, raw: FileIO, size: int) -> None:
        """``size`` is 0 for what is not a regular file."""
        self.name = name
        self._shown = shown
        self._raw = raw
        self._size = size
        self._read = 0
        self._expander: Expander | None = None
        self._stream = self._chunks()
        self._first: bytes | None = None
        self._reader = Reader(shown)
        self._torn = ""
        self._programs: list[Program] = []

    def prefetch(self) -> None:
        """Read the first piece, so that a wrong file is refused before anything else starts."""
        self._first = next(self._stream, None)

    def chunks(self) -> Iterator[bytes]:
        """See ``FileSource``. Raises ``CaptureError`` for an empty file and one that is no capture."""
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._stream

    def frames(self) -> Iterator[list[Frame]]:
        """See ``FileSource``; one list per piece. Raises ``CaptureError`` after the frames before damage."""
        for chunk in self.chunks():
            frames = self._reader.feed(chunk)
            if frames:
                yield frames
            if self._reader.damage:
                raise self._reader.damage
        self._torn = self._reader.finish()

    def interfaces(self) -> Sequence[CaptureInterface]:
        """Those ``frames`` has met so far (with ``chunks`` the meter knows them)."""
        return self._reader.interfaces

    def compile_filter(self, expression: str) -> tuple[int, int]:
        """What ``Meter.set_filter`` takes, valid until ``close``. To be asked before anything is read."""
        from ._offline_filter import address_of, compile_for, link_type_of, offline_filter_address

        if self._first is None:
            self.prefetch()
        program = compile_for(link_type_of(self._shown, self._first or b""), expression)
        self._programs.append(program)
        return address_of(program), offline_filter_address()

    @property
    def rewinds(self) -> bool:
        """See ``FileSource``."""
        return self._size > 0

    def fraction(self) -> float:
        """How much of the (compressed) file has been read."""
        return min(1.0, self._read / self._size) if self._size else 0.0

    def torn(self) -> str:
        """A compressed stream that is cut off comes first: it is why the capture inside is."""
        return (self._expander.torn if self._expander else "") or self._torn

    def close(self) -> None:
        """Release the file; idempotent. Standard input stays open."""
        self._raw.close()
        if self._programs:
            from ._offline_filter import free_program

            while self._programs:
                free_program(self._programs.pop())

    def _chunks(self) -> Iterator[bytes]:
        checked = False
        for chunk in _reblock(self._uncompressed()):
            if not checked:
                why = refuse(chunk)
                if why:
                    raise CaptureError(f"{self._shown}: {why}")
                checked = True
            yield chunk
        if not checked:
            cut = self._expander.torn if self._expander else ""
            raise CaptureError(f"{self._shown}: {cut + ' before anything came out' if cut else 'is empty'}")

    def _uncompressed(self) -> Iterator[bytes]:
        pieces = self._pieces()
        head = b""
        for piece in pieces:
            head += piece
            if len(head) >= LONGEST_MAGIC:
                break
        kind = detect(head)
        if kind is None:
            yield head
            yield from pieces
            return
        try:
            self._expander = Expander(kind, _prepend(head, pieces))
            yield from self._expander
        except Undecodable as error:
            raise CaptureError(f"{self._shown}: {error}") from error

    def _pieces(self) -> Iterator[bytes]:
        """The file as it is; an empty piece when a pipe stalls or trickles."""
        waiter, waited, before = None, 0.0, 0
        if not self._size and hasattr(select, "poll"):
            waiter = select.poll()
            waiter.register(self._raw.fileno(), select.POLLIN)
        while True:
            if waiter:
                began = time.monotonic()
                waiter.poll(STALL_MS)
                waited += time.monotonic() - began
                if waited >= STALL_MS / 1000:
                    if self._read - before < PIECE:
                        yield b""
                    waited, before = 0.0, self._read
            try:
                piece = self._raw.read(PIECE)
            except OSError as error:
                raise CaptureError(f"{self._shown}: {error.strerror}") from error
            if not piece:
                return
            self._read += len(piece)
            yield piece


def _prepend(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _reblock(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces of exactly ``PIECE`` bytes; an empty one, the end or an error hands over what there is."""
    waiting = bytearray()
    try:
        for piece in pieces:
            if not waiting and len(piece) == PIECE:
                yield piece
                continue
            waiting += piece
            while len(waiting) >= PIECE:
                yield bytes(waiting[:PIECE])
                del waiting[:PIECE]
            if not piece and len(waiting) >= LONGEST_MAGIC:
                yield bytes(waiting)
                waiting.clear()
    except CaptureError:
        if waiting:
            yield bytes(waiting)
        raise
    if waiting:
        yield bytes(waiting)
