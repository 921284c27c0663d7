"""Names of addresses."""

from __future__ import annotations

from netmon.model.connection import Name
from netmon.tracker.naming import GRACE, Names
from netmon.tracker.told import LIMIT, SEVERAL


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


def test_a_process_means_the_name_it_asked_for() -> None:
    """Two processes, one address (a content network): each has its own name for it, whoever asked last; the askers become
    known after the answers. A third has the newest, and a name nobody asked for again ends."""
    names = Names()
    askers: dict[int, int] = {}
    names.told.process_of = askers.get
    names.learn("c", "1.1.1.1", "one.example", (1.0, 60.0), 7)
    names.learn("c", "1.1.1.1", "two.example", (2.0, 600.0), 8)
    assert names.name("c", "1.1.1.1", 3.0, 70).text == "two.example"
    askers |= {7: 70, 8: 80}
    assert names.name("c", "1.1.1.1", 3.0, 70).text == "one.example"
    askers.clear()  # their flows are over
    assert names.name("c", "1.1.1.1", 3.0, 70).text == "one.example"
    assert [names.name("c", "1.1.1.1", 3.0, pid).text for pid in (80, 90, None)] == ["two.example"] * 3
    assert names.name("c", "1.1.1.1", 62.0 + GRACE, 70).text == "two.example"
    assert names.name("c", "1.1.1.1", 1.5, 80).text == "one.example"


def test_an_address_has_few_names() -> None:
    """The newest are kept; the same name told to the same process again takes its place."""
    names = Names()
    names.told.process_of = {1: 10, 2: 10, 3: 20}.get
    for flow_id in (1, 2, 3):
        names.learn("c", "1.1.1.1", "same.example", (float(flow_id), 60.0), flow_id)
    assert [names.name("c", "1.1.1.1", 9.0, pid).learned for pid in (10, 20)] == [2.0, 3.0]
    for flow_id in range(4, 4 + SEVERAL):
        names.learn("c", "1.1.1.1", f"{flow_id}.example", (float(flow_id), 60.0), flow_id)
    assert names.name("c", "1.1.1.1", 9.0, 10).text == f"{3 + SEVERAL}.example"


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
