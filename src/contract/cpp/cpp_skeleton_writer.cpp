#include <algorithm>

#include "contract/cpp/cpp_names.h"
#include "contract/cpp/cpp_writers.h"
#include "contract/examples/request_sample.h"
#include "json/writer.h"

namespace penstock::contract {
namespace {

// All requests and events of the tests may take so many steps.
constexpr uint64_t kStepsMax = 200'000'000;

// Returns what a test of the operation or event type is called: "PlaceOrderIsNotWrittenYet".
std::string test_name(const std::string& field) {
  return cpp_type_name(field) + "IsNotWrittenYet";
}

// Returns a literal in which quotes stand as they are, if that is possible.
std::string text_literal(const std::string& text) {
  const bool is_plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
  const bool needs_it = text.find_first_of("\"\\") != std::string::npos;
  if (!is_plain || !needs_it || text.find(")\"") != std::string::npos) return cpp_literal(text);
  return "R\"(" + text + ")\"";
}

std::string begin(const std::string& comment, std::vector<std::string> system,
                  std::vector<std::string> included, const std::string& name_space) {
  std::string out = comment;
  for (const std::string& name : system) out += "#include <" + name + ">\n";
  if (!system.empty()) out += '\n';
  return out + cpp_includes(std::move(included)) + "\nnamespace " + name_space +
         " {\nnamespace {\n\n";
}

std::string handlers(const CppModel& model, const std::string& name_space) {
  std::string out = begin(
      "// This file has the API's handlers, one for each operation of the contract. A request has "
      "passed\n"
      "// the contract before its handler gets it. A handler that is written returns the answers "
      "of its\n"
      "// operation, such as PlaceOrder::Answer, instead of any Answer.\n",
      {}, {name_space + "/operations.h"}, name_space);
  out += "using namespace penstock::http;\n\n";
  std::string fields;
  for (const CppOperation& operation : model.operations) {
    out += cpp_call(0, "Answer " + operation.field, {"const " + operation.name + '&'}, " {") +
           "  return not_written();\n}\n\n";
    fields += "    ." + operation.field + " = " + operation.field + ",\n";
  }
  out += "}  // namespace\n\n";
  out += model.operations.empty()
             ? "const penstock::http::Handlers kHandlers = handlers(Operations{});\n\n"
             : "const Handlers kHandlers = handlers(Operations{\n" + fields + "});\n\n";
  return out + "}  // namespace " + name_space + '\n';
}

// Returns the test of one operation, with a request that the contract allows.
std::string handler_test(const Contract& contract, const CppOperation& operation,
                         SampleSource& samples) {
  const auto request = request_sample(contract, *operation.operation, samples);
  if (!request) {
    return cpp_comment("No request was found that the contract allows for " +
                           operation.operation->id + "; write a test of it.",
                       0);
  }
  std::string out = "TEST_F(HandlersTest, " + test_name(operation.field) + ") {\n";
  out += "  const http::Answer answer = tester_.ask({\n";
  out += "      .method = " + cpp_literal(request->method) + ",\n";
  out += "      .target = " + cpp_literal(request->target) + ",\n";
  if (request->body) {
    out += cpp_broken(6, ".body =", text_literal(*request->body) + ',');
  }
  if (!request->headers.empty()) {
    out += "      .headers =\n          {\n";
    for (const auto& [name, text] : request->headers) {
      out += "              {" + cpp_literal(name) + ", " + cpp_literal(text) + "},\n";
    }
    out += "          },\n";
  }
  return out + "  });\n  EXPECT_EQ(answer.status(), 501u);\n}\n";
}

std::string handlers_test(const Contract& contract, const CppModel& model,
                          const std::string& name_space) {
  std::string out = begin(
      "", {"gtest/gtest.h"},
      {"http/testing/handler_tester.h", name_space + "/contract.h", name_space + "/operations.h"},
      name_space);
  out +=
      "using namespace penstock;\n\n"
      "class HandlersTest : public testing::Test {\n"
      " protected:\n"
      "  http::testing::HandlerTester tester_{kContract, kHandlers};\n"
      "};\n\n";
  SampleSource samples(Direction::request, kStepsMax);
  for (const CppOperation& operation : model.operations) {
    out += handler_test(contract, operation, samples) + '\n';
  }
  return out + "}  // namespace\n}  // namespace " + name_space + '\n';
}

std::string consumer(const CppModel& model, const std::string& name_space) {
  std::string out = begin(
      "// This file has the function's handlers, one for each type of event. An event's value has "
      "passed\n"
      "// the contract before its handler gets it.\n",
      {}, {name_space + "/events.h"}, name_space);
  out += "using namespace penstock::lambda;\n\n";
  std::string fields;
  const auto add = [&](const std::string& field, const std::vector<std::string>& parameters) {
    out += cpp_call(0, "Outcome " + field, parameters, " {") + "  return retry(" +
           cpp_literal(field + " is not written yet") + ");\n}\n\n";
    fields += "    ." + field + " = " + field + ",\n";
  };
  for (const CppEvent* event : model.events) {
    add(event->field, {"const " + cpp_spelling(event->use) + '&', "const Record&", "Context&"});
  }
  if (model.events.empty()) add("any", {"const Record&", "Context&"});
  return out + "}  // namespace\n\nconst EventHandlers kEventHandlers = handlers(Events{\n" +
         fields + "});\n\n}  // namespace " + name_space + '\n';
}

std::string consumer_test(const CppModel& model, const std::string& name_space) {
  std::string out = begin("", {"gmock/gmock.h", "gtest/gtest.h", "stdexcept"},
                          {"lambda/testing/event_handler_tester.h", name_space + "/event_schemas.h",
                           name_space + "/events.h"},
                          name_space);
  out +=
      "using penstock::lambda::Record;\n"
      "using penstock::lambda::testing::EventHandlerTester;\n"
      "using testing::HasSubstr;\n"
      "using testing::ThrowsMessage;\n\n"
      "class ConsumerTest : public testing::Test {\n"
      " protected:\n"
      "  EventHandlerTester tester_{kEventSchemas, kEventHandlers};\n"
      "};\n\n";
  SampleSource samples(Direction::neither, kStepsMax);
  const auto add = [&](const std::string& field, const std::string& type, const Schema* schema) {
    std::string value = "{}";
    if (schema != nullptr) {
      const auto sample = samples.value({.name = "value", .schema = schema});
      if (!sample) {
        out += cpp_comment("No value was found that the contract allows for " + type +
                               "; write a test of it.",
                           0) +
               '\n';
        return;
      }
      value = json::to_text(*sample);
    }
    out += "TEST_F(ConsumerTest, " + test_name(field) + ") {\n  Record record;\n";
    if (!type.empty()) {
      out += cpp_list(2, "record.headers", {"{\"ce_type\", " + cpp_literal(type) + '}'});
    }
    out += cpp_broken(2, "record.value =", text_literal(value) + ';') +
           "  EXPECT_THAT([&] { static_cast<void>(tester_.handle(record)); },\n"
           "              ThrowsMessage<std::runtime_error>(HasSubstr(" +
           cpp_literal(field + " is not written yet") + ")));\n}\n\n";
  };
  for (const CppEvent* event : model.events) add(event->field, event->type, event->schema);
  if (model.events.empty()) add("any", "", nullptr);
  return out + "}  // namespace\n}  // namespace " + name_space + '\n';
}

}  // namespace

std::vector<CppFile> cpp_skeleton(const Contract& contract, const CppModel& model,
                                  const CppWriting& writing) {
  const std::string& name_space = writing.name_space;
  return {{"handlers.cpp", handlers(model, name_space)},
          {"handlers_test.cpp", handlers_test(contract, model, name_space)},
          {"consumer.cpp", consumer(model, name_space)},
          {"consumer_test.cpp", consumer_test(model, name_space)}};
}

}  // namespace penstock::contract
