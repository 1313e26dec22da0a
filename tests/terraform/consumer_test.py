"""Checks Kafka, and the function that gets its records.

The shim answers for the mapping. Its answers repeat the request, and do not prove that AWS would
read the topic.
"""

import json
import unittest
from typing import Any

from stack import (
    FUNCTION_NAME,
    KAFKA,
    KEY,
    POLLERS,
    PREFIX,
    SOURCES,
    TOPICS,
    client,
    environment,
    every,
    failure_bucket,
    group,
    group_of,
    kafka_cluster,
    only,
    subnets,
)


class NoConsumer(unittest.TestCase):
    @unittest.skipIf(KAFKA, "there is one")
    def test_without_kafka_there_is_nothing_of_it(self) -> None:
        self.assertEqual(every("kafka", "list_clusters_v2", "ClusterInfoList"), [])
        self.assertEqual(every("lambda", "list_functions", "Functions"), [])
        self.assertEqual(every("lambda", "list_event_source_mappings", "EventSourceMappings"), [])
        self.assertEqual(client("sqs").list_queues().get("QueueUrls", []), [])


@unittest.skipUnless(KAFKA, "no Kafka")
class Consumer(unittest.TestCase):
    maxDiff = None

    def test_kafka_lets_in_by_iam_alone(self) -> None:
        serverless = kafka_cluster()["Serverless"]
        self.assertEqual(serverless["ClientAuthentication"], {"Sasl": {"Iam": {"Enabled": True}}})
        network = only(serverless["VpcConfigs"])
        self.assertEqual(
            (sorted(network["SubnetIds"]), sorted(network["SecurityGroupIds"])),
            (subnets("private"), sorted([group("kafka"), group("consumer")])),
        )

    def test_function(self) -> None:
        function = only(every("lambda", "list_functions", "Functions"))
        self.assertEqual(
            (
                function["FunctionName"],
                function["Runtime"],
                function["Architectures"],
                function["MemorySize"],
                function["Timeout"],
            ),
            (FUNCTION_NAME, "provided.al2023", ["arm64"], 128, 30),
        )
        self.assertEqual(
            function["LoggingConfig"] | {"SystemLogLevel": "?"},
            {
                "LogFormat": "JSON",
                "ApplicationLogLevel": "INFO",
                "SystemLogLevel": "?",
                "LogGroup": f"/aws/lambda/{FUNCTION_NAME}",
            },
        )
        # The mapping's pollers read Kafka, so the function itself needs no network.
        self.assertEqual(function.get("VpcConfig", {}).get("SubnetIds", []), [])

    def test_each_topic_has_its_mapping(self) -> None:
        found = every("lambda", "list_event_source_mappings", "EventSourceMappings")
        groups = {
            only(each["Topics"]): each["AmazonManagedKafkaEventSourceConfig"]["ConsumerGroupId"]
            for each in found
        }
        self.assertEqual(groups, {topic: group_of(topic) for topic in TOPICS})
        self.assertEqual(len(found), len(TOPICS))

    def test_mapping(self) -> None:
        for mapping in every("lambda", "list_event_source_mappings", "EventSourceMappings"):
            with self.subTest(topics=mapping["Topics"]):
                self.expect_mapping(mapping)

    def expect_mapping(self, mapping: dict[str, Any]) -> None:
        queue = client("sqs").get_queue_attributes(
            QueueUrl=only(client("sqs").list_queues()["QueueUrls"]), AttributeNames=["All"]
        )
        destination = queue["Attributes"]["QueueArn"]
        if POLLERS:
            destination = f"arn:aws:s3:::{failure_bucket()}"
        wanted = {
            "EventSourceArn": kafka_cluster()["ClusterArn"],
            "StartingPosition": "TRIM_HORIZON",
            "DestinationConfig": {"OnFailure": {"Destination": destination}},
            "State": "Enabled",
            "FunctionArn": only(every("lambda", "list_functions", "Functions"))["FunctionArn"],
        }
        self.assertEqual({key: mapping.get(key) for key in wanted}, wanted)
        with_pollers = {
            "ProvisionedPollerConfig": {"MinimumPollers": 1, "MaximumPollers": 2},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 10,
            "MaximumRecordAgeInSeconds": 4 * 24 * 3600,
            "MetricsConfig": {"Metrics": ["EventCount"]},
        }
        # An Event Poller Unit costs 135 USD a month.
        self.assertEqual(
            {key: mapping[key] for key in with_pollers if key in mapping},
            with_pollers if POLLERS else {},
        )
        self.assertEqual(queue["Attributes"]["MessageRetentionPeriod"], str(14 * 24 * 3600))
        self.assertEqual(queue["Attributes"].get("KmsMasterKeyId"), KEY)
        if not KEY:
            self.assertEqual(queue["Attributes"]["SqsManagedSseEnabled"], "true")

    def test_the_bucket_of_failures_is_private_and_forgets(self) -> None:
        s3, bucket = client("s3"), failure_bucket()
        self.assertEqual(
            set(
                s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()
            ),
            {True},
        )
        rule = only(s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"])
        self.assertEqual((rule["Status"], rule["Expiration"]["Days"]), ("Enabled", 14))
        if KEY:
            encryption = only(
                s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"][
                    "Rules"
                ]
            )["ApplyServerSideEncryptionByDefault"]
            self.assertEqual(encryption.get("KMSMasterKeyID"), KEY)

    def test_a_record_that_is_given_up_is_still_in_kafka(self) -> None:
        retention = int(environment()[PREFIX + "KAFKA_RETENTION"])
        day = 24 * 3600
        for mapping in every("lambda", "list_event_source_mappings", "EventSourceMappings"):
            self.assertLessEqual(mapping.get("MaximumRecordAgeInSeconds", 0), retention - day)

    def test_more_than_one_partition_is_made_at_the_start(self) -> None:
        self.assertEqual(environment()[PREFIX + "KAFKA_PARTITIONS"], "6")

    def test_test_events_are_shared(self) -> None:
        schema = client("schemas").describe_schema(
            RegistryName="lambda-testevent-schemas", SchemaName=f"_{FUNCTION_NAME}-schema"
        )
        examples = json.loads(schema["Content"])["components"]["examples"]
        files = {
            path.stem: json.loads(path.read_text())
            for path in (SOURCES / "hello/test-events").glob("*.json")
        }
        self.assertEqual({name: example["value"] for name, example in examples.items()}, files)


if __name__ == "__main__":
    unittest.main()
