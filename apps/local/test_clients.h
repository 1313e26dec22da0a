#pragma once

#include <optional>
#include <vector>

#include "auth/test_credentials/test_credentials.h"
#include "base/result.h"
#include "contract/examples/request_sample.h"
#include "contract/openapi/contract.h"
#include "local/system/local_system.h"

namespace penstock::apps {

// Says whether an operation that is served takes a credential.
[[nodiscard]] bool names_a_scheme(const contract::Contract& contract);

// Holds the credentials that `up` makes for its own API, if the contract asks for some and the
// deployer has said nothing of them.
class TestClients {
 public:
  // Without a seed, and for a contract that names no scheme for an operation, there are none. The
  // error is `internal`.
  [[nodiscard]] static base::Result<TestClients> make(const contract::Contract& contract,
                                                      const std::optional<auth::TestSeed>& seed);

  // Adds to a request of this operation what it requires.
  void prove(contract::RequestSample& request, const contract::Operation& operation) const;
  // Sets what the plan has of them.
  void describe(const contract::Contract& contract, local::SystemPlan& plan) const;

 private:
  std::optional<auth::TestCredentials> credentials_;
};

// Returns the request as the local system has it.
[[nodiscard]] local::ExampleRequest example_of(contract::RequestSample request);

}  // namespace penstock::apps
