#!/usr/bin/env bash
# A temporary of an expression with co_await is destroyed when the expression ends. If it is a
# lambda with captures, or another aggregate, g++ 12 also destroys what it holds one time more: a
# captured std::string or std::shared_ptr is freed twice. It does not warn. A class with a
# constructor, or a lambda that has a name, is destroyed once. So are all of them by clang++ 14.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > program.cpp <<'CPP'
#include <coroutine>
#include <functional>
#include <iostream>
#include <utility>

int made = 0, destroyed = 0;
struct Counted {
  Counted() { ++made; }
  Counted(const Counted&) { ++made; }
  ~Counted() { ++destroyed; }
};
struct Aggregate { Counted counted; };
struct Class {
  explicit Class(const Counted& other) : counted(other) {}
  Counted counted;
};

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

template <class Argument>
std::suspend_never take(const Argument&) { return {}; }
std::suspend_never run(std::function<void()> work) {
  work();
  return {};
}

Task named(const Counted& counted) {
  auto work = [counted] { (void)counted; };
  co_await run(std::move(work));
}
Task as_function(const Counted& counted) { co_await run([counted] { (void)counted; }); }
Task by_reference(const Counted& counted) { co_await take([counted] { (void)counted; }); }
Task aggregate(const Counted& counted) { co_await take(Aggregate{counted}); }
Task with_constructor(const Counted& counted) { co_await take(Class{counted}); }

void count(const char* name, Task (*coroutine)(const Counted&)) {
  made = destroyed = 0;
  {
    const Counted counted;
    coroutine(counted);
  }
  std::cout << name << ": " << destroyed - made << '\n';
}

int main() {
  count("lambda with a name", named);
  count("lambda, as a std::function", as_function);
  count("lambda, by reference", by_reference);
  count("aggregate", aggregate);
  count("class with a constructor", with_constructor);
}
CPP
command -v clang++-14 > /dev/null || { echo "This needs Debian's package clang-14."; exit 2; }
g++ -std=c++20 -Wall -Wextra -Werror program.cpp -o by_g++
clang++-14 -std=c++20 program.cpp -o by_clang++

seen="by g++:
$(./by_g++)
by clang++:
$(./by_clang++)"
echo "guess: as many objects are destroyed as were made, or the compiler warns"
versions="g++ $(g++ -dumpfullversion), clang++ $(clang++-14 -dumpversion)"
echo "seen, $versions, destroyed objects less those that were made:"
echo "$seen"
[[ $seen == 'by g++:
lambda with a name: 0
lambda, as a std::function: 1
lambda, by reference: 1
aggregate: 1
class with a constructor: 0
by clang++:
lambda with a name: 0
lambda, as a std::function: 0
lambda, by reference: 0
aggregate: 0
class with a constructor: 0' ]] || { echo "This has changed."; exit 1; }
