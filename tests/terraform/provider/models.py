"""Reads what a version of Terraform's AWS provider has from the typed models of CDK Terrain.

The package has a folder for each resource (`lb`) and data source (`data_aws_vpc`), with a Python
module that CDK Terrain made from the provider's own schema. The modules are parsed, not imported:
they would need Node.js.
"""

import ast
import functools
import re
import zipfile
from pathlib import Path

PACKAGE = "cdktn_provider_aws"
# Terraform itself has these, in every resource.
META_ARGUMENTS = {"count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"}


class Model:
    """One resource or data source of the provider."""

    def __init__(self, source: str, tf_type: str) -> None:
        version = re.search(r"providers/hashicorp/aws/([\d.]+)/docs", source)
        assert version, f"the model of {tf_type} does not name the provider's version"
        self.version = version[1]
        self.classes = {
            node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)
        }
        # The class of the resource derives from TerraformResource or TerraformDataSource.
        [self.name] = [
            name
            for name, node in self.classes.items()
            if any(ast.unparse(base).endswith(("Resource", "DataSource")) for base in node.bases)
        ]

    def arguments(self, block: str | None = None) -> dict[str, str | None]:
        """Returns the arguments of BLOCK or the resource: to each its class if it is a block."""
        init = next(
            node
            for node in self.classes[block or self.name].body
            if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        )
        return {
            argument.arg.removesuffix("_"): self.class_in(ast.unparse(argument.annotation))
            for argument in init.args.kwonlyargs
            if argument.annotation
        }

    def class_in(self, annotation: str) -> str | None:
        found = [each for each in re.findall(r"'(\w+)'", annotation) if each in self.classes]
        return found[0] if found else None

    def attributes(self) -> set[str]:
        """Returns what a reference to the resource can name."""
        return {
            node.name
            for node in self.classes[self.name].body
            if isinstance(node, ast.FunctionDef)
            and any(ast.unparse(each) == "builtins.property" for each in node.decorator_list)
        }


class Models:
    def __init__(self, wheel: Path) -> None:
        self.wheel = zipfile.ZipFile(wheel)
        self.names = set(self.wheel.namelist())

    @functools.cache  # noqa: B019 (there is one instance, which lives as long as the tests)
    def get(self, kind: str, tf_type: str) -> Model | None:
        """Returns the model of the resource or data source TF_TYPE, or None if there is none.

        KIND is `resource` or `data`.
        """
        folder = tf_type.removeprefix("aws_") if kind == "resource" else f"data_{tf_type}"
        name = f"{PACKAGE}/{folder}/__init__.py"
        if name not in self.names:
            return None
        return Model(self.wheel.read(name).decode(), tf_type)
