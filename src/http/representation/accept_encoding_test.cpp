#include "http/representation/accept_encoding.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(AcceptEncoding, PrefersGzipWhereItIsAccepted) {
  for (const char* list :
       {"gzip", "GZIP", "x-gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1",
        "gzip;q=0.001", "gzip;q=1.", "gzip ; q=0.5 , identity;q=0.5", "*", "*;q=0.1",
        "identity;q=0, gzip", "identity;q=0.5, *;q=0.5", "deflate,gzip;Q=1.000", ",,gzip",
        "gzip;q=0, x-gzip", "gzip\t;\tq=0.3"}) {
    EXPECT_TRUE(prefers_gzip(list)) << list;
  }
}

TEST(AcceptEncoding, PrefersNoCodingElsewhere) {
  for (const char* list : {"",
                           "identity",
                           "br",
                           "gzip;q=0",
                           "gzip;q=0.000",
                           "*;q=0",
                           "gzip;q=0, *",
                           "identity, *;q=0",
                           "gzip;q=0.5, identity;q=0.6",
                           "gzip;q=0.5, identity",
                           "identity, *;q=0.5",
                           "compress, identity;q=0",
                           "gzipped",
                           "q=1",
                           ";q=1",
                           "gzip;q=2",
                           "gzip;q=1.001",
                           "gzip;q=0.1234",
                           "gzip;q=-1",
                           "gzip;q=",
                           "gzip;q",
                           "gzip;q=.5",
                           "gzip;q=0,5",
                           "gzip;x=1",
                           "gzip;q=0.5;x=1"}) {
    EXPECT_FALSE(prefers_gzip(list)) << list;
  }
}

}  // namespace
}  // namespace penstock::http
