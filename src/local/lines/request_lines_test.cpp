#include "local/lines/request_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::local {
namespace {

class RequestLinesTest : public testing::Test {
 protected:
  // Returns the line behind its time and name.
  std::string show(const std::string& members, size_t width = 0) {
    const auto line = JsonLine::read(R"({"time":"t","message":"request",)" + members + "}");
    EXPECT_TRUE(line && RequestLines::is_request(*line)) << members;
    const std::string shown = lines_.show("api", *line, {.width = width, .now = {}});
    return shown.substr(22, shown.size() - 23);
  }

  LineRows rows_{{}};
  RequestLines lines_{rows_};
};

TEST_F(RequestLinesTest, AlignTheirColumns) {
  EXPECT_EQ(show(R"("level":"INFO","method":"GET","route":"/hello","status":200,)"
                 R"("duration_us":1181,"bytes":154,"request_id":"Root=1")"),
            "GET     /hello               200  1.18 ms");
  EXPECT_EQ(show(R"("level":"INFO","method":"OPTIONS","route":"/orders/{id}/lines/{n}",)"
                 R"("status":204,"duration_us":87,"bytes":0)"),
            "OPTIONS /orders/{id}/lines/{n} 204    87 µs");
  EXPECT_EQ(show(R"("level":"INFO","method":"GET","route":"/hello","status":200,)"
                 R"("duration_us":12345678,"bytes":154)"),
            "GET     /hello                 200   12.3 s");
}

TEST_F(RequestLinesTest, ShowThePathWhereThereIsNoRoute) {
  EXPECT_EQ(show(R"("level":"INFO","method":"GET","route":"","status":404,"duration_us":37,)"
                 R"("bytes":218,"path":"/nothing\\x1b")"),
            "GET     /nothing\\x1b         404    37 µs");
  EXPECT_EQ(show(R"("level":"INFO","method":"","route":"","status":400,"duration_us":7)"),
            "        -                    400     7 µs");
}

TEST_F(RequestLinesTest, SayWhyARequestWasRefused) {
  EXPECT_EQ(show(R"("level":"INFO","method":"GET","route":"/current_time","status":400,)"
                 R"("duration_us":931,"bytes":383,"reason":"query name: pattern")"),
            "GET     /current_time        400   931 µs  query name: pattern");
  EXPECT_EQ(show(R"("level":"ERROR","method":"GET","route":"/a","status":503,"duration_us":150000,)"
                 R"("bytes":383,"request_id":"Root=1","reason":"no broker answers")",
                 20),
            "GET     /a                   503   150 ms  no broker answers  bytes=383  "
            "request_id=\"Root=1\"");
}

TEST_F(RequestLinesTest, SayWhoHasCalled) {
  const std::string start = R"("level":"INFO","method":"GET","route":"/a","status":)";
  EXPECT_EQ(show(start + R"(200,"duration_us":87,"auth_scheme":"login","subject":"ann",)"
                         R"("event_id":"f2b3c450-a3e6-4de8-8947-455cfb13e349")"),
            "GET     /a                   200    87 µs  by ann (login)  → event f2b3c450");
  EXPECT_EQ(show(start + R"(403,"duration_us":87,"auth":"insufficient_scope",)"
                         R"("auth_scheme":"login","subject":"ann","reason":"it lacks read")"),
            "GET     /a                   403    87 µs  by ann (login)  it lacks read  "
            "auth=insufficient_scope");
  EXPECT_EQ(
      show(start + R"(401,"duration_us":87,"auth":"refused","auth_scheme":"key",)"
                   R"("reason":"no such key")"),
      "GET     /a                   401    87 µs  no such key  auth=refused  auth_scheme=key");
  EXPECT_EQ(show(start + R"(200,"duration_us":87,"auth_scheme":"partner","subject":")"
                         R"(CN=partner.example,OU=Orders,O=X,C=DE\u001b")"),
            "GET     /a                   200    87 µs  by CN=partner.example,OU=Orders,O=… "
            "(partner)");
  EXPECT_EQ(show(R"("level":"ERROR","method":"GET","route":"/a","status":503,"duration_us":87,)"
                 R"("auth_scheme":"login","subject":"ann")"),
            "GET     /a                   503    87 µs  auth_scheme=login  subject=ann");
}

constexpr const char* kPublished =
    R"("level":"INFO","method":"GET","route":"/a","status":200,"duration_us":1649,)"
    R"("event_id":"f2b3c450-a3e6-4de8-8947-455cfb13e349","partition":2,"offset":15)";

TEST_F(RequestLinesTest, NameTheEventAndItsTopicAsTheStoryDoes) {
  EXPECT_EQ(show(kPublished),
            "GET     /a                   200  1.65 ms  → event f2b3c450 → partition 2@15");
  lines_.learn(R"({"message":"story","event_id":"f2b3c450-a3e6-4de8-8947-455cfb13e349",)"
               R"("event_type":"greeting","topic":"events"})");
  EXPECT_EQ(show(kPublished),
            "GET     /a                   200  1.65 ms  → greeting f2b3c450 → events-2@15");
  EXPECT_EQ(show(R"("level":"ERROR","method":"GET","route":"/a","status":504,"duration_us":1649,)"
                 R"("event_id":"f2b3c450-a3e6-4de8-8947-455cfb13e349","reason":"no report")"),
            "GET     /a                   504  1.65 ms  → greeting f2b3c450  no report");
}

TEST_F(RequestLinesTest, ForgetTheOldestEvents) {
  const auto story = [](const std::string& id) {
    return R"({"message":"story","event_type":"greeting","topic":"events","event_id":")" + id +
           "\"}";
  };
  lines_.learn(story("f2b3c450-a3e6-4de8-8947-455cfb13e349"));
  for (size_t i = 1; i < RequestLines::kPublishedMax; ++i) lines_.learn(story(std::to_string(i)));
  EXPECT_NE(show(kPublished).find("greeting"), std::string::npos);
  lines_.learn(story("one more"));
  EXPECT_EQ(show(kPublished).find("greeting"), std::string::npos);
}

TEST_F(RequestLinesTest, LearnNothingFromOtherLines) {
  for (const std::string line :
       {R"({"message":"story"})", R"({"message":"story","event_id":7,"topic":[]})",
        R"("message":"story")", "", R"({"message":"story","event_id":"f2b3c450-)"}) {
    lines_.learn(line);
  }
  EXPECT_NE(show(kPublished).find("→ event f2b3c450"), std::string::npos);
}

TEST_F(RequestLinesTest, AreOfTheAccessLogAlone) {
  for (const std::string text :
       {R"({"message":"request"})", R"({"message":"request","status":200})",
        R"({"message":"request","status":"200","duration_us":1})",
        R"({"message":"listening","status":200,"duration_us":1})"}) {
    EXPECT_FALSE(RequestLines::is_request(JsonLine::read(text).value())) << text;
  }
}

}  // namespace
}  // namespace penstock::local
