package main

import (
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-go/rapport/metrics"
)

// answer is a raw answer; a host that wants to know why one is refused uses package
// feedback. It satisfies metrics.WeightedScored.
type answer struct {
	raw      string
	customer string
	at       time.Time
	weight   float64
}

// Score reads a whole number; -1 stands for everything else and is counted as invalid.
func (a answer) Score() int {
	n, err := strconv.Atoi(a.raw)
	if err != nil {
		return -1
	}
	return n
}

// effort is a made-up answer to "was it easy?": 7 for a case of one question and one
// answer, one less for each further message.
type effort int

// Score is on the scale of metrics.EffortScale.
func (e effort) Score() int { return int(e) }

func (in *data) efforts() iter.Seq[effort] {
	return func(yield func(effort) bool) {
		for t := range in.tickets() {
			if !yield(effort(max(1, 9-len(t)))) {
				return
			}
		}
	}
}

// Weight is how many customers the answer stands for.
func (a answer) Weight() float64 { return a.weight }

// waves compares the last half year with the one before, and weighs answers so that
// every country counts as much as it has customers.
func waves(b *writer, in *data) error {
	answers := in.answers["nps"]
	if len(answers) == 0 {
		return b.missing("Waves and weights", "survey answers")
	}
	b.title("Waves and weights")
	last, before := in.asOf.AddDate(0, -6, 0), in.asOf.AddDate(-1, 0, 0)
	var now, then metrics.NetPromoter
	for _, a := range answers {
		switch {
		case !a.at.Before(last):
			_ = now.Add(a.Score()) // what is no answer is counted in Invalid
		case !a.at.Before(before):
			_ = then.Add(a.Score())
		}
	}
	change, err := now.Compare(then)
	if err != nil {
		return err
	}
	i, err := change.Interval(level)
	if err != nil {
		return err
	}
	b.printf("NPS of the last six months against the six before: %+.1f (%.1f to %.1f), n %d and %d", i.Estimate, i.Low, i.High, change.N1, change.N2)
	if p, ok := change.P(); ok {
		b.printf(", p %.2f", p)
	}
	b.printf("\n")

	weighted := metrics.WeightedNetPromoterOf(slices.Values(in.byCountry(answers)))
	i, err = weighted.Interval(metrics.Linearised, level)
	if err != nil {
		return err
	}
	kish, err := weighted.KishN()
	if err != nil {
		return err
	}
	b.printf("NPS weighted by country: %.1f (%.1f to %.1f by %s), n %d worth %.0f of equal weight\n", i.Estimate, i.Low, i.High, i.Method, i.N, kish)
	return nil
}

// byCountry gives each answer the number of customers that it stands for in its country.
func (in *data) byCountry(answers []answer) []answer {
	home, customers, answered := map[string]string{}, map[string]float64{}, map[string]float64{}
	for _, c := range in.customers {
		home[c.ID] = c.Country
		customers[c.Country]++
	}
	for _, a := range answers {
		if a.Score() >= 0 {
			answered[home[a.customer]]++
		}
	}
	out := slices.Clone(answers)
	for i, a := range out {
		if n := answered[home[a.customer]]; n > 0 {
			out[i].weight = customers[home[a.customer]] / n
		}
	}
	return out
}
