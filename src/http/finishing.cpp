#include "http/finishing.h"

namespace penstock::http {

void Finishing::finish(const RequestMessage& request, ResponseMessage& response) {
  compression_.apply(request, response);
  if (cors_.used()) cors_.add_headers(request, response);
  if (guard_ != nullptr) guard_->add_headers(request, response);
}

}  // namespace penstock::http
