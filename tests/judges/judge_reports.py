#!/usr/bin/env python3
"""Reads the reports of `penstock_contract check` with the libraries of others.

    judge_reports.py PROGRAM DOCUMENT…

SARIF is read by pydantic-sarif, whose classes were made from the standard's schema and refuse what
it does not have. The workflow commands of GitHub are unescaped as its toolkit escapes them. All
formats must say the same of each problem.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

# These texts would break out of a message or a property if they were not escaped.
HOSTILE = """openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  "/a%0A,b::c\\n::error::forged":
    get: {operationId: o, responses: {'200': {description: d}}, parameters: [{$ref: "#/x%25,:\\r"}]}
components: {schemas: {a: {pattern: "(?:a\\\\B.){20}"}}}
"""


def check(program: str, form: str, documents: list[str]) -> str:
    done = subprocess.run(
        [program, "check", "--all", "--format", form, *documents],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1, 3) or done.stderr:
        sys.exit(f"{form}: exit status {done.returncode}, {done.stderr}")
    return done.stdout


def unescaped(text: str) -> str:
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r")):
        text = text.replace(escape, character)
    return text.replace("%25", "%")


def of_github(text: str) -> list[Any]:
    found = []
    for line in text.splitlines():
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        if not command:
            if line.startswith("::"):
                sys.exit(f"no workflow command: {line}")
            continue
        properties = dict(one.split("=", 1) for one in command[2].split(","))
        found.append(
            (
                unescaped(properties["file"]),
                int(properties.get("line", 0)),
                unescaped(command[3]),
                command[1] == "error",
            )
        )
    return found


def of_sarif(text: str) -> list[Any]:
    run = Sarif.model_validate_json(text).runs[0]
    found = []
    for result in run.results:
        if result.ruleId and run.tool.driver.rules[result.ruleIndex].id != result.ruleId:
            sys.exit(f"{result.ruleId} has another rule's index")
        region = result.locations[0].physicalLocation.region
        found.append((region.startLine if region else 0, result.message.text, result.level.value))
    if not all(rule.help.text and rule.shortDescription.text for rule in run.tool.driver.rules):
        sys.exit("a rule has no help")
    return [(line, text, level == "error") for line, text, level in found]


def main() -> None:
    program, *documents = sys.argv[1:]
    hostile = Path("hos,tile%25:a b.yaml")
    hostile.write_text(HOSTILE)
    documents += [str(hostile), "no such file.yaml"]
    report = json.loads(check(program, "json", documents))
    said = [
        (one["file"], one.get("line", 0), one["sentence"], one["severity"] == "refusal")
        for file in report["files"]
        for one in file["problems"]
    ]
    github = of_github(check(program, "github", documents))
    if sorted(github) != sorted(said):
        sys.exit(f"GitHub's commands differ: {set(github) ^ set(said)}")
    sarif = of_sarif(check(program, "sarif", documents))
    if sorted(sarif) != sorted(one[1:] for one in said):
        sys.exit("SARIF says something else")
    print(f"reports: {len(said)} problems of {len(documents)} documents in three formats")


if __name__ == "__main__":
    main()
