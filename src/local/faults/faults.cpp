#include "local/faults/faults.h"

#include <algorithm>
#include <utility>

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr milliseconds kLookAgain{50};

int64_t now_ms() {
  return std::chrono::duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

base::Error error_of(base::ErrorCode code, std::string message) {
  return {.code = code, .message = std::move(message)};
}

// Returns the first parameter that is given and that the fault does not have, or an empty text.
std::string unknown_parameter(const FaultParameters& given, const FaultParameters& known) {
  if (given.seconds && !known.seconds) return "seconds";
  if (given.milliseconds && !known.milliseconds) return "milliseconds";
  if (given.count && !known.count) return "count";
  return {};
}

FaultParameters merged(const FaultParameters& given, const FaultParameters& defaults) {
  FaultParameters all = defaults;
  if (given.seconds) all.seconds = given.seconds;
  if (given.milliseconds) all.milliseconds = given.milliseconds;
  if (given.count) all.count = given.count;
  return all;
}

// Returns the parameters for the terminal: " (10 s, 200 ms)".
std::string words_of(const FaultParameters& parameters) {
  std::string text;
  const auto add = [&](std::optional<int> number, const char* unit) {
    if (number) text += (text.empty() ? " (" : ", ") + std::to_string(*number) + unit;
  };
  add(parameters.seconds, " s");
  add(parameters.milliseconds, " ms");
  if (parameters.count) {
    text += (text.empty() ? " (" : ", ") + ("count " + std::to_string(*parameters.count));
  }
  return text.empty() ? text : text + ")";
}

}  // namespace

Faults::Faults(boost::asio::io_context& io, Terminal& terminal, std::vector<Fault> faults)
    : terminal_(terminal), timer_(io.get_executor()) {
  entries_.reserve(faults.size());
  for (Fault& fault : faults) entries_.push_back({.fault = std::move(fault)});
}

Faults::~Faults() {
  stop();
}

Faults::Entry* Faults::find(std::string_view name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.fault.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<FaultStatus> Faults::list() const {
  std::vector<FaultStatus> all;
  for (const Entry& entry : entries_) all.push_back(status_of(entry));
  return all;
}

FaultStatus Faults::status_of(const Entry& entry) const {
  FaultStatus status{.fault = &entry.fault, .active = entry.active};
  if (entry.active) {
    status.ends_at_ms = entry.ends_at_ms;
  } else {
    status.unavailable_because = entry.fault.unavailable_because();
  }
  if (entry.fault.result) status.result = entry.fault.result();
  return status;
}

base::Result<> Faults::check(const Entry& entry, const FaultParameters& parameters) const {
  const Fault& fault = entry.fault;
  if (const auto name = unknown_parameter(parameters, fault.defaults); !name.empty()) {
    return error_of(base::ErrorCode::invalid, fault.name + " has no parameter `" + name + "`");
  }
  if (stopped_) return error_of(base::ErrorCode::refused, "the system is stopping");
  const auto other = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& one) {
    return one.active && one.fault.part == fault.part;
  });
  if (other != entries_.end()) {
    return error_of(base::ErrorCode::refused, other->fault.name +
                                                  " is active and breaks the same part. End it "
                                                  "first, or wait until it is over");
  }
  if (std::string why = fault.unavailable_because(); !why.empty()) {
    return error_of(base::ErrorCode::refused, std::move(why));
  }
  return {};
}

base::Result<FaultStatus> Faults::start(std::string_view name, const FaultParameters& parameters) {
  Entry* const entry = find(name);
  if (entry == nullptr) {
    return error_of(base::ErrorCode::not_found, "there is no fault of this name");
  }
  look_again();
  if (auto fits = check(*entry, parameters); !fits) return fits.error();
  const FaultParameters all = merged(parameters, entry->fault.defaults);
  const auto time = all.seconds ? std::chrono::seconds(*all.seconds) : kLongest;
  entry->active = true;
  entry->ends_at = steady_clock::now() + time;
  entry->ends_at_ms = now_ms() + milliseconds(time).count();
  terminal_.line("penstock", "fault " + entry->fault.name + " begins" + words_of(all));
  entry->fault.begin(all);
  look_again();
  return status_of(*entry);
}

base::Result<FaultStatus> Faults::end(std::string_view name) {
  Entry* const entry = find(name);
  if (entry == nullptr) {
    return error_of(base::ErrorCode::not_found, "there is no fault of this name");
  }
  if (entry->active) finish(*entry, FaultEnd::asked);
  note_active();
  return status_of(*entry);
}

void Faults::stop() {
  stopped_ = true;
  timer_.cancel();
  for (Entry& entry : entries_) {
    if (entry.active) finish(entry, FaultEnd::asked);
  }
  note_active();
}

void Faults::finish(Entry& entry, FaultEnd why) {
  entry.active = false;
  entry.fault.end(why);
  std::string text = "fault " + entry.fault.name + " is over";
  if (entry.fault.result) text += ": " + entry.fault.result();
  terminal_.line("penstock", text);
}

void Faults::look_again() {
  const auto now = steady_clock::now();
  for (Entry& entry : entries_) {
    if (!entry.active) continue;
    if (now >= entry.ends_at) {
      finish(entry, FaultEnd::time_is_over);
    } else if (entry.fault.is_over && entry.fault.is_over()) {
      finish(entry, FaultEnd::asked);
    }
  }
  note_active();
  const bool any = std::any_of(entries_.begin(), entries_.end(),
                               [](const Entry& entry) { return entry.active; });
  if (!any || stopped_) return;
  timer_.expires_after(kLookAgain);
  timer_.async_wait(lifetime_.guard([this](const boost::system::error_code& cancelled) {
    if (!cancelled) look_again();
  }));
}

void Faults::note_active() {
  std::vector<FaultStatus> active;
  for (const Entry& entry : entries_) {
    if (entry.active) active.push_back(status_of(entry));
  }
  const std::lock_guard lock(mutex_);
  active_ = std::move(active);
}

std::vector<FaultStatus> Faults::active() const {
  const std::lock_guard lock(mutex_);
  return active_;
}

}  // namespace penstock::local
