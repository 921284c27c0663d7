"""Builds what is compiled, each where its compiler is found: the C meter, the hot part of inspection,
tracking and the table (mypyc translates the Python modules below to C), and the eBPF objects (clang, libbpf's headers).

Without them netmon runs on its plain Python meter, on the same modules as plain Python, and on the system's socket
tables, and says so.

NETMON_COMPILE=0 leaves these modules as plain Python, 1 compiles them in any case. Unset, they are compiled for a wheel but
not in place (an editable installation): there a compiled module would hide what is edited.
"""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
METER, PROCESSES = "netmon/meter/csrc/flow.bpf.c", "netmon/platforms/linux/csrc/attribution.bpf.c"
WITHOUT_PERFMON = ("-DWITHOUT_PERFMON",)
BPF = {
    "netmon/meter/flow.bpf.o": (METER, "v2", ()),
    "netmon/meter/flow.without_perfmon.bpf.o": (METER, "v2", WITHOUT_PERFMON),
    "netmon/meter/flow.realtime.bpf.o": (METER, "v2", (*WITHOUT_PERFMON, "-DREALTIME")),
    "netmon/platforms/linux/attribution.bpf.o": (PROCESSES, "v3", ()),
    "netmon/platforms/linux/attribution.without_perfmon.bpf.o": (PROCESSES, "v3", WITHOUT_PERFMON),
}
"""Object -> source, instruction set (v2: also loads without CAP_PERFMON; v3: kernel 5.1), definitions."""

COMPILED = [
    f"netmon/protocols/{name}.py"
    for name in (
        "_ber", "_carrier", "_contract", "_conversation", "_cursor", "_datagram", "_dispatch", "_dns_message",
        "_dns_report", "_door", "_dtls_record", "_engine", "_expectation", "_frames", "_http_fields",
        "_http_message", "_http_syntax", "_ipcomp", "_ja", "_judge", "_krb_message", "_lines", "_netbios",
        "_quic_claims", "_quic_packet", "_quic_stream", "_reassembly", "_report", "_rpc", "_sctp", "_sctp_chunks",
        "_shell", "_ssl2", "_stream", "_stun_message", "_text", "_text_message", "_tls_handshake", "_tls_hello",
        "_tls_inside", "_tls_messages", "_tls_record", "_tpkt", "_udp", "bfd", "bittorrent", "bsdp", "capwap",
        "coap", "dcerpc", "dhcp", "dns", "dtls", "ftp", "h323", "http1", "irc", "kerberos", "mdns", "memcache",
        "mgcp", "modbus", "mqtt", "mysql", "nbdgm", "nbns", "ncp", "ntp", "openvpn", "pop3", "quic", "rpc", "rtp",
        "sip", "smb", "smtp", "ssdp", "ssh", "stun", "tls", "wireguard",
    )
] + [
    f"netmon/model/{name}.py" for name in ("connection", "health", "snapshot", "surroundings", "track")
] + [
    f"netmon/tracker/{name}.py"
    for name in (
        "address", "attribution", "choice", "deeds", "derive", "ends", "entry", "identity", "inbox", "life", "merge",
        "naming", "pairing", "past", "peers", "quiet", "rates", "sampler", "sharing", "store", "stretches", "table",
        "tcp_state", "told", "tracker", "tuples", "turns", "words",
    )
] + [
    f"netmon/views/{name}.py" for name in ("changes", "lane", "ordering", "rows", "sorting", "steps", "summary")
]  # fmt: skip
"""What every packet, every record and most conversations come through. The rest of the protocols derive from these and stay
Python: they would take twice as long to compile and are asked little."""
LIBRARY = "netmon.compiled"
"""What the compiled modules share lies beside the rooms, with ``__mypyc`` at the end of its name."""

BUILD = "build"


def translate():
    """The extensions of the compiled modules; none, with the reason told, where mypyc is missing or refuses them."""
    try:
        from mypyc.build import mypycify

        extensions = mypycify(
            ["--config-file=", "--ignore-missing-imports", *COMPILED],
            group_name=LIBRARY,
            multi_file=True,
            opt_level="2",
            debug_level="0",
            target_dir=BUILD,
        )
        for extension in extensions:  # those of a library inside a package are written into that package's directory
            extension.include_dirs.append(f"{BUILD}/{LIBRARY.rpartition('.')[0].replace('.', '/')}")
        return extensions
    except ImportError as problem:
        reason = problem
    except (Exception, SystemExit) as problem:  # it ends the program where it cannot translate
        reason = problem or "see above"
    print(f"inspection and tracking are not compiled: {reason}", file=sys.stderr)
    return []


def compile_bpf(target: Path) -> list[str]:
    """Compile every object below ``target``; the reasons of those that could not be."""
    clang = shutil.which("clang") or next((found for n in range(30, 10, -1) if (found := shutil.which(f"clang-{n}"))), None)
    if clang is None:
        return ["eBPF objects are not built: clang is missing"]
    headers = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"  # of Python, not of the kernel
    problems = []
    for name, (source, cpu, words) in BPF.items():
        output = target / name
        output.parent.mkdir(parents=True, exist_ok=True)
        command = [
            clang, "-target", "bpf", "-O2", "-g", f"-mcpu={cpu}", "-Wall", "-Wextra", "-Wno-unused-parameter", *words,
            f"-I/usr/include/{headers}", "-c", str(HERE / source), "-o", str(output),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            output.unlink(missing_ok=True)
            problems.append(f"{name} is not built: {done.stderr.strip()}")
            continue
        strip = shutil.which("llvm-strip")
        if strip:
            subprocess.run([strip, "-g", str(output)], check=False)  # noqa: S603
    return problems


class BuildCompiled(build_ext):
    """The extensions as usual, compiled modules all or none, then the eBPF objects beside them."""

    translated = ()

    def translate(self):
        """Add the compiled modules, or take away what would hide the plain ones. Not earlier than in ``run``: commands that
        only ask what there is to build finalize this one too, and before it is known whether it builds in place."""
        wanted, in_place = os.environ.get("NETMON_COMPILE", ""), self.inplace or self.editable_mode
        if wanted == "1" or (wanted != "0" and not in_place):
            self.translated = translate()
        if self.translated:
            for extension in self.translated:
                extension.optional = True
            self.distribution.ext_modules += self.translated
            self.swig_opts = None  # the one option that cannot be finalized twice
            self.finalize_options()
        elif in_place:
            for hiding in HERE.glob("netmon/compiled__mypyc.*"):
                hiding.unlink()
            for hiding in (found for name in COMPILED for found in (HERE / name).parent.glob(f"{Path(name).stem}.*")):
                if hiding.suffix in (".so", ".pyd"):
                    hiding.unlink()

    def build_extensions(self):
        once = self.compiler.compile

        def at_once(sources, *arguments, **values):
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                return [made for some in pool.map(lambda one: once([one], *arguments, **values), sources) for made in some]

        self.compiler.compile = at_once
        super().build_extensions()
        made = [Path(self.get_ext_fullpath(extension.name)) for extension in self.translated]
        if not all(path.exists() for path in made):
            print("inspection and tracking are not compiled: see above", file=sys.stderr)
            for path in made:
                path.unlink(missing_ok=True)

    def run(self):
        self.translate()
        super().run()
        if sys.platform == "linux":
            for problem in compile_bpf(HERE if self.inplace else Path(self.build_lib)):
                print(problem, file=sys.stderr)

    def get_outputs(self):
        root = HERE if self.inplace else Path(self.build_lib)
        return super().get_outputs() + [str(root / name) for name in BPF if (root / name).exists()]


if __name__ == "__main__":
    setup(
        cmdclass={"build_ext": BuildCompiled},
        ext_modules=[
            Extension(
                "netmon.meter._native",
                sources=["netmon/meter/csrc/native.c"],
                depends=sorted(str(path.relative_to(HERE)) for path in (HERE / "netmon/meter/csrc").glob("*.h")),
                extra_compile_args=["-O3", "-std=c11", "-Wall", "-Wextra"],
                optional=True,
            )
        ],
    )
