package loyalty

import (
	"fmt"
	"time"
)

func (e Earn) check() (string, error) {
	if len(e.Ref) > MaxID || len(e.Scope) > MaxID {
		return "ref", ErrCommand
	}
	if e.Event == "" && e.Lines == nil {
		return "event", ErrCommand
	}
	if e.Count < 0 || e.Count > 1e9 {
		return "count", ErrCommand
	}
	if err := e.Value.check(); err != nil || e.Value.Decimal().Sign() < 0 {
		return "value", ErrAmount
	}
	if e.Priority > 1e9 || e.Priority < -1e9 {
		return "priority", ErrCommand
	}
	seen := len(e.Lines) > 8
	var ids map[string]bool
	if seen {
		ids = make(map[string]bool, len(e.Lines))
	}
	for i, l := range e.Lines {
		if l.Points < 0 || l.Points > MaxPoints {
			return fmt.Sprintf("lines[%d].points", i), ErrCommand
		}
		double := ids[l.Line]
		for j := 0; !seen && j < i; j++ {
			double = double || e.Lines[j].Line == l.Line
		}
		if double {
			return fmt.Sprintf("lines[%d].line", i), ErrCommand
		}
		if seen {
			ids[l.Line] = true
		}
	}
	if t := e.Terms; t != nil {
		if t.Delay < 0 || t.TTL < 0 || t.Delay > maxSpan || t.TTL > maxSpan || (!t.Forever && t.TTL == 0 && t.Expires == Never) {
			return "terms", ErrCommand
		}
	}
	return "", nil
}

// maxSpan bounds stated delays and lives.
const maxSpan = 200 * 365 * 24 * time.Hour

// effective is when a command counts.
func (s *session) effective(e Instant) (Instant, error) {
	if e == Never {
		return s.now, nil
	}
	first := s.now.in(s.p.zone).AddDate(0, 0, -s.p.spec.BackdateDays)
	if e > s.now || e < InstantOf(first) {
		return 0, s.refuse(ErrBackdated, "effective", e.String(), 0, 0)
	}
	return e, nil
}

func (s *session) earn(e Earn) error {
	i, ok := s.p.wallet(e.Wallet)
	if !ok {
		return s.refuse(ErrNoWallet, "wallet", e.Wallet, 0, 0)
	}
	if e.Event != "" && !s.p.knowsEvent(e.Event) {
		return s.refuse(ErrNoEvent, "event", e.Event, 0, 0)
	}
	ref := e.Ref
	if ref == "" {
		ref = s.c.Key
	}
	was, known := s.a.orders.Get(name(ref))
	if known && !was.tombstone {
		return s.refuse(ErrOrderExists, "ref", ref, 0, 0)
	}
	from, err := s.effective(e.Effective)
	if err != nil {
		return err
	}
	if e.Event != "" {
		if err := s.earnEvent(e, ref, from); err != nil {
			return err
		}
	}
	if e.Lines != nil {
		if err := s.earnLines(i, e, ref, from); err != nil {
			return err
		}
	}
	if known {
		s.fold()
		if err := s.refund(Refund{Order: ref, All: true}); err != nil {
			return err
		}
	}
	return s.after(from)
}

// earnLines issues what the host states.
func (s *session) earnLines(i int, e Earn, ref string, from Instant) error {
	var n Points
	for _, l := range e.Lines {
		var ok bool
		if n, ok = n.add(l.Points); !ok {
			return s.refuse(ErrOverflow, "lines", "", 0, 0)
		}
	}
	if _, hard := s.room(i, 0); n > hard {
		return s.refuse(ErrOverflow, "lines", "", n, hard)
	}
	var t terms
	if e.Terms != nil {
		t = e.Terms.stated(from)
	} else {
		t = s.termsOf(i, nil, nil, from)
	}
	b := s.lotBody(i, n, FromEarn, ref, t)
	b.Scope, b.Priority = e.Scope, int32(e.Priority)
	b.Lines, b.Refundable = append(make([]LinePoints, 0, len(e.Lines)), e.Lines...), true
	if e.Qualifies {
		b.Qualified = s.pointsCount(i, from, n)
	}
	ev := s.emitAt(b, from, s.c.Key)
	s.quals = append(s.quals, b.Qualified...)
	kind := ActivityEarn
	if e.Bought {
		kind = ActivityBuyPoints
	}
	s.alive(ev, i, kind)
	s.res.Lots = append(s.res.Lots, b.Lot)
	s.res.Earned += n
	return nil
}

// earnEvent runs the rules of a custom event. What they give is one lot for each
// rule, refundable under the ref.
func (s *session) earnEvent(e Earn, ref string, from Instant) error {
	count := max(e.Count, 1)
	quals := s.eventCount(e.Event, from, count)
	type award struct {
		r *rule
		n Points
	}
	var awards []award
	for _, ri := range s.p.rounds[roundEvents] {
		r := &s.p.rules[ri]
		if r.event() != e.Event {
			continue
		}
		if !s.meets(r, facts{at: from}) {
			continue
		}
		f := s.eventPoints(r, e, count)
		n, ok := f.round(s.p.spec.Rounding.Mode)
		if !ok || Points(n) > MaxPoints {
			return s.refuse(ErrOverflow, "event", e.Event, 0, 0)
		}
		awards = append(awards, award{r, Points(n)})
	}
	var used []CapUse // what the account does not hold yet
	for k, a := range awards {
		n, uses := s.capped([]int{a.r.index}, a.n, from, used)
		limited, hard := s.room(a.r.wallet, 0)
		if n > hard {
			return s.refuse(ErrOverflow, "event", e.Event, n, hard)
		}
		if n > limited {
			s.note(Step{Code: TraceMaxBalance, Rule: a.r.ID, From: s.points(n), To: s.points(limited)})
			n = limited
		}
		n = s.budgeted([]int{a.r.index}, n, from)
		uses = usedUp(uses, n)
		s.note(Step{Code: TraceBonus, Rule: a.r.ID, To: s.points(n)})
		source := ref
		if k > 0 || e.Lines != nil {
			source = ref + "/" + a.r.ID
		}
		b := s.lotBody(a.r.wallet, n, FromEarn, source, s.termsOf(a.r.wallet, a.r.Expiry, a.r.Activate, from))
		b.Scope, b.Priority, b.Caps = a.r.Scope, a.r.Draw, s.lasting(uses)
		used = append(used, s.unheld(uses)...)
		b.Lines, b.Refundable = []LinePoints{{a.r.ID, n}}, true
		if k == 0 {
			b.Qualified = quals
		}
		if a.r.counts {
			b.Qualified = append(b.Qualified, s.pointsCount(a.r.wallet, from, n)...)
		}
		ev := s.emitAt(b, from, s.c.Key)
		s.quals = append(s.quals, b.Qualified...)
		s.alive(ev, a.r.wallet, ActivityEarn)
		s.fold()
		s.res.Lots = append(s.res.Lots, b.Lot)
		s.res.Earned += n
	}
	if len(awards) == 0 { // an event that earns nothing is still recorded
		b := s.lotBody(0, 0, FromEarn, ref, terms{})
		b.Refundable, b.Qualified = e.Lines == nil, quals
		s.emitAt(b, from, s.c.Key)
		s.quals = append(s.quals, quals...)
	}
	s.progress("", e.Event, count, 0, from)
	return nil
}

func (s *session) eventPoints(r *rule, e Earn, count int64) frac {
	if r.Kind == RuleMilestone {
		var before int64
		if m := s.a.metric("#" + r.ID); m != nil {
			before = m.total
		}
		return whole(int64(r.Milestone.Milestone(before+count) - r.Milestone.Milestone(before)))
	}
	if !r.Per.IsZero() && r.Kind == RuleEvent {
		return fracOf(e.Value.Decimal()).mul(r.rate).mul(whole(count))
	}
	return r.points.mul(whole(count))
}

// eventCount is what a custom event counts for: metrics, and milestones.
func (s *session) eventCount(event string, from Instant, n int64) (out []Qualified) {
	on := s.p.date(from)
	for si := range s.p.sets {
		for _, m := range s.p.sets[si].metrics {
			if (m.Kind == MetricEvents || m.Kind == MetricVisits) && m.Event == event {
				out = append(out, Qualified{m.key, on, n})
			}
		}
	}
	for i := range s.p.rules {
		if r := &s.p.rules[i]; r.Kind == RuleMilestone && r.Event == event {
			out = append(out, Qualified{"#" + r.ID, on, n})
		}
	}
	return out
}

// pointsCount is what points count for.
func (s *session) pointsCount(wallet int, from Instant, n Points) (out []Qualified) {
	for si := range s.p.sets {
		for _, m := range s.p.sets[si].metrics {
			if m.Kind == MetricPoints && m.wallet == wallet {
				out = append(out, Qualified{m.key, s.p.date(from), int64(n)})
			}
		}
	}
	return out
}

// note adds a step to the trace.
func (s *session) note(step Step) { s.trace = append(s.trace, step) }
