"""``bridge check``: is everything that the bridge needs in place?"""

import sys

import typer

from bridge.cli import options, show


def check(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """Look at configuration, ledger, spool, keys and destination; nothing is changed or sent."""
    settings = options.load_settings(config)
    from bridge.admin.operations import checks
    from bridge.runtime.clock import SystemClock

    findings = []
    for finding in checks.run(settings, now=SystemClock().now()):
        findings.append(finding)
        if not as_json:
            show.say(f"{'ok ' if finding.is_good else 'BAD'}  {finding.part:<13}  {show.inert(finding.text)}")
            sys.stdout.flush()
    if as_json:
        show.as_json([{"part": one.part, "ok": one.is_good, "text": one.text} for one in findings])
    if not all(finding.is_good for finding in findings):
        raise typer.Exit(1)
