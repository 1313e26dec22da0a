#include "http/guard/admitted.h"

#include <memory>
#include <utility>

#include "base/printable_text.h"

namespace penstock::http {
namespace {

// Calls add(name, text) for each field of the log.
template <class Add>
void each_field(const RequestMessage& request, const Add& add) {
  const Admitted* const decided = admitted(request);
  if (decided == nullptr) return;
  const auth::Principal& principal = decided->caller.principal();
  std::string_view scheme = principal.scheme;
  std::string_view subject = principal.subject;
  if (decided->refusal) {
    add("auth", auth::name_of(decided->refusal->outcome));
    if (scheme.empty()) {
      scheme = decided->refusal->scheme;
      subject = decided->refusal->subject;
    }
  }
  if (!scheme.empty()) add("auth_scheme", base::printable(scheme, kLoggedSubjectBytes));
  if (!subject.empty()) add("subject", base::printable(subject, kLoggedSubjectBytes));
}

}  // namespace

Admitted* admitted(const RequestMessage& request) {
  return dynamic_cast<Admitted*>(request.attachment());
}

const auth::Caller& caller_of(const RequestMessage& request) {
  static const auth::Caller kAnonymous;
  if (request.attachment() == nullptr) return kAnonymous;
  const Admitted* const decided = admitted(request);
  return decided != nullptr ? decided->caller : kAnonymous;
}

bool is_refused(const RequestMessage& request) {
  if (request.attachment() == nullptr) return false;
  const Admitted* const decided = admitted(request);
  return decided != nullptr && decided->refusal.has_value();
}

void set_caller(const RequestMessage& request, auth::Caller caller) {
  auto decided = std::make_unique<Admitted>();
  decided->caller = std::move(caller);
  request.attach(std::move(decided));
}

void log_caller(log::Line& line, const RequestMessage& request) {
  each_field(request,
             [&](std::string_view name, std::string_view text) { line.field(name, text); });
}

void log_caller(json::ObjectWriter& line, const RequestMessage& request) {
  each_field(request,
             [&](std::string_view name, std::string_view text) { line.member(name, text); });
}

}  // namespace penstock::http
