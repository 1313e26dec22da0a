#include "http/representation/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace penstock::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr size_t kMin = 100;

std::string random_bytes(size_t count) {
  std::mt19937 numbers(1);
  std::string bytes;
  for (size_t i = 0; i < count; ++i) bytes += static_cast<char>(numbers());
  return bytes;
}

RequestMessage request(std::string_view accept_encoding) {
  RequestMessage message;
  message.set_start_line(Verb::get, "GET", "/");
  if (!accept_encoding.empty()) {
    message.add_header(Field::accept_encoding, "Accept-Encoding", accept_encoding);
  }
  return message;
}

ResponseMessage text_response(std::string body) {
  ResponseMessage response;
  response.body = std::move(body);
  response.set_content_type("application/json");
  return response;
}

// Returns the response as a client with this Accept-Encoding gets it.
ResponseMessage sent(ResponseMessage response, std::string_view accept_encoding = "gzip") {
  Compression(kMin).apply(request(accept_encoding), response);
  return response;
}

bool is_compressed(const ResponseMessage& response) {
  return response.headers.find("content-encoding: gzip\r\n") != std::string::npos;
}

TEST(Gzip, MakesTextsThatCanBeReadAgain) {
  Gzip gzip;
  for (const size_t size : {100U, 16'384U, 16'385U, 1'000'000U}) {
    std::string text;
    while (text.size() < size) text += "{\"id\":" + std::to_string(text.size()) + "},";
    const auto compressed = gzip.compress(text);
    ASSERT_TRUE(compressed.has_value()) << size;
    EXPECT_LT(compressed->size(), text.size());
    EXPECT_EQ(gunzip(*compressed, text.size()), text);
    EXPECT_EQ(gzip.compress(text), compressed);
    EXPECT_EQ(gunzip(*compressed, text.size() - 1), std::nullopt);
  }
}

TEST(Gzip, MakesNothingLonger) {
  Gzip gzip;
  EXPECT_EQ(gzip.compress(""), std::nullopt);
  EXPECT_EQ(gzip.compress("ab"), std::nullopt);
  EXPECT_EQ(gzip.compress(random_bytes(50'000)), std::nullopt);
  EXPECT_TRUE(gzip.compress(std::string(1000, 'a')).has_value());
}

TEST(Gzip, ReadsNothingThatIsBroken) {
  const std::string whole = *Gzip().compress(std::string(1000, 'a'));
  EXPECT_EQ(gunzip("", 1000), std::nullopt);
  EXPECT_EQ(gunzip(whole.substr(0, whole.size() - 1), 1000), std::nullopt);
  EXPECT_EQ(gunzip(random_bytes(100), 1000), std::nullopt);
}

TEST(Compression, IsForWhoPrefersIt) {
  const std::string text(kMin, 'a');
  const ResponseMessage response = sent(text_response(text));
  EXPECT_TRUE(is_compressed(response));
  EXPECT_THAT(response.headers, HasSubstr("vary: accept-encoding\r\n"));
  EXPECT_EQ(gunzip(response.body, kMin), text);
  for (const char* other : {"", "identity", "gzip;q=0", "br"}) {
    const ResponseMessage plain = sent(text_response(text), other);
    EXPECT_FALSE(is_compressed(plain)) << other;
    EXPECT_EQ(plain.body, text);
    EXPECT_THAT(plain.headers, HasSubstr("vary: accept-encoding\r\n")) << other;
  }
}

TEST(Compression, ReadsAllLinesOfTheHeader) {
  RequestMessage message = request("br");
  message.add_header(Field::accept_encoding, "accept-encoding", "gzip");
  ResponseMessage response = text_response(std::string(kMin, 'a'));
  Compression(kMin).apply(message, response);
  EXPECT_TRUE(is_compressed(response));
}

TEST(Compression, IsForSizesWithinItsBounds) {
  EXPECT_FALSE(is_compressed(sent(text_response(std::string(kMin - 1, 'a')))));
  EXPECT_EQ(sent(text_response(std::string(kMin - 1, 'a'))).headers, "");
  EXPECT_TRUE(is_compressed(sent(text_response(std::string(Compression::kBytesMax, 'a')))));
  EXPECT_FALSE(is_compressed(sent(text_response(std::string(Compression::kBytesMax + 1, 'a')))));
}

TEST(Compression, LeavesWhatWouldNotBecomeSmaller) {
  const ResponseMessage response = sent(text_response(random_bytes(1000)));
  EXPECT_FALSE(is_compressed(response));
  EXPECT_EQ(response.body, random_bytes(1000));
}

TEST(Compression, IsForTexts) {
  for (const char* type :
       {"application/json", "text/plain; charset=utf-8", "TEXT/csv", "application/problem+json",
        "application/atom+xml", "application/xml ;charset=utf-8", "image/svg+xml",
        "application/x-ndjson"}) {
    EXPECT_TRUE(is_compressible(type)) << type;
  }
  for (const char* type :
       {"", "image/png", "application/zip", "application/gzip", "video/mp4", "application/pdf",
        "application/octet-stream", "font/woff2", "json", "+json", "application/jsonp"}) {
    EXPECT_FALSE(is_compressible(type)) << type;
    ResponseMessage response = text_response(std::string(kMin, 'a'));
    response.set_content_type(type);
    EXPECT_EQ(sent(response).headers, "") << type;
  }
}

TEST(Compression, LeavesWhatMustStayAsItIs) {
  for (const auto& [name, value] : {std::pair{"Content-Encoding", "br"},
                                    {"cache-control", "public, no-transform"},
                                    {"Content-Digest", "sha-256=:AA==:"},
                                    {"Repr-Digest", "sha-256=:AA==:"},
                                    {"Digest", "md5=AA=="},
                                    {"Content-MD5", "AA=="}}) {
    ResponseMessage response = text_response(std::string(kMin, 'a'));
    response.add_header(name, value);
    EXPECT_THAT(sent(response).headers, Not(HasSubstr("gzip"))) << name;
  }
  ResponseMessage part = text_response(std::string(kMin, 'a'));
  part.status = 206;
  EXPECT_EQ(sent(part).headers, "");
}

TEST(Compression, ChangesAStrongTag) {
  ResponseMessage response = text_response(std::string(kMin, 'a'));
  response.add_header("ETag", "\"7\"");
  EXPECT_THAT(sent(response).headers, HasSubstr("ETag: \"7-gzip\"\r\n"));
  EXPECT_THAT(sent(response, "br").headers, HasSubstr("ETag: \"7\"\r\n"));
  ResponseMessage weak = text_response(std::string(kMin, 'a'));
  weak.add_header("ETag", "W/\"7\"");
  EXPECT_THAT(sent(weak).headers, HasSubstr("ETag: W/\"7\"\r\n"));
}

}  // namespace
}  // namespace penstock::http
