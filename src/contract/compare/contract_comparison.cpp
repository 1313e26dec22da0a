#include "contract/compare/contract_comparison.h"

#include <algorithm>
#include <map>

#include "base/printable_text.h"
#include "contract/document/document.h"

namespace penstock::contract {
namespace {

constexpr size_t kNameBytesMax = 300;

using Effect = Change::Effect;

// Returns the method and the path without the names of its parameters, which are the same for the
// same requests.
std::string key_of(const Operation& operation) {
  std::string key = operation.method + ' ';
  bool in_name = false;
  for (const char c : operation.path) {
    if (c == '}') in_name = false;
    if (!in_name) key += c;
    if (c == '{') in_name = true;
  }
  return key;
}

std::string sentence_of(const Difference& difference, bool sub_is_old) {
  const std::string& kind = difference.kind;
  if (difference.super_text.empty()) {
    return sub_is_old ? kind + " allowed " + difference.sub_text + ", and no longer does"
                      : kind + " did not allow " + difference.sub_text + ", and does now";
  }
  // These are about the property, whose name is in the path.
  const bool of_property = kind == "required" || kind == "dependentRequired" ||
                           kind == "properties" || kind == "additionalProperties" ||
                           kind == "readOnly" || kind == "writeOnly";
  return (of_property ? "it" : kind) + " was " +
         (sub_is_old ? difference.sub_text : difference.super_text) + ", and is " +
         (sub_is_old ? difference.super_text : difference.sub_text);
}

Place place_in(const Contract& contract, std::string_view key) {
  const Node* node = contract.document().find(key);
  return place_of(node == nullptr ? contract.document() : *node);
}

}  // namespace

std::vector<Change> ContractComparison::changes() {
  compare_roots();
  compare_operations();
  compare_claims();
  compare_events();
  return changes_.sorted();
}

void ContractComparison::add(Effect effect, std::string_view kind, const Subject& subject,
                             std::string_view sentence) {
  changes_.add({.effect = effect,
                .kind = std::string(kind),
                .where = base::printable(subject.where, 2 * kNameBytesMax),
                .sentence = base::printable(sentence, 4 * kNameBytesMax),
                .old_place = subject.old_place,
                .new_place = subject.new_place});
}

void ContractComparison::compare_roots() {
  compare_bases({"the servers", place_in(before_, "servers"), place_in(after_, "servers")},
                before_.base_paths(), after_.base_paths());
}

void ContractComparison::compare_bases(const Subject& subject,
                                       const std::vector<std::string>& before,
                                       const std::vector<std::string>& after) {
  const auto missing = [&](const auto& from, const auto& in, Effect effect, std::string_view kind,
                           std::string_view end) {
    for (const std::string& base : from) {
      if (std::find(in.begin(), in.end(), base) != in.end()) continue;
      add(effect, kind, subject,
          (base.empty() ? "requests without a base path" : "the base path " + base) +
              std::string(end));
    }
  };
  missing(before, after, Effect::breaks, "base-path-removed", " are no longer served");
  missing(after, before, Effect::does_not_break, "base-path-added", " are served now");
}

void ContractComparison::compare_operations() {
  std::map<std::string, Entry> after;
  for (const Path& path : after_.paths()) {
    for (const Operation& operation : path.operations) {
      after.emplace(key_of(operation), Entry{&path, &operation});
    }
  }
  const Place new_paths = place_in(after_, "paths");
  for (const Path& path : before_.paths()) {
    for (const Operation& operation : path.operations) {
      const std::string where = operation.method + ' ' + operation.path;
      const auto found = after.find(key_of(operation));
      if (found == after.end()) {
        add(Effect::breaks, "operation-removed", {where, place_of(operation.where), new_paths},
            "the operation was removed");
        continue;
      }
      const Entry& entry = found->second;
      const Subject subject{where, place_of(operation.where), place_of(entry.operation->where)};
      const std::vector<std::string>& old_bases = *operation.base_paths;
      const std::vector<std::string>& new_bases = *entry.operation->base_paths;
      const bool own = old_bases != before_.base_paths() || new_bases != after_.base_paths();
      if (own) compare_bases(subject, old_bases, new_bases);
      compare_operation(subject, operation, *entry.operation);
      after.erase(found);
    }
  }
  const Place old_paths = place_in(before_, "paths");
  for (const auto& [key, entry] : after) {
    const Operation& operation = *entry.operation;
    add(Effect::does_not_break, "operation-added",
        {operation.method + ' ' + operation.path, old_paths, place_of(operation.where)},
        "the operation is new");
  }
}

void ContractComparison::compare_schemas(const Subject& subject, Writer writer,
                                         const Schema* before, const Schema* after) {
  Inclusion& inclusion = writer == Writer::client    ? requests_
                         : writer == Writer::service ? responses_
                                                     : values_;
  // What was written for the old schema is read with the new one, or the other way round.
  const bool old_is_read =
      writer == Writer::client || writer == Writer::store || writer == Writer::issuer;
  const Schema* sub = old_is_read ? before : after;
  const Schema* super = old_is_read ? after : before;
  const std::vector<Difference> narrowed = inclusion.differences(sub, super);
  add_differences(subject, writer, narrowed, old_is_read, true);
  // Events are compared in both directions anyway.
  if (writer == Writer::producer || writer == Writer::store) return;
  // The other way round, a difference only widens what is allowed. What does both is said once.
  std::vector<Difference> widened = inclusion.differences(super, sub);
  std::erase_if(widened, [&](const Difference& one) {
    return std::any_of(narrowed.begin(), narrowed.end(), [&](const Difference& other) {
      return one.path == other.path && one.kind == other.kind && one.sub == other.super &&
             one.super == other.sub;
    });
  });
  add_differences(subject, writer, widened, !old_is_read, false);
}

void ContractComparison::add_differences(const Subject& subject, Writer writer,
                                         const std::vector<Difference>& differences,
                                         bool sub_is_old, bool breaks) {
  static const std::map<Writer, std::string_view> kReaders = {
      {Writer::client, "requests"},
      {Writer::service, "answers"},
      {Writer::producer, "new events, for their consumers"},
      {Writer::store, "stored events"},
      {Writer::issuer, "tokens"}};
  for (const Difference& difference : differences) {
    const Node* before = sub_is_old ? difference.sub : difference.super;
    const Node* after = sub_is_old ? difference.super : difference.sub;
    Subject place = subject;
    if (before != nullptr) place.old_place = place_of(*before);
    if (after != nullptr) place.new_place = place_of(*after);
    if (!difference.path.empty()) place.where += ' ' + difference.path;
    const Effect effect = !breaks              ? Effect::does_not_break
                          : difference.certain ? Effect::breaks
                                               : Effect::may_break;
    std::string sentence = sentence_of(difference, sub_is_old);
    sentence.append(" (").append(kReaders.at(writer)).append(")");
    add(effect, breaks ? "schema-narrowed" : "schema-widened", place, sentence);
  }
}

}  // namespace penstock::contract
