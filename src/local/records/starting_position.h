#pragma once

namespace penstock::local {

// Says where a group begins in a partition of which it has no offset: at the oldest record, behind
// the newest one, or at a time. The names are those of AWS's StartingPosition.
enum class StartingPosition { trim_horizon, latest, at_timestamp };

}  // namespace penstock::local
