package survey

import (
	"errors"
	"fmt"
	"slices"
)

// ErrDefinition is what every fault of a definition unwraps to.
var ErrDefinition = errors.New("survey: definition not valid")

// Rule is the name of a check on a definition, such as "reference/unknown". The names
// that survey-core's linter has are the same here; those under "rapport/" are ours.
type Rule string

// Severity is how bad a finding is. The zero value is none.
type Severity uint8

// The severities.
const (
	SeverityInfo    Severity = iota + 1 // worth knowing
	SeverityWarning                     // probably not what was meant
	SeverityError                       // cannot work
)

// String is "info", "warning" or "error"; "none" for the zero value.
func (s Severity) String() string {
	names := [...]string{"none", "info", "warning", "error"}
	return name(names[:], uint8(s), "severity")
}

// MarshalText writes the name; a value that is no severity is an error.
func (s Severity) MarshalText() ([]byte, error) {
	return marshalName(s.String(), s >= SeverityInfo && s <= SeverityError, "severity")
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (s *Severity) UnmarshalText(text []byte) error {
	for v := SeverityInfo; v <= SeverityError; v++ {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return noSuch("severity", string(text))
}

// Finding is something to know about a definition, found without running it.
type Finding struct {
	Rule     Rule
	Severity Severity
	Path     string // where in the JSON: "pages[0].elements[1].visibleIf"
	Element  string // the name of the question, panel or page it concerns; may be empty
	Detail   string // what is wrong, in English
}

// Error writes rule, path and detail, so that a finding can be an error.
func (f Finding) Error() string {
	return fmt.Sprintf("survey: %s: %s: %s", f.Path, f.Rule, f.Detail)
}

// Unwrap gives ErrDefinition.
func (f Finding) Unwrap() error { return ErrDefinition }

// sortFindings puts findings in the order of path, rule and detail, and drops those
// that were found twice.
func sortFindings(list []Finding) []Finding {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return compareStrings(a.Path, b.Path, string(a.Rule), string(b.Rule), a.Detail, b.Detail)
	})
	return slices.Compact(list)
}

func compareStrings(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		switch {
		case pairs[i] < pairs[i+1]:
			return -1
		case pairs[i] > pairs[i+1]:
			return 1
		}
	}
	return 0
}

// name is a member of a list of names, or "what(9)" outside it.
func name(names []string, i uint8, what string) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", what, i)
}

func marshalName(text string, ok bool, what string) ([]byte, error) {
	if !ok {
		return nil, noSuch(what, text)
	}
	return []byte(text), nil
}

func noSuch(what, text string) error {
	return fmt.Errorf("survey: no such %s: %q", what, clip(text))
}

// clip shortens what is quoted in errors.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
