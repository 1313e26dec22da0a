#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "local/stories/observer.h"

namespace penstock::local {

// Tells an observer how one part is. A part that is to replace another one tells nothing before it
// has done so, and one that was replaced tells nothing any more.
class StatusTeller {
 public:
  // `observer` may be null, and must outlive this object otherwise.
  StatusTeller(Observer* observer, Part part, std::string name)
      : observer_(observer), part_(part), name_(std::move(name)) {}

  // The part has this state now. `reason` says why it does not run, in a sentence.
  void tell(PartStatus::State state, std::string reason = {}) {
    status_ = {.state = state, .reason = std::move(reason)};
    if (observer_ != nullptr && counts_) observer_->status(part_, name_, status_);
  }
  // Says whether the part is the one that counts, and tells its state if it has become that.
  void set_counts(bool counts) {
    if (std::exchange(counts_, counts) == counts || !counts) return;
    if (observer_ != nullptr) observer_->status(part_, name_, status_);
  }
  [[nodiscard]] PartStatus::State state() const { return status_.state; }

 private:
  Observer* const observer_;
  const Part part_;
  const std::string name_;
  PartStatus status_ = {};
  bool counts_ = true;
};

}  // namespace penstock::local
