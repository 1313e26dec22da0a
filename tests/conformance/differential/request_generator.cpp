#include "conformance/differential/request_generator.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace penstock::conformance {
namespace {

using Texts = std::span<const std::string_view>;

// These lists begin with the usual values, because pick() prefers the first ones.
constexpr std::string_view kMethods[] = {"GET",   "POST", "PUT",      "HEAD",    "OPTIONS",
                                         "PATCH", "get",  "M-SEARCH", "CONNECT", "G(T"};
constexpr std::string_view kTargets[] = {"/",
                                         "/hello",
                                         "/a/b?x=1&y=2",
                                         "/a%20b",
                                         "http://example.com/x?y",
                                         "*",
                                         "http://h",
                                         "https://h:8/",
                                         "http://[::1]:80/a",
                                         "//a",
                                         "/%",
                                         "/%zz?%",
                                         "/a?b?c",
                                         "/;a=b",
                                         "http:///a",
                                         "http://u@h/",
                                         "http://h:x/",
                                         "http://h?a",
                                         "a",
                                         "h:80",
                                         "/\xc3\xa4",
                                         "/a#b",
                                         "/a\"<>^`{|}",
                                         "ftp://h/",
                                         "http://a b/"};
constexpr std::string_view kVersions[] = {"HTTP/1.1", "HTTP/1.1",  "HTTP/1.0",  "HTTP/1.2",
                                          "HTTP/1.9", "HTTP/2.0",  "HTTP/0.9",  "HTTP/1",
                                          "http/1.1", "HTTP/1.10", "HTTP/1.1 ", "HTTP/+1.1"};
constexpr std::string_view kHosts[] = {"example.com", "h:80", "[::1]:8080", "127.0.0.1", "",
                                       "h:",          "%41",  "a_b",        "h:x",       "u@h",
                                       "a b",         "[::1", "h:70000",    ":80",       "a/b",
                                       "a,b",         "a\"b", "[::g]",      "\xc3\xa4",  "a%"};
constexpr std::string_view kConnections[] = {"close",  "keep-alive",   "keep-alive, close",
                                             "CLOSE",  " x ,,close\t", "upgrade",
                                             "closed", "a b, close",   ""};
constexpr std::string_view kLengths[] = {"0",   "+3",  "-3",    "3, 3",
                                         "3 3", "0x3", "003",   "3;a",
                                         "",    "3.0", "\"3\"", "99999999999999999999"};
constexpr std::string_view kCodings[] = {
    "chunked",          "Chunked",  "gzip, chunked", "identity",    "chunked, x", "xchunked",
    "chunked, chunked", ",chunked", "chunked;a=b",   "\"chunked\"", "",           "gzip"};
constexpr std::string_view kNames[] = {"X-A",      "Accept", "x-a", "Cookie", "User-Agent",
                                       "X_B",      "X!",     "",    "X Y",    "X(",
                                       "\xc3\xa4", " X",     "X\t"};
constexpr std::string_view kValues[] = {"a",   "",   "a b",  "a, b", "\"q\\\"q\"", "\xc3\xa4",
                                        "a:b", "\t", "a\tb", "\x01", "a\rb",       "\x7f"};
constexpr std::string_view kTrailerNames[] = {
    "X-T", "X-U", "Content-Length", "Host", "Trailer", "Transfer-Encoding", "Authorization", "X Y"};
constexpr std::string_view kExtensions[] = {
    "",       ";a", ";a=b", " ; a = b",    ";a=\"b;\"", ";a=\"\\\"\"", ";",        ";a=",
    ";a=\"b", " ",  ";a b", ";a=\"\x01\"", ";=b",       "\t;a",        ";\xc3\xa4"};
constexpr std::string_view kSizes[] = {"", "0", "+", "-", "0x", " ", "00000000000000000"};
constexpr std::string_view kLineEnds[] = {"\r\n", "\n", "\r", "\r\r\n", "\n\r\n", " \r\n", ""};
// A change puts in one of these: they mean something to HTTP, or must not be there.
constexpr std::string_view kBytes = "\r\n \t:;,=\"\\/?#%@[]HP1.0gzachunked\x01\x7f\x80\xff\x0b";
constexpr std::string_view kNext = "GET /next HTTP/1.1\r\nHost: next\r\n\r\n";

// Is SplitMix64, which is small, fast, and good enough to choose with.
class Choices {
 public:
  explicit Choices(uint64_t state) : state_(state) {}

  uint64_t next() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  size_t below(size_t end) { return static_cast<size_t>(next() % end); }
  bool one_in(size_t n) { return below(n) == 0; }
  // Prefers what stands first in the list.
  std::string_view pick(Texts texts) {
    if (!one_in(10)) return texts[below(std::min<size_t>(2, texts.size()))];
    return texts[below(texts.size())];
  }

 private:
  uint64_t state_;
};

class Generator {
 public:
  explicit Generator(uint64_t seed) : choices_(seed) {}

  std::string make() {
    while (choices_.one_in(30)) text_ += line_end();
    add(choices_.pick(kMethods)).add(blank()).add(choices_.pick(kTargets)).add(blank());
    add(choices_.one_in(8) ? choices_.pick(kVersions) : kVersions[0]).end_line();
    if (!choices_.one_in(30)) field("Host", choices_.pick(kHosts));
    if (choices_.one_in(40)) field("Host", choices_.pick(kHosts));
    while (choices_.one_in(2)) field(choices_.pick(kNames), choices_.pick(kValues));
    if (choices_.one_in(4)) field("Connection", choices_.pick(kConnections));
    if (choices_.one_in(12)) field("Expect", "100-continue");
    if (choices_.one_in(2)) {
      end_line();
    } else {
      body();
    }
    if (choices_.one_in(4)) text_ += kNext;
    if (choices_.one_in(2)) change();
    return std::move(text_);
  }

 private:
  Generator& add(std::string_view text) {
    text_ += text;
    return *this;
  }
  std::string_view line_end() { return choices_.one_in(60) ? choices_.pick(kLineEnds) : "\r\n"; }
  void end_line() { text_ += line_end(); }
  std::string_view blank() {
    constexpr std::string_view kBlanks[] = {" ", " ", "  ", "\t", ""};
    return choices_.one_in(40) ? choices_.pick(kBlanks) : " ";
  }

  void field(std::string_view name, std::string_view value) {
    constexpr std::string_view kBefore[] = {" ", " ", "", "\t", "  ", "\r\n "};
    add(name).add(choices_.one_in(50) ? " :" : ":");
    add(choices_.one_in(10) ? choices_.pick(kBefore) : " ").add(value);
    if (choices_.one_in(10)) text_ += choices_.one_in(10) ? "\r\n fold" : " \t";
    end_line();
  }

  void body() {
    const size_t size = choices_.below(20);
    const bool both = choices_.one_in(40);
    const bool has_length = choices_.one_in(2) || both;
    if (has_length) {
      field("Content-Length", choices_.one_in(6) ? choices_.pick(kLengths) : std::to_string(size));
      if (choices_.one_in(40)) field("Content-Length", std::to_string(size));
    }
    if (!has_length || both) {
      field("Transfer-Encoding", choices_.one_in(6) ? choices_.pick(kCodings) : "chunked");
      if (choices_.one_in(40)) field("Transfer-Encoding", choices_.pick(kCodings));
    }
    end_line();
    if (has_length && !both) {
      text_.append(size, 'b');
    } else {
      chunks();
    }
  }

  void chunks() {
    while (!choices_.one_in(3)) chunk(choices_.below(18) + 1);
    chunk(0);
    while (choices_.one_in(4)) field(choices_.pick(kTrailerNames), choices_.pick(kValues));
    end_line();
  }

  void chunk(size_t size) {
    constexpr std::string_view kDigits = "0123456789abcdefg";
    if (choices_.one_in(30)) text_ += choices_.pick(kSizes);
    if (size > 15) text_ += choices_.one_in(10) ? '0' : '1';
    text_ += kDigits[size > 15 ? size - 16 : size];
    if (choices_.one_in(5)) text_ += choices_.pick(kExtensions);
    end_line();
    if (size == 0) return;
    text_.append(choices_.one_in(60) ? size + 1 : size, 'c');
    end_line();
  }

  void change() {
    do {
      const size_t at = choices_.below(text_.size());
      const char byte = kBytes[choices_.below(kBytes.size())];
      switch (choices_.below(6)) {
        case 0:
          text_.insert(text_.begin() + static_cast<std::ptrdiff_t>(at), byte);
          break;
        case 1:
          text_[at] = byte;
          break;
        case 2:
          text_.erase(at, 1 + choices_.below(2));
          break;
        case 3:
          text_[at] = static_cast<char>(choices_.below(256));
          break;
        case 4:
          text_.insert(at, text_.substr(choices_.below(text_.size()), choices_.below(12)));
          break;
        default:
          if (choices_.one_in(4)) text_.resize(at);
          break;
      }
    } while (choices_.one_in(3) && !text_.empty());
    if (text_.empty()) text_ = "\r\n";
  }

  Choices choices_;
  std::string text_;
};

}  // namespace

std::string make_request(uint64_t seed, uint64_t number) {
  return Generator(Choices(seed).next() + number * 0x2545f4914f6cdd1d).make();
}

}  // namespace penstock::conformance
