package interaction_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

func ExampleDecide() {
	rules, err := interaction.NewCaseRules(interaction.CaseRulesSpec{ReplyWindow: 72 * time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	ada := interaction.Actor{ID: "ada", Role: interaction.RoleAgent}
	client := interaction.Actor{ID: "u1", Role: interaction.RoleCustomer}
	var c interaction.Case
	do := func(id string, by interaction.Actor, action interaction.Action) {
		at = at.Add(time.Hour)
		out, err := interaction.Decide(rules, c, interaction.Command{ID: id, Case: "c1", At: at, By: by, Do: action})
		if err != nil {
			fmt.Println("refused:", err)
			return
		}
		for _, e := range out.Events {
			c = interaction.Evolve(c, e)
		}
		fmt.Print(out.Trace)
	}
	do("1", client, interaction.OpenCase{Customer: "u1", Issue: "late parcel", Channel: interaction.Email})
	do("2", ada, interaction.SendMessage{Message: "m1", Channel: interaction.Email})
	do("3", ada, interaction.RecordWork{Work: interaction.Work{
		Stage: interaction.ProblemRootCause, Evidence: []interaction.Evidence{{Kind: "log", Text: "scan missing in Leipzig"}},
	}})
	do("4", ada, interaction.SetStatus{To: interaction.StatusResolved, Reason: "delivered"})
	do("5", client, interaction.ReceiveMessage{Message: "m2", Channel: interaction.Email})
	// Output:
	// open: on e-mail
	// answer: by agent ada
	// status: new to open: the first answer
	// refused: interaction: nothing was acknowledged yet: root_cause
	// interaction: an earlier step is missing: understand before root_cause
	// status: open to resolved: delivered
	// reply window: reopen, the window of 72h0m0s after the resolution ends (Thu 2024-06-06 13:00:00Z)
	// status: resolved to open: the customer wrote inside the reply window
}

func ExampleClassify() {
	header, err := interaction.ParseHeader("Auto-Submitted: auto-replied (vacation)\r\nSubject: Away\r\n\r\n")
	class, why := interaction.Classify(header)
	fmt.Println(class, err)
	fmt.Print(why)
	// Output:
	// auto <nil>
	// inbound class: auto, because of Auto-Submitted: auto-replied (vacation)
}

func ExampleParsePlaybook() {
	_, err := interaction.ParsePlaybook([]byte(`{"name": "quick", "steps": [
		{"name": "fix", "act": "solve"},
		{"name": "sorry", "act": "acknowledge"}
	]}`))
	fmt.Println(err)
	fmt.Println(errors.Is(err, interaction.ErrInvalid))
	// Output:
	// interaction: invalid value: steps[0].act "solve": has no acknowledging step before it
	// true
}

// openAllDay stands for a calendar of package businesstime.
type openAllDay struct{}

func (openAllDay) Add(t time.Time, d time.Duration) (time.Time, error) { return t.Add(d), nil }

func ExampleQuote() {
	now := time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	quote, err := interaction.Quote(now, openAllDay{}, interaction.QueueFacts{
		Ahead: 7, Agents: 3, Handle: 9 * time.Minute,
	}, 0.9, &interaction.QuoteOptions{RoundUp: 15 * time.Minute})
	if err != nil {
		fmt.Println(err)
		return
	}
	promise := quote.Promise("p1", interaction.PromiseReply, now)
	promise.Settled = now.Add(20 * time.Minute)
	early, _ := promise.Early(now.Add(time.Hour))
	fmt.Println(promise.By.Format(time.TimeOnly), promise.Verdict(now.Add(time.Hour)), early)
	// Output: 09:45:00 kept 25m0s
}
