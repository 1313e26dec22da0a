"""The requests that judge_mappings.py begins with, and the values that it puts into them."""

from __future__ import annotations

from typing import Any

from mapping_rules import MANAGED, OWN, Request

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
