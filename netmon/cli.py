"""Arguments to settings; errors to one line and an exit status.

Exit status: 0 all well; 1 something could not be done, or an assertion failed; 2 wrong usage; 130 a capture file was
interrupted before its end. Nothing heavy is imported before it is needed: ``--help`` must be quick.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .errors import FilterError, NetmonError, UsageError
from .options import given
from .settings import Settings

if TYPE_CHECKING:
    from .config import Loaded


def configuration(path: str) -> Loaded:
    """What the configuration file says; the usual one when no path is given. Raises ``UsageError``."""
    from .configure import load_checked

    return load_checked(path)


def settings_of(given: dict[str, Any], loaded: Loaded) -> Settings:
    """Validated settings: what was given over the configuration file over the defaults. Raises ``UsageError``."""
    if given.get("file") and given.get("interfaces"):
        raise UsageError("-r and -i exclude each other: read a file or capture live")
    if given.get("speed") is not None and not given.get("file"):
        raise UsageError("--speed goes with -r FILE")
    kept = dict(loaded.values)
    if given.get("file"):
        kept.pop("interfaces", None)
    else:
        kept.pop("speed", None)
    settings = replace(Settings(), **{**kept, **given})
    headless = settings.once or settings.assertions or settings.denials
    if settings.output == "auto" and (
        headless or not (sys.stdout.isatty() and (sys.stdin.isatty() or settings.file == "-"))
    ):
        return replace(settings, output="text")
    return settings


def with_keys(settings: Settings) -> Settings:
    """For the screen keys must come, from the terminal where standard input brings the capture; else it is text."""
    if settings.output != "auto" or sys.stdin.isatty():
        return settings
    from .capture.standard_input import give_to_keys

    return settings if give_to_keys() else replace(settings, output="text")


def check_filters(settings: Settings) -> None:
    """Wrong filters are told before anything is opened, with a caret under the fault. Raises ``UsageError``."""
    given = [("--filter", settings.filter)] if settings.filter else []
    given += [("--assert", text) for text in settings.assertions]
    given += [("--assert-none", text) for text in settings.denials]
    if not given:
        return
    from .filters import compile_filter, explain

    for option, text in given:
        try:
            compile_filter(text, saved=settings.filters)
        except FilterError as error:
            shown, fault = explain(text, error)
            raise UsageError(f"{option} is not understood\n  {shown}\n  {fault}") from error


def configure_logging(settings: Settings) -> None:
    """netmon's own log: a file, or standard error when there is no screen to spoil. Raises ``UsageError``."""
    handler: logging.Handler
    if settings.log_file:
        try:
            descriptor = os.open(
                settings.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600
            )
        except OSError as error:
            raise UsageError(f"cannot write the log {settings.log_file}: {error.strerror}") from error
        handler = logging.StreamHandler(os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace"))
    elif settings.output in ("auto", "screen"):
        handler = logging.NullHandler()
    else:
        handler = logging.StreamHandler()
    logging.basicConfig(
        level=settings.log_level.upper(),
        handlers=[handler],
        format="netmon: %(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def diagnosed(found: dict[str, Any]) -> int:
    """``netmon doctor``, which a wrong configuration does not stop."""
    from netmon import doctor

    from .config import Loaded

    path, problem = found.pop("config", ""), ""
    try:
        loaded = configuration(path)
    except UsageError as error:
        loaded, problem = Loaded(), str(error)
    return doctor.report(settings_of(found, loaded), problem)


def main(argv: Sequence[str] | None = None) -> int:
    """Run netmon with these arguments; the exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if words[:1] == ["config"]:
            from . import configure

            return configure.main(words[1:])
        found = given(words)
        command = found.pop("command")
        if command == "config":
            raise UsageError("config comes first: netmon config print, netmon config path, netmon config check")
        if command == "doctor":
            return diagnosed(found)
        settings = settings_of(found, configuration(found.pop("config", "")))
        check_filters(settings)
        if not command:
            settings = with_keys(settings)
        if settings.theme != Settings().theme:
            from .views.theme import choose_theme

            choose_theme(settings.theme)
        configure_logging(settings)
        if command:
            from netmon import doctor

            return doctor.interfaces()
        from . import app

        return app.run(settings)
    except NetmonError as error:
        print(f"netmon: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        # The reader of standard output has gone: nothing is left to be said, also not at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except KeyboardInterrupt:
        return 130
