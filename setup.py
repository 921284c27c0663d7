"""Builds the C meter where a compiler is found; without one netmon runs on its plain Python meter and says so."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "netmon.meter._native",
            sources=["netmon/meter/csrc/native.c"],
            extra_compile_args=["-O3", "-std=c11", "-Wall", "-Wextra"],
            optional=True,
        )
    ]
)
