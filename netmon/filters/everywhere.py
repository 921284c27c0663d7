"""Terms without a field: a word or a regular expression in everything visible of a connection.

In: a needle or a ``Pattern``. Out: a predicate over a connection, and the same over many of them at once. Rule: the same
answer as looking at every visible text; the parts that connections share (``haystack``) are judged once, and of a
connection's own part, its two ends, as little as the pattern allows is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from netmon.model.connection import Connection

from .haystack import LONGEST_ENDS, Words, words
from .memo import Memo
from .regex import Pattern
from .syntax import Regex, Text
from .together import Together, Verdicts

Test = Callable[[Connection, float], Any]


def everywhere(term: Text | Regex) -> tuple[Test, Together]:
    """The predicates of a term without a field: of one connection, of many."""
    verdicts = _word(term.needle) if isinstance(term, Text) else _regex(term.pattern)
    return lambda connection, _: verdicts((words(connection),))[0], lambda _, texts, __: verdicts(texts)


# Texts are taken by index: taking all apart would fetch each from memory.


def _word(needle: str) -> Callable[[Sequence[Words]], Verdicts]:
    judged = Memo(lambda text: needle in text)
    return lambda texts: [judged[text[4]] or judged[text[3]] or needle in text[1] for text in texts]


def _regex(pattern: Pattern) -> Callable[[Sequence[Words]], Verdicts]:
    """One value a line.

    Ends are ASCII in lower case, and hardly two connections have the same. To a pattern for which all digits are alike many
    ends look alike, and each look (``haystack.Words``) is judged once. For another pattern they are searched, unless the
    letters that every match contains are not there.
    """
    literal = max(pattern.literals, key=len, default="")
    judge = _judge(pattern, literal)
    judged = Memo(judge)
    judged[""] = False  # what is not there matches nothing, not even a pattern that takes an empty text
    if pattern.digits_alike:
        return lambda texts: [judged[text[2]] or judged[text[4]] or judged[text[3]] for text in texts]
    exact = pattern.exact
    find: Callable[[str], Any] = judge if exact is None or pattern.safe_length < LONGEST_ENDS else exact.search
    if literal:
        return lambda texts: [judged[text[4]] or judged[text[3]] or (literal in text[1] and find(text[1])) for text in texts]
    return lambda texts: [judged[text[4]] or judged[text[3]] or find(text[1]) for text in texts]


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
