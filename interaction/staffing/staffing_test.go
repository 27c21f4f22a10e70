package staffing_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/staffing"
	"github.com/rapport-go/rapport/internal/golden"
)

type vector struct {
	ID        string         `json:"id"`
	Model     staffing.Model `json:"model"`
	Calls     float64        `json:"calls"`
	PeriodS   json.Number    `json:"period_s"`
	HandleS   json.Number    `json:"aht_s"`
	TargetS   json.Number    `json:"target_s"`
	PatienceS json.Number    `json:"patience_s"`
	Agents    int            `json:"agents"`
	Want      map[string]any `json:"want"`
	Tolerance float64        `json:"tolerance"`
}

func seconds(t *testing.T, n json.Number) time.Duration {
	t.Helper()
	if n == "" {
		return 0
	}
	d, err := time.ParseDuration(n.String() + "s")
	require.NoError(t, err)
	return d
}

// TestVectors runs every case of queueing.json.
func TestVectors(t *testing.T) {
	t.Parallel()
	var file struct {
		Suite string   `json:"suite"`
		Cases []vector `json:"cases"`
	}
	if !golden.OpenVectors(t, "interaction").JSON(t, "queueing.json", &file) {
		return
	}
	require.Equal(t, "queueing", file.Suite)
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) { runVector(t, v) })
	}
	golden.Count(t, "queueing.json", len(file.Cases))
}

func runVector(t *testing.T, v vector) {
	load := staffing.Load{Calls: v.Calls, Period: seconds(t, v.PeriodS), Handle: seconds(t, v.HandleS)}
	var r staffing.Result
	var err error
	switch v.Model {
	case staffing.B:
		r, err = staffing.ErlangB(load, v.Agents)
	case staffing.C:
		r, err = staffing.ErlangC(load, v.Agents, seconds(t, v.TargetS))
	case staffing.A:
		r, err = staffing.ErlangA(load, v.Agents, seconds(t, v.PatienceS), seconds(t, v.TargetS))
	default:
		require.Fail(t, "unknown model", v.Model)
	}
	require.NotEmpty(t, v.Want)
	if v.Want["stable"] == false {
		require.ErrorIs(t, err, staffing.ErrUnstable)
		return
	}
	require.NoError(t, err)
	figures := map[string]float64{
		"offered_erlangs": r.Offered, "p_wait": r.Wait, "service_level": r.ServiceLevel,
		"asa_s": r.AnswerSpeed.Seconds(), "mean_wait_all_s": r.MeanWait.Seconds(), "occupancy": r.Occupancy,
		"p_abandon": r.Lost, "p_block": r.Lost, "queue_length": r.Queue,
	}
	for name, raw := range v.Want {
		if name == "stable" {
			require.Equal(t, true, raw)
			continue
		}
		have, known := figures[name]
		require.True(t, known, "unknown figure %s", name)
		want, err := raw.(json.Number).Float64()
		require.NoError(t, err)
		require.InDelta(t, want, have, v.Tolerance, name)
	}
}

func minutes(calls float64, handle time.Duration) staffing.Load {
	return staffing.Load{Calls: calls, Period: 30 * time.Minute, Handle: handle}
}

// Published figures of Erlang B: A. O. Allen, Probability, Statistics and Queueing
// Theory, 2nd ed. (1990), and every Erlang B table since Erlang 1917: 10 erlangs on 10 lines
// block 21.46 %, 5 erlangs on 10 lines 1.84 %.
func TestErlangBTables(t *testing.T) {
	t.Parallel()
	r, err := staffing.ErlangB(minutes(100, 3*time.Minute), 10)
	require.NoError(t, err)
	require.InDelta(t, 0.2146, r.Lost, 5e-5)
	r, err = staffing.ErlangB(minutes(50, 3*time.Minute), 10)
	require.NoError(t, err)
	require.InDelta(t, 0.0184, r.Lost, 5e-5)
	require.InDelta(t, 5*(1-r.Lost)/10, r.Occupancy, 1e-15)
	r, err = staffing.ErlangB(minutes(50, 3*time.Minute), 0)
	require.NoError(t, err)
	require.Equal(t, 1.0, r.Lost)
}

// The queue of Erlang A, state by state: the mean wait of answered calls by a second
// way, from the total time in queue less that of those who hang up.
func TestAnswerSpeed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		calls    float64
		agents   int
		patience time.Duration
	}{{100, 13, 5 * time.Minute}, {100, 8, time.Minute}, {40, 3, 30 * time.Second}, {600, 61, 10 * time.Minute}} {
		l := minutes(row.calls, 3*time.Minute)
		r, err := staffing.ErlangA(l, row.agents, row.patience, 0)
		require.NoError(t, err)
		// S(t) = P(answered, wait > t); its integral is the answered calls' total wait.
		// Simpson's rule over a grid; 1 - ServiceLevel - Lost is S.
		const steps = 4000
		far := 40 * r.AnswerSpeed.Seconds() / steps
		sum := 0.0
		for i := 0; i <= steps; i++ {
			at, err := staffing.ErlangA(l, row.agents, row.patience, time.Duration(float64(i)*far*1e9))
			require.NoError(t, err)
			weight := 2.0
			switch {
			case i == 0 || i == steps:
				weight = 1
			case i%2 == 1:
				weight = 4
			}
			sum += weight * (1 - at.ServiceLevel - at.Lost)
		}
		want := sum * far / 3 / (1 - r.Lost)
		require.InEpsilon(t, want, r.AnswerSpeed.Seconds(), 1e-5, "%v", row)
		require.Less(t, r.AnswerSpeed, row.patience)
	}
}

// As many erlangs as agents have no steady state, whatever the fraction of which the
// load is made.
func TestOfferedIsExact(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 500; n++ {
		for _, handle := range []time.Duration{time.Minute, 7 * time.Second, 90*time.Second + 1} {
			l := staffing.Load{Calls: float64(3 * n), Period: time.Duration(n) * handle, Handle: handle}
			offered, err := l.Offered()
			require.NoError(t, err)
			require.Equal(t, 3.0, offered, "%d", n)
			_, err = staffing.ErlangC(l, 3, 0)
			var unstable *staffing.UnstableError
			require.ErrorAs(t, err, &unstable)
			require.Equal(t, 4, unstable.Least())
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	good := minutes(100, 3*time.Minute)
	_, err := staffing.ErlangC(staffing.Load{Calls: -1, Handle: -1}, 0, -1)
	require.ErrorIs(t, err, staffing.ErrRange)
	for _, field := range []string{"agents", "within", "Load.Calls", "Load.Period", "Load.Handle"} {
		require.ErrorContains(t, err, field)
	}
	_, err = staffing.ErlangC(minutes(math.NaN(), 1), 1, 0)
	require.ErrorIs(t, err, staffing.ErrRange)
	_, err = staffing.ErlangC(minutes(math.Inf(1), 1), 1, 0)
	require.ErrorIs(t, err, staffing.ErrRange)
	_, err = staffing.ErlangC(minutes(0, 1), 1, 0)
	require.ErrorIs(t, err, staffing.ErrNoData)
	_, err = staffing.ErlangC(minutes(1e300, time.Hour), 1, 0)
	require.ErrorIs(t, err, staffing.ErrRange)
	var unstable *staffing.UnstableError
	_, err = staffing.ErlangC(good, 10, 0)
	require.ErrorAs(t, err, &unstable)
	require.Equal(t, 11, unstable.Least())
	require.ErrorContains(t, err, "at least 11")
	_, err = staffing.ErlangA(good, 10, 0, 0)
	require.ErrorIs(t, err, staffing.ErrRange)
	_, err = staffing.ErlangA(minutes(1e7, 3*time.Minute), 1, math.MaxInt64, 0)
	require.ErrorIs(t, err, staffing.ErrUnsolved)
	_, err = staffing.Required(good, staffing.Goal{}, nil)
	require.ErrorIs(t, err, staffing.ErrRange)
	_, err = staffing.Required(good, staffing.Goal{MaxLost: 0.1}, nil)
	require.ErrorIs(t, err, staffing.ErrRange)
	_, err = staffing.Required(good, staffing.Goal{ServiceLevel: 1}, nil)
	require.ErrorIs(t, err, staffing.ErrRange)
	for _, o := range []*staffing.Options{{MaxAgents: 9}, {MaxAgents: 12}, {MaxAgents: 9, Patience: time.Minute}} {
		_, err = staffing.Required(good, staffing.Goal{ServiceLevel: 0.99, Within: time.Second}, o)
		require.ErrorIs(t, err, staffing.ErrUnreachable)
	}
	var m staffing.Model
	require.ErrorIs(t, m.UnmarshalText([]byte("erlang_d")), staffing.ErrRange)
	_, err = m.MarshalText()
	require.ErrorIs(t, err, staffing.ErrRange)
}

func TestRostered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		agents    int
		shrinkage float64
		want      int
	}{{14, 0.3, 20}, {9, 0.1, 10}, {14, 0, 14}, {0, 0.5, 0}, {7, 0.35, 11}, {21, 0.3, 30}, {161, 0.3, 230}} {
		n, err := staffing.Rostered(row.agents, row.shrinkage)
		require.NoError(t, err)
		require.Equal(t, row.want, n)
	}
	_, err := staffing.Rostered(-1, 1)
	require.ErrorIs(t, err, staffing.ErrRange)
	_, err = staffing.Rostered(1_000_000, 1-1e-15)
	require.ErrorIs(t, err, staffing.ErrRange)
}

// Invariant 28: the service level grows with agents and falls with load, Erlang A
// becomes C as patience grows, Little's law holds, and B <= the waiting of A <= C.
func TestQueueProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		handle := time.Duration(rapid.IntRange(10, 1200).Draw(t, "handle s")) * time.Second
		agents := rapid.IntRange(1, 150).Draw(t, "agents")
		share := rapid.Float64Range(0.05, 0.99).Draw(t, "load share")
		patience := time.Duration(rapid.IntRange(5, 3600).Draw(t, "patience s")) * time.Second
		within := time.Duration(rapid.IntRange(0, 300).Draw(t, "within s")) * time.Second
		l := staffing.Load{Period: time.Hour, Handle: handle}
		l.Calls = share * float64(agents) * float64(l.Period) / float64(handle)

		b, err := staffing.ErlangB(l, agents)
		require.NoError(t, err)
		c, err := staffing.ErlangC(l, agents, within)
		require.NoError(t, err)
		a, err := staffing.ErlangA(l, agents, patience, within)
		require.NoError(t, err)
		const eps = 1e-9 // of a probability; the series are summed to 1e-15
		require.LessOrEqual(t, b.Lost, a.Wait+eps)
		require.LessOrEqual(t, a.Wait, c.Wait+eps)
		require.LessOrEqual(t, c.ServiceLevel, a.ServiceLevel+a.Lost+eps)

		perSecond := l.Calls / l.Period.Seconds()
		require.InDelta(t, perSecond*a.MeanWait.Seconds(), a.Queue, 1e-6*(1+a.Queue), "Little")
		require.InDelta(t, perSecond*c.MeanWait.Seconds(), c.Queue, 1e-6*(1+c.Queue), "Little")
		require.InDelta(t, a.MeanWait.Seconds()/patience.Seconds(), a.Lost, 1e-6, "who hangs up, hangs up at the rate of patience")

		more, err := staffing.ErlangC(l, agents+1, within)
		require.NoError(t, err)
		require.GreaterOrEqual(t, more.ServiceLevel, c.ServiceLevel-eps)
		moreA, err := staffing.ErlangA(l, agents+1, patience, within)
		require.NoError(t, err)
		require.GreaterOrEqual(t, moreA.ServiceLevel, a.ServiceLevel-eps)
		less := l
		less.Calls *= 0.9
		easier, err := staffing.ErlangC(less, agents, within)
		require.NoError(t, err)
		require.GreaterOrEqual(t, easier.ServiceLevel, c.ServiceLevel-eps)

		patient, err := staffing.ErlangA(l, agents, 1_000_000*handle, within)
		require.NoError(t, err)
		require.InDelta(t, c.Wait, patient.Wait, 0.01+1e-5/(1-share)/(1-share), "A becomes C")
	})
}

// Required is the least: it meets the goal and one agent fewer does not.
func TestRequiredIsLeast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := minutes(rapid.Float64Range(1, 2000).Draw(t, "calls"), time.Duration(rapid.IntRange(20, 600).Draw(t, "handle"))*time.Second)
		g := staffing.Goal{
			ServiceLevel: rapid.SampledFrom([]float64{0, 0.5, 0.8, 0.95}).Draw(t, "level"),
			Within:       time.Duration(rapid.IntRange(0, 60).Draw(t, "within")) * time.Second,
			MaxWait:      time.Duration(rapid.IntRange(0, 60).Draw(t, "wait")) * time.Second,
			MaxOccupancy: rapid.SampledFrom([]float64{0, 0.7, 0.9}).Draw(t, "occupancy"),
		}
		o := &staffing.Options{}
		if rapid.Bool().Draw(t, "impatient") {
			o.Patience = time.Duration(rapid.IntRange(10, 600).Draw(t, "patience")) * time.Second
			g.MaxLost = rapid.SampledFrom([]float64{0, 0.01, 0.1}).Draw(t, "lost")
		}
		r, err := staffing.Required(l, g, o)
		if g.ServiceLevel == 0 && g.MaxWait == 0 && g.MaxOccupancy == 0 && g.MaxLost == 0 {
			require.ErrorIs(t, err, staffing.ErrRange)
			return
		}
		require.NoError(t, err)
		solve := func(n int) (staffing.Result, bool) {
			var r staffing.Result
			var err error
			if o.Patience > 0 {
				r, err = staffing.ErlangA(l, n, o.Patience, g.Within)
			} else {
				r, err = staffing.ErlangC(l, n, g.Within)
			}
			if err != nil {
				require.ErrorIs(t, err, staffing.ErrUnstable)
				return r, false
			}
			return r, r.ServiceLevel >= g.ServiceLevel && (g.MaxWait == 0 || r.MeanWait <= g.MaxWait) &&
				(g.MaxOccupancy == 0 || r.Occupancy <= g.MaxOccupancy) && (g.MaxLost == 0 || r.Lost <= g.MaxLost)
		}
		same, ok := solve(r.Agents)
		require.True(t, ok)
		require.InDelta(t, same.ServiceLevel, r.ServiceLevel, 1e-12)
		require.Equal(t, same.Agents, r.Agents)
		if r.Agents > 1 {
			_, ok = solve(r.Agents - 1)
			require.False(t, ok, "%d agents do as well", r.Agents-1)
		}
	})
}

func TestExplainGolden(t *testing.T) {
	t.Parallel()
	l := minutes(100, 3*time.Minute)
	b, err := staffing.ErlangB(l, 14)
	require.NoError(t, err)
	c, err := staffing.ErlangC(l, 14, 20*time.Second)
	require.NoError(t, err)
	a, err := staffing.ErlangA(l, 14, 5*time.Minute, 20*time.Second)
	require.NoError(t, err)
	golden.Equal(t, "testdata/explain.golden", b.Explain()+"\n"+c.Explain()+"\n"+a.Explain())
}

func TestResultJSON(t *testing.T) {
	t.Parallel()
	c, err := staffing.ErlangC(minutes(100, 3*time.Minute), 14, 20*time.Second)
	require.NoError(t, err)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	var back staffing.Result
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, c, back)
}
