"""Makes a CloudFormation template of a service's tables.

    python3 -m penstock_tables.cloudformation orders …/tables.json >orders.tables.json

The template is for teams that do not use Terraform. It makes the same tables as
terraform/modules/tables, and lets the roles that its parameters name use them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from penstock_tables.declaration import Table, TablesError, full_name, read_tables
from penstock_tables.requests import requests_for

READ = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]
WRITE = [
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
]


def template_of(service: str, tables: tuple[Table, ...]) -> dict[str, Any]:
    """Returns the template. TablesError: a name does not fit behind the usual prefix."""
    resources: dict[str, Any] = {}
    for table in tables:
        full_name(f"{service}-", table)
        resources[_resource_of(table)] = _table(table)
    for role in ("Api", "Function"):
        resources[f"{role}Policy"] = _policy(role, tables)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The tables of {service} in DynamoDB, as its tables.json declares them. "
        "`./penstock package` makes this template.",
        "Parameters": {
            "Prefix": {
                "Type": "String",
                "AllowedPattern": "^[A-Za-z0-9_.-]*$",
                "Default": f"{service}-",
                "Description": "Begins the tables' names. The programs need it as TABLES_PREFIX.",
            },
            **{
                f"{role}RoleName": {
                    "Type": "String",
                    "AllowedPattern": "^[A-Za-z0-9_+=,.@-]{0,64}$",
                    "Default": "",
                    "Description": f"Name of the role of the {what}, which may then read and "
                    "write the tables. Empty gives nobody more.",
                }
                for role, what in (("Api", "API's tasks"), ("Function", "function"))
            },
            "Protect": {
                "Type": "String",
                "AllowedValues": ["true", "false"],
                "Default": "true",
                "Description": "Whether DynamoDB refuses to delete a table. Set false, and deploy, "
                "before you delete one.",
            },
            "Restorable": {
                "Type": "String",
                "AllowedValues": ["true", "false"],
                "Default": "true",
                "Description": "Whether a table can be restored as it was at any second of the "
                "last 35 days, which is charged by its size.",
            },
        },
        "Conditions": {
            f"Has{role}": {"Fn::Not": [{"Fn::Equals": [{"Ref": f"{role}RoleName"}, ""]}]}
            for role in ("Api", "Function")
        },
        "Resources": resources,
        "Outputs": {
            "TablesPrefix": {
                "Description": "What the programs need as TABLES_PREFIX.",
                "Value": {"Ref": "Prefix"},
            }
        },
    }


def _resource_of(table: Table) -> str:
    """Returns the table's name in the template, which has letters and digits only."""
    # A declared name has small letters only, so a capital one can stand for `_`.
    return "Table" + table.name.replace("_", "U")


def _table(table: Table) -> dict[str, Any]:
    (_, request), *_rest = requests_for((table,), "x--")
    properties = {
        **request,
        "TableName": {"Fn::Sub": f"${{Prefix}}{table.name}"},
        "DeletionProtectionEnabled": {"Ref": "Protect"},
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": {"Ref": "Restorable"},
        },
    }
    if table.ttl:
        properties["TimeToLiveSpecification"] = {"AttributeName": table.ttl, "Enabled": True}
    return {
        "Type": "AWS::DynamoDB::Table",
        "Metadata": {
            "checkov": {
                "skip": [{"id": "CKV_AWS_119", "comment": "DynamoDB encrypts with its own key"}]
            }
        },
        # What is in a table outlives the stack.
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _policy(role: str, tables: tuple[Table, ...]) -> dict[str, Any]:
    arns = [{"Fn::GetAtt": [_resource_of(table), "Arn"]} for table in tables]
    indexes = [
        {"Fn::Sub": f"${{{_resource_of(table)}.Arn}}/index/{index.name}"}
        for table in tables
        for index in table.indexes
    ]
    statements: list[dict[str, Any]] = [
        {"Sid": "ReadTables", "Effect": "Allow", "Action": READ, "Resource": arns},
        {"Sid": "WriteTables", "Effect": "Allow", "Action": WRITE, "Resource": arns},
    ]
    if indexes:
        statements.append(
            {
                "Sid": "QueryIndexes",
                "Effect": "Allow",
                "Action": ["dynamodb:Query"],
                "Resource": indexes,
            }
        )
    return {
        "Type": "AWS::IAM::RolePolicy",
        "Condition": f"Has{role}",
        "Properties": {
            "PolicyName": "tables",
            "RoleName": {"Ref": f"{role}RoleName"},
            "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
        },
    }


def main(arguments: list[str]) -> int:
    """Prints the template; returns 2 if the declaration is wrong."""
    service, declaration = arguments
    try:
        template = template_of(service, read_tables(Path(declaration)))
    except TablesError as error:
        print(f"penstock: {error}", file=sys.stderr)
        return 2
    print(json.dumps(template, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
