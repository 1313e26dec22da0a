#include "apps/contract/diff_command.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
#include <vector>

#include "apps/contract/pretty_json.h"
#include "apps/shared/exit_status.h"
#include "base/printable_text.h"
#include "contract/compare/contract_comparison.h"
#include "contract/document/document.h"
#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

namespace bj = boost::json;
using contract::Change;
using Effect = Change::Effect;

constexpr Effect kEffects[] = {Effect::breaks, Effect::may_break, Effect::does_not_break};

size_t count(const std::vector<Change>& changes, Effect effect) {
  return static_cast<size_t>(std::count_if(
      changes.begin(), changes.end(), [&](const Change& one) { return one.effect == effect; }));
}

std::string title_of(Effect effect) {
  return effect == Effect::breaks      ? "breaks"
         : effect == Effect::may_break ? "may break"
                                       : "does not break";
}

std::string printable(const std::string& text) {
  return base::printable(text, contract::kSentenceBytesMax);
}

std::string text_of(const DiffOptions& options, const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) {
    text += title_of(change.effect) + ": " + change.where + ": " + change.sentence;
    if (change.more > 0) text += " (and in " + std::to_string(change.more) + " more)";
    text += "\n  old " + printable(change.old_place.text()) + "\n  new " +
            printable(change.new_place.text()) + '\n';
  }
  text += printable(options.old_file) + " -> " + printable(options.new_file) + ": ";
  for (const Effect effect : kEffects) {
    text += std::string(effect == Effect::breaks ? "" : ", ") +
            std::to_string(count(changes, effect)) + ' ' +
            (effect == Effect::breaks      ? "breaking"
             : effect == Effect::may_break ? "that may break"
                                           : "not breaking");
  }
  return text + '\n';
}

bj::object json_of(const contract::Place& place) {
  bj::object made{{"file", place.file}};
  if (place.line > 0) {
    made["line"] = place.line;
    made["column"] = place.column;
  }
  return made;
}

std::string json_of(const DiffOptions& options, const std::vector<Change>& changes) {
  bj::array made;
  for (const Change& change : changes) {
    made.push_back(bj::object{{"effect", name_of(change.effect)},
                              {"kind", change.kind},
                              {"where", change.where},
                              {"sentence", change.sentence},
                              {"more", change.more},
                              {"old", json_of(change.old_place)},
                              {"new", json_of(change.new_place)}});
  }
  bj::object counts;
  for (const Effect effect : kEffects) counts[name_of(effect)] = count(changes, effect);
  return pretty_json(bj::object{{"old", options.old_file},
                                {"new", options.new_file},
                                {"counts", std::move(counts)},
                                {"changes", std::move(made)}}) +
         '\n';
}

}  // namespace

int diff_contracts(const DiffOptions& options, const contract::ContractOptions& compiling) {
  const auto before = contract::read_contract(options.old_file, compiling);
  const auto after = contract::read_contract(options.new_file, compiling);
  for (const auto* one : {&before, &after}) {
    if (!*one) std::cerr << one->error().message << '\n';
  }
  if (!before || !after) return kExitUnreadable;
  const std::vector<Change> changes = contract::ContractComparison(*before, *after).changes();
  std::cout << (options.format == "json" ? json_of(options, changes) : text_of(options, changes));
  return count(changes, Effect::breaks) > 0 ? kExitFailed : 0;
}

}  // namespace penstock::apps
