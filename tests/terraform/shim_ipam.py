"""Adds the calls of Terraform's provider to Amazon VPC IP Address Manager to moto.

Its answers do not prove that AWS would accept the pool, its locale or the range. They do not prove
either that a real IPAM has released an allocation when Terraform looks: AWS takes up to 20 minutes
after the VPC is gone.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response
from moto.ec2.responses.vpcs import VPCs
from moto.moto_api._internal import mock_random

ipams: dict[str, dict[str, Any]] = {}
pools: dict[str, dict[str, Any]] = {}
cidrs: dict[str, dict[str, str]] = {}  # The keys are pools, each of which has one range.
allocations: dict[str, dict[str, str]] = {}  # The keys are VPCs.


def new_id(prefix: str) -> str:
    return f"{prefix}-{mock_random.get_random_hex(17)}"


def known(things: dict[str, dict[str, Any]], wanted: list[str], code: str) -> list[dict[str, Any]]:
    for name in wanted:
        if name not in things:
            raise EC2ClientError(code, f"{name} does not exist")
    return [thing for name, thing in things.items() if not wanted or name in wanted]


class Ipam(EC2Response):
    """Answers the actions. moto finds the methods by the names of the actions."""

    def _tags(self) -> list[dict[str, str]]:
        return [
            tag
            for specification in self._get_param("TagSpecifications", [])
            for tag in specification["Tags"]
        ]

    def create_ipam(self) -> ActionResult:
        name = new_id("ipam")
        ipams[name] = {
            "IpamId": name,
            "IpamArn": f"arn:aws:ec2::{self.current_account}:ipam/{name}",
            "IpamRegion": self.region,
            "OwnerId": self.current_account,
            "State": "create-complete",
            "ScopeCount": 2,
            "Tier": self._get_param("Tier", "advanced"),
            "Description": self._get_param("Description", ""),
            "PublicDefaultScopeId": new_id("ipam-scope"),
            "PrivateDefaultScopeId": new_id("ipam-scope"),
            "OperatingRegions": self._get_param("OperatingRegions", []),
            "Tags": self._tags(),
        }
        return ActionResult({"Ipam": ipams[name]})

    def describe_ipams(self) -> ActionResult:
        return ActionResult(
            {"Ipams": known(ipams, self._get_param("IpamIds", []), "InvalidIpamId.NotFound")}
        )

    def delete_ipam(self) -> ActionResult:
        return ActionResult(
            {"Ipam": ipams.pop(self._get_param("IpamId")) | {"State": "delete-complete"}}
        )

    def describe_ipam_scopes(self) -> ActionResult:
        wanted = self._get_param("IpamScopeIds", [])
        prefix = f"arn:aws:ec2::{self.current_account}:ipam-scope/"
        scopes = [
            {
                "IpamScopeId": ipam[f"{kind}DefaultScopeId"],
                "IpamArn": ipam["IpamArn"],
                "IsDefault": True,
                "IpamScopeArn": prefix + ipam[f"{kind}DefaultScopeId"],
                "IpamScopeType": kind.lower(),
                "State": "create-complete",
            }
            for ipam in ipams.values()
            for kind in ("Public", "Private")
        ]
        return ActionResult(
            {
                "IpamScopes": [
                    scope for scope in scopes if not wanted or scope["IpamScopeId"] in wanted
                ]
            }
        )

    def create_ipam_pool(self) -> ActionResult:
        name, scope = new_id("ipam-pool"), self._get_param("IpamScopeId")
        pools[name] = {
            "IpamPoolId": name,
            "IpamPoolArn": f"arn:aws:ec2::{self.current_account}:ipam-pool/{name}",
            "PoolDepth": 1,
            "IpamScopeArn": f"arn:aws:ec2::{self.current_account}:ipam-scope/{scope}",
            "IpamScopeType": "private",
            "IpamRegion": self.region,
            "OwnerId": self.current_account,
            "Locale": self._get_param("Locale", "None"),
            "AddressFamily": self._get_param("AddressFamily"),
            "State": "create-complete",
            "AutoImport": self._get_param("AutoImport", False),
            "Description": self._get_param("Description", ""),
            "Tags": self._tags(),
        }
        for optional in (
            "AllocationMinNetmaskLength",
            "AllocationMaxNetmaskLength",
            "AllocationDefaultNetmaskLength",
        ):
            if self._get_param(optional) is not None:
                pools[name][optional] = self._get_param(optional)
        return ActionResult({"IpamPool": pools[name]})

    def describe_ipam_pools(self) -> ActionResult:
        return ActionResult(
            {
                "IpamPools": known(
                    pools, self._get_param("IpamPoolIds", []), "InvalidIpamPoolId.NotFound"
                )
            }
        )

    def delete_ipam_pool(self) -> ActionResult:
        return ActionResult(
            {"IpamPool": pools.pop(self._get_param("IpamPoolId")) | {"State": "delete-complete"}}
        )

    def provision_ipam_pool_cidr(self) -> ActionResult:
        cidr = self._get_param("Cidr")
        cidrs[self._get_param("IpamPoolId")] = {
            "Cidr": cidr,
            "State": "provisioned",
            "IpamPoolCidrId": new_id("ipam-pool-cidr"),
            "NetmaskLength": cidr.split("/")[1],
        }
        return ActionResult({"IpamPoolCidr": cidrs[self._get_param("IpamPoolId")]})

    def get_ipam_pool_cidrs(self) -> ActionResult:
        pool = self._get_param("IpamPoolId")
        return ActionResult({"IpamPoolCidrs": [cidrs[pool]] if pool in cidrs else []})

    def deprovision_ipam_pool_cidr(self) -> ActionResult:
        pool = self._get_param("IpamPoolId")
        if pool in {allocation["Pool"] for allocation in allocations.values()}:
            raise EC2ClientError("IncorrectState", "the range has allocations")
        return ActionResult({"IpamPoolCidr": cidrs.pop(pool) | {"State": "deprovisioned"}})

    def get_ipam_pool_allocations(self) -> ActionResult:
        pool = self._get_param("IpamPoolId")
        known(pools, [pool], "InvalidIpamPoolId.NotFound")
        return ActionResult(
            {"IpamPoolAllocations": [each for each in allocations.values() if each["Pool"] == pool]}
        )


create_vpc, delete_vpc = VPCs.create_vpc, VPCs.delete_vpc


def create_vpc_of_pool(self: EC2Response) -> ActionResult:
    """Makes a VPC of the pool. moto needs a range, so it gets the pool's first one."""
    pool = self._get_param("Ipv4IpamPoolId")
    if not pool:
        return create_vpc(self)
    if pool not in cidrs:
        raise EC2ClientError("InvalidParameterValue", f"{pool} has no range yet")
    cidr = f"{cidrs[pool]['Cidr'].split('/')[0]}/{self._get_param('Ipv4NetmaskLength')}"
    self.params["CidrBlock"] = cidr
    result = create_vpc(self)
    vpc = result.result["Vpc"].id
    allocations[vpc] = {
        "Pool": pool,
        "Cidr": cidr,
        "IpamPoolAllocationId": new_id("ipam-pool-alloc"),
        "ResourceId": vpc,
        "ResourceType": "vpc",
        "ResourceOwner": self.current_account,
        "ResourceRegion": self.region,
    }
    return result


def delete_vpc_and_allocation(self: EC2Response) -> ActionResult:
    result = delete_vpc(self)
    allocations.pop(self._get_param("VpcId"), None)
    return result


def install() -> None:
    for name, method in vars(Ipam).items():
        if not name.startswith("__"):
            setattr(EC2Response, name, method)
    VPCs.create_vpc, VPCs.delete_vpc = create_vpc_of_pool, delete_vpc_and_allocation
