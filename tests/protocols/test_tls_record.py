"""The search for a record header in a stream that is out of step."""

from __future__ import annotations

from netmon.protocols._contract import Context, Status
from netmon.protocols._tls_record import has_records
from netmon.protocols.tls import PROTOCOL

MIDSTREAM = Context("tcp", 50000, 44444, midstream=True)


def test_header_like_noise_does_not_loop() -> None:
    """Bytes that match a header but for their length keep the search moving."""
    inspector = PROTOCOL.start(MIDSTREAM)
    assert inspector.feed(0, b"\x17\x03\x03\x48\xff" * 500, 1) is Status.MORE


def test_two_consecutive_headers() -> None:
    """One pattern alone may be chance."""
    record = b"\x17\x03\x03\x00\x05" + bytes(5)
    assert has_records(bytes(7) + record + record)
    assert not has_records(bytes(7) + record + bytes(9))
