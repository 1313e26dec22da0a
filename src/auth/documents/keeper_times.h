#pragma once

#include <chrono>

namespace penstock::auth {

// Holds the times of a DocumentKeeper. They differ in tests only.
struct KeeperTimes {
  static constexpr std::chrono::seconds kAskPause{10};

  std::chrono::milliseconds ask_pause = kAskPause;
  // Files are looked at so often. Nobody wonders in two seconds why a change has no effect.
  std::chrono::milliseconds file_pause{2'000};
  // The pause after a failure is at first the shorter of these, and doubles up to the longer.
  std::chrono::milliseconds failure_pause_min{1'000};
  std::chrono::milliseconds failure_pause_max{60'000};
  // A failure that stays the same is logged again after this time.
  std::chrono::milliseconds reminder{std::chrono::hours(1)};
  // A server must take a connection within this time, and give its whole answer within the other.
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds answer_timeout{5'000};
};

}  // namespace penstock::auth
