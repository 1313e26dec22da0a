#include "contract/contract.h"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>

#include "contract/contract_compiler.h"
#include "contract/source.h"

namespace penstock::contract {
namespace {

// "/hell%6F" is "/hello" (RFC 3986 section 6.2.2.2), but an encoded slash is no separator.
std::optional<std::string> decoded(std::string_view path) {
  const auto encoded = boost::urls::make_pct_string_view(path);
  if (!encoded) return std::nullopt;
  for (size_t i = path.find('%'); i != std::string_view::npos; i = path.find('%', i + 1)) {
    if (path.substr(i, 3) == "%2F" || path.substr(i, 3) == "%2f") return std::nullopt;
  }
  return encoded->decode();
}

}  // namespace

const Response* Operation::response(unsigned status) const {
  for (const Response& response : responses) {
    if (response.status == status) return &response;
  }
  return nullptr;
}

base::Result<Contract> Contract::parse(std::string_view text, const std::string& file) {
  auto source = Source::parse(text, file);
  if (!source) return source.error();
  Contract contract;
  contract.paths_ = compile_paths(*source);
  if (auto sound = source->check(); !sound) return sound.error();
  for (size_t i = 0; i < contract.paths_.size(); ++i) contract.index_.emplace(contract.paths_[i].path, i);
  return contract;
}

const Path* Contract::find(std::string_view path) const {
  const auto found = index_.find(path);
  if (found != index_.end()) return &paths_[found->second];
  if (path.find('%') == std::string_view::npos) return nullptr;
  const auto plain = decoded(path);
  if (!plain) return nullptr;
  const auto again = index_.find(*plain);
  return again == index_.end() ? nullptr : &paths_[again->second];
}

Match Contract::match(std::string_view method, std::string_view path) const {
  Match match{.path = find(path)};
  if (match.path == nullptr) return match;
  const auto operation_of = [&](std::string_view wanted) -> const Operation* {
    for (const Operation& operation : match.path->operations) {
      if (operation.method == wanted) return &operation;
    }
    return nullptr;
  };
  match.operation = operation_of(method);
  if (match.operation == nullptr && method == "HEAD") {  // RFC 9110 section 9.3.2
    match.operation = operation_of("GET");
    match.head = match.operation != nullptr;
  }
  return match;
}

std::vector<std::string> Contract::topics(const std::string& override_topic) const {
  std::vector<std::string> topics;
  for (const Path& path : paths_) {
    for (const Operation& operation : path.operations) {
      if (operation.event) topics.push_back(override_topic.empty() ? operation.event->topic : override_topic);
    }
  }
  std::sort(topics.begin(), topics.end());
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
  return topics;
}

const Path* Contract::with_other_slash(std::string_view path) const {
  if (path.size() < 2) return nullptr;
  if (path.ends_with('/')) return find(path.substr(0, path.size() - 1));
  return find(std::string(path) + '/');
}

}  // namespace penstock::contract
