#include "local/lines/people_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>

#include "local/lines/text_columns.h"

namespace penstock::local {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PeopleLinesTest : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "XYZ-2", 1);  // Two hours east of Greenwich.
    ::tzset();
  }
  // Returns what is shown, without the time, which is always the same.
  std::string show(const std::string& program, const std::string& text, Tone tone = Tone::plain,
                   size_t width = 0) {
    return plain_.show(program, text, tone, {.width = width, .now = now_});
  }
  static std::string line(const std::string& program, const std::string& text) {
    std::string name = program;
    name.resize(8, ' ');
    return "18:52:20.007 " + name + " " + text + "\n";
  }

  const base::SystemTime now_{std::chrono::milliseconds(1'795'539'140'007)};  // 16:52 in UTC.
  PeopleLines plain_{{}};
};

TEST_F(PeopleLinesTest, PassOnWhatOtherProgramsPrint) {
  EXPECT_EQ(show("function", "hello from Python"), line("function", "hello from Python"));
  EXPECT_EQ(show("function 2", "3 records"), line("function", "2: 3 records"));
  EXPECT_EQ(show("function", ""), "18:52:20.007 function\n");
  EXPECT_EQ(show("function", "windows\r"), line("function", "windows"));
  EXPECT_EQ(show("function", "\tat com.example.Main(Main.java:7)"),
            line("function", "    at com.example.Main(Main.java:7)"));
}

TEST_F(PeopleLinesTest, LetNothingSteerTheTerminal) {
  EXPECT_EQ(show("function", "\x1b[2Jgone\x07"), line("function", "\\x1b[2Jgone\\x07"));
  EXPECT_EQ(show("function", "\xff\xfe"), line("function", "\\xff\\xfe"));
  EXPECT_EQ(show("function", R"({"level":"INFO","message":"a\u001b[2J","\u202e":"b\u0007"})"),
            line("function", "a\\x1b[2J  \\xe2\\x80\\xae=b\\x07"));
}

TEST_F(PeopleLinesTest, ShowJsonThatIsNoLogAsItIs) {
  for (const std::string text :
       {R"({"a":1})", R"([1,2])", R"({"level":"INFO","message":"cut)", R"({})",
        R"({"_aws":{"Timestamp":1},"EventSourceMappingUUID":"u","PolledEventCount":1})"}) {
    EXPECT_EQ(show("function", text), line("function", text));
  }
  const std::string deep =
      R"({"message":"m","value":)" + std::string(200, '[') + std::string(200, ']') + "}";
  EXPECT_EQ(show("function", deep), line("function", deep));
  const std::string large = R"({"message":")" + std::string(JsonLine::kBytesMax, 'x') + R"("})";
  EXPECT_EQ(show("function", large), line("function", large));
}

TEST_F(PeopleLinesTest, ShowLinesOfLogsWithAllTheirMembers) {
  EXPECT_EQ(
      show("api", R"({"time":"2026-11-30T23:14:41.472715Z","level":"INFO","message":"listening",)"
                  R"("address":"127.0.0.1","port":18800,"kafka_auth":"none"})"),
      line("api", "listening  address=127.0.0.1  port=18800  kafka_auth=none"));
  EXPECT_EQ(show("function", R"({"level":"INFO","message":"x","requestId":"r","list":[1,"b"]})"),
            line("function", R"(x  list=[1,"b"])"));
  EXPECT_EQ(show("function", R"({"msg":"go","empty":"","n":null,"yes":true,"f":1.5})"),
            line("function", R"(go  empty=""  n=null  yes=true  f=1.5)"));
  EXPECT_EQ(show("function", R"({"level":"INFO","message":"m","value":3})"),
            line("function", "m  value=3"));
}

TEST_F(PeopleLinesTest, ShowWarningsAndErrorsInFull) {
  EXPECT_EQ(
      show("api",
           R"({"time":"2026-11-30T23:14:41Z","level":"WARNING",)"
           R"("message":"the Kafka client reports an error","reason":"Connection refused"})",
           Tone::plain, 30),
      line("api", "WARNING the Kafka client reports an error  reason=\"Connection refused\""));
  EXPECT_EQ(
      show("function",
           R"({"timestamp":"t","level":"ERROR","requestId":"c45e","type":"EXCEPTION",)"
           R"("value":{"reason":"no such order","topic":"orders","partition":0,"offset":15}})"),
      line("function",
           "ERROR EXCEPTION  requestId=c45e  reason=\"no such order\"  topic=orders  partition=0  "
           "offset=15"));
  EXPECT_EQ(
      show("mapping",
           R"({"eventType":"ESM_PROCESSING_EVENT","timestamp":1795539140007,"logLevel":"WARN",)"
           R"("error":{"errorMessage":"m","errorCode":"InvokeError"}})"),
      line("mapping",
           "WARN ESM_PROCESSING_EVENT  "
           R"(error={"errorMessage":"m","errorCode":"InvokeError"})"));
}

TEST_F(PeopleLinesTest, ShowWhatAHandlerLogs) {
  EXPECT_EQ(show("function", R"({"timestamp":"2026-11-30T23:14:48.006549Z","level":"INFO",)"
                             R"("requestId":"c45e","type":"MESSAGE",)"
                             R"("value":{"timestamp":1796080487,"message":"Hello, Paul!"}})"),
            line("function", "MESSAGE  timestamp=1796080487  message=\"Hello, Paul!\""));
  EXPECT_EQ(
      show("function", R"({"level":"INFO","requestId":"c","type":"MESSAGE","value":"plain text"})"),
      line("function", "MESSAGE  plain text"));
  EXPECT_EQ(show("function", R"({"level":"INFO","requestId":"c","type":"MESSAGE","value":null})"),
            line("function", "MESSAGE  null"));
}

TEST_F(PeopleLinesTest, SayWarningsOfTheSystemInAWord) {
  EXPECT_EQ(show("penstock", "function ended with status 1", Tone::fault),
            line("penstock", "ERROR function ended with status 1"));
  EXPECT_EQ(show("mapping", "orders-0 3..7 failed: {\"no\":1}", Tone::warning),
            line("mapping", "WARNING orders-0 3..7 failed: {\"no\":1}"));
  EXPECT_EQ(show("mapping", R"({"level":"INFO","message":"of an answer"})", Tone::fault),
            line("mapping", R"(ERROR {"level":"INFO","message":"of an answer"})"));
}

TEST_F(PeopleLinesTest, IndentWhatHasSeveralLines) {
  EXPECT_EQ(show("penstock", "ready\n  curl X\nCtrl-C stops"),
            line("penstock", "ready") + std::string(22, ' ') + "  curl X\n" + std::string(22, ' ') +
                "Ctrl-C stops\n");
}

TEST_F(PeopleLinesTest, CutValuesToTheWidthThatIsKnown) {
  const std::string text =
      R"({"level":"INFO","message":"m","value":")" + std::string(300, 'x') + R"(","and":"more"})";
  EXPECT_EQ(show("function", text, Tone::plain, 70),
            line("function", "m  value=" + std::string(38, 'x') + "…  and=more"));
  EXPECT_EQ(show("function", text),
            line("function", "m  value=" + std::string(300, 'x') + "  and=more"));
  const std::string narrow = line(
      "function", "m  value=" + std::string(LineRow::kValueColumnsMin - 1, 'x') + "…  and=more");
  EXPECT_EQ(show("function", text, Tone::plain, 40), narrow);
  EXPECT_EQ(show("function", text, Tone::plain, 1), narrow);
  const std::string wide =
      R"({"level":"INFO","message":"m","a":"世界世界世界世界世界世界世界世界世界世界"})";
  EXPECT_EQ(show("function", wide, Tone::plain, 60),
            line("function", "m  a=世界世界世界世界世界世界世界世界…"));
  // A line of another program belongs to it.
  EXPECT_EQ(show("function", std::string(300, 'x'), Tone::plain, 40),
            line("function", std::string(300, 'x')));
}

TEST_F(PeopleLinesTest, ShowMetricsOfTheFunctionOnlyIfAsked) {
  const std::string metrics =
      R"({"_aws":{"Timestamp":1796080488006,"CloudWatchMetrics":[]},"type":"METRICS",)"
      R"("requestId":"c45e","FunctionName":"kafka_consumer","Records":1,"BatchAge":558})";
  EXPECT_EQ(show("function", metrics), "");
  PeopleLines verbose({.verbose = true});
  EXPECT_EQ(verbose.show("function", metrics, Tone::plain, {.now = now_}),
            line("function", "METRICS  FunctionName=kafka_consumer  Records=1  BatchAge=558"));
}

TEST_F(PeopleLinesTest, ColourWhatHasALevel) {
  PeopleLines lines({.colours = true});
  const auto shown = [&](const std::string& text) {
    return lines.show("broker", text, Tone::plain, {.now = now_});
  };
  const std::string red = "\x1b[31m";
  const std::string yellow = "\x1b[33m";
  EXPECT_THAT(shown("[2026-11-24 16:52:20,123] ERROR [Broker id=1] Gone"), HasSubstr(red));
  EXPECT_THAT(shown("[2026-11-24 16:52:20,123] WARN [Broker id=1] Slow"), HasSubstr(yellow));
  EXPECT_THAT(shown("%3|1700000000.123|FAIL|rdkafka#consumer-1| [thrd:a]: a: refused"),
              HasSubstr(red));
  EXPECT_THAT(shown("%4|1700000000.123|CONFWARN|rdkafka#consumer-1| x"), HasSubstr(yellow));
  EXPECT_THAT(shown("handlers.cpp:7:1: error: no such type"), HasSubstr(red));
  EXPECT_THAT(shown("handlers.cpp:7:1: warning: unused"), HasSubstr(yellow));
  EXPECT_THAT(shown("[ERROR]\t2026-11-24T16:52:20.123Z\tid\tfailed"), HasSubstr(red));
  for (const std::string text : {"[2026-11-24 16:52:20,123] INFO a", "%6|1|INFO|a| b", "%", "[",
                                 "[1,2]", "[ERROR", "ERROR"}) {
    EXPECT_THAT(shown(text), AllOf(Not(HasSubstr(red)), Not(HasSubstr(yellow)))) << text;
  }
}

TEST_F(PeopleLinesTest, EveryByteBecomesOnePrintableLine) {
  for (const std::string& frame : {std::string("@"), std::string("{\"message\":\"@\"}"),
                                   std::string("{\"level\":\"ERROR\",\"message\":\"@\"}")}) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = frame;
      text.replace(text.find('@'), 1, 1, static_cast<char>(byte));
      if (byte == '\n') continue;
      const std::string shown = show("function", text);
      ASSERT_EQ(std::count(shown.begin(), shown.end(), '\n'), 1) << byte;
      ASSERT_TRUE(std::none_of(shown.begin(), shown.end() - 1, [](unsigned char c) {
        return c < 0x20 || c == 0x7f;
      })) << byte;
    }
  }
}

}  // namespace
}  // namespace penstock::local
