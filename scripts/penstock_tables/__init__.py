"""Reads the declaration of a service's tables, and makes of it what DynamoDB takes."""
