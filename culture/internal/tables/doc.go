// Package tables holds what package culture and its parts need of Unicode's data, as
// constants: CLDR's patterns of person names and facts on regions, the likely and the
// parent locales, and the properties of characters behind breaks and scripts.
//
// The files that end in _gen.go are written by culture/internal/gen and never edited.
// The sources, their versions and hashes are in its lock file; the licence of the data
// is in NOTICE.
package tables

//go:generate go run -C ../gen . -out ../tables
