// Reads items as DynamoDB's JSON, one a line, and writes what it has read as such JSON, or
// "error: …". judge_tables.py runs it.
#include <iostream>
#include <string>

#include "dynamodb/value_json.h"
#include "json/parse.h"

int main() {
  using namespace penstock;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto json = json::parse(line, {.depth_max = 100});
    auto item = json ? dynamodb::read_item(*json) : base::Result<dynamodb::Item>(json.error());
    std::string text;
    if (item) {
      const auto written = dynamodb::append_item(text, *item);
      if (!written) text = "error: " + written.error().message;
    } else {
      text = "error: " + item.error().message;
    }
    std::cout << text << '\n';
  }
}
