"""Names of addresses."""

from __future__ import annotations

from netmon.model.connection import Name
from netmon.tracker.naming import GRACE, LIMIT, Names


def test_told_names_belong_to_the_client_and_end() -> None:
    """Another client, an earlier time, or long after the TTL: the name does not hold."""
    names = Names()
    names.learn("c1", "1.1.1.1", "one.example", (100.0, 60.0))
    assert names.name("c1", "1.1.1.1", 150.0).text == "one.example"
    assert names.name("c2", "1.1.1.1", 150.0) is None
    assert names.name("c1", "1.1.1.1", 99.0) is None
    assert names.name("c1", "1.1.1.1", 161.0 + GRACE) is None


def test_newest_answer_wins() -> None:
    """Two names for one address: the client means the one it asked for last."""
    names = Names()
    names.learn("c", "1.1.1.1", "old.example", (1.0, 60.0))
    names.learn("c", "1.1.1.1", "new.example", (2.0, 60.0))
    assert names.name("c", "1.1.1.1", 3.0).text == "new.example"


def test_tables_are_bounded() -> None:
    """However many names there are, 10,000 are kept, the oldest go."""
    names = Names()
    for number in range(LIMIT + 5):
        names.learn("c", str(number), "x", (0.0, 60.0))
    assert len(names) == LIMIT
    assert names.name("c", "4", 0.0) is None
    assert names.name("c", "5", 0.0) is not None
    names.set_pointers({str(number): Name("p", "ptr") for number in range(LIMIT + 5)})
    assert names.name("other", "2", 0.0) is None or names.name("other", str(LIMIT), 0.0) is not None


def test_asked_once_until_it_expires() -> None:
    """Most recently shown first; again only after five minutes; never what has a name."""
    names = Names()
    for address in ("1.1.1.1", "2.2.2.2", "3.3.3.3"):
        names.want(address)
    assert names.unresolved(2, 0.0) == ["3.3.3.3", "2.2.2.2"]
    names.want("3.3.3.3")
    names.set_pointers({"1.1.1.1": Name("one", "ptr")})
    assert names.unresolved(5, 10.0) == []
    names.want("3.3.3.3")
    assert names.unresolved(5, 301.0) == ["3.3.3.3"]


def test_changed_pointers_are_told() -> None:
    """Only what is new or different needs drawing again."""
    names = Names()
    assert names.set_pointers({"1.1.1.1": Name("a", "ptr")}) == {"1.1.1.1"}
    assert names.set_pointers({"1.1.1.1": Name("a", "ptr"), "2.2.2.2": Name("b", "ptr")}) == {"2.2.2.2"}
