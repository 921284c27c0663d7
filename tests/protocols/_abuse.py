"""Any bytes as a conversation, and what a protocol must not do with it: what ``scripts/fuzz/run`` and the regressions try.

A conversation in bytes: the first octet chooses the context, then messages follow: an octet of flags (1: from the server,
2: that many bytes are missing, only in streams), two of length, the message. Whatever is left over is one more message.
"""

from __future__ import annotations

from netmon.errors import ParseError
from netmon.model.finding import Finding, Update
from netmon.protocols._contract import ApplicationProtocol, Claim, Context, Status, Switch

from ._samples import Sample

Message = tuple[int, bytes, int]
"""Side, bytes, missing bytes (then there are none)."""
SERVER, GAP = 1, 2
MOST = 64
"""Messages of one conversation."""
RECUT = 300
"""Conversations of at most so many bytes are cut into single bytes, too."""
LARGEST_FINDING = 400_000
"""Characters: 400 values of 512 in one field, and then some."""


def context_of(protocol: ApplicationProtocol, choice: int) -> Context:
    """Of the transports and ports the protocol knows, and one it does not."""
    transports = sorted(protocol.transports)
    ports = [44444, *sorted(protocol.ports)[:3]]
    transport = transports[choice % len(transports)]
    port = ports[(choice >> 2) % len(ports)]
    return Context(transport, port if choice & 0x40 else 50000, port, bool(choice & 0x80))


def encode(protocol: ApplicationProtocol, sample: Sample) -> bytes:
    """A sample in bytes."""
    choices = range(256)
    same = [one for one in choices if context_of(protocol, one).transport == sample.context.transport]
    exact = [one for one in same if context_of(protocol, one).server_port == sample.context.server_port]
    made = bytearray([(exact or same)[0]])
    for side, data in sample.flights:
        made += bytes([side]) + len(data[:65535]).to_bytes(2, "big") + data[:65535]
    return bytes(made)


def decode(data: bytes, stream: bool) -> list[Message]:
    """Bytes to messages."""
    messages: list[Message] = []
    at = 1
    while at < len(data) and len(messages) < MOST:
        flags, length = data[at], int.from_bytes(data[at + 1 : at + 3], "big")
        at += 3
        if stream and flags & GAP:
            messages.append((flags & SERVER, b"", length + 1))
            continue
        part = data[at : at + length]
        at += length
        if part:
            messages.append((flags & SERVER, part, 0))
    return messages


def bounded(finding: Finding) -> None:
    """Nothing in it is unprintable or without limit."""
    texts = [finding.label, finding.state, finding.hostname, finding.summary, *finding.risks, *finding.outer]
    for field in finding.fields:
        assert len(field.values) <= 400, field.name
        texts += [value for value in field.values if isinstance(value, str)]
    assert all(text.isprintable() and len(text) <= 1024 for text in texts)
    assert sum(map(len, texts)) <= LARGEST_FINDING


def play(protocol: ApplicationProtocol, context: Context, messages: list[Message]) -> tuple[Finding | None, Status]:
    """Through an inspector, which may raise ``ParseError`` (``FAILED``) and nothing else. ``ALWAYS`` once said stays said,
    as in the engine."""
    inspector = protocol.start(context)
    status = Status.MORE
    always = False
    for moment, (side, data, missing) in enumerate(messages):
        try:
            status = inspector.gap(side, missing) if missing else inspector.feed(side, data, 1)
        except ParseError:
            status = Status.FAILED
        assert type(status) is Status, moment
        always |= status is Status.ALWAYS
        if status is Status.SWITCH:
            assert type(inspector.switch()) is Switch
        if context.transport == "tcp" and status not in (Status.MORE, Status.ALWAYS):
            break
    update = inspector.update()
    assert update is None or type(update) is Update
    if update is not None and update.finding is not None:
        bounded(update.finding)
    assert inspector.update() is None
    return (update.finding if update else None), Status.ALWAYS if always and status is Status.MORE else status


def abuse(protocol: ApplicationProtocol, data: bytes) -> None:
    """One conversation, in one piece and cut to bytes."""
    if len(data) < 2:
        return
    context = context_of(protocol, data[0])
    stream = context.transport == "tcp"
    messages = decode(data, stream)
    if not messages:
        return
    heads = [b"".join(part for sender, part, _ in messages if sender == side) for side in (0, 1)]
    if stream:
        claim = protocol.claims(context, heads[0][:2048], heads[1][:2048])
    else:
        claim = protocol.claims(context, messages[0][1], b"")
    assert type(claim) is Claim
    whole = play(protocol, context, messages)
    if stream and sum(map(len, heads)) <= RECUT:
        pieces = [(side, part[at : at + 1], missing) for side, part, missing in messages for at in range(max(len(part), 1))]
        again = play(protocol, context, pieces)
        if whole[1] is Status.FAILED or again[1] is Status.FAILED:
            assert whole[1] is again[1], (whole, again)
        else:
            assert whole == again, (whole, again)
