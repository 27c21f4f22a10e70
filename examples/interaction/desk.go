package main

import (
	"context"
	"io"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
)

// The desk's hours: weekdays, and on Sunday a night shift for customers in Asia.
// Good Friday and Easter Monday are holidays; Easter 2024 fell on the Sunday on
// which clocks went forward.
func deskHours() businesstime.Spec {
	week := businesstime.Weekdays(businesstime.Hours(9, 18))
	week[time.Sunday] = []businesstime.Span{businesstime.Hours(0, 8)}
	return businesstime.Spec{
		ID: "desk", Zone: "Europe/Berlin",
		Versions: []businesstime.Version{{Hours: week}},
		Closed: []businesstime.Closure{
			{Name: "Good Friday", Rule: businesstime.EasterDay{Offset: -2}},
			{Name: "Easter Monday", Rule: businesstime.EasterDay{Offset: 1}},
		},
	}
}

// The service levels, and their second version, in force from Thursday noon.
func policies(change time.Time) sla.PolicySet {
	version := func(n int, effective time.Time, resolution time.Duration) sla.Policy {
		return sla.Policy{
			ID: "support", Version: n, Effective: effective, Calendar: "desk", Match: sla.Match{Always: true}, Retarget: sla.Carry,
			Rules: []sla.Rule{
				{Metric: sla.FirstResponse, Target: sla.Business(4 * time.Hour)},
				{Metric: sla.NextResponse, Target: sla.Business(4 * time.Hour)},
				{Metric: sla.Resolution, Target: sla.Business(resolution), PauseIn: []sla.Status{sla.StatusPending}},
			},
		}
	}
	return sla.PolicySet{Policies: []sla.Policy{
		version(1, time.Time{}, 24*time.Hour),
		version(2, change, 12*time.Hour),
	}}
}

// caseRules are how cases are worked here.
func caseRules(hours *businesstime.Calendar) (*interaction.CaseRules, error) {
	ladder, err := interaction.NewLadder("complaints", interaction.Hierarchical,
		interaction.Rung{To: "team lead", Accept: interaction.Business(time.Hour)},
		interaction.Rung{To: "manager", Accept: interaction.Business(2 * time.Hour)},
	)
	if err != nil {
		return nil, err
	}
	return interaction.NewCaseRules(interaction.CaseRulesSpec{
		ReplyWindow: 24 * time.Hour,
		Verify:      interaction.Business(4 * time.Hour),
		Calendar:    interaction.WithDays(hours, businesstime.CloseOfBusiness),
		Required:    map[interaction.Purpose]string{interaction.PurposeComplaint: interaction.PlaybookISO},
		Ladders:     []*interaction.Ladder{ladder},
	})
}

// newHost joins the parts.
func newHost(out io.Writer, second time.Duration) (*host, error) {
	hours, err := businesstime.New(deskHours())
	if err != nil {
		return nil, err
	}
	rules, err := caseRules(hours)
	if err != nil {
		return nil, err
	}
	zone := hours.Location()
	levels, err := sla.New(policies(time.Date(2024, 3, 28, 12, 0, 0, 0, zone)), sla.Book{"desk": hours})
	if err != nil {
		return nil, err
	}
	mail, err := newMailroom()
	if err != nil {
		return nil, err
	}
	router, err := newRouter()
	if err != nil {
		return nil, err
	}
	return &host{
		ctx:    context.Background(),
		page:   &page{out: out, zone: zone},
		clock:  &alarmClock{now: time.Date(2024, 3, 27, 0, 0, 0, 0, zone), second: second},
		hours:  hours,
		desk:   &interaction.Desk{Rules: rules, Store: new(interaction.MemStore)},
		levels: levels,
		mail:   mail,
		router: router,
		cases:  2,
		waking: make(map[interaction.Deadline]bool),
	}, nil
}
