package cohort_test

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/metrics/cohort"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func Example() {
	var log cohort.Log
	for _, e := range []struct{ customer, at string }{
		{"ana", "2024-01-03T10:00:00Z"},
		{"ana", "2024-02-10T10:00:00Z"},
		{"ana", "2024-03-02T10:00:00Z"},
		{"bo", "2024-01-20T10:00:00Z"},
		{"bo", "2024-03-05T10:00:00Z"},
		{"chen", "2024-02-14T10:00:00Z"},
		{"dora", "2024-03-01T10:00:00Z"},
	} {
		if err := log.Add(e.customer, at(e.at)); err != nil {
			fmt.Println(err)
		}
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := log.Matrix(cohort.Calendar(london), at("2024-04-02T00:00:00Z"), &cohort.Options{
		By: cohort.ByMonth, Unit: cohort.CalendarMonths, Last: 3,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.Triangle())
	cell, mature := m.Cohorts()[0].Cell(1)
	low, high, _ := cell.Interval(0.95, cohort.Wilson)
	fmt.Printf("%d of %d, %.2f to %.2f, mature %v\n", cell.Returned, cell.Size, low, high, mature)
	// Output:
	// cohort   size       0      1       2
	// 2024-01     2  100.0%  50.0%  100.0%
	// 2024-02     1  100.0%   0.0%
	// 2024-03     1  100.0%
	// pooled      4  100.0%  33.3%  100.0%
	// 1 of 2, 0.09 to 0.91, mature true
}

// The same two visits under the three day rules.
func ExampleDayRule() {
	var log cohort.Log
	for _, s := range []string{"2024-03-09T17:59:00Z", "2024-03-10T17:00:00Z"} {
		if err := log.Add("ana", at(s)); err != nil {
			fmt.Println(err)
		}
	}
	for _, rule := range []cohort.DayRule{
		cohort.Calendar(time.UTC), cohort.Rolling24h(time.UTC), cohort.Rolling24hHourFloor(time.UTC),
	} {
		m, err := log.Matrix(rule, at("2024-04-01T00:00:00Z"), &cohort.Options{Last: 1})
		if err != nil {
			fmt.Println(err)
			return
		}
		cell, _ := m.Cohorts()[0].Cell(1)
		fmt.Printf("%s: back on day 1: %d of %d\n", rule, cell.Returned, cell.Size)
	}
	// Output:
	// calendar UTC: back on day 1: 1 of 1
	// rolling24h UTC: back on day 1: 0 of 1
	// rolling24h_hourfloor UTC: back on day 1: 1 of 1
}

// Counts that a query has made get the same maturity and intervals.
func ExampleFromCounts() {
	m, err := cohort.FromCounts(cohort.Calendar(time.UTC), at("2024-03-15T00:00:00Z"),
		&cohort.Options{By: cohort.ByMonth, Unit: cohort.CalendarMonths, Last: 3},
		[]cohort.Counts{
			{Start: cohort.Date{Year: 2024, Month: time.January, Day: 1}, Size: 40, Returned: []int64{40, 14, 5}},
			{Start: cohort.Date{Year: 2024, Month: time.February, Day: 1}, Size: 25, Returned: []int64{25, 3}},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.Triangle())
	// Output:
	// cohort   size       0      1
	// 2024-01    40  100.0%  35.0%
	// 2024-02    25  100.0%
	// pooled     65  100.0%  35.0%
}
