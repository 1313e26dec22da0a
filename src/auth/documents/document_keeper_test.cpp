#include "auth/documents/document_keeper.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/keeper_test.h"

namespace penstock::auth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = DocumentPlace::Kind;

class KeptFileTest : public KeeperTestBase {
 protected:
  KeptFileTest() {
    std::string name = testing::TempDir() + "/penstock_keeper_XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~KeptFileTest() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  base::Result<KeptDocument*> keep(const fs::path& path) {
    return keeper_.keep("the keys of login", {.kind = Kind::file, .place = path}, reader());
  }

  fs::path folder_;
  DocumentKeeper keeper_{io_, log_, {}, {.ask_pause = 10s, .file_pause = 5ms}};
};

TEST_F(KeptFileTest, ATextIsInForceAtOnceAndCannotBeAskedFor) {
  const auto document =
      keeper_.keep("the keys of login", {.kind = Kind::text, .place = "abc"}, reader());
  ASSERT_TRUE(document);
  keeper_.start();
  EXPECT_THAT(force_, ElementsAre("abc"));
  EXPECT_TRUE(DocumentKeeper::is_there(**document));
  EXPECT_FALSE(keeper_.may_ask(**document));
  EXPECT_EQ(DocumentKeeper::source(**document), "the settings");
  EXPECT_EQ(DocumentKeeper::age(**document), 0s);
  EXPECT_THAT(logged(), HasSubstr(R"("content":"3 bytes")"));
  const auto bad = keeper_.keep("n", {.kind = Kind::text, .place = "bad"}, reader());
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "it is bad");
}

TEST_F(KeptFileTest, MustBeReadableAtTheStart) {
  const auto absent = keep(folder_ / "no");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().message, (folder_ / "no").string() + ": there is no such file");
  const auto bad = keep(write("keys", "bad secret"));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "the file " + (folder_ / "keys").string() + ": it is bad");
  const auto folder = keep(folder_);
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr("it is not a file"));
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(keep(folder_ / "pipe"));
  const auto large = keep(write("large", std::string(DocumentKeeper::kBytesMax + 1, 'x')));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, base::ErrorCode::too_large);
  EXPECT_TRUE(keep(write("full", std::string(DocumentKeeper::kBytesMax, 'x'))));
}

TEST_F(KeptFileTest, IsReadAgainWhenItHasChanged) {
  const auto document = keep(write("keys", "one"));
  ASSERT_TRUE(document) << document.error().message;
  keeper_.start();
  EXPECT_THAT(force_, ElementsAre("one"));
  write("keys", "two");  // In place, and of the same length.
  EXPECT_TRUE(comes_true([&] { return in_force() == "two"; }));
  write("next", "three");
  fs::rename(folder_ / "next", folder_ / "keys");
  EXPECT_TRUE(comes_true([&] { return in_force() == "three"; }));
  EXPECT_THAT(force_, ElementsAre("one", "two", "three"));
}

// A volume of Kubernetes: keys -> ..data/keys, ..data -> ..version_1; the second link is replaced.
TEST_F(KeptFileTest, IsFoundThroughReplacedLinks) {
  fs::create_directory(folder_ / "v1");
  fs::create_directory(folder_ / "v2");
  write("v1/keys", "old");
  write("v2/keys", "new");
  const auto same = fs::last_write_time(folder_ / "v1/keys");
  fs::last_write_time(folder_ / "v2/keys", same);
  fs::create_symlink("v1", folder_ / "data");
  fs::create_symlink("data/keys", folder_ / "keys");
  ASSERT_TRUE(keep(folder_ / "keys"));
  keeper_.start();
  fs::create_symlink("v2", folder_ / "data_next");
  fs::rename(folder_ / "data_next", folder_ / "data");
  EXPECT_TRUE(comes_true([&] { return in_force() == "new"; }));
}

TEST_F(KeptFileTest, TheLastGoodOneStaysInForceWhileItIsMissingOrWrong) {
  const auto document = keep(write("keys", "one"));
  ASSERT_TRUE(document);
  keeper_.start();
  fs::rename(folder_ / "keys", folder_ / "away");
  EXPECT_TRUE(comes_true([&] { return DocumentKeeper::failures(**document) > 5; }));
  EXPECT_THAT(DocumentKeeper::problem(**document), HasSubstr("there is no such file"));
  const std::string log = logged();
  EXPECT_THAT(log, HasSubstr(R"("level":"WARNING")"));
  EXPECT_EQ(log.find("cannot read"), log.rfind("cannot read")) << log;  // Once.
  write("keys", "bad: never-logged");
  EXPECT_TRUE(comes_true([&] { return DocumentKeeper::problem(**document) == "it is bad"; }));
  fs::rename(folder_ / "away", folder_ / "keys");
  EXPECT_TRUE(comes_true([&] { return DocumentKeeper::problem(**document).empty(); }));
  EXPECT_THAT(force_, ElementsAre("one"));
  const std::string rest = logged();
  EXPECT_THAT(rest, HasSubstr("a document can be read again"));
  EXPECT_THAT(rest, Not(HasSubstr("never-logged")));
}

TEST_F(KeptFileTest, IsAskedForBeforeItsTime) {
  DocumentKeeper slow(io_, log_, {}, {.ask_pause = 10s, .file_pause = 1h});
  const auto document =
      slow.keep("n", {.kind = Kind::file, .place = write("keys", "one")}, reader());
  ASSERT_TRUE(document);
  EXPECT_FALSE(slow.may_ask(**document));  // Nobody would answer.
  slow.start();
  EXPECT_TRUE(slow.may_ask(**document));
  write("keys", "two");
  Asked asked = Asked::waits;
  ask(**document, slow, asked);
  EXPECT_TRUE(comes_true([&] { return asked != Asked::waits; }));
  EXPECT_EQ(asked, Asked::yes);
  EXPECT_EQ(in_force(), "two");
  EXPECT_FALSE(slow.may_ask(**document));
}

}  // namespace
}  // namespace penstock::auth
