#pragma once

#include <string_view>

// The types of JSON are bits here, because a schema allows a set of them.
namespace penstock::contract::type {

inline constexpr unsigned null = 1;
inline constexpr unsigned boolean = 2;
// A number without a fraction, however it is written: 1.0 is one, too (JSON Schema validation
// 2020-12 section 6.1.1).
inline constexpr unsigned integer = 4;
// A schema that allows numbers sets the bit `integer`, too.
inline constexpr unsigned number = 8;
inline constexpr unsigned string = 16;
inline constexpr unsigned array = 32;
inline constexpr unsigned object = 64;
inline constexpr unsigned any = 127;

// Returns the bits for a type's name in JSON Schema, or 0 if JSON Schema has no such type.
[[nodiscard]] unsigned named(std::string_view name);

}  // namespace penstock::contract::type
