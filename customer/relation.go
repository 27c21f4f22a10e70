package customer

import (
	"errors"
	"fmt"
	"iter"
	"strings"
)

// ErrRelation is what a relation that would close a circle unwraps to.
var ErrRelation = errors.New("customer: relation refused")

// RelationKind is how a customer stands to another. The zero value is none.
type RelationKind uint8

// The kinds of relation, read "the customer is … of the other".
const (
	ChildOf    RelationKind = iota + 1 // of a parent
	WardOf                             // of a guardian
	MemberOf                           // of a household or an organisation
	UnitOf                             // an organisation, of the one above it
	EmployeeOf                         // of an organisation
	ContactFor                         // the person an organisation is reached through
	SpouseOf
	SiblingOf
	ReferredBy
	RelatedTo // what kind is not known, or is said by the role
)

// String is the kind, such as "child_of"; "unknown" for the zero value.
func (k RelationKind) String() string {
	return nameOf(k, "unknown", "child_of", "ward_of", "member_of", "unit_of", "employee_of", "contact_for", "spouse_of",
		"sibling_of", "referred_by", "related_to")
}

// MarshalText writes the name; a value that is no kind is an error.
func (k RelationKind) MarshalText() ([]byte, error) { return marshalName(k, RelatedTo) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (k *RelationKind) UnmarshalText(text []byte) error { return unmarshalName(k, text, RelatedTo) }

// Ordered reports a kind that leads from below to above, so that a circle of it is a
// mistake: child, ward, member, unit, employee and referral.
func (k RelationKind) Ordered() bool { return k >= ChildOf && k <= EmployeeOf || k == ReferredBy }

// Relation is a tie to another customer. Someone may be a customer and an
// organisation's contact: that is one person with two ties, not two customers.
type Relation struct {
	Kind RelationKind `json:"kind" strictjson:"required"`
	To   ID           `json:"to"`             // the other customer
	Role string       `json:"role,omitempty"` // the host's own: "billing contact"
	From PartialDate  `json:"from,omitzero"`  // since when; zero: since ever
	End  PartialDate  `json:"end,omitzero"`   // until when; zero: still
}

// ActiveOn reports whether the tie holds on a day.
func (r Relation) ActiveOn(d Date) bool { return covers(r.From, r.End, d) }

func (r Relation) check(f *faults, field string, self ID) {
	if r.Kind < ChildOf || r.Kind > RelatedTo {
		f.add(field+".Kind", "is no kind")
	}
	switch {
	case r.To.Check() != nil:
		f.add(field+".To", "is no id")
	case r.To == self:
		f.add(field+".To", "is the customer")
	}
	if reason := badText(r.Role); reason != "" {
		f.add(field+".Role", reason)
	}
	checkSpan(f, field, r.From, r.End)
}

// CheckRelation refuses, as ErrRelation, a tie of an ordered kind from a customer that
// would close a circle: a parent who is their own child's child, a unit above itself. of
// gives the ties that a customer has; each is asked once. Ties of other kinds are no
// matter, nor are those that have an end. An error of the sequence is returned as it is.
func CheckRelation(from ID, r Relation, of func(ID) iter.Seq2[Relation, error]) error {
	if r.To == from {
		return fmt.Errorf("%w: to the customer", ErrRelation)
	}
	if !r.Kind.Ordered() || !r.End.IsZero() {
		return nil
	}
	seen, open := map[ID]bool{r.To: true}, []ID{r.To}
	for len(open) > 0 {
		at := open[0]
		open = open[1:]
		for next, err := range of(at) {
			if err != nil {
				return err
			}
			if next.Kind != r.Kind || !next.End.IsZero() || seen[next.To] {
				continue
			}
			if next.To == from {
				return fmt.Errorf("%w: %s would close a circle", ErrRelation, r.Kind)
			}
			seen[next.To] = true
			open = append(open, next.To)
		}
	}
	return nil
}

// ExternalID is what another system calls the customer. The value is opaque; it is
// compared byte for byte.
type ExternalID struct {
	Source string      `json:"source"` // which system: "shop", "erp"
	Kind   string      `json:"kind"`   // which of its ids: "account", "cookie"
	Value  string      `json:"value"`
	Weak   bool        `json:"weak,omitempty"` // a cookie, device or session: never a reason to merge
	From   PartialDate `json:"from,omitzero"`
	To     PartialDate `json:"to,omitzero"`
}

// Check refuses an id without source or kind, and a value that ID.Check would refuse,
// such as "undefined": everyone would share it.
func (x ExternalID) Check() error {
	f := &faults{}
	x.check(f, "External")
	return errors.Join(f.list...)
}

func (x ExternalID) check(f *faults, field string) {
	for _, part := range [...]struct{ name, text string }{{"Source", x.Source}, {"Kind", x.Kind}} {
		if reason := badText(part.text); reason != "" || strings.TrimSpace(part.text) == "" {
			f.add(field+"."+part.name, "is empty or not fit to print")
		}
	}
	if reason := badID(x.Value); reason != "" {
		f.add(field+".Value", reason)
	}
	checkSpan(f, field, x.From, x.To)
}

// Identifies reports whether two ids are a reason to merge: strong, and equal in
// source, kind and value. A weak id never is.
func (x ExternalID) Identifies(y ExternalID) bool {
	return !x.Weak && !y.Weak && x.sameAs(y)
}

// Contradicts reports whether two ids are a reason never to merge: strong, of one
// source and kind, and of different values.
func (x ExternalID) Contradicts(y ExternalID) bool {
	return !x.Weak && !y.Weak && x.Source == y.Source && x.Kind == y.Kind && x.Value != y.Value
}

func (x ExternalID) sameAs(y ExternalID) bool {
	return x.Source == y.Source && x.Kind == y.Kind && x.Value == y.Value
}

// ExternalIDs is a list of ids of other systems. It logs as redacted, since such ids may
// be account or document numbers.
type ExternalIDs []ExternalID
