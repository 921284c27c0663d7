"""HTTP/1.x framing: bodies are stepped over, losses are survived, memory is bounded."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import CLIENT, SERVER, Context
from netmon.protocols.http1 import PROTOCOL

from ._talk import Wire, fields, run

TCP = Context("tcp", 50000, 80)

GET = (
    b"GET /a/b;jsessionid=SECRET1/c?token=SECRET2#x HTTP/1.1\r\nHost: Www.Example.org:8080\r\n"
    b"User-Agent: curl/8.5.0\r\nCookie: sid=SECRET3\r\nAuthorization: Basic SECRET4\r\n\r\n"
)


def test_gap_in_a_body_does_no_harm() -> None:
    """Missing body bytes of known number: the next message is found where it has to be."""
    inspector = PROTOCOL.start(TCP)
    inspector.feed(CLIENT, GET + GET.replace(b"/a/b", b"/second"), 1)
    inspector.feed(SERVER, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nxx", 2)
    inspector.gap(SERVER, 98)
    inspector.feed(SERVER, b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 3)
    update = inspector.update()
    assert update is not None
    assert fields(update.finding)["http_status"] == (200, 503)


@pytest.mark.parametrize("size", [0, 1, 5])
def test_resynchronises_after_a_gap_in_a_head(size: int) -> None:
    """Where the framing is lost, the next line that is a request or status line beyond doubt is taken."""
    wire = Wire()
    frames = wire.frames([(CLIENT, GET[:30]), (CLIENT, GET[30:90]), (CLIENT, GET[90:])])
    del frames[1]
    frames += wire.frames([(CLIENT, b"body GET not\r\nbody=1GET /again HTTP/1.1\r\nHost: two.example\r\n\r\n")], size)
    assert fields(run(frames))["http_path"][-1] == "/again"
    assert fields(run(frames))["http_host"] == ("two.example",)


def test_bounded_and_linear_in_one_byte_pieces() -> None:
    """An endless head, an endless chunk-size line, endless nonsense: memory stays bounded."""
    for start in (b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"):
        inspector = PROTOCOL.start(TCP)
        inspector.feed(CLIENT, start, 1)
        for _ in range(100):
            inspector.feed(CLIENT, b"a" * 10_000, 2)
            assert len(inspector._readers[CLIENT].rest) <= 2 * 65_536  # type: ignore[attr-defined]
