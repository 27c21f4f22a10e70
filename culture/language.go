package culture

import (
	"iter"
	"strings"

	"golang.org/x/text/language"
)

// parents yields a tag and its parents up to, and without, the root, as long as
// they share the base language: es-AR, es-419, es. An extension or a private part
// is dropped first. It yields nothing for Und.
func parents(tag language.Tag) iter.Seq[language.Tag] {
	return func(yield func(language.Tag) bool) {
		base, script, region := tag.Raw()
		t, err := language.Compose(base, script, region)
		if err != nil {
			return
		}
		for t != language.Und && sameBase(t, tag) {
			if !yield(t) {
				return
			}
			t = t.Parent()
		}
	}
}

// sameBase reports whether both tags name the same base language; Und is the same
// as nothing.
func sameBase(a, b language.Tag) bool {
	x, _, _ := a.Raw()
	y, _, _ := b.Raw()
	none, _, _ := language.Und.Raw()
	return x == y && x != none
}

// declaredRegion is the region that a tag itself writes: its -u-rg- extension, else
// its region subtag where that is a country; zero where there is neither.
func declaredRegion(tag language.Tag) language.Region {
	if rg := tag.TypeForKey("rg"); len(rg) >= 2 {
		if region, err := language.ParseRegion(rg[:2]); err == nil && region.IsCountry() {
			return region
		}
	}
	if _, _, region := tag.Raw(); region.IsCountry() {
		return region
	}
	return language.Region{}
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
func bases(list string) []language.Base {
	var found []language.Base
	for _, item := range strings.Split(list, ",") {
		name, _, _ := strings.Cut(item, "_")
		if base, err := language.ParseBase(name); err == nil {
			found = append(found, base)
		}
	}
	return found
}
