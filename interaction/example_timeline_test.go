package interaction_test

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

func ExampleTimeline() {
	at := time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	mail, err := interaction.NewTimeline(
		interaction.Interaction{
			ID: "m1", Customer: "u1", At: at, Channel: interaction.Email, Direction: interaction.Inbound,
			Purpose: interaction.PurposeProblemSolving, Stage: interaction.PostPurchase, Issue: "late parcel",
		},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	calls, err := interaction.NewTimeline(
		interaction.Interaction{
			ID: "c2", Customer: "u1", At: at.Add(48 * time.Hour), Channel: interaction.Phone, Direction: interaction.Outbound,
			Purpose: interaction.PurposeOrderSupport, Issue: "late parcel", Agent: "ada", Outcome: interaction.OutcomeResolved,
		},
		interaction.Interaction{
			ID: "c1", Customer: "u1", At: at.Add(24 * time.Hour), Channel: interaction.Phone, Direction: interaction.Inbound,
			Purpose: interaction.PurposeOrderSupport, Stage: interaction.PostPurchase, Issue: "late parcel", Agent: "ben",
		},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	both := calls.Merge(mail) // the same as mail.Merge(calls)
	for x := range both.All() {
		fmt.Println(x.At.Format(time.DateTime), x.Channel.Label(), x.Direction)
	}
	for _, n := range interaction.CountChannels(both.All()) {
		fmt.Println(n.Channel.Label(), n.Count)
	}
	for _, topic := range both.Topics() {
		fmt.Println(topic.Issue, "contacts:", topic.Contacts, "open:", topic.IsOpen())
	}
	// Output:
	// 2024-06-03 09:00:00 e-mail inbound
	// 2024-06-04 09:00:00 phone inbound
	// 2024-06-05 09:00:00 phone outbound
	// phone 2
	// e-mail 1
	// late parcel contacts: 2 open: false
}
