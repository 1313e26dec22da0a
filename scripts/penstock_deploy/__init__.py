"""Deploys the service on AWS, and destroys it: `./penstock deploy` and `./penstock destroy`.

    python3 -m penstock_deploy deploy|destroy [OPTION…] [-- ARGUMENT…]     with PYTHONPATH=scripts

The data, each made once and never changed:
- `Options` (options.py) holds the command line.
- `Service` (service.py) holds the names in the service's service.env.
- `Commands` (commands.py) runs programs in the service's folder, or for the example in Penstock's.
  It shows each one first; with --dry-run it only shows them. Every other module asks AWS, Terraform
  and Docker through it.
- `Terraform` (terraform.py) is one root: the stack in terraform/, or terraform/registry. roots.py
  puts copies of both into the folder of a service that is not the example.
- `Variables` (variables.py) holds the values of the stack's variables, read from a plan.
- `Image` (image.py) names the API's image in the registry of images.

verbs.py has the two verbs as a list of steps. Each step looks at what exists already, so a run
continues where an earlier one stopped. A step that cannot go on raises `Failure` (commands.py),
whose text __main__.py prints.

The package needs the standard library alone. It runs on Python 3.9, which is the python3 of Amazon
Linux 2023 and so of CloudShell; Debian 12 has 3.11.
"""
