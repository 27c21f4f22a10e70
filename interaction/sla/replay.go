package sla

import (
	"fmt"
	"iter"
	"time"
)

// ReplayOptions tunes [Replay]. Nil, or a zero field, is the default.
type ReplayOptions struct {
	// Samples is how many changed verdicts are kept, the first ones. Default 20, at most 10,000; negative: none.
	Samples int
}

// Shift is a verdict that another policy set would have given differently.
type Shift struct {
	Case     string
	Metric   Metric
	Cycle    int
	From, To Outcome // 0: the set does not judge this cycle
}

// String writes the case, the clock and both outcomes.
func (s Shift) String() string {
	name := func(o Outcome) string {
		if o == 0 {
			return "none"
		}
		return o.String()
	}
	return fmt.Sprintf("%s %s #%d: %s -> %s", s.Case, s.Metric, s.Cycle, name(s.From), name(s.To))
}

// Diff is what another policy set would have changed. Its size does not grow with
// the number of cases.
type Diff struct {
	Cases   int64 // histories seen
	Changed int64 // cases with at least one verdict that differs
	// Cycles by what became of them: same outcome; late before and not now; late now
	// and not before; judged by one set only; any other difference.
	Same, Improved, Worsened, Added, Removed, Other int64
	From, To                                        Attainment
	Samples                                         []Shift
}

// IsEmpty reports whether nothing differs.
func (d *Diff) IsEmpty() bool { return d.Changed == 0 }

// Replay judges histories under two policy sets and counts the differences: what
// would have been, had to been the policy. Memory does not grow with the number of histories.
//
// An error names the case whose history Evaluate refuses, and stops; the Diff
// covers the cases before it.
func Replay(histories iter.Seq[History], from, to *Set, opts *ReplayOptions) (Diff, error) {
	limit := 20
	if opts != nil && opts.Samples != 0 {
		limit = min(max(opts.Samples, 0), 10_000)
	}
	var d Diff
	a, b := judge{set: from}, judge{set: to}
	for h := range histories {
		at := h.At
		if at.IsZero() {
			for i := range h.Signals {
				at = later(at, h.Signals[i].At)
			}
		}
		if err := a.run(h, at); err != nil {
			return d, fmt.Errorf("sla: case %q: %w", h.Case, err)
		}
		if err := b.run(h, at); err != nil {
			return d, fmt.Errorf("sla: case %q: %w", h.Case, err)
		}
		d.From, d.To = a.tally.sum, b.tally.sum
		d.compare(h.Case, a.verdicts, b.verdicts, limit)
	}
	return d, nil
}

// judge is a machine that is used again and again.
type judge struct {
	set      *Set
	state    State
	m        machine
	verdicts []Verdict
	tally    tally
}

func (j *judge) run(h History, at time.Time) error {
	clear(j.state.cells)
	j.state = State{
		cells: j.state.cells[:0], statuses: j.state.statuses[:0], verdicts: j.state.verdicts[:0],
	}
	j.m.set, j.m.s = j.set, &j.state
	if err := j.m.run(h.Signals, at); err != nil {
		return err
	}
	j.verdicts = append(j.verdicts[:0], j.state.verdicts...)
	for i := range j.m.of {
		if c := j.m.cell(i); c != nil && c.isOpen() && !c.policy.IsZero() {
			j.verdicts = j.m.appendOpen(j.verdicts, i, c, at)
		}
	}
	for i := range j.verdicts {
		j.verdicts[i].Case = h.Case
		j.tally.add(j.verdicts[i].Outcome)
	}
	j.tally.flush()
	return nil
}

func isLate(o Outcome) bool { return o == Late || o == UndecidedLate }

func (d *Diff) compare(id string, from, to []Verdict, limit int) {
	d.Cases++
	changed := false
	note := func(v *Verdict, a, b Outcome) {
		changed = true
		if len(d.Samples) < limit {
			d.Samples = append(d.Samples, Shift{id, v.Metric, v.Cycle, a, b})
		}
	}
	inTo, inFrom := finder{list: to}, finder{list: from}
	for i := range from {
		v := &from[i]
		w := inTo.find(v)
		switch {
		case w == nil:
			d.Removed++
			note(v, v.Outcome, 0)
		case v.Outcome == w.Outcome:
			d.Same++
		default:
			switch {
			case isLate(v.Outcome) && !isLate(w.Outcome):
				d.Improved++
			case !isLate(v.Outcome) && isLate(w.Outcome):
				d.Worsened++
			default:
				d.Other++
			}
			note(v, v.Outcome, w.Outcome)
		}
	}
	for i := range to {
		if inFrom.find(&to[i]) == nil {
			d.Added++
			note(&to[i], 0, to[i].Outcome)
		}
	}
	if changed {
		d.Changed++
	}
}

// finder finds the verdict on the same cycle in a list. The lists that are
// compared mostly run alike, so that the next one asked for is the next one.
type finder struct {
	list []Verdict
	next int
	many map[cycle]int
}

// cycle is what a verdict is on.
type cycle struct {
	metric Metric
	n      int
}

func (f *finder) find(v *Verdict) *Verdict {
	at := func(i int) bool { return f.list[i].Metric == v.Metric && f.list[i].Cycle == v.Cycle }
	if f.next < len(f.list) && at(f.next) {
		f.next++
		return &f.list[f.next-1]
	}
	if len(f.list) > few {
		return f.inMap(v)
	}
	for i := range f.list {
		if at(i) {
			f.next = i + 1
			return &f.list[i]
		}
	}
	return nil
}

func (f *finder) inMap(v *Verdict) *Verdict {
	if f.many == nil {
		f.many = make(map[cycle]int, len(f.list))
		for i := range f.list {
			f.many[cycle{f.list[i].Metric, f.list[i].Cycle}] = i
		}
	}
	i, ok := f.many[cycle{v.Metric, v.Cycle}]
	if !ok {
		return nil
	}
	f.next = i + 1
	return &f.list[i]
}
