#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/arguments/arguments.h"
#include "contract/openapi/contract.h"
#include "http/handler.h"
#include "http/server/message.h"
#include "http/typed_request.h"
#include "typed/plan.h"
#include "typed/typed_reader.h"

namespace penstock::http {

// Holds the request struct of one operation. It is made again for each request, in the same place,
// and filled with the request's parameters and its body. One request at a time may use it.
class TypedOperation {
 public:
  // Matches the struct's members with what the contract declares, once and for all. Fails with
  // `invalid` if they do not fit: then the struct was generated from another contract. The message
  // has a line for each place. `operation` must outlive the result. One planner makes the plans of
  // all operations.
  [[nodiscard]] static base::Result<std::unique_ptr<TypedOperation>> make(
      const contract::Operation& operation, const RequestTable& table, typed::Planner& planner);
  ~TypedOperation() { clear(); }
  TypedOperation(const TypedOperation&) = delete;
  TypedOperation& operator=(const TypedOperation&) = delete;

  // Makes a new struct for a request.
  void begin(const RequestMessage& message);
  // Destroys the struct, if there is one.
  void clear();
  // Fills the members that get parameters. What they cannot have is a violation. It takes steps of
  // `arguments`.
  void take_parameters(contract::Arguments& arguments, contract::Violations& violations);
  // Reads a JSON body without a tree. Returns false if the general way must read it: then the
  // struct's body is new again, and `steps` is as before.
  [[nodiscard]] bool read_body(typed::Reader& reader, const contract::MediaType& media,
                               std::string_view text, contract::Steps& steps);
  // Fills the body from a JSON value that is valid. It is not complete if no steps are left.
  void take_body(const boost::json::value& body, contract::Violations& violations,
                 contract::Steps& steps);
  // Fills the body with its bytes, if it is not always JSON.
  void take_body_text(std::string_view text);

  [[nodiscard]] const RequestTable& table() const { return table_; }
  // Returns the struct, which is valid until begin() or clear().
  [[nodiscard]] const void* request() const { return place_.get(); }
  [[nodiscard]] void* request() { return place_.get(); }

 private:
  TypedOperation(const contract::Operation& operation, const RequestTable& table);

  // These compare the struct with the contract, and add what does not fit.
  void match_parameters(typed::Planner& planner, std::string& problems);
  void match_body(typed::Planner& planner, std::string& problems);
  void match_answers(typed::Planner& planner, std::string& problems) const;
  void match_events(typed::Planner& planner, std::string& problems) const;
  [[nodiscard]] void* body_place() { return table_.body.member.of(place_.get()); }

  const contract::Operation& operation_;
  const RequestTable& table_;
  const std::unique_ptr<std::max_align_t[]> place_;
  bool is_made_ = false;
  // This has the index of each of the table's parameters among those of the operation.
  std::vector<size_t> parameters_;
  // This has the plan for each media type of the body.
  std::vector<std::pair<const contract::MediaType*, typed::Plan>> bodies_;
};

// Has what handles an operation.
struct HandledOperation {
  Handler handler;
  std::unique_ptr<TypedOperation> typed = {};  // Null for an untyped handler.
  void* resources = nullptr;  // What the handler uses, or null. They outlive this object.
};

// Maps the operations of a contract to their handlers.
using HandledOperations = boost::unordered_flat_map<const contract::Operation*, HandledOperation>;

// Finds the operations that have a handler. Adds what does not fit to `problems`, one problem to a
// line: a typed handler that was generated from another contract, and one that uses resources of
// another type than `made`. A copy of `made` must outlive the result. Handlers that use resources
// are taken as they are if `made` is null: then none of them may be called.
[[nodiscard]] HandledOperations handled_operations(const contract::Contract& contract,
                                                   const Handlers& handlers, std::string& problems,
                                                   const resources::Resources* made = nullptr);

}  // namespace penstock::http
