package segmenttrees

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/segment"
)

var columns = Columns{Seen: segment.UnixSeconds, Tags: segment.Delimited, At: segment.UnixMicros}

// The same seed gives the same clients and predicates, another gives others.
func TestSameSeedSameTrial(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64) (texts []string) {
		trial, err := New(seed, columns)
		require.NoError(t, err)
		texts = append(texts, trial.Now.String())
		for _, c := range trial.Clients {
			texts = append(texts, fmt.Sprint(c.ID, c.Zone, len(c.Orders)))
		}
		for range 50 {
			texts = append(texts, trial.trees.tree(3).String())
		}
		return texts
	}
	require.Equal(t, draw(7), draw(7))
	require.NotEqual(t, draw(7), draw(8))
}

// Every kind of predicate is drawn, every field may be missing, and every verdict occurs:
// a trial that asks nothing would find nothing.
func TestWhatIsDrawn(t *testing.T) {
	t.Parallel()
	r := trees{rand.New(rand.NewPCG(rand.Uint64(), 0)), []float64{math.Inf(1)}}
	ops := map[segment.Op]bool{}
	var walk func(p segment.Predicate)
	walk = func(p segment.Predicate) {
		ops[p.Op] = true
		for _, of := range p.Args {
			walk(of)
		}
	}
	for range 5000 {
		walk(r.tree(3))
	}
	for _, op := range []segment.Op{
		segment.OpNot, segment.OpAnd, segment.OpOr, segment.OpOrTrue, segment.OpOrFalse, segment.OpEq, segment.OpNe, segment.OpLt, segment.OpLte, segment.OpGt,
		segment.OpGte, segment.OpIn, segment.OpBetween, segment.OpHas, segment.OpIsTrue, segment.OpMissing, segment.OpBefore, segment.OpAtOrAfter, segment.OpWithin,
		segment.OpEventSum, segment.OpLastEvent, segment.OpEventCount,
	} {
		require.True(t, ops[op], "%v", op)
	}
	trial, err := New(rand.Uint64(), columns, math.Inf(1))
	require.NoError(t, err)
	require.Len(t, trial.Clients, 60)
	null, infinite := 0, 0
	for i, c := range trial.Clients {
		require.Equal(t, fmt.Sprint(i), c.ID)
		if c.Country == nil || c.Spend == nil || c.Score == nil || c.OK == nil || c.Seen == nil || c.Born == nil || c.Tags == nil || c.Labels == nil {
			null++
		}
		if c.Score != nil && math.IsInf(*c.Score, 1) {
			infinite++
		}
	}
	require.Positive(t, null)
	require.Positive(t, infinite)
}

// A database that answers otherwise, or too little, is found.
func TestJudgeFindsAnotherAnswer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string][]segment.Tri{"nothing": nil, "too few": make([]segment.Tri, 59)} {
		trial, err := New(1, columns)
		require.NoError(t, err)
		_, err = trial.Judge(1, segment.SQLite, func(segment.Query) ([]segment.Tri, error) { return answer, nil })
		require.ErrorContains(t, err, "answers for 60 clients", name)
	}
	for _, always := range []segment.Tri{segment.True, segment.False, segment.Unknown} {
		trial, err := New(1, columns)
		require.NoError(t, err)
		all := make([]segment.Tri, len(trial.Clients))
		for i := range all {
			all[i] = always
		}
		_, err = trial.Judge(200, segment.SQLite, func(segment.Query) ([]segment.Tri, error) { return all, nil })
		require.ErrorContains(t, err, "SQL says")
	}
}
