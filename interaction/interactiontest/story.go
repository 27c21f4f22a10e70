package interactiontest

import (
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Story is the history of a case with every kind of change and, among them, every
// kind of value that a store has to bring back: empty and long texts, letters
// beyond ASCII, instants with microseconds. It folds without error.
func Story(id, customer string) []interaction.Event {
	agent := interaction.Actor{ID: "ada", Role: interaction.RoleAgent}
	client := interaction.Actor{ID: customer, Role: interaction.RoleCustomer}
	system := interaction.Actor{Role: interaction.RoleSystem}
	at := day()
	var out []interaction.Event
	add := func(by interaction.Actor, change interaction.Change) {
		at = at.Add(time.Hour + time.Microsecond)
		out = append(out, interaction.Event{Case: id, Seq: uint64(len(out) + 1), At: at, Command: "do-" + change.Kind(), By: by, Change: change})
	}
	message := func(name string, direction interaction.Direction, class interaction.InboundClass, by interaction.Actor) interaction.CaseMessage {
		return interaction.CaseMessage{ID: name, At: at, Channel: interaction.Email, Direction: direction, Class: class, By: by}
	}
	evidence := []interaction.Evidence{{Kind: "summary", Text: "Das Paket kam „zu spät“ – 🙁\n\tzweite Zeile"}}
	promise := interaction.Promise{
		ID: "p1", Kind: interaction.PromiseReply, What: "we write by noon", Made: at, By: at.Add(48 * time.Hour),
		Basis: interaction.BasisQueue, Quantile: 0.9,
	}
	escalation := interaction.Escalation{
		ID: "e1", Ladder: "supervisor", Kind: interaction.Hierarchical, Trigger: interaction.TriggerMood, To: "supervisor",
		State: interaction.EscalationRaised, Raised: at, Asked: at, AcceptBy: at.Add(time.Hour),
	}
	add(client, interaction.CaseOpened{Customer: customer, Issue: "late", Purpose: interaction.PurposeComplaint, Channel: interaction.Email, Parent: "c0"})
	add(client, interaction.MessageReceived{Message: message("m1", interaction.Inbound, interaction.ClassHuman, client)})
	add(system, interaction.PlaybookStarted{Playbook: interaction.PlaybookLAST})
	add(agent, interaction.StepRecorded{Entry: interaction.StepEntry{Step: "listen", At: at, By: agent, Evidence: evidence}})
	add(agent, interaction.StepRecorded{Entry: interaction.StepEntry{Step: "apologise", At: at, By: agent, Evidence: evidence}, Acknowledges: true})
	add(agent, interaction.StepRecorded{Entry: interaction.StepEntry{Step: "thank", At: at, By: agent, Skipped: "hung up"}})
	add(agent, interaction.ConcernAcknowledged{Evidence: evidence})
	add(agent, interaction.WorkRecorded{Work: interaction.Work{
		Stage: interaction.ProblemOptions, At: at, By: agent, Evidence: evidence,
		Options: []interaction.Option{{Name: "refund", Pros: []string{"quick"}, Cons: []string{"dear"}}, {Name: "wait"}},
	}})
	add(agent, interaction.PromiseMade{Promise: promise})
	add(agent, interaction.MessageSent{Message: message("m2", interaction.Outbound, 0, agent), Counts: true})
	add(agent, interaction.PromiseSettled{Promise: "p1"})
	add(agent, interaction.NoteAdded{Message: message("n1", interaction.Internal, 0, agent)})
	add(agent, interaction.EscalationChanged{Escalation: escalation, Reason: "asked twice"})
	add(agent, interaction.OwnerAssigned{Owner: "ada"})
	add(agent, interaction.HandedOff{HandOff: interaction.HandOff{
		ID: "h1", At: at, From: "ada", To: "ben", FromOn: interaction.SocialMedia, ToOn: interaction.Email, Warm: true, Carried: []string{"order"},
	}})
	second := promise
	second.ID, second.Kind = "p2", interaction.PromiseCallback
	add(agent, interaction.PromiseMade{Promise: second})
	add(agent, interaction.PromiseDropped{Promise: "p2", Reason: "no longer wanted"})
	add(agent, interaction.GestureMade{Gesture: interaction.Gesture{ID: "g1", At: at, By: agent, What: "free shipping", Reason: "twice late", Promise: "p1"}})
	add(agent, interaction.CaseAbsorbed{
		From: "c8", Opened: at.Add(-100 * time.Hour), Messages: []interaction.CaseMessage{message("m8", interaction.Inbound, interaction.ClassHuman, client)},
		Absorbed: []string{"c7"},
	})
	add(agent, interaction.StatusChanged{From: interaction.StatusNew, To: interaction.StatusResolved, Reason: "done"})
	add(client, interaction.SolutionVerified{Evidence: evidence})
	add(agent, interaction.CaseMerged{Into: "c9"})
	return out
}
