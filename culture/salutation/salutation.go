package salutation

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/visible"
)

// Errors of this package.
var (
	ErrNoName = errors.New("salutation: nothing is stated to address the person by")
	ErrName   = errors.New("salutation: text is not fit for a salutation")
	ErrMedium = errors.New("salutation: unknown medium")
)

// Person is what a person stated about how they are addressed. Nothing of it is
// guessed or derived.
type Person struct {
	Name     string // the whole name, as the person writes it
	Title    string // as stated, in the language of the message; goes with Name
	CallMe   string // what the person asks to be called
	Verbatim string // the whole salutation the person asks for
}

// Medium is where the line will stand. The zero value is none.
type Medium uint8

// The media.
const (
	Letter Medium = iota + 1 // letter or e-mail
	Chat
	Voice
)

// String is "letter", "chat" or "voice"; "none" for the zero value.
func (m Medium) String() string {
	names := [...]string{"none", "letter", "chat", "voice"}
	if int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("medium(%d)", uint8(m))
}

// MarshalText writes the name; a value that is no medium is ErrMedium.
func (m Medium) MarshalText() ([]byte, error) {
	if m < Letter || m > Voice {
		return nil, fmt.Errorf("%w: %s", ErrMedium, m)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrMedium.
func (m *Medium) UnmarshalText(text []byte) error {
	for v := Letter; v <= Voice; v++ {
		if v.String() == string(text) {
			*m = v
			return nil
		}
	}
	return fmt.Errorf("%w: %.40q", ErrMedium, text)
}

// Part is what of the person's name or wishes stands in the line. The zero value
// is none.
type Part uint8

// The parts.
const (
	WholeWish   Part = iota + 1 // the whole line is the person's
	CallMeName                  // what the person asks to be called
	FullName                    // the whole name
	TitleAndAll                 // the stated title and the whole name
)

// String is "verbatim", "call_me", "full_name" or "title_full_name"; "none" for the
// zero value.
func (p Part) String() string {
	names := [...]string{"none", "verbatim", "call_me", "full_name", "title_full_name"}
	if int(p) < len(names) {
		return names[p]
	}
	return fmt.Sprintf("part(%d)", uint8(p))
}

// MarshalText writes the name; a value that is no part is ErrName.
func (p Part) MarshalText() ([]byte, error) {
	if p < WholeWish || p > TitleAndAll {
		return nil, fmt.Errorf("%w: %s", ErrName, p)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (p *Part) UnmarshalText(text []byte) error {
	for v := WholeWish; v <= TitleAndAll; v++ {
		if v.String() == string(text) {
			*p = v
			return nil
		}
	}
	return fmt.Errorf("%w: %.40q", ErrName, text)
}

// RuleID names the rule that decided, such as "stated.call_me" or "de.formal".
type RuleID string

// Result is a salutation with its reasons.
type Result struct {
	Text     string
	Part     Part
	Rule     RuleID
	Why      string // one sentence for people
	Ask      bool   // ask how the person wishes to be addressed before relying on it
	Register culture.Answer[culture.Register]
	// Guidance is what is known of titles, address and greeting for this person, for
	// the eyes of whoever writes; the line itself does not follow it blindly.
	Guidance []culture.Answer[culture.Guidance]
}

// Engine makes salutations. It is safe for concurrent use.
type Engine struct{ resolver *culture.Resolver }

// New makes an Engine that asks the resolver for register and guidance; nil means
// culture.Default().
func New(r *culture.Resolver) *Engine {
	if r == nil {
		r = culture.Default()
	}
	return &Engine{r}
}

// Line makes the line that opens a message in the language of c to p. The checks, in
// order: ErrMedium, then every unfit text of the person (ErrName), then ErrNoName.
func (e *Engine) Line(c culture.Context, p Person, m Medium) (Result, error) {
	if m < Letter || m > Voice {
		return Result{}, fmt.Errorf("%w: %s", ErrMedium, m)
	}
	if err := p.check(); err != nil {
		return Result{}, err
	}
	res := Result{Register: e.resolver.Register(c)}
	for _, d := range [...]culture.Dimension{culture.TitleUsage, culture.AddressForm, culture.Greeting} {
		for _, a := range e.resolver.Guidance(c, d) {
			if a.Basis != culture.Fallback {
				res.Guidance = append(res.Guidance, a)
			}
		}
	}
	if p.Verbatim != "" {
		res.Text, res.Part, res.Rule = p.Verbatim, WholeWish, "stated.verbatim"
		res.Why = "the person asked for exactly this salutation"
		return res, nil
	}
	return e.templated(res, c, p, m), nil
}

// templated puts the name into the form of the language.
func (e *Engine) templated(res Result, c culture.Context, p Person, m Medium) Result {
	register := res.Register.Value
	form, ok := formOf(c.Lang, register, m)
	switch {
	case p.CallMe != "":
		res.Part, res.Rule = CallMeName, "stated.call_me"
		res.Why = fmt.Sprintf("the person asked to be called %s", p.CallMe)
		res.Text = form.with(p.CallMe, "")
	case p.Title != "" && ok:
		res.Part, res.Rule = TitleAndAll, form.rule
		res.Why = "the title is the person's own, and the whole name is right in every tradition"
		res.Text, res.Ask = form.with(p.Name, p.Title), res.Register.Ask
	default:
		res.Part, res.Rule = FullName, form.rule
		res.Why = "no title is stated and none is guessed; the whole name is right in every tradition"
		res.Text, res.Ask = form.with(p.Name, ""), res.Register.Ask
	}
	if !ok {
		res.Ask = true
		res.Why += fmt.Sprintf("; no form is known for a message in %s, so the name stands alone", c.Lang)
		if p.CallMe == "" {
			res.Rule = "fallback.name_only"
		}
		return res
	}
	res.Why += fmt.Sprintf("; %s because %s", register, because(res.Register))
	return res
}

// because says what a register rests on.
func because(a culture.Answer[culture.Register]) string {
	switch a.Basis {
	case culture.Individual:
		return "the person asked for it"
	case culture.Observed:
		return "that is how the person writes to us"
	case culture.Host:
		return "our own guidance says so"
	case culture.Fallback:
		return "nothing is on record and a formal tone can be eased later"
	default:
		return "guides report it as the safe choice there"
	}
}

// check refuses texts that cannot be part of a line, all at once.
func (p Person) check() error {
	var faults []error
	for _, field := range [...]struct{ name, text string }{
		{"Name", p.Name}, {"Title", p.Title}, {"CallMe", p.CallMe}, {"Verbatim", p.Verbatim},
	} {
		if reason := unfit(field.text); reason != "" {
			faults = append(faults, fmt.Errorf("%w: %s: %s", ErrName, field.name, reason)) // never the text itself
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if p.Verbatim == "" && p.CallMe == "" && p.Name == "" {
		return ErrNoName
	}
	return nil
}

// unfit says what is wrong with a text, or nothing. Joiners are allowed: names of
// several scripts need them.
func unfit(s string) string {
	const longest = 512
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
	for _, r := range s {
		if r == '\u200c' || r == '\u200d' {
			continue
		}
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || !unicode.IsGraphic(r) {
			return fmt.Sprintf("holds the character U+%04X", r)
		}
	}
	if !visible.Any(s) {
		return "no letter or digit to be seen"
	}
	return ""
}
