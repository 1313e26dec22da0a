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


def try_urls(commands: Commands, service: Service, stack: Terraform) -> None:
    """Waits for the API's health, 5 minutes at most, and shows its answers to the examples.

    Raises Failure if the health check does not answer 200. An example may answer anything.
    """
    url = stack.output("https://LOAD_BALANCER", "hello_api_url")
    request: tuple[str, ...] = REQUEST
    if url.startswith("https:"):
        request = (*request, "--insecure")
        say("# --insecure: the certificate is not for the load balancer's own name.")
    health = url + stack.output("/healthcheck", "hello_api_health_check_path")
    try:
        commands.run(*request, "--fail", *RETRY, health)
    except CommandFailed:
        raise Failure(
            f"{health} does not answer 200. "
            "docs/deploy.md#alarm-api-no-healthy-task tells where to look."
        ) from None
    for path in service.examples:
        commands.run(*request, "--write-out", r"%{http_code}\n", f"{url}{path}")
    say(f"It runs: {url}/")
