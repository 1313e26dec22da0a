#include "contract/openapi/rate_reader.h"

#include <algorithm>
#include <array>

namespace penstock::contract {
namespace {

using Kind = Node::Kind;
using By = RateLimit::By;

constexpr std::array<std::string_view, 4> kKeys{"requests", "seconds", "burst", "by"};
constexpr std::array<By, 3> kBy{By::principal, By::address, By::everyone};

// Returns the text as the content of a string of RFC 9651 (section 3.3.3) that needs no escapes.
std::string plain(std::string_view text) {
  std::string out(text.substr(0, RateReader::kNameBytesMax));
  for (char& c : out) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') c = '_';
  }
  return out;
}

}  // namespace

const RateLimit* RateReader::read(const Node& object, const RateLimit* otherwise,
                                  std::string_view name) {
  const Node* node = object.find("x-penstock-rate");
  if (node == nullptr) return otherwise;
  const auto [known, is_new] = known_.emplace(node, nullptr);
  if (!is_new) return known->second;
  if (out_.size() == kLimitsMax) {
    sources_.problem(*node, "too-many-parts",
                     "a contract may have at most " + std::to_string(kLimitsMax) +
                         " of x-penstock-rate; write one for a path or the document");
    return otherwise;
  }
  RateLimit& limit = out_.emplace_back();
  known->second = &limit;
  limit.name = free_name(name);
  read_limit(*node, limit);
  return &limit;
}

std::string RateReader::free_name(std::string_view wanted) {
  // A webhook has no path.
  const std::string base = wanted.empty() ? "rate" : plain(wanted);
  std::string name = base;
  while (!names_.insert(name).second) {
    size_t& next = next_.try_emplace(base, 2).first->second;
    name = base + '-' + std::to_string(next++);
  }
  return name;
}

void RateReader::read_limit(const Node& node, RateLimit& limit) {
  if (!node.is(Kind::object)) {
    return sources_.problem(node, "wrong-type",
                            "x-penstock-rate must be an object, such as {requests: 100, seconds: "
                            "60}");
  }
  for (const Member& member : node.members) {
    if (std::find(kKeys.begin(), kKeys.end(), member.key->text) != kKeys.end()) continue;
    sources_.problem(*member.key, "unknown-field",
                     "x-penstock-rate: '" + member.key->text +
                         "' is not supported; there are requests, seconds, burst and by");
  }
  // Neither has a default, because a number that its reader takes for one a minute is an open door.
  for (const char* key : {"requests", "seconds"}) {
    if (node.find(key) != nullptr) continue;
    sources_.problem(node, "missing-field",
                     "x-penstock-rate needs '" + std::string(key) +
                         "': {requests: 100, seconds: 60} allows 100 requests a minute");
  }
  read_number(node, "requests", kCountMax, limit.requests);
  read_number(node, "seconds", kSecondsMax, limit.seconds);
  limit.burst = limit.requests;
  read_number(node, "burst", kCountMax, limit.burst);
  read_by(node, limit);
}

void RateReader::read_number(const Node& node, std::string_view key, int64_t max, int64_t& out) {
  const Node* value = node.find(key);
  if (value == nullptr) return;
  const bool is_whole = value->is(Kind::number) && value->number.is_int64();
  if (!is_whole || value->number.get_int64() < 1 || value->number.get_int64() > max) {
    return sources_.problem(*value, "rate-limit",
                            "x-penstock-rate: " + std::string(key) +
                                " must be a whole number from 1 to " + std::to_string(max));
  }
  out = value->number.get_int64();
}

void RateReader::read_by(const Node& node, RateLimit& limit) {
  const Node* by = node.find("by");
  if (by == nullptr) return;
  const auto* const found = std::find_if(kBy.begin(), kBy.end(), [&](By one) {
    return by->is(Kind::string) && by->text == name_of(one);
  });
  if (found == kBy.end()) {
    return sources_.problem(*by, "rate-limit",
                            "x-penstock-rate: by must be principal, address or everyone");
  }
  limit.by = *found;
}

}  // namespace penstock::contract
