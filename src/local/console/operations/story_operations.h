#pragma once

#include <boost/asio/io_context.hpp>
#include <stop_token>

#include "local/console/operation.h"
#include "local/stories/stories.h"

namespace penstock::local {

// Makes the operations that show what happens: get_state, get_history, list_stories and get_story,
// which waits for a story's end if it is asked to, until `stop`. `io` and `stories` must outlive
// them; `io` must live as long as `stories` hears anything, too.
[[nodiscard]] ConsoleOperations story_operations(boost::asio::io_context& io, Stories& stories,
                                                 std::stop_token stop);

}  // namespace penstock::local
