#include "local/faults/faults_of_api.h"

#include <memory>
#include <utility>

namespace penstock::local {
namespace {

constexpr int kRequests = 400;
constexpr const char* kNoApi = "The API does not run here.";

std::string no_burst(const BreakableApi* api, const BreakableBroker* broker) {
  if (api == nullptr || broker == nullptr) return kNoApi;
  if (std::string why = api->is_fixed(); !why.empty()) return why;
  if (std::string why = broker->connections_are_fixed(); !why.empty()) return why;
  if (api->examples().empty()) {
    return "No operation of the contract publishes an event, or none has an example request.";
  }
  return {};
}

// The API bounds its queue by events (PUBLISH_IN_FLIGHT_MAX) and by bytes (KAFKA_QUEUE_KIB_MAX). A
// request waits for its event, so a client with a few hundred connections comes to the publish
// deadline before it comes to these bounds, unless they are lowered.
Fault queue_fault(boost::asio::io_context& io, const BreakableApi* api, BreakableBroker* broker) {
  const auto burst = std::make_shared<RequestBurst>(io);
  return {
      .part = FaultPart::broker,
      .name = "queue-full",
      .title = "Fill the API's queue",
      .effect =
          "Holds the broker's connections, and sends so many requests of the contract's examples, "
          "200 at a time. Their events wait in the API's queue until the publish deadline. A queue "
          "that is full (PUBLISH_IN_FLIGHT_MAX, KAFKA_QUEUE_KIB_MAX) answers 503 at once; by "
          "default it has room for more than this.",
      .on_aws =
          "More traffic than the brokers take: they throttle the client (a quota, or the network "
          "of the instance), and the API's queue fills.",
      .watch_for =
          "Answers are 503 (surely not stored) or 504 (possibly stored). None is a success, and "
          "what is possibly stored may arrive when the connections go on.",
      .defaults = {.count = kRequests},
      .unavailable_because = [api, broker] { return no_burst(api, broker); },
      .begin =
          [api, broker, burst](const FaultParameters& parameters) {
            broker->set_link({.requests = {.held = true}, .answers = {.held = true}});
            burst->start(api->port, api->examples(), *parameters.count);
          },
      .end =
          [broker, burst](FaultEnd) {
            burst->stop();
            broker->set_link({});
          },
      .is_over = [burst] { return burst->is_over(); },
      .result = [burst] { return burst->sentence(); },
  };
}

Fault term_fault(const BreakableApi* api) {
  return {
      .part = FaultPart::api,
      .name = "api-term",
      .title = "Stop the API",
      .effect =
          "Its process gets SIGTERM. It finishes the requests that it has, ends, and is started "
          "again.",
      .on_aws =
          "ECS stops a task: after a deployment, when it scales in, or when the host is retired. "
          "Another task serves meanwhile; here nobody does for about a second.",
      .watch_for =
          "No request that was accepted is lost. New ones are refused until the API serves again, "
          "and what was acknowledged is in Kafka.",
      .defaults = {},
      .unavailable_because =
          [api] { return api == nullptr ? std::string(kNoApi) : api->is_fixed(); },
      .begin = [api](const FaultParameters&) { api->restart(); },
      .end = [](FaultEnd) {},
      .is_over = [api] { return api->serves(); },
  };
}

}  // namespace

std::vector<Fault> faults_of_api(boost::asio::io_context& io, const BreakableApi* api,
                                 BreakableBroker* broker) {
  std::vector<Fault> faults;
  faults.push_back(queue_fault(io, api, broker));
  faults.push_back(term_fault(api));
  return faults;
}

}  // namespace penstock::local
