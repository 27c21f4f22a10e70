package culture

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// Parents yields a tag and its parents up to, and without, the root, as long as they
// share the base language: es-AR, es-419, es. The parents are those of CLDR 48.2:
// package language has those of CLDR 32. Extensions, private parts and variants are
// dropped first, old codes are replaced (iw is he). A language in a script that is
// not its usual one has no parent (zh-Hant does not fall to zh). It yields nothing
// for Und and for private tags.
func Parents(tag language.Tag) iter.Seq[language.Tag] {
	return func(yield func(language.Tag) bool) {
		tag = plain(tag)
		for t := tag; t != language.Und && SameLanguage(t, tag); t = parent(t) {
			if !yield(t) {
				return
			}
		}
	}
}

// plain is a tag as base, script and region in today's codes; Und where that is no
// tag.
func plain(tag language.Tag) language.Tag {
	if canonical, err := language.All.Canonicalize(tag); err == nil {
		tag = canonical
	}
	base, script, region := tag.Raw()
	t, err := language.Compose(base, script, region)
	if err != nil {
		return language.Und
	}
	return t
}

// explicitParents are the parents that CLDR lists.
var explicitParents = sync.OnceValue(func() map[string]language.Tag {
	parents := map[string]language.Tag{}
	for row := range strings.Lines(tables.ParentLocales) {
		child, text, _ := strings.Cut(strings.TrimSuffix(row, "\n"), " ")
		parents[child] = language.Make(text)
	}
	return parents
})

// usualScripts are the languages that CLDR takes to be written in another script than
// Latin, with that script.
var usualScripts = sync.OnceValue(func() map[string]string {
	scripts := map[string]string{}
	for row := range strings.Lines(tables.LikelyScripts) {
		fields := strings.Fields(row)
		for _, base := range fields[1:] {
			scripts[base] = fields[0]
		}
	}
	return scripts
})

// parent is the next tag on the way to the root, by CLDR: what the table says; else
// without the last part, unless that would drop a script that is not the usual one.
func parent(tag language.Tag) language.Tag {
	if p, ok := explicitParents()[tag.String()]; ok {
		return p
	}
	base, script, region := tag.Raw()
	parts := []any{base}
	switch {
	case region != noRegion():
		parts = append(parts, script)
	case script == noScript():
		return language.Und
	default:
		usual, ok := usualScripts()[base.String()]
		if !ok {
			usual = "Latn"
		}
		if usual != script.String() {
			return language.Und
		}
	}
	p, err := language.Compose(parts...)
	if err != nil {
		return language.Und
	}
	return p
}

func noScript() language.Script {
	_, script, _ := language.Und.Raw()
	return script
}

func noRegion() language.Region {
	_, _, region := language.Und.Raw()
	return region
}

// SameLanguage reports whether both tags name the same base language in today's codes
// (iw and he, sh and sr, nb and no are the same). Und is the same as nothing, and
// nothing else is related: Malay and Indonesian, German and Swiss German, Cantonese
// and Chinese are different languages here.
func SameLanguage(a, b language.Tag) bool {
	x, y := baseOf(a), baseOf(b)
	return x == y && x != ""
}

// baseOf is the base language in today's code; empty where there is none.
func baseOf(tag language.Tag) string {
	base, _, _ := plain(tag).Raw()
	switch text := base.String(); text {
	case "und", "mul", "zxx", "mis":
		return ""
	case "no":
		return "nb" // CLDR keeps Bokmål under both
	default:
		return text
	}
}

// RegionOf is the region that a tag itself writes: its -u-rg- extension, else its
// region subtag, where that is a country. Regions that are no more give their
// successor (BU is MM); of several successors (CS is RS or ME) the one in which the
// language of the tag is most at home, and none where it is at home elsewhere. Otherwise what
// a language usually implies is never guessed: "de" has no region.
func RegionOf(tag language.Tag) (language.Region, bool) {
	if rg := tag.TypeForKey("rg"); len(rg) >= 3 {
		if region, err := language.ParseRegion(strings.ToUpper(rg[:2])); err == nil {
			if region, ok := today(region, tag); ok {
				return region, true
			}
		}
	}
	_, _, region := tag.Raw()
	return today(region, tag)
}

// regionAliases are the regions that are no more, with their successors.
var regionAliases = sync.OnceValue(func() map[string][]string {
	aliases := map[string][]string{}
	for row := range strings.Lines(tables.RegionAliasRows) {
		code, text, _ := strings.Cut(strings.TrimSuffix(row, "\n"), "|")
		aliases[code] = strings.Fields(text)
	}
	return aliases
})

// today is the region as it is called today; false for what is no country and where
// the successor is not known.
func today(region language.Region, tag language.Tag) (language.Region, bool) {
	if region == (language.Region{}) || region == noRegion() {
		return language.Region{}, false
	}
	if successors, ok := regionAliases()[region.String()]; ok {
		if region, ok = successor(successors, baseOf(tag)); !ok {
			return language.Region{}, false
		}
	}
	if !region.IsCountry() || regionRows()[region.String()] == nil {
		return language.Region{}, false
	}
	return region, true
}

// successor picks the only region, or the one in which the language is most at home by
// the likely subtags: with CS, Serbian is RS.
func successor(codes []string, base string) (language.Region, bool) {
	if len(codes) == 1 {
		region, err := language.ParseRegion(codes[0])
		return region, err == nil
	}
	home, _ := language.Make(base).Region()
	return home, base != "" && slices.Contains(codes, home.String())
}

// regionText is empty for no region.
func regionText(region language.Region) string {
	if region == (language.Region{}) {
		return ""
	}
	return region.String()
}

// key is what a step looked for: the language in the region.
func key(region language.Region, tag language.Tag) string {
	text := regionText(region)
	if tag == language.Und {
		return text
	}
	if text == "" {
		return tag.String()
	}
	return tag.String() + " in " + text
}

// bases reads a list of languages such as "bo,mn_Mong,zh"; what is not a language
// is left out.
func bases(list string) []string {
	var found []string
	for item := range strings.SplitSeq(list, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(item), "_")
		if base, err := language.ParseBase(name); err == nil {
			found = append(found, base.String())
		}
	}
	return found
}

// regionName is a region as JSON has it: [language.Region] has no text of its own.
type regionName language.Region

func (r regionName) MarshalText() ([]byte, error) { return []byte(regionText(language.Region(r))), nil }

func (r *regionName) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = regionName{}
		return nil
	}
	region, err := language.ParseRegion(string(text))
	if err != nil {
		return fmt.Errorf("%w: region %.40q", ErrName, text)
	}
	*r = regionName(region)
	return nil
}
