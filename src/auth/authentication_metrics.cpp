#include "auth/authentication_metrics.h"

namespace penstock::auth {
namespace {

constexpr std::string_view kTotal = "penstock_authentication_total";

// Writes the name of a scheme as the value of a label. OpenAPI allows letters, digits, '.', '-' and
// '_' in it (3.1.0 section 4.8.7); anything else becomes '_', because one bad label breaks the
// whole scrape.
void append_label(std::string& out, std::string_view scheme) {
  out += "scheme=\"";
  for (const char c : scheme) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '-';
    out += is_plain ? c : '_';
  }
  out += '"';
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted:
      return "accepted";
    case Outcome::anonymous:
      return "anonymous";
    case Outcome::missing:
      return "missing";
    case Outcome::malformed:
      return "malformed";
    case Outcome::refused:
      return "refused";
    case Outcome::insufficient_scope:
      return "insufficient_scope";
    case Outcome::too_many_failures:
      return "too_many_failures";
    case Outcome::no_keys:
      return "no_keys";
    case Outcome::too_busy:
      return "too_busy";
  }
  return "";
}

void AuthenticationMetrics::count(std::string_view scheme, Outcome outcome) {
  auto known = counts_.find(scheme);
  if (known == counts_.end()) known = counts_.try_emplace(std::string(scheme)).first;
  ++known->second[static_cast<size_t>(outcome)];
}

void AuthenticationMetrics::write(std::string& out) const {
  write_head(out, kTotal, "counter", "Requests by what has become of their credentials.");
  for (const auto& [scheme, counts] : counts_) {
    for (size_t i = 0; i < kOutcomes; ++i) {
      if (counts[i] == 0) continue;
      out += kTotal;
      out += '{';
      append_label(out, scheme);
      out += ",outcome=\"";
      out += name_of(static_cast<Outcome>(i));
      out += "\"} " + std::to_string(counts[i]) + '\n';
    }
  }
}

void AuthenticationMetrics::write_head(std::string& out, std::string_view name,
                                       std::string_view type, std::string_view help) {
  for (const auto& [word, rest] : {std::pair("HELP ", help), std::pair("TYPE ", type)}) {
    out += "# ";
    out += word;
    out += name;
    out += ' ';
    out += rest;
    out += '\n';
  }
}

void AuthenticationMetrics::write_value(std::string& out, std::string_view name,
                                        std::string_view scheme, uint64_t value) {
  out += name;
  out += '{';
  append_label(out, scheme);
  out += "} " + std::to_string(value) + '\n';
}

}  // namespace penstock::auth
