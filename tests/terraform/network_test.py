"""Checks the security groups, and the routes out of the VPC.

moto does not route packets, so this does not prove that they arrive.
"""

import unittest

from stack import (
    EXEC,
    FLOW_LOGS,
    GATEWAYS,
    HTTPS,
    ISSUER_EGRESS,
    KAFKA,
    KEY,
    KEYS_AND_USERS,
    LISTENER,
    NAT,
    POLLERS,
    REGION,
    SECRETS,
    client,
    endpoints,
    every,
    group,
    groups,
    in_vpc,
    subnets,
    vpc,
)

# Each row has: from, to, TCP port, when.
FLOWS = [
    ("0.0.0.0/0", "load_balancer", 80, True),
    ("0.0.0.0/0", "load_balancer", 443, HTTPS),
    ("load_balancer", "api", 8000, True),
    ("load_balancer", "0.0.0.0/0", 443, bool(LISTENER)),
    ("api", "endpoints", 443, not NAT),
    ("api", "0.0.0.0/0", 443, NAT > 0 or ISSUER_EGRESS),
    ("api", "s3", 443, True),
    ("api", "kafka", 9098, KAFKA),
    ("consumer", "kafka", 9098, KAFKA),
    ("consumer", "endpoints", 443, KAFKA and not POLLERS),
    ("consumer", "s3", 443, KAFKA and bool(POLLERS)),
]
# A side that is not a security group needs no rule.
NO_GROUPS = ("0.0.0.0/0", "s3")


def name_of_other_side(rule: dict) -> str:
    if "ReferencedGroupInfo" in rule:
        return groups()[rule["ReferencedGroupInfo"]["GroupId"]]
    if prefix_list := rule.get("PrefixListId"):
        name = client("ec2").describe_managed_prefix_lists(PrefixListIds=[prefix_list])[
            "PrefixLists"
        ][0]["PrefixListName"]
        return name.removeprefix(f"com.amazonaws.{REGION}.")
    return rule.get("CidrIpv4") or rule["CidrIpv6"]


class Network(unittest.TestCase):
    maxDiff = None

    def test_security_groups_have_these_flows_and_no_others(self) -> None:
        found = sorted(
            (
                "egress" if rule["IsEgress"] else "ingress",
                groups()[rule["GroupId"]],
                name_of_other_side(rule),
                rule["IpProtocol"],
                rule["FromPort"],
                rule["ToPort"],
            )
            for rule in every(
                "ec2",
                "describe_security_group_rules",
                "SecurityGroupRules",
                Filters=[{"Name": "group-id", "Values": list(groups())}],
            )
        )
        wanted = [
            ("ingress", receiver, sender, "tcp", port, port)
            for sender, receiver, port, when in FLOWS
            if when and receiver not in NO_GROUPS
        ]
        wanted += [
            ("egress", sender, receiver, "tcp", port, port)
            for sender, receiver, port, when in FLOWS
            if when and sender not in NO_GROUPS
        ]
        self.assertEqual(found, sorted(wanted))
        self.assertEqual(
            set(groups().values()),
            {"default", "load_balancer", "api"}
            | ({"endpoints"} if not NAT else set())
            | ({"kafka", "consumer"} if KAFKA else set()),
        )

    def test_subnets_are_three_public_and_three_private_ones_without_public_addresses(self) -> None:
        self.assertEqual(vpc()["CidrBlock"], "10.11.0.0/21")
        found = in_vpc("describe_subnets", "Subnets")
        self.assertEqual(
            sorted(each["CidrBlock"] for each in found),
            [f"10.11.{number}.0/24" for number in range(6)],
        )
        self.assertFalse([each for each in found if each["MapPublicIpOnLaunch"]])
        for kind in ("public", "private"):
            zones = {
                each["AvailabilityZone"] for each in found if each["SubnetId"] in subnets(kind)
            }
            self.assertEqual((len(subnets(kind)), len(zones)), (3, 3), kind)

    def test_private_subnets_have_a_route_to_the_internet_by_nat_alone(self) -> None:
        gateways: dict[str, set[str]] = {}
        for table in in_vpc("describe_route_tables", "RouteTables"):
            out = {
                route.get("GatewayId") or route.get("NatGatewayId", "?")
                for route in table["Routes"]
                if route.get("DestinationCidrBlock") and route.get("GatewayId") != "local"
            }
            for association in table["Associations"]:
                gateways[association.get("SubnetId", "main")] = {each.split("-")[0] for each in out}
        self.assertEqual(
            gateways,
            {"main": set()}
            | {each: {"igw"} for each in subnets("public")}
            | {each: {"nat"} if GATEWAYS else set() for each in subnets("private")},
        )

    def test_nat_gateways_are_in_different_zones(self) -> None:
        gateways = [
            each
            for each in in_vpc("describe_nat_gateways", "NatGateways")
            if each["State"] != "deleted"
        ]
        zones = {each["SubnetId"] for each in gateways}
        self.assertEqual((len(gateways), len(zones)), (GATEWAYS, GATEWAYS))
        self.assertLessEqual(zones, set(subnets("public")))

    def test_endpoints(self) -> None:
        wanted: set[str] = set()
        if not NAT:
            wanted = (
                {"ecr.api", "ecr.dkr", "logs"}
                | ({"lambda", "sts", "sqs"} if KAFKA and not POLLERS else set())
                | ({"ssmmessages"} if EXEC else set())
                | ({"kms"} if EXEC and KEY else set())
                | {arn.split(":")[2] for arn in [*SECRETS.values(), *KEYS_AND_USERS]}
            )
        found = {
            each["ServiceName"].removeprefix(f"com.amazonaws.{REGION}."): each
            for each in endpoints()
        }
        self.assertEqual(set(found), wanted | {"s3"})
        for name in wanted:
            self.assertEqual(
                (
                    found[name]["VpcEndpointType"],
                    found[name]["PrivateDnsEnabled"],
                    sorted(found[name]["SubnetIds"]),
                ),
                ("Interface", True, subnets("private")),
                name,
            )
            self.assertEqual(
                [
                    each["GroupId"] if isinstance(each, dict) else each
                    for each in found[name]["Groups"]
                ],
                [group("endpoints")],
                name,
            )
        private_tables = {
            table["RouteTableId"]
            for table in in_vpc("describe_route_tables", "RouteTables")
            if any(each.get("SubnetId") in subnets("private") for each in table["Associations"])
        }
        self.assertEqual(
            (found["s3"]["VpcEndpointType"], set(found["s3"]["RouteTableIds"])),
            ("Gateway", private_tables),
        )

    def test_flow_logs(self) -> None:
        logs = every("ec2", "describe_flow_logs", "FlowLogs")
        self.assertEqual(
            [(each["ResourceId"], each["TrafficType"]) for each in logs],
            [(vpc()["VpcId"], "ALL")] if FLOW_LOGS else [],
        )


if __name__ == "__main__":
    unittest.main()
