package salutation

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/internal/visible"
)

// Errors of this package.
var (
	ErrNoName   = errors.New("salutation: nothing is stated to address the person by")
	ErrName     = errors.New("salutation: text is not fit for a salutation")
	ErrMedium   = errors.New("salutation: unknown medium")
	ErrAudience = errors.New("salutation: unknown audience, or not the people it needs")
	ErrTerm     = errors.New("salutation: unknown term of address")
	ErrWord     = errors.New("salutation: unknown word")
)

// Source gives the parts of a name. A host's own type may implement it, such as
// customer.Name does; [personname.Name] is a ready one. It must be safe for the
// concurrent use that the host makes of it. The tradition of a name is NameLocale, as the
// person declared it; it is never derived from the text of the name. Of the fields of
// UTS #35 part 8 given, given2, surname and surname2 are read, with the modifiers
// informal, prefix, core and vocative.
type Source = personname.Source

// Title is a title, office or rank as the person states it.
type Title struct {
	// Text is the title as it is written before or after the name: "Dr.", "Prof.",
	// 部長, "la Directrice". It is never translated, abbreviated or inflected.
	Text string
	// Vocative is the form used in address where the language has one ("Profesorze");
	// empty: not stated, and none is formed.
	Vocative string
	// Lang is the language of Text. Und: it is used in every language that is written in
	// its letters, as "Dr." may be.
	Lang language.Tag
	// Rank marks an office or rank (部長, Director), which some languages treat in
	// another way than an academic or professional title.
	Rank bool
}

// Person is what a person stated about how they are addressed. Nothing of it is
// guessed or derived.
type Person struct {
	// Name holds the parts of the name; nil where only the whole name is known.
	Name Source
	// Spellings are the same name in other scripts. The first name, of Name and
	// these, whose script is the one of the message is used.
	Spellings []Source
	// Full is the whole name as the person writes it, for when Name is nil or holds
	// no part. It is never split.
	Full string
	// Titles are the stated titles in their order. Those whose language is the one of
	// the message are used, and those of Und where their letters are.
	Titles []Title
	// Honorific is a courtesy title that the person asks for, such as "Mx", and its
	// language; it stands instead of Mr, Ms and their like.
	Honorific Title
	// Term is the person's own term of address.
	Term Term
	// CallMe is what the person asks to be called, in the form used in address.
	CallMe string
	// Verbatim is the whole salutation that the person asks for, punctuation included.
	Verbatim string
	// Deceased turns the line to the person's relatives; a person who has died is
	// never greeted.
	Deceased bool
}

// Addressee is whom a message goes to.
type Addressee struct {
	Audience Audience
	// People are the persons: one for ToPerson and ToRelatives, two to twelve for
	// ToPeople, none for the others.
	People []Person
	// Name is the name of the family (as used after "family"), team or organisation;
	// empty where it is not known.
	Name string
}

// To addresses one person: their relatives where the person has died.
func To(p Person) Addressee {
	if p.Deceased {
		return Addressee{Audience: ToRelatives, People: []Person{p}}
	}
	return Addressee{Audience: ToPerson, People: []Person{p}}
}

const (
	longest    = 512 // bytes of one stated text
	mostPeople = 12
	mostTitles = 12
)

// check refuses addressees that cannot be addressed, all faults at once.
func (a Addressee) check() error {
	low, high := 0, 0
	switch a.Audience {
	case ToPerson, ToRelatives:
		low, high = 1, 1
	case ToPeople:
		low, high = 2, mostPeople
	case ToFamily, ToTeam, ToOrganisation, ToUnknown:
	default:
		return fmt.Errorf("%w: %s", ErrAudience, a.Audience)
	}
	if n := len(a.People); n < low || n > high {
		return fmt.Errorf("%w: %s takes %d to %d persons, not %d", ErrAudience, a.Audience, low, high, n)
	}
	var f fields
	f.take("Name", a.Name)
	for i := range a.People {
		at := ""
		if a.Audience == ToPeople {
			at = fmt.Sprintf("People[%d].", i)
		}
		f.person(at, &a.People[i])
		if a.Audience == ToPeople && a.People[i].Deceased {
			f.faults = append(f.faults, fmt.Errorf("%w: %sDeceased: relatives are addressed on their own", ErrAudience, at))
		}
	}
	return errors.Join(f.faults...)
}

// fields collects faults of stated texts.
type fields struct{ faults []error }

func (f *fields) take(name, text string) {
	if reason := unfit(text); reason != "" {
		f.faults = append(f.faults, fmt.Errorf("%w: %s: %s", ErrName, name, reason)) // never the text itself
	}
}

func (f *fields) person(at string, p *Person) {
	f.take(at+"Full", p.Full)
	f.take(at+"CallMe", p.CallMe)
	f.take(at+"Verbatim", p.Verbatim)
	f.take(at+"Honorific", p.Honorific.Text)
	if len(p.Titles) > mostTitles {
		f.faults = append(f.faults, fmt.Errorf("%w: %sTitles: more than %d", ErrName, at, mostTitles))
	}
	for i := range p.Titles {
		f.take(at+"Titles", p.Titles[i].Text)
		f.take(at+"Titles.Vocative", p.Titles[i].Vocative)
	}
	if p.Term > Neutral {
		f.faults = append(f.faults, fmt.Errorf("%w: %s%s", ErrTerm, at, p.Term))
	}
	if len(p.Spellings) > mostPeople {
		f.faults = append(f.faults, fmt.Errorf("%w: %sSpellings: more than %d", ErrName, at, mostPeople))
	}
	known := p.Full != "" || p.CallMe != "" || p.Verbatim != ""
	name := partsOf(p.Name)
	f.name(at+"Name.", &name)
	known = known || name.known()
	for i, s := range p.Spellings {
		name = partsOf(s)
		if i < mostPeople {
			f.name(at+"Spellings.", &name)
		}
		known = known || name.known()
	}
	if !known {
		f.faults = append(f.faults, fmt.Errorf("%w%s", ErrNoName, strings.TrimSuffix(" "+at, " ")))
	}
}

func (f *fields) name(at string, name *parts) {
	for i, text := range name.texts {
		if token(i) != tokenSurnameCapital { //nolint:gosec // a handful of tokens
			if unfit(text) != "" {
				f.take(at+tokenNames[i], text)
			}
		}
	}
}

// unfit says what is wrong with a text, or nothing. Joiners are allowed: names of
// several scripts need them.
func unfit(s string) string {
	switch {
	case s == "":
		return ""
	case len(s) > longest:
		return fmt.Sprintf("longer than %d bytes", longest)
	case !utf8.ValidString(s):
		return "not valid UTF-8"
	case strings.TrimSpace(s) != s:
		return "blank, or blanks at an end"
	}
	if reason := foul(s); reason != "" {
		return reason
	}
	if !visible.Any(s) {
		return "no letter or digit to be seen"
	}
	return ""
}

// foul names the first character that may stand in no line, or nothing.
func foul(s string) string {
	for _, r := range s {
		if r < utf8.RuneSelf && r >= ' ' && r != 0x7f || r == '\u200c' || r == '\u200d' {
			continue
		}
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || !unicode.IsGraphic(r) {
			return fmt.Sprintf("holds the character U+%04X", r)
		}
	}
	return ""
}

// tidy makes one blank of several.
func tidy(s string) string {
	if !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}
