#include "json/parse.h"

#include <boost/json/basic_parser_impl.hpp>
#include <utility>

#include "json/sax.h"
#include "json/skip_value.h"

namespace penstock::json {

base::Result<boost::json::value> parse(std::string_view text, Limits limits,
                                       boost::json::storage_ptr storage) {
  auto value = Reader(limits).read(text, std::move(storage));
  if (!value) return base::Error{base::ErrorCode::invalid, describe(value.error())};
  return std::move(*value);
}

base::Result<> check(std::string_view text, size_t depth_max) {
  const Tokens tokens(text.data() + text.size());
  const char* const skipped = skip_value(tokens, text.data(), depth_max);
  if (skipped != nullptr && tokens.is_end(tokens.skip_spaces(skipped))) return {};
  // It is wrong, or rare.
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::basic_parser<SaxHandler> parser(options);
  const SaxEnd end = parse_whole(parser, text);
  if (!end.error) return {};
  return base::Error{base::ErrorCode::invalid, describe(end)};
}

}  // namespace penstock::json
