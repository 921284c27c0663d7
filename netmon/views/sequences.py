"""Control sequences that curses does not know: pastes, keys as other terminals send them, late answers to questions.

In: key codes as they come. Out: the codes that are keys, and events. Rule: what a terminal sends by itself presses no keys,
however much of it looks like letters (ECMA-48 5.4 control sequences, xterm's bracketed paste and OSC replies); an escape
that begins nothing is a key as soon as that is clear; everything is bounded.
"""

from __future__ import annotations

from .events import KeyEvent, PasteEvent

ON, OFF = b"\x1b[?2004h", b"\x1b[?2004l"
"""Bracketed paste, asked for and not."""
BEGINS, ENDS = b"\x1b[200~", b"\x1b[201~"
MOST = 100_000
"""Bytes of a paste that are kept."""
LONGEST = 1_000
"""Bytes of any other sequence; what is longer is none."""
_ESCAPE, _BELL = 0x1B, 0x07
_FINALS = {
    "A": "Up", "B": "Down", "C": "Right", "D": "Left", "H": "Home", "F": "End", "Z": "S-Tab", "P": "F1", "Q": "F2",
    "R": "F3", "S": "F4",
}  # fmt: skip
_NUMBERS = {
    "1": "Home", "2": "Insert", "3": "Delete", "4": "End", "5": "PgUp", "6": "PgDn", "7": "Home", "8": "End", "11": "F1",
    "12": "F2", "13": "F3", "14": "F4", "15": "F5", "17": "F6", "18": "F7", "19": "F8", "20": "F9", "21": "F10", "23": "F11",
    "24": "F12",
}  # fmt: skip
Item = int | KeyEvent | PasteEvent


class SequenceReader:
    """Takes sequences out of what is typed."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._text: bytearray | None = None

    def take(self, code: int) -> list[Item]:
        """What a code completes; -1 = nothing more has been typed."""
        if self._text is not None:
            return self._pasted(self._text, code)
        if not self._held:
            if code != _ESCAPE:
                return [code]
            self._held.append(code)
            return []
        if code == -1:
            return self._quiet()
        if code > 255:  # a key that curses knows
            return [*self._let_go(), code]
        self._held.append(code)
        return self._judged(code)

    def _quiet(self) -> list[Item]:
        """Nothing follows: an escape, and a bracket after it, were typed; of anything longer the rest is on its way."""
        return [*(self._let_go() if len(self._held) < 3 else []), -1]

    def _let_go(self) -> list[Item]:
        held = list(self._held)
        self._held.clear()
        return list(held)

    def _judged(self, code: int) -> list[Item]:
        held = self._held
        if len(held) == 2 and code not in b"[O]":
            held.clear()
            return [_ESCAPE, *self.take(code)]
        if len(held) == 2:
            return []
        if held[1] == ord("]"):  # an answer, up to BEL or ESC \
            if code == _BELL or (code == ord("\\") and held[-2] == _ESCAPE) or len(held) > LONGEST:
                held.clear()
            return []
        if held[1] == ord("[") and 0x20 <= code < 0x40 and len(held) <= LONGEST:
            return []
        sequence = bytes(held)
        held.clear()
        if sequence == BEGINS:
            self._text = bytearray()
            return []
        if code == _ESCAPE:  # the one before it was cut short
            return self.take(code)
        name = _name(sequence)
        return [KeyEvent(name)] if name else []

    def _pasted(self, text: bytearray, code: int) -> list[Item]:
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


def _name(sequence: bytes) -> str:
    """The key a whole sequence stands for, whatever is held down with it; empty for any other sequence."""
    body, final = sequence[2:-1].decode("latin-1"), chr(sequence[-1])
    if final == "~":
        return _NUMBERS.get(body.split(";")[0], "")
    if final in "PQRS" and sequence[1] == ord("[") and not body.startswith("1;"):
        return ""  # a position report
    return _FINALS.get(final, "") if not body or body.startswith("1;") else ""
