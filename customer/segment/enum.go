package segment

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
		return nil, fmt.Errorf("%w: %d is none of %s", ErrPredicate, i, w.list())
	}
	return []byte(w.text(i)), nil
}

func (w words) parse(text []byte) (uint8, error) {
	if i := slices.Index(strings.Fields(string(w)), string(text)); i >= 0 {
		return uint8(i + 1), nil //nolint:gosec // a few words
	}
	return 0, fmt.Errorf("%w: %q is none of %s", ErrPredicate, clip(string(text)), w.list())
}

func (w words) list() string { return strings.Join(strings.Fields(string(w)), ", ") }

// Op is what a node of a predicate does.
type Op uint8

// The operations.
const (
	// OpEveryone is true of everyone.
	OpEveryone Op = iota + 1
	// OpAnd, OpOr and OpNot join predicates.
	OpAnd
	OpOr
	OpNot
	// OpOrTrue and OpOrFalse decide what is Unknown.
	OpOrTrue
	OpOrFalse
	// OpEq to OpGte compare a field with one value; text only by OpEq and OpNe.
	OpEq
	OpNe
	OpLt
	OpLte
	OpGt
	OpGte
	// OpIn is equality with one of several values.
	OpIn
	// OpBetween holds between two numbers, both included.
	OpBetween
	// OpHas finds a tag.
	OpHas
	// OpIsTrue is a field of yes and no itself.
	OpIsTrue
	// OpMissing holds where a field has no value.
	OpMissing
	// OpBefore and OpAtOrAfter compare a field of time with an instant, or with now less
	// a span.
	OpBefore
	OpAtOrAfter
	// OpWithin holds where a field of time lies in a window.
	OpWithin
	// OpEventCount compares how many events lie in a window.
	OpEventCount
	// OpEventSum compares the sum of a field of the events in a window.
	OpEventSum
	// OpLastEvent compares when the last event was.
	OpLastEvent
	// OpSample is a stable share of all customers.
	OpSample
)

const opWords words = "everyone and or not or_true or_false eq ne lt lte gt gte in between has is_true missing before at_or_after within event_count event_sum last_event sample"

// String names the operation as the JSON form does.
func (o Op) String() string { return opWords.text(uint8(o)) }

// MarshalText writes the name.
func (o Op) MarshalText() ([]byte, error) { return opWords.marshal(uint8(o)) }

// UnmarshalText reads a name.
func (o *Op) UnmarshalText(text []byte) error {
	i, err := opWords.parse(text)
	*o = Op(i)
	return err
}

// symbol is the comparison as people write it.
func (o Op) symbol() string {
	switch o {
	case OpEq:
		return "="
	case OpNe:
		return "<>"
	case OpLt:
		return "<"
	case OpLte:
		return "<="
	case OpGt:
		return ">"
	case OpGte:
		return ">="
	}
	return o.String()
}

func (o Op) compares() bool { return o >= OpEq && o <= OpGte }
