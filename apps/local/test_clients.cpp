#include "apps/local/test_clients.h"

#include <memory>
#include <string_view>
#include <utility>

#include "apps/shared/secured_requests.h"

namespace penstock::apps {
namespace {

void append(std::vector<local::TestClient>& clients, std::string_view subject,
            const std::vector<auth::TestCredential>& credentials) {
  for (const auth::TestCredential& credential : credentials) {
    clients.push_back({.scheme = credential.scheme,
                       .subject = std::string(subject),
                       .in = std::string(contract::name_of(credential.in)),
                       .name = credential.name,
                       .value = credential.value});
  }
}

}  // namespace

bool names_a_scheme(const contract::Contract& contract) {
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (!operation.not_served.empty()) continue;
      for (const auto& requirement : operation.security->requirements) {
        if (!requirement.empty()) return true;
      }
    }
  }
  return false;
}

base::Result<TestClients> TestClients::make(const contract::Contract& contract,
                                            const std::optional<auth::TestSeed>& seed) {
  TestClients clients;
  if (!seed || !names_a_scheme(contract)) return clients;
  auto credentials = auth::TestCredentials::make(contract, *seed);
  if (!credentials) return credentials.error();
  clients.credentials_ = std::move(*credentials);
  return clients;
}

void TestClients::prove(contract::RequestSample& request,
                        const contract::Operation& operation) const {
  if (credentials_) add_credentials(request, credentials_->parts_for(*operation.security));
}

void TestClients::describe(const contract::Contract& contract, local::SystemPlan& plan) const {
  if (!credentials_) return;
  plan.authentication = credentials_->settings();
  auto clients = std::make_shared<std::vector<local::TestClient>>();
  append(*clients, auth::TestCredentials::kSubject, credentials_->all());
  append(*clients, auth::TestCredentials::kLimitedSubject, credentials_->limited());
  plan.clients = std::move(clients);
  for (const auth::MissingCredential& missing : credentials_->missing()) {
    plan.without_credentials.push_back(sentence_of(missing));
  }
  for (SecuredRequest& secured : secured_requests(contract, *credentials_)) {
    plan.secured.push_back(example_of(std::move(secured.request)));
  }
}

local::ExampleRequest example_of(contract::RequestSample request) {
  return {.method = std::move(request.method),
          .target = std::move(request.target),
          .headers = std::move(request.headers),
          .body = request.body.value_or("")};
}

}  // namespace penstock::apps
