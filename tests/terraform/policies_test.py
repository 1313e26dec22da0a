"""Compares every policy of the stack: a new action, resource or role makes a test fail.

moto permits everything, so it does not prove that the rights suffice. See docs/msk-iam.md, and the
pages of AWS that the policies name.
"""

import json
import unittest
from typing import Any

from stack import (
    ACCESS_LOGS,
    ACCOUNT,
    API,
    ATOMIC_EVENTS,
    EXEC,
    FLOW_LOGS,
    FUNCTION_NAME,
    KAFKA,
    KEY,
    KEYS_AND_USERS,
    POLLERS,
    REGION,
    ROOT,
    SECRETS,
    SECRETS_KEY,
    SERVICE,
    TOPICS,
    client,
    endpoints,
    every,
    failure_bucket,
    group_of,
    kafka_cluster,
    name_of_stack,
    only,
)

Statement = dict[str, Any]

LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
CLUSTER = kafka_cluster()["ClusterArn"] if KAFKA else ""
TOPIC_ARNS = [CLUSTER.replace(":cluster/", ":topic/") + f"/{topic}" for topic in TOPICS]
# Each process of the API adds random digits to its transactional id.
TRANSACTIONAL_IDS = CLUSTER.replace(":cluster/", ":transactional-id/") + f"/{API}-*"
GROUP_ARNS = [CLUSTER.replace(":cluster/", ":group/") + f"/{group_of(each)}" for each in TOPICS]

# These actions are on "*", because AWS does not permit a resource for them (Service Authorization
# Reference, the tables of actions of Amazon ECR, CloudWatch Logs, Session Manager Message Gateway
# Service and Amazon EC2).
WITHOUT_RESOURCE = {
    "ecr:GetAuthorizationToken": "a token is for the whole registry",
    "logs:DescribeLogGroups": "ECS Exec's agent, and VPC flow logs, look through all log groups",
    "ssmmessages:CreateControlChannel": "a channel has no name before it is open",
    "ssmmessages:CreateDataChannel": "the same",
    "ssmmessages:OpenControlChannel": "the same",
    "ssmmessages:OpenDataChannel": "the same",
    "ec2:DescribeNetworkInterfaces": "EC2's describe actions know no resources",
    "ec2:DescribeSecurityGroups": "the same",
    "ec2:DescribeSubnets": "the same",
    "ec2:DescribeVpcs": "the same",
}
# Nobody can know these parts of resources beforehand.
OPEN_ENDED = {
    f"arn:aws:ec2:{REGION}:{ACCOUNT}:{kind}/*": "interfaces that do not exist yet, and their needs"
    for kind in ("network-interface", "security-group", "subnet")
}
OPEN_ENDED[TRANSACTIONAL_IDS] = "ids of processes that do not run yet"


def allow(actions: list[str], *resources: str) -> Statement:
    return {"Effect": "Allow", "Action": sorted(actions), "Resource": sorted(resources)}


def consumer_role() -> dict[str, Statement]:
    """Returns the consumer's role, from the table of the CloudFormation template's test."""
    text = (ROOT / "tests/cloudformation/consumer_role.json").read_text()
    role = json.loads(
        text.replace("us-east-1", REGION).replace(
            "/hello/6cc0432b-s1", f"/{CLUSTER.split('/', 1)[1]}"
        )
    )
    deny = role["KeepCodeFromKafka"]
    role["ReadTopic"]["Resource"] = sorted(TOPIC_ARNS)
    role["JoinGroup"]["Resource"] = sorted(GROUP_ARNS)
    role["KeepCodeFromKafka"] = deny | {
        "Resource": sorted({*deny["Resource"], *TOPIC_ARNS, *GROUP_ARNS})
    }
    if POLLERS:
        bucket = f"arn:aws:s3:::{failure_bucket()}"
        tell = ["s3:ListBucket", "s3:PutObject"]
        deny = role["KeepCodeFromKafka"]
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{FUNCTION_NAME}_on_failure"
        role["TellFailures"] = allow(tell, bucket, f"{bucket}/*") | {
            "Condition": {"StringEquals": {"s3:ResourceAccount": ACCOUNT}}
        }
        role["KeepCodeFromKafka"] = deny | {
            "Action": sorted({*deny["Action"], *tell} - {"sqs:SendMessage"}),
            "Resource": sorted({*deny["Resource"], bucket, f"{bucket}/*"} - {queue}),
        }
    return role | ({"UseKey": allow(["kms:Decrypt", "kms:GenerateDataKey"], KEY)} if KEY else {})


def decrypt_secrets(key: str) -> Statement:
    services = [f"{service}.{REGION}.amazonaws.com" for service in ("secretsmanager", "ssm")]
    return allow(["kms:Decrypt"], key) | {
        "Condition": {"StringEquals": {"kms:ViaService": services}}
    }


def reading_of_secrets() -> dict[str, Statement]:
    """Returns what ECS may read for the container's environment."""
    names = {arn.split(":")[2]: set() for arn in SECRETS.values()}
    for arn in SECRETS.values():
        # A policy does not name a JSON key.
        names[arn.split(":")[2]].add(":".join(arn.split(":")[:7]))
    found = {}
    if "secretsmanager" in names:
        found["ReadSecrets"] = allow(["secretsmanager:GetSecretValue"], *names["secretsmanager"])
    if "ssm" in names:
        found["ReadParameters"] = allow(["ssm:GetParameters"], *names["ssm"])
    if SECRETS and SECRETS_KEY:
        found["DecryptSecrets"] = decrypt_secrets(SECRETS_KEY)
    return found


def wanted_roles() -> dict[str, dict[str, Statement]]:
    execution = {
        "LogInToTheRegistry": allow(["ecr:GetAuthorizationToken"], "*"),
        "PullTheImage": allow(
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{API}",
        ),
        "WriteTheLog": allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"], f"{LOGS}/{SERVICE}/{API}_web_log:*"
        ),
    } | reading_of_secrets()
    task = {}
    if KAFKA:
        task |= {
            "ConnectAndWriteIdempotently": allow(
                ["kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"], CLUSTER
            ),
            "MakeAndWriteTheTopic": allow(
                [
                    "kafka-cluster:CreateTopic",
                    "kafka-cluster:DescribeTopic",
                    "kafka-cluster:DescribeTopicDynamicConfiguration",
                    "kafka-cluster:WriteData",
                ],
                *TOPIC_ARNS,
            ),
        }
    if KAFKA and ATOMIC_EVENTS:
        task["WriteInTransactions"] = allow(
            ["kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"],
            TRANSACTIONAL_IDS,
        )
    if EXEC:
        task |= {
            "OpenSessions": allow(
                [each for each in WITHOUT_RESOURCE if each.startswith("ssmmessages:")]
                + ["logs:DescribeLogGroups"],
                "*",
            ),
            "LogSessions": allow(
                ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                f"{LOGS}/{SERVICE}/{API}_ecs_exec_log:*",
            ),
        }
    if EXEC and KEY:
        task["DecryptSessions"] = allow(["kms:Decrypt"], KEY)
    if KEYS_AND_USERS:
        task["ReadKeysAndUsers"] = allow(["secretsmanager:GetSecretValue"], *KEYS_AND_USERS)
    if KEYS_AND_USERS and SECRETS_KEY:
        task["DecryptKeysAndUsers"] = decrypt_secrets(SECRETS_KEY)
    roles = {f"{API}_execution_{REGION}": execution, f"{API}_task_{REGION}": task}
    if KAFKA:
        roles[f"{FUNCTION_NAME}_{REGION}"] = consumer_role()
    if FLOW_LOGS:
        group = f"{LOGS}/{name_of_stack()}/vpc_flow_log"
        roles[f"{name_of_stack()}-flow-log-{REGION}"] = {
            "WriteFlowLog": allow(
                ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                group,
                f"{group}:*",
            ),
            "FindLogGroup": allow(["logs:DescribeLogGroups"], "*"),
        }
    return roles


OF_THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
TRUST = {
    f"{API}_execution_{REGION}": (
        "ecs-tasks.amazonaws.com",
        OF_THIS_ACCOUNT | {"ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"}},
    ),
    f"{API}_task_{REGION}": (
        "ecs-tasks.amazonaws.com",
        OF_THIS_ACCOUNT | {"ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"}},
    ),
    f"{FUNCTION_NAME}_{REGION}": ("lambda.amazonaws.com", None),
    f"{name_of_stack()}-flow-log-{REGION}": ("vpc-flow-logs.amazonaws.com", OF_THIS_ACCOUNT),
}


def wanted_resource_policies() -> dict[str, dict[str, Statement]]:
    def deny_plain_text(action: str, *resources: str) -> Statement:
        return {
            "Effect": "Deny",
            "Principal": "*",
            "Action": [action],
            "Resource": sorted(resources),
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }

    # Anything in the VPC may read the layers of images, and nothing else.
    wanted = {
        "s3 endpoint": {
            "PullLayers": allow(
                ["s3:GetObject"], f"arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*"
            )
            | {"Principal": "*"}
        }
    }
    if KAFKA:
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{FUNCTION_NAME}_on_failure"
        wanted["queue"] = {"DenyPlainText": deny_plain_text("sqs:*", queue)}
        failures = f"arn:aws:s3:::{failure_bucket()}"
        objects = f"{failures}/*"
        wanted["failure bucket"] = {"DenyPlainText": deny_plain_text("s3:*", failures, objects)}
    if KAFKA and POLLERS:
        wanted["s3 endpoint"]["Failures"] = allow(
            ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
            failures,
            objects,
        ) | {"Principal": "*"}
    if ACCESS_LOGS:
        bucket = only(  # Its name has a random end.
            [each for each in every("s3", "list_buckets", "Buckets") if "log" in each["Name"]]
        )
        arn = f"arn:aws:s3:::{bucket['Name']}"
        wanted["access log bucket"] = {
            "DeliverAccessLogs": allow(["s3:PutObject"], f"{arn}/AWSLogs/{ACCOUNT}/*")
            | {"Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}},
            "RefusePlainHttp": deny_plain_text("s3:*", arn, f"{arn}/*"),
        }
    return wanted


def as_list(value: str | list[str]) -> list[str]:
    return sorted([value] if isinstance(value, str) else value)


def statements(document: str | dict[str, Any]) -> dict[str, Statement]:
    """Returns the statements by their Sid, with lists of actions and resources."""
    content = json.loads(document) if isinstance(document, str) else document
    found = {
        each.get("Sid", number): {key: value for key, value in each.items() if key != "Sid"}
        | {key: as_list(each[key]) for key in ("Action", "Resource") if key in each}
        for number, each in enumerate(content["Statement"])
    }
    assert len(found) == len(content["Statement"]), f"two statements have the same Sid: {content}"
    return found


def roles() -> list[dict[str, Any]]:
    return [
        each
        for each in every("iam", "list_roles", "Roles")
        if not each["Path"].startswith("/aws-service-role/")
    ]


def policies_of_role(name: str) -> dict[str, Statement]:
    found: dict[str, Statement] = {}
    for policy in every("iam", "list_role_policies", "PolicyNames", RoleName=name):
        more = statements(
            client("iam").get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        )
        assert not set(found) & set(more), f"two statements have the same Sid: {found} {more}"
        found |= more
    return found


def resource_policies() -> dict[str, dict[str, Statement]]:
    """Returns the policies of resources. Other tests check that there is at most one of each."""
    found = {}
    for url in client("sqs").list_queues().get("QueueUrls", []):
        found["queue"] = statements(
            client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])[
                "Attributes"
            ]["Policy"]
        )
    for bucket in every("s3", "list_buckets", "Buckets"):
        kind = "failure" if "failure" in bucket["Name"] else "access log"
        found[f"{kind} bucket"] = statements(
            client("s3").get_bucket_policy(Bucket=bucket["Name"])["Policy"]
        )
    for endpoint in endpoints():
        if endpoint["VpcEndpointType"] == "Gateway":
            found["s3 endpoint"] = statements(endpoint["PolicyDocument"])
    return found


class Policies(unittest.TestCase):
    maxDiff = None

    def test_roles_may_do_this_and_nothing_else(self) -> None:
        self.assertEqual(
            {role["RoleName"]: policies_of_role(role["RoleName"]) for role in roles()},
            wanted_roles(),
        )

    def test_nothing_is_granted_beside_these_policies(self) -> None:
        for role in roles():
            self.assertEqual(
                every(
                    "iam",
                    "list_attached_role_policies",
                    "AttachedPolicies",
                    RoleName=role["RoleName"],
                ),
                [],
            )
        self.assertEqual(every("iam", "list_policies", "Policies", Scope="Local"), [])
        self.assertEqual(every("iam", "list_users", "Users"), [])
        for function in every("lambda", "list_functions", "Functions"):
            with self.assertRaises(client("lambda").exceptions.ResourceNotFoundException):
                client("lambda").get_policy(FunctionName=function["FunctionName"])

    def test_roles_are_taken_by_one_service_each(self) -> None:
        for role in roles():
            statement = only(list(statements(role["AssumeRolePolicyDocument"]).values()))
            principal, condition = TRUST[role["RoleName"]]
            self.assertEqual(
                (
                    statement["Effect"],
                    statement["Action"],
                    statement["Principal"],
                    statement.get("Condition"),
                ),
                ("Allow", ["sts:AssumeRole"], {"Service": principal}, condition),
                role["RoleName"],
            )

    def test_what_others_may_do_with_queue_bucket_and_endpoint(self) -> None:
        self.assertEqual(resource_policies(), wanted_resource_policies())

    def test_no_wildcards(self) -> None:
        """Checks what must be true of every policy, also when the tables above have changed."""
        allowed = [
            each
            for role in roles()
            for each in policies_of_role(role["RoleName"]).values()
            if each["Effect"] == "Allow"
        ]
        allowed += [
            each
            for policy in resource_policies().values()
            for each in policy.values()
            if each["Effect"] == "Allow"
        ]
        for statement in allowed:
            self.assertFalse(
                {"NotAction", "NotResource", "NotPrincipal"} & set(statement), statement
            )
            self.assertFalse([each for each in statement["Action"] if "*" in each], statement)
            for resource in statement["Resource"]:
                if resource == "*":
                    self.assertLessEqual(set(statement["Action"]), set(WITHOUT_RESOURCE), statement)
                elif resource not in OPEN_ENDED:
                    # This is all of one thing: a log group's streams, or a bucket's objects.
                    self.assertNotIn("*", resource.removesuffix(":*").removesuffix("/*"), statement)


if __name__ == "__main__":
    unittest.main()
