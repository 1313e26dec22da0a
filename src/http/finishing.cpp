#include "http/finishing.h"

namespace penstock::http {

void Finishing::finish(const RequestMessage& request, ResponseMessage& response) {
  compression_.apply(request, response);
  if (cors_.used()) cors_.add_headers(request, response);
  if (limits_ != nullptr) limits_->add_headers(request, response);
}

}  // namespace penstock::http
