package interaction_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// A complaint that nobody accepts climbs; a second case about it is merged in, and a
// late message to that one lands where the work goes on.
func ExampleDesk() {
	ladder, err := interaction.NewLadder("complaints", interaction.Hierarchical,
		interaction.Rung{To: "team lead", Accept: interaction.Elapsed(2 * time.Hour)},
		interaction.Rung{To: "manager", Accept: interaction.Elapsed(4 * time.Hour)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	rules, err := interaction.NewCaseRules(interaction.CaseRulesSpec{Ladders: []*interaction.Ladder{ladder}})
	if err != nil {
		fmt.Println(err)
		return
	}
	desk := &interaction.Desk{Rules: rules, Store: new(interaction.MemStore)}
	ctx := context.Background()
	at := time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	client := interaction.Actor{ID: "u1", Role: interaction.RoleCustomer}
	timer := interaction.Actor{Role: interaction.RoleSystem}
	lead := interaction.Actor{ID: "mia", Role: interaction.RoleSupervisor}
	do := func(id, to string, by interaction.Actor, action interaction.Action) interaction.DeskResult {
		out, err := desk.Do(ctx, interaction.Command{ID: id, Case: to, At: at, By: by, Do: action})
		fmt.Print(out.Decision.Trace)
		if err != nil {
			fmt.Println("refused:", err)
		}
		return out
	}
	do("1", "c1", client, interaction.OpenCase{Customer: "u1", Issue: "late parcel", Channel: interaction.Email})
	out := do("2", "c1", client, interaction.Escalate{Escalation: "e1", Ladder: "complaints", Trigger: interaction.TriggerCustomer})
	at = out.Next[0].At // any scheduler may wake the host; a late wake-up changes no verdict
	do("3", "c1", timer, interaction.ClimbEscalation{Escalation: "e1"})
	do("4", "c1", lead, interaction.AcceptEscalation{Escalation: "e1"})

	do("5", "c2", client, interaction.OpenCase{Customer: "u1", Issue: "late parcel", Channel: interaction.Phone})
	merged, err := desk.Merge(ctx, "c2", interaction.Command{ID: "6", Case: "c1", At: at, By: lead})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(merged.Decision.Trace)
	out = do("7", "c2", client, interaction.ReceiveMessage{Message: "m1", Channel: interaction.Phone})
	fmt.Println(out.Case.ID, out.Case.Owner, out.Case.Absorbed)
	// Output:
	// open: on e-mail
	// escalation e1: hierarchical, because of customer: team lead is to accept it by (Mon 2024-06-03 11:00:00Z)
	// escalation e1: team lead has not accepted by (Mon 2024-06-03 11:00:00Z)
	// escalation e1: hierarchical, because of customer: manager is to accept it by (Mon 2024-06-03 15:00:00Z)
	// escalation e1: accepted by mia, in time: the time to accept ended (Mon 2024-06-03 15:00:00Z)
	// open: on phone
	// merge: case c2 ends and is carried on in c1, which counts from Mon 2024-06-03 09:00:00Z
	// merge: case c2 is carried on in c1
	// message: the case is new and stays so
	// c1 mia [c2]
}

// The record of a problem: every stage with evidence, none left out, and nothing is
// solved before the concern was acknowledged.
func ExampleProblem() {
	said := func(kind, text string) []interaction.Evidence {
		return []interaction.Evidence{{Kind: kind, Text: text}}
	}
	var p interaction.Problem
	acknowledged := false
	for _, w := range []interaction.Work{
		{Stage: interaction.ProblemUnderstand, Evidence: said("summary", "the parcel is four days late")},
		{Stage: interaction.ProblemRootCause, Evidence: said("log", "scan missing in Leipzig")},
		{Stage: interaction.ProblemRootCause, Evidence: said("log", "scan missing in Leipzig")},
		{Stage: interaction.ProblemOptions, Evidence: said("offer", "read to the customer"), Options: []interaction.Option{
			{Name: "send again", Pros: []string{"arrives tomorrow"}}, {Name: "refund"},
		}},
		{Stage: interaction.ProblemChoose, Evidence: said("answer", "send it again, please"), Chosen: "send again"},
	} {
		next, err := p.Add(w, acknowledged)
		fmt.Println(w.Stage, err)
		p, acknowledged = next, true // the agent takes the hint
	}
	fmt.Println(p.Chosen())
	// Output:
	// understand <nil>
	// root_cause <nil>
	// root_cause <nil>
	// options <nil>
	// choose <nil>
	// send again true
}
