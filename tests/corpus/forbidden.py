"""The kinds of problems that break a rule of the specification, with the place of the rule.

Another validator overlooks them. Objects are those of OpenAPI 3.0.4 and, with the same rule, 3.1.1.
"""

FORBIDDEN = {
    "operation-id-twice": "Operation Object, operationId: it MUST be unique",
}
