"""What the readers of the two capture file formats share."""

from __future__ import annotations

from typing import Protocol

from netmon.model.frame import CaptureInterface, Frame

MAX_RECORD = 16 * 1024 * 1024
"""A packet record or block that claims more bytes is damage (the meter's C reader has the same limit)."""


class Damage(Exception):
    """What a record claims cannot be; ``offset`` counts from the start of the data given to ``parse``.

    Never leaves the room: ``framing.Reader`` turns it into a ``CaptureError``.
    """

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(text)
        self.text = text
        self.offset = offset


class Parser(Protocol):
    """Incremental parser of one file format."""

    need: int
    """Bytes that must be there before ``parse`` can get any further."""
    interfaces: list[CaptureInterface]
    unit: str
    """What a record is called in messages."""

    def skipping(self) -> int:
        """How many bytes were taken of a record that is being skipped and not complete; else 0."""

    def parse(self, data: bytes, frames: list[Frame]) -> int:
        """Append the whole records' frames; returns how many bytes are done with. Raises ``Damage``."""
