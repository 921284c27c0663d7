"""Command lines without the secrets in them.

In: the arguments of a process. Out: one line, in which values that are (or look like) passwords, tokens, keys, cookies,
passwords in URLs and URL queries are replaced by ``***``. Masking happens here, before anything is cached, because a value
that was never kept cannot leak. Patterns cannot know every program: what is masked is listed, in three ways:
names that say "secret" (``--password=x``, ``--token x``, ``PGPASSWORD=x``), short options and operands of programs known to
take secrets (``secret_tables``: ``mysql -px``, ``curl -sSu a:x``, ``mc alias set s URL key x``), and values with the shape
of a known token. Linear in the length of the input.
"""

from __future__ import annotations

import re

from . import secret_tables as tables
from .text import clean

MASK = "***"
LINE_LIMIT = 4096
LONGEST_USER = 20
"""Characters of a name before the @ of a URL, at most; what is longer is a token."""
ARGUMENT_LIMIT = 1024

_WORDS = (
    r"passw(?:or)?d|passwd|passphrase|pwd|pass|secret|token|api[-_.]?key|apikey|access[-_.]?key|secret[-_.]?key|account[-_.]?key"
    r"|private[-_.]?key|encryption[-_.]?key|shared[-_.]?key|auth[-_.]?key|signing[-_.]?key|session[-_.]?(?:key|id)|license[-_.]?key"
    r"|setup[-_.]?key|plaintext|psk|pw|credentials?|auth|authorization|bearer|cookie|community|pin|otp|jwt|sas|passin|passout"
)
_SECRET_NAME = re.compile(
    rf"(?:^|[-_.:/])(?:{_WORDS})(?:$|[-_.]?(?:value|string|text)$)|(?:passw(?:or)?d|passphrase|secret|token|credential)(?!less)"
    r"|(?:pwd|(?<!by)(?<!com)pass)$",
    re.I,
)
_NOT_SECRET = re.compile(
    r"(?:file|path|dir|type|mode|methods?|timeout|ttl|length|prompt|url|uri|server|provider|name|stdin)$", re.I
)
_ASSIGNMENT = re.compile(r"^([\w.:/-]{1,128}?)([=:])(.*)$", re.S)
_HEADER = re.compile(
    r"(?:^|[\s=\"'])((?:proxy-)?authorization|cookie|set-cookie|x-[\w-]{0,32}(?:key|token|auth|secret)[\w-]{0,32}|private-token)"
    r"\s{0,8}:\s{0,8}",
    re.I,
)
_INLINE = re.compile(
    r"((?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|access[-_]?key|pwd|(?<![a-z])pass)[\"']?\s{0,8}[:=]\s{0,8})"
    r"(\"[^\"]*\"?|'[^']*'?|[^\s\"'&,;}]+)",
    re.I,
)
"""``"password": "x"``, ``host=db;password=x`` in the middle of an argument."""
_LOGIN = re.compile(r"(?:user|login|userpwd|creds?|cert)$", re.I)
"""Options whose value may be ``user:password`` (curl's ``--cert``: ``file:password``)."""
_WORD = re.compile(
    r"(?:(?<!/)(?<!\.ht)passw(?:or)?d|passphrase|requirepass|masterauth|_pw|secret[-_]access[-_]key|auth[-_]?token)$", re.I
)
"""Words that are no options and stand before a secret: ``nmcli device wifi connect net password x``."""
_KEY = re.compile(r"^(?:-{0,2})key$", re.I)
_RANDOM = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
"""What ``--key`` and ``KEY=`` may hold that is no file: more often than not they name one."""
_URL = re.compile(r"\b([a-z][a-z0-9+.-]{0,31}://)([^\s/?#@]*@)?", re.I)
_QUERY = re.compile(r"\?[^\s\"'#]*")
_TOKEN = re.compile(
    r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|sk_live_|rk_live_|hf_|npm_|pypi-|dckr_pat_|AKIA|ASIA|AIza|ya29\.|eyJ|hv[sbr]\.|SG\.|glsa_"
    r"|shpat_|dop_v1_|AGE-SECRET-KEY-)[A-Za-z0-9_.=+/-]{12,}"
)
_HOOK = re.compile(
    r"(/services/|/webhooks/\d{1,24}/|/bot\d{1,24}:|^rtmps?://[^\s/]{1,256}/[^\s/]{1,64}/)[A-Za-z0-9_/-]{16,}"
)
"""URLs that are a secret themselves: Slack's, Discord's, Telegram's, those a video is streamed to."""
_SLASHED = re.compile(r"^((?:jdbc:oracle:thin:|userid=)?[A-Za-z][\w$#]{0,63})/[^@/\s]{1,128}(?=@|$)")
"""``sqlplus scott/tiger@host``."""
_ORACLE_URL = re.compile(r"^(jdbc:oracle:thin:[A-Za-z][\w$#]{0,63})/[^@/\s]{1,128}(?=@)")
_ADDRESS = re.compile(r"^([^\s:@]{1,128}:)[^\s@/]+(?=@(?!sha256:))")
"""``user:x@host``, ``domain/user:x@host``; no digest of an image."""
_LITERAL_VALUE = re.compile(r"^(--from-literal=[^=]{1,128}=).*$", re.S)
"""Of ``kubectl create secret``."""
_STATEMENT = re.compile(
    r"^[\s\"(]{0,8}(?:--(?:command|execute|query|eval)=[\s\"]{0,8})?"
    r"(?:select|insert|update|delete|create|alter|grant|set|with|call|merge|replace|copy|exec|execute|upsert)\s",
    re.I,
)
_LITERAL = re.compile(r"'[^']*'?")
"""Of SQL: ``psql -c "SELECT ... WHERE pin = '1234'"``."""
_SPACES = re.compile(r"(\s+)")


def mask(arguments: list[bytes]) -> str:
    """One line of the arguments, masked, cleaned and bounded."""
    masker = _Masker()
    parts: list[str] = []
    length = 0
    for argument in arguments:
        text = masker.argument(
            argument[:ARGUMENT_LIMIT].decode("utf-8", "backslashreplace"), cut=len(argument) > ARGUMENT_LIMIT
        )
        parts.append(clean(text, LINE_LIMIT))
        length += len(text) + 1
        if length > LINE_LIMIT:
            break
    return " ".join(parts)[:LINE_LIMIT]


_PLAIN, _MAYBE_SECRET, _SECRET, _USER, _KEY_NEXT = range(5)
"""What the next word is: nothing special; a secret unless it is an option; a secret; perhaps ``user:password``; a file or
key."""


class _Masker:
    """Walks over the words of a command line; remembers the program and what the next word is."""

    def __init__(self) -> None:
        self._letters = self._flags = ""
        self._trail: tuple[str, ...] = ()
        """The program and the words after it that ``tables.OPERANDS`` knows."""
        self._counted = 0
        """Words after those."""
        self._options = ""
        """Letters of the program's options so far."""
        self._skip = False
        """The next word is the value of an option."""
        self._slashed = False
        self._safe: frozenset[str] = frozenset()
        self._next = _PLAIN
        self._first = True

    def argument(self, text: str, cut: bool) -> str:
        """One argument; one with spaces in it (``sh -c "..."``) is masked word by word."""
        if self._next in (_MAYBE_SECRET, _SECRET) and not text.startswith("-"):
            self._next = _PLAIN
            return MASK
        if cut:  # the end of a URL or token may be missing, so no pattern can be trusted: keep the first word only
            text = text.split(maxsplit=1)[0][:64] if self._first else ""
            return self._word(text) + "..."
        header = _HEADER.search(text)
        if header:
            text = text[: header.end()] + MASK
        if _STATEMENT.match(text):
            text = _LITERAL.sub(f"'{MASK}'", text)
        text = _INLINE.sub(_without_value, text)
        words = _SPACES.split(text)
        words[::2] = [self._word(word) for word in words[::2]]
        return "".join(words)

    def _word(self, word: str) -> str:
        if not word:
            return word
        after, self._next = self._next, _PLAIN
        if (after == _SECRET and not word.startswith("--")) or (after == _MAYBE_SECRET and not word.startswith("-")):
            return MASK
        if after == _USER and ":" in word and "://" not in word:
            return word.partition(":")[0] + ":" + MASK
        if after == _KEY_NEXT and _RANDOM.fullmatch(word) and not word.startswith("/"):
            return MASK
        program = word.rstrip("/").rpartition("/")[2].strip("\"'")
        if program in tables.SHORT_OPTIONS and (self._first or not self._letters):
            self._letters, self._safe = tables.SHORT_OPTIONS[program], tables.SAFE_SHORT.get(program, frozenset())
            self._flags = tables.FLAGS.get(program, "")
        elif word in self._safe:
            self._letters = ""
        if self._operand(word, program):
            return MASK
        named = not self._first and (program,) not in tables.OPERANDS and _WORD.search(word)
        self._first = False
        if self._slashed:
            word = _SLASHED.sub(rf"\1/{MASK}", word)
        self._slashed |= program in tables.SLASHING
        if named and not word.startswith("-"):
            self._next = _MAYBE_SECRET
            return _shapes(word)
        return self._short(word) or self._named(word) or _shapes(word)

    def _operand(self, word: str, program: str) -> bool:
        """Whether the word is a secret by its place."""
        if word in tables.SEPARATORS:
            self._trail = ()
        for length in range(len(self._trail), 0, -1):
            longer = (*self._trail[:length], word)
            if longer in tables.BEGINNINGS:
                self._trail, self._counted = longer, 0
                return False
        if not self._trail:
            if (program,) in tables.BEGINNINGS:
                self._trail, self._counted, self._options, self._skip = (program,), 0, "", False
            return False
        name = self._trail[0]
        if word.startswith("-") and len(word) > 1:
            self._options += word[1:]
            self._skip = len(word) == 2 and word[1] in tables.VALUES.get(name, "")
            return False
        if self._skip or self._trail not in tables.OPERANDS or tables.ONLY_WITH.get(name, "") not in self._options:
            self._skip = False
            return False
        self._counted += 1
        left_out = name in tables.LESS_WITH and tables.LESS_WITH[name] in self._options
        return self._counted + left_out in tables.OPERANDS[self._trail]

    def _short(self, word: str) -> str:
        if len(word) < 2 or word[0] != "-":
            return ""
        at = next((at for at, letter in enumerate(word[1:], 1) if letter not in self._flags), 0)
        if not at or word[at] not in self._letters:
            return ""
        if len(word) == at + 1:
            self._next = _MAYBE_SECRET
            return word
        return word[: at + 1] + MASK

    def _named(self, word: str) -> str:
        if self._trail in tables.ASSIGNED and "=" in word and not word.startswith("-"):
            return word.partition("=")[0] + "=" + MASK
        assignment = _ASSIGNMENT.match(word)
        if assignment and not assignment[3].startswith("//"):
            name, sign, value = assignment.groups()
            random = _KEY.match(name) and _RANDOM.fullmatch(value) and not value.startswith("/")
            if value and (_says_secret(name) or random or (name, sign) == ("/p", ":")):  # the last: FreeRDP
                return name + sign + MASK
            if name.startswith("-") and _LOGIN.search(name) and ":" in value:
                return name + sign + value.partition(":")[0] + ":" + MASK
            return ""
        if word.startswith("-") and len(word) > 2:
            login = _USER if _LOGIN.search(word) else _KEY_NEXT if _KEY.match(word) else _PLAIN
            self._next = _SECRET if _says_secret(word) else login
        elif word.lower() in ("bearer", "basic"):
            self._next = _SECRET
        return word if self._next else ""


def _says_secret(name: str) -> bool:
    name = name.lstrip("-\"'")
    return bool(_SECRET_NAME.search(name)) and not _NOT_SECRET.search(name)


def _shapes(word: str) -> str:
    if "://" in word:
        word = _URL.sub(_without_password, word)
        word = _QUERY.sub("?" + MASK, word)
    elif word.startswith("jdbc:oracle:"):
        word = _ORACLE_URL.sub(rf"\1/{MASK}", word)
    elif ":" in word and "@" in word:
        word = _ADDRESS.sub(rf"\1{MASK}", word)
    elif word.startswith("--from-literal="):
        word = _LITERAL_VALUE.sub(rf"\1{MASK}", word)
    return _TOKEN.sub(MASK, _HOOK.sub(rf"\1{MASK}", word))


def _without_value(match: re.Match[str]) -> str:
    value = match[2]
    quote = value[0] if value[0] in "\"'" else ""
    return match[1] + quote + MASK + (quote if quote and value.endswith(quote) and len(value) > 1 else "")


def _without_password(match: re.Match[str]) -> str:
    user = match[2] or ""
    if ":" in user:
        user = user.partition(":")[0] + f":{MASK}@"
    elif len(user) > LONGEST_USER:  # a token alone, as forges and error trackers have it
        user = MASK + "@"
    return match[1] + user
