package personname

import (
	"fmt"
	"log/slog"

	"golang.org/x/text/language"
)

// Source is a person's name in parts. A host's own type of a person can be one; a
// whole name in one text cannot, since no rule splits it. Its methods are called from
// the goroutine that formats, several times each, and must give the same answers; where
// they do not, the text is made of what each call gave. A panic of theirs passes
// through, and the formatter may be used on.
type Source interface {
	// NameLocale is the tradition that the name follows, which need not be the
	// language of its letters; Und (or a tag without language, script and region, such as
	// und-u-ca-buddhist) where it is not known, and then it is inferred from the script. It is declared by the person or the host and never guessed from
	// anything else.
	NameLocale() language.Tag
	// PreferredOrder is "givenFirst" or "surnameFirst", where the person stated one,
	// else empty.
	PreferredOrder() string
	// Field is the value of a field: title, given, given2, surname, surname2,
	// generation or credentials. Modifier is empty or one of informal, prefix, core,
	// vocative, genitive, informal-vocative, informal-genitive. ok is false for what is
	// not held; an empty value, or one of blanks, counts as not held. What can be made
	// from other fields (initials, capitals, the surname from its prefix and core)
	// need not be held.
	Field(field, modifier string) (value string, ok bool)
}

// Deriver is a further ability of a [Source]: its own initials, monograms or capitals,
// where a culture forms them by rules that are not UTS #35's (a Greek initial is all
// letters up to the first consonant, a Korean one leaves out the second syllable).
type Deriver interface {
	// Derive is the finished text of a field under the modifiers of a pattern, joined
	// with hyphens as the pattern has them, such as "initial" or
	// "informal-monogram-allCaps"; ok is false where the general rules shall do. It
	// is asked for a given name also where that stands in for a missing surname.
	Derive(field, modifiers string) (text string, ok bool)
}

// MaxFieldBytes is the most that one field may hold, in bytes of UTF-8.
const MaxFieldBytes = 1024

// Name is a [Source] to fill in. The zero value is a name with nothing in it. It is
// printed and logged as redacted.
type Name struct {
	Locale language.Tag // the tradition that the name follows; Und: not known
	Order  Order        // GivenFirst or SurnameFirst, where the person stated it; zero: not stated

	Title         string // before the name, "Dr."
	Given         string // given name; of a person with one name, that name
	GivenInformal string // "Bill" beside the given name William
	Given2        string // further given names, middle name, patronymic
	Surname       string // family name, or what stands for one
	SurnamePrefix string // "van den" of van den Berg
	SurnameCore   string // "Berg" of van den Berg; Surname may then be left empty
	Surname2      string // second family name
	Generation    string // "Jr.", "III"
	Credentials   string // after the name, "PhD"

	// Variants are further forms by field and modifiers, such as "given-vocative", or
	// finished texts in the place of derived ones, such as "given-initial". The map is
	// read while a name is formatted and never written.
	Variants map[string]string
}

var (
	_ Source  = Name{}
	_ Deriver = Name{}
)

// NameLocale is Locale.
func (n Name) NameLocale() language.Tag { return n.Locale }

// PreferredOrder is the text of Order.
func (n Name) PreferredOrder() string { return n.Order.String() }

// Field is the value of a field; see [Source].
func (n Name) Field(field, modifier string) (value string, ok bool) {
	switch modifier {
	case "":
		switch field {
		case "title":
			value = n.Title
		case "given":
			value = n.Given
		case "given2":
			value = n.Given2
		case "surname":
			value = n.Surname
		case "surname2":
			value = n.Surname2
		case "generation":
			value = n.Generation
		case "credentials":
			value = n.Credentials
		}
	case "informal":
		if field == "given" {
			value = n.GivenInformal
		}
	case "prefix":
		if field == "surname" {
			value = n.SurnamePrefix
		}
	case "core":
		if field == "surname" {
			value = n.SurnameCore
		}
	}
	if value == "" && n.Variants != nil && modifier != "" {
		value = n.Variants[field+"-"+modifier]
	}
	return value, value != ""
}

// Derive is what Variants holds for a field with its modifiers; see [Deriver].
func (n Name) Derive(field, modifiers string) (text string, ok bool) {
	if n.Variants == nil {
		return "", false
	}
	text, ok = n.Variants[field+"-"+modifiers]
	return text, ok
}

const redacted = "[redacted]"

// Format prints no part of the name, whatever the verb.
func (n Name) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "personname.Name%s", redacted) }

// LogValue hides the name.
func (n Name) LogValue() slog.Value { return slog.StringValue(redacted) }
