package main

import (
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/sla"
)

// The people of the story.
func sato() interaction.Actor { return interaction.Actor{ID: "sato", Role: interaction.RoleCustomer} }

func weber() interaction.Actor { return interaction.Actor{ID: "weber", Role: interaction.RoleCustomer} }
func ada() interaction.Actor   { return interaction.Actor{ID: "ada", Role: interaction.RoleAgent} }
func ben() interaction.Actor   { return interaction.Actor{ID: "ben", Role: interaction.RoleAgent} }
func kim() interaction.Actor   { return interaction.Actor{ID: "kim", Role: interaction.RoleSupervisor} }

func evidence(kind, text string) []interaction.Evidence {
	return []interaction.Evidence{{Kind: kind, Text: text}}
}

// tell puts the happenings of the week into the alarm clock.
func (h *host) tell() {
	march := func(day, hour, minute int, do func(now time.Time)) {
		h.at(time.Date(2024, 3, day, hour, minute, 0, 0, h.page.zone), do)
	}
	h.scratchedLens(march)
	h.publicComplaint(march)
}

type calendar func(day, hour, minute int, do func(now time.Time))

// scratchedLens: a case with a promise, a pause, a resolution that does not hold,
// and a change of policy while it is open.
func (h *host) scratchedLens(march calendar) {
	march(27, 10, 0, h.firstMail)
	march(27, 10, 20, func(time.Time) {
		h.do("c1", "Ada answers", ada(), interaction.SendMessage{Message: "m2", Channel: interaction.Email})
	})
	march(27, 10, 21, h.outOfOffice)
	march(27, 10, 30, func(time.Time) {
		h.do("c1", "Ben wants to get on with it", ben(), interaction.RecordWork{Work: interaction.Work{
			Stage: interaction.ProblemRootCause, Evidence: evidence("log", "batch 7 again"),
		}})
		h.do("c1", "Ada follows LEARN", ada(), interaction.StartPlaybook{Playbook: interaction.PlaybookLEARN})
		h.do("c1", "she reads the concern back", ada(), interaction.TakeStep{Step: "listen", Evidence: evidence("summary", "new lens, scratched on arrival")})
		h.do("c1", "she names the disappointment", ada(), interaction.TakeStep{Step: "empathise", Evidence: evidence("said", "a present should not arrive like that")})
		h.do("c1", "she apologises", ada(), interaction.TakeStep{Step: "apologise", Evidence: evidence("said", "I am sorry")})
		h.do("c1", "she waits for a photo", ada(), interaction.SetStatus{To: interaction.StatusPending, Reason: "photo wanted"})
	})
	march(27, 16, 0, func(time.Time) {
		h.do("c1", "the photo comes", sato(), interaction.ReceiveMessage{Message: "m3", Channel: interaction.Email})
		h.levelsOf("c1", sla.FirstResponse, sla.Resolution)
	})
	march(27, 17, 0, func(time.Time) {
		h.do("c1", "a new lens goes out", ada(), interaction.TakeStep{Step: "resolve", Evidence: evidence("order", "replacement R-17")})
		h.do("c1", "resolved", ada(), interaction.SetStatus{To: interaction.StatusResolved, Reason: "replacement R-17"})
	})
	march(28, 9, 30, func(time.Time) {
		h.do("c1", "the case of the new lens is cracked", sato(), interaction.ReceiveMessage{Message: "m4", Channel: interaction.Phone})
	})
	march(28, 11, 59, func(time.Time) { h.levelsOf("c1", sla.Resolution) })
	march(28, 12, 1, func(time.Time) { h.levelsOf("c1", sla.Resolution) })
	march(28, 14, 0, func(time.Time) { // ten in the evening in Tokyo
		h.offer("sato", tips("tips-sato"), "tips for cleaning lenses")
	})
	march(28, 17, 0, func(time.Time) { // his complaint is open
		h.offer("weber", tips("tips-weber"), "tips for cleaning lenses")
	})
	march(28, 15, 0, func(time.Time) {
		h.do("c1", "Ada writes what happens now", ada(), interaction.SendMessage{Message: "m5", Channel: interaction.Email})
		h.do("c1", "and goes beyond it", ada(), interaction.MakeGesture{Gesture: interaction.Gesture{ID: "g1", What: "a leather case as a present", Reason: "twice a bad start"}})
	})
	march(33, 10, 0, func(time.Time) { // 2 April
		h.do("c1", "next steps were said on Thursday", ada(), interaction.SkipStep{Step: "next_steps", Reason: "told by mail on Thursday"})
		h.do("c1", "resolved again", ada(), interaction.SetStatus{To: interaction.StatusResolved, Reason: "lens and case arrived"})
		h.levelsOf("c1", sla.Resolution)
	})
	march(33, 15, 0, func(time.Time) {
		h.do("c1", "Ms Sato is content", sato(), interaction.ConfirmSolution{Evidence: evidence("said", "thank you, it is perfect")})
	})
	march(34, 16, 0, func(time.Time) {
		h.do("c1", "a last mail, after the case was closed", sato(), interaction.ReceiveMessage{Message: "m6", Channel: interaction.Email})
	})
}

// firstMail classifies, threads, opens a case and promises an answer.
func (h *host) firstMail(now time.Time) {
	header, err := interaction.ParseHeader("Message-ID: <1@sato.example>\r\nFrom: Sato <sato@sato.example>\r\nSubject: Lens\r\n\r\n")
	if err != nil {
		h.fail(err)
		return
	}
	class, why := interaction.Classify(header)
	link := interaction.FindThread(interaction.InboundOf(header), noThreads{}, nil)
	h.page.line(now, "", "a mail from Ms Sato in Tokyo: the new lens is scratched")
	h.page.trace(append(why, link.Trace...))
	h.do("c1", "a case is opened", sato(), interaction.OpenCase{
		Customer: "sato", Issue: "scratched lens", Purpose: interaction.PurposeProblemSolving, Channel: interaction.Email,
	})
	h.do("c1", "with her mail", sato(), interaction.ReceiveMessage{Message: "m1", Channel: interaction.Email, Class: class})
	quote, err := interaction.Quote(now, h.hours, interaction.QueueFacts{Ahead: 7, Agents: 3, Handle: 9 * time.Minute}, 0.9,
		&interaction.QuoteOptions{RoundUp: 15 * time.Minute})
	if err != nil {
		h.fail(err)
		return
	}
	h.page.line(now, "c1", "when can we answer?")
	h.page.trace(quote.Trace)
	h.route("c1", interaction.Email, false, language.Japanese)
	h.do("c1", "she is told", ada(), interaction.MakePromise{Promise: quote.Promise("p1", interaction.PromiseReply, now)})
}

// noThreads is an index that knows no earlier message.
type noThreads struct{}

// ThreadOfMessage knows none.
func (noThreads) ThreadOfMessage(string) (string, bool) { return "", false }

// ThreadOfToken knows none.
func (noThreads) ThreadOfToken(string) (string, bool) { return "", false }

func (h *host) outOfOffice(now time.Time) {
	class, why := interaction.Classify(interaction.HeaderOf(map[string]string{"Auto-Submitted": "auto-replied"}))
	h.page.line(now, "", "a mail from Ms Sato's mailbox: out of the office")
	h.page.trace(why)
	h.do("c1", "it is kept", interaction.Actor{Role: interaction.RoleSystem}, interaction.ReceiveMessage{Message: "a1", Channel: interaction.Email, Class: class})
}

// publicComplaint: a complaint that moves from public to private and climbs the
// ladder over a holiday and a change of clocks.
func (h *host) publicComplaint(march calendar) {
	march(28, 16, 30, func(time.Time) {
		h.do("c2", "Mr Weber complains in public: charged twice", weber(), interaction.OpenCase{
			Customer: "weber", Issue: "charged twice", Purpose: interaction.PurposeComplaint, Channel: interaction.SocialMedia,
		})
		h.do("c2", "his post", weber(), interaction.ReceiveMessage{Message: "w1", Channel: interaction.SocialMedia})
		h.route("c2", interaction.SocialMedia, true, language.German)
	})
	march(28, 16, 45, func(time.Time) {
		h.do("c2", "Ben records it", ben(), interaction.TakeStep{Step: "receive", Evidence: []interaction.Evidence{
			{Kind: "complaint_id", Text: "K-2024-31"}, {Kind: "summary", Text: "charged twice for order 7"}, {Kind: "remedy", Text: "the second charge back"},
		}})
		h.do("c2", "he acknowledges it in public", ben(), interaction.TakeStep{Step: "acknowledge", Evidence: evidence("said", "That should not happen, and I am sorry.")})
		h.do("c2", "his post", ben(), interaction.SendMessage{Message: "w2", Channel: interaction.SocialMedia})
		h.do("c2", "and goes on in private", ben(), interaction.PassOn{HandOff: interaction.HandOff{
			ID: "h1", To: "ben", FromOn: interaction.SocialMedia, ToOn: interaction.Email, Reason: "account data", Carried: []string{"order 7"},
		}})
	})
	march(28, 17, 30, func(now time.Time) {
		signs := interaction.EscalationSigns{Asked: true, Text: "Give me a manager or my lawyer will."}
		triggers, why := interaction.TriggerRules{LegalWords: []string{"lawyer"}}.Triggers(signs)
		h.page.line(now, "c2", "Mr Weber asks for a manager")
		h.page.trace(why)
		h.do("c2", "Ben escalates", ben(), interaction.Escalate{Escalation: "e1", Ladder: "complaints", Trigger: triggers[0], Reason: "asks for a manager"})
	})
	march(31, 3, 20, func(now time.Time) {
		h.openTime("c2", time.Date(2024, 3, 28, 17, 30, 0, 0, h.page.zone), now)
		h.do("c2", "Kim, the manager on the night shift, takes it", kim(), interaction.AcceptEscalation{Escalation: "e1"})
	})
	march(31, 4, 0, func(time.Time) {
		h.do("c2", "she promises to call", kim(), interaction.MakePromise{Promise: interaction.Promise{
			ID: "p2", Kind: interaction.PromiseCallback, What: "a call on Tuesday by noon", By: time.Date(2024, 4, 2, 12, 0, 0, 0, h.page.zone),
		}})
		h.do("c2", "she assesses", kim(), interaction.TakeStep{Step: "assess", Evidence: []interaction.Evidence{
			{Kind: "severity", Text: "high"}, {Kind: "impact", Text: "one customer"}, {Kind: "urgency", Text: "rent is due"},
		}})
		h.do("c2", "she finds the cause", kim(), interaction.TakeStep{Step: "investigate", Evidence: evidence("log", "the till sent the payment twice")})
		h.levelsOf("c2", sla.FirstResponse, sla.Resolution)
	})
	march(33, 9, 30, func(time.Time) { // 2 April
		h.do("c2", "she calls, earlier than promised", kim(), interaction.SettlePromise{Promise: "p2"})
		h.do("c2", "she offers", kim(), interaction.TakeStep{Step: "respond", Evidence: evidence("offer", "the charge back today, and a month free")})
		h.do("c2", "she tells the decision", kim(), interaction.TakeStep{Step: "communicate", Evidence: evidence("decision", "upheld; K-2024-31")})
		h.do("c2", "her letter", kim(), interaction.SendMessage{Message: "w3", Channel: interaction.Email})
		h.do("c2", "he accepts", kim(), interaction.TakeStep{Step: "close", Evidence: evidence("acceptance_or_recourse", "accepted by phone")})
		h.do("c2", "resolved", kim(), interaction.SetStatus{To: interaction.StatusResolved, Reason: "upheld and paid back"})
		h.levelsOf("c2", sla.Resolution)
	})
}
