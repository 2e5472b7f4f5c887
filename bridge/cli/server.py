"""``bridge serve`` and ``bridge demo``: the whole bridge, at work or on show."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli import options


def serve(
    config: options.Config = None,
    ready_file: Annotated[
        Path | None,
        typer.Option(
            "--ready-file",
            metavar="FILE",
            help="Written when every listener answers: addresses and pid, as JSON.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the bridge until SIGTERM or SIGINT."""
    gc.disable()  # a tenth of the time to ready; `app` turns it on again
    settings = options.load_settings(config)
    from bridge import app

    app.serve(settings, ready_file)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End when every sample has met its end.")] = False,
) -> None:
    """Try it: real SFTP uploads into a strict stand-in for Payt; Ctrl-C ends it."""
    from bridge.demo import play

    play.play(is_once=once)
