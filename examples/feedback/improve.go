package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/feedback/score"
)

// drivers says what goes with the overall mark.
func (d *desk) drivers(p *page) error {
	p.title("What goes with the overall mark")
	names := []string{"speed", "care", "room", "price"}
	var c score.Comoments
	for _, r := range d.kept {
		row := make([]float64, 0, 5)
		for _, q := range append([]string{"overall"}, names...) {
			if n, ok := number(r.clean, q); ok {
				row = append(row, float64(n))
			}
		}
		if len(row) < 5 {
			c.Skip()
			continue
		}
		if err := c.Add(row); err != nil {
			return err
		}
	}
	report, err := c.Drivers(0, &score.DriverOptions{Names: names})
	if err != nil {
		return err
	}
	p.printf("  R² %.2f of %d answers, shared by %s\n", report.R2, report.N, report.Importance)
	slices.SortFunc(report.Drivers, func(a, b score.Driver) int {
		if a.LMG > b.LMG {
			return -1
		}
		return 1
	})
	for _, x := range report.Drivers {
		p.printf("  %-6s %3.0f %%  performs at %.2f [%.2f, %.2f]  %s\n", x.Name, 100*x.ImportanceShare, x.Performance.Value, x.Performance.Low, x.Performance.High, x.Quadrant)
	}
	return nil
}

// areas joins what people wrote with whose matter it is.
func (d *desk) areas(p *page) error {
	p.title("Where to improve")
	var areas deliver.Areas
	for _, r := range d.kept {
		n, answered := number(r.clean, "overall")
		o := deliver.Observation{
			Owners: []deliver.Owner{{Kind: deliver.Team, ID: r.team}}, Themes: r.themes, Answered: answered, Satisfied: n >= 4,
		}
		if err := areas.Add(&o); err != nil {
			return err
		}
	}
	report, ok, err := areas.Report(deliver.Team, &deliver.AreaOptions{Weights: []deliver.Weight{
		{Theme: "waiting", Importance: 0.3, Target: 0.8}, {Theme: "noise", Importance: 0.25, Target: 0.8}, {Theme: "bill", Importance: 0.1, Target: 0.8},
	}})
	if err != nil || !ok {
		return err
	}
	for _, a := range report.Areas {
		if a.Hidden {
			p.printf("  %-12s %-8s too few people to tell\n", a.Owner.ID, a.Theme)
			continue
		}
		rank := "not ranked: too few answers"
		if a.Rank > 0 {
			rank = fmt.Sprintf("rank %d", a.Rank)
		}
		p.printf("  %-12s %-8s %3.0f %% name it [%.0f, %.0f], elsewhere %.0f %%; satisfied %.0f %%; %d answers would show a change of 20 points; %s\n",
			a.Owner.ID, a.Theme, 100*a.Rate.Value, 100*a.Rate.Low, 100*a.Rate.High, 100*a.Elsewhere.Value, 100*a.Satisfied.Value, a.NToDetect, rank)
	}
	return nil
}

// loop opens a case for who is unhappy and may be called, and lists what is due first.
func (d *desk) loop(p *page) error {
	p.title("Whom to call, by when")
	loop, err := deliver.NewLoop(deliver.SuggestedLoop("care", "allergy"))
	if err != nil {
		return err
	}
	office, err := deliver.Hours{From: 8 * 60, To: 18 * 60, Weekdays: []int{1, 2, 3, 4, 5}}.In(time.UTC)
	if err != nil {
		return err
	}
	now := time.Date(2026, 9, 28, 12, 0, 0, 0, time.UTC)
	var cases []deliver.Case
	for _, r := range d.kept {
		if r.at.Before(now.AddDate(0, 0, -4)) || r.at.After(now) || r.clean["callback"] == false {
			continue
		}
		for k, seed := range loop.Triage(deliver.Signal{Answers: r.answers, Flags: r.themes}) {
			c, err := loop.Open(fmt.Sprintf("%s-%d", r.id, k), r.id, seed, r.at, office)
			if err != nil {
				return err
			}
			cases = append(cases, c)
		}
	}
	p.printf("  %d cases of the last four days, the first ones due:\n", len(cases))
	for _, c := range deliver.Queue(cases)[:min(5, len(cases))] {
		due := "nothing due"
		if at, ok := loop.Next(c, now.AddDate(-1, 0, 0)); ok {
			due = at.Format("Mon 2 Jan 15:04")
			if at.Before(now) {
				due += ", overdue"
			}
		}
		p.printf("  %-12s %-8s %-10s due %s\n", c.ID, c.Severity, c.Rule, due)
	}
	return nil
}

// countries compares where people fill in scales differently.
func (d *desk) countries(p *page) error {
	p.title("Countries")
	var first score.Estimate
	for k, c := range countries {
		of := func(r response) bool { return r.country == c.code }
		var waves [3]score.Estimate
		for i, q := range []string{"nps", "liked", "disliked"} {
			n, err := d.nps(q, of)
			if err != nil {
				return err
			}
			if waves[i], err = n.Estimate(nil); err != nil {
				return err
			}
		}
		anchored, err := score.AnchorEstimate(waves[0], waves[1], waves[2], nil)
		if err != nil {
			return err
		}
		p.printf("  %s raw %+6.1f [%+.1f, %+.1f]; between a disliked company (%+.0f) and a liked one (%+.0f) at %.2f [%.2f, %.2f]",
			c.code, waves[0].Value, waves[0].Low, waves[0].High, waves[2].Value, waves[1].Value, anchored.Value, anchored.Low, anchored.High)
		if k == 0 {
			first = anchored.Estimate
			p.printf("\n")
			continue
		}
		cmp, err := score.CompareEstimates(first, anchored.Estimate, nil)
		if err != nil {
			return err
		}
		p.printf("; less %s %+.2f [%+.2f, %+.2f]\n", countries[0].code, cmp.Difference.Value, cmp.Difference.Low, cmp.Difference.High)
	}
	p.printf("  the raw scores differ by way of filling in; the anchored ones compare\n")
	return nil
}

// next decides who may be asked again.
func (d *desk) next(p *page) error {
	p.title("Who may be asked now")
	policy := deliver.SuggestedPolicy(deliver.Research)
	policy.Hours = &deliver.Hours{From: 9 * 60, To: 18 * 60}
	gate, err := deliver.NewGate(policy)
	if err != nil {
		return err
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		return err
	}
	now := time.Date(2026, 9, 28, 12, 0, 0, 0, time.UTC)
	consent := []deliver.Scope{{Channel: "email", Purpose: deliver.Research}}
	for _, x := range []struct {
		who string
		r   deliver.Request
	}{
		{"a guest in Tokyo, where it is nine in the evening", deliver.Request{Contact: deliver.Contact{ID: "g1", Zone: tokyo, Consents: consent}}},
		{"one who was asked last week", deliver.Request{Contact: deliver.Contact{ID: "g2", Zone: time.UTC, Consents: consent}, History: deliver.History{Sent: []deliver.Sent{{Survey: "stay", At: now.AddDate(0, 0, -7)}}}}},
		{"one who never agreed", deliver.Request{Contact: deliver.Contact{ID: "g3", Zone: time.UTC}}},
		{"one who may be asked", deliver.Request{Contact: deliver.Contact{ID: "g4", Zone: time.UTC, Consents: consent}}},
	} {
		x.r.Survey, x.r.Channel, x.r.EventAt = "stay", "email", now.Add(-26*time.Hour)
		decision, err := gate.Decide(&x.r, now)
		if err != nil {
			return err
		}
		p.printf("  %s: %s", x.who, decision.Verdict)
		if decision.Reason != 0 {
			p.printf(", %s", decision.Reason)
		}
		if !decision.EligibleAt.IsZero() {
			p.printf(", again from %s", decision.EligibleAt.UTC().Format("2 Jan"))
		}
		if decision.Verdict == deliver.Defer {
			p.printf(" until %s", decision.At.In(x.r.Contact.Zone).Format("2 Jan 15:04"))
		}
		p.printf("\n")
	}
	return nil
}
