#include "contract/cpp/cpp_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "base/check.h"
#include "base/utf8.h"

namespace penstock::contract {
namespace {

constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}
constexpr char upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 32) : c;
}

// These cannot be names: the keywords and alternative tokens of C++20, words that standard headers
// or compilers define as macros, and types that members of the same struct have.
// Each has a space on both sides.
constexpr std::string_view kTaken =
    " "
    "alignas alignof alloca and and_eq asm assert auto bitand bitor bool break case catch "
    "char char16_t char32_t char8_t class co_await co_return co_yield compl concept const "
    "const_cast consteval constexpr constinit continue decltype default delete do double "
    "dynamic_cast else enum errno explicit export extern false float for friend goto h_addr "
    "h_errno if inline int int32_t int64_t issubnormal linux long major makedev minor mutable "
    "namespace new noexcept not not_eq nullptr offsetof operator or or_eq private protected "
    "public register reinterpret_cast requires return sa_handler sched_priority setjmp short "
    "si_addr si_fd si_int si_pid si_ptr si_status si_uid si_value sigmask signed sizeof "
    "st_atime st_ctime st_mtime static static_assert static_cast stderr stdin stdout struct "
    "switch template this thread_local throw true try typedef typeid typename union unix "
    "unsigned using va_arg va_copy va_end va_start virtual void volatile wchar_t while xor "
    "xor_eq ";

// `name` has no space.
bool is_taken(std::string_view name) {
  return kTaken.find(' ' + std::string(name) + ' ') != std::string_view::npos;
}

constexpr std::array<std::pair<char, std::string_view>, 29> kSpelled = {{
    {' ', "space"},   {'!', "not"},      {'"', "quote"},      {'#', "hash"},  {'$', "dollar"},
    {'%', "percent"}, {'&', "and"},      {'\'', "quote"},     {'(', "open"},  {')', "close"},
    {'*', "star"},    {'+', "plus"},     {',', "comma"},      {'-', "minus"}, {'.', "dot"},
    {'/', "slash"},   {':', "colon"},    {';', "semicolon"},  {'<', "less"},  {'=', "equal"},
    {'>', "greater"}, {'?', "question"}, {'@', "at"},         {'[', "open"},  {'\\', "backslash"},
    {']', "close"},   {'^', "caret"},    {'_', "underscore"}, {'|', "bar"},
}};

// These are the letters from U+00C0 to U+017F without their accents. A '.' is no letter.
constexpr std::string_view kLatin[] = {
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I",  "I",   // U+00C0
    "D", "N", "O", "O", "O", "O", "O",  ".", "O", "U", "U", "U", "U", "Y", "TH", "ss",  // U+00D0
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // U+00E0
    "d", "n", "o", "o", "o", "o", "o",  ".", "o", "u", "u", "u", "u", "y", "th", "y",   // U+00F0
};
constexpr std::string_view kLatinExtended =
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSs"
    "SsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

constexpr std::pair<unsigned, std::string_view> kStatuses[] = {
    {200, "ok"},
    {201, "created"},
    {202, "accepted"},
    {203, "non_authoritative_information"},
    {204, "no_content"},
    {205, "reset_content"},
    {206, "partial_content"},
    {207, "multi_status"},
    {208, "already_reported"},
    {226, "im_used"},
    {300, "multiple_choices"},
    {301, "moved_permanently"},
    {302, "found"},
    {303, "see_other"},
    {304, "not_modified"},
    {305, "use_proxy"},
    {307, "temporary_redirect"},
    {308, "permanent_redirect"},
    {400, "bad_request"},
    {401, "unauthorized"},
    {402, "payment_required"},
    {403, "forbidden"},
    {404, "not_found"},
    {405, "method_not_allowed"},
    {406, "not_acceptable"},
    {407, "proxy_authentication_required"},
    {408, "request_timeout"},
    {409, "conflict"},
    {410, "gone"},
    {411, "length_required"},
    {412, "precondition_failed"},
    {413, "content_too_large"},
    {414, "uri_too_long"},
    {415, "unsupported_media_type"},
    {416, "range_not_satisfiable"},
    {417, "expectation_failed"},
    {421, "misdirected_request"},
    {422, "unprocessable_content"},
    {423, "locked"},
    {424, "failed_dependency"},
    {425, "too_early"},
    {426, "upgrade_required"},
    {428, "precondition_required"},
    {429, "too_many_requests"},
    {431, "request_header_fields_too_large"},
    {451, "unavailable_for_legal_reasons"},
    {500, "internal_server_error"},
    {501, "not_implemented"},
    {502, "bad_gateway"},
    {503, "service_unavailable"},
    {504, "gateway_timeout"},
    {505, "http_version_not_supported"},
    {506, "variant_also_negotiates"},
    {507, "insufficient_storage"},
    {508, "loop_detected"},
    {511, "network_authentication_required"},
};

// Returns what a character outside of ASCII becomes, or nothing if it separates words.
std::string ascii_of(uint32_t c) {
  if (c == 0xaa || c == 0xba) return c == 0xaa ? "a" : "o";
  if (c < 0xc0) return "";
  if (c < 0x100) {
    const std::string_view letter = kLatin[c - 0xc0];
    return letter == "." ? "" : std::string(letter);
  }
  if (c - 0x100 < kLatinExtended.size()) return std::string(1, kLatinExtended[c - 0x100]);
  if (c >= 0x2000 && c < 0x2c00) return "";  // Punctuation and symbols.
  std::array<char, 12> text;
  std::snprintf(text.data(), text.size(), "u%04x", static_cast<unsigned>(c));
  return text.data();
}

// Returns the name in ASCII. What separates words is '_'; a number of a character has one on each
// side.
std::string in_ascii(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size();) {
    const int length = base::utf8_length(name.substr(i));
    if (length <= 1) {
      const char c = name[i];
      const bool signs = (c == '+' || c == '-') && i + 1 < name.size() && is_digit(name[i + 1]) &&
                         (out.empty() || out.back() == '_') && (i == 0 || name[i - 1] == ' ');
      if (signs) {
        out += c == '+' ? "plus_" : "minus_";
      } else {
        out += length == 1 && (is_lower(c) || is_upper(c) || is_digit(c)) ? c : '_';
      }
      ++i;
      continue;
    }
    const auto bits = static_cast<size_t>(length);
    uint32_t c = static_cast<unsigned char>(name[i]) & (0xffU >> (bits + 1));
    for (size_t k = 1; k < bits; ++k) {
      c = (c << 6U) | (static_cast<unsigned char>(name[i + k]) & 0x3fU);
    }
    const std::string letters = ascii_of(c);
    out += letters.empty() ? "_" : letters.size() > 2 ? '_' + letters + '_' : letters;
    i += bits;
  }
  return out;
}

std::string spelled_out(std::string_view name) {
  if (name.empty()) return "empty";
  std::string out;
  for (const char c : name) {
    const auto known = std::find_if(kSpelled.begin(), kSpelled.end(),
                                    [&](const auto& entry) { return entry.first == c; });
    out += out.empty() ? "" : "_";
    out += known != kSpelled.end() ? known->second : "symbol";
    if (out.size() > kCppNameMax) break;
  }
  return out;
}

// Returns whether a word begins at this place, between two letters or digits.
bool begins_word(std::string_view text, size_t i) {
  if (!is_upper(text[i])) return false;
  if (!is_upper(text[i - 1])) return true;
  return i + 1 < text.size() && is_lower(text[i + 1]);  // "HTTPServer" has two words.
}

uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

std::string cut(std::string name) {
  if (name.size() <= kCppNameMax) return name;
  std::array<char, 12> hash;
  std::snprintf(hash.data(), hash.size(), "x%07x",
                static_cast<unsigned>(hash_of(name) & 0xfffffffU));
  name.resize(kCppNameMax - 8);
  while (name.ends_with('_')) name.pop_back();
  return name + hash.data();
}

bool has_lower(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_lower);
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::string text = in_ascii(name);
  if (std::all_of(text.begin(), text.end(), [](char c) { return c == '_'; })) {
    text = spelled_out(name);
  }
  std::vector<std::string> words;
  bool in_word = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      in_word = false;
      continue;
    }
    if (!in_word || begins_word(text, i)) words.emplace_back();
    in_word = true;
    words.back() += text[i];
  }
  return words;
}

std::string cpp_type_name(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  std::string out;
  for (const std::string& word : words) {
    // Two numbers side by side would become another one.
    if (!out.empty() && is_digit(out.back()) && is_digit(word.front())) out += '_';
    out += upper(word.front());
    out += word.substr(1);
  }
  const auto letters = std::count_if(out.begin(), out.end(), is_upper);
  if (!has_lower(out) && letters > 1) {
    for (size_t i = 1; i < out.size(); ++i) out[i] = lower(out[i]);
  }
  if (is_digit(out.front())) out.insert(0, "N");
  return cut(std::move(out));
}

std::string cpp_member_name(std::string_view name) {
  std::string out;
  for (const std::string& word : words_of(name)) {
    out += out.empty() ? "" : "_";
    for (const char c : word) out += lower(c);
  }
  if (is_digit(out.front())) out.insert(0, "n");
  return without_keyword(cut(std::move(out)));
}

std::string without_keyword(std::string name) {
  if (is_taken(name)) name += '_';
  return name;
}

bool is_cpp_name(std::string_view name, CppLetter first) {
  if (name.empty() || name.size() > kCppNameMax) return false;
  const bool is_capital = is_upper(name.front());
  if (!is_capital && !is_lower(name.front())) return false;
  if (first != CppLetter::any && is_capital != (first == CppLetter::capital)) return false;
  const auto allowed = [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; };
  return std::all_of(name.begin(), name.end(), allowed) &&
         name.find("__") == std::string_view::npos && !is_taken(name);
}

std::string cpp_status_name(unsigned status) {
  for (const auto& [number, name] : kStatuses) {
    if (number == status) return std::string(name);
  }
  return "status_" + std::to_string(status);
}

std::string cpp_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '?' && out.back() == '?') {
      out += "\\?";
    } else if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      // Three octal digits end by themselves, unlike hexadecimal ones.
      out += {'\\', static_cast<char>('0' + (byte >> 6U)),
              static_cast<char>('0' + ((byte >> 3U) & 7U)), static_cast<char>('0' + (byte & 7U))};
    }
  }
  return out + '"';
}

void CppScope::add(std::string_view key, std::string_view original, std::string wanted,
                   unsigned rank) {
  const bool differs = wanted != original;
  wanted_.push_back({rank, differs, std::string(key), std::move(wanted)});
}

void CppScope::finish() {
  std::sort(wanted_.begin(), wanted_.end());
  std::map<std::string, std::string> taken;  // The key of each name.
  for (const Wanted& wanted : wanted_) {
    std::string name = wanted.name;
    while (reserved_.contains(name)) name += '_';
    if (wanted.rank == 0 && taken.contains(name)) clash_ = {taken[name], wanted.key};
    const std::string first = name;
    for (unsigned number = 2; taken.contains(name) || reserved_.contains(name); ++number) {
      name = first + (is_digit(first.back()) ? "_" : separator_) + std::to_string(number);
    }
    taken.emplace(name, wanted.key);
    names_[wanted.key] = name;
  }
  wanted_.clear();
}

const std::string& CppScope::name(std::string_view key) const {
  const auto found = names_.find(key);
  base::check(found != names_.end(), "a name of the generated code was not added");
  return found->second;
}

}  // namespace penstock::contract
