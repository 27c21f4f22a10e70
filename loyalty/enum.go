package loyalty

import (
	"fmt"
	"strings"
)

// words are the texts of an enumeration in the order of its constants, which start
// at one.
type words string

func (w words) text(i uint8) string {
	if f := strings.Fields(string(w)); i >= 1 && int(i) <= len(f) {
		return f[i-1]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func (w words) marshal(i uint8) ([]byte, error) {
	if i < 1 || int(i) > len(strings.Fields(string(w))) {
		return nil, fmt.Errorf("loyalty: %d is none of %s: %w", i, w.list(), ErrValue)
	}
	return []byte(w.text(i)), nil
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
func (w words) known(i uint8) bool { return i >= 1 && int(i) <= len(strings.Fields(string(w))) }
