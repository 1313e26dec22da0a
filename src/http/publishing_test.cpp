#include "http/publishing.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

namespace penstock::http {
namespace {

// Takes every event, and never reports anything.
class SilentSink final : public events::Sink {
 public:
  std::optional<events::DeliveryReport> submit(const events::Event&, events::Ticket) override {
    return std::nullopt;
  }
  void set_report_listener(ReportListener) override {}
};

// AddressSanitizer judges it: the timer of the publish deadline is set, and its end is reported to
// a callback.
TEST(Publishing, MayEndBeforeItsIoContext) {
  boost::asio::io_context io(1);
  log::Log log(::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error);
  SilentSink sink;
  events::Publisher publisher(sink, {}, log);
  auto publishing = std::make_unique<Publishing>(io, publisher);
  publishing->publish_unwatched(
      {.id = "1", .type = "t", .topic = "t", .source = "s", .time = {}, .value = "v"});
  publishing.reset();
  io.run();
  EXPECT_EQ(publisher.in_flight(), 1u);
}

}  // namespace
}  // namespace penstock::http
