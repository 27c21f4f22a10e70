package survey

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// maxPattern bounds a regular expression, in bytes.
const maxPattern = 1000

// Faults of regular expressions; a finding carries their text.
var (
	errPatternLong      = fmt.Errorf("the regular expression is longer than %d bytes", maxPattern)
	errPatternLook      = errors.New("look-ahead and look-behind are not supported: they can take exponential time; use an expression validator or several patterns")
	errPatternReference = errors.New("back-references are not supported: they can take exponential time")
	errPatternForm      = errors.New("not a regular expression")
)

// pattern is an ECMAScript regular expression that runs in linear time.
type pattern struct{ re *regexp.Regexp }

func (p *pattern) match(s string) bool { return p.re.MatchString(s) }

// compilePattern translates an ECMAScript regular expression (without the u flag) to
// RE2. It works on code points, where ECMAScript without u works on UTF-16 units.
func compilePattern(text string, anyCase bool) (*pattern, error) {
	if len(text) > maxPattern {
		return nil, errPatternLong
	}
	if !utf8.ValidString(text) {
		return nil, errPatternForm
	}
	t := &translator{in: text}
	if anyCase {
		t.out.WriteString("(?i)")
	}
	for t.pos < len(t.in) {
		if err := t.step(); err != nil {
			return nil, err
		}
	}
	re, err := regexp.Compile(t.out.String())
	if err != nil {
		if s := (*syntax.Error)(nil); errors.As(err, &s) {
			return nil, fmt.Errorf("%w: %s", errPatternForm, s.Code)
		}
		return nil, errPatternForm
	}
	return &pattern{re}, nil
}

// translator turns one dialect into the other, a construct at a time.
type translator struct {
	in  string
	pos int
	out strings.Builder
}

const (
	classDot      = `[^\n\r\x{2028}\x{2029}]`
	innerSpace    = `\t\n\v\f\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`
	innerNotSpace = `\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}` +
		`\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF}`
)

func (t *translator) step() error {
	c := t.in[t.pos]
	switch {
	case c == '\\':
		return t.escape(false)
	case c == '.':
		t.out.WriteString(classDot)
	case c == '[':
		return t.class()
	case strings.HasPrefix(t.in[t.pos:], "(?"):
		return t.group()
	default:
		t.out.WriteByte(c)
	}
	t.pos++
	return nil
}

func (t *translator) group() error {
	rest := t.in[t.pos+2:]
	switch {
	case strings.HasPrefix(rest, ":"):
	case strings.HasPrefix(rest, "="), strings.HasPrefix(rest, "!"), strings.HasPrefix(rest, "<="), strings.HasPrefix(rest, "<!"):
		return errPatternLook
	case strings.HasPrefix(rest, "<"):
	default:
		return errPatternForm
	}
	t.out.WriteString("(?")
	t.pos += 2
	return nil
}

// class translates [...]; a bracket inside is a character, [] is nothing and [^] all.
func (t *translator) class() error {
	t.pos++
	not := t.pos < len(t.in) && t.in[t.pos] == '^'
	if not {
		t.pos++
	}
	if t.pos < len(t.in) && t.in[t.pos] == ']' {
		t.pos++
		if not {
			t.out.WriteString(`[\x{0}-\x{10FFFF}]`)
		} else {
			t.out.WriteString(`[^\x{0}-\x{10FFFF}]`)
		}
		return nil
	}
	t.out.WriteByte('[')
	if not {
		t.out.WriteByte('^')
	}
	for t.pos < len(t.in) {
		switch c := t.in[t.pos]; c {
		case ']':
			t.out.WriteByte(']')
			t.pos++
			return nil
		case '\\':
			if err := t.escape(true); err != nil {
				return err
			}
			continue
		case '[', '&', '~':
			t.out.WriteByte('\\')
			t.out.WriteByte(c)
		default:
			t.out.WriteByte(c)
		}
		t.pos++
	}
	return errPatternForm
}

func (t *translator) escape(inClass bool) error {
	if t.pos+1 >= len(t.in) {
		return errPatternForm
	}
	c := t.in[t.pos+1]
	t.pos += 2
	switch {
	case strings.IndexByte("dDwWtnrfv", c) >= 0, strings.IndexByte("bB", c) >= 0 && !inClass:
		t.out.WriteByte('\\')
		t.out.WriteByte(c)
	case c == 'b':
		t.out.WriteString(`\x{8}`)
	case c == 's' || c == 'S':
		t.space(c == 'S', inClass)
	case c == 'x' && t.hex(2), c == 'u' && t.hex(4):
	case c == 'k' && !inClass && strings.HasPrefix(t.in[t.pos:], "<"), c >= '1' && c <= '9' && !inClass:
		return errPatternReference
	case c == '0':
		t.out.WriteString(`\x{0}`)
	case c == 'c' && t.pos < len(t.in):
		fmt.Fprintf(&t.out, `\x{%X}`, t.in[t.pos]&31)
		t.pos++
	case c >= utf8.RuneSelf:
		t.pos--
		r, size := utf8.DecodeRuneInString(t.in[t.pos:])
		t.out.WriteRune(r)
		t.pos += size
	default:
		if c < '0' || c > '9' && c < 'A' || c > 'Z' && c < 'a' && c != '_' || c > 'z' {
			t.out.WriteByte('\\')
		}
		t.out.WriteByte(c)
	}
	return nil
}

func (t *translator) space(not, inClass bool) {
	set := innerSpace
	if not {
		set = innerNotSpace
	}
	if inClass {
		t.out.WriteString(set)
		return
	}
	t.out.WriteString("[" + set + "]")
}

// hex writes \xHH or \uHHHH; false where the digits are missing, which makes the
// escape a plain letter.
func (t *translator) hex(digits int) bool {
	if t.pos+digits > len(t.in) {
		return false
	}
	s := t.in[t.pos : t.pos+digits]
	for i := range len(s) {
		if strings.IndexByte("0123456789abcdefABCDEF", s[i]) < 0 {
			return false
		}
	}
	t.out.WriteString(`\x{` + s + `}`)
	t.pos += digits
	return true
}
