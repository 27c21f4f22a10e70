package contact_test

import (
	"fmt"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/contact"
)

// A sales call that would reach Paris at lunch.
func ExampleDesk_Decide() {
	desk, err := contact.New(nil)
	if err != nil {
		panic(err)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	q := contact.Question{Region: language.MustParseRegion("FR"), Purpose: contact.Marketing, Channel: contact.Call, Consent: true}
	d, err := desk.Decide(q, time.Date(2026, 11, 24, 13, 15, 0, 0, paris))
	if err != nil {
		panic(err)
	}
	next, err := desk.Next(q, d.At)
	if err != nil {
		panic(err)
	}
	fmt.Println(d.May(), d.Legal.Reasons[0].Rule, d.Legal.Reasons[0].Why)
	fmt.Println("next:", next.Start.Format("15:04"))
	// Output:
	// false fr.prospecting.hours Tue 13:15 is outside 10:00-13:00, 14:00-20:00
	// next: 14:00
}

// A week as data for a host's own calendar.
func ExampleDesk_Days() {
	desk, err := contact.New(nil)
	if err != nil {
		panic(err)
	}
	q := contact.Question{Region: language.MustParseRegion("IL"), Purpose: contact.ServiceReply, Channel: contact.Call, Audience: contact.Business}
	days, err := desk.Days(q, culture.Date{Year: 2026, Month: time.March, Day: 1}, 7)
	if err != nil {
		panic(err)
	}
	for _, d := range days {
		fmt.Println(d.Date, d.Open)
	}
	// Output:
	// 2026-03-01 [08:00-17:00]
	// 2026-03-02 [08:00-17:00]
	// 2026-03-03 [08:00-17:00]
	// 2026-03-04 [08:00-17:00]
	// 2026-03-05 [08:00-17:00]
	// 2026-03-06 []
	// 2026-03-07 []
}
