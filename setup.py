"""Builds what is compiled, each where its compiler is found: the C meter, and the eBPF objects (clang, libbpf's headers).

Without them netmon runs on its plain Python meter and on the system's socket tables, and says so.
"""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
BPF = {
    "netmon/meter/csrc/flow.bpf.c": ("netmon/meter/flow.bpf.o", "v2"),
    "netmon/platforms/linux/csrc/attribution.bpf.c": ("netmon/platforms/linux/attribution.bpf.o", "v3"),
}
"""Source -> object, instruction set (v2: also loads without CAP_PERFMON; v3: kernel 5.1)."""


def compile_bpf(target: Path) -> list[str]:
    """Compile every object below ``target``; the reasons of those that could not be."""
    clang = shutil.which("clang") or next((found for n in range(21, 10, -1) if (found := shutil.which(f"clang-{n}"))), None)
    if clang is None:
        return ["eBPF objects are not built: clang is missing"]
    problems = []
    for source, (name, cpu) in BPF.items():
        output = target / name
        output.parent.mkdir(parents=True, exist_ok=True)
        command = [
            clang, "-target", "bpf", "-O2", "-g", f"-mcpu={cpu}", "-Wall", "-Wextra", "-Wno-unused-parameter",
            f"-I/usr/include/{platform.machine()}-linux-gnu", "-c", str(HERE / source), "-o", str(output),
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
    """The extension as usual, then the eBPF objects beside it."""

    def run(self):
        super().run()
        if sys.platform == "linux":
            for problem in compile_bpf(HERE if self.inplace else Path(self.build_lib)):
                print(problem, file=sys.stderr)

    def get_outputs(self):
        root = HERE if self.inplace else Path(self.build_lib)
        return super().get_outputs() + [str(root / name) for name, _ in BPF.values() if (root / name).exists()]


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
