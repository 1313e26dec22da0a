#!/usr/bin/env python3
"""Runs moto's server, with the calls of Terraform's provider that moto lacks for this stack.

    shim.py PORT        # 0 is a free port; the port is printed as soon as the server listens

moto permits everything, runs no task and no function, and accepts many values that AWS would
refuse. The additions here prove even less: only that our arguments reach the API. Each part names
what moto 5.2.5 lacks, and can be removed when moto has it.
"""

import json
import os
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

# Otherwise attaching one of AWS's own policies is a 404.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

import shim_ipam
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.awslambda.exceptions import ConflictException, UnknownFunctionException
from moto.awslambda.models import EventSourceMapping, LambdaBackend, LambdaFunction
from moto.core.config import default_user_config
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpcs import VPCBackend
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.kafka.exceptions import NotFoundException
from moto.kafka.models import FakeKafkaCluster, KafkaBackend, kafka_backends
from moto.kafka.responses import KafkaResponse
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

ACCOUNT = "123456789012"


def after(owner: type, name: str, do: Callable[..., Any]) -> None:
    """Makes OWNER's method NAME return do(its result, self, *its arguments)."""
    before = getattr(owner, name)
    setattr(
        owner,
        name,
        lambda self, *arguments, **named: do(
            before(self, *arguments, **named), self, *arguments, **named
        ),
    )


# MSK Serverless: moto leaves a cluster in state CREATING for ever. Its ARN differs from AWS's, of
# which policies are made. It has no brokers, and fails when it is asked for a deleted cluster.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_apachekafkaapisforamazonmskclusters.html
def make_cluster(_: None, self: FakeKafkaCluster, *_arguments: Any, **_named: Any) -> None:
    self.state = "ACTIVE"
    clusters = f"arn:aws:kafka:{self.region_name}:{self.account_id}:cluster"
    self.arn = f"{clusters}/{self.cluster_name}/{self.cluster_id}-s1"


def cluster_of(backend: KafkaBackend, arn: str) -> FakeKafkaCluster:
    if arn not in backend.clusters:
        raise NotFoundException(f"{arn} does not exist")
    return backend.clusters[arn]


def describe_cluster(self: KafkaResponse) -> str:
    arn = unquote(self.parsed_url.path.split("/clusters/")[-1])
    cluster_of(self.kafka_backend, arn)
    return json.dumps({"clusterInfo": self.kafka_backend.describe_cluster_v2(cluster_arn=arn)})


def get_bootstrap_brokers(self: KafkaResponse) -> str:
    cluster_of(
        self.kafka_backend,
        unquote(self.parsed_url.path.split("/clusters/")[-1].removesuffix("/bootstrap-brokers")),
    )
    host = f"boot-emulated.c1.kafka-serverless.{self.region}.amazonaws.com"
    return json.dumps({"bootstrapBrokerStringSaslIam": f"{host}:9098"})


def install_kafka() -> None:
    after(FakeKafkaCluster, "__init__", make_cluster)
    KafkaResponse.describe_cluster_v2 = describe_cluster
    KafkaResponse.get_bootstrap_brokers = get_bootstrap_brokers


# Lambda: moto's event source mappings do not support Kafka or tags, and its functions lose
# LoggingConfig.
create_mapping, find_lambda = (
    LambdaBackend.create_event_source_mapping,
    LambdaBackend._get_resource_by_arn,
)


def create_kafka_mapping(self: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
    arn = spec.get("EventSourceArn", "")
    if ":kafka:" not in arn:
        return create_mapping(self, spec)
    cluster_of(kafka_backends[self.account_id][self.region_name], arn)
    wanted = spec.get("AmazonManagedKafkaEventSourceConfig", {}).get("ConsumerGroupId")
    for each in self._event_source_mappings.values():
        # AWS gives a group to one mapping alone, and a mapping has one topic.
        if wanted and (each.kafka_config or {}).get("ConsumerGroupId") == wanted:
            raise ConflictException(f"the consumer group {wanted} has a mapping already")
    function = self._lambdas.get_function_by_name_or_arn_with_qualifier(spec["FunctionName"])
    # AWS names a consumer group if none is given.
    group = {"AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": str(uuid.uuid4())}}
    mapping = EventSourceMapping(
        group
        | spec
        | {
            "RegionName": self.region_name,
            "AccountId": self.account_id,
            "FunctionArn": function.function_arn,
        }
    )
    self._event_source_mappings[mapping.uuid] = mapping
    return mapping


def find_resource(self: LambdaBackend, arn: str) -> Any:
    if ":event-source-mapping:" not in arn:
        return find_lambda(self, arn)
    if not (mapping := self._event_source_mappings.get(arn.rsplit(":", 1)[-1])):
        raise UnknownFunctionException(arn)
    return mapping


def keep_logging(
    result: Any, self: LambdaFunction, spec: dict[str, Any], *_: Any, **_named: Any
) -> Any:
    self.logging_config = spec.get("LoggingConfig") or getattr(self, "logging_config", {})
    return result


def add_logging(
    configuration: dict[str, Any], self: LambdaFunction, *_: Any, **_named: Any
) -> dict[str, Any]:
    return configuration | {"LoggingConfig": getattr(self, "logging_config", {})}


def install_lambda() -> None:
    # Functions are only made and not run, so Docker is not needed.
    default_user_config["lambda"]["use_docker"] = False
    # These two properties are removed, because they refuse Kafka.
    del EventSourceMapping.event_source_arn, EventSourceMapping.batch_size
    LambdaBackend.create_event_source_mapping = create_kafka_mapping
    LambdaBackend._get_resource_by_arn = find_resource
    after(LambdaFunction, "__init__", keep_logging)
    after(LambdaFunction, "update_configuration", keep_logging)
    after(LambdaFunction, "get_configuration", add_logging)


# ECS: moto's services lose all of these.
FORGOTTEN = {
    "enableExecuteCommand": "enable_execute_command",
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
    "capacityProviderStrategy": "capacity_provider_strategy",
    "deploymentConfiguration": "deployment_configuration",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
}


def remember(answer: Any, self: EC2ContainerServiceResponse) -> Any:
    for parameter, attribute in FORGOTTEN.items():
        if self._get_param(parameter) is not None:
            setattr(answer.result["service"], attribute, self._get_param(parameter))
    return answer


def install_ecs() -> None:
    for method in ("create_service", "update_service"):
        after(EC2ContainerServiceResponse, method, remember)


# Security groups: moto loses a rule's description, unless the rule has an address range.
def keep_sides(_: None, self: SecurityGroupRule, *arguments: Any, **_named: Any) -> None:
    self.sides = [
        each for each in arguments[5:8] if each
    ]  # Each is a range, a group, or a prefix list.


def install_security_groups() -> None:
    after(SecurityGroupRule, "__init__", keep_sides)
    SecurityGroupRule.description = property(
        lambda self: next(
            (each["Description"] for each in self.sides if "Description" in each), None
        )
    )


# S3's endpoint: moto deletes the routes to it, but makes none in tables that it gets later.
def route_to_endpoint(_: None, self: VPCBackend, *, vpc_id: str, **named: Any) -> None:
    endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
    prefix_list = endpoint.destination_prefix_list_id
    for table in named["remove_route_tables"]:
        if prefix_list and table in self.route_tables:
            self.delete_route(table, prefix_list)
    for table in named["add_route_tables"]:
        if prefix_list:
            self.create_route(
                table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list
            )


def install_endpoints() -> None:
    after(VPCBackend, "modify_vpc_endpoint", route_to_endpoint)


# Application Auto Scaling: the provider reads tags, which moto does not have.
scaling_tags: dict[str, dict[str, str]] = {}


def keep_tags(answer: str, self: ApplicationAutoScalingResponse) -> str:
    scaling_tags.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(
        self._get_param("Tags") or {}
    )
    return answer


def install_scaling() -> None:
    after(ApplicationAutoScalingResponse, "register_scalable_target", keep_tags)
    ApplicationAutoScalingResponse.list_tags_for_resource = lambda self: json.dumps(
        {"Tags": scaling_tags.get(self._get_param("ResourceARN"), {})}
    )


# CloudWatch Logs: without its class the provider would replace each log group. In moto a group
# cannot change its key, either.
def set_key(self: LogsResponse) -> str:
    self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = self._get_param(
        "kmsKeyId"
    )
    return "{}"


def install_logs() -> None:
    LogsResponse.associate_kms_key = LogsResponse.disassociate_kms_key = set_key
    after(
        LogGroup, "to_describe_dict", lambda answer, _self: answer | {"logGroupClass": "STANDARD"}
    )


# EventBridge's schemas: moto does not have them. Registries and schemas are kept unchanged.
schemas: dict[tuple[str, str | None], dict[str, Any]] = {}


def schemas_answer(method: str, path: str, body: bytes, region: str) -> tuple[int, dict[str, Any]]:
    if path.startswith("/tags/"):
        arn = unquote(path.removeprefix("/tags/"))
        found = [
            each
            for each in schemas.values()
            if each.get("SchemaArn", each.get("RegistryArn")) == arn
        ]
        return (
            (200, {"tags": found[0].get("tags", {})})
            if found
            else (404, {"Code": "NotFoundException", "Message": arn})
        )
    match = re.fullmatch(
        r"/v1/registries/name/([^/]+)(?:/schemas/name/([^/]+))?(?:/version/.*)?", path
    )
    if not match:
        return 400, {"Code": "BadRequestException", "Message": f"{method} {path}"}
    registry, schema = match.groups()
    key, given = (registry, schema), json.loads(body or b"{}")
    if method == "POST" and key in schemas:
        return 409, {"Code": "ConflictException", "Message": f"{path} exists"}
    if method == "POST" and schema and (registry, None) in schemas:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        schemas[key] = given | {
            "SchemaArn": f"arn:aws:schemas:{region}:{ACCOUNT}:schema/{registry}/{schema}",
            "SchemaName": schema,
            "SchemaVersion": "1",
            "LastModified": now,
            "VersionCreatedDate": now,
        }
    elif method == "POST" and not schema:
        schemas[key] = given | {
            "RegistryArn": f"arn:aws:schemas:{region}:{ACCOUNT}:registry/{registry}",
            "RegistryName": registry,
        }
    if key not in schemas:
        return 404, {"Code": "NotFoundException", "Message": f"{path} does not exist"}
    if method == "PUT":
        schemas[key] |= {
            name: given[name] for name in ("Content", "Description", "Type") if name in given
        }
    return 200, schemas.pop(key) if method == "DELETE" else schemas[key]


moto = DomainDispatcherApplication(create_backend_app)


def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    scope = re.search(
        r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", "")
    )
    if scope and scope[2] == "schemas":
        status, content = schemas_answer(
            environ["REQUEST_METHOD"],
            environ["REQUEST_URI"].split("?")[0],
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
            scope[1],
        )
        start(
            f"{status} -",
            [("Content-Type", "application/json"), ("x-amzn-ErrorType", content.get("Code", ""))],
        )
        return [json.dumps(content).encode()]
    # The provider repeats a 500 for many minutes, but an unknown call should fail at once.
    try:
        return list(moto(environ, start))
    except Exception as error:  # pylint: disable=broad-exception-caught
        target = environ.get("HTTP_X_AMZ_TARGET", scope and scope[2])
        what = f"{target} {environ['REQUEST_METHOD']} {environ['PATH_INFO']}: {error!r}"
        print(what, file=sys.stderr, flush=True)
        start(
            "400 Bad Request",
            [("Content-Type", "application/json"), ("x-amzn-ErrorType", "NotEmulated")],
        )
        return [json.dumps({"__type": "NotEmulated", "message": what}).encode()]


def main() -> None:
    for install in (
        install_kafka,
        install_lambda,
        install_ecs,
        install_security_groups,
        install_endpoints,
        install_scaling,
        install_logs,
        shim_ipam.install,
    ):
        install()
    server = make_server("127.0.0.1", int(sys.argv[1]), answer, threaded=True)
    os.environ["MOTO_PORT"] = str(server.port)
    print(server.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
