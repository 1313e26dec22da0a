#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "auth/authenticator.h"

namespace penstock::auth {

// Counts decisions by scheme and outcome. The schemes are those of the contract, so the number of
// series is bounded.
class AuthenticationMetrics {
 public:
  // `scheme` is empty where no scheme has decided: for anonymous clients, and for those that sent
  // no credential.
  void count(std::string_view scheme, Outcome outcome);
  // Appends the series in Prometheus' text format.
  void write(std::string& out) const;

  // Begins a metric with its two lines of description, and appends a value of it.
  static void write_head(std::string& out, std::string_view name, std::string_view type,
                         std::string_view help);
  static void write_value(std::string& out, std::string_view name, std::string_view scheme,
                          uint64_t value);

 private:
  std::map<std::string, std::array<uint64_t, kOutcomes>, std::less<>> counts_;
};

}  // namespace penstock::auth
