#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

class Contract;
struct MediaType;
struct Node;
struct Operation;
struct Parameter;
struct Response;
struct Schema;
struct CppType;

// A CppUse is a type where it is used: as a member, an element, a body.
struct CppUse {
  const CppType* type = nullptr;  // Null only in a use that is not there.
  bool nullable = false;          // Whether null is a value, too: the type is in a std::optional.
  // Whether the type is held by a Box, because it would contain itself otherwise.
  bool boxed = false;
};

// A CppField is a member of a struct.
struct CppField {
  std::string json_name;  // The name in the contract.
  std::string name;
  CppUse use = {};
  bool required = false;
  bool read_only = false;
  bool write_only = false;
  const Node* node = nullptr;  // The property's schema, or null if there is none.
};

// A CppEnumerator is a value of an enum class.
struct CppEnumerator {
  std::string text;
  std::string name;
};

// A CppAlternative is one of the types of a variant, with the values of the discriminator that
// choose it.
struct CppAlternative {
  std::vector<std::string> values;
  const CppType* type = nullptr;
};

// A CppType is what a schema becomes.
struct CppType {
  enum class Kind : uint8_t {
    json,
    string,
    boolean,
    int32,
    int64,
    number,
    date,
    date_time,
    list,
    map,
    enumeration,
    structure,
    variant,
  };

  Kind kind = Kind::json;
  // This is empty for a type that is spelled out where it is used. A list, a map or a single value
  // with a name is an alias.
  std::string name = {};
  const Schema* schema = nullptr;  // That which is named so, or null.
  CppUse element = {};             // Of a list; the value of a map.
  std::vector<CppEnumerator> enumerators = {};
  std::vector<CppField> fields = {};
  CppUse additional = {};           // The value of the struct's other properties, if they are kept.
  std::string additional_name = {};  // The name of that member.
  std::string discriminator = {};   // The property of a variant that says which it is.
  std::vector<CppAlternative> alternatives = {};
  bool used_by_events = false;

  // Returns whether it is an alias of what is spelled out: neither a struct nor an enum.
  [[nodiscard]] bool is_alias() const {
    return !name.empty() && kind != Kind::structure && kind != Kind::enumeration;
  }
};

// A CppBody says what a body is in C++.
struct CppBody {
  enum class Kind : uint8_t {
    none,   // There is no body, or none that is read.
    typed,  // JSON, as `use`.
    text,   // One text, as std::string.
    bytes,  // Bytes, as std::string.
    any,    // JSON, a text or bytes, as the media type says.
  };

  Kind kind = Kind::none;
  CppUse use = {};
  bool required = true;
};

// A CppParameter is a parameter of a request, or a header of an answer.
struct CppParameter {
  const Parameter* parameter = nullptr;
  std::string name;
  CppUse use = {};
  bool always = false;  // Whether it always has a value: it is required, or has a default.
};

// A CppAnswer is a declared response of an operation.
struct CppAnswer {
  const Response* response = nullptr;
  CppBody body = {};
  std::vector<CppParameter> headers = {};
};

// A CppEvent is a type of events.
struct CppEvent {
  std::string type;        // As in `x-event`.
  std::string field;       // The member of Events: "order_placed".
  CppUse use = {};         // Its value, which is a struct if it can be one.
  const Schema* schema = nullptr;  // Null for an event without a schema.
  const Node* node = nullptr;      // Its first `x-event`.
};

// A CppOperation is an operation that is served.
struct CppOperation {
  const Operation* operation = nullptr;
  std::string field;  // The member of Operations: "place_order".
  std::string name;   // The struct of its requests: "PlaceOrder".
  std::vector<CppParameter> parameters = {};
  CppBody body = {};
  std::vector<CppAnswer> answers = {};
  const CppEvent* event = nullptr;  // Null if it publishes nothing.
};

// A CppModel says which types, operations and events of C++ a contract becomes, and how they are
// called. It points into the contract, which must outlive it. It depends only on what the contract
// says, and not on the order of its parts; only the members of a struct are in the contract's
// order, and the enumerators of an enum.
struct CppModel {
  // Those with a name, each behind all that it must follow.
  std::vector<const CppType*> types = {};
  std::vector<CppOperation> operations = {};  // Sorted by name.
  std::vector<const CppEvent*> events = {};   // Sorted by type.

  // These own the types and events; most types here have no name.
  std::deque<CppType> all_types = {};
  std::deque<CppEvent> all_events = {};
};

// These bound what is generated. A schema without a name may have so many levels, and a contract so
// many types.
inline constexpr size_t kCppLevelsMax = 32;
inline constexpr size_t kCppTypesMax = 20'000;

struct CppModelOptions {
  bool events_only = false;  // Leaves out the operations, and the types that only they need.
};

// Makes the model. Fails with `invalid` and "FILE:LINE:COLUMN: sentence" if a chosen name is no
// name of C++, or is chosen twice, or if one of the limits above is reached.
[[nodiscard]] base::Result<CppModel> cpp_model(const Contract& contract,
                                               const CppModelOptions& options = {});

}  // namespace penstock::contract
