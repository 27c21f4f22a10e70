package metrics_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics"
)

var noon = time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC)

func after(h float64) time.Time { return noon.Add(time.Duration(h * float64(time.Hour))) }

type story []metrics.CaseEvent

func (s story) CaseEvents() []metrics.CaseEvent { return s }

func event(h float64, kind metrics.CaseEventKind) metrics.CaseEvent {
	return metrics.CaseEvent{At: after(h), Kind: kind, Worked: map[bool]time.Duration{true: 10 * time.Minute}[kind == metrics.AgentReply]}
}

func TestService(t *testing.T) {
	t.Parallel()
	cases := []story{
		// Answered after 1 h, solved after 2 h at the first contact.
		{event(0, metrics.CaseOpened), event(1, metrics.AgentReply), event(2, metrics.CaseResolved)},
		// The customer writes twice before the next answer: 3 h from the older message.
		{
			event(0, metrics.CaseOpened), event(4, metrics.AgentReply), event(5, metrics.CustomerMessage),
			event(6, metrics.CustomerMessage), event(8, metrics.AgentReply), event(9, metrics.CaseResolved),
		},
		// Reopened two days later and open again.
		{
			event(0, metrics.CaseOpened), event(2, metrics.AgentReply), event(3, metrics.CaseResolved),
			event(51, metrics.CaseReopened),
		},
		// Nobody has answered for 240 h.
		{event(0, metrics.CaseOpened)},
		// Solved by a macro without a reply.
		{event(0, metrics.CaseOpened), event(7, metrics.CaseResolved)},
		// Solved an hour before the report: its first-contact window has not passed.
		{event(238, metrics.CaseOpened), event(238.5, metrics.AgentReply), event(239, metrics.CaseResolved)},
		// Opened after the report.
		{event(241, metrics.CaseOpened)},
		// Nonsense.
		{event(0, metrics.AgentReply)},
		{event(0, metrics.CaseOpened), event(1, metrics.CaseOpened)},
	}
	s, err := metrics.ServiceOf(slices.Values(cases), after(240), nil)
	require.NoError(t, err)
	require.EqualValues(t, 6, s.Cases())
	require.EqualValues(t, 2, s.Backlog())
	require.EqualValues(t, 1, s.NoReply())
	require.EqualValues(t, 1, s.Future())
	require.EqualValues(t, 2, s.Faulty())
	require.EqualValues(t, 1, s.Immature())
	require.Equal(t, metrics.Proportion{Hits: 2, Total: 4}, s.FirstContact(), "the first and the macro; not the second, not the reopened")
	require.Equal(t, metrics.Proportion{Hits: 1, Total: 5}, s.Reopened())

	first := s.FirstResponse()
	require.EqualValues(t, 5, first.N())
	require.EqualValues(t, 1, first.Open())
	median, err := first.Quantile(0.5, metrics.NearestRank)
	require.NoError(t, err)
	require.Equal(t, 2*time.Hour, median)
	_, err = first.Mean()
	require.ErrorIs(t, err, metrics.ErrUndefined, "one is still open")
	flattering, err := first.Closed().Mean()
	require.NoError(t, err)
	require.Equal(t, time.Duration(1.875*float64(time.Hour)), flattering)
	next, err := s.NextResponse().Mean()
	require.NoError(t, err)
	require.Equal(t, 3*time.Hour, next)
	require.EqualValues(t, 2, s.Resolution().Open())
	require.EqualValues(t, 2, s.HandleTime().Open())

	var plain metrics.Service // as of each case's last event
	require.NoError(t, plain.Add(cases[0]))
	require.NoError(t, plain.Add(cases[2]))
	require.EqualValues(t, 1, plain.Immature(), "solved, and nothing is known of later")
	require.EqualValues(t, 1, plain.Backlog())

	early, err := metrics.ServiceOf(slices.Values(cases), after(240), &metrics.ServiceOptions{FirstResolution: true})
	require.NoError(t, err)
	require.EqualValues(t, 1, early.Resolution().Open())
	_, err = metrics.NewService(noon, &metrics.ServiceOptions{Clock: halfSpeed{}, Window: -1})
	require.ErrorContains(t, err, "clock name")
	require.ErrorContains(t, err, "window")
	slow, err := metrics.ServiceOf(slices.Values(cases[:1]), after(240), &metrics.ServiceOptions{Clock: halfSpeed{}, ClockName: "half"})
	require.NoError(t, err)
	wait, err := slow.FirstResponse().Mean()
	require.NoError(t, err)
	require.Equal(t, 30*time.Minute, wait)
}

// halfSpeed is a clock of another kind.
type halfSpeed struct{}

func (halfSpeed) Elapsed(from, to time.Time) time.Duration { return to.Sub(from) / 2 }

// The Kaplan-Meier median of the AML data, maintained group: 31 (Miller 1981; R
// survival prints 31), in days here; and what leaving the open cases out would say.
func TestDurationsCensored(t *testing.T) {
	t.Parallel()
	days, err := metrics.NewDurations(24 * time.Hour)
	require.NoError(t, err)
	for _, n := range []int{9, 13, 18, 23, 31, 34, 48} {
		require.NoError(t, days.Add(time.Duration(n)*24*time.Hour))
	}
	for _, n := range []int{13, 28, 45, 161} {
		require.NoError(t, days.AddOpen(time.Duration(n)*24*time.Hour))
	}
	median, err := days.Quantile(0.5, metrics.NearestRank)
	require.NoError(t, err)
	require.Equal(t, 31*24*time.Hour, median)
	naive, err := days.Closed().Quantile(0.5, metrics.NearestRank)
	require.NoError(t, err)
	require.Equal(t, 23*24*time.Hour, naive)
	_, err = days.Quantile(0.99, metrics.NearestRank)
	require.ErrorIs(t, err, metrics.ErrUndefined)
	_, err = days.Quantile(0.5, metrics.Type7)
	require.ErrorIs(t, err, metrics.ErrUndefined)
	// R: print(survfit(...), rmean = 48) is 33.46... for this group to 48 days.
	area, err := days.RestrictedMean(48 * 24 * time.Hour)
	require.NoError(t, err)
	steps := []float64{1, 10. / 11, 9. / 11, 9. / 11 * 7 / 8, 9. / 11 * 6 / 8, 9. / 11 * 6 / 8 * 4 / 5, 9. / 11 * 6 / 8 * 3 / 5}
	times := []float64{0, 9, 13, 18, 23, 31, 34, 48}
	want := 0.0
	for i, s := range steps {
		want += s * (times[i+1] - times[i])
	}
	require.InDelta(t, want, area.Hours()/24, 1e-9)
	_, err = days.RestrictedMean(200 * 24 * time.Hour)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	p, pending := days.Within(30 * 24 * time.Hour)
	require.Equal(t, metrics.Proportion{Hits: 4, Total: 9}, p)
	require.EqualValues(t, 2, pending, "open for 13 and 28 days: undecided")
}

func TestDurationsComplete(t *testing.T) {
	t.Parallel()
	var all metrics.Durations
	_, err := all.Mean()
	require.ErrorIs(t, err, metrics.ErrNoData)
	_, err = all.Quantile(0.5, metrics.NearestRank)
	require.ErrorIs(t, err, metrics.ErrNoData)
	require.ErrorIs(t, all.Add(-1), metrics.ErrOutOfRange)
	for _, s := range []time.Duration{1, 2, 3, 10} {
		require.NoError(t, all.Add(s*time.Second))
	}
	require.NoError(t, all.Add(20*time.Second+time.Millisecond))
	within, _ := all.Within(20 * time.Second)
	require.EqualValues(t, 4, within.Hits, "20.001 s is not within 20 s")
	mean, err := all.Mean()
	require.NoError(t, err)
	require.Equal(t, 7200*time.Millisecond+200*time.Microsecond, mean, "the sum is exact")
	median, err := all.Quantile(0.5, metrics.Type7)
	require.NoError(t, err)
	require.Equal(t, 3*time.Second, median)
	third, err := all.Quantile(0.25, metrics.Type7)
	require.NoError(t, err)
	require.Equal(t, 2*time.Second, third)
	_, err = all.Quantile(0.5, 0)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = all.Quantile(math.NaN(), metrics.Type7)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)

	back, err := metrics.DurationsFromCounts(time.Second, []metrics.DurationStep{{1, 1, 0}, {2, 1, 0}, {3, 1, 0}, {10, 1, 0}, {21, 1, 0}})
	require.NoError(t, err)
	mean, err = back.Mean()
	require.NoError(t, err)
	require.Equal(t, 7400*time.Millisecond, mean)
	_, err = metrics.DurationsFromCounts(time.Second, []metrics.DurationStep{{1, 1, 0}, {1, 1, 0}, {-1, 1, 0}, {math.MaxInt64, 5, 0}})
	require.ErrorIs(t, err, metrics.ErrInconsistent)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestServiceLevelRules(t *testing.T) {
	t.Parallel()
	var c metrics.Calls
	for range 80 {
		require.NoError(t, c.Add(20*time.Second, true))
	}
	for range 10 {
		require.NoError(t, c.Add(21*time.Second, true))
	}
	for range 4 {
		require.NoError(t, c.Add(5*time.Second, false))
	}
	for range 6 {
		require.NoError(t, c.Add(time.Minute, false))
	}
	for rule, want := range map[metrics.AbandonRule]metrics.Proportion{
		metrics.AbandonedExcluded: {Hits: 80, Total: 90}, metrics.AbandonedFailed: {Hits: 80, Total: 100},
		metrics.ShortAbandonedIgnored: {Hits: 80, Total: 96},
	} {
		got, err := c.ServiceLevel(rule)
		require.NoError(t, err)
		require.Equal(t, want, got, rule.String())
	}
	_, err := c.ServiceLevel(0)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	require.Equal(t, metrics.Proportion{Hits: 10, Total: 100}, c.AbandonRate())
	asa, err := c.SpeedOfAnswer().Mean()
	require.NoError(t, err)
	require.InDelta(t, 20.1111, asa.Seconds(), 1e-4)
	same, err := metrics.CallsFromCounts(c.SpeedOfAnswer(), 4, 6, nil)
	require.NoError(t, err)
	require.Equal(t, bytesOf[metrics.Calls](t, &c), bytesOf[metrics.Calls](t, same))
}

func TestRepeatContacts(t *testing.T) {
	t.Parallel()
	var c metrics.Contacts
	for _, h := range []float64{0, 10, 400, 700} {
		require.NoError(t, c.Add("a", after(h)))
	}
	require.NoError(t, c.Add("b", after(690)))
	require.NoError(t, c.Add("", after(690)))
	p, immature, err := c.Repeat(24*time.Hour, after(705))
	require.NoError(t, err)
	require.Equal(t, metrics.Proportion{Hits: 1, Total: 3}, p)
	require.EqualValues(t, 2, immature)
	_, _, err = c.Repeat(0, after(705))
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestAttainmentAndDeflection(t *testing.T) {
	t.Parallel()
	var a metrics.Attainment
	now := after(100)
	require.NoError(t, a.Add(after(10), after(10), now)) // on the dot: met
	require.NoError(t, a.Add(after(10), after(11), now)) // late
	require.NoError(t, a.Add(after(10), time.Time{}, now))
	require.NoError(t, a.Add(after(200), time.Time{}, now))
	require.NoError(t, a.Add(after(200), after(150), now)) // fulfilled after the report
	require.Equal(t, metrics.Attainment{Met: 1, Breached: 2, Pending: 2}, a)
	require.Equal(t, metrics.Proportion{Hits: 1, Total: 3}, a.Rate())
	saved, err := metrics.Deflection(200, 50)
	require.NoError(t, err)
	require.Equal(t, metrics.Proportion{Hits: 150, Total: 200}, saved)
	_, err = metrics.Deflection(10, 11)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestBacklog(t *testing.T) {
	t.Parallel()
	b, err := metrics.NewBacklog(metrics.Day, time.UTC)
	require.NoError(t, err)
	require.NoError(t, b.Add(after(0), after(1)))
	require.NoError(t, b.Add(after(0), after(49)))
	require.NoError(t, b.Add(after(24), time.Time{}))
	require.ErrorIs(t, b.Add(after(24), after(0)), metrics.ErrInconsistent)
	rows, err := b.Rows(5)
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, []int64{6, 7, 6}, []int64{rows[0].Open, rows[1].Open, rows[2].Open})
	_, err = b.Rows(-1)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

func TestImpatientQueue(t *testing.T) {
	t.Parallel()
	patient, err := metrics.NewQueue(10, 14, 3*time.Minute, 20*time.Second)
	require.NoError(t, err)
	q, err := metrics.NewImpatientQueue(10, 14, 3*time.Minute, 2*time.Minute, 20*time.Second)
	require.NoError(t, err)
	require.Less(t, q.WaitShare, patient.WaitShare, "those who hang up shorten the queue")
	require.Less(t, q.ASASeconds, patient.ASASeconds)
	require.Positive(t, q.AbandonShare)
	overloaded, err := metrics.NewImpatientQueue(20, 10, 3*time.Minute, 2*time.Minute, 20*time.Second)
	require.NoError(t, err)
	require.InDelta(t, 0.5, overloaded.AbandonShare, 0.01)
	require.LessOrEqual(t, overloaded.Occupancy, 1.0)
	_, err = metrics.NewQueue(20, 10, 3*time.Minute, 0)
	require.ErrorIs(t, err, metrics.ErrUndefined)
	_, err = metrics.NewImpatientQueue(20, 0, 3*time.Minute, 0, -1)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
	_, err = metrics.StaffQueue(0, time.Minute, 0, 1)
	require.ErrorIs(t, err, metrics.ErrOutOfRange)
}

// Without open cases, nearest rank on the counts is nearest rank on the sorted list.
func TestQuantilesAgainstASortedList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 60).Draw(t, "seconds")
		p := float64(rapid.IntRange(0, 100).Draw(t, "percent")) / 100
		var all metrics.Durations
		for _, s := range seconds {
			require.NoError(t, all.Add(time.Duration(s)*time.Second))
		}
		slices.Sort(seconds)
		rank := max(1, int(math.Ceil(p*float64(len(seconds))-1e-9)))
		got, err := all.Quantile(p, metrics.NearestRank)
		require.NoError(t, err)
		require.Equal(t, time.Duration(seconds[rank-1])*time.Second, got)
	})
}
