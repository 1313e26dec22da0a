#include "auth/documents/refresh_time.h"

#include <gtest/gtest.h>

namespace penstock::auth {
namespace {

using namespace std::chrono_literals;

std::chrono::seconds after(std::initializer_list<std::pair<const char*, const char*>> headers) {
  net::HttpHeaders list;
  for (const auto& [name, value] : headers) list.emplace_back(name, value);
  return time_to_refresh(list, base::SystemTime(1'795'539'140s));  // 24 Nov 2026 16:52:20 GMT
}

TEST(RefreshTime, IsThatOfTheServerWithinBounds) {
  EXPECT_EQ(after({{"cache-control", "public, Max-Age=3600, must-revalidate"}}), 1h);
  EXPECT_EQ(after({{"Cache-Control", "max-age=\"3600\""}}), 1h);
  EXPECT_EQ(after({{"Cache-Control", "max-age=3600"}, {"Age", "600"}}), 50min);
  EXPECT_EQ(after({{"Cache-Control", "max-age=3600"}, {"Age", "9999"}}), kRefreshMin);
  EXPECT_EQ(after({{"Cache-Control", "max-age=0"}}), kRefreshMin);
  EXPECT_EQ(after({{"Cache-Control", "max-age=86401"}}), kRefreshMax);
  EXPECT_EQ(after({{"Cache-Control", "max-age=99999999999999999999999"}}), kRefreshMax);
}

TEST(RefreshTime, IsTheDefaultWithoutAWordOfTheServer) {
  EXPECT_EQ(after({}), kRefresh);
  for (const char* value :
       {"", ",,=,", "max-age", "max-age=", "max-age=-1", "max-age=1h", "s-maxage=60", "no-cache",
        "no-store, max-age=3600", "max-age=3600,no-cache", "max-age=x, max-age=60"}) {
    EXPECT_EQ(after({{"Cache-Control", value}}), kRefresh) << value;
  }
}

TEST(RefreshTime, ReadsExpiresByTheServersClock) {
  const char* const expires = "Tue, 24 Nov 2026 18:00:00 GMT";
  EXPECT_EQ(after({{"Expires", expires}, {"Date", "Tue, 24 Nov 2026 17:00:00 GMT"}}), 1h);
  EXPECT_EQ(after({{"Expires", expires}}), 1h + 7min + 40s);
  EXPECT_EQ(after({{"Expires", expires}, {"Cache-Control", "max-age=120"}}), 2min);
  EXPECT_EQ(after({{"Expires", expires}, {"Cache-Control", "no-cache"}}), kRefresh);
  EXPECT_EQ(after({{"Expires", "0"}}), kRefresh);
  EXPECT_EQ(after({{"Expires", "Tue, 24 Nov 2020 18:00:00 GMT"}}), kRefresh);
}

}  // namespace
}  // namespace penstock::auth
