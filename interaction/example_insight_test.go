package interaction_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

func ExampleContactBook_FirstContact() {
	resolved := time.Date(2024, 6, 3, 10, 0, 0, 0, time.UTC)
	book := interaction.NewContactBook(slices.Values([]interaction.Contact{
		{Customer: "u1", Issue: "billing", At: resolved.AddDate(0, 0, 5), Channel: interaction.LiveChat},
		{Customer: "u2", Issue: "delivery", At: resolved.AddDate(0, 0, 1), Channel: interaction.Phone},
	}))
	const window = 7 * 24 * time.Hour
	var counts interaction.FirstContactCounts
	for _, customer := range []string{"u1", "u2"} {
		issue := interaction.ResolvedIssue{Customer: customer, Issue: "billing", Resolved: resolved}
		for _, days := range []int{3, 8} {
			verdict, why := book.FirstContact(issue, window, resolved.AddDate(0, 0, days))
			fmt.Print(customer, ", day ", days, ": ", verdict, ", ", why)
			if days == 8 {
				counts.Add(verdict)
			}
		}
	}
	rate, err := counts.Rate()
	fmt.Println(rate, err)
	// Output:
	// u1, day 3: undetermined, first contact: no repeat so far, but the window is open until its end (Mon 2024-06-10 10:00:00Z)
	// u1, day 8: no, first contact: the customer came back about "billing" inside the window (Sat 2024-06-08 10:00:00Z)
	// u2, day 3: undetermined, first contact: no repeat so far, but the window is open until its end (Mon 2024-06-10 10:00:00Z)
	// u2, day 8: yes, first contact: no repeat until the window ended (Mon 2024-06-10 10:00:00Z)
	// 1 of 2 (50.0 %) <nil>
}

func ExampleTimeline_EffortLedger() {
	at := time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	contact := func(id string, day int, channel interaction.Channel, direction interaction.Direction) interaction.Interaction {
		return interaction.Interaction{
			ID: id, Customer: "u1", At: at.AddDate(0, 0, day), Channel: channel, Direction: direction, Issue: "late parcel",
		}
	}
	mail := contact("m1", 0, interaction.Email, interaction.Inbound)
	answer := contact("m2", 1, interaction.Email, interaction.Outbound)
	mail.Thread, answer.Thread = "t1", "t1"
	call := contact("c1", 3, interaction.Phone, interaction.Inbound)
	call.ReAsked, call.Outcome = []string{"order number"}, interaction.OutcomeTransferred
	tl, err := interaction.NewTimeline(call, answer, mail)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, topic := range tl.EffortLedger() {
		fmt.Println(topic.Issue+":", topic.Effort)
		fmt.Print(topic.Effort.Explain(interaction.DefaultEffortWeights()))
	}
	// Output:
	// late parcel: 2 contacts, 1 repeats, 1 transfers, 1 channel changes, 1 asked again, 0s over
	// effort: 1 repeat contacts at 1.40: 1.40
	// effort: 1 transfers at 1.00: 1.00
	// effort: 1 channel changes at 1.00: 1.00
	// effort: 1 questions asked again at 1.00: 1.00
	// effort: 4.40 points over 2 contacts
}

func ExampleContactBook_Deflection() {
	ended := time.Date(2024, 6, 3, 10, 0, 0, 0, time.UTC)
	contacts := slices.Values([]interaction.Contact{
		{Customer: "u1", Issue: "login", At: ended.Add(time.Hour), Channel: interaction.SelfService},
		{Customer: "u2", Issue: "login", At: ended.Add(time.Hour), Channel: interaction.Phone},
	})
	book := interaction.NewContactBook(interaction.DefaultProfiles().Assisted(contacts)) // the bot is no person
	for _, customer := range []string{"u1", "u2"} {
		session := interaction.SelfServiceSession{Customer: customer, Issue: "login", Ended: ended, End: interaction.SessionAssumed}
		verdict, why := book.Deflection(session, 24*time.Hour, ended.AddDate(0, 0, 2))
		fmt.Print(verdict, ", ", why)
	}
	// Output:
	// yes, deflection: nobody was asked until the window ended; the session ended assumed (Tue 2024-06-04 10:00:00Z)
	// no, deflection: the customer asked a person about "login" inside the window (Mon 2024-06-03 11:00:00Z)
}

func ExampleTriggerRules_Triggers() {
	var mood interaction.Trajectory
	for _, score := range []float64{0.4, 0.1, -0.3} {
		s, err := interaction.NewSentiment(score)
		if err != nil {
			fmt.Println(err)
			return
		}
		mood = mood.Next(s)
	}
	rules := interaction.TriggerRules{Repeats: 3, Mood: interaction.DefaultMoodLimits(), LegalWords: []string{"lawyer"}}
	triggers, why := rules.Triggers(interaction.EscalationSigns{Mood: mood, Repeats: 2, Text: "I shall ask my Lawyer."})
	fmt.Println(triggers)
	fmt.Print(why)
	// Output:
	// [mood legal]
	// escalate: mood: the mood fell 2 times in a row, to -0.30
	// escalate: legal: the customer wrote "lawyer"
}
