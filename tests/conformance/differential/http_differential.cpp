// Holds Penstock's parser of requests against Go's, on generated requests.
//   http_differential JUDGE REQUESTS SEED [FIRST]
// JUDGE is judge.go as a program. The numbers of the requests begin with FIRST, or 0. It prints
// each kind of difference with its count and explanation. The exit status is 1 if there is one
// without an explanation, or if the pieces in which a request comes change what is read.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <span>
#include <thread>
#include <vector>

#include "base/check.h"
#include "conformance/differential/kinds.h"
#include "conformance/differential/outcome.h"
#include "conformance/differential/request_generator.h"

namespace penstock::conformance {
namespace {

constexpr uint64_t kBatch = 1000;
// So many requests of each unexplained kind are shown.
constexpr uint64_t kShown = 3;

// Runs the judge as a process, which ends when its input ends.
class Judge {
 public:
  explicit Judge(const char* program) {
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    base::check(::pipe(to.data()) == 0 && ::pipe(from.data()) == 0, "pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(to[0], STDIN_FILENO);
      ::dup2(from[1], STDOUT_FILENO);
      for (const int end : {to[0], to[1], from[0], from[1]}) ::close(end);
      ::execl(program, program, nullptr);
      std::perror(program);
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    in_ = ::fdopen(to[1], "w");
    out_ = ::fdopen(from[0], "r");
  }
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  ~Judge() {
    std::fclose(in_);
    std::fclose(out_);
    ::waitpid(process_, nullptr, 0);
  }

  // Returns what the judge says of each of the requests.
  std::vector<Outcome> judge(const std::vector<std::string>& requests) {
    std::thread writer([&] {
      for (const std::string& request : requests) {
        write_size(request.size());
        std::fwrite(request.data(), 1, request.size(), in_);
      }
      write_size(0);
      std::fflush(in_);
    });
    std::vector<Outcome> outcomes(requests.size());
    for (Outcome& outcome : outcomes) read(outcome);
    writer.join();
    return outcomes;
  }

 private:
  void write_size(size_t size) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      std::fputc(static_cast<int>(size >> shift & 0xff), in_);
    }
  }
  int read_byte() {
    const int byte = std::fgetc(out_);
    base::check(byte != EOF, "the judge has ended");
    return byte;
  }
  std::string read_text() {
    size_t size = 0;
    for (unsigned shift = 0; shift < 32; shift += 8) {
      size |= static_cast<size_t>(read_byte()) << shift;
    }
    std::string text(size, '\0');
    base::check(std::fread(text.data(), 1, size, out_) == size, "the judge has ended");
    return text;
  }
  void read(Outcome& outcome) {
    outcome.verdict = static_cast<char>(read_byte());
    if (outcome.verdict != 'a') {
      outcome.reason = read_text();
      return;
    }
    outcome.method = read_text();
    outcome.target = read_text();
    outcome.host = read_text();
    outcome.keeps_alive = read_text() == "true";
    outcome.fields = read_text();
    outcome.body = read_text();
    outcome.trailers = read_text();
    outcome.taken = std::strtoull(read_text().c_str(), nullptr, 10);
  }

  pid_t process_;
  std::FILE* in_;
  std::FILE* out_;
};

std::string escaped(std::string_view text) {
  std::string made;
  for (const char byte : text) {
    if (byte == '\r') {
      made += "\\r";
    } else if (byte == '\n') {
      made += "\\n\n    ";
    } else if (byte < ' ' || byte > '~') {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned char>(byte));
      made += hex.data();
    } else {
      made += byte;
    }
  }
  return made;
}

struct Totals {
  std::map<std::string, uint64_t> kinds;
  std::map<char, uint64_t> verdicts;
  bool failed = false;
};

void compare(const std::string& request, uint64_t number, const Outcome& theirs, Totals& totals) {
  const Outcome ours = read_request(request, request.size(), number);
  ++totals.verdicts[ours.verdict];
  const auto show = [&](std::string_view what) {
    totals.failed = true;
    std::printf("request %llu: %s\n    %s\n", static_cast<unsigned long long>(number),
                std::string(what).c_str(), escaped(request).c_str());
  };
  if (read_request(request, 1 << 20, number) != ours || read_request(request, 1, number) != ours) {
    show("it depends on the pieces");
  }
  const std::string kind = difference(ours, theirs);
  if (kind.empty()) return;
  const std::string name = kind_of(kind, ours, theirs, request);
  const uint64_t count = ++totals.kinds[name];
  if (explanation_of(name).empty() && count <= kShown) show(name);
}

int run(const char* program, uint64_t requests, uint64_t seed, uint64_t first) {
  Judge judge(program);
  Totals totals;
  for (uint64_t done = 0; done < requests;) {
    std::vector<std::string> batch;
    for (; batch.size() < kBatch && done + batch.size() < requests;) {
      batch.push_back(make_request(seed, first + done + batch.size()));
    }
    const std::vector<Outcome> outcomes = judge.judge(batch);
    for (size_t i = 0; i < batch.size(); ++i) {
      compare(batch[i], first + done + i, outcomes[i], totals);
    }
    done += batch.size();
  }
  std::vector<std::pair<uint64_t, std::string>> sorted;
  for (const auto& [kind, count] : totals.kinds) sorted.emplace_back(count, kind);
  std::sort(sorted.rbegin(), sorted.rend());
  for (const auto& [count, kind] : sorted) {
    const std::string_view why = explanation_of(kind);
    std::printf("%10llu  %s\n            %s\n", static_cast<unsigned long long>(count),
                kind.c_str(), why.empty() ? "NOT EXPLAINED" : std::string(why).c_str());
  }
  std::printf(
      "%llu requests of seed %llu: accepted %llu, refused %llu, incomplete %llu; %zu kinds "
      "of differences\n",
      static_cast<unsigned long long>(requests), static_cast<unsigned long long>(seed),
      static_cast<unsigned long long>(totals.verdicts['a']),
      static_cast<unsigned long long>(totals.verdicts['r']),
      static_cast<unsigned long long>(totals.verdicts['i']), totals.kinds.size());
  return totals.failed ? 1 : 0;
}

}  // namespace
}  // namespace penstock::conformance

int main(int argc, char** argv) {
  std::array<uint64_t, 3> numbers{};
  for (int i = 2; i < argc && i < 5; ++i) {
    const char* const end = argv[i] + std::strlen(argv[i]);
    if (std::from_chars(argv[i], end, numbers[static_cast<size_t>(i) - 2]).ptr != end) argc = 0;
  }
  if (argc < 4 || argc > 5) {
    std::fputs("usage: http_differential JUDGE REQUESTS SEED [FIRST]\n", stderr);
    return 2;
  }
  return penstock::conformance::run(argv[1], numbers[0], numbers[1], numbers[2]);
}
