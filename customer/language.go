package customer

import (
	"fmt"

	"golang.org/x/text/language"
)

// Language is a language that the customer uses.
type Language struct {
	Tag language.Tag // BCP 47
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
	}
}
