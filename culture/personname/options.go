package personname

import "fmt"

// Order is which of the names stands first. The zero value leaves it to the name.
type Order uint8

// The orders of UTS #35 part 8. GivenFirst and SurnameFirst, as options, hold for
// every name, whatever it prefers (forceGivenFirst, forceSurnameFirst).
const (
	GivenFirst   Order = iota + 1 // Ada Lovelace
	SurnameFirst                  // Lovelace Ada
	Sorting                       // Lovelace, Ada: for lists; never the order that a name prefers
	NativeOrder                   // the order that the formatting locale has for its own names (forceNativeOrdering)
)

// String is "givenFirst", "surnameFirst", "sorting" or "nativeOrder"; empty for zero.
func (o Order) String() string {
	return nameOf(o, "", "givenFirst", "surnameFirst", "sorting", "nativeOrder")
}

// MarshalText writes the name, empty for zero; a value that is no order is an error.
func (o Order) MarshalText() ([]byte, error) { return marshalName(o, NativeOrder) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (o *Order) UnmarshalText(text []byte) error { return unmarshalName(o, text, NativeOrder) }

// Length is how much of the name is shown. The zero value is the default of the locale.
type Length uint8

// The lengths of UTS #35 part 8.
const (
	Long Length = iota + 1 // all parts of a legal name
	Medium
	Short // the fewest
)

// String is "long", "medium" or "short"; empty for zero.
func (l Length) String() string { return nameOf(l, "", "long", "medium", "short") }

// MarshalText writes the name, empty for zero; a value that is no length is an error.
func (l Length) MarshalText() ([]byte, error) { return marshalName(l, Short) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (l *Length) UnmarshalText(text []byte) error { return unmarshalName(l, text, Short) }

// Usage is what the formatted name is for. The zero value is [Referring].
type Usage uint8

// The usages of UTS #35 part 8.
const (
	Referring  Usage = iota + 1 // to speak about the person
	Addressing                  // to speak to the person; not a salutation yet, see package salutation
	Monogram                    // one to three letters, for a small picture
)

// String is "referring", "addressing" or "monogram"; empty for zero.
func (u Usage) String() string { return nameOf(u, "", "referring", "addressing", "monogram") }

// MarshalText writes the name, empty for zero; a value that is no usage is an error.
func (u Usage) MarshalText() ([]byte, error) { return marshalName(u, Monogram) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (u *Usage) UnmarshalText(text []byte) error { return unmarshalName(u, text, Monogram) }

// Formality chooses between the formal and the informal form of a name. The zero value
// is the default of the locale, which says what is usual on a screen (de is informal,
// cs is formal) and nothing about how a business speaks with its customers.
type Formality uint8

// The formalities of UTS #35 part 8.
const (
	Formal Formality = iota + 1
	Informal
)

// String is "formal" or "informal"; empty for zero.
func (f Formality) String() string { return nameOf(f, "", "formal", "informal") }

// MarshalText writes the name, empty for zero; a value that is no formality is an
// error.
func (f Formality) MarshalText() ([]byte, error) { return marshalName(f, Informal) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (f *Formality) UnmarshalText(text []byte) error { return unmarshalName(f, text, Informal) }

// Options choose the form of a name. Each zero field is the default that it states;
// nil is all of them.
type Options struct {
	Order     Order     // zero: what the name prefers, else what its locale has
	Length    Length    // zero: the default of the formatting locale
	Usage     Usage     // zero: Referring. Sorting has no other, save Monogram, which has no Sorting
	Formality Formality // zero: the default of the formatting locale

	// SurnameAllCaps writes surname and surname2 in capitals: MIYAZAKI Hayao.
	SurnameAllCaps bool
	// ForeignSurnameAllCaps does so only where the order is not the one that the
	// formatting locale has for its own names (surnameFirstAllCaps).
	ForeignSurnameAllCaps bool
}

func (o Options) check() error {
	var f faults
	f.option(o.Order > NativeOrder, "Order", uint8(o.Order))
	f.option(o.Length > Short, "Length", uint8(o.Length))
	f.option(o.Usage > Monogram, "Usage", uint8(o.Usage))
	f.option(o.Formality > Informal, "Formality", uint8(o.Formality))
	return f.err()
}

func nameOf[T ~uint8](v T, names ...string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("invalid(%d)", uint8(v))
}

type named interface {
	~uint8
	String() string
}

func marshalName[T named](v, last T) ([]byte, error) {
	if v > last {
		return nil, fmt.Errorf("%w: %T has no value %d", ErrOption, v, uint8(v))
	}
	return []byte(v.String()), nil
}

func unmarshalName[T named](v *T, text []byte, last T) error {
	for i := T(0); i <= last; i++ {
		if i.String() == string(text) {
			*v = i
			return nil
		}
	}
	return fmt.Errorf("%w: %T has no name %.40q", ErrOption, *v, text)
}
