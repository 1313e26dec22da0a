#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

class Contract;
struct CppType;
struct Node;
struct Operation;
struct Parameter;
struct Schema;

// A CppUse is a type where it is used: as a member, an element, a body.
struct CppUse {
  const CppType* type = nullptr;  // Null only in a use that is not there.
  bool nullable = false;          // Whether null is a value, too: the type is in a std::optional.
  // This says whether the type is held by a Box, because it would contain itself otherwise.
  bool boxed = false;
};

// A CppField is a member of a struct.
struct CppField {
  std::string json_name;  // The name in the contract.
  std::string name = {};
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

// A CppAlternativeName is a value of a variant's discriminator, with the index of the type that it
// chooses.
struct CppAlternativeName {
  std::string value;
  size_t index = 0;
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
    // These have a name. All others are spelled out where they are used.
    enumeration,
    structure,
    variant,
  };

  Kind kind = Kind::json;
  std::string name = {};
  const Schema* schema = nullptr;  // Null for what no schema describes.
  CppUse element = {};             // Of a list; the value of a map.
  std::vector<CppEnumerator> enumerators = {};
  std::vector<CppField> fields = {};
  CppUse additional = {};            // The value of a struct's other properties, if they are kept.
  std::string additional_name = {};  // The name of that member.
  std::string discriminator = {};    // The property of a variant that says which it is.
  std::vector<const CppType*> alternatives = {};
  std::vector<CppAlternativeName> alternative_names = {};  // In the contract's order.

  [[nodiscard]] bool has_name() const { return kind >= Kind::enumeration; }
};

// A CppParameter is a parameter of a request.
struct CppParameter {
  const Parameter* parameter = nullptr;
  std::string name = {};
  CppUse use = {};
  bool always = false;  // Whether it always has a value: it is required, or has a default.
};

// A CppBody says what a body is in C++.
struct CppBody {
  enum class Kind : uint8_t {
    none,   // There is no body.
    typed,  // JSON, as `use`.
    text,   // One text, as std::string.
    bytes,  // Bytes, as std::string. In a request, text or JSON may come, too.
  };

  Kind kind = Kind::none;
  CppUse use = {};
  bool required = true;
};

// A CppEvent is a type of events.
struct CppEvent {
  std::string type;                // As in `x-event` or `x-events`.
  std::string field = {};          // The member of Events: "order_placed".
  CppUse use = {};                 // Its value, which is a struct if it can be one.
  const Schema* schema = nullptr;  // Null for an event without a schema.
  const Node* node = nullptr;      // One of its declarations.
};

// A CppHeader is a header of an answer.
struct CppHeader {
  std::string header;     // "Retry-After"
  std::string name = {};  // The function that sets it: "retry_after".
  // A boolean, an int64 or a number; everything else is set as a string.
  CppType::Kind kind = CppType::Kind::string;
};

// A CppPublished is an event that goes with an answer.
struct CppPublished {
  const CppEvent* event = nullptr;
  // Whether an operation with `x-events` publishes it, so that its type must be said.
  bool says_type = false;
};

// A CppReply is a class for the answers with one status and one type of body. The operations that
// declare such an answer share it.
struct CppReply {
  unsigned status = 0;  // 0 for `default` and for ranges, where the handler says the status.
  CppBody body = {};
  std::string name = {};                  // The class: "CreatedOrder".
  std::string function = {};              // The function that makes it: "created".
  std::vector<CppHeader> headers = {};    // Those that any of the operations declares.
  std::vector<CppPublished> events = {};  // Those that any of the operations publishes.
};

// Says which type the JSON body of an answer has, for the check at start.
struct CppAnswerBody {
  unsigned first = 0, last = 0;
  CppUse use = {};
};

// A CppOperation is an operation that is served.
struct CppOperation {
  const Operation* operation = nullptr;
  std::string field = {};  // The member of Operations: "place_order".
  std::string name = {};   // The struct of its requests: "PlaceOrder".
  std::vector<CppParameter> parameters = {};
  CppBody body = {};
  std::vector<const CppReply*> replies = {};
  std::vector<CppAnswerBody> answers = {};
  std::vector<const CppEvent*> events = {};  // Those that it declares.
};

// A CppClaims is a scheme whose tokens have claims that become a struct.
struct CppClaims {
  std::string scheme;         // Its name in the contract.
  std::string function = {};  // The function that returns them: "login_claims".
  CppUse use = {};
};

// A CppModel says which types, operations and events of C++ a contract becomes, and how they are
// called. It points into the contract, which must outlive it. What stands in the order of the
// contract are operations, events, the members of structs and enumerators. Nothing else depends on
// it, names in particular.
struct CppModel {
  std::vector<const CppType*> types = {};     // Those with a name, each behind what it contains.
  std::vector<const CppReply*> replies = {};  // Sorted by status and type.
  std::vector<CppOperation> operations = {};
  std::vector<const CppEvent*> events = {};
  std::vector<CppClaims> claims = {};  // Sorted by the scheme.
  std::string file;                    // The name of the contract's file, without its folder.

  // These own what is pointed to above.
  std::deque<CppType> all_types = {};
  std::deque<CppEvent> all_events = {};
  std::deque<CppReply> all_replies = {};
};

// These bound what is generated: so many types for a contract, and so many lists and maps without a
// struct between them.
inline constexpr size_t kCppTypesMax = 20'000;
inline constexpr size_t kCppLevelsMax = 16;

// Makes the model. Fails with `invalid` and "FILE:LINE:COLUMN: sentence" if a chosen name is no
// name of C++, or is chosen twice, or if one of the limits above is reached.
[[nodiscard]] base::Result<CppModel> cpp_model(const Contract& contract);

// Returns how a type is written in C++ where it is used, such as
// "std::vector<std::optional<Order>>". The types of Penstock are written in full.
[[nodiscard]] std::string cpp_spelling(const CppUse& use);

}  // namespace penstock::contract
