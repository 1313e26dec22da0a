"""Asks the deployed API for its health and for the service's examples."""

from __future__ import annotations

from penstock_deploy.commands import CommandFailed, Commands, Failure, say
from penstock_deploy.service import Service
from penstock_deploy.terraform import Terraform

# Each request begins like this.
REQUEST = ("curl", "--silent", "--show-error", "--max-time", "10")
# The name of a new load balancer is not known everywhere at once.
RETRY = (
    *("--retry", "30", "--retry-delay", "10"),
    *("--retry-max-time", "300", "--retry-all-errors"),
)


def with_base_path(target: str, base_path: str, healthcheck: str) -> str:
    """Returns the target behind the contract's base path, unless it has it, or has none.

    The health check is where service.env says, whatever the contract says.
    """
    path = target.partition("?")[0]
    if path in (healthcheck, base_path) or path.startswith(f"{base_path or '/'}/"):
        return target
    return base_path + target


def try_urls(commands: Commands, service: Service, stack: Terraform) -> None:
    """Waits for the API's health, 5 minutes at most, and shows its answers to the examples.

    Raises Failure if the health check does not answer 200. An example may answer anything.
    """
    url = stack.output("https://LOAD_BALANCER", "url")
    request: tuple[str, ...] = REQUEST
    if url.startswith("https:"):
        request = (*request, "--insecure")
        say("# --insecure: the certificate is not for the load balancer's own name.")
    health = url + stack.output(service.healthcheck, "health_check_path")
    base_path = stack.output("", "base_path")
    try:
        commands.run(*request, "--fail", *RETRY, health)
    except CommandFailed:
        raise Failure(
            f"{health} does not answer 200. "
            "docs/deploy.md#alarm-api-no-healthy-task tells where to look."
        ) from None
    for example in service.examples:
        target = with_base_path(example, base_path, service.healthcheck)
        commands.run(*request, "--write-out", r"%{http_code}\n", f"{url}{target}")
    say(f"It runs: {url}/")
