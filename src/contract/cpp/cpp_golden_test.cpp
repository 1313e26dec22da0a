// Compares what is written for the contracts of tests/ with the files in tests/cpp/golden, which
// the build compiles, and which clang-format must leave as they are.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "contract/cpp/cpp_writers.h"
#include "contract/openapi/contract.h"
#include "contract/openapi/contract_files.h"

namespace penstock::contract {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void compare(const std::string& name, const std::string& file,
             const std::string& golden = "cpp/golden") {
  const fs::path tests = PENSTOCK_TESTS;
  const auto contract = read_contract((tests / file).string());
  ASSERT_TRUE(contract) << contract.error().message;
  const auto model = cpp_model(*contract);
  ASSERT_TRUE(model) << model.error().message;
  std::set<std::string> written;
  for (const CppFile& made : cpp_files(*model, {.name_space = name})) {
    written.insert(made.name);
    EXPECT_TRUE(made.text == read(tests / golden / made.name))
        << made.name << ": run tests/cpp/renew, and read what changes";
  }
  for (const auto& entry : fs::directory_iterator(tests / golden / name)) {
    EXPECT_TRUE(written.contains(name + '/' + entry.path().filename().string())) << entry.path();
  }
}

TEST(CppGolden, Orders) {
  compare("orders", "support/orders_service/orders.openapi.yaml", "support/orders_service");
}
TEST(CppGolden, NamesThatAreNoCpp) {
  compare("names", "cpp/names.openapi.yaml");
}
TEST(CppGolden, Shop) {
  compare("shop", "contracts/shop.openapi.yaml");
}
TEST(CppGolden, MuseumOfTwoFiles) {
  compare("museum", "contracts/museum.openapi.yaml");
}
TEST(CppGolden, KitchenSink) {
  compare("kitchen_sink", "contracts/kitchen_sink.openapi.yaml");
}
TEST(CppGolden, KitchenSinkOfOpenApi30) {
  compare("kitchen_sink_3_0", "contracts/kitchen_sink_3_0.openapi.json");
}
TEST(CppGolden, Anchors) {
  compare("anchors", "contracts/anchors.openapi.yaml");
}

}  // namespace
}  // namespace penstock::contract
