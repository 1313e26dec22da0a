"""Reads the applied stage, Terraform's outputs, and moto's answers for the tests."""

import functools
import json
import os
import pathlib
import re
import shlex
from typing import Any

import boto3

REGION = os.environ["AWS_REGION"]
ACCOUNT = "123456789012"
SOURCES = pathlib.Path(os.environ["SOURCES"])  # It is a copy of terraform/ and hello/.
ROOT = pathlib.Path(__file__).parents[2]

stage: dict[str, Any] = json.loads(pathlib.Path(os.environ["STAGE"]).read_text())
KAFKA: bool = stage["enable_kafka"]
HTTPS: bool = stage["enable_https"]
EXEC: bool = stage["enable_ecs_exec"]
FLOW_LOGS: bool = stage["enable_flow_logs"]
KEY: str | None = stage["kms_key_arn"]
ACCESS_LOGS: bool = stage["enable_access_logs"]
ON_DEMAND_BASE: int = stage["api_on_demand_base"]
POLLERS: dict[str, int] | None = stage["consumer_provisioned_pollers"]
NAT: int = stage["vpc_nat_gateway_count"]
TASKS: int = stage["hello_api_aws_ecs_service_desired_count_tasks"]
SECRETS: dict[str, str] = stage["api_secrets"]
SECRETS_KEY: str | None = stage["api_secrets_kms_key_arn"]
AUTHENTICATION: dict[str, Any] | None = stage["api_authentication"]
ISSUER_EGRESS: bool = stage["issuer_egress"]
ATOMIC_EVENTS: bool = stage["atomic_events"]
LISTENER: dict[str, Any] | None = stage["listener_authentication"]
# A way out to issuers is one gateway, unless there are some already.
GATEWAYS: int = NAT or int(ISSUER_EGRESS)
# The program reads these itself.
KEYS_AND_USERS: list[str] = sorted(
    scheme[place]["secret"]
    for scheme in (AUTHENTICATION or {"schemes": {}})["schemes"].values()
    for place in ("keys", "users")
    if "secret" in scheme.get(place, {})
)

# CMake and Terraform read the names of the service in the same way.
service = dict(
    re.match(r"(\w+)=(.*)", line).groups()
    for line in (SOURCES / "hello/service.env").read_text().splitlines()
    if re.match(r"\w+=", line)
)
service = {name: " ".join(shlex.split(value)) for name, value in service.items()}
SERVICE, API, FUNCTION, PREFIX = (
    service["SERVICE"],
    service["API_PROGRAM"],
    service["FUNCTION_PROGRAM"],
    service["VARIABLE_PREFIX"],
)
HEALTHCHECK = service.get("HEALTHCHECK", "/healthcheck")
FUNCTION_NAME = f"{SERVICE}_{FUNCTION}"
TOPICS: list[str] = stage["topics"]


def group_of(topic: str) -> str:
    """Returns the consumer group of the topic; `events` was once the only one."""
    return FUNCTION_NAME if topic == "events" else f"{FUNCTION_NAME}-{topic}"


@functools.cache
def client(name: str) -> Any:
    return boto3.client(name)


def every(service_name: str, operation: str, key: str, **arguments: Any) -> list[Any]:
    """Returns all pages, if the operation has pages."""
    if client(service_name).can_paginate(operation):
        return [
            each
            for page in client(service_name).get_paginator(operation).paginate(**arguments)
            for each in page[key]
        ]
    return getattr(client(service_name), operation)(**arguments)[key]


def outputs() -> dict[str, Any]:
    return {
        name: output["value"]
        for name, output in json.loads(pathlib.Path(os.environ["OUTPUTS"]).read_text()).items()
    }


def only(things: list[Any]) -> Any:
    [thing] = things
    return thing


@functools.cache
def vpc() -> dict[str, Any]:
    return only([each for each in every("ec2", "describe_vpcs", "Vpcs") if not each["IsDefault"]])


def in_vpc(operation: str, key: str) -> list[dict[str, Any]]:
    return every("ec2", operation, key, Filters=[{"Name": "vpc-id", "Values": [vpc()["VpcId"]]}])


def endpoints() -> list[dict[str, Any]]:
    """Returns those that are not deleted, since moto keeps the others."""
    return [
        each
        for each in every("ec2", "describe_vpc_endpoints", "VpcEndpoints")
        if each["State"] != "deleted"
    ]


@functools.cache
def subnets(kind: str) -> list[str]:
    """Returns the IDs of the subnets whose name contains KIND: public or private."""
    return sorted(
        each["SubnetId"]
        for each in in_vpc("describe_subnets", "Subnets")
        if kind in tag(each, "Name")
    )


@functools.cache
def groups() -> dict[str, str]:
    """Returns the roles of the security groups, by ID."""
    return {
        each["GroupId"]: each["GroupName"].removeprefix(f"{name_of_stack()}-").replace("-", "_")
        for each in in_vpc("describe_security_groups", "SecurityGroups")
    }


def group(role: str) -> str:
    return only([each for each, its_role in groups().items() if its_role == role])


def name_of_stack() -> str:
    return tag(vpc(), "Name")


def failure_bucket() -> str:
    """Returns the name of the failure destination's bucket, which has a random end."""
    return only(
        [
            each["Name"]
            for each in every("s3", "list_buckets", "Buckets")
            if "failure" in each["Name"]
        ]
    )


def tag(thing: dict[str, Any], key: str) -> str:
    return {each["Key"]: each["Value"] for each in thing.get("Tags", [])}.get(key, "")


@functools.cache
def kafka_cluster() -> dict[str, Any]:
    return only(every("kafka", "list_clusters_v2", "ClusterInfoList"))


@functools.cache
def ecs_service() -> dict[str, Any]:
    ecs = client("ecs")
    cluster = only(every("ecs", "list_clusters", "clusterArns"))
    names = every("ecs", "list_services", "serviceArns", cluster=cluster)
    return only(ecs.describe_services(cluster=cluster, services=names)["services"])


@functools.cache
def task_definition() -> dict[str, Any]:
    return client("ecs").describe_task_definition(taskDefinition=ecs_service()["taskDefinition"])[
        "taskDefinition"
    ]


def container() -> dict[str, Any]:
    return only(task_definition()["containerDefinitions"])


def environment() -> dict[str, str]:
    return {each["name"]: each["value"] for each in container()["environment"]}


@functools.cache
def load_balancer() -> tuple[dict[str, Any], dict[str, str]]:
    """Returns it and its attributes."""
    found = only(every("elbv2", "describe_load_balancers", "LoadBalancers"))
    attributes = client("elbv2").describe_load_balancer_attributes(
        LoadBalancerArn=found["LoadBalancerArn"]
    )["Attributes"]
    return found, {each["Key"]: each["Value"] for each in attributes}


@functools.cache
def target_group() -> tuple[dict[str, Any], dict[str, str]]:
    found = only(every("elbv2", "describe_target_groups", "TargetGroups"))
    attributes = client("elbv2").describe_target_group_attributes(
        TargetGroupArn=found["TargetGroupArn"]
    )["Attributes"]
    return found, {each["Key"]: each["Value"] for each in attributes}
