"""What a finding is called."""

from __future__ import annotations

from netmon.model.finding import Confidence, Finding


def test_name() -> None:
    """The label behind what it runs inside."""
    assert Finding("TLS", Confidence.CONTENT).name == "TLS"
    assert Finding("TLS", Confidence.CONTENT, outer=("SOCKS", "HTTP")).name == "SOCKS.HTTP.TLS"
