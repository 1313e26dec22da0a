// Reads lines as the console's stories do: of an API's log, and of any function.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "json/parse.h"
#include "local/stories/api_request.h"
#include "local/stories/function_logs.h"
#include "local/stories/story.h"

namespace {

using namespace penstock;

// Whatever the line was, the story must be JSON.
void check_story(const local::Story& story) {
  std::string text;
  local::append_story(text, story);
  base::check(json::check(text).has_value(), "a story is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const base::SystemTime now{std::chrono::seconds(1'800'000'000)};

  const local::LineMembers members(line);
  for (const auto& member : members.all()) {
    base::check(member.json.data() >= line.data() &&
                    member.json.data() + member.json.size() <= line.data() + line.size(),
                "a member is in the line");
    static_cast<void>(local::text_of(member.json));
  }

  local::Story of_function;
  const local::FunctionLine read = local::read_function_line(line, now);
  base::check(base::is_utf8(read.text) && read.text.size() <= local::Story::kTextBytesMax,
              "a function's line is printable");
  of_function.add({local::StepKind::log, read.at, read.text});
  check_story(of_function);

  if (const auto request = local::ApiRequest::read(line)) {
    local::Story story;
    request->describe(story, now);
    story.outcome = request->outcome();
    story.names = request->names();
    for (auto& step : request->steps(now, request->topic_partition())) story.add(std::move(step));
    check_story(story);
  }
  return 0;
}
