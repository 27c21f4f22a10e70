package loyalty

import (
	"slices"
	"sort"
	"time"
)

func civilMonth(m int) time.Month { return time.Month(m) }

// after brings tiers up to date with what the command has counted; from is when it
// counts.
func (s *session) after(from Instant) error {
	if len(s.p.sets) == 0 {
		return nil
	}
	for i := range s.p.sets {
		t := &s.p.sets[i]
		st := s.a.tierState(t.ID)
		e := standing{p: s.p, t: t, a: s.a, extra: s.quals, ends: st.ends}
		if s.fewer {
			if !s.p.spec.Refund.Tier.Downgrades(t.Term.Kind, false) {
				continue
			}
			e.again(&st)
		} else {
			e.reach(s.p.date(from))
			if today := s.p.date(s.now); today != s.p.date(from) {
				e.reach(today)
			}
		}
		s.move(&e, &st)
	}
	return nil
}

// standing is the ends of a set in the making.
type standing struct {
	p     *Program
	t     *tierSet
	a     *Account
	extra []Qualified
	ends  []TierEnd
	moved bool
}

func (e *standing) value(on Date) func(int) frac {
	return func(i int) frac { return e.t.value(e.a, e.extra, i, on) }
}

// reach extends what the metrics of a day entitle to: the level they place, all
// below it, and those that are held and whose stay condition holds.
func (e *standing) reach(on Date) {
	t := e.t
	value, waived := e.value(on), t.waiver(e.a)
	placed := t.place(value, waived)
	for i := len(t.levels) - 1; i > t.base; i-- {
		l := &t.levels[i]
		now := tierState{ends: e.ends}
		_, held := now.end(l.ID)
		if l.GrantOnly || (i > placed && (!held || l.stay == nil || !l.stay.holds(value, l.waives(waived)))) {
			continue
		}
		e.extend(l, on)
	}
}

// extend moves the end of a level to that of a term entered on a day.
func (e *standing) extend(l *level, on Date) {
	until := e.until(l, on)
	i := slices.IndexFunc(e.ends, func(x TierEnd) bool { return x.Level == l.ID })
	if i >= 0 && !until.after(e.ends[i].Until) {
		return
	}
	e.set(i, TierEnd{Level: l.ID, Until: until, Grace: until != Never && e.t.GraceDays > 0})
}

func (e *standing) set(i int, x TierEnd) {
	if !e.moved {
		e.ends = append(make([]TierEnd, 0, len(e.ends)+1), e.ends...)
		e.moved = true
	}
	if i < 0 {
		e.ends = append(e.ends, x)
		t := e.t
		slices.SortStableFunc(e.ends, func(a, b TierEnd) int { return t.levelIndex(a.Level) - t.levelIndex(b.Level) })
		return
	}
	e.ends[i] = x
}

// until is when a level ends that was reached on a day.
func (e *standing) until(l *level, on Date) Instant {
	t := e.t
	end, ok := t.Term.End(on)
	if t.Term.Kind == 0 || t.Term.Kind == WhileQualified {
		end, ok = e.below(l, on)
	}
	if !ok {
		return Never
	}
	return InstantOf(end.AddDays(t.GraceDays).Start(e.p.zone))
}

// below is the first day after on on which a level's stay condition fails when
// nothing more is counted; ok is false when it never does. Since nothing is added,
// sums only fall, so that the first failing day is found by halving.
func (e *standing) below(l *level, on Date) (Date, bool) {
	t := e.t
	if l.stay == nil {
		return Date{}, false
	}
	var days []day
	for i := range t.metrics {
		m := &t.metrics[i]
		if m.Window.Kind == Lifetime {
			continue
		}
		seen := func(d day) {
			if g, ok := m.Window.gone(d.date(), e.a.member.On); ok && on.before(g) {
				days = append(days, dayOf(g))
			}
		}
		if st := e.a.metric(m.key); st != nil {
			for d := range st.days.All() {
				seen(d)
			}
		}
		for _, q := range e.extra {
			if q.Metric == m.key {
				seen(dayOf(q.Day))
			}
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	waived := l.waives(t.waiver(e.a))
	k := sort.Search(len(days), func(i int) bool { return !l.stay.holds(e.value(days[i].date()), waived) })
	if k == len(days) {
		return Date{}, false
	}
	return days[k].date(), true
}

// again counts everything once more from the log of days, after some of it was
// taken back: a level that the days no longer lead to ends now. Landings stay.
func (e *standing) again(st *tierState) {
	t := e.t
	fresh := standing{p: e.p, t: t, a: e.a, extra: e.extra}
	var days []day
	for i := range t.metrics {
		if m := e.a.metric(t.metrics[i].key); m != nil {
			for d := range m.days.All() {
				days = append(days, d)
			}
		}
	}
	for _, q := range e.extra {
		days = append(days, dayOf(q.Day))
	}
	slices.Sort(days)
	for _, d := range slices.Compact(days) {
		on := d.date()
		alive := fresh.ends[:0:0]
		for _, x := range fresh.ends {
			if x.Until.after(InstantOf(on.Start(e.p.zone))) {
				alive = append(alive, x)
			}
		}
		fresh.ends, fresh.moved = alive, true
		fresh.reach(on)
	}
	now := tierState{ends: fresh.ends}
	var ends []TierEnd
	for _, x := range st.ends {
		y, ok := now.end(x.Level)
		switch {
		case x.Soft:
			ends = append(ends, x)
		case ok:
			ends = append(ends, y)
		}
	}
	if !slices.Equal(ends, st.ends) {
		e.ends, e.moved = ends, true
	}
}

// move emits the change of a standing, if there is one.
func (s *session) move(e *standing, st *tierState) {
	t := e.t
	if !e.moved {
		return
	}
	next := tierState{ends: e.ends, granted: st.granted}
	from, to := t.heldAt(st, s.now), t.heldAt(&next, s.now)
	b := &TierChanged{Set: t.ID, From: t.levelID(from), To: t.levelID(to), Ends: e.ends, Granted: st.granted}
	switch {
	case to > from:
		b.Why = TraceTierReached
	case to < from:
		b.Why = TraceTierLost
	default:
		b.Why = TraceTierKept
	}
	s.explain(t, b, s.now)
	s.emit(b)
}

// explain notes a change of tier.
func (s *session) explain(t *tierSet, b *TierChanged, at Instant) {
	step := Step{Code: b.Why, Rule: t.ID, From: word(b.From), To: word(b.To)}
	switch b.Why {
	case TraceTierReached, TraceTierLost:
		for i := range t.metrics {
			if i > 0 {
				step.About += ", "
			}
			step.About += t.metrics[i].ID + " " + decimalText(t.value(s.a, s.quals, i, s.p.date(at)))
		}
		if b.Reason != "" {
			step.About = b.Reason
		}
	default:
		st := tierState{ends: b.Ends}
		e, _ := st.end(b.To)
		step.By = moment(e.Until)
	}
	s.note(step)
}

// tierDue is the first instant at which the term of a held level ends or a window
// rolls over.
func (p *Program) tierDue(a *Account) (at Instant, ok bool) {
	if len(p.sets) == 0 || a.status == StatusClosed || len(a.tiers) == 0 {
		return 0, false
	}
	for i := range p.sets {
		t := &p.sets[i]
		for k := range a.tiers {
			st := &a.tiers[k]
			if st.set != t.ID {
				continue
			}
			if d, found := t.dueOf(st); found && (!ok || d < at) {
				at, ok = d, true
			}
		}
		if d, found := p.rollDue(t, a); found && (!ok || d < at) {
			at, ok = d, true
		}
	}
	return at, ok
}

// dueOf is when the level of a state ends, or a grant.
func (t *tierSet) dueOf(st *tierState) (at Instant, ok bool) {
	put := func(i Instant) {
		if i != Never && (!ok || i < at) {
			at, ok = i, true
		}
	}
	if i := t.levelIndex(st.level); i > t.base {
		earned, found := st.end(st.level)
		granted := st.granted != nil && st.granted.Level == st.level
		switch {
		case found && granted && earned.Until != Never && st.granted.Until != Never:
			put(max(earned.Until, st.granted.Until))
		case found && granted:
		case found:
			put(earned.Until)
		case granted:
			put(st.granted.Until)
		}
	}
	return at, ok
}

// rollDue is the end of the last window that a metric with rollover has amounts in.
func (p *Program) rollDue(t *tierSet, a *Account) (at Instant, ok bool) {
	if t.roll < 0 {
		return 0, false
	}
	m := a.metric(t.metrics[t.roll].key)
	if m == nil {
		return 0, false
	}
	last, _, found := m.days.Max()
	if !found {
		return 0, false
	}
	end, found := t.metrics[t.roll].Window.gone(last.date(), a.member.On)
	if !found {
		return 0, false
	}
	at = InstantOf(end.Start(p.zone))
	st := a.tierState(t.ID)
	return at, st.rolledOn < at
}

// review plays what is due of tiers at one instant.
func (s *session) review(at Instant) {
	for i := range s.p.sets {
		t := &s.p.sets[i]
		if d, ok := s.p.rollDue(t, s.a); ok && d == at {
			s.rollover(t, at)
			s.fold()
		}
		st := s.a.tierState(t.ID)
		if d, ok := t.dueOf(&st); ok && d == at {
			s.drop(t, &st, at)
			s.fold()
		}
	}
}

// drop ends a term: the member lands where the ends still carry, or one level down.
func (s *session) drop(t *tierSet, st *tierState, at Instant) {
	held := t.levelIndex(st.level)
	next := tierState{granted: st.granted}
	for _, e := range st.ends {
		if e.Until.after(at) {
			next.ends = append(next.ends, e)
		}
	}
	if g := next.granted; g != nil && !g.Until.after(at) {
		next.granted = nil
	}
	if t.Term.Kind == TermYearly {
		next.ends = s.renewed(t, st, next.ends, at)
	}
	to := t.heldAt(&next, at)
	if k := land(held, to, t.Landing); k > to {
		to = k
		end, ok := t.Term.End(s.p.date(at))
		if t.Term.Kind == 0 || t.Term.Kind == WhileQualified {
			end, ok = s.p.date(at).AddMonths(max(t.Term.N, 12)), true
		}
		x := TierEnd{Level: t.levelID(k), Soft: true}
		if ok {
			x.Until = InstantOf(end.Start(s.p.zone))
		}
		if k > t.base {
			next.ends = append(next.ends, x)
		}
	}
	b := &TierChanged{Set: t.ID, From: st.level, To: t.levelID(to), Ends: next.ends, Granted: next.granted, Why: TraceTierLost, Reason: "term ended on " + s.p.date(at).String()}
	switch {
	case to == held:
		b.Why, b.Reason = TraceTierKept, ""
	case to > held:
		b.Why, b.Reason = TraceTierReached, ""
	}
	s.explain(t, b, at)
	s.emitAt(b, at, "")
}

// renewed are the ends after a yearly review: what the day before entitles to, held
// levels by what keeps them, lasts until the next one.
func (s *session) renewed(t *tierSet, st *tierState, ends []TierEnd, at Instant) []TierEnd {
	on := s.p.date(at)
	e := standing{p: s.p, t: t, a: s.a, ends: ends}
	value, waived := e.value(on.AddDays(-1)), t.waiver(s.a)
	placed := t.place(value, waived)
	for i := len(t.levels) - 1; i > t.base; i-- {
		l := &t.levels[i]
		if held := l.ID == st.level; l.GrantOnly || (i > placed && (!held || l.stay == nil || !l.stay.holds(value, l.waives(waived)))) {
			continue
		}
		e.extend(l, on)
	}
	return e.ends
}

// rollover carries what was earned beyond the level into the next window.
func (s *session) rollover(t *tierSet, at Instant) {
	m := &t.metrics[t.roll]
	on := s.p.date(at).AddDays(-1)
	total := t.value(s.a, nil, t.roll, on)
	st := s.a.tierState(t.ID)
	rolledIn := frac{}
	if st.rolledOn != Never {
		if from, _ := m.Window.window(on, s.a.member.On); dayOf(s.p.date(st.rolledOn)) == from {
			rolledIn = whole(st.rolled).over(m.scale)
		}
	}
	b := &TierChanged{Set: t.ID, From: st.level, To: st.level, Ends: st.ends, Granted: st.granted, Why: TraceRollover, RolledOn: at}
	_, over := t.rolls(total.sub(rolledIn), rolledIn, func(i int) frac { return t.value(s.a, nil, i, on) })
	if n, ok := over.mul(m.scale).round(Floor); ok && n > 0 {
		b.Rolled = []Qualified{{m.key, s.p.date(at), n}}
		s.note(Step{Code: TraceRollover, Rule: t.ID, To: number(over)})
	}
	s.emitAt(b, at, "")
}

// rolls is the level that a year's metrics reach, and what of the rolling one goes
// into the next year: what was earned, without what had been rolled in, beyond the
// threshold of that level. others gives the metrics that do not roll.
func (t *tierSet) rolls(earned, rolledIn frac, others func(int) frac) (level int, over frac) {
	level = t.place(func(i int) frac {
		if i == t.roll {
			return earned.add(rolledIn)
		}
		return others(i)
	}, nil)
	if level < 0 {
		return level, frac{}
	}
	th, _ := t.levels[level].entry.threshold(t.roll)
	return level, carry(earned, th, t.Rollover.Cap)
}
