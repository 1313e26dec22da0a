"""Reads the arguments, runs the verb, and turns failures into exit codes.

Exit codes: 0, 1 for a failure, 2 for wrong arguments, 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from penstock_deploy.commands import MACHINERY, Commands, Failure, Interrupted, say
from penstock_deploy.options import UsageError, parse
from penstock_deploy.service import Service
from penstock_deploy.tables import check_tables
from penstock_deploy.verbs import deploy, destroy

EXAMPLE = MACHINERY / "hello"


def main(arguments: list[str]) -> int:
    """Runs one verb and returns the exit code; raises SystemExit(0) after --help."""
    try:
        options = parse(arguments)
        environment = dict(os.environ)
        # The front door sets it, for any service but the example.
        folder = Path(environment.get("PENSTOCK_SERVICE") or EXAMPLE).resolve()
        service = Service.read(folder / "service.env")
        check_tables(folder, service)
        if options.verbose:
            # scripts/steps.sh reads this variable, in ./penstock package and image.
            environment["verbose"] = "yes"
        root = MACHINERY if folder == EXAMPLE else folder
        commands = Commands(root, dry_run=options.dry_run, environment=environment)
        verb = deploy if options.verb == "deploy" else destroy
        verb(commands, options, service)
        if options.dry_run:
            say("Nothing has run: --dry-run only shows the commands. Words in CAPITALS are")
            say("placeholders for what AWS and Terraform would answer.")
    except UsageError as error:
        say(f"penstock: {error}")
        return 2
    except (Interrupted, KeyboardInterrupt):
        say("penstock: interrupted. The same command continues from here.")
        return 130
    except Failure as failure:
        say(f"penstock: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
