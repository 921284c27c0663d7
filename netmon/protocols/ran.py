"""Application protocols of mobile networks inside SCTP: S1AP (3GPP TS 36.413), NGAP (TS 38.413) and their relatives.

All are ASN.1 in aligned PER, and all begin alike: whether a procedure is asked for or how it came out, its number, its
criticality, and the length of what follows, a list of numbered elements. Claimed: a message whose lengths are true, whole,
where the payload protocol or the port names the protocol. Read: procedures (by name in S1AP and NGAP) and outcomes; nothing
of subscribers.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import ALWAYS, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, Recognise, on_port

PROCEDURE = FieldSpec("ran_procedure", "Procedures", multiple=True, limit=100)
FAILED = FieldSpec("ran_failed", "Unsuccessful", multiple=True, limit=100)
INITIATING, SUCCESSFUL, UNSUCCESSFUL = range(3)
LABELS = (
    "S1AP", "NGAP", "X2AP", "XnAP", "F1AP", "E1AP", "M2AP", "M3AP", "SBc-AP", "LCS-AP", "RUA", "HNBAP", "SABP", "XwAP",
    "W1AP", "E2AP",
)  # fmt: skip
PORTS = {
    "S1AP": 36412, "NGAP": 38412, "X2AP": 36422, "XnAP": 38422, "F1AP": 38472, "E1AP": 38462, "M2AP": 36443, "M3AP": 36444,
    "SBc-AP": 29168, "LCS-AP": 9082, "XwAP": 36462, "W1AP": 37472,
}  # fmt: skip
"""Of those that have one of their own inside SCTP (IANA)."""
NAMES = {
    "S1AP": (
        "HandoverPreparation", "HandoverResourceAllocation", "HandoverNotification", "PathSwitchRequest", "HandoverCancel",
        "E-RABSetup", "E-RABModify", "E-RABRelease", "E-RABReleaseIndication", "InitialContextSetup", "Paging",
        "DownlinkNASTransport", "InitialUEMessage", "UplinkNASTransport", "Reset", "ErrorIndication",
        "NASNonDeliveryIndication", "S1Setup", "UEContextReleaseRequest", "DownlinkS1cdma2000tunnelling",
        "UplinkS1cdma2000tunnelling", "UEContextModification", "UECapabilityInfoIndication", "UEContextRelease",
        "eNBStatusTransfer", "MMEStatusTransfer", "DeactivateTrace", "TraceStart", "TraceFailureIndication",
        "ENBConfigurationUpdate", "MMEConfigurationUpdate", "LocationReportingControl", "LocationReportingFailureIndication",
        "LocationReport", "OverloadStart", "OverloadStop", "WriteReplaceWarning",
    ),
    "NGAP": (
        "AMFConfigurationUpdate", "AMFStatusIndication", "CellTrafficTrace", "DeactivateTrace", "DownlinkNASTransport",
        "DownlinkNonUEAssociatedNRPPaTransport", "DownlinkRANConfigurationTransfer", "DownlinkRANStatusTransfer",
        "DownlinkUEAssociatedNRPPaTransport", "ErrorIndication", "HandoverCancel", "HandoverNotification",
        "HandoverPreparation", "HandoverResourceAllocation", "InitialContextSetup", "InitialUEMessage",
        "LocationReportingControl", "LocationReportingFailureIndication", "LocationReport", "NASNonDeliveryIndication",
        "NGReset", "NGSetup", "OverloadStart", "OverloadStop", "Paging", "PathSwitchRequest", "PDUSessionResourceModify",
        "PDUSessionResourceModifyIndication", "PDUSessionResourceRelease", "PDUSessionResourceSetup",
        "PDUSessionResourceNotify", "PrivateMessage", "PWSCancel", "PWSFailureIndication", "PWSRestartIndication",
        "RANConfigurationUpdate", "RerouteNASRequest", "RRCInactiveTransitionReport", "TraceFailureIndication", "TraceStart",
        "UEContextModification", "UEContextRelease", "UEContextReleaseRequest", "UERadioCapabilityCheck",
        "UERadioCapabilityInfoIndication", "UETNLABindingRelease", "UplinkNASTransport",
    ),
}  # fmt: skip
"""Procedures by number (TS 36.413 and TS 38.413, section 9.4.7, "Constant definitions")."""
_UNUSED = 0x1F
"""Of the first octet: behind the extension bit and two bits of choice there is nothing but padding."""


def begins(data: bytes) -> tuple[int, bool]:
    """Which of the three a message is, and whether all of it is there; ``ParseError`` when it is none (ITU-T X.691)."""
    if len(data) < 4 or data[0] & _UNUSED or data[0] >> 7 or data[0] >> 5 > UNSUCCESSFUL or not _criticality(data[2]):
        raise ParseError("no elementary procedure")
    size, header = data[3], 4
    if size & 0x80:
        if size & 0x40 or len(data) < 5:
            raise ParseError("a length in fragments")
        size, header = (size & 0x3F) << 8 | data[4], 5
    if len(data) > header + size:
        raise ParseError("more than its length")
    return data[0] >> 5, len(data) == header + size and _elements(data[header:])


def _criticality(octet: int) -> bool:
    """Two bits, of which one value is none, and padding."""
    return not octet & 0x3F and octet >> 6 < 3


def _elements(value: bytes) -> bool:
    """How many elements there are, and the number, criticality and length of the first."""
    if len(value) < 3 or value[0] & 0x7F:
        return False
    count = int.from_bytes(value[1:3], "big")
    if not count:
        return len(value) == 3
    return len(value) >= 3 + 4 * count and _criticality(value[5]) and (value[6] >= 0x80 or value[6] <= len(value) - 7)


class _Ran(DatagramInspector):
    """One association's use of one of them."""

    __slots__ = ("_named",)

    def __init__(self, context: Context, label: str) -> None:
        super().__init__(context)
        self.report.label = label
        self._named = NAMES.get(label, ())

    def take(self, data: bytes) -> Status:
        """One message."""
        choice = begins(data)[0]
        number = data[1]
        name = self._named[number] if number < len(self._named) else f"procedure {number}"
        self.report.add(PROCEDURE, name)
        if choice == UNSUCCESSFUL:
            self.report.add(FAILED, name)
        self.report.summary = name
        return ALWAYS


class _Protocol(DatagramProtocol):
    """One of them: they differ in name and port only."""

    __slots__ = ()

    def __init__(self, label: str) -> None:
        super().__init__(
            _Ran, _recogniser(label), frozenset({PORTS[label]} if label in PORTS else ()), transports=frozenset(("sctp",))
        )
        self.label = label

    def start(self, context: Context) -> _Ran:
        """A fresh inspector."""
        return _Ran(context, self.label)


def _recogniser(label: str) -> Recognise:
    def recognise(context: Context, data: bytes) -> Claim:
        """A whole message under the name that was announced or on the port."""
        named = context.hint == label or on_port(context, PORTS.get(label, -1))
        return YES if named and begins(data)[1] else NO

    return recognise


PROTOCOLS: tuple[ApplicationProtocol, ...] = tuple(map(_Protocol, LABELS))
