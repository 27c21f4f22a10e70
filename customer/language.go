package customer

import (
	"fmt"

	"golang.org/x/text/language"
)

// Proficiency is how well a customer uses a language, as stated. The zero value is not
// known.
type Proficiency uint8

// The degrees of proficiency.
const (
	BasicProficiency Proficiency = iota + 1
	FluentProficiency
	NativeProficiency
)

// String is "basic", "fluent" or "native"; "unknown" for the zero value.
func (p Proficiency) String() string { return nameOf(p, "unknown", "basic", "fluent", "native") }

// MarshalText writes the name; a value that is no proficiency is an error.
func (p Proficiency) MarshalText() ([]byte, error) { return marshalName(p, NativeProficiency) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (p *Proficiency) UnmarshalText(text []byte) error {
	return unmarshalName(p, text, NativeProficiency)
}

// Language is a language that the customer uses.
type Language struct {
	Tag         language.Tag `json:"tag"`                  // BCP 47
	Proficiency Proficiency  `json:"proficiency,omitzero"` // as stated
	Context     string       `json:"context,omitempty"`    // where it is used: "work", "home"; the host's own words
}

// Languages is ranked: the best comes first.
type Languages []Language

// Best is the one of the supported languages to write in: the first of the
// customer's, from the best down, that is supported itself or through a parent
// within the same base language (es-AR through es-419 or es). ok is false when none
// is. It never crosses a base language: Danish is not served with Norwegian, nor
// Malay with Indonesian, as a general matcher would have it.
func (l Languages) Best(supported ...language.Tag) (tag language.Tag, ok bool) {
	for _, own := range l {
		base, _, _ := own.Tag.Raw()
		for t := own.Tag; t != language.Und; t = t.Parent() {
			if b, _, _ := t.Raw(); b != base {
				break
			}
			for _, s := range supported {
				if s == t {
					return s, true
				}
			}
		}
	}
	return language.Und, false
}

func (l Languages) check(f *faults) {
	seen := map[language.Tag]bool{}
	for i, own := range l {
		field := fmt.Sprintf("Languages[%d].Tag", i)
		switch {
		case own.Tag == language.Und:
			f.add(field, "is undetermined")
		case seen[own.Tag]:
			f.add(field, "occurs twice")
		}
		seen[own.Tag] = true
		if own.Proficiency > NativeProficiency {
			f.add(fmt.Sprintf("Languages[%d].Proficiency", i), "is no proficiency")
		}
		if reason := badText(own.Context); reason != "" {
			f.add(fmt.Sprintf("Languages[%d].Context", i), reason)
		}
	}
}
