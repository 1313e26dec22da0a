"""The kinds of problems that break a rule of the specification, with the place of the rule.

Another validator overlooks them. Objects are those of OpenAPI 3.0.4 and 3.1.1, unless a version is
named.
"""

FORBIDDEN = {
    "component-name": "Components Object: keys MUST match ^[a-zA-Z0-9\\.\\-_]+$",
    "items-missing": "Schema Object, items: it MUST be present beside array (3.0)",
    "link-to-nothing": "Link Object, operationId: the name of an existing operation",
    "media-type": "Response Object, content: the key is a media type or a range of them",
    "operation-id-twice": "Operation Object, operationId: it MUST be unique",
    "parameter-twice": "Operation Object, parameters: the list MUST NOT have duplicates",
    "path-clash": "Paths Object: identical templated paths MUST NOT exist",
    "path-parameter": "Path Templating: each expression MUST correspond to one path parameter",
    "path-parameter-optional": "Parameter Object, required: it MUST be true in a path",
    "path-without-slash": "Paths Object: a path MUST begin with a slash",
    "reference-to-nothing": "Reference Object, $ref: it identifies the value",
    "schema-or-content": "Parameter Object: it MUST have either schema or content",
    "security-scheme": "Security Scheme Object, name: that of a header (RFC 9110 section 5.1)",
    "tag-twice": "OpenAPI Object, tags: each name MUST be unique",
    "unknown-keyword": "Schema Object, fixed fields: others begin with x- (3.0)",
    "unknown-security-scheme": "Security Requirement Object: the name MUST be a declared scheme",
}
