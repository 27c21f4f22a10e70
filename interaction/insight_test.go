package interaction

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEffortLedger(t *testing.T) {
	t.Parallel()
	record := func(after int, ch Channel, d Direction, thread string) Interaction {
		x := contact(fmt.Sprint("i", after), time.Duration(after)*hour)
		x.Channel, x.Direction, x.Thread, x.Issue = ch, d, thread, "late"
		return x
	}
	first := record(0, Email, Inbound, "t1")
	question := record(1, Email, Outbound, "t1")
	answer := record(2, Email, Inbound, "t1") // answers us: no repeat
	chase := record(3, Email, Inbound, "t1")  // nobody answered: a repeat
	auto := record(4, Email, Inbound, "t1")
	auto.Class = ClassAuto
	call := record(5, Phone, Inbound, "") // a repeat and a hop
	call.Outcome, call.ReAsked, call.Over = OutcomeTransferred, []string{"order number", "address"}, 2*hour
	solved := record(6, Phone, Outbound, "t2")
	solved.Outcome = OutcomeResolved
	back := record(7, Phone, Inbound, "t2") // after the resolution: a repeat
	other := record(8, LiveChat, Inbound, "")
	other.Issue = "another"
	tl, err := NewTimeline(back, other, solved, call, auto, chase, answer, question, first)
	require.NoError(t, err)
	ledger := tl.EffortLedger()
	require.Equal(t, []TopicEffort{
		{"u1", "late", Effort{Contacts: 5, Repeats: 3, Transfers: 1, Hops: 1, ReAsked: 2, Over: 2 * hour}},
		{"u1", "another", Effort{Contacts: 1}},
	}, ledger)
	sum := TotalEffort(ledger)
	require.Equal(t, int64(6), sum.Contacts)
	require.InDelta(t, 3*1.4+1+1+2+2*0.5, sum.Points(DefaultEffortWeights()), 1e-12)
	require.Contains(t, sum.Explain(DefaultEffortWeights()).String(), "9.20 points over 6 contacts")
	require.Zero(t, Effort{}.Points(DefaultEffortWeights()))
	require.Equal(t, "6 contacts, 3 repeats, 1 transfers, 1 channel changes, 2 asked again, 2h0m0s over", sum.String())
}

// However the records are cut into timelines, the ledger of the merged timeline
// is the same, and no count is ever negative.
func TestEffortDoesNotDependOnArrival(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTimeline(t, "a"), drawTimeline(t, "b")
		require.Equal(t, a.Merge(b).EffortLedger(), b.Merge(a).EffortLedger())
		for _, e := range a.Merge(b).EffortLedger() {
			require.LessOrEqual(t, e.Effort.Repeats, e.Effort.Contacts)
			require.LessOrEqual(t, e.Effort.Hops, e.Effort.Contacts)
		}
	})
}

func TestDeflection(t *testing.T) {
	t.Parallel()
	contacts := []Contact{
		{Customer: "u1", Issue: "x", At: day0.Add(5 * hour), Channel: Phone},
		{Customer: "u1", Issue: "x", At: day0.Add(hour), Channel: SelfService},
		{Customer: "u2", Issue: "x", At: day0.Add(hour), Channel: "pigeon"},
	}
	book := NewContactBook(DefaultProfiles().Assisted(slices.Values(contacts)))
	session := func(customer string, end SessionEnd) SelfServiceSession {
		return SelfServiceSession{ID: "s", Customer: customer, Issue: "x", Ended: day0, End: end}
	}
	rows := []struct {
		name    string
		session SelfServiceSession
		window  time.Duration
		now     time.Time
		want    Deflection
	}{
		{"asked a person", session("u1", SessionConfirmed), 5 * hour, day0.Add(99 * hour), DeflectionNo},
		{"asked after the window", session("u1", SessionAssumed), 5*hour - 1, day0.Add(99 * hour), DeflectionYes},
		{"assumed, window open", session("u3", SessionAssumed), 5 * hour, day0.Add(5 * hour), DeflectionUndetermined},
		{"confirmed, window open", session("u3", SessionConfirmed), 5 * hour, day0.Add(hour), DeflectionUndetermined},
		{"window over", session("u3", SessionConfirmed), 5 * hour, day0.Add(5*hour + 1), DeflectionYes},
		{"failed", session("u3", SessionFailed), 5 * hour, day0.Add(99 * hour), DeflectionNo},
		{"handed off", session("u3", SessionHandedOff), 5 * hour, day0, DeflectionNo},
		{"an unknown channel counts as assisted", session("u2", SessionAssumed), 5 * hour, day0.Add(99 * hour), DeflectionNo},
		{"not ended", session("u3", SessionAssumed), hour, day0.Add(-1), DeflectionUndetermined},
	}
	var all []SelfServiceSession
	for _, row := range rows {
		all = append(all, row.session)
		got, why := book.Deflection(row.session, row.window, row.now)
		require.Equal(t, row.want, got, "%s: %s", row.name, why)
	}
	counts := book.CountDeflections(slices.Values(all), 5*hour, day0.Add(99*hour))
	require.Equal(t, DeflectionCounts{Yes: 4, Confirmed: 2, No: 5}, counts)
	rate, err := counts.Rate()
	require.NoError(t, err)
	require.Equal(t, Share{4, 9}, rate)
	careful, err := counts.ConfirmedRate()
	require.NoError(t, err)
	require.Equal(t, Share{2, 9}, careful)
	_, err = DeflectionCounts{Undetermined: 1}.Rate()
	require.ErrorIs(t, err, ErrNoData)
	require.Equal(t, DeflectionCounts{Yes: 8, Confirmed: 4, No: 10}, counts.Merge(counts))
}

func mood(t require.TestingT, score float64) Sentiment {
	s, err := NewSentiment(score)
	require.NoError(t, err)
	return s
}

func TestTrajectory(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		scores []float64
		alarm  bool
	}{
		{"one", []float64{-1}, false},
		{"one fall", []float64{0.5, 0.1}, false},
		{"two falls", []float64{0.5, 0.4, 0.3}, true},
		{"one strong fall", []float64{0.5, -0.1}, true},
		{"recovered", []float64{0.5, 0.4, 0.3, 0.4}, false},
		{"the same is no fall", []float64{0.5, 0.4, 0.4}, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var tr Trajectory
			for _, s := range row.scores {
				tr = tr.Next(Sentiment{}).Next(mood(t, s))
			}
			alarm, why := tr.Alarm(DefaultMoodLimits())
			require.Equal(t, row.alarm, alarm, why)
			require.Equal(t, len(row.scores), tr.N)
			never, _ := tr.Alarm(MoodLimits{})
			require.False(t, never)
			change, ok := tr.Change()
			require.Equal(t, len(row.scores) > 1, ok)
			if ok {
				require.InDelta(t, row.scores[len(row.scores)-1]-row.scores[0], change, 1e-9)
			}
		})
	}
	x, y := contact("a", 0), contact("b", hour)
	x.Sentiment, y.Sentiment = mood(t, 0.9), mood(t, -0.9)
	tl, err := NewTimeline(y, x)
	require.NoError(t, err)
	require.InDelta(t, 1.8, tl.Trajectory().Steepest, 1e-9)
}

func TestTriggers(t *testing.T) {
	t.Parallel()
	rules := TriggerRules{Repeats: 3, Mood: DefaultMoodLimits(), LegalWords: []string{"Anwalt", "small claims", "律师", ""}}
	rows := []struct {
		name  string
		signs EscalationSigns
		want  []Trigger
	}{
		{"nothing", EscalationSigns{Text: "thank you"}, nil},
		{"legal word in another case", EscalationSigns{Text: "Mein ANWALT meldet sich."}, []Trigger{TriggerLegal}},
		{"a longer word is another word", EscalationSigns{Text: "Die Anwaltskanzlei"}, nil},
		{"phrase over a line end", EscalationSigns{Text: "I go to SMALL\n claims!"}, []Trigger{TriggerLegal}},
		{"a script without blanks", EscalationSigns{Text: "我要找律师投诉"}, []Trigger{TriggerLegal}},
		{"full-width letters", EscalationSigns{Text: "Ａｎｗａｌｔ"}, []Trigger{TriggerLegal}},
		{"below the limit", EscalationSigns{Repeats: 2}, nil},
		{"all, in order", EscalationSigns{
			LadderStep: "75 %", Asked: true, Agent: "needs a break", Abuse: true, Repeats: 3, Text: "Anwalt",
			Mood: Trajectory{}.Next(mood(t, 0.5)).Next(mood(t, -0.5)),
		}, []Trigger{TriggerLadder, TriggerCustomer, TriggerMood, TriggerRepeat, TriggerAbuse, TriggerLegal, TriggerAgent}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, why := rules.Triggers(row.signs)
			require.Equal(t, row.want, got, why.String())
			require.Len(t, why, max(1, len(got)))
		})
	}
	got, _ := TriggerRules{}.Triggers(EscalationSigns{Repeats: 99, Text: "Anwalt"})
	require.Empty(t, got)
}

func FuzzWords(f *testing.F) {
	f.Add("Mein Anwalt", "anwalt")
	f.Add("\xff\xfe", "\xff")
	f.Add("ßẞss", "ss")
	f.Fuzz(func(t *testing.T, s, w string) {
		word, ok := findWord(s, []string{w})
		require.True(t, !ok || word == w)
		if folded := fold(w); folded != "" && folded == fold(s) {
			require.True(t, ok, "a text is itself a whole word")
		}
	})
}

func TestAdvocacy(t *testing.T) {
	t.Parallel()
	facts := []Fact{
		ReferralFact("u2", "u9", day0), ReferralFact("u2", "u9", day0.Add(hour)), ReferralFact("u2", "u8", day0),
		ReviewFact("u1", "camera", "r1", day0),
		{Kind: FactGesture, Customer: "u1"},
		{Kind: FactAnswerGiven, Customer: "u1", Where: "t", Ref: "p"},
		{Kind: FactAnswerAccepted, Customer: "u1", Where: "t", Ref: "p"},
	}
	got := CountAdvocacy(slices.Values(facts))
	require.Equal(t, []AdvocacyCounts{
		{Customer: "u1", Reviews: 1, Answers: 1, Accepted: 1}, {Customer: "u2", Referrals: 2},
	}, got)
	require.Equal(t, AdvocacyCounts{Customer: "u1", Reviews: 2, Answers: 2, Accepted: 2}, got[0].Merge(got[0]))
	require.Empty(t, CountAdvocacy(slices.Values([]Fact{})))
}
