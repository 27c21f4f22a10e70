package personname

import (
	"iter"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// locale is a language, a script and a region as CLDR writes them; empty for what is
// not known. The zero value is the root.
type locale struct{ language, script, region string }

// localeOf takes the three subtags of a tag; variants and extensions do not bear on
// names. Aliases are replaced (cmn is zh, sh is sr-Latn).
func localeOf(tag language.Tag) locale {
	if tag == language.Und {
		return locale{}
	}
	const aliases = language.DeprecatedBase | language.DeprecatedScript | language.DeprecatedRegion | language.Legacy | language.Macro
	if canonical, err := aliases.Canonicalize(tag); err == nil {
		tag = canonical
	}
	base, script, region := tag.Raw()
	l := locale{base.String(), script.String(), region.String()}
	if l.language == "und" {
		l.language = ""
	}
	if l.script == "Zzzz" {
		l.script = ""
	}
	if l.region == "ZZ" {
		l.region = ""
	}
	return l
}

// parseLocale reads an id of the tables; und is the root.
func parseLocale(id string) locale {
	var l locale
	l.language, id, _ = strings.Cut(id, "-")
	if l.language == "und" {
		l.language = ""
	}
	if len(id) >= 4 && (len(id) == 4 || id[4] == '-') {
		l.script, id = id[:4], strings.TrimPrefix(id[4:], "-")
	}
	l.region = id
	return l
}

// tag is the language tag of a locale.
func (l locale) tag() language.Tag {
	if l == (locale{}) {
		return language.Und
	}
	id := l.language
	if id == "" {
		id = "und"
	}
	for _, subtag := range [...]string{l.script, l.region} {
		if subtag != "" {
			id += "-" + subtag
		}
	}
	tag, _ := language.Raw.Parse(id) // what the library does not know is left out
	return tag
}

// row finds the line of a sorted table that begins with a key and a blank, and returns
// what follows. The key is given in parts, with a hyphen between those that are not
// empty.
func row(table string, parts ...string) (rest string, ok bool) {
	var buffer [32]byte
	key := buffer[:0]
	for _, part := range parts {
		if part != "" && len(key) > 0 {
			key = append(key, '-')
		}
		key = append(key, part...)
	}
	for low, high := 0, len(table); low < high; {
		middle := (low + high) / 2
		start := low + strings.LastIndexByte(table[low:middle], '\n') + 1
		end := start + strings.IndexByte(table[start:], '\n')
		found, rest, _ := strings.Cut(table[start:end], " ")
		switch {
		case string(key) == found:
			return rest, true
		case string(key) < found:
			high = start
		default:
			low = end + 1
		}
	}
	return "", false
}

// defaultScript is the script in which a language is most likely written, regardless
// of the region.
func defaultScript(language string) string {
	var buffer [16]byte
	key := append(append(append(buffer[:0], ' '), language...), ' ')
	if at := strings.Index(tables.LikelyScripts, string(key)); at >= 0 {
		start := strings.LastIndexByte(tables.LikelyScripts[:at], '\n') + 1
		return tables.LikelyScripts[start : start+4]
	}
	return "Latn"
}

// maximal adds the likely language and script (UTS #35 part 1, Likely Subtags). A
// region is added only where the language is not known.
func (l locale) maximal() locale {
	switch {
	case l.language != "" && l.script != "":
	case l.language != "":
		if script, ok := row(tables.LikelyRegional, l.language, l.region); ok && l.region != "" {
			l.script = script
		} else {
			l.script = defaultScript(l.language)
		}
	case l.script != "" && l.region != "":
		language, ok := row(tables.LikelyOfScriptRegion, l.script, l.region)
		if !ok {
			language = ofScript(l.script).language
		}
		l.language = language
	case l.script != "":
		l = ofScript(l.script)
	case l.region != "":
		l.language, l.script = "en", "Latn"
		if found, ok := row(tables.LikelyOfRegion, l.region); ok {
			l.language, l.script, _ = strings.Cut(found, " ")
		}
	default:
		l = locale{"en", "Latn", "US"}
	}
	return l
}

// ofScript is the most likely locale of a script.
func ofScript(script string) locale {
	if found, ok := row(tables.LikelyOfScript, script); ok {
		language, region, _ := strings.Cut(found, " ")
		return locale{language, script, region}
	}
	return locale{"en", script, "US"}
}

// minimal drops the script where it is the default one of the language; the tables
// are keyed so.
func (l locale) minimal() locale {
	if l.language != "" && l.script == defaultScript(l.language) {
		l.script = ""
	}
	return l
}

// dataLocale is the locale whose record of patterns applies: the first of the chain
// of parents that has one; the root where none has.
func (l locale) dataLocale() (found locale, number string) {
	for l = l.maximal().minimal(); l != (locale{}); l = l.parent() {
		if number, ok := row(tables.PersonNameLocales, l.language, l.script, l.region); ok {
			return l, number
		}
	}
	return locale{}, "0"
}

// parent is the next locale to look in for data, for a minimal locale: the one that
// CLDR states; the root for a script that is not the language's default one; else
// without the region. (UTS #35 part 1, Parent Locales.)
func (l locale) parent() locale {
	if id, ok := row(tables.ParentLocales, l.language, l.script, l.region); ok {
		return parseLocale(id)
	}
	if l.region != "" {
		l.region = ""
		return l
	}
	return locale{}
}

// lookup is the chain of locales in which an order is looked for, from the locale
// itself to its language: unlike the chain for data it passes from a stated script to
// the region and to the language (de-Latn-DE, de-Latn, de-DE, de; UTS #35 part 8,
// Derive the name order), so that zh-Hant is found under zh.
func (l locale) lookup() iter.Seq[locale] {
	return func(yield func(locale) bool) {
		region := l.region
		for range 8 { // no chain of CLDR is longer
			if !yield(l) {
				return
			}
			if id, ok := row(tables.ParentLocales, l.language, l.script, l.region); ok && id != "und" {
				l = parseLocale(id)
				region = l.region
				continue
			}
			switch {
			case l.script != "" && l.region != "":
				l.region = ""
			case l.script != "":
				if l.script == (locale{language: l.language, region: region}).maximal().script {
					l.region = region
				}
				l.script = ""
			case l.region != "":
				l.region = ""
			default:
				return
			}
		}
	}
}
