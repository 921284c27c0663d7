"""Bracketed paste (xterm control sequences): text from the clipboard as one piece, not as keys that might do anything.

In: key codes as they come. Out: the codes that are keys, and each paste as one event. Rule: bounded; a paste whose end has
not come yet waits for it, an escape that begins no paste is a key as soon as that is clear.
"""

from __future__ import annotations

from .events import PasteEvent

ON, OFF = b"\x1b[?2004h", b"\x1b[?2004l"
BEGINS, ENDS = b"\x1b[200~", b"\x1b[201~"
MOST = 100_000
"""Bytes of a paste that are kept."""


class PasteReader:
    """Takes pastes out of what is typed."""

    def __init__(self) -> None:
        self._held = b""
        self._text: bytearray | None = None

    def take(self, code: int) -> list[int | PasteEvent]:
        """What a code completes; -1 = nothing more has been typed."""
        if self._text is not None:
            return self._more(self._text, code)
        if 0 <= code < 128 and BEGINS.startswith(self._held + bytes((code,))):
            self._held += bytes((code,))
            if self._held == BEGINS:
                self._held, self._text = b"", bytearray()
            return []
        found: list[int | PasteEvent] = [*self._held]
        self._held = b""
        return [*found, code] if code != BEGINS[0] else [*found, *self.take(code)]

    def _more(self, text: bytearray, code: int) -> list[int | PasteEvent]:
        if code == -1:
            return [code]
        if code < 256:
            text.append(code)
        if not text.endswith(ENDS):
            if len(text) > MOST:
                del text[MOST - len(ENDS) : -len(ENDS)]
            return []
        self._text = None
        return [PasteEvent(bytes(text[: -len(ENDS)]).decode("utf-8", "replace"))]
