"""Which words of well-known programs' command lines are secrets: short options, and words without a name.

Sources: the programs' own manual pages. Programs are called by their file names.
"""

from __future__ import annotations

from collections.abc import Iterable

SHORT_OPTIONS: dict[str, str] = {
    "mysql": "p", "mysqldump": "p", "mysqladmin": "p", "mariadb": "p", "mariadb-dump": "p", "mysqlimport": "p",
    "mysqlcheck": "p", "mysqlshow": "p", "mariadb-admin": "p", "mysqlslap": "p", "mysqlpump": "p", "mysqlbinlog": "p",
    "sshpass": "p", "curl": "uUbE", "redis-cli": "a", "mosquitto_pub": "Pm", "mosquitto_sub": "P", "mosquitto_rr": "Pm",
    "mongo": "p", "mongosh": "p", "mongodump": "p", "mongorestore": "p", "mongoexport": "p", "mongoimport": "p",
    "ldapsearch": "w", "ldapmodify": "w", "ldapadd": "w", "ldapwhoami": "w", "ldapdelete": "w", "ldapmodrdn": "w",
    "ldapcompare": "w", "ldapexop": "w", "ldappasswd": "wsa",
    "snmpget": "cAX", "snmpwalk": "cAX", "snmpbulkwalk": "cAX", "snmpset": "cAX", "snmpgetnext": "cAX", "snmpbulkget": "cAX",
    "snmptable": "cAX", "snmpstatus": "cAX", "snmpdf": "cAX", "snmptrap": "cAX", "snmpinform": "cAX",
    "smbclient": "U", "rpcclient": "U", "net": "U", "ipmitool": "P", "racadm": "p", "sqlcmd": "P", "bcp": "P", "osql": "P",
    "docker": "p", "podman": "p", "xfreerdp": "p", "rdesktop": "p", "ncftp": "p", "7z": "p", "7za": "p", "7zz": "p",
    "zip": "P", "unzip": "P", "rar": "p", "unrar": "p", "lftp": "u", "http": "a", "https": "a", "xh": "a", "xhs": "a",
    "hey": "a", "hurl": "u", "ab": "AC", "isql": "P", "tsql": "P", "sqsh": "P", "az": "p", "twine": "p", "cqlsh": "p",
    "ssh-keygen": "NP", "useradd": "p", "usermod": "p", "psexec": "p", "hydra": "p", "medusa": "p", "evil-winrm": "pH",
    "crackmapexec": "pH", "nxc": "pH",
}  # fmt: skip
"""Program name -> letters of short options whose value is a secret."""
FLAGS = {
    "curl": "0123469aBfGgiIjJkLlMnNOpqRsSvVZ#", "zip": "eqrjmuvfgdoTyS", "unzip": "oqjnaLC", "redis-cli": "x", "rar": "h",
    "unrar": "h",
}  # fmt: skip
"""Short options without a value, which may stand in the same word before those of ``SHORT_OPTIONS``: ``curl -sSu a:x``."""
SAFE_SHORT: dict[str, frozenset[str]] = dict.fromkeys(
    ("docker", "podman"), frozenset({"run", "create", "compose", "container"})
)
"""Subcommands in which the letter means something else (published ports)."""
SLASHING = frozenset(("sqlplus", "sqlldr", "expdp", "impdp", "exp", "imp", "rman"))
"""Programs that take ``user/password@database``."""

_LOGINS = ("nerdctl", "buildah", "skopeo", "oras", "helm", "oc", "crane")
OPERANDS: dict[tuple[str, ...], tuple[int, ...]] = {
    ("wpa_passphrase",): (2,), ("htpasswd",): (3,), ("smbclient",): (2,), ("mkpasswd",): (1,), ("isql",): (3,),
    ("iusql",): (3,), ("radtest",): (2, 5), ("add_user",): (2,), ("change_password",): (2,), ("authenticate_user",): (2,),
    ("mc", "alias", "set"): (4, 5), ("mcli", "alias", "set"): (4, 5), ("mc", "config", "host", "add"): (4, 5),
    ("mc", "admin", "user", "add"): (3,), ("mcli", "admin", "user", "add"): (3,), ("b2", "authorize-account"): (2,),
    ("redis-cli", "auth"): (1, 2), ("redis-cli", "AUTH"): (1, 2), ("rclone", "obscure"): (1,), ("vault", "login"): (1,),
    ("openssl", "passwd"): (1, 2), ("openssl", "-k"): (1,), ("openssl", "-K"): (1,), ("openssl", "-hmac"): (1,),
    ("iwconfig", "key"): (1,), ("iw", "key"): (1,), ("wpa_cli", "psk"): (1,), ("nmcli", "wifi-sec.psk"): (1,),
    ("nmcli", "802-11-wireless-security.psk"): (1,), ("ip", "xfrm", "auth"): (2,), ("ip", "xfrm", "auth-trunc"): (2,),
    ("ip", "xfrm", "enc"): (2,), ("ip", "xfrm", "aead"): (2,), ("ip", "macsec", "key"): (2,), ("db2", "using"): (1,),
    ("ejabberdctl", "register"): (3,), ("ejabberdctl", "change_password"): (3,), ("prosodyctl", "register"): (3,),
    ("samba-tool", "user", "create"): (2,), ("samba-tool", "user", "add"): (2,), ("net", "user", "add"): (2,),
    ("net", "use"): (2,), ("doveadm", "-p"): (1,), ("doveadm", "auth", "test"): (2,), ("qpdf", "--encrypt"): (1, 2),
    ("swaks", "-ap"): (1,), ("sendemail", "-xp"): (1,), ("sendEmail", "-xp"): (1,), ("virsh", "secret-set-value"): (2,),
    **{(program, "login", "-p"): (1,) for program in _LOGINS},
}  # fmt: skip
"""Program, and words after it in this order -> which words after the last of them are secrets, options not counted. The
file ``htpasswd -b`` writes to is left out with -n; mc's options may have values, which are counted; subcommands of
rabbitmqctl stand without it, which may be called by others."""
ONLY_WITH = {"htpasswd": "b"}
"""Programs that take a secret in a word only with this option."""
LESS_WITH = {"htpasswd": "n"}
"""Options that leave out the first word."""
VALUES = {
    "htpasswd": "Cr", "smbclient": "IWcpDmnORsltTbAdiLM", "mkpasswd": "mSRP", "vault": "", "rabbitmqctl": "nlt",
}  # fmt: skip
"""Short options with a value in the next word, which is none of those that are counted."""
SEPARATORS = frozenset(("&&", "||", "|", ";"))
"""Of a shell: another program follows."""
ASSIGNED = frozenset(
    {
        ("vault", "kv", "put"), ("vault", "kv", "patch"), ("vault", "write"), ("heroku", "config:set"),
        ("fly", "secrets", "set"), ("flyctl", "secrets", "set"),
    }
)  # fmt: skip
"""After these every ``key=value`` is a secret."""


def _beginnings(trails: Iterable[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    return frozenset(trail[:length] for trail in trails for length in range(1, len(trail) + 1))


BEGINNINGS = _beginnings((*OPERANDS, *ASSIGNED))
