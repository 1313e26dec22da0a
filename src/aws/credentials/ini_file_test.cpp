#include "aws/credentials/ini_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::aws {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(IniFile, HasSectionsNamesAndValues) {
  const auto ini = IniFile::parse(
      "# a comment\n"
      "[default]\r\n"
      "AWS_Access_Key_Id = AKID\r\n"
      "region=eu-west-1 # here\n"
      "empty =\n"
      "secret = a#b;c=d\n"
      "\n"
      "[profile  'my own' ] ; of mine\n"
      "s3 =\n"
      "  max_concurrent_requests = 20\n"
      "\tregion = not this one\n"
      "region = us-east-1\n"
      "region = us-east-2",
      "config");
  ASSERT_TRUE(ini) << ini.error().message;
  std::map<std::string, std::map<std::string, std::string>> sections;
  for (const auto& [section, values] : ini->sections) {
    for (const auto& [name, value] : values) sections[section][name] = value.reveal();
  }
  EXPECT_THAT(
      sections,
      ElementsAre(
          Pair("default", ElementsAre(Pair("aws_access_key_id", "AKID"), Pair("empty", ""),
                                      Pair("region", "eu-west-1"), Pair("secret", "a#b;c=d"))),
          Pair("profile my own", ElementsAre(Pair("region", "us-east-2"), Pair("s3", "")))));
}

TEST(IniFile, NamesAWrongLineWithoutRepeatingIt) {
  EXPECT_EQ(IniFile::parse("[a]\nx = 1\nwJalrXUtnFEMI\n", "f").error().message,
            "f:3: the line is neither [section] nor name = value");
  EXPECT_EQ(IniFile::parse("secret = 1\n", "f").error().message,
            "f:1: the line sets a value before the first [section]");
  EXPECT_EQ(IniFile::parse("[a\n", "f").error().message,
            "f:1: a section's name does not end with ]");
  EXPECT_EQ(IniFile::parse(std::string(kIniBytesMax + 1, '#'), "f").error().message,
            "f: the file is larger than 1 MiB");
}

TEST(IniFile, IsEmptyIfItIsMissing) {
  EXPECT_TRUE(IniFile::read("/nowhere/config")->sections.empty());
}

}  // namespace
}  // namespace penstock::aws
