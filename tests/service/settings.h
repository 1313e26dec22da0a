#pragma once

#include "base/own_setting.h"

namespace fixture {

// These are the service's own settings. Both programs have them.
extern const penstock::base::OwnSetting<std::string> kText;
extern const penstock::base::OwnSetting<int64_t> kNoteIdMax;
extern const penstock::base::OwnSetting<bool> kResourcesFail;
extern const penstock::base::OwnSetting<penstock::base::WipedText> kKey;

}  // namespace fixture
