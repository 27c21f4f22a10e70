package phrase

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-go/rapport/internal/visible"
)

// ErrTemplate is what every fault of a template unwraps to.
var ErrTemplate = errors.New("phrase: template not valid")

// TemplateError is one fault of a template. It unwraps to ErrTemplate.
type TemplateError struct {
	Offset int    // byte of the text at which the fault begins
	Detail string // what is wrong there
}

// Error writes offset and detail.
func (e *TemplateError) Error() string {
	return fmt.Sprintf("phrase: template, byte %d: %s", e.Offset, e.Detail)
}

// Unwrap gives ErrTemplate.
func (e *TemplateError) Unwrap() error { return ErrTemplate }

// ErrArg is what every fault of an argument unwraps to.
var ErrArg = errors.New("phrase: argument not valid")

// ArgError is one fault of an argument. It never holds the value, which may be
// personal. It unwraps to ErrArg.
type ArgError struct {
	Name   string // of the argument
	Detail string // what is wrong with it
}

// Error writes name and detail.
func (e *ArgError) Error() string { return fmt.Sprintf("phrase: argument %.40q: %s", e.Name, e.Detail) }

// Unwrap gives ErrArg.
func (e *ArgError) Unwrap() error { return ErrArg }

// Limits of a template.
const (
	maxTemplate = 2000 // bytes
	maxParts    = 64
	maxName     = 32
	maxArgs     = 32
)

// Template is a text with places for arguments, `{$name}`, and, in the texts of a
// pack, for the locale's words that agree with somebody, `{@name}`. A brace that is
// meant as such is written `\{` or `\}`, a backslash `\\`; nothing else is special.
// There are no conditions, loops or functions, and a value is put in as it is: what
// looks like a place inside a value stays text. The zero value is the empty template.
// A Template is read only and may be shared.
type Template struct {
	source string
	parts  []part
}

// part is literal text, an argument, or a term.
type part struct {
	text string
	kind partKind
}

type partKind uint8

const (
	literal partKind = iota
	argument
	termPlace
)

// ParseTemplate reads a template of at most 2,000 bytes and 64 parts; names are of
// a-z, 0-9 and _, at most 32 bytes, and begin with a letter. It reports every fault at once.
func ParseTemplate(text string) (Template, error) {
	if len(text) > maxTemplate {
		return Template{}, &TemplateError{maxTemplate, fmt.Sprintf("%d bytes, at most %d", len(text), maxTemplate)}
	}
	if !utf8.ValidString(text) {
		return Template{}, &TemplateError{0, "not valid UTF-8"}
	}
	p := templateParser{text: text}
	p.run()
	if len(p.parts) > maxParts {
		p.fault(0, "%d parts, at most %d", len(p.parts), maxParts)
	}
	if err := errors.Join(p.faults...); err != nil {
		return Template{}, err
	}
	return Template{text, p.parts}, nil
}

type templateParser struct {
	text     string
	parts    []part
	literals strings.Builder // the literal being read
	faults   []error
}

func (p *templateParser) fault(at int, format string, args ...any) {
	if len(p.faults) < maxParts {
		p.faults = append(p.faults, &TemplateError{at, fmt.Sprintf(format, args...)})
	}
}

func (p *templateParser) run() {
	for i := 0; i < len(p.text); {
		switch p.text[i] {
		case '\\':
			i = p.escape(i)
		case '{':
			i = p.place(i)
		case '}':
			p.fault(i, `a closing brace without an opening one; write \} for the sign itself`)
			i++
		default:
			r, size := utf8.DecodeRuneInString(p.text[i:])
			if (unicode.IsControl(r) && r != '\n') || directs(r) {
				p.fault(i, "the character U+%04X", r)
			}
			p.literals.WriteString(p.text[i : i+size])
			i += size
		}
	}
	p.flush()
}

func (p *templateParser) escape(i int) int {
	if i+1 < len(p.text) && strings.IndexByte(`{}\`, p.text[i+1]) >= 0 {
		p.literals.WriteByte(p.text[i+1])
		return i + 2
	}
	p.fault(i, `a backslash stands only before {, } or another backslash`)
	return i + 1
}

func (p *templateParser) place(i int) int {
	end := strings.IndexByte(p.text[i:], '}')
	if end < 0 {
		p.fault(i, `an opening brace without a closing one; write \{ for the sign itself`)
		return len(p.text)
	}
	inner, next := p.text[i+1:i+end], i+end+1
	if len(inner) < 2 || (inner[0] != '$' && inner[0] != '@') || !isName(inner[1:]) {
		p.fault(i, `want {$name} or {@name}; write \{ for the sign itself`)
		return next
	}
	p.flush()
	kind := argument
	if inner[0] == '@' {
		kind = termPlace
	}
	p.parts = append(p.parts, part{inner[1:], kind})
	return next
}

func (p *templateParser) flush() {
	if p.literals.Len() > 0 {
		p.parts = append(p.parts, part{p.literals.String(), literal})
		p.literals.Reset()
	}
}

// isName reports a name of an argument, a term or a scenario.
func isName(s string) bool {
	if s == "" || len(s) > maxName || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// String is the text that was read.
func (t Template) String() string { return t.source }

// Args are the names of the template's arguments, sorted, each once.
func (t Template) Args() []string { return t.names(argument) }

// Terms are the names of the locale's words in the template, sorted, each once.
func (t Template) Terms() []string { return t.names(termPlace) }

func (t Template) names(kind partKind) []string {
	var out []string
	for _, p := range t.parts {
		if p.kind == kind && !slices.Contains(out, p.text) {
			out = append(out, p.text)
		}
	}
	slices.Sort(out)
	return out
}

// RenderOptions say how a template is filled; nil means the defaults.
type RenderOptions struct {
	// Kinds are what the arguments are, by name; Clause where a name is missing.
	Kinds map[string]Kind
	// RightToLeft is set for a text in Arabic, Hebrew and the like: each value is
	// then put between U+2068 and U+2069, so that it keeps its own direction. In
	// other texts only values that hold right-to-left letters are.
	RightToLeft bool
	// Spoken leaves out U+2068 and U+2069, which mean nothing to a voice.
	Spoken bool
}

// Render puts the arguments in. Every argument of the template must be given and no
// other, each fit for its kind; every fault is reported at once, as *ArgError, in the
// order of the names. A template with words of a locale is ErrTemplate: only a Book knows
// them. A full stop at the end of a value that stands before a full stop is written once.
func (t Template) Render(args map[string]string, o *RenderOptions) (string, error) {
	if o == nil {
		o = &RenderOptions{}
	}
	if terms := t.Terms(); len(terms) > 0 {
		return "", &TemplateError{0, "{@" + terms[0] + "} is a word of a locale"}
	}
	declared := make([]Parameter, 0, len(t.parts))
	for _, name := range t.Args() {
		kind := o.Kinds[name]
		if kind == 0 {
			kind = Clause
		}
		declared = append(declared, Parameter{name, kind})
	}
	if err := checkArgs(declared, args); err != nil {
		return "", err
	}
	w := writer{args: args, isolate: !o.Spoken, rtl: o.RightToLeft}
	w.template(t)
	return w.b.String(), nil
}

// checkArgs compares arguments with their declaration.
func checkArgs(declared []Parameter, args map[string]string) error {
	var faults []error
	if len(args) > maxArgs {
		return &ArgError{"", fmt.Sprintf("%d arguments, at most %d", len(args), maxArgs)}
	}
	for _, p := range declared {
		value, ok := args[p.Name]
		if !ok {
			faults = append(faults, &ArgError{p.Name, "is missing"})
		} else if reason := p.Kind.unfit(value); reason != "" {
			faults = append(faults, &ArgError{p.Name, reason})
		}
	}
	if len(args) > len(declared)-len(faults) { // else there can be no other
		var others []string
		for name := range args {
			if !slices.ContainsFunc(declared, func(p Parameter) bool { return p.Name == name }) {
				others = append(others, name)
			}
		}
		slices.Sort(others)
		for _, name := range others {
			faults = append(faults, &ArgError{name, "is not an argument of this text"})
		}
	}
	return errors.Join(faults...)
}

// unfit says what is wrong with a value, or nothing.
func (k Kind) unfit(s string) string {
	limits := [...]int{0, 200, 100, 50, 100, 100, 1000, 2000}
	switch {
	case k < Name || k > Sentence:
		return "is declared with no kind"
	case len(s) > limits[k]:
		return fmt.Sprintf("%d bytes, at most %d", len(s), limits[k])
	case !utf8.ValidString(s):
		return "not valid UTF-8"
	case !visible.Any(s):
		return "no letter or digit to be seen"
	}
	digits, letters, blank := false, false, true // a blank at the start is one too many
	for _, r := range s {
		switch {
		case unicode.IsControl(r) || directs(r) || (unicode.Is(unicode.Cf, r) && !joins(r)) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Co):
			return fmt.Sprintf("holds the character U+%04X", r)
		case unicode.IsSpace(r):
			if blank {
				return "a blank at an end, or two in a row"
			}
			if k == Reference {
				return "a reference has no blank"
			}
		case unicode.IsDigit(r):
			digits = true
		case unicode.IsLetter(r):
			letters = true
		}
		blank = unicode.IsSpace(r)
	}
	if blank {
		return "a blank at an end, or two in a row"
	}
	return k.shape(s, digits, letters)
}

// shape checks what is particular to the kind.
func (k Kind) shape(s string, digits, letters bool) string {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"')]»”’」』）"))
	ended := strings.ContainsRune(endMarks, last)
	switch {
	case k == Number && letters:
		return "a number has no letters"
	case (k == Number || k == Amount) && !digits:
		return "has no digit"
	case k == Clause && ended:
		return "a clause has no end mark; the text around it has"
	case k == Sentence && !ended && !unicode.In(last, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return "a sentence needs its end mark"
	}
	return ""
}

// endMarks end a sentence in the scripts of the built-in locales.
const endMarks = ".!?…。！？؟۔।"

// joins reports characters that scripts and dates need and that are drawn as nothing.
func joins(r rune) bool {
	switch r {
	case '\u200c', '\u200d', '\u200e', '\u200f', '\u061c':
		return true
	}
	return false
}

// directs reports embeddings, overrides and isolates: what would change the
// direction of the text after the value.
func directs(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// writer puts a text together.
type writer struct {
	b       strings.Builder
	args    map[string]string
	terms   map[string]*term
	agree   Agreement
	isolate bool
	rtl     bool
	stopped bool // the last thing written is a value that ends in a full stop
}

// template writes one template.
func (w *writer) template(t Template) {
	for _, p := range t.parts {
		switch p.kind {
		case literal:
			w.literal(p.text)
		case argument:
			w.value(w.args[p.text])
		case termPlace:
			w.literal(w.terms[p.text].form(w.agree))
		}
	}
}

func (w *writer) literal(s string) {
	if s == "" {
		return
	}
	if w.stopped && strings.HasPrefix(s, ".") {
		s = s[1:]
	}
	w.stopped = false
	w.b.WriteString(s)
}

func (w *writer) value(s string) {
	isolate := w.isolate && (w.rtl || strings.ContainsFunc(s, rightToLeft))
	if isolate {
		w.b.WriteRune('\u2068')
	}
	w.b.WriteString(s)
	if isolate {
		w.b.WriteRune('\u2069')
	}
	w.stopped = strings.HasSuffix(s, ".")
}

// rightToLeft reports a letter of a script that runs to the left.
func rightToLeft(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}
