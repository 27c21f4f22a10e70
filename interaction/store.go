package interaction

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrConflict means that a case changed between reading and writing it. Read it
// again and decide anew.
var ErrConflict = errors.New("interaction: case changed")

// A CaseBatch is a run of events of one case, to follow those that are stored.
type CaseBatch struct {
	Case   string
	After  uint64 // how many events the case must have: the version decided on
	Events []Event
}

// A CaseStore keeps the events of cases. Logic is not its business: it only
// stores. An implementation must be safe for concurrent use. The suite in package
// interactiontest tells whether it keeps its promises.
type CaseStore interface {
	// LoadCase gives the events of a case in order, or ErrUnknown when it has none.
	LoadCase(ctx context.Context, id string) ([]Event, error)
	// AppendCases writes all batches or none. A batch whose After is not the
	// number of events that its case has makes it ErrConflict, and nothing is
	// written. Under a key that was written before, nothing is written: it gives
	// nil when the batches name the same cases, places and numbers of events, and
	// ErrDuplicate when they differ. A batch without events adds none: its case
	// stays unknown if it was. Keys are the host's; they are never empty. The store
	// may keep the values it is given: nobody changes an event, or what its Change
	// points to, after it was made.
	AppendCases(ctx context.Context, key string, batches ...CaseBatch) error
	// CasesOf lists the ids of the cases of a customer, ordered by id; none is no
	// error.
	CasesOf(ctx context.Context, customer string) ([]string, error)
}

// A Desk carries out commands on stored cases. Its fields are set once; then any
// number of goroutines may use it.
type Desk struct {
	Rules *CaseRules // required
	Store CaseStore  // required
	// Tries is how often a command is decided anew when the case changed
	// meanwhile. Default 8.
	Tries int
}

// A DeskResult is a case after a command.
type DeskResult struct {
	Case     Case
	Decision Decision
	Next     []Deadline // what to wake up for
}

// Do carries out a command: reads the case, decides, and stores the events under
// the command's id. A repeated command changes nothing and gives the case as it
// is. A message to a merged case goes on to the case that carries on, and the trace
// says so; in a corrupt
// circle of merges it stays where it arrived, with Decision.Redirect set. A
// follow-up is named in the decision and not opened.
//
// Errors are those of Decide and of the store; ErrConflict when the case kept
// changing. Deadlines that cannot be counted are an error beside a result that
// was stored.
func (d *Desk) Do(ctx context.Context, cmd Command) (DeskResult, error) {
	var way Trace // from case to case
	for try := 1; ; try++ {
		c, err := d.load(ctx, cmd.Case)
		if err != nil {
			return DeskResult{}, err
		}
		out, err := Decide(d.Rules, c, cmd)
		out.Trace = append(slices.Clip(way), out.Trace...)
		if err != nil {
			return DeskResult{Case: c, Decision: out}, err
		}
		if out.Redirect != "" {
			if target, ok := d.target(ctx, cmd.Case); ok && target != cmd.Case {
				cmd.Case, way = target, append(way, out.Trace...)
				continue
			}
			return DeskResult{Case: c, Decision: out}, nil
		}
		if len(out.Events) > 0 {
			err = d.Store.AppendCases(ctx, cmd.Case+"/"+cmd.ID, CaseBatch{Case: cmd.Case, After: c.Version, Events: out.Events})
		}
		switch {
		case errors.Is(err, ErrConflict) && try < d.tries():
			continue
		case err != nil:
			return DeskResult{Case: c, Decision: Decision{Trace: out.Trace}}, err
		}
		return d.result(c, out)
	}
}

// Merge carries the case source on in the case that cmd.Case names, see
// DecideMerge; both are written together.
func (d *Desk) Merge(ctx context.Context, source string, cmd Command) (DeskResult, error) {
	for try := 1; ; try++ {
		from, err := d.load(ctx, source)
		if err != nil {
			return DeskResult{}, err
		}
		into, err := d.load(ctx, cmd.Case)
		if err != nil {
			return DeskResult{}, err
		}
		out, err := DecideMerge(d.Rules, from, into, cmd)
		if err != nil {
			return DeskResult{Case: into}, err
		}
		if len(out.Target) > 0 {
			err = d.Store.AppendCases(ctx, cmd.Case+"/"+cmd.ID,
				CaseBatch{Case: source, After: from.Version, Events: out.Source},
				CaseBatch{Case: cmd.Case, After: into.Version, Events: out.Target})
		}
		switch {
		case errors.Is(err, ErrConflict) && try < d.tries():
			continue
		case err != nil:
			return DeskResult{Case: into, Decision: Decision{Trace: out.Trace}}, err
		}
		return d.result(into, Decision{Events: out.Target, Trace: out.Trace})
	}
}

// Case reads a case; ErrUnknown when there is none.
func (d *Desk) Case(ctx context.Context, id string) (Case, error) {
	c, err := d.load(ctx, id)
	if err == nil && c.Status == 0 {
		return c, fmt.Errorf("%w: case %s", ErrUnknown, id)
	}
	return c, err
}

func (d *Desk) tries() int {
	if d.Tries > 0 {
		return d.Tries
	}
	return 8
}

func (d *Desk) load(ctx context.Context, id string) (Case, error) {
	events, err := d.Store.LoadCase(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return Case{}, nil
	}
	if err != nil {
		return Case{}, err
	}
	return Fold(events)
}

func (d *Desk) result(c Case, out Decision) (DeskResult, error) {
	c = c.evolve(out.Events)
	next, err := d.Rules.Deadlines(c)
	return DeskResult{Case: c, Decision: out, Next: next}, err
}

func (d *Desk) target(ctx context.Context, id string) (string, bool) {
	var failed error
	target, ok := FinalTarget(id, func(id string) (string, bool) {
		c, err := d.load(ctx, id)
		if err != nil {
			failed = err
			return "", false
		}
		return c.MergedInto, c.Status == StatusMerged
	})
	return target, ok && failed == nil
}
