#include "upstream/http_response_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace penstock::upstream {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr ResponseReader::Limits kLimits{.header_bytes_max = 1024, .body_bytes_max = 100};

struct Read {
  std::string failure = {};  // Empty if the response was read.
  ErrorCode code = ErrorCode::internal;
  unsigned status = 0;
  std::string body = {};
  std::vector<std::string> headers = {};
  bool keep = false;
  bool operator==(const Read&) const = default;
};

// Reads the text in parts of so many bytes, and then the connection's end.
Read read_parts(std::string_view text, size_t part, bool to_head = false) {
  ResponseReader reader(to_head, kLimits);
  const auto failed = [](const base::Error& error) { return Read{error.message, error.code}; };
  while (!text.empty() && !reader.is_whole()) {
    const auto space = reader.space();
    const size_t count = std::min({part, text.size(), space.size()});
    std::memcpy(space.data(), text.data(), count);
    text.remove_prefix(count);
    if (auto received = reader.received(count); !received) return failed(received.error());
  }
  if (!reader.is_whole()) {
    if (auto ended = reader.ended(); !ended) return failed(ended.error());
  }
  Read result{.keep = reader.may_keep() && text.empty()};
  Response response = reader.take();
  result.status = response.status;
  result.body = response.body;
  for (const auto& [name, value] : response.headers) {
    result.headers.push_back(name + ": " + std::string(value));
  }
  return result;
}

// Does the same in parts of any size, which must make no difference.
Read read(std::string_view text, bool to_head = false) {
  const Read whole = read_parts(text, text.size() + 1, to_head);
  for (size_t part = 1; part <= std::min<size_t>(text.size(), 40); ++part) {
    const Read parts = read_parts(text, part, to_head);
    // Which of two mistakes is seen first may differ.
    if (!whole.failure.empty() && !parts.failure.empty()) continue;
    EXPECT_TRUE(parts == whole) << "in parts of " << part << ": " << text.substr(0, 200);
  }
  return whole;
}

TEST(ResponseReader, ReadsABodyWithALength) {
  const Read got = read("HTTP/1.1 201 Created\r\nA: 1\r\nb:  2 \r\nContent-Length: 3\r\n\r\nyes");
  EXPECT_EQ(got.failure, "");
  EXPECT_EQ(got.status, 201U);
  EXPECT_EQ(got.body, "yes");
  EXPECT_THAT(got.headers, ElementsAre("A: 1", "b: 2", "Content-Length: 3"));
  EXPECT_TRUE(got.keep);
}

TEST(ResponseReader, ReadsChunksAndDropsTheirTrailers) {
  const Read got = read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;a=b\r\nyes\r\n2\r\n, \r\n0\r\nA: 7\r\nB: trailer\r\n\r\n");
  EXPECT_EQ(got.failure, "");
  EXPECT_EQ(got.body, "yes, ");
  EXPECT_THAT(got.headers, ElementsAre("Transfer-Encoding: chunked"));
  EXPECT_TRUE(got.keep);
}

TEST(ResponseReader, EndsABodyWithoutALengthAtTheConnectionsEnd) {
  const Read got = read("HTTP/1.1 200 OK\r\n\r\nall of it");
  EXPECT_EQ(got.failure, "");
  EXPECT_EQ(got.body, "all of it");
  EXPECT_FALSE(got.keep);
}

TEST(ResponseReader, ExpectsNoBodyWhereThereIsNone) {
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n").failure, "");
  EXPECT_TRUE(read("HTTP/1.1 204 No Content\r\n\r\n").keep);
  EXPECT_TRUE(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").keep);
  const Read head = read("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", true);
  EXPECT_EQ(head.failure, "");
  EXPECT_EQ(head.body, "");
  EXPECT_TRUE(head.keep);
  EXPECT_TRUE(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true).keep);
}

TEST(ResponseReader, PassesOverInterimAnswers) {
  const Read got = read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(got.failure, "");
  EXPECT_EQ(got.status, 200U);
  EXPECT_THAT(got.headers, ElementsAre("Content-Length: 2"));
  std::string many;
  for (int i = 0; i <= ResponseReader::kInterimMax; ++i) many += "HTTP/1.1 102 P\r\n\r\n";
  EXPECT_THAT(read(many + "HTTP/1.1 204 N\r\n\r\n").failure, HasSubstr("too many interim"));
  EXPECT_THAT(read("HTTP/1.1 101 Switching\r\nUpgrade: a\r\n\r\n").failure,
              HasSubstr("impossible"));
}

TEST(ResponseReader, KeepsAConnectionOnlyIfBothSidesKnowWhereItIs) {
  const std::string rest = "Content-Length: 0\r\n\r\n";
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nConnection: close\r\n" + rest).keep);
  EXPECT_FALSE(read("HTTP/1.0 200 OK\r\n" + rest).keep);
  EXPECT_TRUE(read("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + rest).keep);
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\n" + rest + "HTTP/1.1 200 OK\r\n" + rest).keep);
}

// What one reader takes for the end of a body another one could take for its middle.
TEST(ResponseReader, RefusesDoubtfulFraming) {
  for (const std::string headers : {
           "Content-Length: 3\r\nContent-Length: 3",
           "Content-Length: 3\r\nContent-Length: 4",
           "Content-Length: 3, 3",
           "Content-Length: +3",
           "Content-Length: 0x3",
           "Content-Length: -1",
           "Content-Length: 99999999999999999999",
           "Content-Length:",
           "Content-Length: 3\r\nTransfer-Encoding: chunked",
           "Transfer-Encoding: chunked\r\nContent-Length: 3",
           "Transfer-Encoding: gzip, chunked",
           "Transfer-Encoding: chunked, gzip",
           "Transfer-Encoding: identity",
           "Transfer-Encoding: xchunked",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
           "Transfer-Encoding : chunked",
           "Content-Length : 3",
       }) {
    const Read got = read("HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n3\r\nyes\r\n0\r\n\r\n");
    EXPECT_EQ(got.code, ErrorCode::invalid) << headers << " was read: " << got.body;
  }
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").code,
            ErrorCode::invalid);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "0\r\nContent-Length: 7\r\n\r\n")
                .code,
            ErrorCode::invalid)
      << "as a trailer";
}

TEST(ResponseReader, RefusesWhatIsNotHttp) {
  for (const std::string& text : {
           std::string("garbage\r\n\r\n"),
           std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
           std::string("\x16\x03\x01\x02\r\n\r\n"),
           std::string("HTTP/2 200 OK\r\n\r\n"),
           std::string("HTTP/1.1 2000 OK\r\n\r\n"),
           std::string("HTTP/1.1 099 OK\r\n\r\n"),
           std::string("HTTP/1.1 200 OK\r\nA\r\n\r\n"),
           std::string("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 25),
           std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
           std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naXX1\r\n"),
           std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "fffffffffffffffff\r\na\r\n"),
       }) {
    EXPECT_EQ(read(text).code, ErrorCode::invalid) << text;
  }
}

TEST(ResponseReader, RefusesAnAnswerThatIsCutOff) {
  for (const std::string text : {
           "",
           "HTTP/1.1 200",
           "HTTP/1.1 200 OK\r\nA: b\r\n",
           "HTTP/1.1 100 Continue\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nye",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n",
       }) {
    EXPECT_EQ(read(text).code, ErrorCode::unavailable) << text;
  }
}

TEST(ResponseReader, BoundsHeaderAndBody) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(read(ok + "Content-Length: 101\r\n\r\n").code, ErrorCode::too_large);
  EXPECT_EQ(read(ok + "\r\n" + std::string(101, 'a')).code, ErrorCode::too_large);
  EXPECT_EQ(read(ok + "\r\n" + std::string(100, 'a')).failure, "");
  std::string chunks = ok + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 101; ++i) chunks += "1\r\na\r\n";
  EXPECT_EQ(read(chunks).code, ErrorCode::too_large);
  EXPECT_EQ(read(ok + "A: " + std::string(2000, 'a')).code, ErrorCode::too_large);
  std::string many = ok;
  for (int i = 0; i < 300; ++i) many += "A: b\r\n";
  EXPECT_EQ(read(many).code, ErrorCode::too_large);
  EXPECT_EQ(read(std::string(2000, 'H')).code, ErrorCode::invalid);
}

// Neither counts as body, so that only the buffer bounds them.
TEST(ResponseReader, BoundsTheExtensionOfAChunkAndTheTrailers) {
  const std::string begin = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string endless(200'000, 'a');
  EXPECT_EQ(read_parts(begin + "1;" + endless, 1000).code, ErrorCode::too_large);
  EXPECT_EQ(read_parts(begin + "0\r\nA: " + endless, 1000).code, ErrorCode::too_large);
}

}  // namespace
}  // namespace penstock::upstream
