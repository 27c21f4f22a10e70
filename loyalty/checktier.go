package loyalty

import "fmt"

func (c *checker) tiers() {
	c.begin("tiers", len(c.spec.Tiers))
	sets := c.ids
	for i := range c.spec.Tiers {
		t, at := &c.spec.Tiers[i], fmt.Sprintf("tiers[%d]", i)
		c.ids = sets
		c.id(at, t.ID)
		metrics := c.metrics(at, t)
		c.levels(at, t, metrics)
		c.term(at, t)
		if r := t.Rollover; r != nil {
			m, ok := metrics[r.Metric]
			if !ok || (m.Window.Kind != CalendarYear && m.Window.Kind != AnniversaryYear) {
				c.add(at+".rollover.metric", "must be a metric with a window of a year")
			}
			if r.Cap != nil {
				c.amount(at+".rollover.cap", *r.Cap, "0")
			}
		}
		for k, w := range t.Waivers {
			if _, ok := metrics[w.Metric]; !ok {
				c.add(fmt.Sprintf("%s.waivers[%d].metric", at, k), "there is no metric %q", w.Metric)
			}
			for j, id := range w.Tiers {
				c.tier(fmt.Sprintf("%s.waivers[%d].tiers[%d]", at, k, j), id)
			}
		}
		if c.spec.TierMoment == TierSplit && !plainLadder(t) {
			c.add("tier_moment", "split_at_threshold needs ladders of plain thresholds on one metric of spend")
		}
	}
}

// plainLadder reports whether a ladder is thresholds on one metric of spend.
func plainLadder(t *TierSetSpec) bool {
	if len(t.Metrics) != 1 || t.Metrics[0].Kind != MetricSpend {
		return false
	}
	for _, l := range t.Levels {
		if l.Entry != nil && (l.Entry.Metric == "" || l.Entry.All != nil || l.Entry.Any != nil) {
			return false
		}
	}
	return true
}

func (c *checker) metrics(at string, t *TierSetSpec) map[string]MetricSpec {
	out := make(map[string]MetricSpec, len(t.Metrics))
	c.begin(at+".metrics", len(t.Metrics))
	for k, m := range t.Metrics {
		p := fmt.Sprintf("%s.metrics[%d]", at, k)
		c.id(p, m.ID)
		c.enum(p+".kind", metricKindWords, uint8(m.Kind), true)
		c.enum(p+".window.kind", windowKindWords, uint8(m.Window.Kind), false)
		c.wallet(p+".wallet", m.Wallet)
		if m.Window.Kind == RollingMonths {
			c.within(p+".window.n", m.Window.N, 1, 1200)
		}
		if m.Kind == MetricEvents && m.Event == "" {
			c.add(p+".event", "must name a custom event")
		}
		out[m.ID] = m
	}
	return out
}

func (c *checker) levels(at string, t *TierSetSpec, metrics map[string]MetricSpec) {
	if len(t.Levels) == 0 {
		c.add(at+".levels", "must have at least one")
	}
	c.begin(at+".levels", len(t.Levels))
	for k, l := range t.Levels {
		p := fmt.Sprintf("%s.levels[%d]", at, k)
		c.id(p, l.ID)
		if l.Entry != nil {
			c.criterion(p+".entry", l.Entry, metrics, 0)
		}
		if l.GrantOnly && l.Entry != nil {
			c.add(p+".grant_only", "must not have an entry")
		}
		if l.Stay == nil {
			continue
		}
		c.criterion(p+".stay", l.Stay, metrics, 0)
		if l.Entry != nil && l.Entry.Metric != "" && l.Stay.Metric == l.Entry.Metric && l.Stay.AtLeast.check() == nil &&
			l.Entry.AtLeast.check() == nil && l.Stay.AtLeast.Decimal().Cmp(l.Entry.AtLeast.Decimal()) > 0 {
			c.add(p+".stay", "must not ask for more than entry")
		}
	}
}

func (c *checker) criterion(at string, k *CriterionSpec, metrics map[string]MetricSpec, deep int) {
	if deep > maxNested {
		c.add(at, "nested deeper than %d", maxNested)
		return
	}
	if k.Metric != "" {
		if _, ok := metrics[k.Metric]; !ok {
			c.add(at+".metric", "there is no metric %q", k.Metric)
		}
	} else if len(k.All)+len(k.Any) == 0 {
		c.add(at, "must have a metric, all or any")
	}
	c.amount(at+".at_least", k.AtLeast, "0")
	for i := range k.All {
		c.criterion(fmt.Sprintf("%s.all[%d]", at, i), &k.All[i], metrics, deep+1)
	}
	for i := range k.Any {
		c.criterion(fmt.Sprintf("%s.any[%d]", at, i), &k.Any[i], metrics, deep+1)
	}
}

func (c *checker) term(at string, t *TierSetSpec) {
	c.enum(at+".term.kind", termKindWords, uint8(t.Term.Kind), false)
	c.enum(at+".landing", landingWords, uint8(t.Landing), false)
	c.within(at+".grace_days", t.GraceDays, 0, 3660)
	c.within(at+".term.n", t.Term.N, 0, 1200)
	switch t.Term.Kind {
	case TermMonths:
		if t.Term.N == 0 {
			c.add(at+".term.n", "must be above 0")
		}
	case TermYearly:
		if t.Term.Month < 1 || t.Term.Month > 12 || t.Term.Day < 1 || t.Term.Day > 31 {
			c.add(at+".term.month", "month and day must be of a calendar")
		}
	}
}
