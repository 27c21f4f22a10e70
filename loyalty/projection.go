package loyalty

import (
	"sort"
	"time"
)

// Projection is how a member stands in a tier set.
type Projection struct {
	Set      string
	Level    string  // held now; empty: none
	Until    Instant // of the held level, grace included; Never: without end
	Next     string  // the next level up; empty: there is none, or none that can be earned
	ToNext   []Need  // what is missing for it
	ToKeep   []Need  // what has to be counted so that the level outlasts BelowFrom
	Below    Date    // first day on which the held level's condition fails if nothing more is counted; no date: never
	DropsAt  Instant // when the level is lost then, after term and grace; Never: it is not
	Benefits []BenefitSpec
}

// Need is what one metric is short of.
type Need struct {
	Metric  string
	Have    Amount
	Want    Amount
	Missing Amount
}

// Project says how a member stands in a tier set (empty: the first) at a moment:
// what is missing for the next level, what keeps the present one, and the exact
// instant at which it is lost if nothing more happens. Of an "any" condition the
// cheapest alternative in the first unmet metric is shown. ok is false for an
// unknown set.
func Project(p *Program, a *Account, set string, at time.Time) (pr Projection, ok bool) {
	now := InstantOf(at)
	for i := range p.sets {
		t := &p.sets[i]
		if set != "" && t.ID != set {
			continue
		}
		s := session{p: p, base: a, a: a, now: now}
		if now >= a.clock {
			s.settle()
		}
		return s.project(t), true
	}
	return Projection{}, false
}

func (s *session) project(t *tierSet) Projection {
	a, on := s.a, s.p.date(s.now)
	st := a.tierState(t.ID)
	held := t.heldAt(&st, s.now)
	pr := Projection{Set: t.ID, Level: t.levelID(held)}
	e := standing{p: s.p, t: t, a: a, ends: st.ends}
	if held >= 0 {
		pr.Benefits = append(pr.Benefits, t.levels[held].Benefits...)
	}
	if held > t.base {
		x, _ := st.end(pr.Level)
		pr.Until = x.Until
		if g := st.granted; g != nil && g.Level == pr.Level && g.Until.after(pr.Until) {
			pr.Until = g.Until
		}
		pr.DropsAt = pr.Until
		l := &t.levels[held]
		if d, falls := e.below(l, on); falls {
			pr.Below = d
			pr.ToKeep = needs(t, l.stay, e.value(d))
		}
	}
	for k := held + 1; k < len(t.levels); k++ {
		if t.levels[k].entry != nil && !t.levels[k].GrantOnly {
			pr.Next = t.levels[k].ID
			pr.ToNext = needs(t, t.levels[k].entry, e.value(on))
			break
		}
	}
	return pr
}

// Review is what a review makes of a held level (empty: none) by the values of the
// metrics of a set (empty: the first), with the set's landing; what does not matter
// to the answer, such as terms and grants, is not asked for. A metric without a
// value reaches nothing, not even a threshold of nothing. member says whose waivers
// apply. The answer is empty for no level; ok is false for an unknown set or level.
//
// With held empty it is the level that values place: what an admin screen shows
// beside a ladder that is being edited.
func Review(p *Program, set, held string, values map[string]Amount, member Enrolled) (level string, ok bool) {
	for i := range p.sets {
		t := &p.sets[i]
		if set != "" && t.ID != set {
			continue
		}
		k := t.levelIndex(held)
		if held != "" && k < 0 {
			return "", false
		}
		value := func(m int) frac {
			if v, known := values[t.metrics[m].ID]; known && v.check() == nil {
				return fracOf(v.Decimal())
			}
			return whole(-1)
		}
		placed := t.place(value, t.waiver(&Account{member: member}))
		if len(t.levels) > 0 && t.levels[0].entry == nil && !t.levels[0].GrantOnly {
			placed = max(placed, 0)
		}
		return t.levelID(land(k, placed, t.Landing)), true
	}
	return "", false
}

// Rollover is the level that a year of the rolling metric of a set (empty: the
// first) reaches, and what of it goes into the next year: what was earned, without
// what had been rolled in, beyond the level's threshold and not above the cap. Other
// metrics are taken as zero. ok is false for an unknown set, one without rollover,
// or an amount beyond the limits.
func Rollover(p *Program, set string, earned, rolledIn Amount) (level string, over Amount, ok bool) {
	for i := range p.sets {
		t := &p.sets[i]
		if set != "" && t.ID != set {
			continue
		}
		if t.roll < 0 || earned.check() != nil || rolledIn.check() != nil {
			return "", Amount{}, false
		}
		k, rest := t.rolls(fracOf(earned.Decimal()), fracOf(rolledIn.Decimal()), func(int) frac { return frac{} })
		return t.levelID(k), plain(rest), true
	}
	return "", Amount{}, false
}

// needs lists the thresholds of a condition that are not met.
func needs(t *tierSet, c *criterion, value func(int) frac) (out []Need) {
	if c == nil || c.holds(value, nil) {
		return nil
	}
	if c.metric >= 0 {
		have := value(c.metric)
		if have.cmp(c.atLeast) < 0 {
			out = append(out, need(t.metrics[c.metric].ID, have, c.atLeast))
		}
	}
	for i := range c.all {
		out = append(out, needs(t, &c.all[i], value)...)
	}
	var options [][]Need
	for i := range c.any {
		n := needs(t, &c.any[i], value)
		if n == nil {
			return out
		}
		options = append(options, n)
	}
	if len(options) > 0 {
		sort.SliceStable(options, func(i, j int) bool { return options[i][0].share().cmp(options[j][0].share()) < 0 })
		out = append(out, options[0]...)
	}
	return out
}

func need(id string, have, want frac) Need {
	return Need{Metric: id, Have: plain(have), Want: plain(want), Missing: plain(want.sub(have))}
}

// plain is a number that has an end: sums of amounts and thresholds do.
func plain(f frac) Amount {
	d, _ := f.exact()
	return Amount(d)
}

// share is what is missing of what is wanted.
func (n Need) share() frac {
	if n.Want.IsZero() {
		return frac{}
	}
	return fracOf(n.Missing.Decimal()).over(fracOf(n.Want.Decimal()))
}
