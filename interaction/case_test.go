package interaction

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	client  = Actor{ID: "u1", Role: RoleCustomer}
	ada     = Actor{ID: "ada", Role: RoleAgent}
	boss    = Actor{ID: "bea", Role: RoleSupervisor}
	robot   = Actor{ID: "bot", Role: RoleBot}
	timer   = Actor{Role: RoleSystem}
	summary = []Evidence{{Kind: "summary", Text: "the parcel is late"}}
)

func someRules(t require.TestingT, spec CaseRulesSpec) *CaseRules {
	rules, err := NewCaseRules(spec)
	require.NoError(t, err)
	return rules
}

// story carries out commands one after the other, an hour apart.
type story struct {
	t     require.TestingT
	rules *CaseRules
	c     Case
	at    time.Time
	n     int
}

func newStory(t require.TestingT, spec CaseRulesSpec) *story {
	s := &story{t: t, rules: someRules(t, spec), at: day0}
	s.ok(client, OpenCase{Customer: "u1", Issue: "late parcel", Channel: Email})
	return s
}

func (s *story) try(by Actor, do Action) (Decision, error) {
	s.n++
	s.at = s.at.Add(hour)
	out, err := Decide(s.rules, s.c, Command{ID: fmt.Sprint("cmd", s.n), Case: "c1", At: s.at, By: by, Do: do})
	if err != nil {
		require.Empty(s.t, out.Events, "a refused command has no events")
	}
	for _, e := range out.Events {
		s.c = Evolve(s.c, e)
	}
	return out, err
}

func (s *story) ok(by Actor, do Action) Decision {
	out, err := s.try(by, do)
	require.NoError(s.t, err)
	require.NotEmpty(s.t, out.Trace, "%T is not explained", do)
	return out
}

func TestCaseStatus(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{})
	require.Equal(t, StatusNew, s.c.Status)
	s.ok(client, ReceiveMessage{Message: "m1", Channel: Email})
	require.Equal(t, StatusNew, s.c.Status, "the customer's own message is no answer")
	s.ok(robot, SendMessage{Message: "b1", Channel: Email})
	require.Equal(t, StatusNew, s.c.Status, "a bot's message is no answer by default")
	require.Zero(t, s.c.Answered)
	s.ok(ada, AddNote{Message: "n1"})
	require.Equal(t, StatusNew, s.c.Status)
	s.ok(ada, SendMessage{Message: "m2", Channel: Email})
	require.Equal(t, StatusOpen, s.c.Status, "a person's answer opens")
	require.Equal(t, s.at, s.c.Answered)
	s.ok(ada, SetStatus{To: StatusPending})
	s.ok(robot, ReceiveMessage{Message: "auto1", Channel: Email, Class: ClassAuto})
	require.Equal(t, StatusPending, s.c.Status, "an automatic reply moves nothing")
	s.ok(client, ReceiveMessage{Message: "m3", Channel: Phone})
	require.Equal(t, StatusOpen, s.c.Status)
	require.Equal(t, 2, s.c.Contacts())
	before := s.c
	s.ok(client, ReceiveMessage{Message: "m3", Channel: Phone})
	require.Equal(t, before, s.c, "a message comes once")
	require.Empty(t, s.ok(ada, SetStatus{To: StatusOpen}).Events, "the status it has is no step")
	_, err := s.try(ada, SetStatus{To: StatusClosed})
	var te *TransitionError
	require.True(t, errors.As(err, &te))
	require.Equal(t, TransitionError{"c1", StatusOpen, StatusClosed}, *te)
	_, err = s.try(ada, SetStatus{To: StatusMerged})
	require.ErrorIs(t, err, ErrTransition)
}

func TestReopenAndFollowUp(t *testing.T) {
	t.Parallel()
	resolved := func(spec CaseRulesSpec) *story {
		s := newStory(t, spec)
		s.ok(ada, SendMessage{Message: "m1", Channel: Email})
		s.ok(ada, SetStatus{To: StatusResolved})
		return s
	}
	s := resolved(CaseRulesSpec{ReplyWindow: 48 * hour})
	s.at = s.c.Resolved.Add(47 * hour) // the command comes an hour later: the last instant
	s.ok(client, ReceiveMessage{Message: "m2", Channel: Email})
	require.Equal(t, StatusOpen, s.c.Status)
	require.Equal(t, 1, s.c.Reopened)

	s = resolved(CaseRulesSpec{ReplyWindow: 48 * hour})
	s.at = s.c.Resolved.Add(47*hour + 1)
	out := s.ok(client, ReceiveMessage{Message: "m2", Channel: LiveChat})
	require.Empty(t, out.Events)
	require.Equal(t, &OpenCase{Customer: "u1", Issue: "late parcel", Channel: LiveChat, Parent: "c1"}, out.FollowUp)
	out = s.ok(client, ReceiveMessage{Message: "m2", Channel: LiveChat, Sent: s.c.Resolved.Add(hour)})
	require.Equal(t, StatusOpen, s.c.Status, "what counts is when it was written: %v", out.Trace)

	s = resolved(CaseRulesSpec{NoReplyWindow: true})
	require.NotNil(t, s.ok(client, ReceiveMessage{Message: "m2", Channel: Email}).FollowUp)
	s.ok(ada, SetStatus{To: StatusClosed})
	require.NotNil(t, s.ok(client, ReceiveMessage{Message: "m3", Channel: Email}).FollowUp)
	require.NotNil(t, s.ok(client, RejectSolution{}).FollowUp)
	require.Nil(t, s.ok(robot, ReceiveMessage{Message: "m4", Channel: Email, Class: ClassBounce}).FollowUp)
	for _, do := range []Action{SendMessage{Message: "m5", Channel: Email}, SetStatus{To: StatusOpen}, AssignOwner{Owner: "x"}, AddNote{Message: "n"}} {
		_, err := s.try(ada, do)
		require.ErrorIs(t, err, ErrFinal, "%T", do)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{Verify: Elapsed(24 * hour), ReplyWindow: 48 * hour})
	_, err := s.try(client, ConfirmSolution{})
	require.ErrorIs(t, err, ErrTransition)
	s.ok(ada, SetStatus{To: StatusResolved})
	next, err := s.rules.Deadlines(s.c)
	require.NoError(t, err)
	require.Equal(t, []Deadline{
		{s.c.Resolved.Add(24 * hour), DueVerify, "c1", ""},
		{s.c.Resolved.Add(48*hour + 1), DueClose, "c1", ""},
	}, next)
	s.ok(client, RejectSolution{Reason: "still broken"})
	require.Equal(t, StatusOpen, s.c.Status)
	s.ok(ada, SetStatus{To: StatusResolved})
	s.ok(client, ConfirmSolution{Evidence: summary})
	require.True(t, s.c.Verified)
	next, err = s.rules.Deadlines(s.c)
	require.NoError(t, err)
	require.Len(t, next, 1)
	s.ok(timer, SetStatus{To: StatusClosed, Reason: "the reply window has passed"})
	next, err = s.rules.Deadlines(s.c)
	require.NoError(t, err)
	require.Empty(t, next)
}

func TestDecideRefusesMalformedCommands(t *testing.T) {
	t.Parallel()
	rules := someRules(t, CaseRulesSpec{})
	_, err := Decide(rules, Case{}, Command{})
	for _, field := range []string{"id", "case", "at", "by.role", "do"} {
		require.ErrorContains(t, err, field)
	}
	cmd := Command{ID: "1", Case: "c1", At: day0, By: ada, Do: SetStatus{To: StatusOpen}}
	_, err = Decide(rules, Case{}, cmd)
	require.ErrorIs(t, err, ErrUnknown)
	cmd.Do = OpenCase{Purpose: "No", Channel: "No"}
	_, err = Decide(rules, Case{}, cmd)
	for _, field := range []string{"customer", "purpose", "channel"} {
		require.ErrorContains(t, err, field)
	}
	s := newStory(t, CaseRulesSpec{})
	_, err = s.try(client, OpenCase{Customer: "u1", Channel: Email})
	require.ErrorIs(t, err, ErrDuplicate)
	_, err = Decide(rules, s.c, Command{ID: "2", Case: "other", At: day0, By: ada, Do: AssignOwner{}})
	require.ErrorIs(t, err, ErrInvalid)
	for _, do := range []Action{
		ReceiveMessage{},
		SendMessage{},
		AddNote{},
		SetStatus{},
		PassOn{},
		AcknowledgeConcern{},
		StartPlaybook{},
		TakeStep{},
		SkipStep{},
		RecordWork{},
		Escalate{},
		AcceptEscalation{},
		DeclineEscalation{},
		ClimbEscalation{},
		MakePromise{},
		SettlePromise{},
		DropPromise{},
		ConfirmSolution{},
		MakeGesture{},
	} {
		_, err := s.try(ada, do)
		require.Error(t, err, "%T", do)
		require.ErrorContains(t, err, "interaction: ", "%T", do)
	}
}

func TestHandOff(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{})
	s.ok(ada, AssignOwner{Owner: "ada"})
	out := s.ok(ada, PassOn{HandOff{ID: "h1", To: "ben", FromOn: SocialMedia, ToOn: Email, Reason: "in private", Carried: []string{"order"}}})
	require.Contains(t, out.Trace.String(), "from public social media to private e-mail")
	require.Equal(t, "ben", s.c.Owner)
	require.Equal(t, 1, s.c.Transfers())
	h := s.c.HandOffs[0]
	require.True(t, h.IsHop())
	require.True(t, h.LeavesPublic(DefaultProfiles()))
	require.Equal(t, "ada", h.From)
	_, err := s.try(ada, PassOn{HandOff{ID: "h1", To: "cyd"}})
	require.ErrorIs(t, err, ErrDuplicate)
	_, err = s.try(ada, PassOn{HandOff{ID: "h2", To: "ben"}})
	require.ErrorContains(t, err, "changes neither person nor channel")
	require.Equal(t, "no", mustFirst(t, s))
}

func mustFirst(t *testing.T, s *story) string {
	t.Helper()
	s.ok(ada, SetStatus{To: StatusResolved})
	v, _ := NewContactBook(func(func(Contact) bool) {}).FirstContact(s.c.FirstContactRow(), hour, s.at.Add(1000*hour))
	return v.String()
}

func TestMergeKeepsEverything(t *testing.T) {
	t.Parallel()
	rules := someRules(t, CaseRulesSpec{})
	build := func(id string, at time.Time, do ...Action) Case {
		var c Case
		for i, a := range append([]Action{OpenCase{Customer: "u1", Channel: Email}}, do...) {
			out, err := Decide(rules, c, Command{ID: fmt.Sprint(id, i), Case: id, At: at.Add(time.Duration(i) * hour), By: ada, Do: a})
			require.NoError(t, err)
			for _, e := range out.Events {
				c = Evolve(c, e)
			}
		}
		return c
	}
	promise := Promise{ID: "p", Kind: PromiseReply, By: day0.Add(100 * hour)}
	a := build("a", day0, ReceiveMessage{Message: "m1", Channel: Email}, MakePromise{promise}, Escalate{Escalation: "e", Ladder: "supervisor", Trigger: TriggerAgent})
	b := build("b", day0.Add(9*hour), SendMessage{Message: "m2", Channel: Email}, MakePromise{promise}, SetStatus{To: StatusResolved})
	cmd := Command{ID: "merge", Case: "b", At: day0.Add(20 * hour), By: ada}
	out, err := DecideMerge(rules, a, b, cmd)
	require.NoError(t, err)
	for _, e := range out.Source {
		a = Evolve(a, e)
	}
	for _, e := range out.Target {
		b = Evolve(b, e)
	}
	require.Equal(t, StatusMerged, a.Status)
	require.Equal(t, "b", a.MergedInto)
	require.Equal(t, StatusOpen, b.Status, "what was merged in wants an answer")
	require.Equal(t, day0, b.Opened, "the earliest start")
	require.Len(t, b.Messages, 2)
	require.Equal(t, []string{"a"}, b.Absorbed)
	require.Len(t, b.Promises, 2)
	require.Equal(t, "a/p", b.Promises[1].ID)
	require.Len(t, b.Escalations, 1)
	require.Empty(t, a.Facts(day0.Add(1000*hour), 0), "told once, by the case that carries on")
	require.Len(t, b.Facts(day0.Add(1000*hour), 0), 2)

	again, err := DecideMerge(rules, a, b, cmd)
	require.NoError(t, err)
	require.Empty(t, again.Target)
	cmd.ID = "merge2"
	_, err = DecideMerge(rules, a, b, cmd)
	require.ErrorIs(t, err, ErrFinal)
	_, err = DecideMerge(rules, b, b, cmd)
	require.ErrorIs(t, err, ErrInvalid)
	other := b
	other.Customer, other.ID = "u2", "z"
	_, err = DecideMerge(rules, other, b, cmd)
	require.ErrorContains(t, err, "another customer")
	_, err = DecideMerge(rules, Case{}, b, cmd)
	require.ErrorIs(t, err, ErrUnknown)
	cmd.ID = "b1"
	_, err = DecideMerge(rules, build("d", day0), b, cmd)
	require.ErrorIs(t, err, ErrDuplicate, "the target knows the command, for something else")
	redirect, err := Decide(rules, a, Command{ID: "late", Case: "a", At: day0, By: client, Do: ReceiveMessage{Message: "m3", Channel: Email}})
	require.NoError(t, err)
	require.Equal(t, "b", redirect.Redirect)
}

func TestEscalationClimbsUntilAccepted(t *testing.T) {
	t.Parallel()
	ladder, err := NewLadder("complaints", Hierarchical, Rung{"team lead", Elapsed(2 * hour)}, Rung{"manager", Elapsed(4 * hour)})
	require.NoError(t, err)
	s := newStory(t, CaseRulesSpec{Ladders: []*Ladder{ladder}})
	s.ok(ada, Escalate{Escalation: "e", Ladder: "complaints", Trigger: TriggerCustomer, Reason: "asked for a manager"})
	raised := s.at
	next, err := s.rules.Deadlines(s.c)
	require.NoError(t, err)
	require.Equal(t, []Deadline{{raised.Add(2*hour + 1), DueAcceptance, "c1", "e"}}, next)
	_, err = s.try(timer, ClimbEscalation{"e"})
	require.ErrorIs(t, err, ErrEarly)
	s.at = raised.Add(time.Hour)
	_, err = s.try(timer, ClimbEscalation{"e"})
	require.ErrorIs(t, err, ErrEarly, "the last instant is still in time")
	_, err = Decide(s.rules, s.c, Command{ID: "now", Case: "c1", At: next[0].At, By: timer, Do: ClimbEscalation{"e"}})
	require.NoError(t, err, "at the deadline it may climb")
	s.at = raised.Add(9 * hour) // the timer was late
	s.ok(timer, ClimbEscalation{"e"})
	e, _ := s.c.Escalation("e")
	require.Equal(t, "manager", e.To)
	require.Equal(t, s.at.Add(4*hour), e.AcceptBy)
	require.Equal(t, 1, e.Climbs)
	_, err = s.try(timer, AcceptEscalation{"e"})
	require.ErrorIs(t, err, ErrInvalid, "a person accepts")
	s.at = s.at.Add(9 * hour)
	_, err = s.try(timer, ClimbEscalation{"e"})
	require.ErrorIs(t, err, ErrTop)
	out := s.ok(boss, AcceptEscalation{"e"})
	require.Contains(t, out.Trace.String(), "accepted by bea, late")
	e, _ = s.c.Escalation("e")
	require.True(t, e.AcceptedLate())
	require.Equal(t, "bea", s.c.Owner)
	require.Empty(t, s.ok(timer, ClimbEscalation{"e"}).Events, "what was accepted stays")
	require.Empty(t, s.ok(boss, AcceptEscalation{"e"}).Events)

	s.ok(ada, Escalate{Escalation: "f", Ladder: "complaints", Trigger: TriggerAbuse})
	s.ok(ada, DeclineEscalation{"f", "no time"})
	f, _ := s.c.Escalation("f")
	require.Equal(t, "manager", f.To, "declined climbs at once")
	s.ok(ada, DeclineEscalation{"f", "no"})
	f, _ = s.c.Escalation("f")
	require.Equal(t, EscalationRefused, f.State)
	_, err = s.try(boss, AcceptEscalation{"f"})
	require.ErrorIs(t, err, ErrTransition)

	_, err = NewLadder("X", 9, Rung{}, Rung{"a", Elapsed(1)}, Rung{"a", Elapsed(-1)})
	for _, field := range []string{"name", "kind", "rungs[0].to", "rungs[0].accept", "rungs[2].to", "rungs[2].accept"} {
		require.ErrorContains(t, err, field)
	}
}

func TestCaseRulesReportEveryFault(t *testing.T) {
	t.Parallel()
	last, _ := DefaultPlaybook(PlaybookLAST)
	_, err := NewCaseRules(CaseRulesSpec{
		ReplyWindow: -1, Verify: Elapsed(-1), Playbooks: []*Playbook{last, last, nil},
		Required: map[Purpose]string{PurposeComplaint: "none", PurposeBilling: "last"},
	})
	for _, field := range []string{"reply_window", "verify", "occurs twice", "holds a nil", "required.complaint"} {
		require.ErrorContains(t, err, field)
	}
	require.NotContains(t, err.Error(), "required.billing")
	rules := someRules(t, CaseRulesSpec{})
	require.Equal(t, 7*24*hour, rules.ReplyWindow())
	s := newStory(t, CaseRulesSpec{Verify: BusinessDays(2)})
	s.ok(ada, SetStatus{To: StatusResolved})
	next, err := s.rules.Deadlines(s.c)
	require.ErrorIs(t, err, ErrCalendar)
	require.Len(t, next, 1, "what can be counted is counted")

	for name, row := range map[string]struct {
		spec CaseRulesSpec
		want []Deadline
	}{
		"no calendar": {CaseRulesSpec{}, []Deadline{{day0.Add(48 * hour), DueVerify, "c", ""}, {day0.Add(7*24*hour + 1), DueClose, "c", ""}}},
		"days":        {CaseRulesSpec{Calendar: dayCalendar{}}, []Deadline{{day0.Add(56 * hour), DueVerify, "c", ""}, {day0.Add(7*24*hour + 1), DueClose, "c", ""}}},
		"nobody asks": {CaseRulesSpec{NoVerify: true}, []Deadline{{day0.Add(7*24*hour + 1), DueClose, "c", ""}}},
	} {
		next, err := someRules(t, row.spec).Deadlines(Case{ID: "c", Status: StatusResolved, Resolved: day0})
		require.NoError(t, err, name)
		require.Equal(t, row.want, next, name)
	}
	_, err = NewCaseRules(CaseRulesSpec{NoVerify: true, Verify: Elapsed(hour)})
	require.ErrorContains(t, err, "no_verify")
}

// Invariants 33 and 34, on random commands: only allowed transitions; closed and
// merged are final; a reply after the resolution gives exactly one of reopen and
// follow-up; commands are idempotent; folding equals evolving; events survive
// JSON; deciding changes nothing; solving never precedes an acknowledgement.
func TestCaseMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := someRules(t, CaseRulesSpec{ReplyWindow: 5 * hour, Verify: Elapsed(2 * hour)})
		var c Case
		var log []Event
		at := day0
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "hours")) * hour)
			cmd := Command{ID: fmt.Sprint(i), Case: "c1", At: at, By: rapid.SampledFrom([]Actor{client, ada, boss, robot, timer}).Draw(t, "by"), Do: drawAction(t, i)}
			before := text(t, c)
			out, err := Decide(rules, c, cmd)
			require.Equal(t, before, text(t, c))
			if err != nil {
				require.Empty(t, out.Events)
				continue
			}
			checkReply(t, rules, c, cmd, out)
			for _, e := range out.Events {
				if change, ok := e.Change.(StatusChanged); ok {
					require.Equal(t, c.Status, change.From)
					require.True(t, change.From.CanBecome(change.To))
				}
				was := c.Status
				c = Evolve(c, e)
				if was.IsFinal() {
					require.Equal(t, was, c.Status)
				}
				log = append(log, e)
			}
			if len(out.Events) > 0 {
				again, err := Decide(rules, c, cmd)
				require.NoError(t, err)
				require.Empty(t, again.Events, "a repeated command does nothing")
			}
		}
		checkHistory(t, log, c)
	})
}

func checkReply(t *rapid.T, rules *CaseRules, c Case, cmd Command, out Decision) {
	m, ok := cmd.Do.(ReceiveMessage)
	if _, known := c.Message(m.Message); !ok || known || m.Class > ClassHuman {
		return
	}
	reopened := false
	for _, e := range out.Events {
		change, ok := e.Change.(StatusChanged)
		reopened = reopened || ok && change.From == StatusResolved && change.To == StatusOpen
	}
	switch c.Status {
	case StatusResolved:
		require.NotEqual(t, reopened, out.FollowUp != nil, "exactly one of the two")
		require.Equal(t, ReplyAfterResolution(c.Resolved, cmd.At, rules.ReplyWindow()) == ReplyReopens, reopened)
	case StatusClosed:
		require.NotNil(t, out.FollowUp)
		require.Empty(t, out.Events)
	default:
		require.Nil(t, out.FollowUp)
		require.Len(t, out.Events[:1], 1, "no message is lost")
	}
}

func checkHistory(t *rapid.T, log []Event, c Case) {
	folded, err := Fold(log)
	require.NoError(t, err)
	require.Equal(t, text(t, c), text(t, folded))
	var back []Event
	require.NoError(t, json.Unmarshal([]byte(text(t, log)), &back))
	require.Equal(t, len(log), len(back))
	refolded, err := Fold(back)
	require.NoError(t, err)
	require.Equal(t, text(t, c), text(t, refolded))
	acknowledged := false
	for _, e := range log {
		switch x := e.Change.(type) {
		case ConcernAcknowledged:
			acknowledged = true
		case StepRecorded:
			acknowledged = acknowledged || x.Acknowledges
			require.False(t, x.Entry.Step == "solve" && x.Entry.Skipped == "" && !acknowledged)
		case WorkRecorded:
			require.False(t, x.Work.Stage >= ProblemRootCause && !acknowledged)
		}
	}
	if len(log) > 1 {
		_, err = Fold(log[1:])
		require.ErrorIs(t, err, ErrHistory)
	}
}

func drawAction(t *rapid.T, i int) Action {
	if i == 0 {
		return OpenCase{Customer: "u1", Issue: "x", Channel: Email}
	}
	id := fmt.Sprint("x", rapid.IntRange(0, 9).Draw(t, "id"))
	switch rapid.IntRange(0, 16).Draw(t, "action") {
	case 0, 1, 2:
		return ReceiveMessage{Message: id, Channel: Email, Class: rapid.SampledFrom([]InboundClass{0, ClassHuman, ClassAuto}).Draw(t, "class")}
	case 3:
		return SendMessage{Message: id, Channel: Email}
	case 4, 5, 6, 7:
		return SetStatus{To: rapid.SampledFrom(Statuses()).Draw(t, "to")}
	case 8:
		return StartPlaybook{PlaybookLAST}
	case 9:
		return TakeStep{rapid.SampledFrom([]string{"listen", "apologise", "solve", "thank"}).Draw(t, "step"), summary}
	case 10:
		return SkipStep{rapid.SampledFrom([]string{"listen", "apologise", "solve", "thank"}).Draw(t, "skip"), "why not"}
	case 11:
		return AcknowledgeConcern{summary}
	case 12:
		return RecordWork{Work{
			Stage: ProblemStage(rapid.IntRange(1, 7).Draw(t, "stage")), Evidence: summary,
			Options: []Option{{Name: "a"}, {Name: "b"}}, Chosen: "a",
		}}
	case 13:
		return MakePromise{Promise{ID: id, Kind: PromiseReply, By: day0.Add(50 * hour)}}
	case 14:
		return Escalate{Escalation: id, Ladder: "supervisor", Trigger: TriggerMood}
	case 15:
		return rapid.SampledFrom([]Action{AcceptEscalation{id}, ClimbEscalation{id}, RejectSolution{}, ConfirmSolution{}}).Draw(t, "other")
	default:
		return MakeGesture{Gesture{ID: id, What: "voucher", Reason: "late"}}
	}
}

func TestDesk(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	desk := &Desk{Rules: someRules(t, CaseRulesSpec{}), Store: new(MemStore)}
	do := func(id, c string, by Actor, a Action) DeskResult {
		out, err := desk.Do(ctx, Command{ID: id, Case: c, At: day0, By: by, Do: a})
		require.NoError(t, err)
		return out
	}
	for _, id := range []string{"a", "b", "c"} {
		do("open", id, client, OpenCase{Customer: "u1", Channel: Email})
	}
	require.Equal(t, uint64(1), do("open", "a", client, OpenCase{Customer: "u1", Channel: Email}).Case.Version, "repeated")
	for _, pair := range [][2]string{{"a", "b"}, {"b", "c"}} {
		_, err := desk.Merge(ctx, pair[0], Command{ID: "merge" + pair[0], Case: pair[1], At: day0, By: ada})
		require.NoError(t, err)
	}
	out := do("m", "a", client, ReceiveMessage{Message: "m1", Channel: Email})
	require.Equal(t, "c", out.Case.ID, "replies to a merged case land on the last target")
	require.Equal(t, []string{"b", "a"}, out.Case.Absorbed)
	require.Equal(t, "merge: case a is carried on in b\nmessage: the case is new and stays so\n", out.Decision.Trace.String())
	_, err := desk.Case(ctx, "nobody")
	require.ErrorIs(t, err, ErrUnknown)
	_, err = desk.Do(ctx, Command{ID: "x", Case: "nobody", At: day0, By: ada, Do: AssignOwner{"x"}})
	require.ErrorIs(t, err, ErrUnknown)
	ids, err := desk.Store.CasesOf(ctx, "u1")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, ids)

	// A corrupt circle has no target: the reply stays where it arrived.
	corrupt := &Desk{Rules: desk.Rules, Store: new(MemStore)}
	for _, pair := range [][2]string{{"a", "b"}, {"b", "a"}} {
		require.NoError(t, corrupt.Store.AppendCases(ctx, "k"+pair[0], CaseBatch{Case: pair[0], Events: []Event{
			{Case: pair[0], Seq: 1, At: day0, By: client, Change: CaseOpened{Customer: "u1", Channel: Email}},
			{Case: pair[0], Seq: 2, At: day0, By: client, Change: CaseMerged{Into: pair[1]}},
		}}))
	}
	out, err = corrupt.Do(ctx, Command{ID: "m", Case: "a", At: day0, By: client, Do: ReceiveMessage{Message: "m1", Channel: Email}})
	require.NoError(t, err)
	require.Equal(t, "b", out.Decision.Redirect)
	require.Equal(t, "a", out.Case.ID)
}

// busyStore changes the case behind the desk's back a number of times.
type busyStore struct {
	*MemStore
	busy int
}

func (s *busyStore) AppendCases(ctx context.Context, key string, batches ...CaseBatch) error {
	if s.busy > 0 {
		s.busy--
		events, _ := s.LoadCase(ctx, batches[0].Case)
		e := Event{Case: batches[0].Case, Seq: uint64(len(events)) + 1, At: day0, By: ada, Change: OwnerAssigned{fmt.Sprint(s.busy)}}
		if err := s.MemStore.AppendCases(ctx, fmt.Sprint("busy", len(events)), CaseBatch{e.Case, e.Seq - 1, []Event{e}}); err != nil {
			return err
		}
	}
	return s.MemStore.AppendCases(ctx, key, batches...)
}

func TestDeskDecidesAnewWhenTheCaseChanged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := &busyStore{MemStore: new(MemStore)}
	desk := &Desk{Rules: someRules(t, CaseRulesSpec{}), Store: store, Tries: 4}
	_, err := desk.Do(ctx, Command{ID: "open", Case: "a", At: day0, By: client, Do: OpenCase{Customer: "u1", Channel: Email}})
	require.NoError(t, err)
	store.busy = 3
	out, err := desk.Do(ctx, Command{ID: "m", Case: "a", At: day0, By: client, Do: ReceiveMessage{Message: "m1", Channel: Email}})
	require.NoError(t, err)
	require.Len(t, out.Case.Messages, 1)
	require.Equal(t, uint64(5), out.Case.Version)
	store.busy = 4
	_, err = desk.Do(ctx, Command{ID: "m2", Case: "a", At: day0, By: client, Do: ReceiveMessage{Message: "m2", Channel: Email}})
	require.ErrorIs(t, err, ErrConflict)
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"case":"c","seq":1,"at":"2024-06-03T09:00:00Z","by":{"role":"agent"},"kind":"owner_assigned","change":{"owner":"x"}}`))
	f.Add([]byte(`{"case":"c","seq":1,"at":"2024-06-03T09:00:00Z","kind":"escalation_changed","change":{"escalation":{"rung":-9}}}`))
	f.Add([]byte(`{"kind":"case_absorbed"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Event
		if json.Unmarshal(data, &e) != nil {
			return
		}
		c := Evolve(Case{}, e)
		require.Equal(t, e.Seq, c.Version)
		out, err := json.Marshal(e)
		if err != nil {
			return // an enum that was left unset
		}
		var back Event
		require.NoError(t, json.Unmarshal(out, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}

func BenchmarkDecide(b *testing.B) {
	rules := someRules(b, CaseRulesSpec{})
	for _, messages := range []int{1, 100} {
		s := newStory(b, CaseRulesSpec{})
		for i := range messages {
			s.ok(client, ReceiveMessage{Message: fmt.Sprint("m", i), Channel: Email})
		}
		b.Run(fmt.Sprintf("receive/%d messages", messages), func(b *testing.B) {
			cmd := Command{ID: "new", Case: "c1", At: s.at.Add(hour), By: client, Do: ReceiveMessage{Message: "new", Channel: Email}}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decide(rules, s.c, cmd); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	for _, messages := range []int{10, 1000, 100_000} {
		log := []Event{{Case: "c1", Seq: 1, At: day0, Command: "cmd1", By: client, Change: CaseOpened{Customer: "u1", Channel: Email}}}
		for i := range messages { // newest first, commands out of order: the worst case for whoever inserts
			m := CaseMessage{ID: fmt.Sprint("m", i), At: day0.Add(time.Duration(messages-i) * minute), Channel: Email, Direction: Inbound, By: client}
			log = append(log, Event{
				Case: "c1", Seq: uint64(i + 2), At: m.At, Command: fmt.Sprintf("%08x", uint32(i)*2654435761), By: client, Change: MessageReceived{Message: m},
			})
		}
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Fold(log); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestCaseTellsTheTimeline(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{})
	s.ok(client, ReceiveMessage{Message: "m1", Channel: SocialMedia})
	s.ok(robot, SendMessage{Message: "b1", Channel: SocialMedia})
	s.ok(ada, SendMessage{Message: "m2", Channel: Email})
	s.ok(ada, SetStatus{To: StatusResolved})
	tl, err := NewTimeline(s.c.Interactions()...)
	require.NoError(t, err)
	require.Equal(t, 3, tl.Len())
	require.Empty(t, tl.OpenIssues(), "it is resolved")
	bot, _ := tl.Find("b1")
	require.True(t, bot.Bot)
	answer, _ := tl.Find("m2")
	require.Equal(t, "ada", answer.Agent)
	require.Equal(t, "c1", answer.Thread)
	s.ok(client, ReceiveMessage{Message: "m3", Channel: Phone})
	tl, err = NewTimeline(s.c.Interactions()...)
	require.NoError(t, err)
	open := tl.OpenIssues()
	require.Len(t, open, 1)
	require.Equal(t, "c1", open[0].Case)
	require.Equal(t, []Channel{SocialMedia, Email, Phone}, open[0].Channels)
}

func TestTheLongestReplyWindowStillCloses(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{ReplyWindow: math.MaxInt64, NoVerify: true})
	s.ok(ada, SetStatus{To: StatusResolved})
	next, err := s.rules.Deadlines(s.c)
	require.NoError(t, err)
	require.Equal(t, []Deadline{{s.c.Resolved.Add(math.MaxInt64).Add(1), DueClose, "c1", ""}}, next)
}

// An answer to our question by mail is no repeat; a second call is one.
func TestCaseTellsTheLedgerWhatIsARepeat(t *testing.T) {
	t.Parallel()
	for channel, repeats := range map[Channel]int64{Email: 0, SocialMedia: 0, Phone: 1, LiveChat: 1, "telex": 1} {
		s := newStory(t, CaseRulesSpec{})
		s.c.Issue = "late parcel"
		s.ok(client, ReceiveMessage{Message: "m1", Channel: channel})
		s.ok(ada, SendMessage{Message: "m2", Channel: channel})
		s.ok(client, ReceiveMessage{Message: "m3", Channel: channel})
		tl, err := NewTimeline(s.c.Interactions()...)
		require.NoError(t, err)
		require.Equal(t, Effort{Contacts: 2, Repeats: repeats}, TotalEffort(tl.EffortLedger()), channel)
	}
}
