#pragma once

namespace penstock::local {

// Where a group begins in a partition of which it has no offset. The names are AWS's.
enum class StartingPosition { trim_horizon, latest, at_timestamp };

}  // namespace penstock::local
