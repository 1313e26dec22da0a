#include "json/sax.h"

namespace penstock::json {

std::string describe(const SaxEnd& end) {
  return "not JSON at byte " + std::to_string(end.offset) + ": " + end.error.message();
}

}  // namespace penstock::json
