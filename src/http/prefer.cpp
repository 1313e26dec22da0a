#include "http/prefer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/number_text.h"
#include "contract/parameters/media_type.h"

namespace penstock::http {
namespace {

// Reads the header from its front.
class PreferReader {
 public:
  explicit PreferReader(std::string_view header) : rest_(header) {}

  // Returns a name with its value, which is empty if there is none; or nothing if what follows is
  // no name.
  [[nodiscard]] std::optional<std::pair<std::string_view, std::string>> take_pair() {
    skip_space();
    const std::string_view name = take_token();
    if (name.empty()) return std::nullopt;
    skip_space();
    if (!take('=')) return std::pair(name, std::string());
    skip_space();
    return std::pair(name, take_word());
  }
  [[nodiscard]] bool take(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Goes behind the next comma that is not in quotes.
  void skip_element() {
    bool quoted = false;
    while (!rest_.empty() && (quoted || rest_.front() != ',')) {
      if (rest_.front() == '"') quoted = !quoted;
      rest_.remove_prefix(quoted && rest_.front() == '\\' ? std::min<size_t>(2, rest_.size()) : 1);
    }
    static_cast<void>(take(','));
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }
  std::string_view take_token() {
    size_t size = 0;
    while (size < rest_.size() && contract::is_token(rest_.substr(size, 1))) ++size;
    const std::string_view token = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return token;
  }
  // Takes a token or a quoted string (RFC 9110 section 5.6.4).
  std::string take_word() {
    if (!take('"')) return std::string(take_token());
    std::string word;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      word += rest_.front();
      rest_.remove_prefix(1);
    }
    static_cast<void>(take('"'));
    return word;
  }

  std::string_view rest_;
};

}  // namespace

Preference read_prefer(std::string_view header) {
  Preference found;
  PreferReader reader(header);
  const auto use = [&](std::string_view name, const std::string& value) {
    const bool is_code = contract::equal_ignoring_case(name, "code");
    const bool is_example = contract::equal_ignoring_case(name, "example");
    if (is_code && found.code == 0) found.code = base::whole_number<unsigned>(value).value_or(0);
    if (is_example && found.example.empty()) found.example = value;
    return is_code || is_example;
  };
  while (!reader.done()) {
    auto preference = reader.take_pair();
    const bool is_ours = preference && use(preference->first, preference->second);
    while (is_ours && reader.take(';')) {
      if (const auto parameter = reader.take_pair()) use(parameter->first, parameter->second);
    }
    reader.skip_element();
  }
  return found;
}

}  // namespace penstock::http
