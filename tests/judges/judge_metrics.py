#!/usr/bin/env python3
"""Reads the API's /metrics with Prometheus' own parser.

The contract's paths have characters that the text format must escape.

judge_metrics.py API_PROGRAM VARIABLE_PREFIX API_DOCUMENT
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from fixture import FIXED_PATH

# A quote ends a label's value, a backslash begins an escape, a line end ends the series.
PATHS = ['/he"llo', "/hello\\s", "/hello\\n", '/hello" 1', "/hällo,=", "/hello\ns"]

# Prometheus' parser takes the end "_total" off a counter's name.
KINDS = {
    "process_cpu_seconds": "counter",
    "process_max_fds": "gauge",
    "process_open_fds": "gauge",
    "process_resident_memory_bytes": "gauge",
    "process_start_time_seconds": "gauge",
    "process_virtual_memory_bytes": "gauge",
    "penstock_http_accept_errors": "counter",
    "penstock_http_buffered_bytes": "gauge",
    "penstock_http_connections": "gauge",
    "penstock_http_connections_accepted": "counter",
    "penstock_log_lines_dropped": "counter",
}


def get(port: int, path: str) -> str:
    # Literal text of a path matches no encoded reserved character.
    url = f"http://127.0.0.1:{port}{urllib.parse.quote(path, safe='/,=')}"
    return urllib.request.urlopen(url, timeout=10).read().decode()


def metrics_of(program: str, prefix: str, document: pathlib.Path, path: str) -> str:
    """Serves the document, asks for the path once, and returns /metrics."""
    settings = {"PORT": "0", "ADMIN_PORT": "0", "ADDRESS": "127.0.0.1", "DRAIN_DELAY": "0"}
    environment = os.environ | {prefix + name: value for name, value in settings.items()}
    command = [program, "--contract", str(document)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as api:
        assert api.stdout
        try:
            started = json.loads(api.stdout.readline())
            get(started["port"], path)
            return get(started["admin_port"], "/metrics")
        finally:
            api.terminate()


def check(text: str, path: str) -> None:
    """Raises an error unless the parser finds what was counted."""
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert all(family.documentation for family in families.values()), families
    duration = families["http_server_request_duration_seconds"]
    counts = [sample for sample in duration.samples if sample.name.endswith("_count")]
    assert [sample.labels["http_route"] for sample in counts] == [path], counts
    assert [sample.value for sample in counts] == [1], counts
    for family in families.values():
        if family.type == "histogram":
            check_buckets(family)
    assert families["penstock_event_loop_lag_seconds"].type == "histogram"
    for sample in counts:
        assert sample.labels["url_scheme"] == "http", sample
        assert sample.labels["network_protocol_version"] == "1.1", sample
        assert "error_type" not in sample.labels, sample
    for name, kind in KINDS.items():
        assert families[name].type == kind, families[name]
    check_reasons(families["penstock_http_connections_refused"])
    check_reasons(families["penstock_http_connections_cut"])
    ready = families["penstock_ready"].samples
    assert {"check": "accepting"} in [sample.labels for sample in ready], ready
    assert all(sample.value == 1 for sample in ready), ready
    assert families["penstock_build_info"].samples[0].labels["version"], families
    assert families["messaging_client_sent_messages"].type == "counter"


def check_reasons(family: Metric) -> None:
    reasons = [sample.labels["reason"] for sample in family.samples]
    assert reasons, family
    assert len(reasons) == len(set(reasons)), family


def check_buckets(family: Metric) -> None:
    buckets = [sample for sample in family.samples if sample.name.endswith("_bucket")]
    values = [sample.value for sample in buckets]
    assert values == sorted(values), family
    assert buckets[-1].labels["le"] == "+Inf", family
    total = next(sample for sample in family.samples if sample.name.endswith("_count"))
    assert total.value == values[-1], family


def main() -> None:
    program, prefix, document = sys.argv[1:]
    text = pathlib.Path(document).read_text()
    assert text.count(f"\n  {FIXED_PATH}:\n") == 1, f"{document} has no path {FIXED_PATH}"
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        # The document refers to files beside it.
        for file in pathlib.Path(document).parent.glob("*.yaml"):
            shutil.copy(file, folder)
        changed = pathlib.Path(folder) / "contract.yaml"
        for path in PATHS:
            changed.write_text(text.replace(f"\n  {FIXED_PATH}:\n", f"\n  {json.dumps(path)}:\n"))
            try:
                check(metrics_of(program, prefix, changed, path), path)
            except (AssertionError, ValueError, OSError, KeyError) as fault:
                failures += 1
                print(f"metrics, {path!r}: FAILED: {fault!r}")
    print(f"metrics: {len(PATHS) - failures} of {len(PATHS)} read by Prometheus' parser")
    sys.exit(failures)


if __name__ == "__main__":
    main()
