"""What the tests of protocols over UDP share."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.model.finding import Finding, Update
from netmon.protocols._contract import ApplicationProtocol, Claim, Context, Status

ELSEWHERE = Context("udp", 50001, 50002)


def on(port: int) -> Context:
    """A client's conversation with this port."""
    return Context("udp", 50001, port)


def told(protocol: ApplicationProtocol, *payloads: tuple[int, bytes], context: Context = ELSEWHERE) -> Update:
    """Everything an inspector says about these payloads; the time of each is its index."""
    inspector = protocol.start(context)
    for when, (side, data) in enumerate(payloads):
        assert inspector.feed(side, data, when) in (Status.MORE, Status.ALWAYS)
    update = inspector.update()
    assert update is not None and update.finding is not None
    return update


def finding(update: Update) -> Finding:
    assert update.finding is not None
    return update.finding


def fields(update: Update) -> dict[str, tuple[str | int, ...]]:
    """Values by field name."""
    return {field.name: field.values for field in finding(update).fields}


def asked(protocol: ApplicationProtocol, data: bytes, context: Context = ELSEWHERE) -> Claim:
    """What it says to one payload, in either direction."""
    claim = protocol.claims(context, data, b"")
    assert protocol.claims(context, b"", data) is claim
    return claim


NOISE = st.lists(st.integers(0, 255), min_size=1, max_size=120).map(bytes)
"""Not ``st.binary``, which tries byte strings that stand in the sources: a protocol's own signature is no noise."""


def survives(protocol: ApplicationProtocol, *samples: bytes, port: int = 0, unclaimed: bool = True) -> None:
    """Samples cut at every length and continued with noise, and noise alone: only ParseError; noise is not claimed."""
    for sample in samples:
        for length in range(len(sample)):
            _try(protocol, sample[:length], port)

    @settings(deadline=None, max_examples=60, database=None)
    @given(NOISE, st.integers(0, 200))
    def noise(data: bytes, cut: int) -> None:
        if unclaimed:
            assert asked(protocol, data) is not Claim.YES
        for sample in (b"", *samples):
            kept = sample[: min(cut, len(sample))]
            _try(protocol, kept + data, port)
            _try(protocol, kept + data + sample[len(kept) + len(data) :], port)

    noise()


def _try(protocol: ApplicationProtocol, data: bytes, port: int) -> None:
    context = on(port)
    asked(protocol, data, context)
    asked(protocol, data)
    inspector = protocol.start(context)
    try:
        inspector.feed(0, data, 0)
        inspector.feed(1, data, 1)
    except ParseError:
        pass
    inspector.update()
