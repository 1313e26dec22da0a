"""Runs auth: what a request with a bearer token costs, beside a Go program with the same duty."""

import argparse
import json

from lab import REPOSITORY, Lab
from processes import free_ports
from report import say
from speed import side_by_side

ISSUER = "https://issuer.example"
AUDIENCE = "hello"
ALGORITHMS = ("RS256", "ES256", "EdDSA")
# More than the API remembers (auth::TokenCache), so that each of them is new when its turn comes.
TOKENS = 30_000
CONNECTIONS = (64,)
# wrk calls init() once, when it knows the Host header, and request() for each request. The tokens
# take turns.
WRK_SCRIPT = """
local requests, turn = {}, 0
init = function()
  for line in io.lines("%s") do
    local headers = {["Host"] = wrk.headers["Host"], ["Authorization"] = "Bearer " .. line}
    requests[#requests + 1] = wrk.format("GET", "/hello", headers)
    if #requests == %d then break end
  end
end
request = function()
  turn = turn %% #requests + 1
  return requests[turn]
end
"""


def secured_contract(lab: Lab) -> str:
    """Writes hello's contract, in which /hello needs a token with the scope "hello"."""
    text = (REPOSITORY / "hello" / "hello_api.openapi.yaml").read_text()
    operation = "      operationId: hello_get\n"
    schemes = (
        "  securitySchemes:\n"
        f"    login: {{type: openIdConnect, openIdConnectUrl: {ISSUER}/configuration}}\n"
    )
    if operation not in text or text.count("\ncomponents:\n") != 1:
        raise ValueError("the contract of hello does not look as this program expects")
    path = lab.folder / "secured.openapi.yaml"
    path.write_text(
        text.replace(operation, operation + "      security: [{login: [hello]}]\n").replace(
            "\ncomponents:\n", "\ncomponents:\n" + schemes
        )
    )
    return str(path)


def auth(lab: Lab, options: argparse.Namespace) -> None:
    say(f"making {TOKENS} tokens of each algorithm")
    maker = lab.go_program("tokens")
    lab.run([maker, "--folder", str(lab.folder), "--count", str(TOKENS)])
    keys = lab.folder / "keys.json"
    scheme = {"issuer": ISSUER, "audience": [AUDIENCE], "keys": {"file": str(keys)}}
    contract = secured_contract(lab)
    api = lab.api(
        quiet=True,
        contract=contract,
        settings={"AUTHENTICATION": json.dumps({"schemes": {"login": scheme}})},
    )
    (port,) = free_ports(1)
    peer = lab.start(
        "Go peer",
        [
            *(lab.go_program("go"), "--port", str(port), "--bootstrap", "127.0.0.1:9"),
            *("--keys", str(keys), "--issuer", ISSUER, "--audience", AUDIENCE),
        ],
        port,
    )
    # Without a token, both refuse.
    for server in (api, peer):
        server.wait_until(lambda server=server: server.get("/hello")[0] == 401)
    for algorithm in ALGORITHMS:
        for what, count in (("new for each request", TOKENS), ("the same", 1)):
            script = lab.folder / f"{algorithm}-{count}.lua"
            script.write_text(WRK_SCRIPT % (lab.folder / f"{algorithm}.txt", count))
            side_by_side(
                lab,
                f"auth: /hello with a token of {algorithm}, {what}",
                [api, peer],
                "/hello",
                CONNECTIONS,
                options,
                script=str(script),
            )
