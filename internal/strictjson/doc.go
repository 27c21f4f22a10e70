// Package strictjson reads JSON that people write by hand: programs, policies,
// definitions, packs.
//
// Unlike encoding/json it refuses unknown keys, duplicate keys, keys that differ
// in case, text after the value, invalid UTF-8, fractions where an integer is
// due, and documents beyond stated limits. And it reports every fault at once,
// each with its path (`tiers[2].entry.points`), as far as the syntax allows.
//
// [Parse] gives a tree of [Node]; [Decode] fills a Go value from it by `json`
// tags. Structs, pointers, slices, arrays, maps with string keys, strings, bools, integers,
// floats, decimals (bounded by package amount), [encoding.TextUnmarshaler] and
// [Unmarshaler] are understood.
package strictjson
