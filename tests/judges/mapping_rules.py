"""What decides on an event source mapping beyond botocore's model, and where we differ from AWS.

judge_mappings.py uses both lists. Each rule and each difference must decide a case of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

Request = dict[str, Any]
API = "API reference, CreateEventSourceMapping"  # The text is also in botocore 1.44.8.
MSK_ACCESS = ("SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH")
ROLE_ACCESS = ("IAM_AUTH", "IAM_OAUTHBEARER_AUTH")
MANAGED = "AmazonManagedKafkaEventSourceConfig"
OWN = "SelfManagedKafkaEventSourceConfig"


class Rule(NamedTuple):
    """A request that AWS refuses though its model accepts it."""

    refuses: Callable[[Request], bool]
    source: str  # The page of AWS, or the client, that says so.


class Difference(NamedTuple):
    """A request that we refuse though AWS accepts it."""

    refuses: Callable[[Request], bool]
    reason: str


def destination(request: Request) -> str:
    return request.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")


def service(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") >= 5 else ""


def resource(arn: str) -> str:
    return arn.split(":", 5)[5]


def access(request: Request) -> list[dict[str, str]]:
    return request.get("SourceAccessConfigurations", [])


def filters(request: Request) -> list[dict[str, str]]:
    return request.get("FilterCriteria", {}).get("Filters", [])


def configs(request: Request) -> list[dict[str, Any]]:
    return [request[name] for name in (MANAGED, OWN) if name in request]


def is_provisioned(request: Request) -> bool:
    return "ProvisionedPollerConfig" in request


def is_managed(request: Request) -> bool:
    return "EventSourceArn" in request


def wants_retries(request: Request) -> bool:
    return (
        request.get("MaximumRetryAttempts", -1) != -1
        or request.get("MaximumRecordAgeInSeconds", -1) != -1
        or request.get("BisectBatchOnFunctionError", False)
        or bool(request.get("FunctionResponseTypes"))
    )


def is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def is_future(request: Request) -> bool:
    time = request.get("StartingPositionTimestamp", 0)
    if isinstance(time, str):
        try:
            time = datetime.fromisoformat(time).timestamp()
        except ValueError:
            return False
    return time > datetime.now().timestamp()


def is_bad_destination(arn: str) -> bool:
    """Says whether an ARN names no queue and no bucket that there can be."""
    if service(arn) == "sqs":
        account = arn.split(":")[4]
        return not account or not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", resource(arn))
    if service(arn) == "s3":
        return not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", resource(arn))
    return arn.startswith("arn:") and service(arn) != "sns"


def completed(request: Request) -> Request:
    """Adds a source to a request that has none.

    AWS refuses it ("Unrecognized event source"). Here it reads the Kafka of `up`, or that of
    --bootstrap: this is the only request that we accept and AWS does not.
    """
    if "EventSourceArn" in request or "SelfManagedEventSource" in request:
        return request
    if MANAGED in request:
        return request | {"EventSourceArn": "arn:aws:kafka:eu-central-1:123456789012:cluster/c/1"}
    return request | {
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["localhost:9092"]}}
    }


BEYOND_THE_MODEL = [
    Rule(lambda r: "StartingPosition" not in r, "a service error that LocalStack recorded (#7696)"),
    Rule(lambda r: "Topics" not in r, "Using Lambda with Amazon MSK: Topics is required"),
    Rule(
        lambda r: (
            r.get("StartingPosition") == "AT_TIMESTAMP" and "StartingPositionTimestamp" not in r
        ),
        f"{API}, StartingPosition",
    ),
    Rule(
        lambda r: r.get("StartingPosition") != "AT_TIMESTAMP" and "StartingPositionTimestamp" in r,
        f"{API}, StartingPositionTimestamp: with AT_TIMESTAMP",
    ),
    Rule(is_future, f"{API}, StartingPositionTimestamp: cannot be in the future"),
    Rule(
        lambda r: is_managed(r) and "SelfManagedEventSource" in r,
        f"{API}: a request has one source",
    ),
    Rule(
        lambda r: (
            is_managed(r)
            and service(r["EventSourceArn"]) == "kafka"
            and not resource(r["EventSourceArn"]).startswith(("cluster/", "vpc-connection/"))
        ),
        f"{API}, EventSourceArn: the ARN of the cluster or of the VPC connection",
    ),
    Rule(lambda r: is_managed(r) and OWN in r, f"{API}: {OWN} is for a self-managed Kafka"),
    Rule(
        lambda r: "SelfManagedEventSource" in r and MANAGED in r,
        f"{API}: {MANAGED} is for Amazon MSK",
    ),
    Rule(
        lambda r: (
            "SelfManagedEventSource" in r and not r["SelfManagedEventSource"].get("Endpoints")
        ),
        f"{API}, SelfManagedEventSource: Endpoints are the list of brokers",
    ),
    Rule(
        lambda r: ":" not in r["FunctionName"] and len(r["FunctionName"]) > 64,
        f"{API}, FunctionName: a name alone has 64 characters at most",
    ),
    Rule(
        lambda r: any("Type" not in one for one in access(r)),
        f"{API}, SourceAccessConfigurations: the Type says what the URI is",
    ),
    Rule(
        lambda r: any("URI" not in one for one in access(r) if one.get("Type") not in ROLE_ACCESS),
        f"{API}, SourceAccessConfigurations: the value for the Type",
    ),
    Rule(
        lambda r: any("URI" in one for one in access(r) if one.get("Type") in ROLE_ACCESS),
        f"{API}, SourceAccessConfigurations: omit the URI for this type",
    ),
    Rule(
        lambda r: any(one.get("Type") == "VIRTUAL_HOST" for one in access(r)),
        f"{API}, SourceAccessConfigurations: VIRTUAL_HOST is for RabbitMQ",
    ),
    Rule(
        lambda r: is_managed(r) and any(one.get("Type") not in MSK_ACCESS for one in access(r)),
        f"{API}, SourceAccessConfigurations: only two types are for Amazon MSK",
    ),
    Rule(
        lambda r: wants_retries(r) and not is_provisioned(r),
        "Configuring error handling controls for Kafka event sources: in provisioned mode",
    ),
    Rule(
        lambda r: "LoggingConfig" in r and not is_provisioned(r),
        "Kafka event source mapping logging: in provisioned mode",
    ),
    Rule(
        lambda r: destination(r).startswith("kafka://") and not is_provisioned(r),
        "Using a Kafka topic as an on-failure destination: in provisioned mode",
    ),
    Rule(
        lambda r: destination(r) in [f"kafka://{topic}" for topic in r.get("Topics", [])],
        "Using a Kafka topic as an on-failure destination: no topic that the mapping reads",
    ),
    Rule(
        lambda r: is_bad_destination(destination(r)),
        "Retaining records of failed invocations: a standard queue or topic, or a bucket",
    ),
    Rule(
        lambda r: "OnSuccess" in r.get("DestinationConfig", {}),
        f"{API}, DestinationConfig: OnSuccess is for asynchronous invocations",
    ),
    Rule(
        lambda r: -1 < r.get("MaximumRecordAgeInSeconds", -1) < 60,
        "Configuring error handling controls for Kafka event sources: 60 to 604,800",
    ),
    Rule(
        lambda r: r.get("ProvisionedPollerConfig", {}).get("MaximumPollers", 200) > 2000,
        f"{API}, MaximumPollers: between 1 and 2,000 for Kafka",
    ),
    Rule(
        lambda r: (
            r.get("ProvisionedPollerConfig", {}).get("MinimumPollers", 1)
            > r.get("ProvisionedPollerConfig", {}).get("MaximumPollers", 200)
        ),
        f"{API}, ProvisionedPollerConfig: a minimum and a maximum",
    ),
    Rule(lambda r: len(r.get("Tags", {})) > 50, "Tagging AWS resources: 50 tags a resource"),
    Rule(
        lambda r: any(key.startswith("aws:") for key in r.get("Tags", {})),
        "Tagging AWS resources: aws: is reserved",
    ),
    Rule(
        lambda r: any(not is_object(one.get("Pattern", "{}")) for one in filters(r)),
        "Lambda event filtering: a pattern is a JSON object",
    ),
    Rule(lambda r: len(filters(r)) > 10, "Lambda event filtering: up to 10 filters with a quota"),
]

DIFFERENCES = [
    Difference(
        lambda r: is_managed(r) and service(r["EventSourceArn"]) != "kafka",
        "other sources than Kafka are not played yet",
    ),
    Difference(
        lambda r: any("SchemaRegistryConfig" in config for config in configs(r)),
        "this program does not use a schema registry",
    ),
    Difference(
        lambda r: any(config.get("ConsumptionMode") == "Queue" for config in configs(r)),
        "share groups are not played",
    ),
    Difference(lambda r: service(destination(r)) == "sns", "SNS is not played as a destination"),
    Difference(lambda r: r.get("Enabled") is False, "a mapping that is not enabled does nothing"),
    Difference(
        lambda r: any(
            not re.fullmatch(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}", name)
            for name in [*r.get("Topics", []), destination(r).removeprefix("kafka://")]
            if name and not name.startswith("arn:")
        ),
        "AWS's pattern lets a topic begin with any character, which Kafka does not allow",
    ),
    Difference(
        lambda r: (
            not isinstance(r.get("StartingPositionTimestamp", 0), str)
            and r.get("StartingPositionTimestamp", 0) < 0
        ),
        "no record is older than 1970",
    ),
    Difference(
        lambda r: (
            isinstance(r.get("StartingPositionTimestamp"), str)
            and not re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
                r["StartingPositionTimestamp"],
            )
        ),
        "botocore guesses at other texts than those of RFC 3339, in the local time zone",
    ),
    Difference(
        lambda r: any("Pattern" not in one for one in filters(r)),
        "a filter without a pattern passes nothing or everything, and no page says which",
    ),
]
