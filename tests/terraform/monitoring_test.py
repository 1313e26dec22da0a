"""Checks the logs, the alarms and the dashboard.

moto does not know which metrics AWS has.
"""

import json
import unittest

from stack import (
    API,
    EXEC,
    FLOW_LOGS,
    FUNCTION_NAME,
    KAFKA,
    POLLERS,
    ROOT,
    SERVICE,
    TASKS,
    TOPICS,
    client,
    every,
    only,
)

API_ALARMS = {
    "api-errors",
    "api-latency",
    "api-unhealthy-task",
    "api-no-healthy-task",
    "api-cpu",
    "api-memory",
}
CONSUMER_ALARMS = {
    "consumer-errors",
    "consumer-throttles",
    "consumer-duration",
    "consumer-poison",
    "consumer-batch-age",
    "consumer-lag",
    "consumer-lag-time",
    "consumer-stopped",
    "consumer-dead-letters",
    "consumer-destination-failures",
}
# With pollers the mapping has metrics of its own.
MAPPING_ALARMS = {"consumer-dropped-records"}
# These are of each topic. Its name is behind theirs, but for `events`, which was once the only one.
TOPIC_ALARMS = {"consumer-lag-time", "consumer-stopped"}
TOPIC_ALARMS_OF_POLLERS = {"consumer-dropped-records", "consumer-dead-letters"}


def alarms() -> list[dict]:
    """Returns the alarms except those that autoscaling makes."""
    return [
        each
        for each in every("cloudwatch", "describe_alarms", "MetricAlarms")
        if not each["AlarmName"].startswith("TargetTracking")
    ]


class Monitoring(unittest.TestCase):
    maxDiff = None

    def test_logs_end(self) -> None:
        wanted = (
            {f"/{SERVICE}/{API}_web_log"}
            | ({f"/{SERVICE}/{API}_ecs_exec_log"} if EXEC else set())
            | ({f"/aws/lambda/{FUNCTION_NAME}"} if KAFKA else set())
        )
        found = {
            each["logGroupName"]: each.get("retentionInDays")
            for each in every("logs", "describe_log_groups", "logGroups")
        }
        if FLOW_LOGS:
            wanted |= {only([name for name in found if "flow" in name])}
        self.assertEqual(found, dict.fromkeys(wanted, 3))

    def test_alarms(self) -> None:
        wanted = (
            (API_ALARMS if TASKS else set())
            | ({"api-publish-failures"} if TASKS and KAFKA else set())
            | (CONSUMER_ALARMS if KAFKA else set())
            | (MAPPING_ALARMS if KAFKA and POLLERS else set())
        )
        of_topics = TOPIC_ALARMS | (TOPIC_ALARMS_OF_POLLERS if POLLERS else set())
        more = {
            f"{name}-{topic}": name
            for name in of_topics & wanted
            for topic in TOPICS
            if topic != "events"
        }
        found = {each["AlarmName"].split("-", 1)[1]: each for each in alarms()}
        self.assertEqual(set(found), wanted | set(more))
        for name, alarm in found.items():
            heading = more.get(name, name)
            self.assertRegex(alarm["AlarmDescription"], f"docs/deploy.md#alarm-{heading}$")

    def test_publish_failures_are_counted_in_the_log_of_the_api(self) -> None:
        found = every("logs", "describe_metric_filters", "metricFilters")
        self.assertEqual(
            [each["logGroupName"] for each in found], [f"/{SERVICE}/{API}_web_log"] if KAFKA else []
        )

    def test_dimensions_name_what_there_is(self) -> None:
        balancer = only(every("elbv2", "describe_load_balancers", "LoadBalancers"))[
            "LoadBalancerArn"
        ].split(":loadbalancer/")[1]
        mappings = every("lambda", "list_event_source_mappings", "EventSourceMappings")
        named = {
            "LoadBalancer": {balancer},
            "FunctionName": {FUNCTION_NAME},
            "EventSourceMappingUUID": {each["UUID"] for each in mappings},
        }
        metrics = [
            metric
            for alarm in alarms()
            for metric in [alarm]
            + [
                each["MetricStat"]["Metric"]
                for each in alarm.get("Metrics", [])
                if "MetricStat" in each
            ]
        ]
        for dimension in (each for metric in metrics for each in metric.get("Dimensions", [])):
            self.assertTrue(dimension["Value"], dimension)
            self.assertIn(dimension["Value"], named.get(dimension["Name"], {dimension["Value"]}))

    def test_dashboard(self) -> None:
        dashboard = only(every("cloudwatch", "list_dashboards", "DashboardEntries"))[
            "DashboardName"
        ]
        body = json.loads(
            client("cloudwatch").get_dashboard(DashboardName=dashboard)["DashboardBody"]
        )
        titles = " ".join(each["properties"]["title"] for each in body["widgets"])
        of_kafka = (
            ["Publish failures", "Consumer lag", "Batch age", "Dead letters"] if KAFKA else []
        )
        for word in ["Requests", "Errors", "Latency", *of_kafka]:
            self.assertIn(word, titles)

    def test_each_alarm_has_its_entry(self) -> None:
        text = (ROOT / "docs/deploy.md").read_text().lower()
        for name in API_ALARMS | CONSUMER_ALARMS | MAPPING_ALARMS | {"api-publish-failures"}:
            self.assertRegex(text, rf"#+ alarm {name}\n")


if __name__ == "__main__":
    unittest.main()
