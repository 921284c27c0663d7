"""Secrets in protocols of text lines: files, mail, news."""

from __future__ import annotations

from planted import CLIENT, SERVER, Garden, lines, plants

C, S = CLIENT, SERVER


@plants
def ftp(g: Garden) -> None:
    word = g.secret(shown=True)
    g.tcp(
        "FTP",
        21,
        (S, lines(b"220 FTP ready")),
        (C, lines(b"USER alice")),
        (S, lines(b"331 go on")),
        (C, lines(b"PASS " + word)),
        (S, lines(b"230 hello")),
        (C, lines(b"RETR " + g.secret() + b".txt", b"QUIT")),
    )


@plants
def pop3(g: Garden) -> None:
    word = g.secret(shown=True)
    g.tcp(
        "POP3",
        110,
        (S, lines(b"+OK ready")),
        (C, lines(b"USER alice")),
        (S, lines(b"+OK")),
        (C, lines(b"PASS " + word)),
        (S, lines(b"+OK")),
        (C, lines(b"RETR 1")),
        (S, lines(b"+OK", b"Subject: " + g.secret(), b"", b"text", b".")),
    )
    blob = g.base64(b"\0alice\0" + g.secret(), shown=True)
    g.tcp(
        "POP3",
        110,
        (S, lines(b"+OK POP3 <" + b"1896.697@example.org>")),
        (C, lines(b"AUTH PLAIN")),
        (S, lines(b"+ ")),
        (C, lines(blob)),
        (S, lines(b"+OK")),
        (C, lines(b"APOP alice " + g.secret(), b"QUIT")),
    )


@plants
def imap(g: Garden) -> None:
    first, second = g.secret(shown=True), g.secret(shown=True)
    g.tcp(
        "IMAP",
        143,
        (S, lines(b"* OK IMAP4rev1")),
        (C, lines(b'a1 LOGIN alice "' + first + b'"')),
        (S, lines(b"a1 NO no")),
        (C, lines(b"a2 LOGIN alice " + second)),
        (S, lines(b"a2 OK")),
        (C, lines(b'a3 SEARCH TEXT "' + g.secret() + b'"')),
    )
    word = g.secret()
    g.tcp(
        "IMAP",
        143,
        (S, lines(b"* OK IMAP4rev1")),
        (C, lines(b"a1 LOGIN {5}")),
        (S, lines(b"+ go on")),
        (C, b"alice {%d}\r\n" % len(word)),
        (S, lines(b"+ go on")),
        (C, lines(word)),
        (S, lines(b"a1 OK")),
    )
    g.tcp(
        "IMAP",
        143,
        (S, lines(b"* OK IMAP4rev1")),
        (C, lines(b"a1 AUTHENTICATE PLAIN")),
        (S, lines(b"+ ")),
        (C, lines(g.base64(b"\0alice\0" + g.secret(), shown=True))),
        (S, lines(b"a1 OK")),
    )


@plants
def smtp(g: Garden) -> None:
    greeting = (
        (S, lines(b"220 mail.example ESMTP")),
        (C, lines(b"EHLO client")),
        (S, lines(b"250-hi", b"250 AUTH PLAIN LOGIN")),
    )
    blob = g.base64(b"\0alice\0" + g.secret(), shown=True)
    g.tcp(
        "SMTP",
        25,
        *greeting,
        (C, lines(b"AUTH PLAIN " + blob)),
        (S, lines(b"235 ok")),
        (C, lines(b"MAIL FROM:<a@b.example>")),
        (S, lines(b"250 ok")),
        (C, lines(b"RCPT TO:<c@d.example>")),
        (S, lines(b"250 ok")),
        (C, lines(b"DATA")),
        (S, lines(b"354 go on")),
        (C, lines(b"Subject: " + g.secret(), b"", b"AUTH PLAIN " + g.secret(), b".", b"QUIT")),
    )
    word = g.secret()
    g.tcp(
        "SMTP",
        587,
        *greeting,
        (C, lines(b"AUTH LOGIN")),
        (S, lines(b"334 VXNlcm5hbWU6")),
        (C, lines(b"YWxpY2U=")),
        (S, lines(b"334 UGFzc3dvcmQ6")),
        (C, lines(g.base64(word, shown=True))),
        (S, lines(b"235 ok")),
    )
    blob = g.base64(b"alice " + g.secret())
    g.tcp(
        "SMTP",
        587,
        *greeting,
        (C, lines(b"AUTH CRAM-MD5")),
        (S, lines(b"334 " + g.base64(b"<" + g.secret() + b">"))),
        (C, lines(blob)),
        (S, lines(b"535 no")),
        risk="",
    )


@plants
def nntp(g: Garden) -> None:
    g.tcp(
        "NNTP",
        119,
        (S, lines(b"200 news server ready")),
        (C, lines(b"AUTHINFO USER alice")),
        (S, lines(b"381 go on")),
        (C, lines(b"AUTHINFO PASS " + g.secret(shown=True))),
        (S, lines(b"281 hello")),
        (C, lines(b"GROUP misc.test")),
        (S, lines(b"211 1 1 1 misc.test")),
        (C, lines(b"QUIT")),
    )
