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
    names.set_pointers({str(number): (Name("p", "ptr"), 60.0) for number in range(LIMIT + 5)}, 0.0)
    assert names.name("other", "2", 0.0) is None
    assert names.name("other", str(LIMIT), 0.0) is not None


def test_asked_once_until_it_expires() -> None:
    """Most recently shown first; again only when the answer's lifetime is over, or the question got lost."""
    names = Names()
    for address in ("1.1.1.1", "2.2.2.2", "3.3.3.3"):
        names.want(address)
    assert names.unresolved(2, 0.0) == ["3.3.3.3", "2.2.2.2"]
    names.want("3.3.3.3")
    names.set_pointers({"1.1.1.1": (Name("one", "ptr"), 300.0), "2.2.2.2": (None, 60.0)}, 0.0)
    assert names.unresolved(5, 10.0, ["1.1.1.1", "2.2.2.2"]) == []
    names.want("3.3.3.3")
    assert names.unresolved(5, 61.0, ["1.1.1.1", "2.2.2.2"]) == ["3.3.3.3", "2.2.2.2"]
    assert names.unresolved(5, 301.0, ["1.1.1.1"]) == ["1.1.1.1"]


def test_let_go_comes_again() -> None:
    """What could not be asked is wanted again at once."""
    names = Names()
    names.want("1.1.1.1")
    assert names.unresolved(5, 0.0) == ["1.1.1.1"]
    assert names.unresolved(5, 1.0, ["1.1.1.1"]) == []
    names.let_go(["1.1.1.1"])
    assert names.unresolved(5, 1.0, ["1.1.1.1"]) == ["1.1.1.1"]


def test_renewal_is_looked_for_now_and_then() -> None:
    """Not at every refresh."""
    names = Names()
    assert [names.due(now) for now in (100.0, 110.0, 131.0, 132.0)] == [True, False, True, False]


def test_changed_pointers_are_told() -> None:
    """Only what is new or different needs drawing again."""
    names = Names()
    a, b = (Name("a", "ptr"), 60.0), (Name("b", "ptr"), 60.0)
    assert names.set_pointers({"1.1.1.1": a, "3.3.3.3": (None, 60.0)}, 1.0) == {"1.1.1.1"}
    assert names.set_pointers({"1.1.1.1": a, "2.2.2.2": b}, 2.0) == {"2.2.2.2"}
    assert names.set_pointers({"1.1.1.1": (None, 60.0)}, 3.0) == {"1.1.1.1"}
