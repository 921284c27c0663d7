"""Scripts of interpreters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.interpreters import script_of


@pytest.mark.parametrize(
    ("program", "arguments", "script"),
    [
        ("python3.11", "python3 /srv/app.py --port 80", "app.py"),
        ("python3", "python3 -W ignore -u /srv/app.py", "app.py"),
        ("python3", "python3 -m http.server 80", "-m http.server"),
        ("python3", "python3 -c import-something", ""),
        ("python3", "python3 -", ""),
        ("python3", "python3", ""),
        ("perl", "perl -w -I /lib /usr/bin/tool", "tool"),
        ("node", "node --require ts-node index.js", "index.js"),
        ("deno", "deno run -A main.ts", "main.ts"),
        ("bash", "bash -o pipefail ./build.sh", "build.sh"),
        ("sh", "sh -c ls", ""),
        ("java", "java -cp a.jar:b.jar org.example.Main", "org.example.Main"),
        ("java", "java -Xmx1g -jar /opt/server.jar", "server.jar"),
        ("ruby3.1 (deleted)", "ruby /app/bin/rails", "rails"),
        ("curl", "curl /tmp/file.py", ""),
        ("python3", "python3 -um pkg.tool x", "-m pkg.tool"),
        ("python3", "python3 -mpkg x", "-m pkg"),
        ("python3", "python3 -Ic text x", ""),
        ("Python", "Python /srv/app.py", "app.py"),
        ("bash", "bash -euo pipefail ./build.sh", "build.sh"),
        ("bash", "bash +x ./build.sh", "build.sh"),
        ("bash", "bash -lc text word", ""),
        ("dash", "sh -ec text word", ""),
        ("bash", "bash -s word", ""),
        ("bash", "bash -- -odd", "-odd"),
        ("busybox", "/bin/sh /talk.sh 6", "talk.sh"),
        ("busybox", "busybox sh /talk.sh 6", "talk.sh"),
        ("busybox", "wget -q name", ""),
        ("busybox", "busybox", ""),
        ("perl", "perl -lne text file", ""),
        ("perl", "perl -l012 -i.bak /usr/bin/tool", "tool"),
        ("ruby", "ruby -ruri -Ilib bin/x", "x"),
        ("node", "node --env-file .env server.js", "server.js"),
        ("java", "java --add-opens java.base/x=ALL -jar a.jar", "a.jar"),
        ("java", "java @options -m mod/org.example.Main", "mod/org.example.Main"),
        ("php8.2", "php -S 0:80 -t pub router.php", "router.php"),
        ("php", "php -fx.php", "x.php"),
        ("lua5.4", "lua5.4 -l socket x.lua", "x.lua"),
        ("bun", "bun run index.ts", "index.ts"),
        ("dotnet", "dotnet exec /srv/app.dll", "app.dll"),
        ("dotnet", "dotnet run", ""),
        ("mono-sgen", "mono /srv/app.exe", "app.exe"),
        ("pythonista", "pythonista x.py", ""),
    ],
)
def test_what_it_runs(program: str, arguments: str, script: str) -> None:
    """The script, module or class; nothing for programs that are no interpreters."""
    assert script_of(program, [word.encode() for word in arguments.split()]) == script


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("bash", [b"bash", b"-lc", b"mysql -phunter2secret"]),
        ("busybox", [b"sh", b"-ec", b"curl -u a:hunter2secret x"]),
        ("perl", [b"perl", b"-wnle", b"print 'hunter2secret'"]),
        ("deno", [b"deno", b"run", b"https://a.example/x.ts?token=hunter2secret"]),
        ("deno", [b"deno", b"run", b"https://a:hunter2secret@a.example/"]),
        ("python3", [b"python3", b"-m", b"--password=hunter2secret"]),
    ],
)
def test_no_secrets(program: str, arguments: list[bytes]) -> None:
    """Program text is never shown, and what is shown is masked."""
    assert "hunter2secret" not in script_of(program, arguments)


@given(
    st.sampled_from(["python3", "java", "sh", "node", "perl", "busybox", "dotnet", "php"]),
    st.lists(st.binary(max_size=40), max_size=80),
)
@settings(deadline=None, max_examples=100)
def test_any_arguments(program: str, arguments: list[bytes]) -> None:
    """Whatever the arguments are, the answer is printable and bounded."""
    script = script_of(program, arguments)
    assert script.isprintable()
    assert len(script) <= 256
