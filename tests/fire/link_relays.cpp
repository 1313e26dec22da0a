// Runs a relay before each of these ports of 127.0.0.1, until its input ends:
//
//   link_relays PORT…
//
// It first prints a line of JSON, the ports on which the relays listen. Each line of its input is
// an object: "link" is the number of a relay, from 0 on; "cut": true resets what is open; the other
// names are those of LinkFaults and replace its faults, if "faults" is there. For each it prints
// what the relay has counted.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <cstdlib>
#include <functional>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/number_text.h"
#include "local/relay/relay.h"

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using penstock::local::Flow;
using penstock::local::LinkFaults;
using penstock::local::Relay;

template <class T>
T value_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? T{} : json::value_to<T>(*value);
}

Flow flow_of(const json::object& faults, const char* name) {
  const json::value* value = faults.if_contains(name);
  if (value == nullptr) return {};
  const json::object& flow = value->as_object();
  return {.held = value_of<bool>(flow, "held"),
          .latency = std::chrono::milliseconds(value_of<int64_t>(flow, "latency_ms")),
          .bytes_per_second = value_of<size_t>(flow, "bytes_per_second"),
          .slice_bytes = value_of<size_t>(flow, "slice_bytes")};
}

json::object obey(std::vector<std::unique_ptr<Relay>>& relays, const json::object& command) {
  Relay& relay = *relays.at(json::value_to<size_t>(command.at("link")));
  if (const json::value* value = command.if_contains("faults")) {
    const json::object& faults = value->as_object();
    relay.set({.refuses = value_of<bool>(faults, "refuses"),
               .requests = flow_of(faults, "requests"),
               .answers = flow_of(faults, "answers"),
               .answers_cut = value_of<int>(faults, "answers_cut"),
               .answers_spared = value_of<int>(faults, "answers_spared")});
  }
  if (value_of<bool>(command, "cut")) relay.cut();
  const auto& counts = relay.counts();
  return {{"connections", counts.connections},
          {"cut", counts.cut},
          {"writes", counts.writes},
          {"request_bytes", counts.request_bytes},
          {"answer_bytes", counts.answer_bytes},
          {"answers_cut", relay.faults().answers_cut}};
}

int run(int count, char** arguments) {
  asio::io_context io;
  const auto work = asio::make_work_guard(io);
  std::vector<std::unique_ptr<Relay>> relays;
  json::array ports;
  for (int i = 1; i < count; ++i) {
    const auto port = penstock::base::whole_number<uint16_t>(arguments[i]);
    if (!port) {
      std::cerr << "link_relays: '" << arguments[i] << "' is not a port\n";
      return EXIT_FAILURE;
    }
    relays.push_back(std::make_unique<Relay>(io, *port));
    if (const auto listening = relays.back()->listen(); !listening) {
      std::cerr << "link_relays: " << penstock::base::describe(listening.error()) << '\n';
      return EXIT_FAILURE;
    }
    ports.push_back(relays.back()->port());
  }
  std::cout << ports << std::endl;
  std::jthread thread([&] { io.run(); });
  for (std::string line; std::getline(std::cin, line);) {
    const json::object command = json::parse(line).as_object();
    std::promise<json::object> counts;
    asio::post(io, [&] { counts.set_value(obey(relays, command)); });
    std::cout << counts.get_future().get() << std::endl;
  }
  asio::post(io, [&] {
    relays.clear();
    io.stop();
  });
  return EXIT_SUCCESS;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (const std::exception& failure) {
    std::cerr << "link_relays: " << failure.what() << '\n';
    return EXIT_FAILURE;
  }
}
