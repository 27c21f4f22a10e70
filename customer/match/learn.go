package match

import (
	"fmt"
	"math"
	"slices"
)

// learn makes a trained model of an untrained one and the records of a table whose
// shaped columns are filled.
func learn(m *Model, t *table, o *TrainOptions) (*scorer, *TrainReport, *blocks, error) {
	l := &learner{t: t, o: o.defaults(), model: m.clone()}
	report := &TrainReport{Records: t.len(), Demoted: slices.Clone(l.model.Demoted)}
	if t.len() < 2 {
		return nil, nil, nil, fmt.Errorf("%w: %d records", ErrNoData, t.len())
	}
	l.countFrequencies()
	s, err := bind(l.model, t)
	if err != nil {
		return nil, nil, nil, err
	}
	l.s = s
	l.start()
	random, n := l.random()
	report.RandomPairs = n
	b := t.block(l.model, l.o.Workers)
	report.Rules = b.reports
	l.draw(b)
	first := slices.Clone(l.m)
	if err := l.rounds(b, random, first, report); err != nil {
		return nil, nil, nil, err
	}
	if !l.model.NoVetoes {
		sound := l.judge(b, report)
		if sound { // what a veto forbids is no pair to learn agreement from
			l.vetoes = l.s.vetoer(nil)
			if err := l.rounds(b, random, first, report); err != nil {
				return nil, nil, nil, err
			}
		}
	}
	return l.s, report, b, nil
}

// rounds learns U, M and the prior in turn, and writes them into the model.
func (l *learner) rounds(b *blocks, random *patterns, first [][]float64, report *TrainReport) error {
	samples := l.candidates(b)
	l.estimateU(random, 0)
	prior := l.model.Prior
	for round := range 3 { // U without the pairs that turn out to be one person
		report.Sessions = l.sessions(samples, first, prior)
		prior = l.prior(samples, prior)
		if round < 2 {
			l.estimateU(random, prior)
		}
	}
	l.model.Prior, report.Prior = prior, prior
	report.Unseen = l.write()
	s, err := bind(l.model, l.t)
	l.s = s
	return err
}

// judge finds the vetoes that are not sound and says whether any is.
func (l *learner) judge(b *blocks, report *TrainReport) bool {
	l.model.Suspended = nil
	report.Vetoes = l.calibrate()
	sound := false
	for i := range report.Vetoes {
		v := &report.Vetoes[i]
		v.Suspended = v.Suspended && !l.o.KeepVetoes
		if v.Suspended {
			l.model.Suspended = append(l.model.Suspended, v.Kind)
		}
		sound = sound || (v.Pairs > 0 && !v.Suspended)
	}
	return sound
}

// start fills M with what the levels say, or with shares that fall by half.
func (l *learner) start() {
	for c := range l.model.Comparisons {
		levels := l.model.Comparisons[c].Levels
		m := make([]float64, len(levels))
		next := 1.0
		for i := range levels {
			if levels[i].Missing {
				continue
			}
			m[i] = levels[i].M
			if m[i] == 0 {
				m[i] = next
			}
			next /= 2
		}
		l.normalise(c, m)
		l.m = append(l.m, m)
		l.u = append(l.u, make([]float64, len(levels)))
	}
}

// countFrequencies counts the values of the columns whose agreement is corrected, and
// of names.
func (l *learner) countFrequencies() {
	want := map[string]bool{Given: true, Surname: true}
	for _, c := range l.model.Comparisons {
		for _, level := range c.Levels {
			want[level.Frequency] = true
		}
	}
	if l.model.Frequencies == nil {
		l.model.Frequencies = map[string]*Frequencies{}
	}
	for name := range want {
		col, ok := l.t.byName[name]
		if !ok || l.model.Frequencies[name] != nil {
			continue
		}
		d := l.t.columns[col].dict
		counts := make([]int, d.size())
		for i := range l.t.len() {
			counts[l.t.row(i)[col]]++
		}
		total := l.t.len() - counts[0]
		f := &Frequencies{Total: total, Shares: map[string]float64{}}
		for id, n := range counts {
			if id == 0 || n < 2 {
				continue
			}
			if v := d.val(uint32(id)); len(v) <= longestShare { //nolint:gosec // a value's number
				f.Shares[v] = float64(n) / float64(total)
			}
		}
		if total > 0 {
			f.Others = 1 / float64(total)
		}
		l.model.Frequencies[name] = f
	}
}

// sessions learns M rule by rule and takes the mean of what the rules say, each by how
// many pairs of one person it found.
func (l *learner) sessions(samples []sampled, first [][]float64, prior float64) []Session {
	var out []Session
	sums := make([][]float64, len(l.m))
	weights := make([]float64, len(l.m))
	for c := range sums {
		sums[c] = make([]float64, len(l.m[c]))
	}
	for r, rule := range l.model.Rules {
		active, learned := l.active(rule)
		pairs := 0
		for _, n := range samples[r].all.counts {
			pairs += int(n)
		}
		if len(learned) < 2 || pairs < 20 {
			continue
		}
		for c := range l.m {
			l.m[c] = slices.Clone(first[c])
		}
		s := l.session(samples[r].all, active, 0.5)
		s.Rule, s.Learned, s.Pairs = rule.Name, learned, pairs
		out = append(out, s)
		w := s.Matches * float64(pairs) * samples[r].weight
		for c := range l.m {
			if !active[c] {
				continue
			}
			weights[c] += w
			for i, m := range l.m[c] {
				sums[c][i] += w * m
			}
		}
	}
	for c := range l.m {
		l.m[c] = slices.Clone(first[c])
		if weights[c] > 0 {
			for i := range l.m[c] { // what the model said before counts as ten pairs
				l.m[c][i] = (sums[c][i] + 10*first[c][i]) / (weights[c] + 10)
			}
		}
		l.normalise(c, l.m[c])
	}
	return out
}

// active says which comparisons do not look at what a rule blocks on.
func (l *learner) active(r Rule) (active []bool, learned []string) {
	blocked := map[string]bool{}
	for _, k := range r.Keys {
		for _, f := range parts(k.Field) {
			blocked[f] = true
		}
	}
	active = make([]bool, len(l.model.Comparisons))
	for c := range l.model.Comparisons {
		touched := false
		for i := range l.model.Comparisons[c].Levels {
			l.model.Comparisons[c].Levels[i].When.fields(func(f string) {
				for _, p := range parts(f) {
					touched = touched || blocked[p]
				}
			})
		}
		if active[c] = !touched; active[c] {
			learned = append(learned, l.model.Comparisons[c].Name)
		}
	}
	return active, learned
}

// parts are the fields that a column is made of.
func parts(field string) []string {
	switch field {
	case Name, NameReading:
		return []string{Given, Surname}
	case GivenReading:
		return []string{Given}
	case SurnameReading:
		return []string{Surname}
	}
	return []string{field}
}

func (c *Condition) fields(yield func(string)) {
	for _, o := range []*Operand{c.A, c.B} {
		if o != nil {
			yield(o.Field)
		}
	}
	for i := range c.Args {
		c.Args[i].fields(yield)
	}
}

// prior is the share of all pairs that are one person: the candidates that are, of all
// pairs there could be.
func (l *learner) prior(samples []sampled, prior float64) float64 {
	n := float64(l.t.len())
	for range 30 {
		matches := 0.0
		for _, s := range samples {
			for i, levels := range s.new.levels {
				matches += s.weight * s.new.counts[i] * l.posterior(levels, nil, prior)
			}
		}
		prior = min(max(matches/(n*(n-1)/2), 1e-12), 0.5)
	}
	return prior
}

// write puts the probabilities into the model and names the levels that were not seen.
func (l *learner) write() []string {
	var unseen []string
	for c := range l.model.Comparisons {
		comp := &l.model.Comparisons[c]
		for i := range comp.Levels {
			if comp.Levels[i].Missing {
				continue
			}
			comp.Levels[i].M, comp.Levels[i].U = l.m[c][i], l.u[c][i]
			if l.m[c][i] <= 2*leastShare {
				unseen = append(unseen, comp.Name+": "+comp.Levels[i].Label)
			}
		}
		l.disagree(comp)
	}
	return unseen
}

// disagree sees to it that equal values never weigh less than values that differ
// altogether: where a value is so common that to share it says less than chance, or
// where hardly anybody differs, M of the last level is lowered until it weighs no more
// than the first, corrected for the most common value.
func (l *learner) disagree(c *Comparison) {
	last := &c.Levels[len(c.Levels)-1]
	if last.Missing || last.When.Op != OpElse {
		return
	}
	i := slices.IndexFunc(c.Levels, func(v Level) bool { return !v.Missing })
	first := &c.Levels[i]
	if first.When.Op != OpEqual {
		return
	}
	least := math.Log2(first.M / first.U)
	if f := l.model.Frequencies[first.Frequency]; first.Frequency != "" && f != nil {
		least += f.lowest(c.exactU(first), first.scale(), first.LeastShare)
	}
	if w := math.Log2(last.M / last.U); w > least {
		last.M = max(last.U*math.Exp2(least), math.SmallestNonzeroFloat64)
	}
}
