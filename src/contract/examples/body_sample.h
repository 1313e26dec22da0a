#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/parameters/media_type.h"
#include "contract/parameters/parameter.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;

// This room works with the examples of a contract. It says which of them break their schemas
// (example_check.h); it makes the bodies and headers with which a mock answers, from examples or
// from schemas (body_sample.h), and chooses the response for them (mock_response.h); and it makes
// valid requests (request_sample.h).

// A BodySample is a body that the contract allows, as a media type.
struct BodySample {
  std::string type;  // The value of Content-Type. For a range it is a type of that range.
  BodyKind kind = BodyKind::json;
  boost::json::value value = {};  // A string, unless the kind is JSON.

  // Returns the body as it is sent.
  [[nodiscard]] std::string text() const;
};

// Returns the value of Content-Type for a declared media type. For a range it is a type that
// `accept` names, the value of an Accept header, or else JSON, a text or bytes, in this order.
[[nodiscard]] std::string type_of(const MediaType& media, std::string_view accept = {});
// Returns whether a body of type_of() belongs to this entry of `content`: a type that has an entry
// of its own does not match a range.
[[nodiscard]] bool is_own_type(const std::vector<MediaType>& content, const MediaType& media,
                               std::string_view type);

// A SampleSource makes values for one direction. Each schema's value is made once and kept. It
// serves one thread, and the contract must outlive it.
class SampleSource {
 public:
  // The values that are made take their steps from `steps`, and none is made when these are gone.
  // An example is not counted.
  SampleSource(Direction direction, uint64_t steps) : direction_(direction), steps_(steps) {}

  // Returns the first valid example, or the valid example called `wanted` if that is not empty, or
  // else a value that is made from the schema. Returns nothing if there is no such value.
  [[nodiscard]] std::optional<BodySample> body(const MediaType& media, std::string_view accept,
                                               std::string_view wanted);
  // Returns a value for a parameter or a header, in the same way. With another `variant` it is not
  // an example, and another value, if the schema allows several.
  [[nodiscard]] std::optional<boost::json::value> value(const Parameter& parameter,
                                                        unsigned variant = 0);

  // Returns whether the steps are gone, so that a missing value says nothing about the contract.
  [[nodiscard]] bool exhausted() const { return steps_.left() < kLeastSteps; }

 private:
  static constexpr uint64_t kShare = 10;
  // With less than this, a value may be missing because the search was short.
  static constexpr uint64_t kLeastSteps = 20'000'000;

  [[nodiscard]] std::optional<boost::json::value> made(const Schema& schema, unsigned variant);

  Direction direction_;
  Steps steps_;
  boost::unordered_flat_map<const Schema*, std::optional<boost::json::value>> known_;
};

// Returns whether a body of this kind may have the value.
[[nodiscard]] bool is_valid_body(const MediaType& media, BodyKind kind,
                                 const boost::json::value& value, Direction direction,
                                 Steps& steps);

}  // namespace penstock::contract
