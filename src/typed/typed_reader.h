#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/schema/steps.h"
#include "json/quick_reader.h"
#include "json/text_tokens.h"
#include "typed/plan.h"

namespace penstock::typed {

// Reads JSON text into an object of a generated type and checks it against its schema, in one walk
// and without a tree. It gives up at the first thing that is wrong or rare, as json::QuickReader
// does: then the general way (json::Reader, contract::validate, from_value) reads the text again,
// and says what is wrong if anything is. What this class accepts the general way accepts, too, with
// the same values.
//
// It keeps its memory between texts. One thread at a time may use it.
class Reader {
 public:
  // Reads the text into `object`, which must be new, and takes the steps that the general way takes
  // at least. Returns false if it gives up: then `steps` is as before, and the object has a part of
  // the values. It takes half of the steps at most, so that the second reading has a bound, too.
  [[nodiscard]] bool read(const Plan& plan, std::string_view text, void* object,
                          contract::Steps& steps);

 private:
  // These read one value that begins at `at`, and return where it ends, or null to give up. `at`
  // may be the end of the text. `depth` arrays and objects are around the value.
  [[nodiscard]] const char* read_value(const ValuePlan& plan, const char* at, void* object,
                                       size_t depth);
  [[nodiscard]] const char* read_null(const ValuePlan& plan, const char* at, void* object);
  [[nodiscard]] const char* read_tree(const ValuePlan& plan, const char* at, void* object,
                                      size_t depth);
  [[nodiscard]] const char* read_boolean(const ValuePlan& plan, const char* at, bool& out);
  [[nodiscard]] const char* read_number(const ValuePlan& plan, const char* at, void* object);
  [[nodiscard]] const char* read_text(const ValuePlan& plan, const char* at, void* object);
  [[nodiscard]] const char* read_list(const ValuePlan& plan, const char* at, void* object,
                                      size_t depth);
  [[nodiscard]] const char* read_object(const ValuePlan& plan, const char* at, void* object,
                                        size_t depth);
  [[nodiscard]] const char* read_variant(const ValuePlan& plan, const char* at, void* object,
                                         size_t depth);
  // Returns the text of a string that begins at `at`; its escapes are in `unescaped`.
  [[nodiscard]] const char* string_at(const char* at, std::string_view& text,
                                      std::string& unescaped);
  [[nodiscard]] bool check_choices(const ValuePlan& plan, const boost::json::value& value);
  [[nodiscard]] bool check_text(const ValuePlan& plan, std::string_view text);
  [[nodiscard]] bool store_text(const ValuePlan& plan, std::string_view text, void* object);
  [[nodiscard]] bool pay(uint64_t count) { return steps_.take(count); }

  json::Tokens tokens_;
  std::optional<json::QuickReader> trees_{std::in_place};
  // The names of the properties that the open objects have dropped.
  std::vector<std::string_view> dropped_;
  contract::Steps steps_;
  contract::Direction direction_ = contract::Direction::neither;
};

}  // namespace penstock::typed
