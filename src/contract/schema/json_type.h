#pragma once

#include <string_view>

// The types of JSON, as bits: what a schema allows is a set of them.
namespace penstock::contract::type {

inline constexpr unsigned null = 1;
inline constexpr unsigned boolean = 2;
inline constexpr unsigned integer = 4;  // A number without a fraction, however it is written.
inline constexpr unsigned number = 8;   // A schema that allows numbers allows `integer`, too.
inline constexpr unsigned string = 16;
inline constexpr unsigned array = 32;
inline constexpr unsigned object = 64;
inline constexpr unsigned any = 127;

// Returns the bits of a type that is named as in JSON Schema; 0 if there is no such type.
[[nodiscard]] unsigned named(std::string_view name);

}  // namespace penstock::contract::type
