"""Link-local multicast name resolution."""

from __future__ import annotations

from netmon.model.finding import Role
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context, Status
from netmon.protocols.llmnr import PROTOCOL

from ._dns_build import QUESTION_POINTER, V4, message, question, record

CONTEXT = Context("udp", 50000, 5355)
QUERY = message([question("Printer")], flags=0)
ANSWER = message([question("Printer")], [record(QUESTION_POINTER, 1, V4)], flags=0x8000)


def test_query_and_response() -> None:
    """The dns_* fields, under the label LLMNR, and a response time."""
    inspector = PROTOCOL.start(CONTEXT)
    assert inspector.feed(CLIENT, QUERY, 0) is Status.ALWAYS
    assert inspector.feed(SERVER, ANSWER, 5) is Status.ALWAYS
    update = inspector.update()
    assert update is not None and update.finding is not None
    found = {field.name: field.values for field in update.finding.fields}
    assert found["dns_query"] == ("printer",) and found["dns_answer_ip"] == ("192.0.2.1",)
    assert (update.finding.label, update.finding.state) == ("LLMNR", "RESPONSE")
    assert [(half.role, half.what) for half in update.exchanges] == [(Role.REQUEST, "llmnr"), (Role.RESPONSE, "llmnr")]


def test_the_port_makes_the_difference() -> None:
    """Elsewhere it is DNS; two questions or noise are nothing."""
    assert PROTOCOL.claims(CONTEXT, QUERY, ANSWER) is Claim.YES
    assert PROTOCOL.claims(Context("udp", 1, 53), QUERY, b"") is Claim.NO
    assert PROTOCOL.claims(CONTEXT, message([question("a"), question("b")]), b"") is Claim.NO
    assert PROTOCOL.claims(CONTEXT, b"\xff" * 50, b"") is Claim.NO
