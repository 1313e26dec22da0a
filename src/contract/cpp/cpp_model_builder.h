#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "contract/cpp/cpp_model.h"
#include "contract/cpp/cpp_type_builder.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {

// Makes the model of a contract: first the types of all schemas that operations and events use,
// then the names of everything.
class CppModelBuilder {
 public:
  explicit CppModelBuilder(const Contract& contract)
      : contract_(contract), places_(contract), types_(places_, model_.all_types) {}

  [[nodiscard]] base::Result<CppModel> build();

 private:
  // A reply is known by its status, and its body: a kind, and the spelling of its type.
  using ReplyKey = std::tuple<unsigned, CppBody::Kind, std::string>;

  // A response has a reply for each type of body.
  struct Declared {
    size_t operation;  // The index of the operation.
    const Response* response;
    CppBody body;
  };

  void add_events();
  void add_operations();
  void add_parameters(CppOperation& operation);
  void add_responses(size_t index);
  [[nodiscard]] CppBody request_body(const RequestBody& body);
  [[nodiscard]] std::vector<CppBody> response_bodies(const Response& response);
  // These need the types to be filled.
  void name_event_types();
  void add_published(const CppOperation& operation, CppReply& reply);
  void name_event_fields();
  void name_operations();
  void name_parameters(CppOperation& operation);
  void add_replies();
  CppReply& reply_of(unsigned status, const CppBody& body);
  void add_headers(const Response& response, CppReply& reply);
  void finish_reply(CppReply& reply);
  // These are defined in cpp_claims.cpp. The second needs the types to be filled.
  void add_claims();
  void name_claims();
  void check_chosen(const Node* chosen, CppLetter first);
  void fail(const Node* at, const std::string& sentence);

  const Contract& contract_;
  CppModel model_ = {};
  CppPlaces places_;
  CppTypeBuilder types_;
  CppScope scope_{""};  // The names in the namespace.
  std::vector<Declared> declared_;
  std::map<ReplyKey, CppReply*> replies_;
  base::Result<> result_;
};

}  // namespace penstock::contract
