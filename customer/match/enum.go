package match

import (
	"fmt"
	"slices"
	"strings"
)

// words are the texts of an enumeration in the order of its constants, from one.
type words string

func (w words) text(i uint8) string {
	if all := strings.Fields(string(w)); i >= 1 && int(i) <= len(all) {
		return all[i-1]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func (w words) marshal(i uint8) ([]byte, error) {
	if i < 1 || int(i) > len(strings.Fields(string(w))) {
		return nil, fmt.Errorf("%w: %d is none of %s", ErrModel, i, w.list())
	}
	return []byte(w.text(i)), nil
}

func (w words) parse(text []byte) (uint8, error) {
	if i := slices.Index(strings.Fields(string(w)), string(text)); i >= 0 {
		return uint8(i + 1), nil //nolint:gosec // a few words
	}
	return 0, fmt.Errorf("%w: %q is none of %s", ErrModel, clip(string(text)), w.list())
}

func (w words) list() string { return strings.Join(strings.Fields(string(w)), ", ") }
