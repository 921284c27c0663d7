"""The next item is fetched while the last one is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue

import pytest
import trio

from netmon.errors import CaptureError
from netmon.tasks.ahead import Ahead

PATIENCE = 5.0


async def test_items_come_in_order_and_end() -> None:
    """Each once; at the end ``None``, as often as somebody asks."""
    ahead = Ahead(iter([b"a", b"", b"b"]))
    assert [await ahead.take() for _ in range(5)] == [b"a", b"", b"b", None, None]


async def test_one_is_fetched_while_nobody_asks_and_no_more() -> None:
    """The second is there before it is asked for; the third is not begun."""
    begun: SimpleQueue[int] = SimpleQueue()

    def items() -> Iterator[int]:
        for number in range(3):
            begun.put(number)
            yield number

    ahead = Ahead(items())
    assert await ahead.take() == 0
    assert [begun.get(timeout=PATIENCE) for _ in range(2)] == [0, 1]
    assert begun.empty()
    assert await ahead.take() == 1


async def test_what_the_iterator_raises_comes_in_its_turn() -> None:
    """After the items before it."""

    def items() -> Iterator[int]:
        yield 1
        raise CaptureError("damaged")

    ahead = Ahead(items())
    assert await ahead.take() == 1
    with pytest.raises(CaptureError, match="damaged"):
        await ahead.take()


def test_a_run_may_end_while_an_item_is_on_its_way() -> None:
    """Nobody is there any more to be told."""
    go: SimpleQueue[int] = SimpleQueue()
    over: SimpleQueue[int] = SimpleQueue()

    def items() -> Iterator[int]:
        yield 1
        over.put(go.get(timeout=PATIENCE))
        yield 2

    async def run() -> None:
        assert await Ahead(items()).take() == 1

    trio.run(run)
    go.put(1)
    assert over.get(timeout=PATIENCE) == 1
