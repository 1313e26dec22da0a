#include "contract/cpp/cpp_writers.h"

namespace penstock::contract {

std::vector<CppFile> cpp_skeleton(const CppModel&, const CppWriting&) {
  return {};
}

}  // namespace penstock::contract
