"""Decompression of capture files, chosen by magic number, streaming (features 1.6).

In: pieces of the compressed file. Out: pieces of at most ``PIECE`` bytes. Rule never to be broken: memory stays bounded
whatever the data claims to expand to, so every decoder is asked for a bounded amount, and decoders that cannot be are
given so little input that their answer is bounded. Concatenated members (RFC 1952 section 2.2, xz and zstd frames
alike) are one stream; zero padding between and after them is skipped.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple, Protocol

PIECE = 1024 * 1024
LONGEST_MAGIC = 6
XZ_MEMORY = 256 * 1024 * 1024  # xz -9 needs 65 MB; a header may claim 4 GB
GZIP_WINDOW = 31  # zlib: 32 KiB window, gzip wrapper
# Decoders copy what follows a member, so a file of countless empty members costs time by the square of this.
INPUT = 16 * 1024
# A zstd block is at least 4 bytes and at most 128 KiB of output, so this much input cannot become more than 8 MiB.
ZSTD_INPUT = 256


class Undecodable(Exception):
    """The data is damaged or its decoder is not installed; never leaves the room (``file`` adds the name)."""


class Decoder(Protocol):
    """The interface of ``bz2.BZ2Decompressor``, which lzma, lz4 and compression.zstd share."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most ``max_length`` bytes; surplus input is kept for the next call."""

    @property
    def eof(self) -> bool:
        """The member is complete."""

    @property
    def needs_input(self) -> bool:
        """Nothing more comes without new data."""

    @property
    def unused_data(self) -> bytes:
        """What follows the member."""


class Format(NamedTuple):
    """One kind of compression."""

    name: str
    magic: Callable[[bytes], bool]
    decoder: Callable[[], Decoder]


class _Gzip:
    """zlib's decompressor with bz2's interface."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(GZIP_WINDOW)
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        output = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self.needs_input = not self._inner.unconsumed_tail and len(output) < max_length
        return output

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


class _Zstandard:
    """The ``zstandard`` package's decompressor with bz2's interface; it knows no ``max_length``."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._input, self._output = b"", b""
        self._read, self._written = 0, 0
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if data:
            self._input, self._read = self._input[self._read :] + data, 0
        while self._written == len(self._output) and self._read < len(self._input) and not self._inner.eof:
            piece = self._input[self._read : self._read + ZSTD_INPUT]
            self._read += len(piece)
            self._output, self._written = self._inner.decompress(piece), 0
        answer = self._output[self._written : self._written + max_length]
        self._written += len(answer)
        if self.eof:
            self.unused_data = self._inner.unused_data + self._input[self._read :]
        return answer

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof) and self._written == len(self._output)

    @property
    def needs_input(self) -> bool:
        return self._written == len(self._output) and self._read == len(self._input)


def _new_zstd() -> Decoder:
    try:
        decoder: Decoder = import_module("compression.zstd").ZstdDecompressor()  # Python 3.14
        return decoder
    except ImportError:
        pass
    try:
        package = import_module("zstandard")
    except ImportError:
        raise Undecodable("is compressed with zstd: install the package zstandard (pip install zstandard)") from None
    return _Zstandard(package.ZstdDecompressor(max_window_size=2**27).decompressobj())


def _new_lz4() -> Decoder:
    try:
        decoder: Decoder = import_module("lz4.frame").LZ4FrameDecompressor()
    except ImportError:
        raise Undecodable("is compressed with lz4: install the package lz4 (pip install lz4)") from None
    return decoder


def _is_zstd(head: bytes) -> bool:
    # The second form is a skippable frame (RFC 8878 section 3.1.2); pzstd begins with one.
    return head[:4] == b"\x28\xb5\x2f\xfd" or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50)


FORMATS = (
    Format("gzip", lambda head: head[:3] == b"\x1f\x8b\x08", _Gzip),
    Format("bzip2", lambda head: head[:3] == b"BZh", bz2.BZ2Decompressor),
    Format("xz", lambda head: head[:6] == b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, XZ_MEMORY)),
    Format("zstd", _is_zstd, _new_zstd),
    Format("lz4", lambda head: head[:4] == b"\x04\x22\x4d\x18", _new_lz4),
)


def detect(head: bytes) -> Format | None:
    """The compression that begins like this, if any."""
    return next((candidate for candidate in FORMATS if candidate.magic(head)), None)


class Expander:
    """Decompresses one stream. ``torn`` is set after the end when its tail was cut off or is something else."""

    def __init__(self, kind: Format, pieces: Iterator[bytes]) -> None:
        """``pieces`` begins with the magic number; an empty piece means "nothing more for now" and is passed on."""
        self.torn = ""
        self._kind = kind
        self._pieces = pieces
        self._taken = 0

    def __iter__(self) -> Iterator[bytes]:
        """The uncompressed pieces. Raises ``Undecodable`` where the data is damaged."""
        decoder = self._kind.decoder()
        fresh, waiting = False, b""
        for piece in self._inputs():
            if not piece:
                yield piece
                continue
            waiting += piece
            while waiting or not (fresh or decoder.needs_input or decoder.eof):
                if decoder.eof:
                    decoder, fresh = self._kind.decoder(), True
                if fresh:
                    waiting = waiting.lstrip(b"\0")
                    if len(waiting) < LONGEST_MAGIC:
                        break
                    if not self._kind.magic(waiting):
                        self.torn = f"the {self._kind.name} data is followed by something else, which was not read"
                        return
                    fresh = False
                output = self._decode(decoder, waiting)
                if output:  # an empty piece would mean a stall
                    yield output
                waiting = decoder.unused_data if decoder.eof else b""
        if waiting or not (fresh or decoder.eof):
            self.torn = f"the {self._kind.name} data is cut off after {self._taken:,} bytes"

    def _inputs(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if not piece:
                yield piece
            for start in range(0, len(piece), INPUT):
                part = piece[start : start + INPUT]
                self._taken += len(part)
                yield part

    def _decode(self, decoder: Decoder, data: bytes) -> bytes:
        try:
            return decoder.decompress(data, PIECE)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError) as error:
            cause: Exception = error
        except Exception as error:
            if type(error).__name__ != "ZstdError":  # of either package; neither can be named without importing it
                raise
            cause = error
        raise Undecodable(f"damaged {self._kind.name} data before byte {self._taken:,}: {cause}") from cause
