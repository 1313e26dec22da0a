#include "conformance/differential/kinds.h"

#include <algorithm>

namespace penstock::conformance {
namespace {

struct Explanation {
  std::string_view kind;
  std::string_view text;
};

// Go's package has two halves: ReadRequest, which is held against our parser, and a server that
// checks more. What is said of ReadRequest below need not hold for that server.
constexpr Explanation kExplanations[] = {
    // Penstock accepts these and Go refuses them.
    {"accepted / refused: malformed HTTP request (behind an empty line)",
     "RFC 9112 section 2.2 asks to ignore an empty line before the request line. Go does not."},
    {"accepted / refused: target: invalid URL escape ",
     "The percent-encoding is not the parser's matter: the contract's check answers 400, and the "
     "connection goes on."},
    {"accepted / refused: invalid byte in chunk length",
     "RFC 9112 section 7.1.1 has white space between a chunk's size and its extension, so it is "
     "accepted. Go does not."},
    // Both accept these.
    {"accepted / accepted: host (percent-encoded)",
     "Go decodes the percent-encoding of a host in absolute-form. Penstock keeps it as it is."},
    // Penstock refuses these and Go accepts them.
    {"refused: The request line must be a method, a target and HTTP/1.1, with one space between "
     "them. "
     "/ accepted (CONNECT without a target)",
     "RFC 9112 section 3.2.3 has a host and a port there. Go takes no target for an empty one."},
    {"refused: The Host header is not a host. / accepted",
     "RFC 9112 section 3.2 asks for 400. Go's ReadRequest takes any value; its server checks the "
     "bytes only."},
    {"refused: The host in the request target is not a host. / accepted",
     "RFC 9110 section 4.2 has no empty host and no user in an http URI. Go's URLs have them, and "
     "ports of any size."},
    {"refused: The request must have exactly one Host header. / accepted",
     "RFC 9112 section 3.2 asks for 400. Go's ReadRequest takes the first; its server counts."},
    {"refused: A header field must be on one line. / accepted",
     "RFC 9112 section 5.2 lets a server refuse a folded field. Go joins its lines."},
    {"refused: A header field is not a name, a colon and a value without control characters. / "
     "accepted",
     "RFC 9110 section 5.5 has no control characters in a value. Go's ReadRequest takes them; its "
     "server refuses them."},
    {"refused: A line of the request does not end in CR LF. / accepted",
     "RFC 9112 section 2.2 lets a server take LF alone for a line's end. Go does; Penstock does "
     "not, so that no line ends twice."},
    {"refused: CONNECT is not supported: this is no proxy. / accepted",
     "Penstock answers 501 at once. Go leaves CONNECT to the handler."},
    {"refused: The request target must begin with '/', 'http://' or 'https://'. / accepted",
     "An origin server has no other targets (RFC 9112 section 3.2). Go reads URLs of any scheme, "
     "and lets a target begin with an authority."},
    {"refused: Only OPTIONS may have the target '*'. / accepted",
     "RFC 9112 section 3.2.4. Go leaves it to the handler."},
    {"refused: Only HTTP/1.1 and HTTP/1.0 are supported. / accepted",
     "Go's ReadRequest reads any version; its server answers 505, too."},
    {"refused: The request target has a control character or a '#'. / accepted",
     "A request target has no fragment (RFC 9112 section 3.2). Go keeps the '#' as data."},
    {"refused: The Connection header is not a list of names. / accepted",
     "RFC 9110 section 7.6.1 has a list of tokens. Go skips an element that is not one."},
    {"refused: A chunk does not have the form of RFC 9112, section 7.1: SIZE;NAME=VALUE CR LF DATA "
     "CR LF. / accepted",
     "Go skips a chunk's extension without a look, and white space behind the size."},
    {"refused: Transfer-Encoding is not allowed with Content-Length or HTTP/1.0. / accepted",
     "RFC 9112 section 6.1 lets a server refuse both together. Go drops Content-Length, and "
     "ignores "
     "Transfer-Encoding in HTTP/1.0."},
    {"refused: The request's Content-Length is not one decimal number. / accepted",
     "RFC 9110 section 8.6 lets a server refuse a repeated length. Go takes equal ones as one, and "
     "does not look at them beside Transfer-Encoding."},
    {"refused: The request's Transfer-Encoding does not end in 'chunked' alone. / accepted",
     "RFC 9112 section 6.3 asks for 400. Go does not look at Transfer-Encoding in HTTP/1.0."},
    {"refused: A field behind the body may only come before it. / accepted",
     "RFC 9110 section 6.5.1 forbids to send such trailers. Go keeps them apart from the headers."},
    {"refused: The only supported expectation is 100-continue. / accepted",
     "RFC 9110 section 10.1.1. Go's ReadRequest leaves it to its server, which answers 417, too."},
    // These texts end early.
    {"refused / incomplete",
     "The text ends early. Penstock refuses a line when it is complete; Go waits for the header's "
     "end or for the body."},
    {"incomplete in its header / refused",
     "The text ends early. Go takes the end of its input for the end of a line, or refuses what it "
     "refuses in a whole request, too."},
    {"incomplete in its body / refused",
     "The text ends early. Go refuses what it refuses in a whole request, or half a trailer."},
};

// Says whether the text has a request's whole header.
bool has_header(std::string_view request) {
  while (request.starts_with("\r\n")) request.remove_prefix(2);
  return request.find("\r\n\r\n") != std::string_view::npos;
}

}  // namespace

std::string kind_of(const std::string& difference, const Outcome& ours, const Outcome& theirs,
                    std::string_view request) {
  if (ours.verdict == 'r' && theirs.verdict == 'i') return "refused / incomplete";
  if (ours.verdict == 'i' && theirs.verdict == 'r') {
    return has_header(request) ? "incomplete in its body / refused"
                               : "incomplete in its header / refused";
  }
  std::string kind = difference;
  if (ours.verdict == 'r' && theirs.method == "CONNECT" && theirs.target.empty() &&
      ours.reason.starts_with("The request line ")) {
    kind += " (CONNECT without a target)";
  }
  if (kind == "accepted / accepted: host" && ours.host.find('%') != std::string::npos) {
    kind += " (percent-encoded)";
  }
  if (theirs.verdict != 'r') return kind;
  // Go's reasons quote what they complain of.
  const size_t slash = kind.find(" / refused: ");
  const size_t behind = kind.rfind("\": ");
  if (kind.find("parse \"", slash) != std::string::npos && behind != std::string::npos) {
    kind = kind.substr(0, slash) + " / refused: target: " + kind.substr(behind + 3);
  }
  kind.resize(std::min(kind.size(), kind.find('"', slash)));
  if (kind.ends_with("malformed HTTP request ") && request.starts_with("\r\n")) {
    kind += "(behind an empty line)";
  }
  return kind;
}

std::string_view explanation_of(std::string_view kind) {
  for (const Explanation& explanation : kExplanations) {
    if (explanation.kind == kind) return explanation.text;
  }
  return {};
}

}  // namespace penstock::conformance
