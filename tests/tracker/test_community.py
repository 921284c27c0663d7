"""Community ID against the values published with the specification."""

from __future__ import annotations

import pytest

from netmon.model.connection import Connection, Direction
from netmon.tracker.community import community_id


def connection(
    protocol: str, source: tuple[str, int | None], destination: tuple[str, int | None], state: str = ""
) -> Connection:
    """A connection with nothing but its ends."""
    return Connection(
        "1", 1, protocol, source[0], source[1], destination[0], destination[1], Direction.UNKNOWN, None, state, False,
        0.0, 0.0, 0, 0, 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("tcp", ("128.232.110.120", 34855), ("66.35.250.204", 80)), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (("udp", ("192.168.1.52", 54585), ("8.8.8.8", 53)), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        (("sctp", ("192.168.170.8", 7), ("192.168.170.56", 7)), "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
        (("icmp", ("192.168.0.89", 1), ("192.168.0.1", 1), "ECHO_REQUEST"), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
        (("icmp", ("192.168.0.89", 1), ("192.168.0.1", 1), "ECHO_REPLY"), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
        (("icmpv6", ("fe80::200:86ff:fe05:80da", None), ("fe80::260:97ff:fe07:69ea", None), "NEIGHBOR_SOLICIT"),
         "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="),
    ],
)  # fmt: skip
def test_published_values(given: tuple[object, ...], expected: str) -> None:
    """The specification's baseline captures give its values."""
    assert community_id(connection(*given)) == expected  # type: ignore[arg-type]


def test_either_way_round() -> None:
    """Who opened it does not matter."""
    a, b = ("192.0.2.1", 50_000), ("198.51.100.2", 443)
    assert community_id(connection("tcp", a, b)) == community_id(connection("tcp", b, a)) != ""


def test_link_rows_have_none() -> None:
    """Without IP addresses there is no community id."""
    assert community_id(connection("lldp", ("02:00:00:00:00:01", None), ("01:80:c2:00:00:0e", None))) == ""
    assert community_id(connection("tcp", ("192.0.2.1", 1), ("a name\0", 2))) == ""
