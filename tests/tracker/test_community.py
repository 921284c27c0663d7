"""Community ID against the values published with the specification."""

from __future__ import annotations

import pytest

from netmon.model.connection import Connection, Direction
from netmon.model.finding import Confidence, Field, Finding
from netmon.tracker.community import community_id


def connection(
    protocol: str, source: tuple[str, int | None], destination: tuple[str, int | None], state: str = "", *types: int
) -> Connection:
    """A connection with nothing but its ends, and the type and code of its first message."""
    finding = None
    if types:
        names = ("icmp_type", "icmp_code") if protocol == "icmp" else ("icmpv6_type", "icmpv6_code")
        fields = tuple(Field(name, name, (value,)) for name, value in zip(names, types, strict=False))
        finding = Finding("ICMP", Confidence.CONTENT, fields=fields)
    return Connection(
        "1", 1, protocol, source[0], source[1], destination[0], destination[1], Direction.UNKNOWN, None, state, False,
        0.0, 0.0, 0, 0, 0, 0, finding=finding,
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
        (("icmpv6", ("fe80::260:97ff:fe07:69ea", None), ("fe80::200:86ff:fe05:80da", None), "NEIGHBOR_ADVERTISEMENT", 135),
         "1:zavyT/cezQr1fmImYCwYnMXbgck="),
        (("icmpv6", ("3ffe:507:0:1:200:86ff:fe05:80da", None), ("3ffe:501:0:1001::2", None), "ECHO_REPLY", 129),
         "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg="),
        (("icmpv6", ("3ffe:501:1800:2345::2", None), ("3ffe:507:0:1:200:86ff:fe05:80da", None), "TIME_EXCEEDED", 3, 0),
         "1:2ObVBgIn28oZvibYZhZMBgh7WdQ="),
        (("icmpv6", ("3ffe:501:410:0:2c0:dfff:fe47:33e", None), ("3ffe:507:0:1:200:86ff:fe05:80da", None), "", 1, 4),
         "1:hLZd0XGWojozrvxqE0dWB1iM6R0="),
        (("icmpv6", ("fe80::200:86ff:fe05:80da", None), ("ff02::2", None), "", 133), "1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0="),
        (("icmpv6", ("fe80::260:97ff:fe07:69ea", None), ("ff02::1", None), "", 134), "1:pkvHqCL88/tg1k4cPigmZXUtL00="),
        (("icmp", ("10.0.0.1", None), ("10.0.0.2", None), "", 11, 0), "1:YHxtAirCG//0OzkcVAukqKQN9xM="),
        (("tcp", ("2607:f8b0:400c:c03::1a", 25), ("2001:470:e5bf:dead:4957:2174:e82c:4887", 63943)),
         "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="),
        (("rsvp", ("10.1.12.1", None), ("10.1.12.2", None)), "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
        (("ip-46", ("10.1.12.2", None), ("10.1.12.1", None)), "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
    ],
)  # fmt: skip
def test_published_values(given: tuple[object, ...], expected: str) -> None:
    """The specification's baseline captures give its values."""
    assert community_id(connection(*given)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", ["dccp", "udplite"])
def test_ports_count_for_three_transports_only(protocol: str) -> None:
    """The specification takes those of TCP, UDP and SCTP; of all others the addresses and the number."""
    first, second = (connection(protocol, ("192.0.2.1", port), ("192.0.2.2", 2)) for port in (1, 3))
    assert community_id(first) == community_id(second) != ""


def test_unknown_code() -> None:
    """Without inspection a one-way message's code is not known: then there is no id, rather than a wrong one."""
    ends = ("192.0.2.1", None), ("192.0.2.2", None)
    assert community_id(connection("icmp", *ends, "DEST_UNREACHABLE")) == ""
    assert community_id(connection("icmp", *ends, "DESTINATION_UNREACHABLE", 3, 1)) != ""


def test_either_way_round() -> None:
    """Who opened it does not matter."""
    a, b = ("192.0.2.1", 50_000), ("198.51.100.2", 443)
    assert community_id(connection("tcp", a, b)) == community_id(connection("tcp", b, a)) != ""


def test_link_rows_have_none() -> None:
    """Without IP addresses there is no community id."""
    assert community_id(connection("lldp", ("02:00:00:00:00:01", None), ("01:80:c2:00:00:0e", None))) == ""
    assert community_id(connection("tcp", ("192.0.2.1", 1), ("a name\0", 2))) == ""
