package customer

import (
	"fmt"
	"slices"
	"strings"
)

// timeline is a history as it would be had the merges that were taken back never been
// made: a state, and the changes since that still stand.
type timeline struct {
	base   Customer
	events []Event
	undone []string // the merges that were taken back
	closed bool     // whether there was an erasure or compaction: what is older stands in base
	holes  bool     // whether a part of what is in events was erased
}

// lineOf is the timeline of a history. A MergeUndone says what is left after it, so that
// what was erased before it is not missed.
func lineOf(history []Event) timeline {
	var t timeline
	restart := func(base Customer, events []Event) {
		t.base, t.events, t.holes = base.Clone(), slices.Clone(events), false
	}
	for _, e := range history {
		switch b := e.Body.(type) {
		case MergeUndone:
			t.undone = append(t.undone, b.Merge)
			if restart(b.Content, nil); len(b.Changes) > 0 {
				restart(b.Base, b.Changes)
			}
		case MergeReturned: // away and back: what happened meanwhile, not what was there
			t.events = append(t.events, b.Changes...)
			t.base.NotSame = union(t.base.NotSame, []ID{b.From})
			if len(b.Content.Absorbed) == 0 {
				restart(b.Content, nil)
			}
		case WasMerged:
		case PersonErased:
			restart(b.Content, nil)
			t.closed = true
		case Compacted:
			restart(b.Content, nil)
			t.closed = true
		case Scrubbed:
			t.holes = t.holes || b.Kind != (WasMerged{}).EventKind()
		default:
			t.events = append(t.events, e)
		}
	}
	return t
}

// find is the place of a merge that stands.
func (t *timeline) find(merge string) (int, error) {
	refuse := func(detail string) (int, error) { return -1, fmt.Errorf("%w: %s", ErrMerge, detail) }
	place := slices.IndexFunc(t.events, func(e Event) bool { return e.ID == merge })
	switch {
	case slices.Contains(t.undone, merge):
		return refuse("it is taken back already")
	case t.holes:
		return refuse("a part of what was changed since was erased")
	case place < 0 && t.within(merge) != "":
		return -1, &InnerMergeError{Merge: merge, Outer: t.within(merge)}
	case place < 0 && t.closed:
		return refuse("it is not in the history since it was erased or compacted")
	case place < 0:
		return refuse("it is not in the history, or went with a customer who left")
	}
	if _, ok := t.events[place].Body.(CustomersMerged); !ok {
		return refuse("the event is no merge")
	}
	return place, nil
}

// within is the merge that stands by which the history of an event came along; empty
// where there is none.
func (t *timeline) within(event string) string {
	at := strings.LastIndexByte(event, '/')
	if at < 0 {
		return ""
	}
	for _, e := range t.events {
		if b, ok := e.Body.(CustomersMerged); ok && slices.Contains(append([]ID{b.Loser}, b.Content.Absorbed...), ID(event[:at])) {
			return e.ID
		}
	}
	return ""
}

// after is the state of a customer after some of the events, by their own id even where
// they came from the history of another.
func (t *timeline) after(n int, id ID) Customer {
	c := t.base.Clone()
	c.ID = id
	for _, e := range t.events[:n] {
		c.replay(e)
	}
	c.Joint = ""
	return c
}

// standing is the timeline from the first of the merges that are left on, and the state
// before it; nothing where no merge is left.
func (t *timeline) standing(left []Event, winner, loser ID) (Customer, []Event) {
	first := slices.IndexFunc(left, func(e Event) bool { return e.Body.EventKind() == CustomersMerged{}.EventKind() })
	if first < 0 {
		return Customer{}, nil
	}
	base := (&timeline{base: t.base, events: left}).after(first, winner)
	base.NotSame = union(base.NotSame, []ID{loser})
	return base, slices.Clone(left[first:])
}

// replay applies a change that was made to another id as if it were to this one; revision
// and instant stay.
func (c *Customer) replay(e Event) {
	id, revision, updated := c.ID, c.Revision, c.Updated
	e.Customer = id
	c.apply(&e)
	c.Revision, c.Updated = revision, updated
}
