"""Secrets in addresses that services tell, and in log-ins of devices, games, meters and queues."""

from __future__ import annotations

import struct

from planted import CLIENT, SERVER, Garden, lines, plants, sized

C, S = CLIENT, SERVER


@plants
def addresses(g: Garden) -> None:
    """Services that tell where something is, with the password for it."""
    where = b"http://alice:" + g.secret() + b"@192.0.2.10:8080/d.xml?key=" + g.secret()
    notify = lines(b"NOTIFY * HTTP/1.1", b"Host: 239.255.255.250:1900", b"NT: upnp:rootdevice", b"NTS: ssdp:alive",
                   b"USN: uuid:1::upnp:rootdevice", b"Location: " + where, b"")  # fmt: skip
    g.udp("SSDP", 1900, (C, notify), risk="")
    url = b"service:printer:lpr://alice:" + g.secret() + b"@192.0.2.10/q;pin=" + g.secret()
    entry = b"\0\xff\xff" + sized("!H", url) + b"\0"
    body = b"\0\0\0\1" + entry
    head = b"\2\2" + struct.pack("!I", 16 + len(body))[1:] + bytes(5) + b"\x12\x34" + sized("!H", b"en")
    g.udp("SLP", 427, (C, head + body), risk="")
    endpoint = b"opc.tcp://alice:" + g.secret() + b"/" + g.secret() + b"@plant.example:4840/line?x=" + g.secret()
    hello = struct.pack("<IIIII", 0, 65536, 65536, 0, 0) + sized("<I", endpoint)
    g.tcp("OPC-UA", 4840, (C, b"HELF" + struct.pack("<I", 8 + len(hello)) + hello), (S, b"ACKF\x1c\0\0\0" + bytes(20)))
    camera = b"rtsp://alice:" + g.secret() + b"?" + g.secret() + b"#" + g.secret() + b"@cam.example/live"
    g.tcp(
        "RTSP",
        554,
        (C, lines(b"OPTIONS " + camera + b" RTSP/1.0", b"CSeq: 1", b"")),
        (S, lines(b"RTSP/1.0 200 OK", b"CSeq: 1", b"")),
    )
    root = b"svn://alice:" + g.secret() + b"@x.example/r"
    g.tcp(
        "SVN",
        3690,
        (S, b"( success ( 2 2 ( CRAM-MD5 ) ( edit-pipeline svndiff1 ) ) ) "),
        (C, b"( 2 ( edit-pipeline ) %d:%b 10:SVN/1.14.1 ( ) ) " % (len(root), root)),
        (S, b"( success ( ( CRAM-MD5 ) 1:x ) ) "),
        (C, b"( CRAM-MD5 ( ) ) "),
        (S, b"( step ( 17:<" + g.secret() + b"@x> ) ) "),
        (C, b"38:alice " + g.secret(length=32) + b" "),
        risk="",
    )


@plants
def devices(g: Garden) -> None:
    """Log-ins of machines, games, meters and hospitals."""
    g.udp("WOL", 9, (C, b"\xff" * 6 + bytes.fromhex("020000000009") * 16 + g.secret(length=6)), risk="")
    challenge = b"\xff\xff\xff\xffgetchallenge\n"
    command = b"\xff\xff\xff\xffrcon " + g.secret() + b" status\n"
    join = b'\xff\xff\xff\xffconnect "\\name\\alice\\password\\' + g.secret() + b'"\n'
    g.udp("Quake", 27960, (C, b"\xff\xff\xff\xffgetstatus\n"), (C, challenge), (C, command), (C, join))
    greeting = b"\xff" + bytes(8) + b"\x7f\3\0PLAIN" + bytes(15) + b"\0" + bytes(31)
    plain = b"\x05HELLO" + sized("B", b"alice") + sized("B", g.secret())
    g.tcp("ZMTP", 5555, (C, greeting), (S, greeting[:32] + b"\1" + bytes(31)), (C, b"\4" + sized("B", plain)))
    text = b"MSH|^~\\&|LAB|CLINIC|HIS|HOSPITAL|20200101||ORU^R01|42|P|2.5\rPID|1||" + g.secret() + b"||" + g.secret() + b"\r"
    g.tcp("HL7", 2575, (C, b"\x0b" + text + b"\x1c\r"), risk="")
    g.tcp("Rexec", 512, (C, b"1022\0alice\0" + g.secret() + b"\0uname\0"), (S, b"\0Linux\n"))
    g.tcp(
        "NSQ",
        4150,
        (C, b"  V2IDENTIFY\n" + sized("!I", b'{"client_id":"x"}')),
        (S, b"\0\0\0\6\0\0\0\0OK"),
        (C, b"AUTH\n" + sized("!I", g.secret())),
        (C, b"PUB mails\n" + sized("!I", g.secret())),
    )
    job = b"\0REQ" + struct.pack("!I", 7) + sized("!I", b"resize\0" + g.secret() + b"\0" + g.secret())
    g.tcp("Gearman", 4730, (C, job), (S, b"\0RES" + struct.pack("!I", 8) + sized("!I", b"H:x:1")), risk="")
    work = g.secret()
    g.tcp("Beanstalkd", 11300, (C, b"put 0 0 60 %d\r\n%b\r\n" % (len(work), work)), (S, b"INSERTED 1\r\n"), risk="")
