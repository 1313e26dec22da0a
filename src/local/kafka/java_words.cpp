#include "local/kafka/java_words.h"

#include <algorithm>
#include <csignal>
#include <initializer_list>

#include "base/printable_text.h"

namespace penstock::local {
namespace {

constexpr size_t kLineBytesMax = 300;

// Returns the first line of the output that has one of these words, or an empty text.
std::string line_with(std::string_view output, std::initializer_list<std::string_view> words) {
  while (!output.empty()) {
    const std::string_view line = output.substr(0, output.find('\n'));
    if (std::any_of(words.begin(), words.end(),
                    [&](std::string_view word) { return line.find(word) != line.npos; })) {
      return base::printable(line, kLineBytesMax);
    }
    output.remove_prefix(std::min(output.size(), line.size() + 1));
  }
  return {};
}

}  // namespace

// The words are those of OpenJDK 17 and 21 and of Kafka 4.3.
std::string explain_java_end(const processes::ExitStatus& status, std::string_view output) {
  const auto says = [&](std::initializer_list<std::string_view> words) {
    return line_with(output, words);
  };
  if (!says({"UnsupportedClassVersionError"}).empty()) {
    return "the `java` on your PATH is too old for Apache Kafka. Install Java 17 or later, or use "
           "--broker memory.";
  }
  const std::string memory =
      says({"insufficient memory for the Java Runtime", "Could not reserve enough space",
            "Cannot allocate memory", "java.lang.OutOfMemoryError", "os::commit_memory"});
  if (!memory.empty() || (status.by_signal && status.number == SIGKILL)) {
    return "Kafka did not get enough memory: its heap takes up to 512 MiB, and Java some 200 MiB "
           "more. Close other programs, raise the container's limit, or use --broker memory. " +
           (memory.empty() ? "The system has killed it." : "Java says: " + memory);
  }
  const std::string classes =
      says({"ClassNotFoundException", "NoClassDefFoundError", "Could not find or load main class",
            "zip END header not found", "java.util.zip.ZipException"});
  if (!classes.empty()) {
    return "some of Apache Kafka's jars are missing or damaged. Delete their folder and run "
           "`./penstock up`, which fetches them, name another one with --kafka-libs, or use "
           "--broker memory. Java says: " +
           classes;
  }
  const std::string option =
      says({"Unrecognized VM option", "Unrecognized option", "Invalid maximum heap size",
            "Invalid initial heap size", "Initial heap size set to a larger value",
            "Too small maximum heap", "Error: Could not create the Java Virtual Machine"});
  if (!option.empty()) {
    return "Java does not accept its options, which the variables JAVA_TOOL_OPTIONS, "
           "JDK_JAVA_OPTIONS and _JAVA_OPTIONS may have. Java says: " +
           option;
  }
  if (!says({"Address already in use"}).empty()) {
    return "another program has taken Kafka's port meanwhile. Start again: Kafka then uses another "
           "one.";
  }
  if (!says({"No space left on device"}).empty()) {
    return "the disk with Kafka's folder is full. Make room, or name another folder with --data.";
  }
  return {};
}

}  // namespace penstock::local
