// Compares the events of two contracts.
#include <map>
#include <set>

#include "contract/compare/contract_comparison.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Effect = Change::Effect;

// An EventType is all that a contract says of the events of one type. Their schemas are the same.
struct EventType {
  Place place = {};
  const Schema* schema = nullptr;
  std::set<std::string> topics = {};
  std::set<std::string> keys = {};
  bool acknowledged = true;  // Whether all of them are.
  bool auth_context = true;  // Whether all of them say who has sent the request.
  bool atomic = true;        // Whether all of them come together with the others of their request.
};

std::map<std::string, EventType> events_of(const Contract& contract) {
  std::map<std::string, EventType> events;
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      for (const EventDeclaration& declared : operation.events) {
        const auto [at, is_new] = events.try_emplace(declared.type);
        EventType& event = at->second;
        if (is_new) {
          event.place = place_of(operation.where);
          event.schema = declared.schema;
        }
        event.topics.insert(declared.topic);
        event.keys.insert(declared.key_pointer);
        event.acknowledged = event.acknowledged && declared.acknowledged;
        event.auth_context = event.auth_context && declared.auth_context;
        event.atomic = event.atomic && operation.atomic;
      }
    }
  }
  return events;
}

std::string list_of(const std::set<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") + (text.empty() ? "none" : text);
  }
  return list;
}

}  // namespace

void ContractComparison::compare_events() {
  std::map<std::string, EventType> after = events_of(after_);
  const Place new_root = place_of(after_.document());
  for (const auto& [type, old_event] : events_of(before_)) {
    const auto found = after.find(type);
    Subject subject{"event " + type, old_event.place, new_root};
    if (found == after.end()) {
      add(Effect::breaks, "event-removed", subject, "no operation publishes it any more");
      continue;
    }
    const EventType& new_event = found->second;
    subject.new_place = new_event.place;
    for (const std::string& topic : old_event.topics) {
      if (new_event.topics.contains(topic)) continue;
      add(Effect::breaks, "event-topic", subject,
          "it is no longer published to topic " + topic + ", but to " + list_of(new_event.topics));
    }
    if (old_event.keys != new_event.keys) {
      add(Effect::breaks, "event-key", subject,
          "its key was " + list_of(old_event.keys) + ", and is " + list_of(new_event.keys) +
              ", so that its order among others changes");
    }
    if (old_event.acknowledged != new_event.acknowledged) {
      add(new_event.acknowledged ? Effect::does_not_break : Effect::breaks, "event-delivery",
          subject,
          new_event.acknowledged ? "its delivery is acknowledged now"
                                 : "its delivery was acknowledged, and is best_effort, so that it "
                                   "may be lost");
    }
    if (old_event.atomic != new_event.atomic) {
      add(new_event.atomic ? Effect::does_not_break : Effect::breaks, "event-atomic", subject,
          new_event.atomic
              ? "it is stored in one transaction with the others of its request now"
              : "it was stored in one transaction with the others of its request, and is stored "
                "alone now, so that it may come without them");
    }
    if (old_event.auth_context != new_event.auth_context) {
      add(new_event.auth_context ? Effect::does_not_break : Effect::breaks, "event-auth-context",
          subject,
          new_event.auth_context
              ? "it says who has sent the request now"
              : "it had the headers ce_authtype and ce_authid, and has them no longer");
    }
    compare_schemas(subject, Writer::producer, old_event.schema, new_event.schema);
    compare_schemas(subject, Writer::store, old_event.schema, new_event.schema);
    after.erase(found);
  }
  const Place old_root = place_of(before_.document());
  for (const auto& [type, event] : after) {
    add(Effect::does_not_break, "event-added", {"event " + type, old_root, event.place},
        "it is new");
  }
}

}  // namespace penstock::contract
