#include "metrics/metric_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::metrics {
namespace {

using testing::HasSubstr;

TEST(Labels, EscapeWhatWouldEndAValueOrALine) {
  Labels labels;
  EXPECT_EQ(labels.text(), "");
  labels.add("a", "").add("b", "q\"b\\l\n\r\t").add("c", "\xc3\xa4\xff,}");
  EXPECT_EQ(labels.text(), "a=\"\",b=\"q\\\"b\\\\l\\n\r\t\",c=\"\xc3\xa4\xef\xbf\xbd,}\"");
}

TEST(Histogram, MayHaveNoLabels) {
  Histogram histogram;
  histogram.observe(20);
  std::string out;
  histogram.write(out, "x", {});
  EXPECT_THAT(out, HasSubstr("\nx_bucket{le=\"10\"} 0\nx_bucket{le=\"+Inf\"} 1\n"
                             "x_sum 20\nx_count 1\n"));
}

}  // namespace
}  // namespace penstock::metrics
