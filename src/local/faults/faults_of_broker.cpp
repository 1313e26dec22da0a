#include "local/faults/faults_of_broker.h"

#include <chrono>
#include <string>
#include <utility>

namespace penstock::local {
namespace {

constexpr int kSeconds = 10;
constexpr int kLatencyMs = 500;
constexpr const char* kNoBroker =
    "No broker runs here: this program reads from one that was started elsewhere.";

std::string no_connections(const BreakableBroker* broker) {
  return broker == nullptr ? kNoBroker : broker->connections_are_fixed();
}

std::string no_process(const BreakableBroker* broker) {
  return broker == nullptr ? kNoBroker : broker->process_is_fixed();
}

// Returns a fault of the connections: `faults` is what is wrong with them.
Fault link_fault(BreakableBroker* broker, Fault fault,
                 std::function<LinkFaults(const FaultParameters&)> faults) {
  fault.unavailable_because = [broker] { return no_connections(broker); };
  fault.begin = [broker, faults = std::move(faults)](const FaultParameters& parameters) {
    broker->set_link(faults(parameters));
  };
  fault.end = [broker](FaultEnd) { broker->set_link({}); };
  return fault;
}

Fault stop_fault(BreakableBroker* broker) {
  return {
      .part = FaultPart::broker,
      .name = "broker-stop",
      .title = "Stop the broker",
      .effect =
          "Kafka's process gets SIGTERM. It is started again after this time, and answers a few "
          "seconds later.",
      .on_aws =
          "MSK restarts a broker for patching, or one fails. With three brokers another one takes "
          "over within seconds; here there is only one, so everything waits for it.",
      .watch_for =
          "Answers become 503, or 504 for what may be stored. The mapping waits, nothing is lost, "
          "and all goes on by itself.",
      .defaults = {.seconds = kSeconds},
      .unavailable_because = [broker] { return no_process(broker); },
      .begin =
          [broker](const FaultParameters& parameters) {
            broker->stop_process("Kafka was stopped by the fault broker-stop. It starts again in " +
                                 std::to_string(*parameters.seconds) + " s");
          },
      .end = [broker](FaultEnd) { broker->start_process(); },
  };
}

}  // namespace

std::vector<Fault> faults_of_broker(BreakableBroker* broker) {
  std::vector<Fault> faults;
  faults.push_back(stop_fault(broker));
  faults.push_back(link_fault(
      broker,
      {.part = FaultPart::broker,
       .name = "broker-cut",
       .title = "Cut the broker off",
       .effect =
           "All connections to the broker are reset, and new ones are refused. The broker itself "
           "runs.",
       .on_aws =
           "An availability zone, a subnet's route or a security group fails, so that the brokers "
           "cannot be reached.",
       .watch_for =
           "Answers become 503 at once or at the publish deadline, and 504 for what was on its "
           "way. /readiness is 503. The lag grows if others produce.",
       .defaults = {.seconds = kSeconds}},
      [](const FaultParameters&) { return LinkFaults{.refuses = true}; }));
  faults.push_back(link_fault(
      broker,
      {.part = FaultPart::broker,
       .name = "broker-slow",
       .title = "Slow the broker down",
       .effect = "Each part of the broker's answers, of up to 16 KiB, arrives so much later.",
       .on_aws = "A broker is overloaded, its volume has no burst credits left, or clients are in "
                 "another region.",
       .watch_for =
           "p50 and p99 rise by this time, and no request fails until the publish deadline is "
           "reached. Batches come later and are larger.",
       .defaults = {.seconds = kSeconds, .milliseconds = kLatencyMs}},
      [](const FaultParameters& parameters) {
        return LinkFaults{
            .answers = {.latency = std::chrono::milliseconds(*parameters.milliseconds)}};
      }));
  faults.push_back(link_fault(
      broker,
      {.part = FaultPart::broker,
       .name = "broker-hang",
       .title = "Make the broker hang",
       .effect =
           "Connections stay open, but no byte passes in either direction. What was held arrives "
           "when the time is over.",
       .on_aws =
           "A broker's disk or host hangs, or packets are dropped on the way: nothing says that "
           "the other side is gone.",
       .watch_for =
           "Requests wait for the publish deadline and then get 503 or 504. Those of 504 may be "
           "stored later: the promise counts them as stored, and as doubled if they are sent "
           "again.",
       .defaults = {.seconds = kSeconds}},
      [](const FaultParameters&) {
        return LinkFaults{.requests = {.held = true}, .answers = {.held = true}};
      }));
  return faults;
}

}  // namespace penstock::local
