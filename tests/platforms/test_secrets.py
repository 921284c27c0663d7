"""Command lines lose their secrets."""

from __future__ import annotations

import shlex
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.secrets import ARGUMENT_LIMIT, LINE_LIMIT, mask

HIDDEN = "hunter2secret"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (f"app --password={HIDDEN}", "app --password=***"),
        (f"app --password {HIDDEN} --port 80", "app --password *** --port 80"),
        (f"app --db-passwd={HIDDEN}", "app --db-passwd=***"),
        (f"app -token {HIDDEN}", "app -token ***"),
        (f"app --api-key={HIDDEN} x", "app --api-key=*** x"),
        (f"app --access_key={HIDDEN}", "app --access_key=***"),
        (f"env PGPASSWORD={HIDDEN} psql", "env PGPASSWORD=*** psql"),
        (f"env MYSQL_PWD={HIDDEN} AWS_SECRET_ACCESS_KEY={HIDDEN} x", "env MYSQL_PWD=*** AWS_SECRET_ACCESS_KEY=*** x"),
        (f"java -Dhttp.proxyPassword={HIDDEN} -jar a.jar", "java -Dhttp.proxyPassword=*** -jar a.jar"),
        (f"mysql -uroot -p{HIDDEN} db", "mysql -uroot -p*** db"),
        (f"/usr/bin/mysqldump -p{HIDDEN} db", "/usr/bin/mysqldump -p*** db"),
        (f"sshpass -p {HIDDEN} ssh -p 22 host", "sshpass -p *** ssh -p *** host"),
        (f"curl -u user:{HIDDEN} https://example.org/", "curl -u *** https://example.org/"),
        (f"curl -H 'Authorization: Bearer {HIDDEN}' x", "curl -H Authorization: *** x"),
        (f"curl -H 'Cookie: session={HIDDEN}' x", "curl -H Cookie: *** x"),
        (f"curl -H 'X-Api-Key: {HIDDEN}' x", "curl -H X-Api-Key: *** x"),
        (f"wget https://user:{HIDDEN}@example.org/path", "wget https://user:***@example.org/path"),
        (f"app postgresql://bob:{HIDDEN}@db:5432/x?sslmode=require", "app postgresql://bob:***@db:5432/x?***"),
        (f"app --url=https://u:{HIDDEN}@h/", "app --url=https://u:***@h/"),
        (f"app https://example.org/?key={HIDDEN}&x=1 y", "app https://example.org/?*** y"),
        (f"redis-cli -a {HIDDEN} ping", "redis-cli -a *** ping"),
        (f"snmpwalk -v2c -c {HIDDEN} 192.0.2.1", "snmpwalk -v2c -c *** 192.0.2.1"),
        (f"sh -c 'mysql -p{HIDDEN} && echo done'", "sh -c mysql -p*** && echo done"),
        (f"sh -c 'export TOKEN={HIDDEN}; run'", "sh -c export TOKEN=*** run"),
        (
            "git clone https://x:ghp_abcdefghijklmnopqrstuvwxyz0123456789@github.com/a/b",
            "git clone https://x:***@github.com/a/b",
        ),
        ("app ghp_abcdefghijklmnopqrstuvwxyz0123456789", "app ***"),
        (f"psql -c \"SELECT 1 WHERE pin = '{HIDDEN}'\" db", "psql -c SELECT 1 WHERE pin = '***' db"),
        (
            f'mysql \'--execute=insert into t values (7, "x")\' "update t set a=\'{HIDDEN}"',
            "mysql --execute=insert into t values (7, \"x\") update t set a='***'",
        ),
        ("app eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "app ***"),
        (f"curl --user bob:{HIDDEN} x", "curl --user bob:*** x"),
        (f"wget --user=bob:{HIDDEN} x", "wget --user=bob:*** x"),
        (f"app --password -{HIDDEN} --port 80", "app --password *** --port 80"),
        (f"curl '--header=Authorization: token {HIDDEN}' x", "curl --header=Authorization: *** x"),
        (f"""curl -d '{{"user":"bob","password": "{HIDDEN} x"}}' y""", 'curl -d {"user":"bob","password": "***"} y'),
        (f"psql 'host=db user=bob password={HIDDEN}'", "psql host=db user=bob password=***"),
        (f"app 'Server=db;Pwd={HIDDEN};Encrypt=yes'", "app Server=db;Pwd=***;Encrypt=yes"),
        ("app AKIAIOSFODNN7EXAMPLE", "app ***"),
        (f"openssl rsa -passin pass:{HIDDEN} -in k", "openssl rsa -passin *** -in k"),
        (f"curl -b session={HIDDEN} x", "curl -b *** x"),
        (f"tailscale up --authkey={HIDDEN}", "tailscale up --authkey=***"),
        (f"lftp -u bob,{HIDDEN} ftp.example.org", "lftp -u *** ftp.example.org"),
        (f"sqlplus scott/{HIDDEN}@db", "sqlplus scott/***@db"),
        (
            f"java -jar a.jar jdbc:oracle:thin:scott/{HIDDEN}@//db:1521/x",
            "java -jar a.jar jdbc:oracle:thin:scott/***@//db:1521/x",
        ),
        (f"xfreerdp /u:bob /p:{HIDDEN} /v:host", "xfreerdp /u:bob /p:*** /v:host"),
        (f"git clone https://{HIDDEN}{HIDDEN}@example.org/a", "git clone https://***@example.org/a"),
        (f"app --jwt={HIDDEN} --session-id {HIDDEN}", "app --jwt=*** --session-id ***"),
        (f"curl -sSfLu bob:{HIDDEN} x", "curl -sSfLu *** x"),
        (f"curl -sSubob:{HIDDEN} x", "curl -sSu*** x"),
        (f"curl --cert c.pem:{HIDDEN} x", "curl --cert c.pem:*** x"),
        (f"az login -u x -p {HIDDEN}", "az login -u x -p ***"),
        (f"mount.cifs //h/s /m -o user=bob,pass={HIDDEN},uid=1", "mount.cifs //h/s /m -o user=bob,pass=***,uid=1"),
        (f"nmcli dev wifi connect net password {HIDDEN}", "nmcli dev wifi connect net password ***"),
        (f"aws configure set aws_secret_access_key {HIDDEN}", "aws configure set aws_secret_access_key ***"),
        (f"npm config set //r.example.org/:_authToken {HIDDEN}", "npm config set //r.example.org/:_authToken ***"),
        (f"wpa_passphrase net {HIDDEN}", "wpa_passphrase net ***"),
        (f"rabbitmqctl -n a change_password bob {HIDDEN}", "rabbitmqctl -n a change_password bob ***"),
        (f"keytool -storepass {HIDDEN} -keypass {HIDDEN}", "keytool -storepass *** -keypass ***"),
        (f"plink -pw {HIDDEN} host", "plink -pw *** host"),
        ("ceph --key=AQhunter2secretAB== --id x", "ceph --key=*** --id x"),
        ("ceph --key AQhunter2secretAB== --id x", "ceph --key *** --id x"),
        ("vault login hvs.CAESIhunter2secretx", "vault login ***"),
        ("app https://hooks.slack.com/services/T0/B0/hunter2secrethunter", "app https://hooks.slack.com/services/***"),
        ("app https://api.telegram.org/bot12:hunter2secrethunter/send", "app https://api.telegram.org/bot12:***"),
        ("app https://discord.com/api/webhooks/12/hunter2secrethunter", "app https://discord.com/api/webhooks/12/***"),
        (f"htpasswd -b .htpasswd bob {HIDDEN}", "htpasswd -b .htpasswd bob ***"),
        (f"htpasswd -nbB bob {HIDDEN}", "htpasswd -nbB bob ***"),
        (f"sudo htpasswd -cbB -C 10 .htpasswd bob {HIDDEN}", "sudo htpasswd -cbB -C 10 .htpasswd bob ***"),
        (f"smbclient //h/s {HIDDEN} -I 192.0.2.1", "smbclient //h/s *** -I 192.0.2.1"),
        (f"smbclient -I 192.0.2.1 -W wg //h/s {HIDDEN} -U bob", "smbclient -I 192.0.2.1 -W wg //h/s *** -U ***"),
        (f"mc alias set s https://s3.example.org key {HIDDEN}", "mc alias set s https://s3.example.org key ***"),
        (f"mc --json alias set --api S3v4 s https://h key {HIDDEN}", "mc --json alias set --api S3v4 s https://h *** ***"),
        (f"mosquitto_pub -h h -t a/b -m {HIDDEN} -u bob -P {HIDDEN}", "mosquitto_pub -h h -t a/b -m *** -u bob -P ***"),
        (f"redis-cli -h h auth bob {HIDDEN}", "redis-cli -h h auth *** ***"),
        (f"redis-cli config set requirepass {HIDDEN}", "redis-cli config set requirepass ***"),
        (f"openssl passwd -6 {HIDDEN}", "openssl passwd -6 ***"),
        (f"openssl enc -aes-256-cbc -k {HIDDEN} -in a", "openssl enc -aes-256-cbc -k *** -in a"),
        (
            f"ip xfrm state add src 192.0.2.1 auth sha256 0x{HIDDEN} enc aes 0x{HIDDEN}",
            "ip xfrm state add src 192.0.2.1 auth sha256 *** enc aes ***",
        ),
        (f"sh -c 'true && mc alias set s u key {HIDDEN} ; ls a'", "sh -c true && mc alias set s u key *** ; ls a"),
        (f"isql dsn bob {HIDDEN}", "isql dsn bob ***"),
        (f"radtest bob {HIDDEN} 192.0.2.1 0 {HIDDEN}", "radtest bob *** 192.0.2.1 0 ***"),
        (f"rabbitmqctl add_user bob {HIDDEN}", "rabbitmqctl add_user bob ***"),
        (f"ejabberdctl register bob example.org {HIDDEN}", "ejabberdctl register bob example.org ***"),
        (f"vault kv put secret/db user=bob value={HIDDEN}", "vault kv put secret/db user=*** value=***"),
        (f"vault login {HIDDEN}", "vault login ***"),
        (
            f"kubectl create secret generic s --from-literal=k={HIDDEN}",
            "kubectl create secret generic s --from-literal=k=***",
        ),
        (f"oc login https://h -u bob -p {HIDDEN}", "oc login https://h -u bob -p ***"),
        (f"qpdf --encrypt {HIDDEN} {HIDDEN} 256 -- a.pdf b.pdf", "qpdf --encrypt *** *** 256 -- a.pdf b.pdf"),
        (f"sqlplus scott/{HIDDEN}", "sqlplus scott/***"),
        (f"secretsdump.py corp/bob:{HIDDEN}@192.0.2.1", "secretsdump.py corp/bob:***@192.0.2.1"),
        (f"ssh-keygen -t ed25519 -N {HIDDEN} -f k", "ssh-keygen -t ed25519 -N *** -f k"),
        (f"ldappasswd -D x -w {HIDDEN} -s {HIDDEN} y", "ldappasswd -D x -w *** -s *** y"),
        (f"rar a -hp{HIDDEN} x.rar y", "rar a -hp*** x.rar y"),
        (f"iwconfig wlan0 key s:{HIDDEN}", "iwconfig wlan0 key ***"),
        (f"netbird up --setup-key {HIDDEN}", "netbird up --setup-key ***"),
        (f"doveadm pw -s SHA512 -p {HIDDEN}", "doveadm pw -s SHA512 -p ***"),
        (
            f"ffmpeg -i a -f flv rtmp://live.example.org/app/{HIDDEN}{HIDDEN}",
            "ffmpeg -i a -f flv rtmp://live.example.org/app/***",
        ),
    ],
)
def test_secrets_are_masked(command: str, shown: str) -> None:
    """The value goes, the rest of the line stays readable."""
    line = mask([word.encode() for word in shlex.split(command)])
    assert HIDDEN not in line
    assert line == shown


@pytest.mark.parametrize(
    "command",
    [
        "nginx: master process -g daemon off", "ssh -p 22 -i /root/.ssh/id host", "python3 -m http.server 8000",
        "app --password-file=/etc/secret --auth-method=plain --token-ttl=5", "gcc -pthread -print-search-dirs",
        "docker run -p 80:80 nginx", "docker compose -p shop up", "runuser --user alice -- app --login bob",
        "podman run -p 8080:80 x", "curl https://example.org/path", "app --port=80 -v",
        "app --passwordless yes",
        "tar czf backup/home@2024.tgz /srv", "npm i @types/node@20", "app a/b@c/d",
        "java -Xmx1g -jar app.jar", "ssh user@example.org", "app [2001:db8::1]:443",
        "curl -sSo out -f https://example.org/", "curl --key /etc/a-key-of-mine/x.pem --cert c.pem x", "app --bypass x",
        "app --sort-key abc",
        "htpasswd .htpasswd bob", "cat /etc/passwd x", "mc ls s/bucket", "smbclient -L h -N", "mc alias list s",
        "openssl req -new -key k.pem -out x",
        "nginx@sha256:abc", "docker pull r.example.org/a:1.25@sha256:0123456789abcdef", "oc process -p NAME=x template",
        "ip xfrm state list", "vault kv get -field=x secret/db", "vault status", "rsync -a x host:y", "iw dev wlan0 scan",
        "ssh-keygen -t ed25519 -f k", "git log --author bob@example.org -p", "expr 1 / 2", "net ads info",
        "app --key server.pem", "nc -l -p 80", "podman run --rm -p 80:80 x", "passwd bob",
    ],
)  # fmt: skip
def test_ordinary_lines_stay_as_they_are(command: str) -> None:
    """Ports, paths and options that merely resemble secrets are shown."""
    assert mask([word.encode() for word in command.split()]) == command


def test_a_secret_that_is_cut_off_is_not_shown() -> None:
    """Beyond the length limit no pattern can be trusted, so nothing of such an argument is shown but its name."""
    url = b"https://user:" + HIDDEN.encode() * (ARGUMENT_LIMIT // 4) + b"@example.org/"
    line = mask([b"app", url, b"--password=" + HIDDEN.encode() * 500])
    assert HIDDEN not in line


def test_control_characters_do_not_get_out() -> None:
    """Arguments are hostile text."""
    assert mask([b"a\x1b[2J", b"b\nc"]) == "a\\x1b[2J b\\nc"


@settings(deadline=None, max_examples=100)
@given(st.lists(st.binary(max_size=60), max_size=12))
def test_any_arguments_give_a_bounded_printable_line(arguments: list[bytes]) -> None:
    """Nothing raises, nothing unprintable gets out."""
    line = mask(arguments)
    assert line.isprintable()
    assert len(line) <= LINE_LIMIT


@pytest.mark.parametrize(
    "text",
    [
        b"a:" * 2000,
        b"://" * 2000,
        b"eyJ" * 2000,
        b"-" * 4000,
        b"?" * 4000,
        b"a " * 2000,
        b"@:" * 2000,
        b"token=" * 900,
        b"x-key" * 900,
        b'pwd"' * 900,
    ],
)
def test_adverse_input_takes_linear_time(text: bytes) -> None:
    """No pattern backtracks itself into the ground: four times as long takes about four times as long."""

    def seconds(what: bytes) -> float:
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            for _ in range(5):
                mask([what[start : start + 1000] for start in range(0, 4000, 1000)])
            best = min(best, time.process_time() - started)
        return best

    assert seconds(text[:4000]) <= 10 * (seconds(text[:1000]) + 0.001)
