#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "local/model/request_problems.h"

// AWS's model of the request of CreateEventSourceMapping, as far as it is for Kafka: which members
// there are, and their types, bounds, words and patterns. model_table.cpp has it, which
// scripts/esm_model.py writes from a pinned version of botocore.
namespace penstock::local {

enum class ModelType { structure, list, map, text, whole, boolean, timestamp };

// Describes a type of the model, which several members may have.
struct ModelShape {
  static constexpr int64_t kNone = std::numeric_limits<int64_t>::max();

  std::string_view name;
  ModelType type;
  // These bound the number itself, the characters of a text, or the elements of a list or map.
  int64_t min = 0;
  int64_t max = kNone;
  std::string_view key = {};      // The shape of a map's keys.
  std::string_view element = {};  // The shape of the elements of a list or map.
  std::string_view words = {};    // All that are allowed, separated by spaces; empty means any.
  std::string_view pattern = {};  // Of the whole text, in RE2's syntax; empty means any.
  std::string_view form = {};     // The pattern in words, which follow "must".
};

// Describes a member of a structure. Both names of shapes are in model_shapes().
struct ModelMember {
  std::string_view structure;
  std::string_view name;
  std::string_view shape;
  bool required = false;
};

// Names a member of the request that is for sources other than Kafka, and for which.
struct OtherSourceMember {
  std::string_view name;
  std::string_view whose;
};

// Has the bounds of a function's Timeout, in seconds, and MemorySize, in MB (CreateFunction).
struct FunctionLimits {
  struct Range {
    int64_t min;
    int64_t max;
  };
  Range timeout_s;
  Range memory_mb;
};

// The first shape is that of the whole request.
[[nodiscard]] std::span<const ModelShape> model_shapes();
[[nodiscard]] std::span<const ModelMember> model_members();
[[nodiscard]] std::span<const OtherSourceMember> other_source_members();
[[nodiscard]] FunctionLimits function_limits();

// Compares a request with the model, and adds a problem for each difference. It does not recurse
// deeper than the model.
void check_model(const boost::json::object& request, RequestProblems& problems);

// Returns a time in milliseconds since 1970. The value is a number of seconds since 1970, or a text
// in the format of RFC 3339. Returns nothing for any other value.
[[nodiscard]] std::optional<int64_t> model_time_ms(const boost::json::value& value);

}  // namespace penstock::local
