// This file is written by scripts/esm_model.py, from the model of AWS that botocore has.
#include "local/model/request_model.h"

// clang-format off: a program writes these tables, one shape or member after the other.
namespace penstock::local {
namespace {

constexpr ModelShape kShapes[] = {
    {.name = "CreateEventSourceMappingRequest", .type = ModelType::structure},
    {.name = "Arn", .type = ModelType::text, .min = 0, .max = 10000,
     .pattern =
         R"re(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?))re"
         R"re())?-[a-z]+-\d{1})?:(\d{12})?:(.*))re",
     .form = "be an ARN"},
    {.name = "NamespacedFunctionName", .type = ModelType::text, .min = 1, .max = 256,
     .pattern =
         R"re((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z])re"
         R"re(+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a)re"
         R"re(-zA-Z0-9-_]+))?)re",
     .form = "be the name or the ARN of a function"},
    {.name = "Enabled", .type = ModelType::boolean},
    {.name = "BatchSize", .type = ModelType::whole, .min = 1, .max = 10000},
    {.name = "FilterCriteria", .type = ModelType::structure},
    {.name = "FilterList", .type = ModelType::list,
     .element = "Filter"},
    {.name = "Filter", .type = ModelType::structure},
    {.name = "Pattern", .type = ModelType::text, .min = 0, .max = 4096},
    {.name = "KMSKeyArn", .type = ModelType::text, .min = 0, .max = 10000,
     .pattern = R"re((arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|())re",
     .form = "be the ARN of a KMS key"},
    {.name = "EventSourceMappingMetricsConfig", .type = ModelType::structure},
    {.name = "EventSourceMappingMetricList", .type = ModelType::list, .min = 0, .max = 3,
     .element = "EventSourceMappingMetric"},
    {.name = "EventSourceMappingMetric", .type = ModelType::text,
     .words = "EventCount " "ErrorCount " "KafkaMetrics"},
    {.name = "EventSourceMappingLoggingConfig", .type = ModelType::structure},
    {.name = "EventSourceMappingSystemLogLevel", .type = ModelType::text,
     .words = "DEBUG " "INFO " "WARN"},
    {.name = "MaximumBatchingWindowInSeconds", .type = ModelType::whole, .min = 0, .max = 300},
    {.name = "EventSourcePosition", .type = ModelType::text,
     .words = "TRIM_HORIZON " "LATEST " "AT_TIMESTAMP"},
    {.name = "Date", .type = ModelType::timestamp},
    {.name = "DestinationConfig", .type = ModelType::structure},
    {.name = "OnSuccess", .type = ModelType::structure},
    {.name = "DestinationArn", .type = ModelType::text, .min = 0, .max = 350,
     .pattern =
         R"re($|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])re"
         R"re()+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*))re",
     .form = "be the ARN of an SQS queue or an S3 bucket, or kafka://TOPIC"},
    {.name = "OnFailure", .type = ModelType::structure},
    {.name = "MaximumRecordAgeInSeconds", .type = ModelType::whole, .min = -1, .max = 604800},
    {.name = "BisectBatchOnFunctionError", .type = ModelType::boolean},
    {.name = "MaximumRetryAttemptsEventSourceMapping",
     .type = ModelType::whole, .min = -1, .max = 10000},
    {.name = "Tags", .type = ModelType::map,
     .key = "TagKey",
     .element = "TagValue"},
    {.name = "TagKey", .type = ModelType::text, .min = 1, .max = 128,
     .pattern = R"re(([\p{L}\p{Z}\p{N}_.:/=+\-@]*))re",
     .form = "have only letters, digits, spaces and _.:/=+-@"},
    {.name = "TagValue", .type = ModelType::text, .min = 0, .max = 256,
     .pattern = R"re(([\p{L}\p{Z}\p{N}_.:/=+\-@]*))re",
     .form = "have only letters, digits, spaces and _.:/=+-@"},
    {.name = "Topics", .type = ModelType::list, .min = 1, .max = 1,
     .element = "Topic"},
    {.name = "Topic", .type = ModelType::text, .min = 1, .max = 249,
     .pattern = R"re([^.]([a-zA-Z0-9\-_.]+))re",
     .form = "have two or more of a-z, A-Z, 0-9, '.', '_' and '-', and not begin with '.'"},
    {.name = "SourceAccessConfigurations", .type = ModelType::list, .min = 0, .max = 23,
     .element = "SourceAccessConfiguration"},
    {.name = "SourceAccessConfiguration", .type = ModelType::structure},
    {.name = "SourceAccessType", .type = ModelType::text,
     .words = "BASIC_AUTH " "VPC_SUBNET " "VPC_SECURITY_GROUP " "SASL_SCRAM_512_AUTH "
         "SASL_SCRAM_256_AUTH " "VIRTUAL_HOST " "CLIENT_CERTIFICATE_TLS_AUTH "
         "SERVER_ROOT_CA_CERTIFICATE " "OAUTHBEARER_AUTH " "OAUTHBEARER_SCOPE "
         "OAUTHBEARER_AUDIENCE " "OAUTHBEARER_LOGICAL_CLUSTER " "OAUTHBEARER_IDENTITY_POOL "
         "IAM_AUTH " "IAM_OAUTHBEARER_AUTH"},
    {.name = "URI", .type = ModelType::text, .min = 1, .max = 200,
     .pattern = R"re([ a-zA-Z0-9-\/*:_+=.@-]*)re",
     .form = "have only letters, digits, spaces and -/*:_+=.@"},
    {.name = "SelfManagedEventSource", .type = ModelType::structure},
    {.name = "Endpoints", .type = ModelType::map, .min = 1, .max = 2,
     .key = "EndPointType",
     .element = "EndpointLists"},
    {.name = "EndPointType", .type = ModelType::text,
     .words = "KAFKA_BOOTSTRAP_SERVERS"},
    {.name = "EndpointLists", .type = ModelType::list, .min = 1, .max = 10,
     .element = "Endpoint"},
    {.name = "Endpoint", .type = ModelType::text, .min = 1, .max = 300,
     .pattern =
         R"re((([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9)re"
         R"re(][A-Za-z0-9\-]*[A-Za-z0-9]):[0-9]{1,5})re",
     .form = "be HOST:PORT"},
    {.name = "FunctionResponseTypeList", .type = ModelType::list, .min = 0, .max = 1,
     .element = "FunctionResponseType"},
    {.name = "FunctionResponseType", .type = ModelType::text,
     .words = "ReportBatchItemFailures"},
    {.name = "AmazonManagedKafkaEventSourceConfig", .type = ModelType::structure},
    {.name = "KafkaSchemaRegistryConfig", .type = ModelType::structure},
    {.name = "SchemaRegistryUri", .type = ModelType::text, .min = 1, .max = 10000,
     .pattern = R"re([a-zA-Z0-9-\/*:_+=.@-]*)re",
     .form = "be the address or the ARN of a schema registry"},
    {.name = "SchemaRegistryEventRecordFormat", .type = ModelType::text,
     .words = "JSON " "SOURCE"},
    {.name = "KafkaSchemaRegistryAccessConfigList", .type = ModelType::list,
     .element = "KafkaSchemaRegistryAccessConfig"},
    {.name = "KafkaSchemaRegistryAccessConfig", .type = ModelType::structure},
    {.name = "KafkaSchemaRegistryAuthType", .type = ModelType::text,
     .words = "BASIC_AUTH " "CLIENT_CERTIFICATE_TLS_AUTH " "SERVER_ROOT_CA_CERTIFICATE "
         "OAUTHBEARER_AUTH"},
    {.name = "KafkaSchemaValidationConfigList", .type = ModelType::list,
     .element = "KafkaSchemaValidationConfig"},
    {.name = "KafkaSchemaValidationConfig", .type = ModelType::structure},
    {.name = "KafkaSchemaValidationAttribute", .type = ModelType::text,
     .words = "KEY " "VALUE"},
    {.name = "SelfManagedKafkaEventSourceConfig", .type = ModelType::structure},
    {.name = "KafkaEventSourceMappingConsumptionMode", .type = ModelType::text,
     .words = "Stream " "Queue"},
    {.name = "ProvisionedPollerConfig", .type = ModelType::structure},
    {.name = "MinimumNumberOfPollers", .type = ModelType::whole, .min = 1, .max = 200},
    {.name = "MaximumNumberOfPollers", .type = ModelType::whole, .min = 1, .max = 10000},
    {.name = "ProvisionedPollerGroupName", .type = ModelType::text, .min = 0, .max = 128,
     .pattern = R"re([a-zA-Z0-9-_]*)re",
     .form = "have only letters, digits, - and _"},
};

constexpr ModelMember kMembers[] = {
    {"CreateEventSourceMappingRequest", "EventSourceArn", "Arn"},
    {"CreateEventSourceMappingRequest", "FunctionName", "NamespacedFunctionName", true},
    {"CreateEventSourceMappingRequest", "Enabled", "Enabled"},
    {"CreateEventSourceMappingRequest", "BatchSize", "BatchSize"},
    {"CreateEventSourceMappingRequest", "FilterCriteria", "FilterCriteria"},
    {"CreateEventSourceMappingRequest", "KMSKeyArn", "KMSKeyArn"},
    {"CreateEventSourceMappingRequest", "MetricsConfig", "EventSourceMappingMetricsConfig"},
    {"CreateEventSourceMappingRequest", "LoggingConfig", "EventSourceMappingLoggingConfig"},
    {"CreateEventSourceMappingRequest",
     "MaximumBatchingWindowInSeconds", "MaximumBatchingWindowInSeconds"},
    {"CreateEventSourceMappingRequest", "StartingPosition", "EventSourcePosition"},
    {"CreateEventSourceMappingRequest", "StartingPositionTimestamp", "Date"},
    {"CreateEventSourceMappingRequest", "DestinationConfig", "DestinationConfig"},
    {"CreateEventSourceMappingRequest", "MaximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds"},
    {"CreateEventSourceMappingRequest", "BisectBatchOnFunctionError", "BisectBatchOnFunctionError"},
    {"CreateEventSourceMappingRequest",
     "MaximumRetryAttempts", "MaximumRetryAttemptsEventSourceMapping"},
    {"CreateEventSourceMappingRequest", "Tags", "Tags"},
    {"CreateEventSourceMappingRequest", "Topics", "Topics"},
    {"CreateEventSourceMappingRequest", "SourceAccessConfigurations", "SourceAccessConfigurations"},
    {"CreateEventSourceMappingRequest", "SelfManagedEventSource", "SelfManagedEventSource"},
    {"CreateEventSourceMappingRequest", "FunctionResponseTypes", "FunctionResponseTypeList"},
    {"CreateEventSourceMappingRequest",
     "AmazonManagedKafkaEventSourceConfig", "AmazonManagedKafkaEventSourceConfig"},
    {"CreateEventSourceMappingRequest",
     "SelfManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"},
    {"CreateEventSourceMappingRequest", "ProvisionedPollerConfig", "ProvisionedPollerConfig"},
    {"FilterCriteria", "Filters", "FilterList"},
    {"Filter", "Pattern", "Pattern"},
    {"EventSourceMappingMetricsConfig", "Metrics", "EventSourceMappingMetricList"},
    {"EventSourceMappingLoggingConfig", "SystemLogLevel", "EventSourceMappingSystemLogLevel"},
    {"DestinationConfig", "OnSuccess", "OnSuccess"},
    {"DestinationConfig", "OnFailure", "OnFailure"},
    {"OnSuccess", "Destination", "DestinationArn"},
    {"OnFailure", "Destination", "DestinationArn"},
    {"SourceAccessConfiguration", "Type", "SourceAccessType"},
    {"SourceAccessConfiguration", "URI", "URI"},
    {"SelfManagedEventSource", "Endpoints", "Endpoints"},
    {"AmazonManagedKafkaEventSourceConfig", "ConsumerGroupId", "URI"},
    {"AmazonManagedKafkaEventSourceConfig", "SchemaRegistryConfig", "KafkaSchemaRegistryConfig"},
    {"KafkaSchemaRegistryConfig", "SchemaRegistryURI", "SchemaRegistryUri"},
    {"KafkaSchemaRegistryConfig", "EventRecordFormat", "SchemaRegistryEventRecordFormat"},
    {"KafkaSchemaRegistryConfig", "AccessConfigs", "KafkaSchemaRegistryAccessConfigList"},
    {"KafkaSchemaRegistryConfig", "SchemaValidationConfigs", "KafkaSchemaValidationConfigList"},
    {"KafkaSchemaRegistryAccessConfig", "Type", "KafkaSchemaRegistryAuthType"},
    {"KafkaSchemaRegistryAccessConfig", "URI", "Arn"},
    {"KafkaSchemaValidationConfig", "Attribute", "KafkaSchemaValidationAttribute"},
    {"SelfManagedKafkaEventSourceConfig", "ConsumerGroupId", "URI"},
    {"SelfManagedKafkaEventSourceConfig", "SchemaRegistryConfig", "KafkaSchemaRegistryConfig"},
    {"SelfManagedKafkaEventSourceConfig",
     "ConsumptionMode", "KafkaEventSourceMappingConsumptionMode"},
    {"ProvisionedPollerConfig", "MinimumPollers", "MinimumNumberOfPollers"},
    {"ProvisionedPollerConfig", "MaximumPollers", "MaximumNumberOfPollers"},
    {"ProvisionedPollerConfig", "PollerGroupName", "ProvisionedPollerGroupName"},
};

constexpr OtherSourceMember kOtherSources[] = {
    {"DocumentDBEventSourceConfig", "DocumentDB only"},
    {"ParallelizationFactor", "Kinesis and DynamoDB streams only"},
    {"Queues", "Amazon MQ only"},
    {"ScalingConfig", "Amazon SQS only"},
    {"TumblingWindowInSeconds", "Kinesis and DynamoDB streams only"},
};

}  // namespace

std::span<const ModelShape> model_shapes() { return kShapes; }

std::span<const ModelMember> model_members() { return kMembers; }

std::span<const OtherSourceMember> other_source_members() { return kOtherSources; }

FunctionLimits function_limits() { return {{.min = 1, .max = 5400}, {.min = 128, .max = 32768}}; }

}  // namespace penstock::local
