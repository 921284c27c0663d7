"""The quick way to a frozen connection gives what the slow way gives."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from netmon.model.connection import Connection
from netmon.model.flow import FlowRecord, TcpBits
from netmon.model.health import TcpHealth
from netmon.model.track import histories


def test_equal_to_the_generated_constructor(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """Every field is set, the class is the real one, it is frozen, it can be replaced, copied and pickled."""
    run = start(local=("192.0.2.1",))
    run.feed(0, record(tcp_bits=TcpBits.SYN_AB, mss_ab=1460, window_scale_ab=8, rtt_handshake_ns=5_000_000, tos_ab=0x2B))
    made = run.only(0)
    assert type(made) is Connection
    assert type(made.tcp) is TcpHealth
    plain = Connection(**{field.name: getattr(made, field.name) for field in fields(Connection)})
    assert plain == made
    assert TcpHealth(**{field.name: getattr(made.tcp, field.name) for field in fields(TcpHealth)}) == made.tcp
    with pytest.raises(FrozenInstanceError):
        made.state = "X"
    assert replace(made, state="X").state == "X"
    assert histories(pickle.loads(pickle.dumps(made)).track) == histories(made.track) == ((74,), (0,))
    assert copy.copy(made) == made
    assert (made.tcp.mss_out, made.tcp.window_scale_out, made.rtt.handshake, made.dscp_out, made.tcp.ecn) == (
        1460,
        7,
        5.0,
        10,
        True,
    )
