"""Checks the load balancer, and the tasks behind it.

moto does not run tasks, so this does not test that they start and are healthy.
"""

import json
import unittest

from stack import (
    ACCESS_LOGS,
    API,
    AUTHENTICATION,
    EXEC,
    HEALTHCHECK,
    HTTPS,
    KAFKA,
    LISTENER,
    ON_DEMAND_BASE,
    PREFIX,
    REGION,
    SECRETS,
    SERVICE,
    TASKS,
    client,
    container,
    ecs_service,
    environment,
    every,
    group,
    kafka_cluster,
    load_balancer,
    only,
    outputs,
    subnets,
    target_group,
    task_definition,
    vpc,
)


class Registry(unittest.TestCase):
    def test_images_stay_what_they_are(self) -> None:
        repository = only(every("ecr", "describe_repositories", "repositories"))
        self.assertEqual(
            (
                repository["repositoryName"],
                repository["imageTagMutability"],
                repository["imageScanningConfiguration"],
            ),
            (API, "IMMUTABLE", {"scanOnPush": True}),
        )
        client("ecr").get_lifecycle_policy(repositoryName=API)  # It raises if there is no policy.
        self.assertEqual(repository["repositoryUri"], outputs()["hello_api_aws_ecr_repository_url"])


class LoadBalancer(unittest.TestCase):
    maxDiff = None

    def test_it_is_public_and_strict(self) -> None:
        balancer, attributes = load_balancer()
        self.assertNotEqual(balancer.get("Scheme"), "internal")
        self.assertEqual(
            (balancer["Type"], balancer["SecurityGroups"]),
            ("application", [group("load_balancer")]),
        )
        self.assertEqual(
            sorted(each["SubnetId"] for each in balancer["AvailabilityZones"]), subnets("public")
        )
        wanted = {
            "idle_timeout.timeout_seconds": "10",
            "routing.http.drop_invalid_header_fields.enabled": "true",
            "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "true",
            "routing.http.desync_mitigation_mode": "defensive",
            "access_logs.s3.enabled": str(ACCESS_LOGS).lower(),
        }
        self.assertEqual({key: attributes.get(key) for key in wanted}, wanted)
        self.assertIn(balancer["DNSName"], outputs()["hello_api_load_balander_domain_name"])
        self.assertEqual(
            outputs()["hello_api_load_balander_domain_name"],
            outputs()["hello_api_load_balancer_domain_name"],
        )

    def test_http_is_redirected_if_there_is_https(self) -> None:
        listeners = {
            each["Port"]: each
            for each in every(
                "elbv2",
                "describe_listeners",
                "Listeners",
                LoadBalancerArn=load_balancer()[0]["LoadBalancerArn"],
            )
        }
        self.assertEqual(set(listeners), {80, 443} if HTTPS else {80})
        action = only(listeners[80]["DefaultActions"])
        self.assertEqual(listeners[80]["Protocol"], "HTTP")
        if not HTTPS:
            self.assertEqual(
                (action["Type"], action["TargetGroupArn"]),
                ("forward", target_group()[0]["TargetGroupArn"]),
            )
            return
        redirect = action["RedirectConfig"]
        self.assertEqual(
            (action["Type"], redirect["Protocol"], redirect["Port"], redirect["StatusCode"]),
            ("redirect", "HTTPS", "443", "HTTP_301"),
        )
        action = listeners[443]["DefaultActions"][-1]
        self.assertEqual(len(listeners[443]["DefaultActions"]), 2 if LISTENER else 1)
        self.assertEqual(
            (
                listeners[443]["Protocol"],
                listeners[443]["SslPolicy"],
                action["Type"],
                action["TargetGroupArn"],
            ),
            (
                "HTTPS",
                "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
                "forward",
                target_group()[0]["TargetGroupArn"],
            ),
        )
        certificate = only(every("acm", "list_certificates", "CertificateSummaryList"))[
            "CertificateArn"
        ]
        self.assertEqual(
            [each["CertificateArn"] for each in listeners[443]["Certificates"]], [certificate]
        )

    def test_people_sign_in_at_the_load_balancer(self) -> None:
        if not LISTENER:
            return
        listener = only(
            [
                each
                for each in every(
                    "elbv2",
                    "describe_listeners",
                    "Listeners",
                    LoadBalancerArn=load_balancer()[0]["LoadBalancerArn"],
                )
                if each["Port"] == 443
            ]
        )
        first = listener["DefaultActions"][0]
        self.assertEqual((first["Type"], first["Order"]), ("authenticate-oidc", 1))
        wanted = {
            "Issuer": LISTENER["oidc"]["issuer"],
            "AuthorizationEndpoint": LISTENER["oidc"]["authorization_endpoint"],
            "TokenEndpoint": LISTENER["oidc"]["token_endpoint"],
            "UserInfoEndpoint": LISTENER["oidc"]["user_info_endpoint"],
            "ClientId": "orders",  # tests/terraform/run made the secret.
            "OnUnauthenticatedRequest": "authenticate",
        }
        found = first["AuthenticateOidcConfig"]
        self.assertEqual({key: found.get(key) for key in wanted}, wanted)

    def test_targets(self) -> None:
        found, attributes = target_group()
        self.assertEqual(
            (
                found["TargetType"],
                found["Protocol"],
                found["Port"],
                found["VpcId"],
                found["Matcher"],
            ),
            ("ip", "HTTP", 8000, vpc()["VpcId"], {"HttpCode": "200"}),
        )
        self.assertEqual(
            (found["HealthCheckPath"], found["HealthCheckIntervalSeconds"]), (HEALTHCHECK, 30)
        )
        self.assertLessEqual(int(attributes["deregistration_delay.timeout_seconds"]), 20)

    def test_access_logs(self) -> None:
        buckets = [each for each in every("s3", "list_buckets", "Buckets") if "log" in each["Name"]]
        self.assertEqual(len(buckets), int(ACCESS_LOGS))
        for bucket in buckets:
            block = client("s3").get_public_access_block(Bucket=bucket["Name"])[
                "PublicAccessBlockConfiguration"
            ]
            self.assertEqual(set(block.values()), {True})
            self.assertEqual(load_balancer()[1]["access_logs.s3.bucket"], bucket["Name"])


class Tasks(unittest.TestCase):
    maxDiff = None

    def test_task_definition(self) -> None:
        task = task_definition()
        self.assertEqual(
            (
                task["cpu"],
                task["memory"],
                task["networkMode"],
                task["requiresCompatibilities"],
                task["runtimePlatform"],
            ),
            (
                "512",
                "1024",
                "awsvpc",
                ["FARGATE"],
                {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
            ),
        )
        found = container()
        self.assertEqual(
            (
                found["name"],
                found["user"],
                found["readonlyRootFilesystem"],
                found["stopTimeout"],
                found["essential"],
            ),
            (API, "1011:1011", True, 60, True),
        )
        self.assertFalse(found.get("privileged", False))
        self.assertEqual(
            [(each["containerPort"], each["protocol"]) for each in found["portMappings"]],
            [(8000, "tcp")],
        )
        self.assertEqual(
            (found["healthCheck"]["command"], found["healthCheck"]["interval"]),
            (["CMD", "/api", "healthcheck"], 5),
        )
        self.assertEqual(
            {
                key: found["logConfiguration"]["options"][key]
                for key in ("awslogs-group", "awslogs-region")
            },
            {"awslogs-group": f"/{SERVICE}/{API}_web_log", "awslogs-region": REGION},
        )
        registry = every("ecr", "describe_repositories", "repositories")
        self.assertEqual(
            found["image"], f"{only(registry)['repositoryUri']}:1.0.0{'-debug' if EXEC else ''}"
        )

    def test_the_shell_of_ecs_exec_has_places_to_write(self) -> None:
        paths = {"/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm"} if EXEC else set()
        mounts = container().get("mountPoints", [])
        self.assertEqual({each["containerPath"] for each in mounts}, paths)
        self.assertEqual(
            {each["sourceVolume"] for each in mounts},
            {each["name"] for each in task_definition().get("volumes", [])},
        )
        self.assertFalse([each for each in mounts if each.get("readOnly")])
        self.assertEqual(
            container()["linuxParameters"]["capabilities"]["drop"], [] if EXEC else ["ALL"]
        )
        self.assertEqual(ecs_service().get("enableExecuteCommand", False), EXEC)

    def test_kafka_is_known_by_its_brokers(self) -> None:
        bootstrap = environment().get(f"{PREFIX}AWS_MSK_CLUSTER_BOOTSTRAP", "")
        brokers = (
            client("kafka").get_bootstrap_brokers(ClusterArn=kafka_cluster()["ClusterArn"])
            if KAFKA
            else {}
        )
        self.assertEqual(bootstrap, brokers.get("BootstrapBrokerStringSaslIam", ""))

    def test_service(self) -> None:
        service = ecs_service()
        network = service["networkConfiguration"]["awsvpcConfiguration"]
        self.assertEqual(
            (sorted(network["subnets"]), network["securityGroups"], network["assignPublicIp"]),
            (subnets("private"), [group("api")], "DISABLED"),
        )
        self.assertEqual(
            [
                (each["targetGroupArn"], each["containerName"], each["containerPort"])
                for each in service["loadBalancers"]
            ],
            [(target_group()[0]["TargetGroupArn"], API, 8000)],
        )
        self.assertEqual(service["availabilityZoneRebalancing"], "ENABLED")
        strategy = {each["capacityProvider"]: each for each in service["capacityProviderStrategy"]}
        self.assertEqual(set(strategy), {"FARGATE", "FARGATE_SPOT"})
        self.assertEqual(strategy["FARGATE"]["base"], ON_DEMAND_BASE)
        self.assertEqual(
            service["deploymentConfiguration"]["deploymentCircuitBreaker"],
            {"enable": True, "rollback": True},
        )

    def test_secrets(self) -> None:
        self.assertEqual(
            {each["name"]: each["valueFrom"] for each in container().get("secrets", [])}, SECRETS
        )

    def test_the_document_of_authentication(self) -> None:
        name = f"{PREFIX}AUTHENTICATION"
        document = AUTHENTICATION or {"schemes": {}}
        schemes = document["schemes"]
        if LISTENER:
            schemes = schemes | {
                LISTENER["scheme"]: schemes[LISTENER["scheme"]]
                | {
                    "issuer": LISTENER["oidc"]["issuer"],
                    "verified_by": "alb_oidc",
                    "signer": load_balancer()[0]["LoadBalancerArn"],
                }
            }
        self.assertEqual(
            json.loads(environment()[name]),
            document
            | {
                "trusted_proxies": [f"10.11.{number}.0/24" for number in range(3)],
                "schemes": schemes,
            },
        )

    def test_autoscaling(self) -> None:
        target = only(
            every(
                "application-autoscaling",
                "describe_scalable_targets",
                "ScalableTargets",
                ServiceNamespace="ecs",
            )
        )
        self.assertEqual(target["MinCapacity"], TASKS)
        self.assertTrue(
            target["MaxCapacity"] > TASKS if TASKS else target["MaxCapacity"] == 0,
            target["MaxCapacity"],
        )
        policies = every(
            "application-autoscaling",
            "describe_scaling_policies",
            "ScalingPolicies",
            ServiceNamespace="ecs",
        )
        metrics = {
            each["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
                "PredefinedMetricType"
            ]
            for each in policies
        }
        self.assertEqual(metrics, {"ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"})


if __name__ == "__main__":
    unittest.main()
