// Reads key sets, and PEM of a key.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "jose/key_set.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // A table of multiples would take most of the time.
  if (const auto set = jose::KeySet::parse(text, 0)) {
    base::check(set->size() <= jose::KeySet::kKeysMax, "a key set is bounded");
    for (int i = 0; i <= static_cast<int>(jose::Algorithm::eddsa); ++i) {
      const auto algorithm = static_cast<jose::Algorithm>(i);
      const jose::PublicKey* key = set->find("", algorithm);
      if (key == nullptr) continue;
      base::check(key->serves(algorithm), "a key that is found serves the algorithm");
      base::check(!key->verify(algorithm, "text", std::string(64, '\1')),
                  "a signature that nobody has made is wrong");
    }
    for (const std::string& sentence : set->ignored()) {
      base::check(sentence.size() < 300, "a sentence for the log is short");
    }
  }
  for (const auto algorithm :
       {jose::Algorithm::rs256, jose::Algorithm::es256, jose::Algorithm::eddsa}) {
    const auto key = jose::PublicKey::from_pem(text, "k", algorithm);
    base::check(!key || key->serves(algorithm), "a key of PEM serves its algorithm");
  }
  return 0;
}
