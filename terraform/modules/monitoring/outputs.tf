output "alarm_names" {
  description = "Names of all alarms"
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name],
    aws_cloudwatch_metric_alarm.api_errors[*].alarm_name,
    [for alarm in aws_cloudwatch_metric_alarm.consumer_stopped : alarm.alarm_name],
  ))
}

output "dashboard_name" {
  description = "Name of the dashboard, or null if there is nothing to show"
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}
