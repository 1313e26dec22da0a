# Plans the root with a mocked provider.
mock_provider "aws" {
  source = "../../../terraform/tests/mocks"
}

run "modules_alone" {
  command = plan
  variables {
    cluster_arn = "arn:aws:kafka:eu-central-1:123456789012:cluster/mine/UUID"
  }

  assert {
    condition = output.consumer_group_ids == {
      orders        = "orders_consumer-orders"
      "order.lines" = "orders_consumer-order.lines"
    }
    error_message = "Each topic must have a group with the names of this team."
  }

  assert {
    condition = (
      length([for name in output.alarm_names : name if endswith(name, "-order.lines")]) == 2 &&
      length([for name in output.alarm_names : name if !startswith(name, "orders-")]) == 0
    )
    error_message = "The alarms must have the names of this team."
  }
}
