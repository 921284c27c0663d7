"""Requests and responses."""

from __future__ import annotations

from netmon.model.finding import Exchange, Role
from netmon.tracker.pairing import OPEN_LIMIT, PATIENCE, Pairing, shown


def test_repeated_request_counts_from_the_first() -> None:
    """A retransmitted request is the same request."""
    pairing = Pairing()
    for role, when in ((Role.REQUEST, 0), (Role.REQUEST, 5_000_000), (Role.RESPONSE, 6_000_000), (Role.RESPONSE, 7_000_000)):
        pairing.add(Exchange("k", role, when, "dns"))
    (times,) = shown(pairing.kept)
    assert (times.count, times.last, times.unanswered) == (1, 6.0, 0)


def test_answers_that_say_no_are_counted() -> None:
    """Once each: a second answer to the same question counts for nothing."""
    pairing = Pairing()
    pairing.add(Exchange(1, Role.REQUEST, 0, "dns"))
    for _ in range(2):
        pairing.add(Exchange(1, Role.RESPONSE, 1_000_000, "dns", failed=True))
    pairing.add(Exchange(2, Role.REQUEST, 0, "dns"))
    pairing.add(Exchange(2, Role.RESPONSE, 1_000_000, "dns"))
    (times,) = shown(pairing.kept)
    assert (times.count, times.failed, times.unanswered) == (2, 1, 0)


def test_kinds_do_not_mix() -> None:
    """Equal keys of different kinds are different exchanges."""
    pairing = Pairing()
    pairing.add(Exchange(1, Role.REQUEST, 0, "dns"))
    pairing.add(Exchange(1, Role.RESPONSE, 9, "ping"))
    assert shown(pairing.kept) == ()
    pairing.add(Exchange(1, Role.RESPONSE, 1_000_000, "dns"))
    assert [times.what for times in shown(pairing.kept)] == ["dns"]


def test_patience_and_bounds() -> None:
    """Old and surplus requests are unanswered; a late answer pairs with nothing."""
    pairing = Pairing()
    pairing.add(Exchange(0, Role.REQUEST, 0))
    pairing.add(Exchange(1, Role.REQUEST, PATIENCE))
    pairing.add(Exchange(0, Role.RESPONSE, PATIENCE + 1))
    assert [(t.count, t.unanswered) for t in shown(pairing.kept)] == [(0, 1)]
    for key in range(2, OPEN_LIMIT + 10):
        pairing.add(Exchange(key, Role.REQUEST, PATIENCE))
    assert shown(pairing.kept)[0].unanswered == 10
    pairing.give_up()
    assert shown(pairing.kept)[0].unanswered == OPEN_LIMIT + 10


def test_kinds_are_bounded() -> None:
    """A protocol that invents kinds without end costs nothing."""
    pairing = Pairing()
    for number in range(100):
        pairing.add(Exchange(0, Role.REQUEST, 0, f"kind{number}"))
        pairing.add(Exchange(0, Role.RESPONSE, 1, f"kind{number}"))
    assert len(shown(pairing.kept)) == 8
