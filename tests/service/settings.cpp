#include "settings.h"

namespace fixture {

using penstock::base::OwnSetting;
using penstock::base::WipedText;

const OwnSetting<std::string> kText{"TEXT", "Fixed.", "What /text answers."};
const OwnSetting<int64_t> kNoteIdMax{"NOTE_ID_MAX", 1'000, 1, 1'000'000,
                                     "The last note. Beyond it the answer is 404."};
const OwnSetting<bool> kResourcesFail{"RESOURCES_FAIL", false,
                                      "Whether the API's start fails because of its resources."};
const OwnSetting<WipedText> kKey{"KEY", "What nobody may see."};

}  // namespace fixture
