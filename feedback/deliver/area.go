package deliver

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/internal/binenc"
)

// OwnerKind is what can own a theme.
type OwnerKind uint8

// The kinds of owner.
const (
	Skill   OwnerKind = iota + 1 // what people must be able to do: the area report is a training need
	Team                         // who works together
	Product                      // what is sold
)

var ownerNames = names{"skill", "team", "product"}

// String is the kind's name.
func (k OwnerKind) String() string { return ownerNames.text("owner", uint8(k)) }

// MarshalText writes the name; an unset kind is an error.
func (k OwnerKind) MarshalText() ([]byte, error) { return ownerNames.marshal("owner", uint8(k)) }

// UnmarshalText reads a name; anything else is an error.
func (k *OwnerKind) UnmarshalText(text []byte) error {
	return unmarshalEnum(k, ownerNames, "owner", text)
}

// Owner is who can improve something.
type Owner struct {
	Kind OwnerKind
	ID   string
}

func (o Owner) compare(p Owner) int {
	return cmp.Or(cmp.Compare(o.Kind, p.Kind), strings.Compare(o.ID, p.ID))
}

// Observation is one response with the owners of the interaction that it is about and
// the themes that were found in it. Owners or themes that are named twice count once.
type Observation struct {
	Owners    []Owner
	Themes    []string
	Answered  bool // the satisfaction question was answered
	Satisfied bool // and how: top two of five, a promoter, whatever the host calls satisfied
}

type areaKey struct {
	owner Owner
	theme string // empty: all responses of the owner
}

// areaCell counts responses, not mentions: one that names a theme twice counts once.
type areaCell struct{ n, answered, satisfied int64 }

func (c *areaCell) add(o areaCell) {
	c.n += o.n
	c.answered += o.answered
	c.satisfied += o.satisfied
}

// Areas counts observations by owner and theme. The zero value is empty; Merge is
// commutative and associative, so shards may be counted apart. It belongs to one
// goroutine.
type Areas struct{ cells map[areaKey]areaCell }

// Add counts one observation. ErrArea for an owner without kind or id, an empty theme,
// or a Satisfied that is not Answered; nothing is counted then.
func (a *Areas) Add(o *Observation) error {
	if err := o.validate(); err != nil {
		return err
	}
	one := areaCell{n: 1}
	if o.Answered {
		one.answered = 1
	}
	if o.Satisfied {
		one.satisfied = 1
	}
	var kinds [Product + 1]bool
	for i, owner := range o.Owners {
		if slices.Contains(o.Owners[:i], owner) {
			continue
		}
		a.count(owner, o.Themes, one)
		if !kinds[owner.Kind] { // a response counts once in the total of a kind
			kinds[owner.Kind] = true
			a.count(Owner{Kind: owner.Kind}, o.Themes, one)
		}
	}
	return nil
}

func (o *Observation) validate() error {
	fs := faults{err: ErrArea}
	for i, owner := range o.Owners {
		if owner.Kind < Skill || owner.Kind > Product {
			fs.add(fmt.Sprintf("Owners[%d].Kind", i), "is required")
		}
		fs.name(fmt.Sprintf("Owners[%d].ID", i), owner.ID, true)
	}
	for i, theme := range o.Themes {
		fs.name(fmt.Sprintf("Themes[%d]", i), theme, true)
	}
	if o.Satisfied && !o.Answered {
		fs.add("Satisfied", "without an answer")
	}
	return fs.join()
}

func (a *Areas) count(owner Owner, themes []string, one areaCell) {
	a.put(areaKey{owner, ""}, one)
	for i, theme := range themes {
		if !slices.Contains(themes[:i], theme) {
			a.put(areaKey{owner, theme}, one)
		}
	}
}

func (a *Areas) put(k areaKey, c areaCell) {
	if a.cells == nil {
		a.cells = map[areaKey]areaCell{}
	}
	sum := a.cells[k]
	sum.add(c)
	a.cells[k] = sum
}

// Merge adds the counts of another.
func (a *Areas) Merge(o *Areas) {
	for k, c := range o.cells { // sums do not depend on the order
		a.put(k, c)
	}
}

func (a *Areas) keys() []areaKey {
	return slices.SortedFunc(maps.Keys(a.cells), func(x, y areaKey) int {
		return cmp.Or(x.owner.compare(y.owner), strings.Compare(x.theme, y.theme))
	})
}

// maxCount bounds what is read, so that no sum overflows.
const maxCount = 1 << 40

var areaKind = binenc.Kind{'A', 'R', 'E', 'A'}

// MarshalBinary writes the counts; equal counts give equal bytes.
func (a *Areas) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(areaKind, 1, 0)
	keys := a.keys()
	w.Uint(uint64(len(keys)))
	for _, k := range keys {
		c := a.cells[k]
		w.Uint(uint64(k.owner.Kind))
		w.String(k.owner.ID)
		w.String(k.theme)
		w.Uint(uint64(c.n))
		w.Uint(uint64(c.answered))
		w.Uint(uint64(c.satisfied))
	}
	return w.Frame(), nil
}

// UnmarshalBinary reads what MarshalBinary wrote and refuses anything else, leaving
// the counts as they were.
func (a *Areas) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, areaKind, 1)
	if err != nil {
		return fmt.Errorf("deliver: areas: %w", err)
	}
	var read Areas
	var last areaKey
	for i := range r.Count(6) {
		kind := r.Uint()
		k := areaKey{Owner{OwnerKind(min(kind, 255)), r.String()}, r.String()}
		c := areaCell{int64(r.Uint()), int64(r.Uint()), int64(r.Uint())}
		switch {
		case r.Err() != nil:
		case kind < uint64(Skill) || kind > uint64(Product) || c.satisfied < 0 || c.satisfied > c.answered || c.answered > c.n || c.n < 1 || c.n > maxCount:
			r.Fail("counts that no observations give")
		case i > 0 && cmp.Or(last.owner.compare(k.owner), strings.Compare(last.theme, k.theme)) >= 0:
			r.Fail("keys out of order")
		default:
			read.put(k, c)
		}
		last = k
	}
	if r.Err() == nil && !read.possible() {
		r.Fail("counts that no observations give")
	}
	if err := r.Close(); err != nil {
		return fmt.Errorf("deliver: areas: %w", err)
	}
	*a = read
	return nil
}

// possible reports counts that observations can give: a theme's within its owner's, an
// owner's within its kind's, and the whole of a kind no more than its owners together.
func (a *Areas) possible() bool {
	var owners [Product + 1]areaCell
	for k, c := range a.cells { // any order gives the same verdict
		if k.theme != "" && !c.within(a.cells[areaKey{k.owner, ""}]) ||
			k.owner.ID != "" && !c.within(a.cells[areaKey{Owner{Kind: k.owner.Kind}, k.theme}]) {
			return false
		}
		if k.owner.ID != "" && k.theme == "" {
			owners[k.owner.Kind].add(c)
		}
	}
	for kind := Skill; kind <= Product; kind++ {
		if !a.cells[areaKey{Owner{Kind: kind}, ""}].within(owners[kind]) {
			return false
		}
	}
	return true
}

// within reports counts of some among the responses of another cell.
func (c areaCell) within(o areaCell) bool {
	return c.n <= o.n && c.answered <= o.answered && c.satisfied <= o.satisfied &&
		c.n-c.answered <= o.n-o.answered && c.answered-c.satisfied <= o.answered-o.satisfied
}
