package culture

import "golang.org/x/text/language"

// FactID names a fact within a pack, such as "jp.punctuality.1".
type FactID string

// Fact is one restated observation, as a pack holds it. The confidence of an answer is
// not the one stated here but its [Rating].
type Fact struct {
	ID            FactID
	Region        language.Region
	Dimension     Dimension
	Kind          Kind
	Scope         Scope
	Locale        language.Tag // for what belongs to a language; Und otherwise
	Value         string       // a short key, such as "strict"; stable for programs
	Text          string       // one sentence or two, for people
	Sources       []string     // keys of sources, at least one
	Confidence    float64      // as the pack states it: more than 0, at most .95
	ConflictsWith FactID       // the fact it disagrees with, or empty; mutual
	AsOf          string       // the year or date it was true at, as the source states it; may be empty
	Supersedes    FactID       // the older fact that it replaces, or empty
	SupersededBy  FactID       // the newer fact that replaces it, or empty
}

// Kind is what sort of statement a fact is.
type Kind uint8

// The kinds of fact.
const (
	Norm  Kind = iota + 1 // what guides say people usually do
	Data                  // what a standard publishes as data
	Legal                 // what a rule of law says, as reported by a secondary text
)

// String is "norm", "data" or "legal"; "none" for the zero value.
func (k Kind) String() string { return nameOf(k, "kind", "norm", "data", "legal") }

// MarshalText writes the name; a value that is no kind is ErrName.
func (k Kind) MarshalText() ([]byte, error) { return named(k, Norm, Legal) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (k *Kind) UnmarshalText(text []byte) error { return find(k, text, Norm, Legal) }

// Scope is what a fact covers.
type Scope uint8

// The scopes of a fact.
const (
	RegionAverage  Scope = iota + 1 // a region on average
	RegionGroup                     // told of a group of regions to which this one belongs
	SubRegion                       // a part of the region only: its answer is always to ask
	TerritoryScope                  // published per territory
	Locale                          // published per language, with the fact's Locale
	Rule                            // a rule of law in the region
)

// String is the name as data files write it, such as "region-average"; "none" for
// the zero value.
func (s Scope) String() string {
	return nameOf(s, "scope", "region-average", "region-group", "sub-region", "territory", "locale", "rule")
}

// MarshalText writes the name; a value that is no scope is ErrName.
func (s Scope) MarshalText() ([]byte, error) { return named(s, RegionAverage, Rule) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (s *Scope) UnmarshalText(text []byte) error { return find(s, text, RegionAverage, Rule) }

// Source is where a fact was read.
type Source struct {
	ID        string `json:"id"` // key within its pack
	URL       string `json:"url"`
	Publisher string `json:"publisher"`
	Tier      Tier   `json:"tier"`
	Origin    string `json:"origin"` // pages with one origin were copied from each other and count once
	Note      string `json:"note,omitempty"`
}

// Tier is how much a kind of source is trusted.
type Tier uint8

// The tiers of source.
const (
	TierA Tier = iota + 1 // standards bodies, government, peer-reviewed work
	TierB                 // institutions and professional publishers
	TierC                 // commercial guides with an editor
	TierD                 // blogs and unsigned pages
)

// String is "A" to "D"; "none" for the zero value.
func (t Tier) String() string { return nameOf(t, "tier", "A", "B", "C", "D") }

// MarshalText writes the letter; a value that is no tier is ErrName.
func (t Tier) MarshalText() ([]byte, error) { return named(t, TierA, TierD) }

// UnmarshalText reads a letter as String writes it; anything else is ErrName.
func (t *Tier) UnmarshalText(text []byte) error { return find(t, text, TierA, TierD) }
