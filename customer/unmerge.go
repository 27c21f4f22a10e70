package customer

import (
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"time"
)

// UnmergeOptions say how a merge is taken back. The zero value is the default.
type UnmergeOptions struct {
	// Follow names customers that were merged later and go with the loser, since that is
	// whom they were found to be the same as. Default: they stay with the winner.
	Follow []ID
	// ToLoser names events since the merge, by id, that a person attributes to the loser.
	ToLoser []string
	Reason  string
}

// InnerMergeError says that a merge to be taken back is not the winner's own: it was made
// with a customer who was merged in since, and is taken back after the merge that brought
// it, in the history of that one's loser. It unwraps to ErrMerge.
type InnerMergeError struct {
	Merge string // the event that was asked for
	Outer string // the merge to take back first, in the winner's history
}

// Error names the two events by their ids.
func (e *InnerMergeError) Error() string {
	return fmt.Sprintf("%v: %s came along with the merge %s: take that back first", ErrMerge, e.Merge, e.Outer)
}

// Unwrap gives ErrMerge.
func (e *InnerMergeError) Unwrap() error { return ErrMerge }

// Attribution is a change since the merge, and whose it is.
type Attribution struct {
	Event string // its id
	Kind  string
	To    ID
	Why   string
}

// UnmergePlan is what taking a merge back would do.
type UnmergePlan struct {
	Winner, Loser ID
	Merge         string
	WinnerResult  Customer      // what is the winner's own, but for its revision
	LoserResult   Customer      // what is the loser's own, but for its revision
	Attributed    []Attribution // every change since the merge, in order
	Ambiguous     []Attribution // those of them that could be either's and stay with the winner
	Follow        []ID          // the customers that go with the loser
	changes       []Event       // what goes to the loser
	base          Customer      // of a winner into whom others are still merged: see MergeUndone
	left          []Event
	reason        string
	winner        Customer
}

// Format prints the two ids, whatever the verb.
func (p UnmergePlan) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.UnmergePlan(%s from %s, %d ambiguous)", p.Loser, p.Winner, len(p.Ambiguous)))
}

// LogValue is the two ids and the number of ambiguous changes.
func (p UnmergePlan) LogValue() slog.Value {
	return slog.GroupValue(slog.String("winner", string(p.Winner)), slog.String("loser", string(p.Loser)), slog.Int("ambiguous", len(p.Ambiguous)))
}

// PlanUnmerge says what taking a merge back would do, from the winner's whole history
// and the id of the CustomersMerged event. Where nothing changed since, both sides
// become exactly what they were. The merges into one winner may be taken back in any
// order: what went with another merge that was taken back already does not come back, and
// the merges that stand can be taken back afterwards. A merge into the loser, before it
// was merged itself, is taken back after the merge that brought it along: asked for
// sooner it is an [InnerMergeError], which says which that is.
//
// A change since the merge is the loser's where it was addressed to an id of the loser's or
// is about something that only the loser had or has; the winner's where it was addressed to
// another who was merged in, or is about something that only the winner had or has; else it is
// ambiguous, stays with the winner and is listed. Each side is told that the other is not
// the same, so that they are not merged again: see NotSameLifted.
//
// Refused as ErrMerge: a merge that is not in the history or is taken back already, one
// that went with a customer who left, a history that was erased or compacted since, and a
// customer to follow that was not merged since.
func PlanUnmerge(history iter.Seq[Event], merge string, o *UnmergeOptions) (UnmergePlan, error) {
	if o == nil {
		o = &UnmergeOptions{}
	}
	events := slices.Collect(history)
	present, err := Fold(Customer{}, slices.Values(events))
	if err != nil {
		return UnmergePlan{}, err
	}
	line := lineOf(events)
	place, err := line.find(merge)
	if err != nil {
		return UnmergePlan{}, err
	}
	body, _ := line.events[place].Body.(CustomersMerged)
	since := line.events[place+1:]
	if err := o.check(since); err != nil {
		return UnmergePlan{}, err
	}
	before := line.after(place, present.ID)
	loser := body.Content.Clone()
	loser.ID, loser.Joint = body.Loser, ""
	p := UnmergePlan{Winner: present.ID, Loser: body.Loser, Merge: merge, reason: o.Reason, winner: present, Follow: slices.Clone(o.Follow)}
	p.WinnerResult, p.LoserResult = before.Clone(), loser.Clone()
	s := &sides{before: &before, loser: &loser, o: o, winners: before.Absorbed, losers: append([]ID{body.Loser}, loser.Absorbed...)}
	left := slices.Clone(line.events[:place])
	for _, e := range since {
		if p.attribute(e, s) {
			left = append(left, e)
		}
	}
	p.base, p.left = line.standing(left, p.Winner, p.Loser)
	p.WinnerResult.NotSame = union(p.WinnerResult.NotSame, []ID{p.Loser})
	p.LoserResult.NotSame = union(p.LoserResult.NotSame, []ID{p.Winner})
	return p, nil
}

// check refuses reasons that are not fit to be kept, and followers who did not join.
func (o *UnmergeOptions) check(since []Event) error {
	joined := map[ID]bool{}
	for _, e := range since {
		if b, ok := e.Body.(CustomersMerged); ok {
			joined[b.Loser] = true
		}
	}
	for _, id := range o.Follow {
		if !joined[id] {
			return fmt.Errorf("%w: a customer that shall follow was not merged since", ErrMerge)
		}
	}
	if reason := badNote(o.Reason); reason != "" {
		return fmt.Errorf("%w: the reason %s", ErrMerge, reason)
	}
	return nil
}

// sides are what the two had when they were merged, and the ids of each.
type sides struct {
	before, loser   *Customer
	winners, losers []ID
	o               *UnmergeOptions
}

// attribute gives one change to its side; mine reports whether that is the winner.
func (p *UnmergePlan) attribute(e Event, s *sides) (mine bool) {
	a := Attribution{Event: e.ID, Kind: kindOf(e.Body), To: p.Winner}
	merged, joins := e.Body.(CustomersMerged)
	had := holds(s.before, e.Body) || holds(&p.WinnerResult, e.Body)
	theirs := holds(s.loser, e.Body) || holds(&p.LoserResult, e.Body)
	ambiguous := false
	switch {
	case slices.Contains(s.o.ToLoser, e.ID):
		a.To, a.Why = p.Loser, "decided"
	case joins && slices.Contains(s.o.Follow, merged.Loser):
		a.To, a.Why = p.Loser, "follows the loser"
	case joins:
		a.Why = "stays with the winner"
	case slices.Contains(s.losers, e.Origin):
		a.To, a.Why = p.Loser, "addressed to the loser"
	case slices.Contains(s.winners, e.Origin):
		a.Why = "addressed to the winner"
	case theirs && !had:
		a.To, a.Why = p.Loser, "only the loser had it"
	case had && !theirs:
		a.Why = "only the winner had it"
	default:
		a.Why, ambiguous = "could be either's", true
	}
	target, ids := &p.WinnerResult, &s.winners
	if a.To == p.Loser {
		target, ids = &p.LoserResult, &s.losers
		p.changes = append(p.changes, e)
	}
	if joins {
		*ids = append(append(slices.Clone(*ids), merged.Loser), merged.Content.Absorbed...)
	}
	target.replay(e)
	p.Attributed = append(p.Attributed, a)
	if ambiguous {
		p.Ambiguous = append(p.Ambiguous, a)
	}
	return a.To == p.Winner
}

// holds reports whether a customer had what a change is about.
func holds(c *Customer, b Body) bool {
	point := func(canonical string) bool {
		return canonical != "" && slices.ContainsFunc(c.Points, func(p ContactPoint) bool { return same(p.Canonical, canonical) })
	}
	switch b := b.(type) {
	case PointRemoved:
		return c.findPoint(b.Point) >= 0
	case PointStatusChanged:
		return c.findPoint(b.Point) >= 0
	case PointMarked:
		return c.findPoint(b.Point) >= 0
	case ConsentRecorded:
		return point(b.Record.Point)
	case NameRemoved:
		return c.findName(b.Name) >= 0
	case PostalRemoved:
		return c.findPostal(b.Postal) >= 0
	case RelationRemoved:
		return slices.Contains(c.Relations, b.Relation)
	case ExternalRemoved:
		return c.findExternal(b.External) >= 0
	case AttributeSet:
		_, ok := c.Attributes.find(b.Attribute.Key)
		return ok
	case AttributeRemoved:
		_, ok := c.Attributes.find(b.Key)
		return ok
	case Untagged:
		return slices.Contains(c.Tags, b.Tag)
	}
	return false
}

// Events are the events of the plan: one in the winner's history and one that takes up
// the loser's again, whose present state is given.
func (p UnmergePlan) Events(loser Customer, now time.Time, o *DecideOptions) (winner, again []Event) {
	if o == nil {
		o = &DecideOptions{}
	}
	undo := newEvent(&p.winner, 0, MergeUndone{
		Merge: p.Merge, Loser: p.Loser, Content: p.WinnerResult, Follow: p.Follow, Base: p.base, Changes: p.left, Reason: p.reason,
	}, now, now)
	back := newEvent(&loser, 0, MergeReturned{From: p.Winner, Merge: p.Merge, Content: p.LoserResult, Changes: p.changes}, now, now)
	undo.Subject, back.Subject = p.WinnerResult.jointAt(undo.Revision), p.LoserResult.jointAt(back.Revision)
	undo.Actor, undo.Source, back.Actor, back.Source = o.Actor, o.Source, o.Actor, o.Source
	return []Event{undo}, []Event{back}
}
