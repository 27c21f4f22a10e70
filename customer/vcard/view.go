package vcard

import (
	"cmp"
	"slices"
	"strings"
)

// Birth is what a card says of the birth.
type Birth struct {
	Kept

	Date Date   // zero: not known as a date
	Text string // as "circa 1800", where a vCard gave a text
}

// Birth gives the birthday: of Anniversaries, or of a BDAY that JSContact has no place
// for, which is a text, or a time without a zone whose day is given. ok is false where
// the card says nothing. A date never shifts: it is as written.
func (c *Card) Birth() (b Birth, ok bool) {
	for _, a := range c.Anniversaries {
		if a.Kind == "birth" {
			return Birth{Date: a.Date}, true
		}
	}
	for _, p := range c.Properties {
		if p.Name != "bday" || p.Value == "" {
			continue
		}
		if p.Type == "text" {
			return Birth{Text: unescape(p.Value)}, true
		}
		day, _, _ := strings.Cut(p.Value, "T")
		if d, ok := parseDate(day); ok {
			return Birth{Date: d}, true
		}
	}
	return Birth{}, false
}

// PreferredLanguages gives the language tags, the most preferred first; without a
// preference they come last, in the order of the card. None is nil.
func (c *Card) PreferredLanguages() []string {
	if len(c.Languages) == 0 {
		return nil
	}
	ranked := slices.Clone(c.Languages)
	slices.SortStableFunc(ranked, func(a, b Language) int { return cmp.Compare(rank(a.Pref), rank(b.Pref)) })
	tags := make([]string, len(ranked))
	for i, l := range ranked {
		tags[i] = l.Language
	}
	return tags
}

// rank puts what has no preference behind what has one.
func rank(pref int) int {
	if pref == 0 {
		return 101
	}
	return pref
}

// TimeZone is the zone of the first address that has one (RFC 9555 keeps TZ there), or
// empty. It is not checked against a time zone database.
func (c *Card) TimeZone() string {
	for _, a := range c.Addresses {
		if a.TimeZone != "" {
			return a.TimeZone
		}
	}
	return ""
}

// Gender gives GENDER of vCard, which JSContact has no place for: the sex component (M,
// F, O, N, U or empty) and the free text. It says nothing of how to address the person:
// see SpeakToAs. ok is false where the card says nothing.
func (c *Card) Gender() (sex, identity string, ok bool) {
	for _, p := range c.Properties {
		if p.Name == "gender" {
			head, tail, _ := cutAt(p.Value, ';')
			return unescape(head), unescape(tail), true
		}
	}
	return "", "", false
}

// ReadingOf gives how the components of a kind are read, in their order, with blanks
// between; empty where that is not known.
func (n Name) ReadingOf(kind string) string {
	var out []string
	for _, c := range n.Components {
		if c.Kind == kind && c.Phonetic != "" {
			out = append(out, c.Phonetic)
		}
	}
	return strings.Join(out, " ")
}
