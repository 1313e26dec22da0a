#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::local {

// Holds what the user says about the Kafka of a redrive, and decides by it where a document may
// lead. A document is from outside: whoever can write to the queue, the bucket or the topic chooses
// the address in it. So it may choose among what the user has named, and nothing that authenticates
// goes anywhere else (ADR 0020).
struct NamedKafka {
  // Is the "HOST:PORT,…" of --bootstrap, or of SelfManagedEventSource in --config. May be empty.
  // As for librdkafka, a server may have "PROTOCOL://" before it, and an empty one is none.
  std::string bootstrap = {};
  std::string event_source_arn = {};  // EventSourceArn in --config. May be empty.
  // Has other addresses, "HOST:PORT", of the Kafka at `bootstrap`. Documents may have them.
  std::vector<std::string> known_as = {};
  // Has librdkafka's properties, with which a client authenticates or not.
  std::vector<std::pair<std::string, std::string>> properties = {};
  bool iam = false;  // Whether --iam asks for MSK IAM, whatever the address is.

  // Says where to go, and whether with credentials.
  struct Address {
    std::string bootstrap;
    bool may_authenticate;
  };

  // Checks `bootstrap` and `known_as`. The error is `invalid`: an address is not HOST:PORT, or the
  // user has named no Kafka that could have that of `known_as`.
  [[nodiscard]] base::Result<> check() const;

  // Returns the address of the Kafka with the records of a document that has this text as its
  // bootstrapServers, which may be empty. It is the first of these that applies:
  // - `bootstrap`, if the document names one of its servers, one of `known_as`, or none at all;
  // - what the document names, if each host can be one of the MSK cluster `event_source_arn`;
  // - what the document names, without credentials, if the user has named nothing, and none of
  //   `iam`, `properties` and an MSK host name brings credentials into play.
  // Names are compared without upper and lower case and without a dot at the end, and a server
  // without a port has 9092. The error is `refused`, has both names, and says what to do.
  [[nodiscard]] base::Result<Address> address_of(std::string_view document) const;
};

// Says whether a client with this property may authenticate, so that its peer gets a password, a
// token or a signature, or can ask for one. Unknown properties of TLS count.
[[nodiscard]] bool may_authenticate(const std::pair<std::string, std::string>& property);

}  // namespace penstock::local
