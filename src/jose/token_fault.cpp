#include "jose/token_fault.h"

namespace penstock::jose {

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::too_long:
      return "too_long";
    case Fault::malformed:
      return "malformed";
    case Fault::encrypted:
      return "encrypted";
    case Fault::nested:
      return "nested";
    case Fault::algorithm:
      return "algorithm";
    case Fault::critical_header:
      return "critical_header";
    case Fault::type:
      return "type";
    case Fault::unknown_key:
      return "unknown_key";
    case Fault::signature:
      return "signature";
    case Fault::issuer:
      return "issuer";
    case Fault::audience:
      return "audience";
    case Fault::expired:
      return "expired";
    case Fault::not_yet_valid:
      return "not_yet_valid";
    case Fault::claims:
      return "claims";
  }
  return "malformed";
}

}  // namespace penstock::jose
