package desk

import (
	_ "embed"
	"errors"
	"slices"
	"time"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/contact"
	"github.com/rapport-go/rapport/culture/salutation"
	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/loyalty"
)

//go:embed programme.json
var programmeJSON []byte

// The shop's own settings. A host with an admin page would keep them in its database;
// each wing reads them as data.
const (
	shopName = "The corner shop"
	currency = "GBP"
	zoneName = "Europe/London"
	wallet   = "points"
	tierSet  = "status"
)

// rules are everything that the wings are asked with. They are made once and only read.
type rules struct {
	zone      *time.Location
	spec      loyalty.Spec
	programme *loyalty.Program
	hours     *businesstime.Calendar
	cases     *interaction.CaseRules
	levels    *sla.Set
	loop      *deliver.Loop
	letters   *salutation.Engine
	guides    *culture.Resolver
	contact   *contact.Desk
}

func newRules() (*rules, error) {
	r := &rules{letters: salutation.Default(), guides: culture.Default()}
	var errs [9]error
	r.zone, errs[0] = time.LoadLocation(zoneName)
	r.spec, errs[1] = loyalty.ParseSpec(programmeJSON)
	r.programme, errs[2] = loyalty.ParseProgram(programmeJSON)
	r.hours, errs[3] = businesstime.New(businesstime.Spec{
		ID: "desk", Zone: zoneName,
		Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 18))}},
		Closed:   bankHolidays(),
	})
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	r.cases, errs[4] = newCaseRules(r.hours)
	r.levels, errs[5] = sla.New(servicePolicies(), sla.Book{"desk": r.hours})
	r.loop, errs[6] = deliver.NewLoop(deliver.SuggestedLoop("service", "lawyer", "dangerous"))
	r.contact, errs[7] = contact.New(nil)
	return r, errors.Join(errs[:]...)
}

// bankHolidays are those of England and Wales (Banking and Financial Dealings Act 1971,
// schedule 1, with the days that royal proclamation adds every year). Where Christmas Day
// and Boxing Day both fall on a weekend the second substitute is a Tuesday: those days
// stand by their dates.
func bankHolidays() []businesstime.Closure {
	yearly := func(month time.Month, day int) businesstime.Yearly {
		return businesstime.Yearly{First: businesstime.MonthDay{Month: month, Day: day}, Observed: businesstime.NextMonday}
	}
	list := []businesstime.Closure{
		{Name: "New Year's Day", Rule: yearly(time.January, 1)},
		{Name: "Good Friday", Rule: businesstime.EasterDay{Offset: -2}},
		{Name: "Easter Monday", Rule: businesstime.EasterDay{Offset: 1}},
		{Name: "Early May bank holiday", Rule: businesstime.NthWeekday{Month: time.May, Weekday: time.Monday, N: 1}},
		{Name: "Spring bank holiday", Rule: businesstime.NthWeekday{Month: time.May, Weekday: time.Monday, N: -1}},
		{Name: "Summer bank holiday", Rule: businesstime.NthWeekday{Month: time.August, Weekday: time.Monday, N: -1}},
		{Name: "Christmas Day", Rule: yearly(time.December, 25)},
		{Name: "Boxing Day", Rule: yearly(time.December, 26)},
	}
	for _, d := range []businesstime.Date{{Year: 2021, Month: time.December, Day: 28}, {Year: 2022, Month: time.December, Day: 27}, {Year: 2027, Month: time.December, Day: 28}} {
		list = append(list, businesstime.Closure{Name: "Christmas, substitute day", Rule: businesstime.Day{Date: d}})
	}
	return list
}

// holidayOf names a local date's holiday in a region: the turn of the year and Christmas,
// and nothing that moves. A host with more customers takes a calendar of each region.
func holidayOf(region string) func(culture.Date) (string, bool) {
	return func(d culture.Date) (string, bool) {
		switch {
		case d.Month == time.January && d.Day == 1 && region != "IN":
			return "New Year's Day", true
		case d.Month == time.December && d.Day == 25 && slices.Contains([]string{"GB", "DE", "IT", "BR", "IN"}, region):
			return "Christmas Day", true
		}
		return "", false
	}
}

// servicePolicies are the service levels: gold members have a faster one.
func servicePolicies() sla.PolicySet {
	policy := func(id string, match sla.Match, first, resolve time.Duration) sla.Policy {
		return sla.Policy{
			ID: id, Version: 1, Calendar: "desk", Match: match, Retarget: sla.Carry,
			Rules: []sla.Rule{
				{Metric: sla.FirstResponse, Target: sla.Business(first)},
				{Metric: sla.NextResponse, Target: sla.Business(first)},
				{Metric: sla.Resolution, Target: sla.Business(resolve), PauseIn: []sla.Status{sla.StatusPending, sla.StatusOnHold}},
			},
		}
	}
	return sla.PolicySet{Policies: []sla.Policy{
		policy("gold", sla.Match{All: []sla.Condition{{Fact: "tier", In: []string{"gold"}}}}, 2*time.Hour, 12*time.Hour),
		policy("standard", sla.Match{Always: true}, 4*time.Hour, 24*time.Hour),
	}}
}

const ladderName = "supervisor"

func newCaseRules(hours *businesstime.Calendar) (*interaction.CaseRules, error) {
	ladder, err := interaction.NewLadder(ladderName, interaction.Hierarchical,
		interaction.Rung{To: "team lead", Accept: interaction.Business(time.Hour)},
		interaction.Rung{To: "manager", Accept: interaction.Business(2 * time.Hour)},
	)
	if err != nil {
		return nil, err
	}
	return interaction.NewCaseRules(interaction.CaseRulesSpec{
		Calendar: interaction.WithDays(hours, businesstime.CloseOfBusiness),
		Ladders:  []*interaction.Ladder{ladder},
	})
}
