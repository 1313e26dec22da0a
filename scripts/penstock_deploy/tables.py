"""Checks the declared tables, and keeps their items from being deleted by mistake."""

from __future__ import annotations

from pathlib import Path

from penstock_tables.declaration import TablesError, full_name, read_tables

from penstock_deploy.commands import Commands, Failure, say
from penstock_deploy.service import Service
from penstock_deploy.terraform import Terraform

MODULE = "module.tables"
UNPROTECTED = "-var=tables_deletion_protection=false"


def check_tables(folder: Path, service: Service) -> None:
    """Raises Failure if the declaration in the service's folder is wrong."""
    if not service.tables:
        return
    try:
        for table in read_tables(folder / service.tables):
            full_name(f"{service.name}-", table)
    except TablesError as error:
        raise Failure(str(error)) from None


def unprotect_tables(
    commands: Commands, stack: Terraform, delete_tables: bool, arguments: tuple[str, ...]
) -> tuple[str, ...]:
    """Lets a destroy delete the tables, and returns what it must tell Terraform for that.

    Raises Failure if there are tables, and the user has not said that their items may be deleted.
    `arguments` are those of the destroy that follows.
    """
    if commands.dry_run or MODULE not in stack.state_list():
        return ()
    if not delete_tables:
        raise Failure(
            "The service has tables in DynamoDB, and this run would delete them with all their "
            "items. To do so, add --delete-tables. To keep them and destroy the rest, take them "
            "out of the state first: terraform state rm module.tables"
        )
    say("The tables will be deleted with all their items.")
    stack.change("apply", f"-target={MODULE}", *arguments, UNPROTECTED)
    return (UNPROTECTED,)
