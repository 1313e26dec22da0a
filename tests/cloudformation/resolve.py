"""Resolves the conditions and functions of a CloudFormation template for given parameters.

It knows only the functions that our template uses, and does not ask AWS: a GetAtt returns the ARN
that AWS would make from the resource's name.
"""

import re
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

REGION, ACCOUNT = "us-east-1", "123456789012"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}
NO_VALUE = object()

ARN = {
    "AWS::Lambda::Function": ("lambda", "function:", "FunctionName"),
    "AWS::Logs::LogGroup": ("logs", "log-group:", "LogGroupName"),
    "AWS::SQS::Queue": ("sqs", "", "QueueName"),
}


class Stack:
    def __init__(self, template: Path, **parameters: str) -> None:
        self.template = cfn_yaml.load(str(template))
        declared = self.template["Parameters"]
        unknown = parameters.keys() - declared.keys()
        assert not unknown, f"the template has no parameters {unknown}"
        values = {
            name: parameters.get(name, declaration.get("Default"))
            for name, declaration in declared.items()
        }
        missing = [name for name, value in values.items() if value is None]
        assert not missing, f"these parameters need a value: {missing}"
        self.parameters = values

    def resources(self) -> dict[str, dict[str, Any]]:
        """Returns the properties of the resources that are made."""
        return {
            name: self.value(resource.get("Properties", {}))
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self.condition(resource["Condition"])
        }

    def condition(self, name: str) -> bool:
        return self.value(self.template["Conditions"][name])

    def value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function == "Ref":
                return self.reference(argument)
            if function == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if function.startswith("Fn::"):
                return self.call(function, argument)
        pairs = ((key, self.value(value)) for key, value in node.items())
        return {str(key): value for key, value in pairs if value is not NO_VALUE}

    def reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in PSEUDO:
            return PSEUDO[name]
        return self.parameters.get(name, f"<{name}>")

    def call(self, function: str, argument: Any) -> Any:
        if function == "Fn::If":
            return self.value(argument[1] if self.condition(argument[0]) else argument[2])
        if function == "Fn::Not":
            return not self.value(argument[0])
        if function == "Fn::And":
            return all(map(self.value, argument))
        if function == "Fn::Or":
            return any(map(self.value, argument))
        if function == "Fn::Equals":
            # CloudFormation compares texts.
            return str(self.value(argument[0])) == str(self.value(argument[1]))
        if function == "Fn::Join":
            return argument[0].join(self.value(argument[1]))
        if function == "Fn::Split":
            return self.value(argument[1]).split(argument[0])
        if function == "Fn::Select":
            return self.value(argument[1])[argument[0]]
        if function == "Fn::GetAtt":
            return self.attribute(*argument)
        if function == "Fn::Sub":
            text, names = argument if isinstance(argument, list) else (argument, {})
            return re.sub(
                r"\$\{([^}]+)\}",
                lambda found: str(
                    self.value(names[found[1]]) if found[1] in names else self.reference(found[1])
                ),
                text,
            )
        raise NotImplementedError(function)

    def attribute(self, name: str, attribute: str) -> str:
        resource = self.template["Resources"][name]
        if attribute != "Arn" or resource["Type"] not in ARN:
            return f"<{name}.{attribute}>"
        service, kind, name_property = ARN[resource["Type"]]
        name = self.value(resource["Properties"][name_property])
        arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}{name}"
        # A log group's ARN covers its streams (AWS::Logs::LogGroup, return values).
        return f"{arn}:*" if service == "logs" else arn
