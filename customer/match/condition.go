package match

import (
	"fmt"
	"slices"
)

// Op is what a [Condition] asks of two records.
type Op uint8

// The operations. Each but OpElse, OpAnd, OpOr, OpMissing and OpIncomparable is false where a value that it needs is
// missing.
const (
	// OpElse holds always: the last level.
	OpElse Op = iota + 1
	// OpAnd and OpOr join conditions.
	OpAnd
	OpOr
	// OpMissing holds where the value of A is missing; OpPresent where it is there.
	OpMissing
	OpPresent
	// OpEqual holds where A and B are equal.
	OpEqual
	// OpJaro and OpJaroWinkler hold where the similarity of A and B is Threshold or more.
	OpJaro
	OpJaroWinkler
	// OpLevenshtein and OpDamerau hold where A and B are Threshold edits apart or fewer.
	OpLevenshtein
	OpDamerau
	// OpApart holds where the dates A and B are Threshold seconds apart or fewer.
	OpApart
	// OpSwapped holds where the dates A and B are one of the other with day and month
	// exchanged.
	OpSwapped
	// OpRelated holds where the names of the field of A are related as Least or closer,
	// see [Relation].
	OpRelated
	// OpIncomparable holds where the names of the field of A are [RelationUnknown] to one
	// another: one is missing, or they are of different scripts and no reading joins them.
	OpIncomparable
)

const opWords words = "else and or missing present equal jaro jaro_winkler levenshtein damerau apart swapped related incomparable"

// String names the operation.
func (o Op) String() string { return opWords.text(uint8(o)) }

// MarshalText writes the name.
func (o Op) MarshalText() ([]byte, error) { return opWords.marshal(uint8(o)) }

// UnmarshalText reads a name.
func (o *Op) UnmarshalText(text []byte) error {
	i, err := opWords.parse(text)
	*o = Op(i)
	return err
}

// Condition is what a level of a comparison asks of two records, as data.
type Condition struct {
	Op        Op          `json:"op"`
	Args      []Condition `json:"args,omitempty"`
	A         *Operand    `json:"a,omitempty"` // of the left record unless it says other
	B         *Operand    `json:"b,omitempty"` // of the right record unless it says other
	Threshold float64     `json:"threshold,omitempty"`
	Least     Relation    `json:"least,omitempty"`
}

// Operand is a value of one of the two records.
type Operand struct {
	Field string `json:"field"`
	Right bool   `json:"right,omitempty"` // of the right record
	Form  Form   `json:"form,omitzero"`
}

// On makes a condition that compares one field of both records in one form.
func On(op Op, field string, form Form, threshold float64) Condition {
	return Condition{Op: op, A: &Operand{Field: field, Form: form}, B: &Operand{Field: field, Right: true, Form: form}, Threshold: threshold}
}

// missing holds where a field is missing on either side.
func missing(field string) Condition {
	return Condition{Op: OpOr, Args: []Condition{
		{Op: OpMissing, A: &Operand{Field: field}},
		{Op: OpMissing, A: &Operand{Field: field, Right: true}},
	}}
}

func equal(field string) Condition { return On(OpEqual, field, Form{}, 0) }

func related(field string, least Relation) Condition {
	return Condition{Op: OpRelated, A: &Operand{Field: field}, Least: least}
}

func incomparable(field string) Condition {
	return Condition{Op: OpIncomparable, A: &Operand{Field: field}}
}

func all(args ...Condition) Condition  { return Condition{Op: OpAnd, Args: args} }
func some(args ...Condition) Condition { return Condition{Op: OpOr, Args: args} }

// symmetric says that a condition holds for two records in one order if and only if it
// holds in the other: with the sides exchanged it is the same but for the order of what
// is joined or compared.
func (c *Condition) symmetric() bool { return c.sides(false) == c.sides(true) }

// sides writes a condition, with left and right exchanged or not, in one order of what
// is joined or compared.
func (c *Condition) sides(exchanged bool) string {
	var parts []string
	for i := range c.Args {
		parts = append(parts, c.Args[i].sides(exchanged))
	}
	for _, o := range []*Operand{c.A, c.B} {
		if o != nil && c.Op != OpRelated && c.Op != OpIncomparable {
			parts = append(parts, fmt.Sprintf("%q %v %+v", o.Field, o.Right != exchanged, o.Form))
		}
	}
	slices.Sort(parts)
	return fmt.Sprintf("%d %v %d %q", c.Op, c.Threshold, c.Least, parts)
}
