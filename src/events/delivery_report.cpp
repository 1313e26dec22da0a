#include "events/delivery_report.h"

namespace penstock::events {

std::string_view name(DeliveryOutcome outcome) {
  switch (outcome) {
    case DeliveryOutcome::stored:
      return "stored";
    case DeliveryOutcome::not_stored:
      return "not_stored";
    case DeliveryOutcome::unknown:
      return "unknown";
    case DeliveryOutcome::refused:
      return "refused";
  }
  return "unknown";
}

}  // namespace penstock::events
