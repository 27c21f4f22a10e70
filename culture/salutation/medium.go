package salutation

import "fmt"

// Medium is where the line will stand. The zero value is none.
type Medium uint8

// The media.
const (
	Letter Medium = iota + 1 // on paper, or a document
	Email
	Chat  // chat, messengers, short messages
	Voice // spoken: the line has no closing punctuation
)

// String is "letter", "email", "chat" or "voice"; "none" for the zero value.
func (m Medium) String() string { return named("medium", uint8(m), "none", mediaNames[:]) }

var mediaNames = [...]string{"letter", "email", "chat", "voice"}

// MarshalText writes the name; a value that is no medium is ErrMedium.
func (m Medium) MarshalText() ([]byte, error) {
	if m < Letter || m > Voice {
		return nil, fmt.Errorf("%w: %s", ErrMedium, m)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrMedium.
func (m *Medium) UnmarshalText(text []byte) error {
	v, ok := numbered(text, mediaNames[:])
	if !ok {
		return fmt.Errorf("%w: %.40q", ErrMedium, text)
	}
	*m = Medium(v)
	return nil
}

// Case is how the first word after the line begins. The zero value is none.
type Case uint8

// The cases.
const (
	Capital Case = iota + 1
	Lower        // as after the comma of a German opening
)

var caseNames = [...]string{"capital", "lower"}

// String is "capital" or "lower"; "none" for the zero value.
func (c Case) String() string { return named("case", uint8(c), "none", caseNames[:]) }

// MarshalText writes the name; a value that is no case is ErrWord.
func (c Case) MarshalText() ([]byte, error) {
	if c < Capital || c > Lower {
		return nil, fmt.Errorf("%w: %s", ErrWord, c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrWord.
func (c *Case) UnmarshalText(text []byte) error {
	v, ok := numbered(text, caseNames[:])
	if !ok {
		return fmt.Errorf("%w: %.40q", ErrWord, text)
	}
	*c = Case(v)
	return nil
}

// Audience is whom a line addresses. The zero value is none.
type Audience uint8

// The audiences.
const (
	ToPerson       Audience = iota + 1 // one named person
	ToPeople                           // two or more named persons, such as a couple
	ToFamily                           // a family, by the family name it goes by, if any
	ToTeam                             // a team, by its name, if any
	ToOrganisation                     // an organisation without a known person
	ToUnknown                          // one person of whom not even a name is known
	ToRelatives                        // those close to a person who has died
)

var audienceNames = [...]string{"person", "people", "family", "team", "organisation", "unknown", "relatives"}

// String is the name, such as "person" or "organisation"; "none" for the zero value.
func (a Audience) String() string { return named("audience", uint8(a), "none", audienceNames[:]) }

// MarshalText writes the name; a value that is no audience is ErrAudience.
func (a Audience) MarshalText() ([]byte, error) {
	if a < ToPerson || a > ToRelatives {
		return nil, fmt.Errorf("%w: %s", ErrAudience, a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrAudience.
func (a *Audience) UnmarshalText(text []byte) error {
	v, ok := numbered(text, audienceNames[:])
	if !ok {
		return fmt.Errorf("%w: %.40q", ErrAudience, text)
	}
	*a = Audience(v)
	return nil
}

// Part is what of the person's name or wishes stands in the line. The zero value is
// none.
type Part uint8

// The parts.
const (
	WholeWish       Part = iota + 1 // the whole line is the person's
	CallMeName                      // what the person asks to be called
	GivenName                       // the given name, as in Iceland or Thailand
	GivenPatronymic                 // given name and patronymic, as in Russian
	FamilyName                      // the family name, or the first of two
	FullName                        // the whole name
	NoName                          // a courtesy alone, such as "Madame,", or a greeting alone
	GroupName                       // the name of a family, team or organisation
	SeveralNames                    // the names of several persons
)

var partNames = [...]string{"verbatim", "call_me", "given", "given_patronymic", "family", "full", "no_name", "group", "several"}

// String is the name, such as "given" or "full"; "none" for the zero value.
func (p Part) String() string { return named("part", uint8(p), "none", partNames[:]) }

// MarshalText writes the name; a value that is no part is ErrWord.
func (p Part) MarshalText() ([]byte, error) {
	if p < WholeWish || p > SeveralNames {
		return nil, fmt.Errorf("%w: %s", ErrWord, p)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrWord.
func (p *Part) UnmarshalText(text []byte) error {
	v, ok := numbered(text, partNames[:])
	if !ok {
		return fmt.Errorf("%w: %.40q", ErrWord, text)
	}
	*p = Part(v)
	return nil
}

// Term is the person's own term of address. Unspecified, the zero value, is the
// right value for everybody who has not stated one: nothing is derived from a name.
type Term uint8

// The terms of address.
const (
	Unspecified Term = iota
	Feminine         // Frau, Ms, señora
	Masculine        // Herr, Mr, señor
	NonBinary        // the language's own non-binary form where it has one (Mx), else without gender
	Neutral          // wording that names no gender
)

var termNames = [...]string{"unspecified", "feminine", "masculine", "nonbinary", "neutral"}

// String is the name, such as "feminine".
func (t Term) String() string {
	if int(t) < len(termNames) {
		return termNames[t]
	}
	return fmt.Sprintf("term(%d)", uint8(t))
}

// MarshalText writes the name; a value that is no term is ErrTerm.
func (t Term) MarshalText() ([]byte, error) {
	if t > Neutral {
		return nil, fmt.Errorf("%w: %s", ErrTerm, t)
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrTerm.
func (t *Term) UnmarshalText(text []byte) error {
	v, ok := numbered(text, termNames[:])
	if !ok {
		return fmt.Errorf("%w: %.40q", ErrTerm, text)
	}
	*t = Term(v - 1)
	return nil
}

// named is the name of an enumeration's value that starts at one.
func named(kind string, v uint8, none string, names []string) string {
	switch {
	case v == 0:
		return none
	case int(v) <= len(names):
		return names[v-1]
	default:
		return fmt.Sprintf("%s(%d)", kind, v)
	}
}

// numbered finds a name and counts from one.
func numbered(text []byte, names []string) (uint8, bool) {
	for i, name := range names {
		if name == string(text) {
			return uint8(i) + 1, true //nolint:gosec // a handful of names
		}
	}
	return 0, false
}
