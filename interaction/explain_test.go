package interaction

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// What people read is kept in files.
func TestExplanations(t *testing.T) {
	t.Parallel()
	t.Run("case", func(t *testing.T) {
		t.Parallel()
		golden.Equal(t, "testdata/explain_case.txt", explainCase(t))
	})
	t.Run("around the case", func(t *testing.T) {
		t.Parallel()
		golden.Equal(t, "testdata/explain_around.txt", explainAround(t))
	})
}

// explainCase tells a complaint from the first mail to the follow-up.
func explainCase(t *testing.T) string {
	ladder, err := NewLadder("complaints", Hierarchical, Rung{"team lead", Elapsed(2 * hour)}, Rung{"manager", Elapsed(4 * hour)})
	require.NoError(t, err)
	s := newStory(t, CaseRulesSpec{Ladders: []*Ladder{ladder}, ReplyWindow: 48 * hour})
	var b strings.Builder
	tell := func(what string, by Actor, do Action) {
		out, err := s.try(by, do)
		b.WriteString("== " + what + "\n" + out.Trace.String())
		if err != nil {
			b.WriteString("refused: " + err.Error() + "\n")
		}
		if out.FollowUp != nil {
			b.WriteString("to open: a case of " + out.FollowUp.Customer + " that follows up " + out.FollowUp.Parent + "\n")
		}
	}
	tell("a mail comes in", client, ReceiveMessage{Message: "m1", Channel: Email})
	tell("an answer is promised", ada, MakePromise{Promise{ID: "p1", Kind: PromiseReply, By: day0.Add(6 * hour), Basis: BasisQueue, Quantile: 0.9}})
	tell("CARP is begun", ada, StartPlaybook{PlaybookCARP})
	tell("somebody solves at once", ada, TakeStep{"problem_solve", summary})
	tell("keeping calm", ada, TakeStep{"control", summary})
	tell("acknowledging", ada, TakeStep{"acknowledge", []Evidence{{"said", "That is two birthdays without the present; I am sorry."}}})
	tell("refocusing", ada, TakeStep{"refocus", []Evidence{{"question", "By when does it have to be there?"}}})
	tell("the promise is broken by the answer", ada, SendMessage{Message: "m2", Channel: Email})
	tell("the cause", ada, RecordWork{Work{Stage: ProblemUnderstand, Evidence: summary}})
	tell("options without a cause", ada, RecordWork{Work{Stage: ProblemOptions, Evidence: summary, NoSolutionYet: true}})
	tell("a manager is wanted", ada, Escalate{Escalation: "e1", Ladder: "complaints", Trigger: TriggerCustomer})
	tell("the timer rings early", timer, ClimbEscalation{"e1"})
	s.at = s.at.Add(2 * hour)
	tell("the timer rings", timer, ClimbEscalation{"e1"})
	tell("the manager takes it", boss, AcceptEscalation{"e1"})
	tell("resolving too early", boss, SetStatus{To: StatusResolved})
	tell("solving", boss, TakeStep{"problem_solve", summary})
	tell("resolved", boss, SetStatus{To: StatusResolved, Reason: "sent again by courier"})
	tell("an out-of-office note", robot, ReceiveMessage{Message: "a1", Channel: Email, Class: ClassAuto})
	s.at = s.at.Add(20 * hour)
	tell("not solved", client, ReceiveMessage{Message: "m3", Channel: Email})
	tell("resolved again", boss, SetStatus{To: StatusResolved, Reason: "found at the neighbour's"})
	s.at = s.at.Add(48 * hour)
	tell("another mail, too late", client, ReceiveMessage{Message: "m4", Channel: Email})
	return b.String()
}

func explainAround(t *testing.T) string {
	var b strings.Builder
	tell := func(what string, why Trace) { b.WriteString("== " + what + "\n" + why.String()) }
	_, why := Classify(HeaderOf(map[string]string{"Auto-Submitted": "auto-replied (vacation)"}))
	tell("an automatic mail", why)
	tell("a mail without references", FindThread(InboundMessage{From: "a@example.org", Subject: "Invoice"}, guesser{index{}, 0.4}, nil).Trace)
	book := NewContactBook(slices.Values([]Contact{{Customer: "u1", Issue: "billing", At: day0.Add(30 * hour), Channel: Phone}}))
	_, why = book.FirstContact(ResolvedIssue{ID: "a", Customer: "u1", Issue: "billing", Resolved: day0}, 48*hour, day0.Add(72*hour))
	tell("a repeat contact", why)
	_, why = book.FirstContact(ResolvedIssue{ID: "b", Customer: "u2", Issue: "billing", Resolved: day0}, 48*hour, day0.Add(hour))
	tell("a window that is open", why)
	_, why = book.Deflection(SelfServiceSession{Customer: "u3", Issue: "billing", Ended: day0, End: SessionAssumed}, 48*hour, day0.Add(72*hour))
	tell("a bot that seems to have helped", why)
	_, why = TriggerRules{Repeats: 2, Mood: DefaultMoodLimits(), LegalWords: []string{"lawyer"}}.Triggers(EscalationSigns{
		Repeats: 2, Text: "My lawyer will hear of this", Mood: Trajectory{}.Next(mood(t, 0.2)).Next(mood(t, -0.6)),
	})
	tell("signs of trouble", why)
	quote, err := Quote(day0, plainCalendar{}, QueueFacts{Ahead: 7, Agents: 3, Handle: 9 * minute}, 0.9, &QuoteOptions{RoundUp: 15 * minute})
	require.NoError(t, err)
	tell("a promise from the queue", quote.Trace)
	p := quote.Promise("p1", PromiseReply, day0)
	p.Settled = day0.Add(40 * minute)
	tell("the promise, kept", p.Explain(day0.Add(48*hour)))
	e := Effort{Contacts: 4, Repeats: 2, Transfers: 1, ReAsked: 3, Over: 90 * minute}
	tell("what it cost the customer", e.Explain(DefaultEffortWeights()))
	return b.String()
}
