#include "local/kafka/java_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace penstock::local {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr processes::ExitStatus kFailed{.by_signal = false, .number = 1};

TEST(JavaWords, SayThatMemoryRanOut) {
  const std::string memory = "Kafka did not get enough memory";
  const std::string output =
      "OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory(0x0, 1, 0) failed\n#\n"
      "# There is insufficient memory for the Java Runtime Environment to continue.\n";
  EXPECT_THAT(explain_java_end(kFailed, output), HasSubstr(memory));
  EXPECT_THAT(explain_java_end(kFailed, output), HasSubstr("Java says: OpenJDK 64-Bit"));
  EXPECT_THAT(explain_java_end(kFailed, output), Not(HasSubstr("\n")));
  EXPECT_THAT(explain_java_end(kFailed,
                               "Error occurred during initialization of VM\nCould not "
                               "reserve enough space for 1048576KB object heap\n"),
              HasSubstr(memory));
  EXPECT_THAT(explain_java_end({.by_signal = true, .number = SIGKILL}, ""),
              HasSubstr("The system has killed it."));
  EXPECT_EQ(explain_java_end({.by_signal = true, .number = SIGSEGV}, ""), "");
}

TEST(JavaWords, NameWhatIsWrongWithJavaOrItsJars) {
  EXPECT_THAT(explain_java_end(kFailed,
                               "Error: LinkageError\njava.lang."
                               "UnsupportedClassVersionError: kafka/Kafka has been\n"),
              HasSubstr("too old for Apache Kafka"));
  EXPECT_THAT(explain_java_end(kFailed,
                               "Error: Could not find or load main class kafka.Kafka\nCaused by: "
                               "java.lang.ClassNotFoundException: kafka.Kafka\n"),
              HasSubstr("jars are missing or damaged"));
  EXPECT_THAT(explain_java_end(kFailed,
                               "Unrecognized VM option 'UseNothing'\nError: Could not "
                               "create the Java Virtual Machine.\n"),
              HasSubstr("Java says: Unrecognized VM option 'UseNothing'"));
}

TEST(JavaWords, KnowAPortInUseAndAFullDisk) {
  EXPECT_THAT(explain_java_end(kFailed,
                               "org.apache.kafka.common.KafkaException: Socket server "
                               "failed to bind to 127.0.0.1:9: Address already in use.\n"),
              HasSubstr("another program has taken Kafka's port"));
  EXPECT_THAT(explain_java_end(kFailed, "java.io.IOException: No space left on device"),
              HasSubstr("is full"));
}

TEST(JavaWords, SayNothingOfAnythingElse) {
  EXPECT_EQ(explain_java_end(kFailed, "ERROR Exiting Kafka due to fatal exception\n"), "");
}

}  // namespace
}  // namespace penstock::local
