// Prints all records that a topic has now, each as a line of JSON: [partition, offset, id, value].
// The id is that of the header ce_id. A last line, "end", says that these are all.
//
//   topic_records BOOTSTRAP TOPIC
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "local/records/topic_reader.h"

namespace {

namespace local = penstock::local;
using std::chrono::seconds;
using std::chrono::steady_clock;

// One call must end within this time, whatever the topic's size.
constexpr seconds kPatience{60};

void print(const local::Record& record) {
  std::string id;
  for (const auto& [name, value] : record.headers) {
    if (name == "ce_id") id = value.value_or("");
  }
  const auto& [topic, partition] = record.topic_partition;
  std::cout << boost::json::array{partition.number, record.offset.value, id,
                                  record.value.value_or("")}
            << '\n';
}

penstock::base::Result<> print_all(const std::string& bootstrap, const std::string& topic) {
  auto reader = local::TopicReader::open({.bootstrap = bootstrap});
  if (!reader) return reader.error();
  const auto deadline = [] { return steady_clock::now() + kPatience; };
  const auto partitions = reader->partitions(topic, deadline());
  if (!partitions) return partitions.error();
  for (const auto& partition : *partitions) {
    const auto extent = reader->extent(partition, deadline());
    if (!extent) return extent.error();
    auto next = extent->first;
    while (next < extent->end) {
      auto range = reader->read_range(partition, next, {extent->end.value - 1}, deadline());
      if (!range) return range.error();
      for (const auto& record : range->records) print(record);
      next = range->next;
    }
  }
  std::cout << "end" << std::endl;
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "topic_records BOOTSTRAP TOPIC\n";
    return EXIT_FAILURE;
  }
  const auto printed = print_all(arguments[1], arguments[2]);
  if (printed) return EXIT_SUCCESS;
  std::cerr << "topic_records: " << penstock::base::describe(printed.error()) << '\n';
  return EXIT_FAILURE;
}
