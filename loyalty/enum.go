package loyalty

import (
	"fmt"
	"strings"
)

// words are the texts of an enumeration in the order of its constants, which start
// at one.
type words string

// word is the text of a constant; ok is false where there is none.
func (w words) word(i uint8) (text string, ok bool) {
	rest := string(w)
	for ; i > 1 && rest != ""; i-- {
		_, rest, _ = strings.Cut(rest, " ")
	}
	if i == 0 || rest == "" {
		return "", false
	}
	text, _, _ = strings.Cut(rest, " ")
	return text, true
}

func (w words) text(i uint8) string {
	if text, ok := w.word(i); ok {
		return text
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func (w words) marshal(i uint8) ([]byte, error) {
	text, ok := w.word(i)
	if !ok {
		return nil, fmt.Errorf("loyalty: %d is none of %s: %w", i, w.list(), ErrValue)
	}
	return []byte(text), nil
}

func (w words) parse(text []byte) (uint8, error) {
	for i, f := range strings.Fields(string(w)) {
		if f == string(text) {
			return uint8(i + 1), nil
		}
	}
	s := string(text)
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return 0, fmt.Errorf("%w: %q is none of %s", ErrValue, s, w.list())
}

func (w words) list() string { return strings.Join(strings.Fields(string(w)), ", ") }

// known reports whether i is one of the constants.
func (w words) known(i uint8) bool {
	_, ok := w.word(i)
	return ok
}
