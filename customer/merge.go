package customer

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// ErrMerge is what a refused merge or unmerge unwraps to.
var ErrMerge = errors.New("customer: merge refused")

// FieldPick says whose value of a single-valued field survives a merge.
type FieldPick struct {
	Field Field `json:"field"` // kind, address, birth, languages, region, zone, or attributes and a key
	From  ID    `json:"from"`  // winner or loser
}

// Survivorship is how a merge chooses between two values of a single-valued field, after
// the picks of a person and the trust in sources: see MergePolicy. A value always survives
// its absence. Where both sides have the same value, it is from the later of the two.
type Survivorship uint8

// The ways to choose.
const (
	Newest     Survivorship = iota // the value of the later provenance, of equally old ones that whose JSON is greater; the default
	WinnerKeep                     // the winner's
)

// String is "newest" or "winner".
func (s Survivorship) String() string { return nameOf(s, "newest", "winner") }

// MarshalText writes the name; a value that is no rule is an error.
func (s Survivorship) MarshalText() ([]byte, error) {
	if s > WinnerKeep {
		return nil, fmt.Errorf("%w: no name for %s", ErrCustomer, s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (s *Survivorship) UnmarshalText(text []byte) error {
	for v := Newest; v <= WinnerKeep; v++ {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("%w: unknown name of %d bytes", ErrCustomer, len(text))
}

// MergePolicy says how a merge chooses. The zero value is the default.
type MergePolicy struct {
	Rule    Survivorship // default: Newest
	Trusted []string     // sources whose values win over those of any other, the best first; they are the verified ones
	Picks   []FieldPick  // decisions of a person; they win over all else
	// AcceptContradictions lets customers be merged that have different values of one
	// strong external id. Default: they are refused, since that is how two people who
	// share a computer become one.
	AcceptContradictions bool
	Reason               string // why they are one; kept with the merge
}

// Conflict is a single-valued field on which the two sides differ. The value that is
// lost stays in the history.
type Conflict struct {
	Field    Field
	Kept     ID     // whose value survives
	Lost     ID     // whose does not
	KeptText string // the values as JSON; they reveal personal text
	LostText string
	Why      string // which rule chose
}

// Format prints the field and the rule and nothing personal, whatever the verb.
func (c Conflict) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Conflict(%s: %s's, %s)", c.Field, c.Kept, c.Why))
}

// LogValue is field, sides and rule; not the values.
func (c Conflict) LogValue() slog.Value {
	return slog.GroupValue(slog.String("field", string(c.Field)), slog.String("kept", string(c.Kept)), slog.String("lost", string(c.Lost)), slog.String("why", c.Why))
}

// MergePlan is what a merge would do.
type MergePlan struct {
	Winner, Loser ID
	Result        Customer // the winner afterwards, but for its revision
	Conflicts     []Conflict
	winner, loser Customer
	body          CustomersMerged
}

// Format prints the two ids, whatever the verb.
func (p MergePlan) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.MergePlan(%s into %s, %d conflicts)", p.Loser, p.Winner, len(p.Conflicts)))
}

// LogValue is the two ids and the number of conflicts.
func (p MergePlan) LogValue() slog.Value {
	return slog.GroupValue(slog.String("winner", string(p.Winner)), slog.String("loser", string(p.Loser)), slog.Int("conflicts", len(p.Conflicts)))
}

// PlanMerge says what a merge of the loser into the winner at an instant would do.
// Lists become unions without duplicates; ties between the two fall away; single-valued
// fields on which they differ are conflicts, chosen by the policy; points that both hold
// become one with both histories; lifecycles are put in order of time.
//
// Consent never widens, from the instant of the merge on: what is allowed at a point
// was allowed there for one side and refused by neither. Grants that covered all points
// of a side cover, afterwards, those that it held; one that the other side refuses falls
// away, and with it confirmations that are used up; all refusals stay. Silence of a side
// is no refusal. What was allowed before the merge is answered by the earlier state: see
// AsOf.
//
// Of one customer and itself the plan is empty. Refused as ErrMerge, all at once, are
// customers that are merged away or erased, that a person decided are not the same, that
// have strong external ids of one source and kind and none in common, picks of fields or
// sides that there are not, and a reason that is not fit to be kept.
func PlanMerge(winner, loser Customer, at time.Time, policy *MergePolicy) (MergePlan, error) {
	if policy == nil {
		policy = &MergePolicy{}
	}
	plan := MergePlan{Winner: winner.ID, Loser: loser.ID, winner: winner, loser: loser}
	if err := mergeFaults(winner, loser, policy); err != nil {
		return plan, err
	}
	plan.Result = winner.Clone()
	if winner.ID == loser.ID {
		return plan, nil
	}
	for _, field := range conflictFields(winner, loser) {
		plan.Conflicts = append(plan.Conflicts, policy.choose(winner, loser, field))
	}
	plan.body = CustomersMerged{Loser: loser.ID, Content: loser.Clone(), Reason: policy.Reason}
	for _, c := range plan.Conflicts {
		plan.body.Picks = append(plan.body.Picks, FieldPick{c.Field, c.Kept})
	}
	plan.Result.absorb(plan.body, at)
	plan.Result.Joint = JointSubject(winner.ID, winner.Revision+1)
	return plan, nil
}

// Events are the events of the plan: one that joins the winner's history and one that
// ends the loser's. Both are empty for a customer and itself.
// The content of the loser is the loser's data, not the winner's.
func (p MergePlan) Events(now time.Time, o *DecideOptions) (winner, loser []Event) {
	if p.Winner == p.Loser {
		return nil, nil
	}
	if o == nil {
		o = &DecideOptions{}
	}
	joined := newEvent(&p.winner, 0, p.body, now, now)
	joined.Subject, joined.Actor, joined.Source = p.Loser, o.Actor, o.Source
	if p.loser.Joint != "" {
		joined.Subject = p.loser.Joint
	}
	gone := newEvent(&p.loser, 0, WasMerged{Into: p.Winner, Merge: joined.ID, Reason: p.body.Reason}, now, now)
	gone.Actor, gone.Source = o.Actor, o.Source
	return []Event{joined}, []Event{gone}
}

func mergeFaults(winner, loser Customer, policy *MergePolicy) error {
	var bad []error
	refuse := func(detail string) { bad = append(bad, fmt.Errorf("%w: %s", ErrMerge, detail)) }
	for _, c := range []Customer{winner, loser} {
		if c.State == MergedAway || c.State == IsErased || c.ID == "" {
			refuse("a side is " + c.State.String() + " or has no id")
		}
	}
	if slices.Contains(winner.NotSame, loser.ID) || slices.Contains(loser.NotSame, winner.ID) || anyOf(winner.NotSame, loser.Absorbed) || anyOf(loser.NotSame, winner.Absorbed) {
		refuse("a person decided that they are not the same")
	}
	var said []ExternalID
	for _, x := range winner.External {
		known := func(y ExternalID) bool { return y.Source == x.Source && y.Kind == x.Kind }
		if policy.AcceptContradictions || slices.ContainsFunc(said, known) || !slices.ContainsFunc(loser.External, x.Contradicts) {
			continue
		}
		agree := func(y ExternalID) bool { return known(y) && slices.ContainsFunc(loser.External, y.Identifies) }
		if said = append(said, x); !slices.ContainsFunc(winner.External, agree) {
			refuse("they have different ids of source " + x.Source + ", kind " + x.Kind)
		}
	}
	if reason := badNote(policy.Reason); reason != "" {
		refuse("the reason " + reason)
	}
	for _, pick := range policy.Picks {
		known := slices.Contains(singleFields(), pick.Field) || strings.HasPrefix(string(pick.Field), attributePrefix)
		if !known || (pick.From != winner.ID && pick.From != loser.ID) {
			refuse("a pick is of no single-valued field or of neither side")
		}
	}
	return errors.Join(bad...)
}

func anyOf(list, of []ID) bool {
	return slices.ContainsFunc(of, func(id ID) bool { return slices.Contains(list, id) })
}

const attributePrefix = string(FieldAttributes) + "."

func singleFields() []Field {
	return []Field{FieldKind, FieldAddress, FieldBirth, FieldLanguages, FieldRegion, FieldZone}
}

// conflictFields are the single-valued fields on which two customers differ.
func conflictFields(a, b Customer) []Field {
	var out []Field
	for _, field := range singleFields() {
		x, y := a.textOf(field), b.textOf(field)
		if x != "" && y != "" && x != y {
			out = append(out, field)
		}
	}
	for _, x := range a.Attributes {
		if y, ok := b.Attributes.Find(x.Key); ok && x.Value != y.Value {
			out = append(out, Field(attributePrefix+x.Key))
		}
	}
	return out
}

// textOf is a single-valued field as JSON; empty where it is not known.
func (c Customer) textOf(field Field) string {
	form := formOfCustomer(c)
	var value any
	empty := false
	switch field {
	case FieldKind:
		value, empty = form.Kind, form.Kind == 0
	case FieldAddress:
		value, empty = form.Address, form.Address.IsZero()
	case FieldBirth:
		value, empty = form.Birth, form.Birth.IsZero()
	case FieldLanguages:
		value, empty = form.Languages, len(form.Languages) == 0
	case FieldRegion:
		value, empty = form.Region, form.Region == regionText{}
	case FieldZone:
		value, empty = form.Zone, form.Zone == ""
	default:
		a, ok := c.Attributes.Find(strings.TrimPrefix(string(field), attributePrefix))
		value, empty = a.Value, !ok
	}
	text, err := json.Marshal(value)
	if empty || err != nil {
		return ""
	}
	return string(text)
}

// choose decides one conflict. Without a pick and under Newest it does not depend on
// which side is the winner.
func (p *MergePolicy) choose(winner, loser Customer, field Field) Conflict {
	a, b := winner.textOf(field), loser.textOf(field)
	x, y := winner.origin(field), loser.origin(field)
	side, why := 0, ""
	for _, pick := range p.Picks {
		if pick.Field == field {
			why, side = "picked", 1
			if pick.From == loser.ID {
				side = -1
			}
		}
	}
	steps := []struct {
		why  string
		side int
	}{
		{"trusted source", cmp.Compare(p.trust(y.Source), p.trust(x.Source))},
		{"winner", cmp.Compare(p.Rule, Newest)},
		{"newest", x.At.Compare(y.At)},
		{"equal in age: by text", cmp.Compare(a, b)},
	}
	for _, s := range steps {
		if side == 0 {
			side, why = s.side, s.why
		}
	}
	if side > 0 {
		return Conflict{Field: field, Kept: winner.ID, Lost: loser.ID, KeptText: a, LostText: b, Why: why}
	}
	return Conflict{Field: field, Kept: loser.ID, Lost: winner.ID, KeptText: b, LostText: a, Why: why}
}

// trust is the place of a source among those trusted; the lower the better.
func (p *MergePolicy) trust(source string) int {
	if i := slices.Index(p.Trusted, source); i >= 0 {
		return i
	}
	return len(p.Trusted)
}

// origin is where a single-valued field is from.
func (c Customer) origin(field Field) Stamp {
	if a, ok := c.Attributes.Find(strings.TrimPrefix(string(field), attributePrefix)); ok && strings.HasPrefix(string(field), attributePrefix) {
		return Stamp{Field: field, At: a.At, Source: a.Source}
	}
	s, _ := c.Stamp(field)
	return s
}

// absorb takes in another customer; a Customer that is the receiver's own.
func (c *Customer) absorb(b CustomersMerged, at time.Time) {
	loser := b.Content.Clone()
	loser.ID = b.Loser
	c.Consent = mergeConsent(*c, loser, at)
	for _, n := range loser.Names {
		if c.findName(n) < 0 {
			c.Names = append(c.Names, n)
		}
	}
	for _, p := range loser.Points {
		if i := c.findPoint(p.Ref()); i >= 0 {
			c.Points[i] = mergePoints(c.Points[i], p)
		} else {
			c.Points = append(c.Points, p)
		}
	}
	for _, p := range loser.Postal {
		if c.findPostal(p) < 0 {
			c.Postal = append(c.Postal, p)
		}
	}
	for _, x := range loser.External {
		if i := c.findExternal(x); i < 0 {
			c.External = append(c.External, x)
		} else {
			c.External[i].Weak = c.External[i].Weak || x.Weak
		}
	}
	c.Lifecycle.History = mergeStages(c.Lifecycle.History, loser.Lifecycle.History)
	c.Tags = union(c.Tags, loser.Tags)
	c.NotSame = union(c.NotSame, loser.NotSame)
	c.Absorbed = union(c.Absorbed, append(loser.Absorbed, b.Loser))
	c.settleState(at)
	self := append([]ID{c.ID}, c.Absorbed...)
	c.Relations = slices.DeleteFunc(union(c.Relations, loser.Relations), func(r Relation) bool { return slices.Contains(self, r.To) })
	c.absorbSingle(loser, b.Picks)
}

// absorbSingle settles the single-valued fields.
func (c *Customer) absorbSingle(loser Customer, picks []FieldPick) {
	takes := func(field Field, missing, there bool) bool {
		if missing || !there {
			return missing && there
		}
		return slices.Contains(picks, FieldPick{field, loser.ID})
	}
	for _, field := range singleFields() {
		mine, theirs := c.textOf(field), loser.textOf(field)
		has, _ := c.Stamp(field)
		stamp, stamped := loser.Stamp(field)
		later := cmp.Or(stamp.At.Compare(has.At), cmp.Compare(stamp.Event, has.Event)) > 0
		switch {
		case mine == theirs && stamped && later: // they agree; the later one is where it is from
		case mine != theirs && takes(field, mine == "", theirs != ""):
			c.take(loser, field)
		default:
			continue
		}
		c.Provenance = slices.DeleteFunc(c.Provenance, func(s Stamp) bool { return s.Field == field })
		if stamped {
			c.Provenance = append(c.Provenance, stamp)
		}
	}
	slices.SortFunc(c.Provenance, func(a, b Stamp) int { return cmp.Compare(a.Field, b.Field) })
	for _, a := range loser.Attributes {
		has, held := c.Attributes.Find(a.Key)
		same := held && has.Value == a.Value
		newer := cmp.Or(a.At.Compare(has.At), cmp.Compare(a.Source, has.Source)) > 0
		if same && newer || !same && takes(Field(attributePrefix+a.Key), !held, true) {
			c.Attributes = c.Attributes.set(a)
		}
	}
}

// take copies a single-valued field.
func (c *Customer) take(from Customer, field Field) {
	switch field {
	case FieldKind:
		c.Kind = from.Kind
	case FieldAddress:
		c.Address = from.Address
	case FieldBirth:
		c.Birth = from.Birth
	case FieldLanguages:
		c.Languages = from.Languages
	case FieldRegion:
		c.Region = from.Region
	case FieldZone:
		c.Zone = from.Zone
	}
}

func union[S ~[]E, E comparable](a, b S) S {
	for _, e := range b {
		if !slices.Contains(a, e) {
			a = append(a, e)
		}
	}
	return a
}

// mergePoints is one point of what two sides know of it; it does not depend on their
// order.
func mergePoints(a, b ContactPoint) ContactPoint {
	a.Typed, a.Key, a.Label = min(a.Typed, b.Typed), lesser(a.Key, b.Key), lesser(a.Label, b.Label)
	a.Shared = a.Shared || b.Shared
	if a.Rank == 0 || (b.Rank > 0 && b.Rank < a.Rank) {
		a.Rank = b.Rank
	}
	if a.From.IsZero() || b.From.IsZero() {
		a.From = PartialDate{}
	} else if b.From.Compare(a.From) < 0 {
		a.From = b.From
	}
	if a.To.IsZero() || b.To.IsZero() {
		a.To = PartialDate{}
	} else if b.To.Compare(a.To) > 0 {
		a.To = b.To
	}
	if !slices.Equal(a.Contexts, b.Contexts) {
		a.Contexts = union(a.Contexts, b.Contexts)
		slices.Sort(a.Contexts)
	}
	a.History = append(a.History, b.History...)
	slices.SortStableFunc(a.History, func(x, y PointChange) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Status, y.Status), cmp.Compare(x.Method, y.Method))
	})
	a.History = slices.CompactFunc(a.History, PointChange.equal)
	return a
}

// lesser is the lesser of two texts of which an empty one does not count.
func lesser(a, b string) string {
	if a == "" || b == "" {
		return max(a, b)
	}
	return min(a, b)
}

func mergeStages(a, b []StageChange) []StageChange {
	if len(b) == 0 {
		return a
	}
	all := append(a, b...)
	slices.SortStableFunc(all, func(x, y StageChange) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Stage, y.Stage), cmp.Compare(x.Reason, y.Reason))
	})
	return slices.CompactFunc(all, func(x, y StageChange) bool { return x.Stage == y.Stage && x.Reason == y.Reason && x.At.Equal(y.At) })
}
