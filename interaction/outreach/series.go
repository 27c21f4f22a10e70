package outreach

import (
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
)

// The ready sequences below are data: a host takes one, changes what it likes
// (templates, channels, days) and gives it to NewSequence. They are customs of the
// trade, not findings.

const day = 24 * time.Hour

func workdays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
}

func clockAt(hour, minute int) *businesstime.TimeOfDay {
	at := businesstime.TimeOfDay(hour*3600 + minute*60)
	return &at
}

// unwanted are the outcomes after which no further message of a series makes sense.
func unwanted(more ...Condition) []Condition {
	return append(more, Condition{Skipped: ConsentWithdrawn}, Condition{Skipped: Suppressed})
}

// Onboarding is a series for new customers: a welcome at once, then on workdays at
// 09:30 of the recipient's clock first steps after 2 days, help after 5, and a check
// whether all is well after 14. A complaint ends it, since it then has a better answer.
func Onboarding() SequenceSpec {
	return SequenceSpec{
		ID: "onboarding", Version: 1, Trigger: "signed_up", Purpose: Marketing, Topic: "onboarding",
		Channels: []interaction.Channel{interaction.Email},
		Steps: []Step{
			{Name: "welcome", Send: true, Template: "onboarding/welcome", ValidFor: 2 * day},
			{Name: "first-steps", LocalDays: 2, At: clockAt(9, 30), Weekdays: workdays(), Send: true, Template: "onboarding/first-steps", ValidFor: 7 * day},
			{Name: "help", LocalDays: 3, At: clockAt(9, 30), Weekdays: workdays(), Send: true, Template: "onboarding/help", ValidFor: 7 * day},
			{Name: "check-in", LocalDays: 9, At: clockAt(9, 30), Weekdays: workdays(), Send: true, Template: "onboarding/check-in", ValidFor: 14 * day},
		},
		Exit: unwanted(Condition{Event: "account_closed"}, Condition{Event: "complaint_opened"}),
	}
}

// CheckIns asks after two weeks whether all is well with a purchase, and then every
// month for a year, counted from the date of purchase. It may begin again with the
// next purchase once it is over.
func CheckIns() SequenceSpec {
	s := SequenceSpec{
		ID: "check-ins", Version: 1, Trigger: "purchased", Purpose: Marketing, Topic: "check-ins",
		Channels: []interaction.Channel{interaction.Email},
		Steps:    []Step{{Name: "two-weeks", LocalDays: 14, At: clockAt(10, 0), Weekdays: workdays(), Send: true, Template: "check-ins/two-weeks", ValidFor: 7 * day}},
		Exit:     unwanted(Condition{Event: "account_closed"}, Condition{Event: "complaint_opened"}),
		ReEntry:  ReEntry{Allowed: true},
	}
	for n := 1; n <= 12; n++ {
		s.Steps = append(s.Steps, Step{
			Name: "month-" + string([]byte{'0' + byte(n/10), '0' + byte(n%10)}), Months: n, At: clockAt(10, 0),
			Weekdays: workdays(), Send: true, Template: "check-ins/monthly", ValidFor: 14 * day,
		})
	}
	return s
}

// Tips are four hints on what was bought, a week apart on workdays at 10:00: for a
// camera, how to take pictures and which lens to take. Returning the product ends it.
func Tips() SequenceSpec {
	s := SequenceSpec{
		ID: "tips", Version: 1, Trigger: "product_delivered", Purpose: Marketing, Topic: "tips",
		Channels: []interaction.Channel{interaction.Email, "push"},
		Exit:     unwanted(Condition{Event: "product_returned"}, Condition{Event: "complaint_opened"}),
		ReEntry:  ReEntry{Allowed: true, Gap: 30 * day},
	}
	for _, name := range []string{"start", "better", "accessories", "expert"} {
		s.Steps = append(s.Steps, Step{
			Name: name, LocalDays: 7, At: clockAt(10, 0), Weekdays: workdays(), Send: true, Template: "tips/" + name, ValidFor: 14 * day,
		})
	}
	return s
}

// WinBack is for customers who have not been seen for long: a greeting, a question
// what was missing after 10 days, an offer after 24, and then silence. A purchase or a
// visit ends it; it may begin again half a year later, three times in all.
func WinBack() SequenceSpec {
	return SequenceSpec{
		ID: "win-back", Version: 1, Trigger: "lapsed", Purpose: Marketing, Topic: "win-back",
		Channels: []interaction.Channel{interaction.Email},
		Steps: []Step{
			{Name: "we-miss-you", At: clockAt(10, 0), Weekdays: workdays(), Send: true, Template: "win-back/greeting", ValidFor: 7 * day},
			{Name: "what-was-missing", LocalDays: 10, At: clockAt(10, 0), Weekdays: workdays(), Send: true, Template: "win-back/question", ValidFor: 7 * day},
			{Name: "offer", LocalDays: 14, At: clockAt(10, 0), Weekdays: workdays(), Send: true, Template: "win-back/offer", ValidFor: 7 * day},
		},
		Exit:    unwanted(Condition{Event: "purchased"}, Condition{Event: "visited"}, Condition{Event: "account_closed"}),
		ReEntry: ReEntry{Allowed: true, Gap: 182 * day, Max: 3},
	}
}
