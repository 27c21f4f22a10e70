package culture

import (
	"errors"
	"fmt"
)

// ErrName is returned for text that names no value of an enumeration of this
// package.
var ErrName = errors.New("culture: unknown name")

// Dimension is what a fact is about. The zero value is none.
type Dimension uint8

// The dimensions, with the axis on which each is looked up. The built-in facts have no
// rows on Dress and Empathy: a host's packs and the person may fill them.
const (
	AddressForm        Dimension = iota + 1 // which part of the name to address; name
	Apology                                 // what makes an apology one; region
	ChannelPreference                       // which channel is preferred; region
	ContactHours                            // customary hours; region
	Directness                              // how plainly a no or a fault is said; region
	Dress                                   // what to wear to a meeting; region
	Empathy                                 // how concern is shown; region
	Face                                    // what harms standing before others; region
	FormalityDefault                        // formal or informal you until invited; language
	Gift                                    // whether and what to give; region
	Greeting                                // how a meeting opens; region
	GreetingHours                           // when "good evening" starts; language
	HourCycle                               // 12 or 24 hours; region
	LanguagePreference                      // which language to write in; region
	Languages                               // official and most used languages; region
	NameOrder                               // order and kinds of name parts; name
	NameOrderCLDR                           // name order by CLDR; language
	Negotiation                             // pace and standing of a negotiation; region
	NonVerbal                               // silence, gaze, distance, hands; region
	Patience                                // how pressure is taken; region
	PlainLanguage                           // how simple a text should be; region
	Punctuality                             // what being on time means; region
	QuietHours                              // statutory hours for calls; region
	Seasonal                                // months in which little happens; region
	ServiceExpectation                      // what good service is; region
	SmallTalk                               // how much, about what; region
	StereotypeCaution                       // warnings about generalising; region
	TitleUsage                              // titles and honorifics; name
	Weekend                                 // days of rest; region
	WrittenRegister                         // register in writing; language
)

// String is the name as data files write it, such as "small_talk"; "none" for the
// zero value.
func (d Dimension) String() string {
	return nameOf(d, "dimension",
		"address_form", "apology", "channel", "contact_hours", "directness", "dress", "empathy", "face", "formality_default",
		"gift", "greeting", "greeting_hours", "hour_cycle", "language_pref", "languages", "name_order",
		"name_order_cldr", "negotiation", "nonverbal", "patience", "plain_language", "punctuality", "quiet_hours",
		"seasonal", "service_expectation", "small_talk", "stereotype_caution", "title_usage", "weekend",
		"written_register")
}

// MarshalText writes the name; a value that is no dimension is ErrName.
func (d Dimension) MarshalText() ([]byte, error) { return named(d, AddressForm, WrittenRegister) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (d *Dimension) UnmarshalText(text []byte) error {
	return find(d, text, AddressForm, WrittenRegister)
}

// Dimensions returns all dimensions, in the order of their names.
func Dimensions() []Dimension {
	all := make([]Dimension, 0, WrittenRegister)
	for d := AddressForm; d <= WrittenRegister; d++ {
		all = append(all, d)
	}
	return all
}

// Axis is the declared property of a person by which a dimension is looked up.
type Axis uint8

// The axes.
const (
	RegionAxis   Axis = iota + 1 // where the person is or does business
	LanguageAxis                 // the language of the message
	NameAxis                     // the tradition that the person's name follows
)

// String is "region", "language" or "name"; "none" for the zero value.
func (a Axis) String() string { return nameOf(a, "axis", "region", "language", "name") }

// MarshalText writes the name; a value that is no axis is ErrName.
func (a Axis) MarshalText() ([]byte, error) { return named(a, RegionAxis, NameAxis) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (a *Axis) UnmarshalText(text []byte) error { return find(a, text, RegionAxis, NameAxis) }

// Axis is the axis on which the dimension is looked up; zero for no dimension.
func (d Dimension) Axis() Axis {
	switch d {
	case AddressForm, NameOrder, TitleUsage:
		return NameAxis
	case FormalityDefault, GreetingHours, NameOrderCLDR, WrittenRegister:
		return LanguageAxis
	default:
		if d < AddressForm || d > WrittenRegister {
			return 0
		}
		return RegionAxis
	}
}

// enum is a typed enumeration of this package: consecutive, named by String.
type enum interface {
	~uint8
	fmt.Stringer
}

// nameOf is the name of a value, the first one being that of 1; "none" for zero, and
// the type with the number for what is no value.
func nameOf[E enum](v E, kind string, names ...string) string {
	switch {
	case v == 0:
		return "none"
	case int(v) <= len(names):
		return names[v-1]
	default:
		return fmt.Sprintf("%s(%d)", kind, uint8(v))
	}
}

func named[E enum](v, lowest, highest E) ([]byte, error) {
	if v < lowest || v > highest {
		return nil, fmt.Errorf("%w: %s", ErrName, v)
	}
	return []byte(v.String()), nil
}

func find[E enum](into *E, text []byte, lowest, highest E) error {
	for v := lowest; v <= highest; v++ {
		if v.String() == string(text) {
			*into = v
			return nil
		}
	}
	if len(text) > 40 {
		text = text[:40]
	}
	return fmt.Errorf("%w: %q", ErrName, text)
}
