"""Checks that cloudformation/topic.yaml adds a topic as consumer.yaml has its first one."""

import unittest
from typing import Any

from consumer_test import CLUSTER, FAILURES, ROLE, TEMPLATE, alarm_of, as_sorted_list, resources
from resolve import Stack

NAME = "hello_kafka_consumer"
BUCKET = "arn:aws:s3:::failures"


def added(**parameters: str) -> dict[str, dict[str, Any]]:
    usual = {
        "MskClusterArn": CLUSTER,
        "MskClusterTopic": "orders",
        "LambdaFnName": NAME,
        "RoleName": "role",
        "FailureDestination": FAILURES,
    }
    return Stack(TEMPLATE.with_name("topic.yaml"), **{**usual, **parameters}).resources()


def but_for_the_topic(mapping: dict[str, Any]) -> dict[str, Any]:
    own = ("Topics", "FunctionName", "AmazonManagedKafkaEventSourceConfig")
    return {key: value for key, value in mapping.items() if key not in own}


class TopicTest(unittest.TestCase):
    maxDiff = None

    def test_the_mapping_is_that_of_the_first_topic_but_for_its_own(self) -> None:
        made = added()["Mapping"]
        self.assertEqual(but_for_the_topic(made), but_for_the_topic(resources()["Mapping"]))
        self.assertEqual(
            (made["Topics"], made["AmazonManagedKafkaEventSourceConfig"]["ConsumerGroupId"]),
            (["orders"], f"{NAME}-orders"),
        )
        pollers = {"ProvisionedPollersMin": "1", "ProvisionedPollersMax": "2"}
        first = resources(**pollers)["Mapping"] | {
            "DestinationConfig": {"OnFailure": {"Destination": BUCKET}}
        }
        second = added(**pollers, FailureDestination=BUCKET)["Mapping"]
        self.assertEqual(but_for_the_topic(second), but_for_the_topic(first))
        self.assertEqual(
            added(**pollers, PollerGroupName="hello")["Mapping"]["ProvisionedPollerConfig"],
            {"MinimumPollers": "1", "MaximumPollers": "2", "PollerGroupName": "hello"},
        )

    def test_the_role_gets_the_same_rights_on_this_topic_and_group(self) -> None:
        made = added()["Policy"]
        self.assertEqual(made["RoleName"], "role")
        by_sid = {each["Sid"]: each for each in made["PolicyDocument"]["Statement"]}
        self.assertEqual(set(by_sid), {"ReadTopic", "JoinGroup", "KeepCodeFromKafka"})
        ours = {
            CLUSTER.replace(":cluster/", ":topic/") + "/orders",
            CLUSTER.replace(":cluster/", ":group/") + f"/{NAME}-orders",
        }
        for sid in ("ReadTopic", "JoinGroup"):
            self.assertEqual(as_sorted_list(by_sid[sid]["Action"]), ROLE[sid]["Action"])
        self.assertEqual({by_sid[sid]["Resource"] for sid in ("ReadTopic", "JoinGroup")}, ours)
        denied = by_sid["KeepCodeFromKafka"]
        self.assertEqual(denied["Effect"], "Deny")
        self.assertEqual(set(denied["Resource"]), ours)
        self.assertEqual(denied["Condition"], ROLE["KeepCodeFromKafka"]["Condition"])
        self.assertEqual(
            set(denied["Action"]), {*ROLE["ReadTopic"]["Action"], *ROLE["JoinGroup"]["Action"]}
        )

    def test_alarms_are_on_what_the_mapping_itself_reports(self) -> None:
        self.assertNotIn("DeadLettersAlarm", added())
        for parameters in (
            {"FailureDestination": BUCKET},
            {"FailureDestination": "kafka://failures", "ProvisionedPollersMin": "1"},
            {"ProvisionedPollersMin": "1"},
        ):
            made = added(**parameters)
            self.assertEqual(
                {alarm_of(made[name])[1] for name in ("DeadLettersAlarm", "DroppedRecordsAlarm")},
                {"OnFailureDestinationDeliveredEventCount", "DroppedEventCount"},
                parameters,
            )
            self.assertEqual(
                alarm_of(made["DroppedRecordsAlarm"])[2], {"EventSourceMappingUUID": "<Mapping>"}
            )


if __name__ == "__main__":
    unittest.main()
