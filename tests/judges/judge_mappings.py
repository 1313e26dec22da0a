#!/usr/bin/env python3
"""Compares which mappings `mapping_verdicts` accepts with AWS's model and AWS's pages.

judge_mappings.py MAPPING_VERDICTS_PROGRAM [--random N]

The model is that of botocore. Its ParamValidator checks types, required members and lower bounds;
a JSON Schema made of the same model, in the hands of jsonschema_rs, checks upper bounds, words and
patterns. mapping_rules.py has what AWS's pages say beyond the model, and where we differ.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import botocore.session
import jsonschema_rs
from botocore.validate import ParamValidator
from mapping_rules import BEYOND_THE_MODEL, DIFFERENCES, MANAGED, OWN, Request, completed

Path = tuple[str | int, ...]
REQUEST = (
    botocore.session.get_session()
    .get_service_model("lambda")
    .operation_model("CreateEventSourceMapping")
    .input_shape
)
MSK = "arn:aws:kafka:eu-central-1:123456789012:cluster/orders/3a4b-1"
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:dead"
SERVERS = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["b-1.example.com:9096", "localhost:9092"]}}
REGISTRY = {
    "SchemaRegistryURI": "https://registry.example.com",
    "EventRecordFormat": "JSON",
    "AccessConfigs": [{"Type": "BASIC_AUTH", "URI": QUEUE}],
    "SchemaValidationConfigs": [{"Attribute": "VALUE"}],
}
PLAIN = {"FunctionName": "greeter", "Topics": ["orders"], "StartingPosition": "LATEST"}
FULL = {
    "FunctionName": "arn:aws:lambda:eu-central-1:123456789012:function:greeter:live",
    "Topics": ["orders"],
    "StartingPosition": "AT_TIMESTAMP",
    "StartingPositionTimestamp": 1_795_687_200,
    "Enabled": True,
    "BatchSize": 100,
    "MaximumBatchingWindowInSeconds": 1,
    "FilterCriteria": {"Filters": [{"Pattern": '{"value": {"kind": ["order"]}}'}]},
    "KMSKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/1",
    "MetricsConfig": {"Metrics": ["EventCount", "KafkaMetrics"]},
    "LoggingConfig": {"SystemLogLevel": "INFO"},
    "DestinationConfig": {"OnFailure": {"Destination": QUEUE}},
    "MaximumRecordAgeInSeconds": 3600,
    "BisectBatchOnFunctionError": True,
    "MaximumRetryAttempts": 3,
    "Tags": {"team": "orders"},
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "ProvisionedPollerConfig": {
        "MinimumPollers": 1,
        "MaximumPollers": 3,
        "PollerGroupName": "shared",
    },
}
BASES: list[Request] = [
    PLAIN,
    PLAIN | {"EventSourceArn": MSK},
    PLAIN | {"SelfManagedEventSource": SERVERS},
    FULL
    | {
        "EventSourceArn": MSK,
        MANAGED: {"ConsumerGroupId": "group"},
        "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": "arn:secret"}],
    },
    FULL
    | {
        "SelfManagedEventSource": SERVERS,
        OWN: {"ConsumerGroupId": "group", "ConsumptionMode": "Stream"},
        "SourceAccessConfigurations": [
            {"Type": "VPC_SUBNET", "URI": "subnet:1"},
            {"Type": "IAM_AUTH"},
        ],
    },
]
# These are wrong for most members.
STRANGE: list[Any] = [None, True, False, 5, -1, 0, 1.5, "", "x", [], {}, ["x"], {"x": "y"}]
# Values for texts with a pattern, by the names of their shapes.
SAMPLES: dict[str, list[str]] = {
    "Arn": [
        "arn:aws:sqs:eu-central-1:123456789012:orders",
        "arn:aws:kinesis:eu-central-1:123456789012:stream/orders",
        "arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/1",
        "arn:aws:mq:eu-central-1:123456789012:broker:b:1",
        "arn:aws-cn:kafka:cn-north-1:123456789012:cluster/c/1",
        "arn:aws-eusc:kafka:eusc-de-east-1:123456789012:vpc-connection/123456789012/c/1",
        "arn:aws:kafka:eu-central-1:12345:cluster/c/1",
        "arn:aws:kafka:nowhere:123456789012:cluster/c/1",
        "arn:aws:kafka:eu-central-1:123456789012:topic/c/1/t",
        "arn:aws:kafka",
    ],
    "NamespacedFunctionName": [
        "f",
        "f:live",
        "f:$LATEST",
        "f:$LATEST.PUBLISHED",
        "f:$OLDEST",
        "123456789012:function:f",
        "a.b",
        "a b",
        "a/b",
        "ö",
        "f" * 64,
        "f" * 65,
        "arn:aws:lambda:eu-central-1:123456789012:function:" + "f" * 140,
        "arn:aws:lambda:eu-central-1:1:function:f",
    ],
    "Topic": [
        ".orders",
        "..",
        "o",
        "or",
        "_orders",
        "-orders",
        "or/ders",
        "or ders",
        "örders",
        " orders",
        "orders\n",
    ],
    "DestinationArn": [
        "kafka://dead",
        "kafka://orders",
        "kafka://.dead",
        "kafka://d",
        "kafka://",
        "kafka://de ad",
        "kafka://ädead",
        "arn:aws:s3:::failures",
        "arn:aws:s3:::f",
        "arn:aws:s3:::Failures",
        "arn:aws:sns:eu-central-1:123456789012:dead",
        "arn:aws:sqs:eu-central-1:123456789012:a/b",
        "arn:aws:sqs:eu-central-1::dead",
        "arn:aws:kinesis:eu-central-1:123456789012:stream/dead",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/dead",
    ],
    "Endpoint": [
        "localhost:9092",
        "localhost",
        "localhost:",
        ":9092",
        "local_host:9092",
        "127.0.0.1:9092",
        "[::1]:9092",
        "-a:1",
        "a-:1",
        "a.b-c.d:123456",
        "a..b:1",
        "SSL://a:1",
    ],
    "URI": ["a b", "ä", "a,b", "arn:aws:secretsmanager:eu-central-1:1:secret:a-b", "a\tb", "a~b"],
    "KMSKeyArn": ["arn:aws:kms:key", "arn::kms:key", "key/1", "arn:aws:KMS:key", "alias/a"],
    "TagKey": ["größe", "a b", "a!", "a\nb", "日本", "aws:name", "a_.:/=+-@", "\u2028"],
    "TagValue": ["größe", "a b", "a!", "a\nb", "日本", "aws:name", "a_.:/=+-@", "\u2028"],
    "ProvisionedPollerGroupName": ["a-B_9", "a b", "a.b", "ä"],
    "Pattern": ["{", "[]", "null", '{"value": ["a"]}', '{"value": {"a": ["ü"]}}'],
    "SchemaRegistryUri": ["https://a/b", "a b", "arn:aws:glue:eu-central-1:1:registry/r"],
}
TIMES: list[Any] = [
    0,
    1.5,
    -1,
    4_102_444_800,
    "2026-11-26T10:00:00Z",
    "2026-11-26T10:00:00.5+01:00",
    "2100-01-01T00:00:00Z",
    "2026-11-26",
    "26 Nov 2026",
    "tomorrow",
]
# What a user may well write, and AWS refuses.
NAMED: list[Request] = [
    {"MetricsConfig": 5},
    {"MetricsConfig": {"Metrics": ["PolledEventCount"]}},
    {"MetricsConfig": {"Metrics": ["EventCount"] * 4}},
    {"LoggingConfig": {"SystemLogLevel": "INFO"}},
    {"Tags": {f"tag{i}": "" for i in range(51)}},
    {"Tags": [{"Key": "a", "Value": "b"}]},
    {"SourceAccessConfigurations": [{"Type": "BASIC", "URI": "a"}]},
    {"SourceAccessConfigurations": [{"Type": "VIRTUAL_HOST", "URI": "a"}]},
    {"SourceAccessConfigurations": [{"Type": "BASIC_AUTH"}]},
    {"SourceAccessConfigurations": [{"Type": "IAM_AUTH", "URI": "a"}]},
    {"SourceAccessConfigurations": [{"Type": "IAM_OAUTHBEARER_AUTH"}]},
    {"SourceAccessConfigurations": [{"URI": "a"}]},
    {"SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": "a"}] * 24},
    {"FunctionResponseTypes": ["ReportBatchItemFailures"] * 2},
    {"Topics": ["orders", "offers"]},
    {"FilterCriteria": {"Filters": [{"Pattern": '{"value": {"a": [1]}}'}] * 11}},
    {"FilterCriteria": {"Filters": [{}]}},
    {MANAGED: {"ConsumptionMode": "Stream"}},
    {MANAGED: {"SchemaRegistryConfig": REGISTRY}},
    {OWN: {"SchemaRegistryConfig": REGISTRY}},
    {OWN: {"ConsumptionMode": "Queue"}},
    {MANAGED: {}, OWN: {}},
    {"EventSourceArn": MSK, "SelfManagedEventSource": SERVERS},
    {"SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["a:1"] * 11}}},
    {"SelfManagedEventSource": {"Endpoints": {"BOOTSTRAP_SERVERS": ["a:1"]}}},
    {"StartingPosition": "AT_TIMESTAMP"},
    {"StartingPositionTimestamp": 1},
    {"DestinationConfig": {"OnFailure": {"Destination": "kafka://dead"}}},
    {"DestinationConfig": {"OnSuccess": {"Destination": QUEUE}}},
    {"MaximumRetryAttempts": 1},
    {"MaximumRecordAgeInSeconds": 59, "ProvisionedPollerConfig": {}},
    {"ProvisionedPollerConfig": {"MaximumPollers": 2001}},
    {"ProvisionedPollerConfig": {"MinimumPollers": 5, "MaximumPollers": 4}},
    {"ScalingConfig": {"MaximumConcurrency": 2}},
    {"ParallelizationFactor": 2},
    {"TumblingWindowInSeconds": 1},
    {"Queues": ["q"]},
    {"DocumentDBEventSourceConfig": {"DatabaseName": "d"}},
]


def schema_of(shape: Any) -> dict[str, Any]:
    """Returns the JSON Schema for a shape of botocore."""
    limits = shape.metadata
    if shape.type_name == "structure":
        return {
            "type": "object",
            "properties": {name: schema_of(member) for name, member in shape.members.items()},
            "required": shape.required_members,
            "additionalProperties": False,
        }
    schema: dict[str, Any] = {}
    ends = {
        "list": ("array", "minItems", "maxItems"),
        "map": ("object", "minProperties", "maxProperties"),
        "string": ("string", "minLength", "maxLength"),
        "integer": ("integer", "minimum", "maximum"),
        "boolean": ("boolean", "", ""),
        "timestamp": (["number", "string"], "", ""),
    }[shape.type_name]
    schema["type"] = ends[0]
    for bound, keyword in zip(("min", "max"), ends[1:], strict=True):
        if bound in limits:
            schema[keyword] = limits[bound]
    if shape.type_name == "list":
        schema["items"] = schema_of(shape.member)
    if shape.type_name == "map":
        schema["propertyNames"] = schema_of(shape.key)
        schema["additionalProperties"] = schema_of(shape.value)
    if limits.get("enum"):
        schema["enum"] = limits["enum"]
    # (?s) is not set: a dot is no line break. No text with a lookahead is for Kafka.
    if "pattern" in limits:
        schema["pattern"] = f"^(?:{limits['pattern']})$"
    return schema


OTHER_SOURCES = {
    "DocumentDBEventSourceConfig",
    "ParallelizationFactor",
    "Queues",
    "ScalingConfig",
    "TumblingWindowInSeconds",
}
SCHEMA = schema_of(REQUEST)
for other in OTHER_SOURCES:
    del SCHEMA["properties"][other]
VALIDATOR = jsonschema_rs.validator_for(
    {"$schema": "http://json-schema.org/draft-07/schema"} | SCHEMA
)


def model_accepts(request: Request) -> bool:
    report = ParamValidator().validate(request, REQUEST)
    return not report.has_errors() and VALIDATOR.is_valid(request)


def nodes(shape: Any, value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yields the path and the shape of all that is in a request and has the right type."""
    if path:
        yield path, shape
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in value.keys() & shape.members.keys():
            yield from nodes(shape.members[name], value[name], (*path, name))
    elif shape.type_name == "list" and isinstance(value, list):
        for i, element in enumerate(value):
            yield from nodes(shape.member, element, (*path, i))
    elif shape.type_name == "map" and isinstance(value, dict):
        for name in value:
            yield from nodes(shape.value, value[name], (*path, name))


def value_at(request: Request, path: Path) -> Any:
    value: Any = request
    for step in path:
        value = value[step]
    return value


def changed(request: Request, path: Path, value: Any = None, remove: bool = False) -> Request:
    """Returns a copy with another value there, or without it."""
    result = copy.deepcopy(request)
    inner: Any = result
    for step in path[:-1]:
        inner = inner[step]
    if remove:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return result


def at_bounds(shape: Any, value: Any) -> Iterator[Any]:
    """Yields values at the bounds of a shape and just outside."""
    limits = shape.metadata
    for size in {
        limits[end] + step for end in ("min", "max") if end in limits for step in (-1, 0, 1)
    }:
        if shape.type_name == "integer":
            yield size
        elif size < 0:
            continue
        elif shape.type_name == "string":
            start = value[:size] if isinstance(value, str) else ""
            yield start + "a" * (size - len(start))
            yield "ü" * size
        elif shape.type_name == "list" and value and isinstance(value, list):
            yield [value[i % len(value)] for i in range(size)]


def variants(shape: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """Yields kinds of values for a place, each with a value."""
    for strange in STRANGE:
        yield "a strange value", strange
    for bound in at_bounds(shape, value):
        yield "at a bound", bound
    for word in shape.metadata.get("enum", []):
        for text in (word, word.lower(), word + " ", f"{word} {word}", "NEW_" + word):
            yield "a word", text
    for text in SAMPLES.get(shape.name, []):
        yield f"a sample of {shape.name}", text
    if shape.type_name == "timestamp":
        for time in TIMES:
            yield "a time", time


def requests(count: int) -> Iterator[tuple[str, Request]]:
    """Yields kinds of requests, each with a request."""
    for base in BASES:
        yield "as it is", base
        for named in NAMED:
            yield "what a user may write", base | named
        yield "an unknown member", base | {"Unknown": 1}
        for path, shape in nodes(REQUEST, base):
            value = value_at(base, path)
            yield "without a member", changed(base, path, remove=True)
            if shape.type_name == "structure":
                yield "an unknown member", changed(base, path, value | {"Unknown": 1})
            for kind, new in variants(shape, value):
                yield kind, changed(base, path, new)
        if "Tags" in base:
            for key in SAMPLES["TagKey"]:
                yield "a sample of TagKey", base | {"Tags": {key: "a"}}
    chance = random.Random(18)
    for _ in range(count):
        request = copy.deepcopy(chance.choice(BASES))
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.4:
                request |= chance.choice(NAMED)
                continue
            path, shape = chance.choice(sorted(nodes(REQUEST, request), key=str))
            _, new = chance.choice(list(variants(shape, value_at(request, path))))
            request = changed(request, path, new)
        yield "several changes", request


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares our verdicts on mappings with AWS's.")
    parser.add_argument("program")
    parser.add_argument("--random", type=int, default=3000, metavar="N")
    arguments = parser.parse_args()
    cases = list(requests(arguments.random))
    lines = "".join(json.dumps(request) + "\n" for _, request in cases)
    output = subprocess.run(
        [arguments.program], input=lines, capture_output=True, text=True, check=True, timeout=300
    ).stdout
    verdicts = [json.loads(line) for line in output.splitlines()]
    assert len(verdicts) == len(cases), (len(verdicts), len(cases))
    seen: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    wrong = 0
    for (kind, request), problems in zip(cases, verdicts, strict=True):
        seen[kind] += 1
        whole = completed(request)
        # The rules read only requests that fit the model.
        fits = model_accepts(whole)
        rules = [rule for rule in BEYOND_THE_MODEL if fits and rule.refuses(whole)]
        accepted = fits and not rules
        if len(rules) == 1:
            decided[rules[0].source] += 1
        reasons = [one.reason for one in DIFFERENCES if accepted and one.refuses(whole)]
        decided.update(reasons)
        if (problems == "") != (accepted and not reasons):
            wrong += 1
            if wrong <= 20:
                print(f"{kind}: {json.dumps(request, ensure_ascii=False)}")
                print(f"  AWS {'accepts' if accepted else 'refuses'} it. We say: {problems}")
    idle = [
        text
        for text in [rule.source for rule in BEYOND_THE_MODEL] + [one.reason for one in DIFFERENCES]
        if not decided[text]
    ]
    for text in idle:
        print(f"mapping_rules.py: no case needs this: {text}")
    refused = sum(problems != "" for problems in verdicts)
    print(f"Mappings: {len(cases)} requests of {len(seen)} kinds, {refused} refused, {wrong} wrong")
    return 1 if wrong or idle else 0


if __name__ == "__main__":
    sys.exit(main())
