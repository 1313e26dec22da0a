"""For each alert: series with which it must fire, and series with which it must be quiet.

The values are in promtool's notation, one a minute. A case is looked at after an hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field

HOUR = 60
WHERE = 'job="api",instance="a"'
DURATION = "http_server_request_duration_seconds"
SENT = "messaging_client_sent_messages_total"
BUILD = {f"penstock_build_info{{{WHERE}}}": f"1x{HOUR}"}


@dataclass
class Case:
    """What the alert's labels are beside job and instance is in `labels`."""

    fires: dict[str, str]
    quiet: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    has_instance: bool = True
    has_job: bool = True


def series(name: str, labels: str = "") -> str:
    return f"{name}{{{WHERE}{',' if labels else ''}{labels}}}"


def steady(value: float) -> str:
    return f"{value}x{HOUR}"


def growing(each_minute: float) -> str:
    return f"0+{each_minute}x{HOUR}"


def requests(errors: float, others: float) -> dict[str, str]:
    """Whatever clients ask for that the API does not do is no error of the API."""
    return {
        series(f"{DURATION}_count", 'error_type="503"'): growing(errors),
        series(f"{DURATION}_count", 'error_type="501"'): growing(others / 10),
        series(f"{DURATION}_count", 'error_type="505"'): growing(others / 10),
        series(f"{DURATION}_count"): growing(others),
    }


def buckets(name: str, bound: str, below: float, above: float) -> dict[str, str]:
    return {
        series(f"{name}_bucket", f'le="{bound}"'): growing(below),
        series(f"{name}_bucket", 'le="10"'): growing(below + above),
        series(f"{name}_bucket", 'le="+Inf"'): growing(below + above),
    }


def gauge(name: str, fires: float, quiet: float, given: str = "", **more: object) -> Case:
    """A single gauge decides."""
    at = series(name, given)
    return Case({at: steady(fires)}, {at: steady(quiet)}, **more)


def counter(name: str, fires: float, given: str = "", quiet: float = 0, **more: object) -> Case:
    """How much a single counter grows each minute decides."""
    at = series(name, given)
    return Case({at: growing(fires)}, {at: growing(quiet)}, **more)


def share(part: str, whole: str, quiet: float = 0.5, fires: float = 0.95) -> Case:
    """A part of a limit decides."""
    return Case(
        BUILD | {series(part): steady(fires), series(whole): steady(1)},
        BUILD | {series(part): steady(quiet), series(whole): steady(1)},
    )


# The case is looked at after an hour, which is second 3600.
def expiry(name: str, seconds_left: float, seconds_enough: float, **more: object) -> Case:
    return gauge(name, 3600 + seconds_left, 3600 + seconds_enough, **more)


def not_acknowledging(stored: float) -> dict[str, str]:
    return {
        series("penstock_kafka_queued_messages"): steady(7),
        series(SENT): growing(stored),
        series(SENT, 'error_type="not_stored"'): growing(9),
    }


def sent_again(times: float) -> dict[str, str]:
    return {
        series("penstock_kafka_records_sent_total"): growing(600 * times),
        series(SENT): growing(590),
        series(SENT, 'error_type="unknown"'): growing(10),
        series("penstock_kafka_request_timeouts_total"): growing(0),
        series("penstock_kafka_request_retries_total"): growing(0),
    }


def kept_keys(failures: float) -> dict[str, str]:
    """The age alone says nothing: a file that does not change is old."""
    kept = "penstock_authentication_document"
    return {
        series(f"{kept}_age_seconds", 'scheme="login"'): growing(90),
        series(f"{kept}_failures_total", 'scheme="login"'): growing(failures),
    }


CASES: dict[str, Case] = {
    "PenstockErrorRatio": Case(requests(2, 98), requests(0.5, 99.5), has_instance=False),
    "PenstockSlowRequests": Case(
        buckets(DURATION, "1", 95, 5), buckets(DURATION, "1", 999, 1), has_instance=False
    ),
    "PenstockEventLoopHeld": Case(
        buckets("penstock_event_loop_lag_seconds", "0.1", 590, 10),
        buckets("penstock_event_loop_lag_seconds", "0.1", 599, 1),
    ),
    "PenstockNotReady": gauge("penstock_ready", 0, 1, 'check="kafka"', labels={"check": "kafka"}),
    "PenstockNotScraped": Case({}, BUILD, has_instance=False, has_job=False),
    "PenstockRestarts": Case(
        BUILD | {series("process_start_time_seconds"): "0x40 100x5 200x5 300x5 400x5"},
        BUILD | {series("process_start_time_seconds"): "0x40 100x20"},
    ),
    "PenstockEventsNotStored": counter(
        SENT, 2, 'error_type="refused"', labels={"error_type": "refused"}, has_instance=False
    ),
    "PenstockKafkaNotAcknowledging": Case(not_acknowledging(0), not_acknowledging(3)),
    "PenstockKafkaQueueNearLimit": share(
        "penstock_kafka_queued_bytes", "penstock_kafka_queued_bytes_max"
    ),
    "PenstockKafkaThrottled": counter("penstock_kafka_throttle_seconds_total", 12, quiet=1),
    "PenstockKafkaRetries": Case(sent_again(2), sent_again(1)),
    "PenstockLateReports": counter(
        "penstock_late_reports_total", 1, 'outcome="stored"', has_instance=False
    ),
    "PenstockProducerReplaced": counter("penstock_kafka_producer_replacements_total", 1),
    "PenstockCredentialsExpiring": expiry(
        "penstock_aws_credentials_expiration_timestamp_seconds", 100, 400
    ),
    "PenstockTokenExpiring": expiry("penstock_kafka_token_expiration_timestamp_seconds", 50, 200),
    "PenstockCertificateExpiring": expiry(
        "penstock_kafka_certificate_expiration_timestamp_seconds",
        13 * 86400,
        15 * 86400,
        has_instance=False,
    ),
    "PenstockConnectionsRefused": counter(
        "penstock_http_connections_refused_total",
        1,
        'reason="descriptors"',
        labels={"reason": "descriptors"},
        has_instance=False,
    ),
    "PenstockAcceptErrors": counter("penstock_http_accept_errors_total", 1),
    "PenstockConnectionsNearLimit": share(
        "penstock_http_connections", "penstock_http_connections_max"
    ),
    "PenstockBudgetNearLimit": share(
        "penstock_http_buffered_bytes", "penstock_http_buffered_bytes_max"
    ),
    "PenstockSlowClientsCut": counter(
        "penstock_http_connections_cut_total",
        120,
        'reason="header_timeout"',
        quiet=6,
        labels={"reason": "header_timeout"},
        has_instance=False,
    ),
    "PenstockDescriptorsNearLimit": share("process_open_fds", "process_max_fds"),
    "PenstockMemoryNearLimit": share(
        "process_resident_memory_bytes", "penstock_memory_limit_bytes"
    ),
    "PenstockProcessorBusy": Case(
        BUILD | {series("process_cpu_seconds_total"): growing(59)},
        BUILD | {series("process_cpu_seconds_total"): growing(30)},
    ),
    "PenstockLinesDropped": counter("penstock_log_lines_dropped_total", 3),
    "PenstockCredentialsRefused": counter(
        "penstock_authentication_total",
        120,
        'scheme="login",outcome="refused"',
        quiet=6,
        labels={"scheme": "login"},
        has_instance=False,
    ),
    "PenstockKeysMissing": counter(
        "penstock_authentication_total",
        1,
        'scheme="login",outcome="no_keys"',
        labels={"scheme": "login"},
        has_instance=False,
    ),
    "PenstockKeysStale": Case(kept_keys(1), kept_keys(0), labels={"scheme": "login"}),
}

# Other programs export such series, too, and our alerts must be quiet about them.
FOREIGN = {
    "PenstockDescriptorsNearLimit": {
        series("process_open_fds"): steady(1),
        series("process_max_fds"): steady(1),
    },
    "PenstockProcessorBusy": {series("process_cpu_seconds_total"): growing(59)},
    "PenstockRestarts": {series("process_start_time_seconds"): f"0+9x{HOUR}"},
}
