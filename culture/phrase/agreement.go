package phrase

// Gender is the grammatical gender in which a person is spoken of. It is stated by
// the person and never derived from a name. The zero value is not known.
type Gender uint8

// The genders.
const (
	Unknown      Gender = iota // not stated: the neutral wording
	Feminine                   // stated feminine forms
	Masculine                  // stated masculine forms
	NeutralForms               // asked for neutral forms: the same wording as Unknown
)

// String is "unknown", "feminine", "masculine" or "neutral".
func (g Gender) String() string { return nameOf(g, "unknown", "feminine", "masculine", "neutral") }

// MarshalText writes the name; a value that is no gender is ErrName.
func (g Gender) MarshalText() ([]byte, error) { return named(g, Unknown, NeutralForms) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (g *Gender) UnmarshalText(text []byte) error { return find(g, text, Unknown, NeutralForms) }

// Readers is how many people are addressed. The zero value is not known.
type Readers uint8

// The numbers of readers. A form of address for one person only (du, tu, ты) is
// given for AnyNumber and One; for Many there is another form, or a more formal one.
const (
	AnyNumber Readers = iota // not stated: a wording that fits one and, where the register has such a wording, many
	One                      // one person
	Many                     // several people
)

// String is "any", "one" or "many".
func (n Readers) String() string { return nameOf(n, "any", "one", "many") }

// MarshalText writes the name; a value that is no number is ErrName.
func (n Readers) MarshalText() ([]byte, error) { return named(n, AnyNumber, Many) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (n *Readers) UnmarshalText(text []byte) error { return find(n, text, AnyNumber, Many) }

// Agreement is what the grammar of several languages needs to know of speaker and
// addressee. The zero value knows nothing and gets the neutral wording, never a guess.
type Agreement struct {
	Speaker   Gender  // who writes or speaks (ครับ or ค่ะ, obrigado or obrigada)
	Addressee Gender  // to whom (Pan or Pani); of several people the forms of Readers Many are used
	Readers   Readers // how many are addressed
}

// when is the condition of a variant: a zero field does not matter.
type when struct {
	speaker, addressee Gender
	readers            Readers
}

// fits reports whether a variant is for this agreement, and on how many points.
func (w when) fits(a Agreement) (points int, ok bool) {
	if w.speaker != Unknown {
		if w.speaker != a.Speaker {
			return 0, false
		}
		points++
	}
	if w.addressee != Unknown {
		if w.addressee != a.Addressee || a.Readers == Many && w.readers != Many {
			return 0, false
		}
		points++
	}
	if w.readers != AnyNumber {
		if w.readers != a.Readers {
			return 0, false
		}
		points++
	}
	return points, true
}

// term is a word of a locale that agrees with somebody.
type term struct {
	speaker             bool // agrees with the speaker; else with the addressee
	feminine, masculine string
	many, unknown       string
	hasMany             bool
	hasGender           bool
}

// form is the term's word for an agreement.
func (t *term) form(a Agreement) string {
	gender := a.Addressee
	if t.speaker {
		gender = a.Speaker
	} else if a.Readers == Many {
		if t.hasMany {
			return t.many
		}
		return t.unknown
	}
	if t.hasGender && gender == Feminine {
		return t.feminine
	}
	if t.hasGender && gender == Masculine {
		return t.masculine
	}
	return t.unknown
}
