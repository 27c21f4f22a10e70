package loyalty

import (
	"slices"
	"strings"

	"github.com/rapport-go/rapport/internal/civil"
)

// tierSet is a ladder made ready. Levels are numbered from the lowest; -1 is none.
type tierSet struct {
	*TierSetSpec
	metrics []metricRules
	levels  []level
	base    int // level that needs nothing
	roll    int // metric that rolls over, or -1
}

type metricRules struct {
	MetricSpec
	key    string // set/metric
	wallet int
	scale  frac // units of one
}

type level struct {
	*LevelSpec
	entry *criterion
	stay  *criterion
}

// criterion is a condition made ready: metric is an index, or -1 for all or any.
type criterion struct {
	metric  int
	atLeast frac
	all     []criterion
	any     []criterion
}

// tierState is what an account holds of a set.
type tierState struct {
	set      string
	level    string // held by the last event; empty: none
	since    Instant
	ends     []TierEnd // by level, lowest first; shared, never changed
	granted  *TierGrant
	rolled   int64   // carried into the current window
	rolledOn Instant // when it was
}

func (p *Program) compileTiers() {
	for i := range p.spec.Tiers {
		spec := &p.spec.Tiers[i]
		t := tierSet{TierSetSpec: spec, roll: -1}
		for _, m := range spec.Metrics {
			if m.Event == "" && m.Kind == MetricVisits {
				m.Event = "visit"
			}
			if m.Window.Kind == 0 {
				m.Window.Kind = Lifetime
			}
			r := metricRules{MetricSpec: m, key: spec.ID + "/" + m.ID, scale: one}
			r.wallet, _ = p.wallet(m.Wallet)
			switch m.Kind {
			case MetricSpend:
				r.scale = p.money
			case MetricPoints:
				r.scale = p.unit
			}
			t.metrics = append(t.metrics, r)
		}
		for k := range spec.Levels {
			l := level{LevelSpec: &spec.Levels[k]}
			l.entry = t.compile(spec.Levels[k].Entry)
			l.stay = t.compile(spec.Levels[k].Stay)
			if l.stay == nil {
				l.stay = l.entry
			}
			t.levels = append(t.levels, l)
		}
		if spec.Rollover != nil {
			t.roll = t.metricIndex(spec.Rollover.Metric)
		}
		t.base = -1
		if len(t.levels) > 0 && t.levels[0].entry == nil && !t.levels[0].GrantOnly {
			t.base = 0
		}
		t.base = max(t.base, t.place(func(int) frac { return frac{} }, nil))
		p.sets = append(p.sets, t)
	}
}

func (t *tierSet) metricIndex(id string) int {
	for i := range t.metrics {
		if t.metrics[i].ID == id {
			return i
		}
	}
	return -1
}

func (t *tierSet) compile(c *CriterionSpec) *criterion {
	if c == nil {
		return nil
	}
	out := &criterion{metric: -1}
	if c.Metric != "" {
		out.metric, out.atLeast = t.metricIndex(c.Metric), fracOf(c.AtLeast.Decimal())
	}
	for i := range c.All {
		out.all = append(out.all, *t.compile(&c.All[i]))
	}
	for i := range c.Any {
		out.any = append(out.any, *t.compile(&c.Any[i]))
	}
	return out
}

// holds evaluates a condition; waived conditions on a metric count as met, except
// within an any.
func (c *criterion) holds(value func(metric int) frac, waived func(metric int) bool) bool {
	if c.metric >= 0 && value(c.metric).cmp(c.atLeast) < 0 && (waived == nil || !waived(c.metric)) {
		return false
	}
	for i := range c.all {
		if !c.all[i].holds(value, waived) {
			return false
		}
	}
	for i := range c.any {
		if c.any[i].holds(value, nil) {
			return true
		}
	}
	return len(c.any) == 0
}

// place is the last level whose entry condition holds, or -1.
func (t *tierSet) place(value func(metric int) frac, waived func(level string, metric int) bool) int {
	for i := len(t.levels) - 1; i >= 0; i-- {
		l := &t.levels[i]
		if l.entry != nil && !l.GrantOnly && l.entry.holds(value, l.waives(waived)) {
			return i
		}
	}
	return -1
}

func (l *level) waives(waived func(level string, metric int) bool) func(int) bool {
	if waived == nil {
		return nil
	}
	return func(m int) bool { return waived(l.ID, m) }
}

// land is the level after a review: what the value places at or above the held one
// is taken; below it the landing decides, never below the first level.
func land(held, placed int, landing Landing) int {
	if placed < held && landing == OneLevelDown {
		return max(placed, held-1, 0)
	}
	return placed
}

// carry is what rolls over of an amount earned beyond the threshold of the level
// that it reached together with what had been rolled in.
func carry(earned, threshold frac, limit *Amount) frac {
	over := earned.sub(threshold)
	if over.sign() < 0 {
		over = frac{}
	}
	if limit != nil {
		if l := fracOf(limit.Decimal()); over.cmp(l) > 0 {
			over = l
		}
	}
	return over
}

// threshold is the least that a level asks of a metric.
func (c *criterion) threshold(metric int) (f frac, ok bool) {
	if c == nil {
		return frac{}, false
	}
	if c.metric == metric {
		return c.atLeast, true
	}
	for _, list := range [][]criterion{c.all, c.any} {
		for i := range list {
			if x, found := list[i].threshold(metric); found {
				return x, true
			}
		}
	}
	return frac{}, false
}

// End is the first day after a term that was entered on a day; ok is false where
// there is none.
func (t TermSpec) End(entered Date) (end Date, ok bool) {
	switch t.Kind {
	case TermMonths:
		return entered.AddMonths(t.N), true
	case CalendarYearPlusNext:
		return Date{entered.Year + 2, 1, 1}, true
	case TermYearly:
		return Date(nextYearly(civil.Date(entered), civilMonth(t.Month), t.Day, t.N)), true
	}
	return Date{}, false
}

// Downgrades reports whether a refund takes a level back that its holder no longer
// qualifies for.
func (p TierOnRefund) Downgrades(term TermKind, qualifies bool) bool {
	return !qualifies && (term != TermLifetime || p != KeepLifetime)
}

// state finds an account's state of a set.
func (a *Account) tierState(set string) tierState {
	for i := range a.tiers {
		if a.tiers[i].set == set {
			return a.tiers[i]
		}
	}
	return tierState{set: set}
}

func (a *Account) changeTier(ev *Event, b *TierChanged) {
	i := slices.IndexFunc(a.tiers, func(t tierState) bool { return t.set == b.Set })
	if i < 0 {
		a.tiers = append(a.tiers, tierState{set: b.Set, level: b.From})
		i = len(a.tiers) - 1
	}
	t := &a.tiers[i]
	if t.level != b.To || t.since == Never {
		t.level, t.since = b.To, ev.Effective
		if ev.Recorded > ev.Effective && ev.Key != "" {
			t.since = ev.Recorded
		}
	}
	t.ends, t.granted = b.Ends, b.Granted
	if b.RolledOn != Never {
		t.rolledOn, t.rolled = b.RolledOn, 0
		for _, q := range b.Rolled {
			t.rolled += q.Amount
		}
		a.qualify(b.Rolled)
	}
}

// end is until when a level is held by what was earned; ok is false when it is not.
func (t *tierState) end(level string) (e TierEnd, ok bool) {
	for _, e := range t.ends {
		if e.Level == level {
			return e, true
		}
	}
	return TierEnd{}, false
}

// heldAt is the level held at a moment by ends and grants.
func (t *tierSet) heldAt(st *tierState, at Instant) int {
	for i := len(t.levels) - 1; i > t.base; i-- {
		if e, ok := st.end(t.levels[i].ID); ok && e.Until.after(at) {
			return i
		}
		if g := st.granted; g != nil && g.Level == t.levels[i].ID && g.Until.after(at) {
			return i
		}
	}
	return t.base
}

func (t *tierSet) levelID(i int) string {
	if i < 0 {
		return ""
	}
	return t.levels[i].ID
}

func (t *tierSet) levelIndex(id string) int {
	for i := range t.levels {
		if t.levels[i].ID == id {
			return i
		}
	}
	return -1
}

// TierView is what a member holds of a tier set.
type TierView struct {
	Set     string
	Level   string    // empty: none
	Since   Instant   // Never: from the beginning
	Until   Instant   // exclusive, with grace; Never: without end
	Granted bool      // by hand or status match
	Ends    []TierEnd // of every level that is held for now
}

// Tier is the level of a set (empty: the first) at a moment that the account has
// been settled to. Without any event of the set it is the level that needs nothing.
func Tier(p *Program, a *Account, set string) (TierView, bool) {
	for i := range p.sets {
		t := &p.sets[i]
		if set != "" && t.ID != set {
			continue
		}
		st := a.tierState(t.ID)
		k := t.heldAt(&st, a.clock)
		v := TierView{Set: t.ID, Level: t.levelID(k), Since: st.since, Ends: st.ends}
		e, earned := st.end(v.Level)
		if earned && k > t.base {
			v.Until = e.Until
		}
		if g := st.granted; g != nil && g.Level == v.Level && k > t.base {
			v.Granted = true
			if !earned || g.Until.after(v.Until) {
				v.Until = g.Until
			}
		}
		return v, true
	}
	return TierView{}, false
}

// holdsTier reports whether the member holds a level, named set/level or level.
func (s *session) holdsTier(id string) bool {
	for i := range s.p.sets {
		t := &s.p.sets[i]
		st := s.a.tierState(t.ID)
		if l := t.levelID(t.heldAt(&st, s.now)); l != "" && (l == id || t.ID+"/"+l == id) {
			return true
		}
	}
	return false
}

// tierNames are the levels held, for people and for the record.
func (s *session) tierNames() string {
	switch len(s.p.sets) {
	case 0:
		return ""
	case 1:
		t := &s.p.sets[0]
		st := s.a.tierState(t.ID)
		return t.levelID(t.heldAt(&st, s.now))
	}
	var out []string
	for i := range s.p.sets {
		t := &s.p.sets[i]
		st := s.a.tierState(t.ID)
		if l := t.levelID(t.heldAt(&st, s.now)); l != "" {
			out = append(out, t.ID+"/"+l)
		}
	}
	return strings.Join(out, " ")
}

// value is a metric as of a day, in whole units: the sum of its window up to and
// including that day.
func (t *tierSet) value(a *Account, extra []Qualified, i int, on Date) frac {
	m := &t.metrics[i]
	from, until := m.Window.window(on, a.member.On)
	until = min(until, dayOf(on)+1)
	var n int64
	if st := a.metric(m.key); st != nil {
		if m.Window.Kind == Lifetime && len(extra) == 0 {
			if last, _, ok := st.days.Max(); ok && last < until {
				return whole(st.total).over(m.scale)
			}
		}
		n = st.between(from, until)
	}
	for _, q := range extra {
		if q.Metric == m.key && from <= dayOf(q.Day) && dayOf(q.Day) < until {
			n += q.Amount
		}
	}
	return whole(n).over(m.scale)
}

// waiver is the waivers that a member has.
func (t *tierSet) waiver(a *Account) func(level string, metric int) bool {
	if len(t.Waivers) == 0 {
		return nil
	}
	return func(level string, metric int) bool {
		for i := range t.Waivers {
			w := &t.Waivers[i]
			if t.metricIndex(w.Metric) == metric && slices.Contains(w.Tiers, level) &&
				(len(w.Jurisdictions) == 0 || slices.Contains(w.Jurisdictions, a.member.Jurisdiction)) {
				return true
			}
		}
		return false
	}
}
