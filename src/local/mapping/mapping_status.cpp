#include "local/mapping/mapping_status.h"

#include <algorithm>
#include <utility>

namespace penstock::local {
namespace {

using State = PartStatus::State;

PartStatus starting() {
  return {State::starting, "its consumer group has not assigned partitions to it yet"};
}

}  // namespace

MappingStatus::MappingStatus(Observer& observer, std::string name, int pollers)
    : observer_(observer),
      name_(std::move(name)),
      pollers_(static_cast<size_t>(pollers), Poller{starting()}) {
  tell();
}

void MappingStatus::assigned(int poller) {
  const std::lock_guard lock(mutex_);
  pollers_[static_cast<size_t>(poller)].trouble.clear();
  set(poller, {State::running});
}

void MappingStatus::revoked(int poller) {
  const std::lock_guard lock(mutex_);
  const State state = pollers_[static_cast<size_t>(poller)].status.state;
  if (!stopping_ && state == State::running) set(poller, starting());
}

void MappingStatus::trouble(int poller, std::string_view sentence) {
  const std::lock_guard lock(mutex_);
  Poller& known = pollers_[static_cast<size_t>(poller)];
  known.trouble = sentence;
  // One that reads is asked where it is, so it is known soon whether it still does.
  if (known.status.state != State::running) set(poller, {State::down, known.trouble});
}

void MappingStatus::answered(int poller) {
  const std::lock_guard lock(mutex_);
  pollers_[static_cast<size_t>(poller)].trouble.clear();
  set(poller, {State::running});
}

void MappingStatus::silent(int poller, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  const std::string& trouble = pollers_[static_cast<size_t>(poller)].trouble;
  set(poller, {State::down, trouble.empty() ? std::string(reason) : trouble});
}

void MappingStatus::stopping() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
}

void MappingStatus::ended(int poller) {
  const std::lock_guard lock(mutex_);
  set(poller, {State::stopped, "it was stopped"});
}

void MappingStatus::set(int poller, PartStatus status) {
  pollers_[static_cast<size_t>(poller)].status = std::move(status);
  tell();
}

void MappingStatus::tell() {
  const Poller* shown = nullptr;
  for (const State state : {State::down, State::running, State::starting, State::stopped}) {
    const auto first = std::find_if(pollers_.begin(), pollers_.end(),
                                    [&](const Poller& each) { return each.status.state == state; });
    if (first == pollers_.end()) continue;
    shown = &*first;
    break;
  }
  if (shown == nullptr) return;
  const PartStatus& status = shown->status;
  if (status.state == told_.state && status.reason == told_.reason) return;
  told_ = status;
  observer_.status(Part::mapping, name_, told_);
}

}  // namespace penstock::local
