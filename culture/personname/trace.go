package personname

import "golang.org/x/text/language"

// OrderBasis says what decided the order of a name. The zero value is none.
type OrderBasis uint8

// What decides an order, the strongest first.
const (
	OrderRequested OrderBasis = iota + 1 // the option
	OrderPreferred                       // the person, through the source
	OrderOfLocale                        // the lists of the formatting locale, by the name's locale
)

// String is "requested", "preferred" or "locale"; empty for zero.
func (b OrderBasis) String() string { return nameOf(b, "", "requested", "preferred", "locale") }

// MarshalText writes the name, empty for zero; a value that is no basis is an error.
func (b OrderBasis) MarshalText() ([]byte, error) { return marshalName(b, OrderOfLocale) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (b *OrderBasis) UnmarshalText(text []byte) error { return unmarshalName(b, text, OrderOfLocale) }

// Trace is a formatted name with the reasons for its form.
type Trace struct {
	Text string // as Format gives it

	NameLocale language.Tag // the name's locale with the script of its letters
	Inferred   bool         // nobody stated it: it is the likely one of the script
	Script     string       // ISO 15924, of the first letter that has one; empty for none

	Locale   language.Tag // whose patterns were used; Und for the root's
	Switched bool         // they are not the formatter's, since the name is in another script

	Order      Order
	OrderBasis OrderBasis
	OrderEntry language.Tag // with OrderOfLocale: the entry in the locale's lists that decided; Und matches all

	Length    Length // the defaults of the locale filled in
	Usage     Usage
	Formality Formality
	Pattern   string // the namePattern of CLDR

	GivenForSurname bool // there is no surname, and the given name stands for it
	SurnameForGiven bool // there is no given name, and the surname stands for it
}

// Explain formats a name and says how; see [Formatter.Format].
func (f *Formatter) Explain(name Source) (Trace, error) {
	var t Trace
	_, err := f.append(nil, name, &t)
	return t, err
}

func (f *Formatter) explain(t *Trace, a *act, v *values, p *pattern) {
	*t = Trace{
		NameLocale: a.name.tag(), Inferred: a.inferred, Script: a.script,
		Locale: a.style.locale.tag(), Switched: a.switched,
		Order: a.order, OrderBasis: a.basis, OrderEntry: a.entry.tag(),
		Length: a.style.length, Usage: f.form.Usage, Formality: a.style.formality,
		Pattern: p.text, GivenForSurname: v.stand == givenForSurname, SurnameForGiven: v.stand == surnameForGiven,
	}
}
