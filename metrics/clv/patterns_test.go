package clv_test

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics/clv"
)

func summaryGen() *rapid.Generator[clv.Summary] {
	return rapid.Custom(func(t *rapid.T) clv.Summary {
		x := rapid.IntRange(0, 6).Draw(t, "x")
		age := rapid.IntRange(1, 20).Draw(t, "T")
		s := clv.Summary{X: x, T: float64(age)}
		if x > 0 {
			s.TX = float64(rapid.IntRange(1, age).Draw(t, "tx"))
		}
		return s
	})
}

func encode(t require.TestingT, p interface{ MarshalBinary() ([]byte, error) }) []byte {
	data, err := p.MarshalBinary()
	require.NoError(t, err)
	return data
}

func TestPatternsAgainstMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOf(summaryGen()).Draw(t, "rows")
		model := map[clv.Summary]float64{}
		p := clv.NewPatterns(clv.Week)
		parts := []*clv.Patterns{clv.NewPatterns(clv.Week), clv.NewPatterns(clv.Week), clv.NewPatterns(clv.Week)}
		for i, s := range rows {
			n := float64(rapid.IntRange(0, 3).Draw(t, "n"))
			model[s] += n
			require.NoError(t, p.AddCount(s, n))
			require.NoError(t, parts[i%3].AddCount(s, n))
		}
		var total float64
		seen := 0
		for s, n := range p.All() {
			require.InDelta(t, model[s], n, 0)
			total += n
			seen++
		}
		require.InDelta(t, total, p.Customers(), 0)
		require.Equal(t, seen, p.Len())
		require.NoError(t, parts[2].Merge(parts[0]))
		require.NoError(t, parts[2].Merge(parts[1]))
		require.Equal(t, encode(t, p), encode(t, parts[2]), "merging gives the same bytes")
		var back clv.Patterns
		require.NoError(t, back.UnmarshalBinary(encode(t, p)))
		require.Equal(t, encode(t, p), encode(t, &back))
		require.Equal(t, p.Unit(), back.Unit())
	})
}

func TestPatternsRefuse(t *testing.T) {
	t.Parallel()
	p := clv.NewPatterns(clv.Day)
	for name, s := range map[string]clv.Summary{
		"negative x":          {X: -1, T: 5},
		"negative age":        {T: -1},
		"NaN age":             {T: math.NaN()},
		"endless age":         {T: math.Inf(1)},
		"last after end":      {X: 1, TX: 6, T: 5},
		"recency without x":   {TX: 2, T: 5},
		"repeat at the first": {X: 1, T: 5},
		"too many":            {X: 1 << 31, TX: 1, T: 5},
	} {
		var detail *clv.SummaryError
		err := p.Add(s)
		require.ErrorIs(t, err, clv.ErrSummary, name)
		require.ErrorAs(t, err, &detail, name)
	}
	for _, n := range []float64{-1, math.NaN(), math.Inf(1)} {
		require.ErrorIs(t, p.AddCount(clv.Summary{T: 1}, n), clv.ErrParameter)
	}
	require.Zero(t, p.Len())
	require.Zero(t, p.Customers())
	require.ErrorIs(t, p.Merge(clv.NewPatterns(clv.Week)), clv.ErrMerge)
	require.ErrorIs(t, p.Merge(nil), clv.ErrMerge)
	require.ErrorIs(t, clv.NewPatterns(0).Add(clv.Summary{T: 1}), clv.ErrParameter)
	_, err := clv.CollectPatterns(clv.Day, slices.Values([]clv.Summary{{X: -1}, {T: 1}, {T: -1}}))
	require.ErrorContains(t, err, "x=-1")
	require.ErrorContains(t, err, "T=-1")
	require.NoError(t, p.Add(clv.Summary{T: 3}))
	require.NoError(t, p.Merge(p))
	require.InDelta(t, 2, p.Customers(), 0)
}

// sealed closes a frame with the checksum that belongs to it, so that hostile contents come past it.
func sealed(data []byte) []byte {
	if len(data) < 4 {
		return data
	}
	body := slices.Clone(data[:len(data)-4])
	return binary.BigEndian.AppendUint32(body, crc32.ChecksumIEEE(body))
}

func FuzzPatternsUnmarshalBinary(f *testing.F) {
	p := clv.NewPatterns(clv.Week)
	require.NoError(f, p.Add(clv.Summary{X: 2, TX: 3, T: 9}))
	require.NoError(f, p.AddCount(clv.Summary{T: 9}, 2.5))
	f.Add(encode(f, p))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		data = sealed(data)
		var p clv.Patterns
		if p.UnmarshalBinary(data) != nil {
			require.Zero(t, p.Len())
			return
		}
		require.Equal(t, data, encode(t, &p), "what is accepted is canonical")
		_, err := clv.FitBGNBD(context.Background(), &p, nil)
		if p.Len() > 0 && err != nil { // counts and times whose likelihood no float64 can hold
			require.ErrorIs(t, err, clv.ErrNoFit)
		}
	})
}

func FuzzSpendDataUnmarshalBinary(f *testing.F) {
	var d clv.SpendData
	require.NoError(f, d.Add(2, 12.5))
	require.NoError(f, d.Add(0, 0))
	require.NoError(f, d.Add(7, 3))
	f.Add(encode(f, &d))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = sealed(data)
		var d clv.SpendData
		if d.UnmarshalBinary(data) == nil {
			require.Equal(t, data, encode(t, &d))
		}
	})
}

func FuzzRenewalsUnmarshalBinary(f *testing.F) {
	r, err := clv.RenewalsFromSurvivors(clv.Year, []float64{10, 7, 5})
	require.NoError(f, err)
	f.Add(encode(f, r))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = sealed(data)
		var r clv.Renewals
		if r.UnmarshalBinary(data) == nil {
			require.Equal(t, data, encode(t, &r))
		}
	})
}

func FuzzSegmentsUnmarshalBinary(f *testing.F) {
	var s clv.Segments
	require.NoError(f, s.Add("JP", clv.Worth{PAlive: 0.5, Purchases: 2, Spend: 3, Value: 6}))
	require.NoError(f, s.Add("DE", clv.Worth{PAlive: 0.1, Value: 0.3}))
	f.Add(encode(f, &s))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = sealed(data)
		var s clv.Segments
		if s.UnmarshalBinary(data) == nil {
			require.Equal(t, data, encode(t, &s))
		}
	})
}

func TestSpendDataMerge(t *testing.T) {
	t.Parallel()
	src := rand.New(rand.NewPCG(1, 2))
	var all clv.SpendData
	parts := make([]clv.SpendData, 3)
	for i := range 500 {
		x, m := src.IntN(5), src.Float64()*100
		require.NoError(t, all.Add(x, m))
		require.NoError(t, parts[i%3].Add(x, m))
	}
	require.NoError(t, parts[1].Merge(&parts[2]))
	require.NoError(t, parts[1].Merge(&parts[0]))
	require.Equal(t, encode(t, &all), encode(t, &parts[1]))
	require.InDelta(t, all.Excluded(), parts[1].Excluded(), 0)
	one, err := clv.FitGammaGamma(context.Background(), &all, nil)
	require.NoError(t, err)
	other, err := clv.FitGammaGamma(context.Background(), &parts[1], nil)
	require.NoError(t, err)
	require.Equal(t, one, other)
	require.ErrorIs(t, all.Merge(nil), clv.ErrMerge)
	require.ErrorIs(t, all.Add(-1, 5), clv.ErrParameter)
	require.ErrorIs(t, all.Add(1, math.NaN()), clv.ErrParameter)
	require.ErrorIs(t, all.AddCount(1, 1, -1), clv.ErrParameter)
}

func TestRenewals(t *testing.T) {
	t.Parallel()
	a, err := clv.RenewalsFromSurvivors(clv.Year, []float64{10, 7, 5})
	require.NoError(t, err)
	b := clv.NewRenewals(clv.Year)
	require.NoError(t, b.AddLost(3, 4))
	require.NoError(t, b.AddActive(0, 1))
	ab, ba := clv.NewRenewals(clv.Year), clv.NewRenewals(clv.Year)
	require.NoError(t, ab.Merge(a))
	require.NoError(t, ab.Merge(b))
	require.NoError(t, ba.Merge(b))
	require.NoError(t, ba.Merge(a))
	require.Equal(t, encode(t, ab), encode(t, ba))
	require.InDelta(t, 15, ab.Customers(), 0)
	require.ErrorIs(t, a.Merge(clv.NewRenewals(clv.Month)), clv.ErrMerge)
	require.ErrorIs(t, a.AddLost(0, 1), clv.ErrParameter)
	require.ErrorIs(t, a.AddActive(-1, 1), clv.ErrParameter)
	require.ErrorIs(t, a.AddActive(1<<20, 1), clv.ErrParameter)
	_, err = clv.RenewalsFromSurvivors(clv.Year, []float64{5, 6})
	require.ErrorIs(t, err, clv.ErrParameter)
	_, err = clv.RenewalsFromSurvivors(clv.Year, []float64{5})
	require.ErrorIs(t, err, clv.ErrNoData)
}
