"""How the command behaves in a shell: exit codes, errors in one line, signals, streams that were closed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Any, NoReturn

import click

from mtag.errors import MissingExtraError, ModelError, MtagError, OptionError, TaxonomyError

FAILED, USAGE, INVALID, INTERRUPTED = 1, 2, 3, 130


class Command(click.Group):
    """Turns errors into one line on stderr and an exit code; nobody sees a traceback for a mistake."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        """Run the command and exit; arguments are those of `click.Group.main`."""
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = USAGE
        except click.ClickException as error:
            hint = getattr(error, "ctx", None)
            more = f" (see {hint.command_path} --help)" if hint else ""
            code = fail(f"{error.format_message().rstrip('.')}{more}", USAGE)
        except click.Abort:
            code = fail("interrupted", INTERRUPTED)
        except (TaxonomyError, ModelError) as error:
            code = fail(str(error), INVALID)
        except (OptionError, MissingExtraError) as error:
            code = fail(str(error), USAGE)
        except (MtagError, OSError) as error:
            code = fail(str(error), FAILED)
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; where nobody reads its output any more, that is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader has seen enough, as `head` does
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


def prepare() -> None:
    """Make this process a well-behaved command: its streams, its signals, what it says of dying threads."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal may lack a character
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that files are cleaned up
    threading.excepthook = _thread_failed


def fail(message: str, code: int) -> int:
    """Say on stderr what went wrong; the exit code."""
    from mtag.terminal import plain  # loaded in need: `mtag --help` is quick

    click.echo(f"mtag: {plain(message)}", err=True)
    return code


def _open_closed_streams() -> None:
    """Open standard streams that were closed, on nothing, so that no other file takes their numbers.

    What is written to an output that was closed fails, as it would to a full disk.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR if name == "stderr" else os.O_RDONLY)
            os.set_inheritable(number, True)  # joblib's processes need their stderr
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    # The thread that minds the processes dies of an interrupt too; what befell is told once, by us.
    if failure.thread is None or not failure.thread.name.startswith("ExecutorManagerThread"):
        threading.__excepthook__(failure)
