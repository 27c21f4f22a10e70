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
// become exactly what they were.
//
// A change since the merge is the loser's where it was addressed to an id of the loser's or
// is about something that only the loser had; the winner's where it is about something
// that only the winner had; else it is ambiguous, stays with the winner and is listed.
// Each side is told that the other is not the same, so that they are not merged again.
//
// Refused as ErrMerge: a merge that is not in the history or is taken back already, a
// history that was erased or compacted since, and a customer to follow that was not
// merged since.
func PlanUnmerge(history iter.Seq[Event], merge string, o *UnmergeOptions) (UnmergePlan, error) {
	if o == nil {
		o = &UnmergeOptions{}
	}
	events := slices.Collect(history)
	refuse := func(detail string) (UnmergePlan, error) {
		return UnmergePlan{}, fmt.Errorf("%w: %s", ErrMerge, detail)
	}
	place := slices.IndexFunc(events, func(e Event) bool { return e.ID == merge })
	if place < 0 {
		return refuse("it is not in the history")
	}
	body, ok := events[place].Body.(CustomersMerged)
	if !ok {
		return refuse("the event is no merge, or was erased")
	}
	before, err := Fold(Customer{}, slices.Values(events[:place]))
	if err != nil {
		return UnmergePlan{}, err
	}
	present, err := Fold(Customer{}, slices.Values(events))
	if err != nil {
		return UnmergePlan{}, err
	}
	gone := map[ID]bool{}
	undone := map[string]bool{}
	joined := map[ID]bool{}
	for _, e := range events[place+1:] {
		switch b := e.Body.(type) {
		case CustomersMerged:
			joined[b.Loser] = true
		case MergeUndone:
			delete(joined, b.Loser)
			if b.Merge == merge {
				return refuse("it is taken back already")
			}
			gone[b.Loser], undone[b.Merge] = true, true
		case PersonErased, Compacted:
			return refuse("the history was erased or compacted since")
		}
	}
	for _, id := range o.Follow {
		if !joined[id] {
			return refuse("a customer that shall follow was not merged since")
		}
	}
	loser := body.Content.Clone()
	loser.ID, loser.Joint = body.Loser, ""
	p := UnmergePlan{Winner: present.ID, Loser: body.Loser, Merge: merge, reason: o.Reason, winner: present, Follow: slices.Clone(o.Follow)}
	p.WinnerResult, p.LoserResult = before.Clone(), loser.Clone()
	for _, e := range events[place+1:] {
		if _, undo := e.Body.(MergeUndone); undo || undone[e.ID] || gone[e.Origin] {
			continue // came and went
		}
		switch b := e.Body.(type) {
		case WasMerged:
		case MergeReturned: // away and back: what happened meanwhile, not what was there
			for _, change := range b.Changes {
				p.attribute(change, &before, &loser, o)
			}
			p.WinnerResult.NotSame = union(p.WinnerResult.NotSame, b.Content.NotSame)
		default:
			p.attribute(e, &before, &loser, o)
		}
	}
	p.WinnerResult.NotSame = union(p.WinnerResult.NotSame, []ID{p.Loser})
	p.LoserResult.NotSame = union(p.LoserResult.NotSame, []ID{p.Winner})
	return p, nil
}

// attribute gives one change to its side.
func (p *UnmergePlan) attribute(e Event, before, loser *Customer, o *UnmergeOptions) {
	a := Attribution{Event: e.ID, Kind: kindOf(e.Body), To: p.Winner}
	merged, joins := e.Body.(CustomersMerged)
	mine, theirs := holds(before, e.Body), holds(loser, e.Body)
	ambiguous := false
	switch {
	case slices.Contains(o.ToLoser, e.ID):
		a.To, a.Why = p.Loser, "decided"
	case joins && slices.Contains(o.Follow, merged.Loser):
		a.To, a.Why = p.Loser, "follows the loser"
	case joins:
		a.Why = "stays with the winner"
	case e.Origin == p.Loser || slices.Contains(loser.Absorbed, e.Origin):
		a.To, a.Why = p.Loser, "addressed to the loser"
	case slices.Contains(before.Absorbed, e.Origin):
		a.Why = "addressed to the winner"
	case theirs && !mine:
		a.To, a.Why = p.Loser, "only the loser had it"
	case mine && !theirs:
		a.Why = "only the winner had it"
	default:
		a.Why, ambiguous = "could be either's", true
	}
	target := &p.WinnerResult
	if a.To == p.Loser {
		target = &p.LoserResult
		p.changes = append(p.changes, e)
	}
	id, revision, updated := target.ID, target.Revision, target.Updated
	target.apply(&e)
	target.ID, target.Revision, target.Updated = id, revision, updated
	p.Attributed = append(p.Attributed, a)
	if ambiguous {
		p.Ambiguous = append(p.Ambiguous, a)
	}
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
	undo := newEvent(&p.winner, 0, MergeUndone{Merge: p.Merge, Loser: p.Loser, Content: p.WinnerResult, Reason: p.reason}, now, now)
	back := newEvent(&loser, 0, MergeReturned{From: p.Winner, Merge: p.Merge, Content: p.LoserResult, Changes: p.changes}, now, now)
	undo.Subject, back.Subject = p.WinnerResult.jointAt(undo.Revision), p.LoserResult.jointAt(back.Revision)
	undo.Actor, undo.Source, back.Actor, back.Source = o.Actor, o.Source, o.Actor, o.Source
	return []Event{undo}, []Event{back}
}
