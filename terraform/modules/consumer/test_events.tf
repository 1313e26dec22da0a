# Everyone with access to the function sees these test events in Lambda's console, and `sam remote
# invoke` accepts them. Lambda reads them as the examples of an OpenAPI document with this name, in
# this registry (AWS, "Creating shareable test events").
resource "aws_schemas_schema" "test_events" {
  count = length(var.test_events) > 0 ? 1 : 0

  name          = "_${aws_lambda_function.this.function_name}-schema"
  registry_name = var.test_event_registry_name
  description   = "Test events of ${aws_lambda_function.this.function_name}"
  type          = "OpenApi3"
  content       = local.test_events_document
  tags          = var.tags

  lifecycle {
    precondition {
      condition = length(local.test_events_document) <= 100000
      error_message = join(" ", [
        "The test events are too long: a schema has at most 100,000 characters (AWS,",
        "CreateSchema). Remove some of them.",
      ])
    }
  }
}

locals {
  test_events_document = jsonencode({
    openapi = "3.0.0"
    info    = { title = "Event", version = "1.0.0" }
    paths   = {}
    components = {
      schemas = {
        Event = {
          type     = "object"
          required = ["eventSource", "records"]
          properties = {
            eventSource      = { type = "string" }
            eventSourceArn   = { type = "string" }
            bootstrapServers = { type = "string" }
            records = {
              type                 = "object"
              additionalProperties = { type = "array", items = { type = "object" } }
            }
          }
        }
      }
      examples = { for name, event in var.test_events : name => { value = jsondecode(event) } }
    }
  })
}
