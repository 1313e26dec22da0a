"""Checks the account after `terraform destroy`.

It must be as before, except for the certificate, which Terraform did not make.
"""

import unittest

from stack import client, endpoints, every

LISTS = [
    ("ecs", "list_task_definitions", "taskDefinitionArns"),
    ("ecr", "describe_repositories", "repositories"),
    ("elbv2", "describe_load_balancers", "LoadBalancers"),
    ("elbv2", "describe_target_groups", "TargetGroups"),
    ("kafka", "list_clusters_v2", "ClusterInfoList"),
    ("lambda", "list_functions", "Functions"),
    ("lambda", "list_event_source_mappings", "EventSourceMappings"),
    ("logs", "describe_log_groups", "logGroups"),
    ("cloudwatch", "list_dashboards", "DashboardEntries"),
    ("s3", "list_buckets", "Buckets"),
    ("ec2", "describe_ipams", "Ipams"),
    ("ec2", "describe_ipam_pools", "IpamPools"),
]


class AfterDestroy(unittest.TestCase):
    def test_nothing_is_left(self) -> None:
        for service, operation, key in LISTS:
            self.assertEqual(every(service, operation, key), [], operation)
        self.assertEqual(endpoints(), [])
        clusters = client("ecs").describe_clusters(
            clusters=every("ecs", "list_clusters", "clusterArns")
        )["clusters"]
        self.assertEqual(
            {each["status"] for each in clusters}, {"INACTIVE"}
        )  # AWS keeps them for a while, too.
        self.assertEqual(client("sqs").list_queues().get("QueueUrls", []), [])
        self.assertFalse(
            [each for each in every("ec2", "describe_vpcs", "Vpcs") if not each["IsDefault"]]
        )
        self.assertFalse(
            [
                each
                for each in every("iam", "list_roles", "Roles")
                if not each["Path"].startswith("/aws-service-role/")
            ]
        )
        self.assertFalse(
            [
                each
                for each in every("cloudwatch", "describe_alarms", "MetricAlarms")
                if not each["AlarmName"].startswith("TargetTracking")
            ]
        )
        with self.assertRaises(client("schemas").exceptions.NotFoundException):
            client("schemas").describe_registry(RegistryName="lambda-testevent-schemas")


if __name__ == "__main__":
    unittest.main()
