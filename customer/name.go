package customer

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/visible"
)

// Name is one name of a customer, as the source gave it. A mononym, a family name
// alone, one letter, or a whole name without components are all valid names.
//
// Its methods NameLocale, PreferredOrder and Field are what a formatter of person
// names needs.
type Name struct {
	Use        NameUse      `json:"use,omitzero"`
	Locale     language.Tag `json:"locale,omitzero"`      // the tradition that the name follows, not the reader's language; Und: not known
	Order      NameOrder    `json:"order,omitzero"`       // where the person stated it
	Full       string       `json:"full,omitempty"`       // verbatim, where the source had it; never split
	Components []Component  `json:"components,omitempty"` // in the person's own order, where the source had them
	Forms      []NameForm   `json:"forms,omitempty"`      // the same name in other scripts, and how it is read
	Sort       string       `json:"sort,omitempty"`       // what the person or the source sorts it under; empty: see SortKey
	From       PartialDate  `json:"from,omitzero"`        // in use since; zero: since ever
	To         PartialDate  `json:"to,omitzero"`          // in use until; zero: still
}

// Names is a list of names that logs as redacted.
type Names []Name

// LogValue hides the names and says how many there are.
func (n Names) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("%d names %s", len(n), redacted))
}

// Component is one part of a name.
type Component struct {
	Kind     ComponentKind `json:"kind" strictjson:"required"`
	Modifier Modifier      `json:"modifier,omitzero"` // zero: the part as it is
	Value    string        `json:"value"`
}

// ComponentKind is a kind of name part. The zero value is none.
type ComponentKind uint8

// The kinds of RFC 9553 section 2.2.1.
const (
	Title      ComponentKind = iota + 1 // before the name, as "Dr."
	Given                               // the given name, first name
	Given2                              // further given names, middle name, patronymic
	Surname                             // family name
	Surname2                            // second family name
	Generation                          // "Jr.", "III"
	Credential                          // after the name, as "PhD"
	Separator                           // stands between its neighbours in place of a blank
)

// String is the name as RFC 9553 writes it, such as "given2"; "unknown" for the zero
// value.
func (k ComponentKind) String() string {
	return nameOf(k, "unknown", "title", "given", "given2", "surname", "surname2", "generation", "credential", "separator")
}

// MarshalText writes the name; a value that is no kind is an error.
func (k ComponentKind) MarshalText() ([]byte, error) { return marshalName(k, Separator) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (k *ComponentKind) UnmarshalText(text []byte) error { return unmarshalName(k, text, Separator) }

// Modifier tells a variant of a component apart, after UTS #35 part 8. The zero value
// is the component itself.
type Modifier uint8

// The modifiers that a source can state.
const (
	InformalPart Modifier = iota + 1 // "Bill" beside the given name William
	PrefixPart                       // "van den" of van den Berg
	CorePart                         // "Berg" of van den Berg
)

// String is "informal", "prefix" or "core"; empty for the zero value.
func (m Modifier) String() string { return nameOf(m, "", "informal", "prefix", "core") }

// MarshalText writes the name, empty for the zero value; a value that is no modifier
// is an error.
func (m Modifier) MarshalText() ([]byte, error) {
	if m == 0 {
		return []byte{}, nil
	}
	return marshalName(m, CorePart)
}

// UnmarshalText reads a name as String writes it, empty included; anything else is an
// error.
func (m *Modifier) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = 0
		return nil
	}
	return unmarshalName(m, text, CorePart)
}

// NameUse is what a name is for. The zero value is not known.
type NameUse uint8

// The uses of a name.
const (
	LegalName NameUse = iota + 1
	PreferredName
	FormerName
	Nickname
	AliasName
	ReligiousName
	ProfessionalName
)

// String is the name of the use, such as "legal"; "unknown" for the zero value.
func (u NameUse) String() string {
	return nameOf(u, "unknown", "legal", "preferred", "former", "nickname", "alias", "religious", "professional")
}

// MarshalText writes the name; a value that is no use is an error.
func (u NameUse) MarshalText() ([]byte, error) { return marshalName(u, ProfessionalName) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (u *NameUse) UnmarshalText(text []byte) error { return unmarshalName(u, text, ProfessionalName) }

// NameOrder is the order that a person stated for their name. The zero value is not
// stated; it is never derived from the language of the reader.
type NameOrder uint8

// The orders of UTS #35 part 8.
const (
	GivenFirst NameOrder = iota + 1
	SurnameFirst
)

// String is "givenFirst" or "surnameFirst"; empty for the zero value.
func (o NameOrder) String() string { return nameOf(o, "", "givenFirst", "surnameFirst") }

// MarshalText writes the name; a value that is no order is an error.
func (o NameOrder) MarshalText() ([]byte, error) { return marshalName(o, SurnameFirst) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (o *NameOrder) UnmarshalText(text []byte) error { return unmarshalName(o, text, SurnameFirst) }

// Display is the name as the person writes it: Full where there is one, else the
// components in their own order with a blank between them, or the separator that
// stands there. Informal variants are left out. It is empty for a name with nothing
// in it.
func (n Name) Display() string { return display(n.Full, n.Components) }

func display(full string, components []Component) string {
	if full != "" {
		return full
	}
	var b strings.Builder
	between := ""
	for _, c := range components {
		switch {
		case c.Kind == Separator:
			between = c.Value
		case c.Modifier != InformalPart:
			if b.Len() > 0 {
				b.WriteString(between)
			}
			b.WriteString(c.Value)
			between = " "
		}
	}
	return b.String()
}

// NameLocale is the tradition that the name follows; Und where it is not known.
func (n Name) NameLocale() language.Tag { return n.Locale }

// PreferredOrder is "givenFirst", "surnameFirst", or empty where the person stated none.
func (n Name) PreferredOrder() string { return n.Order.String() }

// Field is the value of a field of UTS #35 part 8: title, given, given2, surname,
// surname2, generation or credentials, with the modifier "", informal, prefix or
// core. Several components of one kind are joined with a blank, credentials with a
// comma and a blank; a surname of which only prefix and core are held is these two.
// ok is false for what is not held; Full is never searched.
func (n Name) Field(field, modifier string) (value string, ok bool) {
	joint := " "
	if field == "credentials" {
		field, joint = Credential.String(), ", "
	}
	var values []string
	for _, c := range n.Components {
		if c.Kind != Separator && c.Kind.String() == field && c.Modifier.String() == modifier {
			values = append(values, c.Value)
		}
	}
	if len(values) > 0 {
		return strings.Join(values, joint), true
	}
	if modifier != "" {
		return "", false
	}
	prefix, hasPrefix := n.Field(field, PrefixPart.String())
	core, hasCore := n.Field(field, CorePart.String())
	if hasPrefix && hasCore {
		return prefix + " " + core, true
	}
	return core, hasCore
}

// Format prints no part of the name, whatever the verb.
func (n Name) Format(s fmt.State, _ rune) { hide(s, "Name") }

// LogValue hides the name.
func (n Name) LogValue() slog.Value { return hidden() }

// Format prints no part of the name, whatever the verb.
func (c Component) Format(s fmt.State, _ rune) { hide(s, "Component") }

// LogValue hides the component.
func (c Component) LogValue() slog.Value { return hidden() }

// check adds the faults of a name.
func (n Name) check(f *faults, field string) {
	if n.Full == "" && len(n.Components) == 0 {
		f.add(field, "has neither Full nor Components")
	}
	if n.Use > ProfessionalName {
		f.add(field+".Use", "is no use")
	}
	if n.Order > SurnameFirst {
		f.add(field+".Order", "is no order")
	}
	if reason := badText(n.Full); reason != "" {
		f.add(field+".Full", reason)
	}
	for i, c := range n.Components {
		c.check(f, fmt.Sprintf("%s.Components[%d]", field, i))
	}
	for i, form := range n.Forms {
		form.check(f, fmt.Sprintf("%s.Forms[%d]", field, i))
	}
	if reason := badText(n.Sort); reason != "" {
		f.add(field+".Sort", reason)
	}
	checkSpan(f, field, n.From, n.To)
}

func (c Component) check(f *faults, field string) {
	if c.Kind < Title || c.Kind > Separator {
		f.add(field+".Kind", "is no kind")
	}
	surname := c.Kind == Surname || c.Kind == Surname2
	given := c.Kind == Given || c.Kind == Given2
	switch {
	case c.Modifier > CorePart:
		f.add(field+".Modifier", "is no modifier")
	case c.Modifier == InformalPart && !given, c.Modifier > InformalPart && !surname:
		f.add(field+".Modifier", "does not go with this kind")
	}
	if c.Value == "" {
		f.add(field+".Value", "is empty")
		return
	}
	reason := badText(c.Value)
	if c.Kind == Separator { // may be a blank, but no control
		reason = badCharacters(c.Value)
	}
	if reason != "" {
		f.add(field+".Value", reason)
	}
}

// badText says why a text cannot be part of a name, or nothing. Joiners are needed by
// the names of several scripts and are allowed; controls, overrides of the writing
// direction and unassigned characters are not, nor is a text in which there is no letter
// or digit to be seen.
func badText(s string) string {
	if reason := badCharacters(s); s == "" || reason != "" {
		return reason
	}
	switch {
	case strings.TrimSpace(s) == "":
		return "is blank"
	case !visible.Any(s):
		return "has no letter or digit to be seen"
	}
	return ""
}

// badCharacters says which character cannot be part of a text, or nothing.
func badCharacters(s string) string {
	const longest = 1024
	switch {
	case len(s) > longest:
		return fmt.Sprintf("is longer than %d bytes", longest)
	case !utf8.ValidString(s):
		return "is not valid UTF-8"
	}
	for _, r := range s {
		if r == '\u200c' || r == '\u200d' {
			continue
		}
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Co, r) {
			return fmt.Sprintf("holds the character U+%04X", r)
		}
	}
	return ""
}
