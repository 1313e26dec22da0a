#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "local/stories/observer.h"

namespace penstock::local {

// Tells an observer how a mapping is, from what its pollers say, which are numbered from 0. It is
// down if one of them is, and runs as soon as one has partitions. All calls may be made from any
// thread.
class MappingStatus {
 public:
  // Tells that the mapping is starting. `observer` must outlive this object.
  MappingStatus(Observer& observer, std::string name, int pollers);

  // The group has assigned partitions to the poller, of which there may be none, or taken them.
  void assigned(int poller);
  void revoked(int poller);
  // The poller has a problem with Kafka, which may be over soon.
  void trouble(int poller, std::string_view sentence);
  // Kafka has said where the poller's partitions are, or has not, for this reason.
  void answered(int poller);
  void silent(int poller, std::string_view reason);
  // The mapping was asked to stop. What the pollers lose from now on is no news.
  void stopping();
  // The poller has left its group.
  void ended(int poller);

 private:
  struct Poller {
    PartStatus status;
    std::string trouble = {};  // The last one since Kafka has answered.
  };

  // These need the lock.
  void set(int poller, PartStatus status);
  void tell();

  Observer& observer_;
  const std::string name_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::vector<Poller> pollers_;
  PartStatus told_;
};

}  // namespace penstock::local
