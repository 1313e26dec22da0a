#include "contract/examples/mock_response.h"

#include <algorithm>

#include "contract/openapi/response_status.h"

namespace penstock::contract {
namespace {

// The first ones are about the connection (RFC 9110 section 7.6.1), and the server writes them.
constexpr std::string_view kLeftOut[] = {
    "connection",    "keep-alive",        "proxy-connection", "te",
    "trailer",       "transfer-encoding", "upgrade",          "date",
    "server",        "content-length",    "content-type",     "content-encoding",
    "content-range", "content-md5",       "content-digest",   "repr-digest",
    "digest",        "alt-svc",
};

bool has_example(const MediaType& media, std::string_view name) {
  return std::any_of(media.examples.begin(), media.examples.end(),
                     [&](const auto& example) { return example.first == name; });
}

// Returns the media types of a response in the order of the client's Accept header. Of those that
// it wants alike, the ones whose bodies the schema describes come first. Where an example is asked
// for, they are those that have it.
std::vector<const MediaType*> by_preference(const std::vector<MediaType>& content,
                                            const Wish& wish) {
  std::vector<std::pair<std::pair<Acceptance, bool>, const MediaType*>> all;
  for (const MediaType& media : content) {
    if (!media.served) continue;
    const std::string type = type_of(media, wish.accept);
    if (!is_own_type(content, media, type)) continue;
    if (!wish.example.empty() && !has_example(media, wish.example)) continue;
    const std::string_view name = std::string_view(type).substr(0, type.find(';'));
    const BodyKind kind = media.is_range() ? kind_of(name) : media.kind;
    all.emplace_back(std::pair(acceptance(wish.accept, name, media.parameters),
                               media.check_of(kind) != BodyCheck::none),
                     &media);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& one, const auto& other) { return one.first > other.first; });
  std::vector<const MediaType*> sorted;
  for (const auto& [wanted, media] : all) sorted.push_back(media);
  return sorted;
}

}  // namespace

std::vector<unsigned> statuses_of(const Operation& operation) {
  std::vector<std::pair<unsigned, unsigned>> all;  // The rank, and the status.
  for (const Response& response : operation.responses) {
    if (response.is_default()) {
      for (const unsigned status : {200U, 400U}) {
        if (operation.response(status) == &response) all.emplace_back(7, status);
      }
    } else if (response.first >= 200) {
      const unsigned group = response.first / 100;
      const bool is_range = response.last != response.first;
      all.emplace_back((group < 4 ? 2 : 4) * group + (is_range ? 1 : 0), response.first);
    }
  }
  std::sort(all.begin(), all.end());
  std::vector<unsigned> statuses;
  for (const auto& [rank, status] : all) statuses.push_back(status);
  if (operation.responses.empty()) statuses.push_back(204);
  return statuses;
}

std::optional<MockResponse> mock_response(const Operation& operation, const Wish& wish,
                                          SampleSource& samples) {
  const std::vector<unsigned> statuses =
      wish.status != 0 ? std::vector<unsigned>{wish.status} : statuses_of(operation);
  for (const unsigned status : statuses) {
    MockResponse made{.status = status, .response = operation.response(status)};
    if (made.response == nullptr) {
      if (operation.responses.empty()) return made;
      continue;
    }
    if (has_no_content(status) || made.response->content.empty()) return made;
    for (const MediaType* media : by_preference(made.response->content, wish)) {
      made.body = samples.body(*media, wish.accept, wish.example);
      if (made.body) return made;
    }
  }
  return std::nullopt;
}

bool is_left_out(std::string_view header) {
  return std::any_of(std::begin(kLeftOut), std::end(kLeftOut),
                     [&](std::string_view one) { return equal_ignoring_case(one, header); });
}

}  // namespace penstock::contract
