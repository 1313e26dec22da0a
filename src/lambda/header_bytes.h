#pragma once

namespace penstock::lambda {

// Decodes the value of a record's header, which the event has as a JSON array of numbers from -128
// to 255. `at` is behind its opening bracket, and `begin` to `end` is the whole text, of which the
// 16 bytes at a time are read. `out` must have room for half of the bytes up to the closing
// bracket; it is moved behind what is written. Returns the place behind the closing bracket, or
// null to give up at what is wrong or rare, such as "-0" and "1e2".
[[nodiscard]] const char* decode_header_bytes(const char* begin, const char* at, const char* end,
                                              char*& out);

// Does the same one number after the other. It takes what the other function gives up at or leaves:
// spaces, negative numbers, and the last bytes of the text.
[[nodiscard]] const char* decode_header_bytes_singly(const char* at, const char* end, char*& out);

}  // namespace penstock::lambda
