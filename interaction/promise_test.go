package interaction

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPromiseVerdicts(t *testing.T) {
	t.Parallel()
	by := day0.Add(10 * hour)
	rows := []struct {
		name               string
		settled, withdrawn time.Duration // after day0; 0: never
		now                time.Duration
		want               PromiseVerdict
	}{
		{"still time", 0, 0, 10 * hour, PromiseOpen},
		{"time is up", 0, 0, 10*hour + 1, PromiseBroken},
		{"kept in the last instant", 10 * hour, 0, 11 * hour, PromiseKept},
		{"kept early", 2 * hour, 0, 11 * hour, PromiseKept},
		{"a nanosecond late", 10*hour + 1, 0, 1000 * hour, PromiseBroken},
		{"not yet settled as seen then", 9 * hour, 0, 8 * hour, PromiseOpen},
		{"withdrawn", 0, 3 * hour, 11 * hour, PromiseWithdrawn},
		{"withdrawn too late", 0, 11 * hour, 12 * hour, PromiseBroken},
		{"kept, then withdrawn", 2 * hour, 3 * hour, 11 * hour, PromiseKept},
		{"withdrawn, then done anyway", 4 * hour, 3 * hour, 11 * hour, PromiseWithdrawn},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := Promise{ID: "p", Kind: PromiseReply, Made: day0, By: by}
			if row.settled != 0 {
				p.Settled = day0.Add(row.settled)
			}
			if row.withdrawn != 0 {
				p.Withdrawn = day0.Add(row.withdrawn)
			}
			require.Equal(t, row.want, p.Verdict(day0.Add(row.now)))
			require.NotEmpty(t, p.Explain(day0.Add(row.now)))
		})
	}
}

// A verdict that is not open never changes, whatever the instant of looking.
func TestPromiseVerdictIsGivenOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Promise{ID: "p", Kind: PromiseReply, Made: day0, By: day0.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "by")) * hour)}
		if rapid.Bool().Draw(t, "settled") {
			p.Settled = day0.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "when")) * hour)
		}
		if rapid.Bool().Draw(t, "withdrawn") {
			p.Withdrawn = day0.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "gone")) * hour)
		}
		was := PromiseOpen
		for hours := range 15 {
			got := p.Verdict(day0.Add(time.Duration(hours) * hour))
			if was != PromiseOpen {
				require.Equal(t, was, got)
			}
			was = got
		}
		require.NotEqual(t, PromiseOpen, was)
	})
}

func TestPromiseCounts(t *testing.T) {
	t.Parallel()
	promise := func(by, settled time.Duration) Promise {
		return Promise{ID: "p", Kind: PromiseReply, Made: day0, By: day0.Add(by), Settled: day0.Add(settled)}
	}
	var a, b PromiseCounts
	now := day0.Add(100 * hour)
	a.Add(promise(10*hour, 10*hour), now, 0)
	a.Add(promise(10*hour, 9*hour), now, 0)
	b.Add(promise(10*hour, 9*hour), now, 2*hour)
	b.Add(promise(10*hour, 11*hour), now, 0)
	b.Add(Promise{By: now}, now, 0)
	sum := a.Merge(b)
	require.Equal(t, PromiseCounts{Kept: 3, Early: 1, Broken: 1, Open: 1}, sum)
	rate, err := sum.KeptRate()
	require.NoError(t, err)
	require.Equal(t, Share{3, 4}, rate)
	within, err := rate.Interval(0.95)
	require.NoError(t, err)
	require.Less(t, within.Low, 0.75)
	require.Greater(t, within.High, 0.75)
	early, err := sum.EarlyRate()
	require.NoError(t, err)
	require.Equal(t, Share{1, 4}, early)
	_, err = PromiseCounts{Open: 9}.KeptRate()
	require.ErrorIs(t, err, ErrNoData)
}

func TestPromisesOfACase(t *testing.T) {
	t.Parallel()
	s := newStory(t, CaseRulesSpec{})
	s.ok(ada, MakePromise{Promise{ID: "r", Kind: PromiseReply, By: day0.Add(10 * hour)}})
	s.ok(ada, MakePromise{Promise{ID: "s", Kind: PromiseResolution, By: day0.Add(9 * hour)}})
	s.ok(ada, MakePromise{Promise{ID: "c", Kind: PromiseCallback, By: day0.Add(90 * hour)}})
	s.ok(ada, MakePromise{Promise{ID: "d", Kind: PromiseOther, By: day0.Add(90 * hour)}})
	_, err := s.try(ada, MakePromise{Promise{ID: "r", Kind: PromiseReply, By: day0.Add(99 * hour)}})
	require.ErrorIs(t, err, ErrDuplicate)
	_, err = s.try(ada, MakePromise{Promise{Kind: 9, By: day0.Add(-hour), Quantile: 2}})
	for _, field := range []string{"id", "kind", "by", "quantile"} {
		require.ErrorContains(t, err, field)
	}
	s.ok(robot, SendMessage{Message: "b", Channel: Email})
	p, _ := s.c.Promise("r")
	require.Zero(t, p.Settled, "a bot's message keeps no promise of a reply")
	s.ok(ada, SendMessage{Message: "m", Channel: Email})
	p, _ = s.c.Promise("r")
	require.Equal(t, s.at, p.Settled)
	s.ok(client, DropPromise{"d", "changed my mind"})
	s.ok(ada, SettlePromise{"c"})
	first := s.at
	require.Empty(t, s.ok(ada, SettlePromise{"c"}).Events, "the first counts")
	require.Empty(t, s.ok(ada, DropPromise{"c", ""}).Events)
	s.ok(ada, SetStatus{To: StatusResolved})
	s.ok(ada, MakeGesture{Gesture{ID: "g", What: "free shipping", Reason: "the parcel was late", Promise: "s"}})
	_, err = s.try(ada, MakeGesture{Gesture{ID: "g", Promise: "zz"}})
	require.ErrorIs(t, err, ErrDuplicate)
	require.ErrorIs(t, err, ErrUnknown)
	var kinds []FactKind
	for _, f := range s.c.Facts(s.at.Add(1000*hour), 3*hour) {
		kinds = append(kinds, f.Kind)
		require.Equal(t, "u1", f.Customer)
		require.Equal(t, "c1", f.Where)
	}
	require.Equal(t, []FactKind{FactPromiseKept, FactPromiseBroken, FactPromiseKept, FactPromiseKeptEarly, FactGesture}, kinds)
	c, _ := s.c.Promise("c")
	early, ok := c.Early(s.at)
	require.True(t, ok)
	require.Equal(t, c.By.Sub(first), early)
	require.Positive(t, s.c.Effort(s.at).Over)
}

type neverOpen struct{}

var errNever = errors.New("never open")

func (neverOpen) Add(time.Time, time.Duration) (time.Time, error) { return time.Time{}, errNever }

// opensAt is a calendar that is closed until an instant and open from then on.
type opensAt time.Time

func (o opensAt) Add(t time.Time, d time.Duration) (time.Time, error) {
	if d > 0 && t.Before(time.Time(o)) {
		t = time.Time(o)
	}
	return t.Add(d), nil
}

func TestQuote(t *testing.T) {
	t.Parallel()
	var waits []time.Duration
	for i := range 100 {
		waits = append(waits, time.Duration(100-i)*minute)
	}
	q, err := Quote(day0, plainCalendar{}, QueueFacts{Waits: waits}, 0.9, nil)
	require.NoError(t, err)
	require.Equal(t, 90*minute, q.Work, "nearest rank: the 90th of 100")
	require.Equal(t, BasisHistory, q.Basis)
	require.Equal(t, day0.Add(180*minute), q.By, "the calendar of the test takes twice the time")
	require.Equal(t, 100*minute, waits[0], "the caller's slice is not sorted")

	q, err = Quote(day0, plainCalendar{}, QueueFacts{Waits: waits[:5], Ahead: 0, Agents: 2, Handle: 10 * minute}, 0.5, &QuoteOptions{RoundUp: 15 * minute})
	require.NoError(t, err)
	require.Equal(t, BasisQueue, q.Basis)
	require.InDelta(t, 5*math.Ln2, q.Work.Minutes(), 1e-6, "the median of one exponential of mean 5 minutes")
	require.Equal(t, day0.Add(15*minute), q.By)
	p := q.Promise("p", PromiseReply, day0)
	require.NoError(t, p.Validate())

	q, err = Quote(day0, opensAt(day0.Add(hour)), QueueFacts{Waits: make([]time.Duration, 30)}, 0.9, nil)
	require.NoError(t, err)
	require.Equal(t, day0.Add(hour), q.By, "nobody waits, but the desk has to open first")
	q, err = Quote(day0.Add(2*hour), opensAt(day0.Add(hour)), QueueFacts{Waits: make([]time.Duration, 30)}, 0.9, nil)
	require.NoError(t, err)
	require.Equal(t, day0.Add(2*hour), q.By)

	_, err = Quote(day0, plainCalendar{}, QueueFacts{Waits: waits, Agents: 1, Handle: minute}, 0.999, nil)
	require.NoError(t, err, "a sample of 100 does not reach so far, the queue does")
	rows := []struct {
		name     string
		cal      Calendar
		facts    QueueFacts
		quantile float64
		want     error
	}{
		{"nothing known", plainCalendar{}, QueueFacts{}, 0.9, ErrNoData},
		{"too few waits", plainCalendar{}, QueueFacts{Waits: waits[:29]}, 0.9, ErrNoData},
		{"no calendar", nil, QueueFacts{Waits: waits}, 0.9, ErrCalendar},
		{"certainty cannot be promised", plainCalendar{}, QueueFacts{Waits: waits}, 1, ErrInvalid},
		{"a quantile that is no number", plainCalendar{}, QueueFacts{Waits: waits}, math.NaN(), ErrInvalid},
		{"negative facts", plainCalendar{}, QueueFacts{Ahead: -1, Agents: -1, Handle: -1, Waits: []time.Duration{-1}}, 0.9, ErrInvalid},
		{"beyond every promise", plainCalendar{}, QueueFacts{Ahead: maxAhead, Agents: 1, Handle: maxHandle}, 0.9, ErrInvalid},
		{"never open", neverOpen{}, QueueFacts{Waits: waits}, 0.9, errNever},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := Quote(day0, row.cal, row.facts, row.quantile, nil)
			require.ErrorIs(t, err, row.want)
		})
	}
}

// Quantiles of the gamma distribution with integer shape and unit scale equal half
// of the chi-square quantiles with twice the degrees of freedom: Abramowitz and
// Stegun (1964), table 26.8.
func TestErlangQuantile(t *testing.T) {
	t.Parallel()
	rows := []struct {
		shape    int
		p, twice float64
	}{
		{1, 0.95, 5.99146},
		{1, 0.5, 1.38629},
		{2, 0.9, 7.77944},
		{5, 0.9, 15.9872},
		{5, 0.05, 3.94030},
		{10, 0.99, 37.5662},
		{15, 0.95, 43.7729},
		{50, 0.9, 118.498},
		{50, 0.995, 140.169},
	}
	for _, row := range rows {
		require.InDelta(t, row.twice, 2*erlangQuantile(row.shape, row.p), 6e-4, "%d %v", row.shape, row.p)
	}
	// The normal approximation for large shapes (central limit theorem).
	for _, shape := range []int{10_000, 1_000_000} {
		k := float64(shape)
		require.InEpsilon(t, k+1.2815515655*math.Sqrt(k), erlangQuantile(shape, 0.9), 1e-4)
	}
}

func TestErlangProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.IntRange(1, 300).Draw(t, "shape")
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		x := erlangQuantile(shape, p)
		require.InDelta(t, 1-p, erlangTail(shape, x), 1e-9, "the tail undoes the quantile")
		require.Greater(t, erlangQuantile(shape+1, p), x, "one more ahead waits longer")
		require.GreaterOrEqual(t, erlangQuantile(shape, min(0.9999, p+0.01)), x)
		// A longer queue, or fewer agents, never gives an earlier promise.
		facts := QueueFacts{Ahead: shape, Agents: rapid.IntRange(1, 20).Draw(t, "agents"), Handle: minute}
		a, err := Quote(day0, plainCalendar{}, facts, p, nil)
		require.NoError(t, err)
		facts.Agents++
		b, err := Quote(day0, plainCalendar{}, facts, p, nil)
		require.NoError(t, err)
		require.False(t, b.By.After(a.By))
	})
}

func BenchmarkQuote(b *testing.B) {
	for _, ahead := range []int{10, 10_000} {
		b.Run(map[int]string{10: "10 ahead", 10_000: "10,000 ahead"}[ahead], func(b *testing.B) {
			facts := QueueFacts{Ahead: ahead, Agents: 12, Handle: 6 * minute}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Quote(day0, plainCalendar{}, facts, 0.9, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("1,000 waits", func(b *testing.B) {
		facts := QueueFacts{Waits: slices.Repeat([]time.Duration{3 * minute, 9 * minute, minute, 7 * minute}, 250)}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Quote(day0, plainCalendar{}, facts, 0.9, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
