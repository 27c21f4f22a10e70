package main

import (
	"fmt"
	"slices"
	"sort"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/listen"
	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/feedback/survey"
)

// desk is the hotel's back office: the survey, and what was kept of the answers.
type desk struct {
	findings []survey.Finding
	program  *survey.Program
	taxonomy *listen.Taxonomy
	guests   []guest
	kept     []response
}

// response is a guest whose answers were accepted.
type response struct {
	guest
	clean   survey.Answers
	answers []feedback.Answer // NPS and CSAT, typed
	themes  []string
}

func newDesk() (*desk, error) {
	s, findings, err := survey.Parse(definition, nil)
	if err != nil {
		return nil, err
	}
	program, err := s.Compile(nil)
	if err != nil {
		return nil, err
	}
	list, err := listen.ParseThemes(themes)
	if err != nil {
		return nil, err
	}
	taxonomy, err := listen.NewTaxonomy(list, nil)
	if err != nil {
		return nil, err
	}
	return &desk{findings: findings, program: program, taxonomy: taxonomy, guests: guests(500)}, nil
}

// judge evaluates every answer and keeps what is valid.
func (d *desk) judge(p *page) error {
	p.printf("A hotel's survey, July to September 2026\n")
	p.title("Answers")
	p.printf("  the definition has %d findings\n", len(d.findings))
	refused := map[string]int{}
	examples := map[string]string{}
	cleaned := 0
	for _, g := range d.guests {
		o, err := d.program.Evaluate(survey.Context{Now: g.at, Locale: g.lang.String()}, g.answers)
		if err != nil {
			return err
		}
		if !o.Valid() {
			for _, x := range o.Problems {
				if x.Level != survey.Error {
					continue
				}
				key := fmt.Sprintf("%s %s", x.Path, x.Code)
				refused[key]++
				if examples[key] == "" {
					examples[key] = survey.Messages().Text(g.lang.String(), x)
				}
			}
			continue
		}
		if len(o.Clean) < len(g.answers) {
			cleaned++
		}
		r, err := d.accept(g, o)
		if err != nil {
			return err
		}
		d.kept = append(d.kept, r)
	}
	p.printf("  %d came back, %d are kept (of %d of them something was left out), %d are refused:\n", len(d.guests), len(d.kept), cleaned, len(d.guests)-len(d.kept))
	keys := make([]string, 0, len(refused))
	for k := range refused {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		p.printf("    %2d  %-16s %s\n", refused[k], k, examples[k])
	}
	return nil
}

// accept types the answers that open cases, and finds what the comment is about.
func (d *desk) accept(g guest, o survey.Outcome) (response, error) {
	r := response{guest: g, clean: o.Clean}
	if n, ok := number(o.Clean, "nps"); ok {
		a, err := feedback.NewNPS(n)
		if err != nil {
			return r, err
		}
		r.answers = append(r.answers, a)
	}
	if n, ok := number(o.Clean, "overall"); ok {
		a, err := feedback.NewCSAT(n)
		if err != nil {
			return r, err
		}
		r.answers = append(r.answers, a)
	}
	if text, ok := o.Clean["why"].(string); ok {
		tags, _, err := d.taxonomy.Tags(g.lang, text)
		if err != nil {
			return r, err
		}
		for _, t := range tags {
			r.themes = append(r.themes, t.Path[len(t.Path)-1])
		}
	}
	return r, nil
}

// number is a whole answer.
func number(a survey.Answers, name string) (int, bool) {
	x, ok := a[name].(float64)
	return int(x), ok
}

// column reads one question over all who answered.
func (d *desk) column(name string, of func(response) bool) (list []int, skipped int) {
	for _, r := range d.kept {
		if of != nil && !of(r) {
			continue
		}
		if n, ok := number(r.clean, name); ok {
			list = append(list, n)
		} else {
			skipped++
		}
	}
	return list, skipped
}

// nps counts the answers to one question of 0 to 10.
func (d *desk) nps(name string, of func(response) bool) (score.NetPromoter, error) {
	var n score.NetPromoter
	list, skipped := d.column(name, of)
	for _, x := range list {
		if err := n.Add(x); err != nil {
			return n, err
		}
	}
	n.Skipped = int64(skipped)
	return n, nil
}

// scores are the headline figures with their doubt, and what changed.
func (d *desk) scores(p *page) error {
	p.title("Scores")
	n, err := d.nps("nps", nil)
	if err != nil {
		return err
	}
	e, err := n.Estimate(nil)
	if err != nil {
		return err
	}
	p.printf("  %s\n", e.Explain())
	var csat score.Satisfaction
	list, _ := d.column("overall", nil)
	for _, x := range list {
		if err := csat.Add(x); err != nil {
			return err
		}
	}
	if e, err = csat.Top(2, nil); err != nil {
		return err
	}
	p.printf("  %s\n", e.Explain())
	var ease score.EffortEase
	list, _ = d.column("ease", nil)
	for _, x := range list {
		if err := ease.Add(x); err != nil {
			return err
		}
	}
	if e, err = ease.Easy(nil); err != nil {
		return err
	}
	p.printf("  %s\n", e.Explain())
	half := func(first bool) func(response) bool {
		return func(r response) bool { return (r.at.Month() == 7 || (r.at.Month() == 8 && r.at.Day() < 16)) == first }
	}
	a, err := d.nps("nps", half(true))
	if err != nil {
		return err
	}
	b, err := d.nps("nps", half(false))
	if err != nil {
		return err
	}
	c, err := score.CompareNetPromoter(a, b, nil)
	if err != nil {
		return err
	}
	p.printf("  second half less first: %+.1f [%.1f, %.1f], p = %.2f\n", c.Difference.Value, c.Difference.Low, c.Difference.High, c.P)
	careless := 0
	for _, r := range d.kept {
		var items []int
		for _, q := range []string{"overall", "speed", "care", "room", "price"} {
			if n, ok := number(r.clean, q); ok {
				items = append(items, n)
			}
		}
		if x, err := score.InspectAnswers(items, nil); err == nil && len(x.Flags) > 0 {
			careless++
		}
	}
	p.printf("  %d have one answer throughout: a sign to look at, nothing is deleted\n", careless)
	return nil
}

// teams is a table that gives nobody away.
func (d *desk) teams(p *page) error {
	p.title("By team (of fewer than 5 people nothing is told)")
	names := slices.Clone(teams)
	slices.Sort(names)
	var groups []score.Group[score.NetPromoter]
	total, err := d.nps("nps", nil)
	if err != nil {
		return err
	}
	for _, team := range slices.Compact(names) {
		n, err := d.nps("nps", func(r response) bool { return r.team == team })
		if err != nil {
			return err
		}
		groups = append(groups, score.Group[score.NetPromoter]{Key: team, People: n.N(), Figure: n})
	}
	table, err := score.Suppress(groups, total, nil)
	if err != nil {
		return err
	}
	for _, g := range table.Visible {
		e, err := g.Figure.Estimate(nil)
		if err != nil {
			return err
		}
		p.printf("  %-12s %4d  %+6.1f [%+.1f, %+.1f]\n", g.Key, g.People, e.Value, e.Low, e.High)
	}
	p.printf("  not shown: %v\n", table.Hidden)
	return nil
}
