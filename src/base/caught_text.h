#pragma once

#include <exception>
#include <string>

namespace penstock::base {

// Returns the text of the exception that is being handled, so it is called in `catch (...)` only.
// What is not a std::exception has no text, and is called so.
[[nodiscard]] inline std::string caught_text() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something was thrown that is not a std::exception";
  }
}

}  // namespace penstock::base
