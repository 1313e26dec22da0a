#include "http/mock.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace penstock::http {
namespace {

constexpr std::string_view kDocument = R"(
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /pets:
    get:
      operationId: pets
      responses:
        '200':
          description: d
          headers:
            Content-Length: {schema: {type: integer}}
            X-Count: {required: true, schema: {type: integer, minimum: 5}}
            X-List: {schema: {type: array, minItems: 2, items: {type: string}}, example: [a, b]}
          content:
            application/json:
              schema: {type: object, required: [name], properties: {name: {type: string}}}
              examples:
                cat: {value: {name: Tom}}
                dog: {$ref: '#/components/examples/dog'}
                bad: {value: {age: 3}}
            text/plain: {schema: {type: string}, example: A pet}
        '404':
          description: d
          content: {application/problem+json: {schema: {type: object}, example: {status: 404}}}
  /made:
    get:
      operationId: made
      responses:
        2XX:
          description: d
          content:
            application/json:
              schema:
                {type: object, required: [id], properties: {id: {type: string, format: uuid}}}
  /ranges:
    get:
      operationId: ranges
      responses:
        '200':
          description: d
          content: {'*/*': {example: {a: 1}}, text/*: {example: x}, image/*: {example: x}}
  /problems:
    get:
      operationId: problems
      responses:
        default:
          description: d
          content:
            {application/json: {example: 1}, application/problem+json: {schema: {type: object}}}
  /picture:
    get: {operationId: picture, responses: {'200': {description: d, content: {image/*: {}}}}}
  /own:
    get:
      operationId: own
      responses:
        '200':
          description: d
          content:
            '*/*': {schema: {type: string, maxLength: 1}}
            application/json: {example: {a: 1}}
  /impossible:
    get:
      operationId: impossible
      responses: {'200': {description: d, content: {application/json: {schema: {not: {}}}}}}
  /otherwise:
    get:
      operationId: otherwise
      responses:
        '200': {description: d, content: {application/json: {schema: {not: {}}}}}
        '404': {description: d, content: {application/json: {schema: {type: integer}}}}
  /created:
    get:
      operationId: created
      responses:
        2XX: {description: d, content: {application/json: {example: range}}}
        default: {description: d, content: {application/json: {example: rest}}}
        '201': {description: d, content: {application/json: {example: made}}}
  /moved:
    get:
      operationId: moved
      responses:
        '404': {description: d, content: {application/json: {example: lost}}}
        default: {description: d, content: {application/json: {example: rest}}}
        '302': {description: d}
  /untrue:
    get:
      operationId: untrue
      responses:
        '200':
          description: d
          headers:
            Content-Encoding: {required: true, schema: {type: string}, example: gzip}
            Content-Range: {required: true, schema: {type: string}, example: bytes 0-4/9}
            Content-Digest: {schema: {type: string}, example: 'sha-256=:AAAA:'}
            Transfer-Encoding: {required: true, schema: {type: string}, example: chunked}
            Connection: {schema: {type: string}, example: close}
            Date: {schema: {type: string}, example: 'Sun, 06 Nov 1994 08:49:37 GMT'}
            Trailer: {required: true, schema: {type: string}, example: X-A}
            Upgrade: {required: true, schema: {type: string}, example: websocket}
            Keep-Alive: {required: true, schema: {type: string}, example: timeout=5}
            X-Line: {schema: {type: string}, example: "two\nlines"}
            ETag: {schema: {type: string}, example: '"a"'}
          content: {application/json: {example: 1}}
components:
  examples:
    dog: {value: {name: Rex}}
)";

class MockTest : public testing::Test {
 protected:
  // Sends each line of `prefer` and of `accept` as a header line.
  std::string ask(std::string_view target, std::string_view prefer = {},
                  std::string_view accept = {}) {
    RequestMessage request;
    request.set_start_line(Verb::get, "GET", target);
    const auto add = [&](Field field, std::string_view name, std::string_view lines) {
      while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        request.add_header(field, name, line);
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
      }
    };
    add(Field::prefer, "Prefer", prefer);
    add(Field::accept, "Accept", accept);
    ResponseMessage response;
    boost::asio::co_spawn(io_.get_executor(), mock_.handle(request),
                          [&](std::exception_ptr failure, Reply reply) {
                            if (failure) std::rethrow_exception(failure);
                            response = std::move(reply.response);
                          });
    io_.restart();
    io_.run();
    headers_ = response.headers;
    return std::to_string(response.status) + ' ' + std::string(response.content_type()) + ' ' +
           response.body;
  }

  boost::asio::io_context io_;
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  Mock mock_{contract::Contract::parse(kDocument, "t.yaml").value(), log_};
  std::string headers_;
};

TEST_F(MockTest, ServesTheFirstExampleWithItsHeaders) {
  EXPECT_EQ(ask("/pets"), R"(200 application/json {"name":"Tom"})");
  EXPECT_EQ(headers_, "X-Count: 5\r\nX-List: a,b\r\n");
}

TEST_F(MockTest, PreferChoosesExampleAndStatus) {
  EXPECT_EQ(ask("/pets", "example=dog"), R"(200 application/json {"name":"Rex"})");
  EXPECT_EQ(ask("/pets", "respond-async, code=404"),
            R"(404 application/problem+json {"status":404})");
  EXPECT_EQ(ask("/pets", "code=\"200\"; example=\"cat\""),
            R"(200 application/json {"name":"Tom"})");
  EXPECT_EQ(ask("/pets", "code=418").substr(0, 3), "400");
  EXPECT_EQ(ask("/pets", "code=404abc").substr(0, 3), "200");  // It is no code, so it is ignored.
  EXPECT_EQ(ask("/pets", "example=cow").substr(0, 3), "400");
  EXPECT_EQ(ask("/made", "code=201").substr(0, 3), "201");
  EXPECT_EQ(ask("/made", "code=205"), "205  ");  // The range's content does not matter.
  EXPECT_EQ(ask("/problems", "code=404"), "404 application/json 1");
}

TEST_F(MockTest, AcceptChoosesTheMediaType) {
  EXPECT_EQ(ask("/pets", "", "text/*"), "200 text/plain; charset=utf-8 A pet");
  EXPECT_EQ(ask("/pets", "", "image/png").substr(0, 3), "406");
}

TEST_F(MockTest, MakesAValueWhereThereIsNoExample) {
  EXPECT_EQ(ask("/made"), R"(200 application/json {"id":"123e4567-e89b-42d3-a456-426614174000"})");
}

TEST_F(MockTest, ABadExampleIsReplacedByAMadeValue) {
  EXPECT_EQ(ask("/pets", "example=bad"), R"(200 application/json {"name":"text"})");
}

TEST_F(MockTest, WithoutAValueItAnswersOtherwise) {
  EXPECT_EQ(ask("/otherwise"), "404 application/json 1");
  EXPECT_EQ(ask("/impossible").substr(0, 3), "501");
}

TEST_F(MockTest, PrefersASuccessThatIsDeclaredByItsNumber) {
  EXPECT_EQ(ask("/created"), R"(201 application/json "made")");
  EXPECT_EQ(ask("/created", "code=203"), R"(203 application/json "range")");
  EXPECT_EQ(ask("/moved").substr(0, 3), "302");
}

TEST_F(MockTest, SendsNoHeaderThatWouldBeUntrue) {
  EXPECT_EQ(ask("/untrue"), "200 application/json 1");
  EXPECT_EQ(headers_, "ETag: \"a\"\r\n");
}

TEST_F(MockTest, ReadsAllLinesOfAHeader) {
  EXPECT_EQ(ask("/pets", "respond-async\nCODE=404"),
            R"(404 application/problem+json {"status":404})");
  EXPECT_EQ(ask("/pets", "", "application/xml\ntext/plain").substr(0, 14), "200 text/plain");
}

TEST_F(MockTest, ARangeIsAnsweredWithAType) {
  EXPECT_EQ(ask("/picture"), "200 image/png text");
  EXPECT_EQ(ask("/picture", "", "image/webp;q=0.9"), "200 image/webp text");
  EXPECT_EQ(ask("/own", "", "application/json"), R"(200 application/json {"a":1})");
  EXPECT_EQ(ask("/ranges"), R"(200 application/json {"a":1})");
  EXPECT_EQ(ask("/ranges", "", "text/*;q=1, */*;q=0.1"), "200 text/plain; charset=utf-8 x");
}

TEST_F(MockTest, RequestsAreValidated) {
  EXPECT_EQ(ask("/pets?x=1").substr(0, 3), "400");
  EXPECT_EQ(ask("/nothing").substr(0, 3), "404");
}

}  // namespace
}  // namespace penstock::http
