"""Checks that cloudformation/consumer.yaml makes the same consumer as terraform/modules/consumer.

pip install --requirement tests/cloudformation/requirements.txt
python3 tests/cloudformation/consumer_test.py
"""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

from resolve import Stack

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TEMPLATE = ROOT / "cloudformation" / "consumer.yaml"
CLUSTER = "arn:aws:kafka:us-east-1:123456789012:cluster/hello/6cc0432b-s1"
FAILURES = "arn:aws:sqs:us-east-1:123456789012:hello_kafka_consumer_on_failure"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
# The role must have exactly these rights. A change of the role changes this file, too.
ROLE = json.loads((HERE / "consumer_role.json").read_text())


def resources(**parameters: str) -> dict[str, dict[str, Any]]:
    return Stack(
        TEMPLATE, PackageBucket="packages", MskClusterArn=CLUSTER, **parameters
    ).resources()


def as_sorted_list(value: str | list[str]) -> list[str]:
    return sorted([value] if isinstance(value, str) else value)


def alarm_of(alarm: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    return alarm["Namespace"], alarm["MetricName"], dimensions


def role_statements(made: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    policies = made["Role"]["Policies"]
    assert len(policies) == 1, policies
    statements = policies[0]["PolicyDocument"]["Statement"]
    by_sid = {
        statement["Sid"]: {key: value for key, value in statement.items() if key != "Sid"}
        | {key: as_sorted_list(statement[key]) for key in ("Action", "Resource")}
        for statement in statements
    }
    assert len(by_sid) == len(statements), "two statements have the same Sid"
    return by_sid


def functions_of(node: Any) -> set[str]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    mine = (
        {key for key in node if key == "Ref" or key.startswith("Fn::")}
        if isinstance(node, dict)
        else set()
    )
    return mine.union(*map(functions_of, children))


class ConsumerTest(unittest.TestCase):
    maxDiff = None

    def test_cfn_lint_has_nothing_to_say(self) -> None:
        program = "import sys, cfnlint.runner; sys.exit(cfnlint.runner.main())"
        templates = sorted(map(str, TEMPLATE.parent.glob("*.yaml")))
        lint = subprocess.run(
            [sys.executable, "-c", program, "--include-checks", "I", "--", *templates],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((lint.returncode, lint.stdout), (0, ""), lint.stderr)

    def test_the_role_may_do_this_and_nothing_else(self) -> None:
        made = resources()
        self.assertEqual(role_statements(made), ROLE)
        self.assertEqual(
            made["Role"]["AssumeRolePolicyDocument"]["Statement"],
            [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                }
            ],
        )
        self.assertNotIn("ManagedPolicyArns", made["Role"])

    def test_a_function_in_a_vpc_may_also_have_addresses(self) -> None:
        made = resources(LambdaFnSubnetIds="subnet-1,subnet-2", LambdaFnSecurityGroupIds="sg-1")
        self.assertEqual(
            made["Function"]["VpcConfig"],
            {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]},
        )
        changes = ROLE["ChangeNetworkInterfaces"]
        addresses = ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
        expected = ROLE | {
            "ChangeNetworkInterfaces": changes | {"Action": sorted(changes["Action"] + addresses)}
        }
        self.assertEqual(role_statements(made), expected)

    def test_subnets_need_security_groups(self) -> None:
        for groups in ("", "sg-1"):
            stack = Stack(
                TEMPLATE,
                PackageBucket="packages",
                MskClusterArn=CLUSTER,
                LambdaFnSubnetIds="subnet-1",
                LambdaFnSecurityGroupIds=groups,
            )
            rule = stack.template["Rules"]["SubnetsAndSecurityGroups"]
            self.assertTrue(stack.value(rule["RuleCondition"]))
            self.assertEqual(
                [stack.value(each["Assert"]) for each in rule["Assertions"]], [groups != ""]
            )
        # cfn-lint also accepts functions that rules do not support (AWS CloudFormation, "Rule
        # functions", supported functions).
        self.assertLessEqual(
            functions_of(stack.template["Rules"]), {"Ref", "Fn::Equals", "Fn::Not"}
        )

    def test_a_key_is_used_for_all_and_may_be_used(self) -> None:
        made = resources(KmsKeyArn=KEY)
        self.assertEqual(made["Function"]["KmsKeyArn"], KEY)
        self.assertEqual(made["Log"]["KmsKeyId"], KEY)
        self.assertEqual(made["Queue"]["KmsMasterKeyId"], KEY)
        self.assertNotIn("SqsManagedSseEnabled", made["Queue"])
        may_use = {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [KEY],
        }
        self.assertEqual(role_statements(made), ROLE | {"UseKey": may_use})

    def test_the_code_may_read_these_secrets(self) -> None:
        secrets = [
            f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-a1B2c3"
            for name in ("orders", "partners/token")
        ]
        may_read = {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": secrets,
        }
        made = resources(SecretArns=",".join(secrets))
        self.assertEqual(role_statements(made), ROLE | {"ReadSecrets": may_read})
        template = Stack(TEMPLATE, PackageBucket="packages", MskClusterArn=CLUSTER).template
        allowed = re.compile(template["Parameters"]["SecretArns"]["AllowedPattern"])
        for text in ("", secrets[0], ",".join(secrets)):
            self.assertTrue(allowed.fullmatch(text), text)
        wildcard = f"{secrets[0][:-6]}*"
        for text in ("*", secrets[0][:-7], f"{secrets[0]},", f"{secrets[0]},{wildcard}"):
            self.assertFalse(allowed.fullmatch(text), text)

    def test_the_function(self) -> None:
        self.assertEqual(
            resources()["Function"],
            {
                "FunctionName": "hello_kafka_consumer",
                "Description": "Handles the records of topic events",
                "Role": "<Role.Arn>",
                "Runtime": "provided.al2023",
                "Handler": "bootstrap",
                "Architectures": ["arm64"],
                "Code": {"S3Bucket": "packages", "S3Key": "kafka_consumer-arm64.zip"},
                "MemorySize": 128,
                "Timeout": 30,
                "LoggingConfig": {
                    "LogFormat": "JSON",
                    "LogGroup": "<Log>",
                    "ApplicationLogLevel": "INFO",
                    "SystemLogLevel": "INFO",
                },
            },
        )
        self.assertEqual(resources(PackageVersion="7")["Function"]["Code"]["S3ObjectVersion"], "7")
        reserved = resources(LambdaFnReservedConcurrency="2")["Function"]
        self.assertEqual(reserved["ReservedConcurrentExecutions"], "2")

    def test_the_mapping_and_the_function_agree_on_partial_responses(self) -> None:
        shared = {
            "Enabled": "true",
            "FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:hello_kafka_consumer",
            "EventSourceArn": CLUSTER,
            "Topics": ["events"],
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 1,
            "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "hello_kafka_consumer"},
            "DestinationConfig": {"OnFailure": {"Destination": FAILURES}},
        }
        made = resources()
        self.assertEqual(made["Mapping"], shared)
        self.assertNotIn("Environment", made["Function"])

        made = resources(ProvisionedPollersMin="1", ProvisionedPollersMax="2")
        own_pollers = {
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 10,
            "MaximumRecordAgeInSeconds": 4 * 24 * 3600,
            "ProvisionedPollerConfig": {"MinimumPollers": "1", "MaximumPollers": "2"},
            "MetricsConfig": {"Metrics": ["EventCount"]},
            "DestinationConfig": {"OnFailure": {"Destination": "<Bucket.Arn>"}},
        }
        self.assertEqual(made["Mapping"], shared | own_pollers)
        self.assertEqual(
            made["Function"]["Environment"],
            {"Variables": {"FUNCTION_RESPONSE_TYPES": "ReportBatchItemFailures"}},
        )

    def test_pollers_share_units_in_a_group(self) -> None:
        pollers = {"ProvisionedPollersMin": "1", "ProvisionedPollersMax": "2"}
        made = resources(**pollers, PollerGroupName="hello")
        self.assertEqual(
            made["Mapping"]["ProvisionedPollerConfig"],
            {"MinimumPollers": "1", "MaximumPollers": "2", "PollerGroupName": "hello"},
        )
        made = resources(PollerGroupName="hello")
        self.assertNotIn("ProvisionedPollerConfig", made["Mapping"])

    def test_the_destination_can_be_chosen(self) -> None:
        events = ROLE["ReadTopic"]["Resource"][0]
        deny = ROLE["KeepCodeFromKafka"]
        others = [each for each in deny["Action"] if each != "sqs:SendMessage"]
        read = [each for each in deny["Resource"] if each != FAILURES]
        pollers = {"ProvisionedPollersMin": "1"}
        in_bucket = (
            "<Bucket.Arn>",
            ["s3:ListBucket", "s3:PutObject"],
            ["<Bucket.Arn>", "<Bucket.Arn>/*"],
        )
        in_queue = (FAILURES, ["sqs:SendMessage"], [FAILURES])
        in_topic = (
            "kafka://failed",
            ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"],
            [f"{events.rsplit('/', 1)[0]}/failed"],
        )
        for parameters, (destination, actions, arns) in (
            ({}, in_queue),
            ({"FailureDestination": "bucket"}, in_bucket),
            (pollers, in_bucket),
            (pollers | {"FailureDestination": "queue"}, in_queue),
            (pollers | {"FailureTopic": "failed"}, in_topic),
        ):
            with self.subTest(parameters):
                made = resources(**parameters)
                self.assertEqual(
                    made["Mapping"]["DestinationConfig"]["OnFailure"]["Destination"], destination
                )
                self.assertEqual("Bucket" in made, destination == "<Bucket.Arn>")
                self.assertEqual("BucketPolicy" in made, destination == "<Bucket.Arn>")
                self.assertIn("Queue", made)
                role = role_statements(made)
                tell = {"Effect": "Allow", "Action": actions, "Resource": arns}
                if destination == "<Bucket.Arn>":
                    tell["Condition"] = {"StringEquals": {"s3:ResourceAccount": "123456789012"}}
                self.assertEqual(role["TellFailures"], tell)
                self.assertEqual(
                    role["KeepCodeFromKafka"],
                    deny
                    | {
                        "Action": sorted({*others, *actions}),
                        "Resource": sorted([*read, *arns]),
                    },
                )

    def test_a_topic_of_failures_needs_pollers_and_is_another_one(self) -> None:
        for parameters, expected in (
            ({"FailureTopic": "failed"}, [False, True]),
            ({"FailureTopic": "events", "ProvisionedPollersMin": "1"}, [True, False]),
            ({"FailureTopic": "failed", "ProvisionedPollersMin": "1"}, [True, True]),
        ):
            stack = Stack(TEMPLATE, PackageBucket="packages", MskClusterArn=CLUSTER, **parameters)
            rule = stack.template["Rules"]["FailuresInATopic"]
            self.assertTrue(stack.value(rule["RuleCondition"]))
            found = [stack.value(each["Assert"]) for each in rule["Assertions"]]
            self.assertEqual(found, expected, parameters)

    def test_the_bucket_is_private_and_forgets(self) -> None:
        made = resources(ProvisionedPollersMin="1", KmsKeyArn=KEY)
        bucket = made["Bucket"]
        self.assertEqual(set(bucket["PublicAccessBlockConfiguration"].values()), {True})
        [rule] = bucket["LifecycleConfiguration"]["Rules"]
        self.assertEqual((rule["Status"], rule["ExpirationInDays"]), ("Enabled", 14))
        [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        self.assertEqual(encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"], KEY)
        self.assertNotIn("BucketEncryption", resources(ProvisionedPollersMin="1")["Bucket"])
        [deny] = made["BucketPolicy"]["PolicyDocument"]["Statement"]
        self.assertEqual(
            (deny["Effect"], deny["Action"], deny["Condition"]),
            ("Deny", "s3:*", {"Bool": {"aws:SecureTransport": "false"}}),
        )

    def test_what_is_given_up_or_lost_raises_an_alarm(self) -> None:
        function = {"FunctionName": "<Function>"}
        mapping = {"EventSourceMappingUUID": "<Mapping>"}
        made = resources()
        self.assertEqual(
            alarm_of(made["DestinationFailuresAlarm"]),
            ("AWS/Lambda", "DestinationDeliveryFailures", function),
        )
        self.assertEqual(
            alarm_of(made["DeadLettersAlarm"]),
            (
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                {"QueueName": "<Queue.QueueName>"},
            ),
        )
        # The mapping counts nothing then.
        self.assertNotIn("DroppedRecordsAlarm", made)
        self.assertNotIn("MetricsConfig", made["Mapping"])

        topic = "arn:aws:sns:us-east-1:123456789012:on-call"
        made = resources(ProvisionedPollersMin="1", AlarmTopicArn=topic)
        self.assertEqual(
            alarm_of(made["DroppedRecordsAlarm"]), ("AWS/Lambda", "DroppedEventCount", mapping)
        )
        self.assertEqual(
            alarm_of(made["DeadLettersAlarm"]),
            ("AWS/Lambda", "OnFailureDestinationDeliveredEventCount", mapping),
        )
        runbook = (ROOT / "docs/deploy.md").read_text().lower()
        for name, alarm in made.items():
            if name.endswith("Alarm"):
                self.assertEqual(alarm["AlarmActions"], [topic])
                heading = alarm["AlarmDescription"].split("docs/deploy.md#alarm-")[1]
                self.assertIn(f"\n## alarm {heading}\n", runbook)

    def test_the_queue_takes_no_plain_text_and_keeps_14_days(self) -> None:
        made = resources()
        self.assertEqual(
            made["Queue"],
            {
                "QueueName": "hello_kafka_consumer_on_failure",
                "MessageRetentionPeriod": 14 * 24 * 3600,
                "SqsManagedSseEnabled": True,
            },
        )
        self.assertEqual(made["QueuePolicy"]["Queues"], ["<Queue>"])
        self.assertEqual(
            made["QueuePolicy"]["PolicyDocument"]["Statement"],
            [
                {
                    "Sid": "DenyPlainText",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sqs:*",
                    "Resource": FAILURES,
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        )

    def test_the_log_is_kept_for_3_days(self) -> None:
        self.assertEqual(
            resources()["Log"],
            {"LogGroupName": "/aws/lambda/hello_kafka_consumer", "RetentionInDays": 3},
        )

    def test_the_test_events_are_the_files(self) -> None:
        self.assertFalse({"TestEventSchema", "TestEventRegistry"} & resources().keys())
        self.assertIn("TestEventRegistry", resources(TestEvents="make registry"))
        made = resources(TestEvents="registry exists")
        self.assertNotIn("TestEventRegistry", made)
        schema = made["TestEventSchema"]
        self.assertEqual(schema["RegistryName"], "lambda-testevent-schemas")
        self.assertEqual(schema["SchemaName"], "_hello_kafka_consumer-schema")
        self.assertEqual(schema["Type"], "OpenApi3")
        files = {
            file.stem: json.loads(file.read_text())
            for file in (ROOT / "hello" / "test-events").glob("*.json")
        }
        examples = json.loads(schema["Content"])["components"]["examples"]
        self.assertEqual({name: example["value"] for name, example in examples.items()}, files)

    def test_nothing_else_is_made_and_every_parameter_is_explained(self) -> None:
        self.assertEqual(
            resources().keys(),
            {
                "DeadLettersAlarm",
                "DestinationFailuresAlarm",
                "Function",
                "Log",
                "Mapping",
                "Queue",
                "QueuePolicy",
                "Role",
            },
        )
        template = Stack(TEMPLATE, PackageBucket="packages", MskClusterArn=CLUSTER).template
        interface = template["Metadata"]["AWS::CloudFormation::Interface"]
        grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
        parameters = template["Parameters"]
        self.assertEqual(sorted(grouped), sorted(parameters))
        self.assertEqual(interface["ParameterLabels"].keys(), parameters.keys())
        self.assertEqual(
            [name for name, parameter in parameters.items() if "Description" not in parameter], []
        )


if __name__ == "__main__":
    unittest.main()
