package businesstime_test

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
)

func ExampleNew() {
	desk, err := businesstime.New(businesstime.Spec{
		ID: "desk", Zone: "Europe/London",
		Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}},
		Closed: []businesstime.Closure{
			{Name: "Good Friday", Rule: businesstime.EasterDay{Offset: -2}},
			{Name: "Easter Monday", Rule: businesstime.EasterDay{Offset: 1}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	asked := time.Date(2024, time.March, 28, 16, 30, 0, 0, desk.Location())
	due, _ := desk.Add(asked, 4*time.Hour)
	third, _ := desk.AddDays(asked, 3, businesstime.CloseOfBusiness)
	fmt.Println("four business hours:  ", due.Format(time.RFC1123))
	fmt.Println("third business day:   ", third.Format(time.RFC1123))
	fmt.Println("business time between:", desk.Between(asked, third))
	// Output:
	// four business hours:   Tue, 02 Apr 2024 12:30:00 BST
	// third business day:    Thu, 04 Apr 2024 17:00:00 BST
	// business time between: 24h30m0s
}

func ExampleCalendar_Explain() {
	shop := businesstime.MustNew(businesstime.Spec{
		Zone:     "America/New_York",
		Versions: []businesstime.Version{{Hours: businesstime.EveryDay(businesstime.Hours(0, 8))}},
	})
	from := time.Date(2024, time.November, 2, 0, 0, 0, 0, shop.Location())
	for line := range shop.Explain(from, from.AddDate(0, 0, 3)) {
		fmt.Println(line)
	}
	// Output:
	// 2024-11-02 Sat  00:00-08:00                 8h0m0s  weekly hours 00:00-08:00
	// 2024-11-03 Sun  00:00-08:00                 9h0m0s  weekly hours 00:00-08:00; the day lasts 25h0m0s
	// 2024-11-04 Mon  00:00-08:00                 8h0m0s  weekly hours 00:00-08:00
}

func ExampleCoverage() {
	team := func(id, zone string) *businesstime.Calendar {
		return businesstime.MustNew(businesstime.Spec{ID: id, Zone: zone, Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}}})
	}
	// For three weeks in March summer time has begun in the United States only.
	day := time.Date(2024, time.March, 20, 0, 0, 0, 0, time.UTC)
	cover := businesstime.Coverage(day, day.AddDate(0, 0, 1), team("Sydney", "Australia/Sydney"), team("London", "Europe/London"), team("San Francisco", "America/Los_Angeles"))
	fmt.Println("covered", cover.Covered)
	for _, gap := range cover.Gaps {
		fmt.Println("nobody ", gap.Start.Format("15:04"), "to", gap.End.Format("15:04"))
	}
	// Output:
	// covered 21h0m0s
	// nobody  06:00 to 09:00
}

func ExampleIntersect() {
	hours := func(zone string) *businesstime.Calendar {
		return businesstime.MustNew(businesstime.Spec{Zone: zone, Versions: []businesstime.Version{{Hours: businesstime.Weekdays(businesstime.Hours(9, 17))}}})
	}
	both := businesstime.Intersect("both offices", hours("Europe/London"), hours("America/New_York"))
	from := time.Date(2024, time.March, 8, 0, 0, 0, 0, time.UTC)
	for s := range both.Segments(from, from.AddDate(0, 0, 4)) {
		fmt.Println(s.Start.Format("Mon 15:04"), "to", s.End.Format("15:04 MST"))
	}
	// Output:
	// Fri 14:00 to 17:00 UTC
	// Mon 13:00 to 17:00 UTC
}

func ExampleLint() {
	spec, _ := businesstime.ParseSpec([]byte(`{
		"zone": "America/New_York",
		"weekly": {"sat": [["02:10", "02:50"]], "sun": [["02:10", "02:50"]], "mon": [["00:00", "23:59"]]},
		"holidays": ["2024-07-05"]
	}`))
	for _, finding := range businesstime.Lint(spec, businesstime.Date{Year: 2024, Month: 1, Day: 1}, businesstime.Date{Year: 2024, Month: 12, Day: 31}) {
		fmt.Println(finding)
	}
	// Output:
	// midnight_minute versions[0].hours.mon: 00:00-23:59 ends before midnight; the whole day ends at 24:00
	// dead_closure closed[0]: 2024-07-05 closes nothing that is open without it
	// lost_span hours on 2024-03-10: 02:10-02:50 falls into the hour that does not exist
}

func ExampleParseOSM() {
	spec, err := businesstime.ParseOSM("Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00; Dec 25 off", "Europe/Berlin", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	shop := businesstime.MustNew(spec)
	at := time.Date(2024, time.December, 24, 17, 30, 0, 0, shop.Location())
	next, _ := shop.NextOpen(at)
	fmt.Println(next.Format("Mon 2 Jan 15:04"))
	// Output:
	// Thu 26 Dec 09:00
}
