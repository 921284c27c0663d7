"""What DNS, mDNS and LLMNR messages say, as report fields: the ``dns_*`` fields, exchanges and learned names.

In: parsed messages of one conversation. Out: the report grows; nothing is raised. Lists are bounded at ``LISTED`` values.
Addresses are learned under the name that was asked for, with the CNAMEs in between (RFC 1034 section 3.6.2); without a
question (mDNS) under the record's own name.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import LearnedName

from . import _dns_message as dns
from ._dns_message import Message, Record
from ._dns_service import binding
from ._dns_types import CLASSES
from ._report import FieldSpec, Report

LISTED: Final = 400
MAX_CHAIN: Final = 16
QUERY: Final = FieldSpec("dns_query", "Query", multiple=True, limit=LISTED)
QTYPE: Final = FieldSpec("dns_qtype", "Type", multiple=True, limit=LISTED)
RCODE: Final = FieldSpec("dns_rcode", "Result", multiple=True)
ANSWER_IP: Final = FieldSpec("dns_answer_ip", "Addresses", multiple=True, limit=LISTED)
CNAME: Final = FieldSpec("dns_cname", "Canonical names", multiple=True, limit=LISTED)
RESP_NAME: Final = FieldSpec("dns_resp_name", "Record names", multiple=True, limit=LISTED)
PTR: Final = FieldSpec("dns_ptr", "Pointers", multiple=True, limit=LISTED)
MX: Final = FieldSpec("dns_mx", "Mail exchangers", multiple=True)
NS: Final = FieldSpec("dns_ns", "Name servers", multiple=True)
SOA: Final = FieldSpec("dns_soa", "Zone master", multiple=True)
SRV: Final = FieldSpec("dns_srv", "Services", multiple=True, limit=LISTED)
SERVICE: Final = FieldSpec("dns_https", "Service bindings", multiple=True)
TXT: Final = FieldSpec("dns_txt_length", "TXT bytes", multiple=True)
CLASS: Final = FieldSpec("dns_class", "Class", multiple=True)
OPCODE: Final = FieldSpec("dns_opcode", "Operation", multiple=True)
FLAGS: Final = FieldSpec("dns_flags", "Flags", multiple=True)
EDNS: Final = FieldSpec("dns_edns", "EDNS version")
UPDATE: Final = 5
"""Operation whose authority section holds what is added (RFC 2136 section 2)."""
UNICAST: Final = 0x8000
"""mDNS: the top bit of the class asks for a unicast answer or says the record is unique (RFC 6762)."""
_TARGETS: Final = {dns.NS: (NS, 0), dns.PTR: (PTR, 0), dns.MX: (MX, 2), dns.SOA: (SOA, 0)}


def fold(name: str) -> str:
    """A name as it is listed: lower case, since case means nothing (RFC 4343); ``.`` for the root."""
    return name.lower() or "."


class MessageReport:
    """Adds messages to a report."""

    __slots__ = ("_seen", "_what", "report")

    def __init__(self, report: Report, what: str = "dns") -> None:
        """``what``: the name of the exchange, empty for none."""
        self.report = report
        self._what = what
        self._seen: set[tuple[int, int, int | None]] = set()
        """Flags, result and EDNS version told already."""

    def take(self, message: Message, timestamp_ns: int) -> None:
        """One message."""
        report = self.report
        response = message.response
        for name, kind, class_ in message.questions:
            report.add(QUERY, fold(name))
            report.add(QTYPE, dns.type_name(kind))
            if class_ & ~UNICAST != 1:
                report.add(CLASS, CLASSES.get(class_) or f"CLASS{class_}")
        rcode = dns.rcode_name(message.rcode) if response else ""
        header = (message.flags, message.rcode, message.edns)
        if header not in self._seen:
            if len(self._seen) < LISTED:
                self._seen.add(header)
            self._header(message, rcode)
        if message.records:
            self._records(message)
        report.state = self._state(message)
        if message.questions:
            first = message.questions[0]
            name = fold(first.name)
            report.summary = f"{dns.type_name(first.type)} {name} {rcode}".rstrip()
            if self._what:
                key = (message.identifier, name, first.type)
                if response:
                    report.response(key, timestamp_ns, self._what, message.rcode != 0)
                else:
                    report.request(key, timestamp_ns, self._what)
        elif not report.summary and message.records:
            first_record = message.records[0]
            report.summary = f"{dns.type_name(first_record.type)} {fold(first_record.name)}"

    def _header(self, message: Message, rcode: str) -> None:
        report = self.report
        if message.opcode:
            report.add(OPCODE, dns.opcode_name(message.opcode))
        if message.edns is not None:
            report.set(EDNS, message.edns)
        for word, bit in dns.FLAGS:
            if message.flags & bit:
                report.add(FLAGS, word)
        report.add(RCODE, rcode)

    @staticmethod
    def _state(message: Message) -> str:
        """The operation, ``RESPONSE`` for whatever answers."""
        if message.response:
            return "RESPONSE"
        return "QUERY" if not message.opcode else dns.opcode_name(message.opcode)

    def _records(self, message: Message) -> None:
        report, names = self.report, message.names
        aliases: dict[str, str] = {}
        addresses: list[tuple[str, int, bytes]] = []
        for record in message.records:
            if record.type == dns.OPT:
                continue
            owner = fold(record.name)
            if record.name:
                report.add(RESP_NAME, owner)
            address = dns.address(names, record)
            if address is not None:
                if record.section == 0 or message.opcode == UPDATE:
                    report.add(ANSWER_IP, dns.address_text(address))
                    addresses.append((owner, record.ttl, address))
                elif not message.questions:
                    addresses.append((owner, record.ttl, address))
            elif record.type == dns.CNAME and record.end > record.start:
                canonical = fold(dns.target(names, record))
                report.add(CNAME, canonical)
                aliases[owner] = canonical
            elif record.type in (dns.HTTPS, dns.SVCB):
                addresses += [(owner, record.ttl, hint) for hint in self._service(message, record)]
            elif record.end > record.start:
                self._other(message, record)
        if addresses and message.response and message.rcode == 0:
            self._learn(message, aliases, addresses)

    def _service(self, message: Message, record: Record) -> tuple[bytes, ...]:
        try:
            bound = binding(message.names, record)
        except ParseError:
            return ()
        self.report.add(SERVICE, str(bound))
        return bound.hints if bound.target in ("", record.name) else ()

    def _other(self, message: Message, record: Record) -> None:
        report, names = self.report, message.names
        if record.type in _TARGETS:
            spec, skip = _TARGETS[record.type]
            report.add(spec, fold(dns.target(names, record, skip)) if not names.utf8 else dns.target(names, record, skip))
        elif record.type == dns.SRV and record.end - record.start > 6:
            port = int.from_bytes(names.data[record.start + 4 : record.start + 6], "big")
            report.add(SRV, f"{fold(dns.target(names, record, 6))}:{port}")
        elif record.type == dns.TXT:
            report.add(TXT, record.end - record.start)

    def _learn(self, message: Message, aliases: dict[str, str], addresses: list[tuple[str, int, bytes]]) -> None:
        """Follow the aliases from the question; an owner that is not on the way is learned by its own name."""
        asked = fold(message.questions[0].name) if message.questions else ""
        chain = [asked] if asked else []
        while chain and chain[-1] in aliases and aliases[chain[-1]] not in chain and len(chain) < MAX_CHAIN:
            chain.append(aliases[chain[-1]])
        for owner, ttl, address in addresses:
            if owner in chain:
                self.report.learn(LearnedName(address, asked, ttl, tuple(chain[1 : chain.index(owner) + 1])))
            else:
                self.report.learn(LearnedName(address, owner, ttl))
