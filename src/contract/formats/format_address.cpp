#include "contract/formats/format_address.h"

#include <algorithm>

#include "contract/formats/format_scanner.h"
#include "contract/formats/idna_label.h"

namespace penstock::contract {

namespace {

constexpr std::string_view kSubDelims = "!$&'()*+,;=";  // RFC 3986 section 2.2.
constexpr Bytes kScheme = kAlnum.with("+-.");
constexpr Bytes kRegName = kAlnum.with("-._~").with(kSubDelims);
constexpr Bytes kUserInfo = kRegName.with(":");
constexpr Bytes kPath = kUserInfo.with("@/");
constexpr Bytes kQuery = kPath.with("?");
constexpr Bytes kAtext = kAlnum.with("!#$%&'*+-/=?^_`{|}~");  // RFC 5322 section 3.2.3.
// These are the literals of RFC 6570 section 2.1, with "'", which is allowed in URIs.
constexpr Bytes kTemplate = kAlnum.with("!#$&'()*+,-./:;=?@[]_~");
constexpr Bytes kVarchar = kAlnum.with("_");  // RFC 6570 section 2.3.
constexpr Bytes kOperators("+#./;?&=,!@|");   // RFC 6570 section 2.2.

// Checks a host name (RFC 1123 section 2.1). With `wide` a label may also be of another script (RFC
// 5890 section 2.3.2.1); its ASCII form has at least as many bytes as it has code points.
bool is_host(std::string_view text, Wide wide) {
  constexpr size_t kHostMax = 253;
  constexpr size_t kLabelMax = 63;
  size_t host_size = 0;
  Scanner scanner(text);
  do {
    const std::string_view from_here = scanner.rest();
    size_t size = 0;
    while (scanner.take_one(kAlnum) || scanner.take('-') || scanner.take_wide(wide)) {
      if (++size > kLabelMax || ++host_size > kHostMax) return false;
    }
    const std::string_view label = from_here.substr(0, from_here.size() - scanner.rest().size());
    if (size == 0 || label.front() == '-' || label.back() == '-') return false;
    const bool is_ace = size > 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' &&
                        label[2] == '-' && label[3] == '-';
    if (is_ace && size == label.size() && !check_a_label(label).valid) return false;
    ++host_size;
  } while (scanner.take('.'));
  return scanner.done() && host_size <= kHostMax + 1;
}

// Removes one of the dots that separate labels (RFC 3490 section 3.1).
bool take_dot(Scanner& scanner) {
  return scanner.take('.') || scanner.take_text("\u3002") || scanner.take_text("\uff0e") ||
         scanner.take_text("\uff61");
}

// Checks a mailbox (RFC 5321 section 4.1.2; with `wide`, RFC 6531 section 3.3).
bool is_mailbox(std::string_view text, Wide in_host) {
  const Wide wide = in_host == Wide::none ? Wide::none : Wide::all;
  Scanner scanner(text);
  if (scanner.take('"')) {
    while (!scanner.take('"')) {
      if (!scanner.take('\\') && scanner.take_wide(wide)) continue;
      if (scanner.done() || scanner.rest().front() < ' ' || scanner.rest().front() > '~') {
        return false;
      }
      scanner.take(scanner.rest().front());
    }
  } else {
    do {
      if (!scanner.take_one(kAtext) && !scanner.take_wide(wide)) return false;
      while (scanner.take_one(kAtext) || scanner.take_wide(wide)) continue;
    } while (scanner.take('.'));
  }
  if (!scanner.take('@')) return false;
  std::string_view host = scanner.rest();
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return is_host(host, in_host);
  host = host.substr(1, host.size() - 2);
  constexpr std::string_view kTag = "ipv6:";
  const bool is_tagged = host.size() > kTag.size() &&
                         std::equal(kTag.begin(), kTag.end(), host.begin(),
                                    [](char a, char b) { return a == b || a == (b | 0x20); });
  return is_tagged ? is_ipv6(host.substr(kTag.size())) : is_ipv4(host);
}

// Returns whether the text consists of bytes of the set, percent-encoded bytes, and code points
// that `wide` allows.
bool is_made_of(std::string_view text, const Bytes& set, Wide wide) {
  Scanner scanner(text);
  while (!scanner.done()) {
    if (scanner.take_all(set).empty() && !scanner.take_wide(wide) && !scanner.take_percent()) {
      return false;
    }
  }
  return true;
}

// Checks an authority (RFC 3986 section 3.2).
bool is_authority(std::string_view text, Wide wide) {
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    if (!is_made_of(text.substr(0, at), kUserInfo, wide)) return false;
    text.remove_prefix(at + 1);
  }
  Scanner scanner(text);
  if (scanner.take('[')) {
    Scanner literal(scanner.take_until("]"));
    if (!scanner.take(']')) return false;
    if (literal.take('v') || literal.take('V')) {  // IPvFuture
      if (literal.take_all(kHex).empty() || !literal.take('.')) return false;
      if (literal.take_all(kUserInfo).empty() || !literal.done()) return false;
    } else if (!is_ipv6(literal.rest())) {
      return false;
    }
  } else if (!is_made_of(scanner.take_until(":"), kRegName, wide)) {
    return false;
  }
  if (scanner.take(':')) scanner.take_all(kDigits);
  return scanner.done();
}

// Checks a URI reference (RFC 3986 section 4.1; with `wide`, RFC 3987 section 2.2).
bool is_reference(std::string_view text, bool has_scheme, Wide wide) {
  Scanner scanner(text);
  const std::string_view head = scanner.take_until(":/?#");
  // The first segment of a relative path must not contain a colon (RFC 3986 section 4.2).
  if (scanner.take(':')) {
    if (head.empty() || !kAlpha.has(head.front())) return false;
    if (!std::all_of(head.begin(), head.end(), [](char c) { return kScheme.has(c); })) return false;
  } else {
    if (has_scheme) return false;
    scanner = Scanner(text);
  }
  if (scanner.rest().substr(0, 2) == "//") {
    scanner.take('/');
    scanner.take('/');
    if (!is_authority(scanner.take_until("/?#"), wide)) return false;
  }
  if (!is_made_of(scanner.take_until("?#"), kPath, wide)) return false;
  const Wide in_query = wide == Wide::none ? Wide::none : Wide::iprivate;
  if (scanner.take('?') && !is_made_of(scanner.take_until("#"), kQuery, in_query)) return false;
  return !scanner.take('#') || is_made_of(scanner.rest(), kQuery, wide);
}

// Removes an expression whose opening brace has been removed before (RFC 6570 section 2.2).
bool take_expression(Scanner& scanner) {
  scanner.take_one(kOperators);
  do {
    do {
      if (!scanner.take_one(kVarchar) && !scanner.take_percent()) return false;
      while (scanner.take_one(kVarchar) ||
             (scanner.rest().substr(0, 1) == "%" && scanner.take_percent())) {
        continue;
      }
    } while (scanner.take('.'));
    if (scanner.take('*')) continue;
    if (scanner.take(':')) {
      const std::string_view length = scanner.take_all(kDigits);
      if (length.empty() || length.size() > 4 || length.front() == '0') return false;
    }
  } while (scanner.take(','));
  return scanner.take('}');
}

}  // namespace

// Checks the dotted-quad form of RFC 2673 section 3.2, without leading zeros, because some programs
// read those as octal.
bool is_ipv4(std::string_view text) {
  Scanner scanner(text);
  for (int part = 0; part < 4; ++part) {
    if (part != 0 && !scanner.take('.')) return false;
    const std::string_view digits = scanner.take_all(kDigits);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0')) {
      return false;
    }
    if (digits.size() == 3 && digits > "255") return false;
  }
  return scanner.done();
}

// Checks the forms of RFC 4291 section 2.2.
bool is_ipv6(std::string_view text) {
  Scanner scanner(text);
  int groups = 0;
  bool has_gap = false;
  if (scanner.take(':')) {
    if (!scanner.take(':')) return false;
    if (scanner.done()) return true;
    has_gap = true;
  }
  for (;;) {
    const std::string_view from_here = scanner.rest();
    const size_t digits = scanner.take_all(kHex).size();
    if (!scanner.done() && scanner.rest().front() == '.') {
      if (!is_ipv4(from_here)) return false;
      groups += 2;
      break;
    }
    if (digits == 0 || digits > 4) return false;
    if (++groups > 8) return false;
    if (scanner.done()) break;
    if (!scanner.take(':')) return false;
    if (scanner.take(':')) {
      if (has_gap) return false;
      has_gap = true;
      if (scanner.done()) break;
    }
  }
  return has_gap ? groups < 8 : groups == 8;
}

bool is_hostname(std::string_view text) {
  return is_host(text, Wide::none);
}

// Checks an internationalised host name (RFC 5890 section 2.3.2.3), whose labels are of ASCII, or
// A-labels, or U-labels.
bool is_idn_hostname(std::string_view text) {
  constexpr size_t kHostMax = 253;
  constexpr size_t kLabelBytesMax = 63 * 4;
  if (text.size() > kHostMax * 4) return false;
  Scanner scanner(text);
  size_t size = 0;  // In code points, of which the ASCII form has at least as many.
  bool has_right = false;
  bool all_fit = true;
  do {
    const std::string_view from_here = scanner.rest();
    bool is_ascii = true;
    while (!scanner.done() && scanner.rest().front() != '.') {
      const Scanner before = scanner;
      if (take_dot(scanner)) {
        scanner = before;
        break;
      }
      const auto point = scanner.take_point();
      if (!point || ++size > kHostMax) return false;
      is_ascii = is_ascii && *point < 0x80;
    }
    const std::string_view label = from_here.substr(0, from_here.size() - scanner.rest().size());
    if (label.empty() || label.size() > kLabelBytesMax) return false;
    IdnaLabel checked;
    if (!is_ascii) {
      checked = check_u_label(label);
    } else if (label.size() > 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' &&
               label.substr(2, 2) == "--") {
      checked = is_host(label, Wide::none) ? check_a_label(label) : IdnaLabel{};
    } else {
      checked.valid = is_host(label, Wide::none);
      checked.fits_beside_right = kAlpha.has(label.front());
    }
    if (!checked.valid) return false;
    has_right = has_right || checked.is_right;
    all_fit = all_fit && (checked.is_right || checked.fits_beside_right);
    ++size;
  } while (take_dot(scanner));
  return scanner.done() && size <= kHostMax + 1 && (all_fit || !has_right);
}

bool is_email(std::string_view text) {
  return is_mailbox(text, Wide::none);
}
bool is_idn_email(std::string_view text) {
  return is_mailbox(text, Wide::ucschar);
}
bool is_uri(std::string_view text) {
  return is_reference(text, true, Wide::none);
}
bool is_uri_reference(std::string_view text) {
  return is_reference(text, false, Wide::none);
}
bool is_iri(std::string_view text) {
  return is_reference(text, true, Wide::ucschar);
}
bool is_iri_reference(std::string_view text) {
  return is_reference(text, false, Wide::ucschar);
}

// Checks a URI template (RFC 6570 section 2).
bool is_uri_template(std::string_view text) {
  Scanner scanner(text);
  while (!scanner.done()) {
    if (scanner.take('{')) {
      if (!take_expression(scanner)) return false;
    } else if (scanner.take_all(kTemplate).empty() && !scanner.take_wide(Wide::iprivate) &&
               !scanner.take_percent()) {
      return false;
    }
  }
  return true;
}

}  // namespace penstock::contract
