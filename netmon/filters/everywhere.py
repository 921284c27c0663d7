"""Terms without a field to predicates: a word or a regular expression in everything visible of a connection.

In: a needle or a ``Pattern``. Out: a predicate over a connection. Rule: the same answer as looking at every visible text;
the parts that connections share (``haystack``) are judged once, and of a connection's own part, its two ends, as little as
the pattern allows is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netmon.model.connection import Connection

from . import haystack as words
from .memo import Memo
from .regex import Pattern

Test = Callable[[Connection, float], Any]


def word_test(needle: str) -> Test:
    """A word without a field."""
    judged = Memo(lambda text: needle in text)
    known, words_of = words.known.get, words.words

    # Texts are taken by index: taking all apart would fetch each from memory.
    def test(connection: Connection, _: float) -> Any:
        last = known(connection.identifier)
        if last is None or last[0] is not connection:
            last = words_of(connection)
        return judged[last[4]] or judged[last[3]] or needle in last[1]

    return test


def regex_test(pattern: Pattern) -> Test:
    """A regular expression without a field: one value a line.

    Ends are ASCII in lower case, and hardly two connections have the same. To a pattern for which all digits are alike many
    ends look alike, and each look (``haystack.Words``) is judged once. For another pattern they are searched, unless the
    letters that every match contains are not there.
    """
    literal = max(pattern.literals, key=len, default="")
    judge = _judge(pattern, literal)
    judged = Memo(judge)
    judged[""] = False  # what is not there matches nothing, not even a pattern that takes an empty text
    known, words_of = words.known.get, words.words

    def by_look(connection: Connection, _: float) -> Any:
        last = known(connection.identifier)
        if last is None or last[0] is not connection:
            last = words_of(connection)
        return judged[last[2]] or judged[last[4]] or judged[last[3]]

    exact = pattern.exact
    find: Callable[[str], Any] = judge if exact is None or pattern.safe_length < words.LONGEST_ENDS else exact.search

    def by_ends(connection: Connection, _: float) -> Any:
        last = known(connection.identifier)
        if last is None or last[0] is not connection:
            last = words_of(connection)
        return judged[last[4]] or judged[last[3]] or (literal in last[1] and find(last[1]))

    return by_look if pattern.digits_alike else by_ends


def _judge(pattern: Pattern, literal: str) -> Callable[[str], Any]:
    """Whether it finds something in a text in lower case: in ASCII, what it cannot do without is looked for first, and where
    it has no capitals the quicker search without ignoring case finds the same."""
    search, safe = pattern.search, pattern.safe_length
    find = search if pattern.exact is None else pattern.exact.search

    def judge(text: str) -> Any:
        if not text.isascii():
            return search(text)
        return literal in text and (find(text) if len(text) <= safe else search(text))

    return judge
