"""Makes, finds and deletes the load balancer's certificate, for users without their own.

The certificate is self-signed. Terraform does not make it, since the private key would be in
Terraform's state. ACM keeps the only copy of the key, which is on this disk for the seconds of the
import.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from penstock_deploy.commands import CommandFailed, Commands, Failure
from penstock_deploy.service import Service

FOLDER = "build/certificate"
MADE_BY = "penstock-deploy"
PLACEHOLDER = "arn:aws:acm:REGION:ACCOUNT:certificate/ID"

# These are seconds. For some minutes ACM refuses to delete a certificate that a load balancer has
# used.
DELETE_DEADLINE = 300.0
DELETE_PAUSE = 10.0


def find_certificate(commands: Commands, domain: str, placeholder: str = "") -> str | None:
    """Returns the ARN of the certificate that an earlier deploy has made, or None.

    A certificate of this name without deploy's tag is somebody else's. With --dry-run the
    placeholder is found.
    """
    arns = commands.answer(
        placeholder,
        *("aws", "acm", "list-certificates", "--certificate-statuses", "ISSUED"),
        *("--output", "text"),
        *("--query", f"CertificateSummaryList[?DomainName=='{domain}'].CertificateArn"),
    )
    found = None
    for arn in arns.split():
        made_by = commands.answer(
            MADE_BY,
            *("aws", "acm", "list-tags-for-certificate", "--certificate-arn", arn),
            *("--query", "Tags[?Key=='made-by'].Value", "--output", "text"),
        )
        if made_by == MADE_BY:
            found = arn
    return found


def make_certificate(commands: Commands, service: Service) -> str:
    """Returns the ARN of the certificate of an earlier deploy, or makes and imports one.

    The folder with the key is deleted at once, also after a failure and after Ctrl-C.
    """
    folder = commands.root / FOLDER
    if not commands.dry_run and folder.exists():
        # An earlier run was killed.
        shutil.rmtree(folder)
    domain = service.certificate_domain
    found = find_certificate(commands, domain)
    if found:
        return found
    if not commands.dry_run:
        folder.parent.mkdir(exist_ok=True)
        folder.mkdir(mode=0o700)
    try:
        # Ten years, since nothing renews an imported certificate.
        # openssl gives the key mode 600.
        commands.run(
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"),
            *("-subj", f"/CN={domain}", "-addext", f"subjectAltName=DNS:{domain}"),
            *("-addext", "extendedKeyUsage=serverAuth"),
            *("-keyout", f"{FOLDER}/key.pem", "-out", f"{FOLDER}/certificate.pem"),
        )
        arn = commands.answer(
            PLACEHOLDER,
            *("aws", "acm", "import-certificate"),
            *("--certificate", f"fileb://{FOLDER}/certificate.pem"),
            *("--private-key", f"fileb://{FOLDER}/key.pem"),
            *("--tags", f"Key=made-by,Value={MADE_BY}", f"Key=service,Value={service.name}"),
            *("--query", "CertificateArn", "--output", "text"),
        )
        commands.run("rm", "--recursive", FOLDER)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return arn


def delete_certificate(
    commands: Commands,
    arn: str,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> None:
    """Deletes the certificate, trying for five minutes; raises Failure after that."""
    deadline = now() + DELETE_DEADLINE
    while True:
        try:
            commands.run("aws", "acm", "delete-certificate", "--certificate-arn", arn)
            return
        except CommandFailed:
            if now() >= deadline:
                raise Failure(
                    "AWS does not delete the certificate; its lines above say why. "
                    "./penstock destroy tries again."
                ) from None
        sleep(DELETE_PAUSE)
