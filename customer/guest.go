package customer

import (
	"context"
	"slices"
)

// joint are the subjects of changes that may be about a customer among others: those
// while others were merged into it, and those while it was merged into another.
func (d *Directory) joint(ctx context.Context, c Customer) ([]ID, error) {
	s := &jointSearch{d: d, group: append([]ID{c.ID}, c.Absorbed...), histories: map[ID][]Event{}, seen: map[stay]bool{}}
	for _, id := range s.group {
		own, err := s.history(ctx, id)
		if err != nil {
			return nil, err
		}
		for i, e := range own {
			if isJoint(e) {
				s.add(JointSubject(id, e.Revision))
			}
			if was, ok := e.Body.(WasMerged); ok {
				if err := s.away(ctx, id, was, own[i+1:]); err != nil {
					return nil, err
				}
			}
		}
	}
	return s.out, nil
}

// isJoint reports an event from which on the changes of a customer may be about several.
// It looks at the kind only, which outlasts the body.
func isJoint(e Event) bool {
	switch kindOf(e.Body) {
	case CustomersMerged{}.EventKind(), MergeUndone{}.EventKind(), MergeReturned{}.EventKind():
		return true
	}
	return false
}

// stay is the time that someone was merged into a host.
type stay struct {
	host  ID
	merge string // the id of the CustomersMerged event
	who   ID
}

// jointSearch goes through the histories in which someone was a guest.
type jointSearch struct {
	d         *Directory
	group     []ID // who is erased
	histories map[ID][]Event
	seen      map[stay]bool
	out       []ID
}

func (s *jointSearch) add(id ID) {
	if !slices.Contains(s.out, id) {
		s.out = append(s.out, id)
	}
}

func (s *jointSearch) history(ctx context.Context, id ID) ([]Event, error) {
	if own, ok := s.histories[id]; ok {
		return own, nil
	}
	own, err := s.d.events(ctx, id)
	s.histories[id] = own
	return own, err
}

// away follows a customer who was merged away, from where they went and to where they
// came back from, of which the next event tells.
func (s *jointSearch) away(ctx context.Context, id ID, was WasMerged, next []Event) error {
	if err := s.follow(ctx, stay{was.Into, was.Merge, id}); err != nil || len(next) == 0 {
		return err
	}
	if back, ok := next[0].Body.(MergeReturned); ok && back.From != was.Into { // by way of another
		return s.follow(ctx, stay{back.From, was.Merge, id})
	}
	return nil
}

// follow adds the joint subjects of a host from a merge on until the guest left, in
// whatever way, and of those in whom the host was a guest meanwhile. The last MergeUndone
// of a host that is not erased itself says again all that is left, and nothing of a guest
// who left: it is never among them.
func (s *jointSearch) follow(ctx context.Context, at stay) error {
	if s.seen[at] {
		return nil
	}
	s.seen[at] = true
	events, err := s.history(ctx, at.host)
	if err != nil {
		return err
	}
	last := len(events)
	if !slices.Contains(s.group, at.host) {
		last = -1
		for i, e := range events {
			if kindOf(e.Body) == (MergeUndone{}).EventKind() {
				last = i
			}
		}
	}
	inside := !slices.ContainsFunc(events, func(e Event) bool { return joins(e, at.merge) }) // its beginning was erased
	for i, e := range events {
		if i > last {
			break
		}
		inside = inside || joins(e, at.merge)
		if !inside {
			continue
		}
		switch b := e.Body.(type) {
		case MergeUndone:
			if b.Merge == at.merge {
				return nil
			}
			if slices.Contains(b.Follow, at.who) {
				return s.follow(ctx, stay{b.Loser, at.merge, at.who})
			}
		case WasMerged:
			if err := s.away(ctx, at.host, b, events[i+1:]); err != nil {
				return err
			}
		}
		if i < last && isJoint(e) {
			s.add(JointSubject(at.host, e.Revision))
		}
	}
	return nil
}

// joins reports the event with which a merge came into a history: its own, or the return
// of a customer with whom someone left.
func joins(e Event, merge string) bool {
	if e.ID == merge {
		return true
	}
	back, ok := e.Body.(MergeReturned)
	return ok && slices.ContainsFunc(back.Changes, func(c Event) bool { return c.ID == merge })
}
