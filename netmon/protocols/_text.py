"""Small judgements shared by the text protocols: commands, reply codes, and whether a head is one of them so far.

In: a line or the first bytes of a direction. Out: words. Only commands a protocol knows are ever reported, because what else
a client sends may be a password or the text of a message.
"""

from __future__ import annotations

from collections.abc import Iterable


def words(text: str) -> frozenset[str]:
    """The words of a text: lists of commands are easier to read so."""
    return frozenset(text.split())


def first_line(head: bytes) -> bytes | None:
    """The first line without its end; ``None`` while it is not complete."""
    end = head.find(b"\n")
    return None if end < 0 else head[:end].rstrip(b"\r")


def verb_of(line: bytes, known: frozenset[str]) -> str:
    """The command a line begins with, in capitals; empty when it is none of ``known``."""
    word = line.split(b" ", 1)[0][:16].upper()
    if not word.isalpha():
        return ""
    text = word.decode("ascii", "replace")
    return text if text in known else ""


def argument_of(line: bytes) -> bytes:
    """What follows the first word."""
    return line.partition(b" ")[2].strip()


def reply_code(line: bytes) -> int:
    """The three digits of an SMTP or FTP reply; 0 when it is none. A continuation (``250-``) counts, see ``is_last``."""
    code = line[:3]
    return int(code) if len(code) == 3 and code.isdigit() and line[3:4] in (b"", b" ", b"-") else 0


def is_last(line: bytes) -> bool:
    """The reply's last line."""
    return line[3:4] != b"-"


def could_begin(head: bytes, words: Iterable[bytes]) -> bool:
    """``head`` begins with one of ``words`` or is a beginning of one (capitals or not)."""
    upper = head[:32].upper()
    return any(upper.startswith(word) or word.startswith(upper) for word in words)


def begins(head: bytes, words: Iterable[bytes]) -> bool:
    """``head`` begins with one of ``words``, all of it."""
    return head[:32].upper().startswith(tuple(words))
