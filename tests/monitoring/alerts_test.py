"""Checks that the alert rules fire, use what the API exports, and are explained.

python3 tests/monitoring/alerts_test.py build/dev/bin/fixture_api promtool
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alert_cases import CASES, FOREIGN
from api_run import ApiRun, metrics_text
from fixture import FIXED_PATH, STAMP_PATH

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "docs" / "monitoring" / "alerts.yaml"
RUNBOOK = ROOT / "docs" / "runbook.md"
WIRING = ROOT / "apps" / "api" / "program_metrics.cpp"
PROCESS = ROOT / "src" / "http" / "process_metrics.cpp"
OUTCOMES = ROOT / "src" / "auth" / "authentication_metrics.cpp"
KEPT = ROOT / "src" / "auth" / "known_schemes.cpp"
METRIC = re.compile(r"\b(?:http_server|messaging|penstock|process)_\w+\b")
# Here the API has no TLS to a broker, no contract that requires credentials, and, mostly, no limit
# of memory. Other tests have them: tests/system/msk_iam_test.cpp, src/auth/authenticator_test.cpp
# and src/http/process_metrics_test.cpp.
ELSEWHERE = {
    "penstock_kafka_certificate_expiration_timestamp_seconds": WIRING,
    "penstock_memory_limit_bytes": PROCESS,
    "penstock_authentication_total": OUTCOMES,
    "penstock_authentication_document_age_seconds": KEPT,
    "penstock_authentication_document_failures_total": KEPT,
}


@dataclass
class Rule:
    name: str
    expression: str
    severity: str
    annotations: dict[str, str]


def rules() -> list[Rule]:
    """The rules in the file, which has one form; promtool reads it as YAML."""
    found = []
    for part in re.split(r"^ +- alert: ", RULES.read_text(), flags=re.MULTILINE)[1:]:
        name = part.split("\n", 1)[0]
        expression = re.search(r"expr:(.*?)^ +(?:for|labels):", part, re.DOTALL | re.MULTILINE)
        severity = re.search(r"labels: \{severity: (page|ticket)\}", part)
        annotations = dict(re.findall(r'^ +(summary|runbook): "?(.*?)"?$', part, re.MULTILINE))
        assert expression and severity and len(annotations) == 2, f"{name} has another form"
        found.append(Rule(name, expression[1], severity[1], annotations))
    return found


def promtool(tool: str, *arguments: str) -> str:
    run = subprocess.run(
        [tool, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
    return run.stdout


def test_of(rule: Rule, series: dict[str, str], labels: dict[str, str] | None) -> dict[str, Any]:
    """One test of promtool; without labels, the alert must be quiet."""
    expected = []
    if labels is not None:
        annotations = {
            key: re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda match: labels[match[1]], text)
            for key, text in rule.annotations.items()
        }
        expected = [
            {"exp_labels": {"severity": rule.severity} | labels, "exp_annotations": annotations}
        ]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [
            {"eval_time": "60m", "alertname": rule.name, "exp_alerts": expected},
        ],
    }


def tests_of(rule: Rule) -> list[dict[str, Any]]:
    case = CASES[rule.name]
    labels = dict(case.labels)
    if case.has_job:
        labels["job"] = "api"
    if case.has_instance:
        labels["instance"] = "a"
    assert case.fires != case.quiet, rule.name
    tests = [test_of(rule, case.fires, labels), test_of(rule, case.quiet, None)]
    if rule.name in FOREIGN:
        tests.append(test_of(rule, FOREIGN[rule.name], None))
    return tests


def check_that_they_fire(tool: str, all_rules: list[Rule]) -> int:
    assert [rule.name for rule in all_rules] == list(CASES), "the cases have other names"
    tests = [test for rule in all_rules for test in tests_of(rule)]
    # JSON is YAML, too.
    document = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(document, file)
        file.flush()
        promtool(tool, "test", "rules", file.name)
    return len(tests)


def exported(program: str) -> str:
    """The metrics of an API with MSK IAM, whose Kafka does not listen, after some requests."""
    settings = {
        "AWS_MSK_CLUSTER_BOOTSTRAP": "127.0.0.1:9",
        "KAFKA_AUTH": "iam",
        "AWS_MSK_CLUSTER_REGION": "us-east-1",
    }
    keys = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "SECRETtest"}
    with (
        tempfile.TemporaryDirectory() as folder,
        ApiRun(program, Path(folder) / "api.log", more=keys, **settings) as api,
    ):
        for target in (FIXED_PATH, f"{STAMP_PATH}Paul"):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{api.port}{target}", timeout=10).read()
            except urllib.error.HTTPError as refused:
                refused.close()
        deadline = time.monotonic() + 60
        while "token_expiration" not in metrics_text(api.admin_port):
            assert time.monotonic() < deadline, metrics_text(api.admin_port)
            time.sleep(0.02)  # Until the next look.
        return metrics_text(api.admin_port)


def check_metrics(text: str, all_rules: list[Rule]) -> None:
    names = set(re.findall(r"^(\w+)", text, re.MULTILINE))
    for rule in all_rules:
        sources = ""
        for metric in METRIC.findall(rule.expression):
            if metric in names:
                continue
            source = ELSEWHERE.get(metric)
            assert source and f'"{metric}"' in source.read_text(), f"{rule.name}: no {metric}"
            sources += source.read_text()
        for label, values in re.findall(r'(\w+)=~?"([^"]+)"', rule.expression):
            for value in values.split("|"):
                assert f'{label}="{value}"' in text or f'"{value}"' in sources, (
                    f'{rule.name}: no {label}="{value}"'
                )
        for label in re.findall(r"(\w+)!?=~?\"", rule.expression):
            assert f'{label}="' in text, f"{rule.name}: no label {label}"


def check_runbook(all_rules: list[Rule]) -> None:
    sections = re.findall(r"^## (Penstock\w+)$", RUNBOOK.read_text(), re.MULTILINE)
    assert sections == [rule.name for rule in all_rules], (
        f"{RUNBOOK} has not the alerts' sections: "
        f"{set(sections) ^ {rule.name for rule in all_rules}}"
    )
    for rule in all_rules:
        link = f"docs/runbook.md#{rule.name.lower()}"
        assert rule.annotations["runbook"] == link, f"{rule.name}: {rule.annotations['runbook']}"


def main(program: str, tool: str) -> None:
    promtool(tool, "check", "rules", str(RULES))
    all_rules = rules()
    count = check_that_they_fire(tool, all_rules)
    check_metrics(exported(program), all_rules)
    check_runbook(all_rules)
    print(f"passed: {len(all_rules)} alerts, {count} tests of promtool")


if __name__ == "__main__":
    main(*sys.argv[1:])
