package interaction

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDefaultPlaybooks(t *testing.T) {
	t.Parallel()
	want := map[string]int{PlaybookLAST: 4, PlaybookHEARD: 5, PlaybookLEARN: 5, PlaybookCARP: 4, PlaybookISO: 7}
	require.Len(t, DefaultPlaybooks(), len(want))
	for _, p := range DefaultPlaybooks() {
		require.Len(t, p.Spec().Steps, want[p.Name()], p.Name())
		checked, err := NewPlaybook(p.Spec())
		require.NoError(t, err, p.Name())
		require.NotEmpty(t, p.Spec().Source)
		data, err := json.Marshal(p)
		require.NoError(t, err)
		back, err := ParsePlaybook(data)
		require.NoError(t, err)
		require.Equal(t, checked, back)
	}
	_, ok := DefaultPlaybook("none")
	require.False(t, ok)
}

func TestParsePlaybookReportsEveryFault(t *testing.T) {
	t.Parallel()
	_, err := ParsePlaybook([]byte(`{"name":"x","colour":"red","steps":[{"name":"a","act":"shout","within":"soon"},{"act":"solve"}]}`))
	require.ErrorIs(t, err, ErrInvalid)
	for _, fault := range []string{"colour", "steps[0].act", "steps[0].within", "steps[1].name"} {
		require.ErrorContains(t, err, fault)
	}
	_, err = ParsePlaybook([]byte(`{"name":"No Name","progress":"elapsed 0s","steps":[{"name":"a","act":"solve"},{"name":"a","act":"acknowledge","evidence":["No"]}]}`))
	for _, fault := range []string{"name", "progress", "steps[0].act", "steps[1].name", "steps[1].evidence[0]"} {
		require.ErrorContains(t, err, fault)
	}
	_, err = ParsePlaybook([]byte(`{"name":"x","steps":[]}`))
	require.ErrorIs(t, err, ErrInvalid)
	_, err = ParsePlaybook([]byte(`{"name":"x","any_order":true,"steps":[{"name":"a","act":"solve"},{"name":"b","act":"acknowledge"}]}`))
	require.NoError(t, err, "in any order it is enough to have one")
	_, err = ParsePlaybook([]byte(`{"name":"x","name":"y","steps":[{"name":"a","act":"listen"}]}`))
	require.Error(t, err)
}

func TestStepsOfAPlaybook(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{})
	_, err := s.try(ada, TakeStep{"listen", summary})
	require.ErrorIs(t, err, ErrUnknown, "no playbook is followed")
	s.ok(ada, StartPlaybook{PlaybookLEARN})
	rows := []struct {
		name string
		do   Action
		want error
	}{
		{"unknown step", TakeStep{"sing", summary}, ErrUnknown},
		{"out of order", TakeStep{"resolve", summary}, ErrOrder},
		{"without the summary", TakeStep{"listen", []Evidence{{"question", "which order?"}}}, ErrEvidence},
		{"empty evidence", TakeStep{"listen", []Evidence{{"summary", " "}}}, ErrEvidence},
		{"listen", TakeStep{"listen", summary}, nil},
		{"twice", TakeStep{"listen", summary}, ErrDuplicate},
		{"skip without a reason", SkipStep{"empathise", " "}, ErrInvalid},
		{"skip one way to acknowledge", SkipStep{"empathise", "the customer cut it short"}, nil},
		{"not the last", SkipStep{"apologise", "no reason good enough"}, ErrNotAcknowledged},
		{"resolve before it", TakeStep{"resolve", summary}, ErrOrder},
		{"apologise", TakeStep{"apologise", summary}, nil},
		{"resolved too early", SetStatus{To: StatusResolved}, ErrOrder},
		{"resolve", TakeStep{"resolve", summary}, nil},
		{"resolved", SetStatus{To: StatusResolved}, nil},
		{"closed before the next steps", SetStatus{To: StatusClosed}, ErrOrder},
		{"next steps", SkipStep{"next_steps", "said before"}, nil},
		{"closed", SetStatus{To: StatusClosed}, nil},
	}
	for _, row := range rows {
		_, err := s.try(ada, row.do)
		require.ErrorIs(t, err, row.want, row.name)
		var se *StepError
		if row.want != nil && !errors.Is(err, ErrInvalid) {
			require.True(t, errors.As(err, &se), row.name)
			require.Equal(t, PlaybookLEARN, se.Playbook)
		}
	}
	require.False(t, s.c.Acknowledged.IsZero())
}

func TestRequiredPlaybook(t *testing.T) {
	t.Parallel()
	rules := someRules(t, CaseRulesSpec{Required: map[Purpose]string{PurposeComplaint: PlaybookISO}, Calendar: dayCalendar{}})
	out, err := Decide(rules, Case{}, Command{ID: "1", Case: "c1", At: day0, By: client, Do: OpenCase{Customer: "u1", Purpose: PurposeComplaint, Channel: Email}})
	require.NoError(t, err)
	c, err := Fold(out.Events)
	require.NoError(t, err)
	require.Equal(t, PlaybookISO, c.Run.Playbook)
	next, err := rules.Deadlines(c)
	require.NoError(t, err)
	require.Equal(t, []Deadline{ // the calendar of the test takes twice the time
		{day0.Add(8 * hour), DueStep, "c1", "acknowledge"},
		{day0.Add(80 * hour), DueProgress, "c1", PlaybookISO},
	}, next)
}

func TestAnyOrderStillAcknowledgesFirst(t *testing.T) {
	t.Parallel()
	p, err := NewPlaybook(PlaybookSpec{Name: "x", AnyOrder: true, Steps: []PlaybookStep{
		{Name: "fix", Act: ActSolve}, {Name: "sorry", Act: ActAcknowledge}, {Name: "thanks", Act: ActThank},
	}})
	require.NoError(t, err)
	run := Run{Playbook: "x", Started: day0}
	require.ErrorIs(t, p.Check(run, StepEntry{Step: "fix", Evidence: summary}, false), ErrNotAcknowledged)
	require.NoError(t, p.Check(run, StepEntry{Step: "fix", Evidence: summary}, true), "acknowledged outside")
	require.NoError(t, p.Check(run, StepEntry{Step: "thanks", Evidence: summary}, false))
	require.NoError(t, p.Check(run, StepEntry{Step: "sorry", Skipped: "done by phone"}, true))
	run.Entries = []StepEntry{{Step: "sorry", Skipped: "by phone"}}
	require.ErrorIs(t, p.Check(run, StepEntry{Step: "fix", Evidence: summary}, false), ErrNotAcknowledged, "skipping acknowledges nothing")
}

func TestProblemRecord(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{})
	work := func(stage ProblemStage) Work { return Work{Stage: stage, Evidence: summary} }
	s.ok(ada, RecordWork{work(ProblemUnderstand)})
	_, err := s.try(ada, RecordWork{work(ProblemRootCause)})
	require.ErrorIs(t, err, ErrNotAcknowledged)
	_, err = s.try(ada, RecordWork{Work{Stage: ProblemOptions}})
	for _, want := range []error{ErrNotAcknowledged, ErrOrder, ErrEvidence, ErrInvalid} {
		require.ErrorIs(t, err, want, "all at once")
	}
	s.ok(ada, AcknowledgeConcern{summary})
	s.ok(ada, RecordWork{work(ProblemRootCause)})
	none := work(ProblemOptions)
	none.NoSolutionYet = true
	s.ok(ada, RecordWork{none})
	require.True(t, s.c.Problem.NoSolutionYet())
	_, err = s.try(ada, RecordWork{Work{Stage: ProblemChoose, Evidence: summary, Chosen: "refund"}})
	require.ErrorContains(t, err, "there is no solution yet")
	twice := work(ProblemOptions)
	twice.Options = []Option{{Name: "refund"}, {Name: "refund"}, {}}
	_, err = s.try(ada, RecordWork{twice})
	require.ErrorIs(t, err, ErrDuplicate)
	require.ErrorContains(t, err, "options[2].name")
	some := work(ProblemOptions)
	some.Options = []Option{{Name: "refund", Pros: []string{"quick"}, Cons: []string{"dear"}}, {Name: "replace"}}
	s.ok(ada, RecordWork{some})
	_, err = s.try(ada, RecordWork{Work{Stage: ProblemChoose, Evidence: summary, Chosen: "sue"}})
	require.ErrorIs(t, err, ErrUnknown)
	s.ok(ada, RecordWork{Work{Stage: ProblemChoose, Evidence: summary, Chosen: "replace"}})
	s.ok(ada, RecordWork{work(ProblemImplement)})
	name, ok := s.c.Problem.Chosen()
	require.True(t, ok)
	require.Equal(t, "replace", name)
	s.ok(ada, RecordWork{work(ProblemVerify)})
	s.ok(ada, RecordWork{work(ProblemFollowUp)})
	out := s.ok(ada, RecordWork{work(ProblemRootCause)})
	require.Contains(t, out.Trace.String(), "back from follow_up to root_cause")
	require.Empty(t, s.c.Problem.Options(), "what came after has to be done again")
	_, ok = s.c.Problem.Chosen()
	require.False(t, ok)
	stage, ok := s.c.Problem.Stage()
	require.True(t, ok)
	require.Equal(t, ProblemRootCause, stage)
	_, ok = Problem{}.Stage()
	require.False(t, ok)
	more, err := Problem{}.Add(work(ProblemUnderstand), false)
	require.NoError(t, err)
	require.Len(t, more.Entries, 1)
}

// Whatever the playbook and the order of attempts: a solving step is recorded
// only after an acknowledging one was done.
func TestSolvingFollowsAcknowledging(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(DefaultPlaybooks()).Draw(t, "playbook")
		spec := p.Spec()
		spec.AnyOrder = rapid.Bool().Draw(t, "any order")
		p, err := NewPlaybook(spec)
		require.NoError(t, err)
		run := Run{Playbook: p.Name(), Started: day0}
		acknowledged := false
		for range rapid.IntRange(1, 30).Draw(t, "attempts") {
			step := rapid.SampledFrom(spec.Steps).Draw(t, "step")
			entry := StepEntry{Step: step.Name, At: day0, By: ada, Evidence: summary}
			for _, kind := range step.Evidence {
				entry.Evidence = append(entry.Evidence, Evidence{kind, "x"})
			}
			if rapid.Bool().Draw(t, "skip") {
				entry.Skipped = "a reason"
			}
			if p.Check(run, entry, false) != nil {
				continue
			}
			if entry.Skipped == "" {
				acknowledged = acknowledged || step.Act == ActAcknowledge
				require.True(t, step.Act != ActSolve || acknowledged)
			}
			run.Entries = append(run.Entries, entry)
		}
		if _, more := p.Next(run); !more {
			require.True(t, acknowledged, "no run ends without an acknowledgement")
		}
	})
}

func FuzzPlaybook(f *testing.F) {
	for _, p := range DefaultPlaybooks() {
		data, err := json.Marshal(p)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(`{"name":"x","steps":[{"name":"a","act":"listen","within":"business_days 99999999999999999999"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePlaybook(data)
		if err != nil {
			return
		}
		out, err := json.Marshal(p)
		require.NoError(t, err)
		back, err := ParsePlaybook(out)
		require.NoError(t, err)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}

func FuzzTargetBook(f *testing.F) {
	f.Add([]byte(`{"facts":[{"channel":"any","what":"x","value_s":1,"share":0.5,"source":"y"}],"regulatory":[]}`))
	f.Add([]byte(`{"facts":[{"channel":"phone","what":"","value_s":-1,"value_business_s":1e99,"source":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := ParseTargetBook(data)
		if err != nil {
			require.Empty(t, book.Expectations)
			return
		}
		for _, e := range book.Expectations {
			require.NotEmpty(t, e.Source)
			require.NoError(t, e.Target.validate())
		}
	})
}
