package loyalty

// tierFactor is the factor that a multiply rule gives for the levels of the member,
// at the moment that the programme names: by the level held before the order, by
// the level that the order leads to, or every part of the order at the level that
// it falls in. amount is what the order counts for.
func (s *session) tierFactor(r *rule, amount frac) frac {
	t := s.p.setOf(r.tiers)
	if t == nil {
		return one
	}
	st := s.a.tierState(t.ID)
	held := t.heldAt(&st, s.now)
	at := func(level int) frac {
		for i := level; i >= 0; i-- {
			for _, f := range r.tiers {
				if f.tier == t.levels[i].ID || f.tier == t.ID+"/"+t.levels[i].ID {
					return f.factor
				}
			}
		}
		return one
	}
	switch s.p.spec.TierMoment {
	case TierAfter:
		s.note(Step{Code: TraceTierUsed, Rule: r.ID, To: word(t.levelID(max(held, s.placedWith(t, amount))))})
		return at(max(held, s.placedWith(t, amount)))
	case TierSplit:
		return s.split(t, held, amount, at)
	}
	s.note(Step{Code: TraceTierUsed, Rule: r.ID, To: word(t.levelID(held))})
	return at(held)
}

// setOf is the tier set that factors are about.
func (p *Program) setOf(f []tierFactor) *tierSet {
	for i := range p.sets {
		for _, x := range f {
			for _, l := range p.sets[i].levels {
				if x.tier == l.ID || x.tier == p.sets[i].ID+"/"+l.ID {
					return &p.sets[i]
				}
			}
		}
	}
	return nil
}

// placedWith is the level that an order of an amount of spend leads to.
func (s *session) placedWith(t *tierSet, amount frac) int {
	on := s.p.date(s.now)
	return t.place(func(i int) frac {
		v := t.value(s.a, s.quals, i, on)
		if k := t.metrics[i].Kind; k == MetricSpend || k == MetricPoints {
			v = v.add(amount)
		}
		return v
	}, t.waiver(s.a))
}

// split is the mean factor of an order whose parts are taken one after the other at
// the level that they fall in. The checker allows it only for ladders of plain
// thresholds on one metric of spend.
func (s *session) split(t *tierSet, held int, amount frac, at func(int) frac) frac {
	if amount.sign() <= 0 {
		return at(held)
	}
	before := t.value(s.a, s.quals, 0, s.p.date(s.now))
	var sum frac
	done := frac{}
	level := held
	for done.cmp(amount) < 0 {
		next, until := level, amount
		for k := level + 1; k < len(t.levels); k++ {
			th, ok := t.levels[k].entry.threshold(0)
			if !ok {
				continue
			}
			if d := th.sub(before); d.cmp(done) <= 0 {
				level = k
			} else if d.cmp(until) < 0 {
				next, until = k, d
				break
			}
		}
		sum = sum.add(until.sub(done).mul(at(level)))
		done = until
		level = max(level, next)
	}
	return sum.over(amount)
}
