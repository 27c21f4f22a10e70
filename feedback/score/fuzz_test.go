package score_test

import (
	"encoding"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/score"
)

// fuzzState: no panic; what is refused is ErrCorrupt or ErrConfig; what is taken writes itself
// again as bytes that read back to the same, merges with itself, and gives finite figures.
func fuzzState[S any, P state[S]](f *testing.F, fresh func() P, seeds []P, merge func(a, b P) error, figures func(t *testing.T, s P)) {
	for _, s := range append(seeds, fresh()) {
		f.Add([]byte(bytesOf[S, P](f, s)))
	}
	f.Add([]byte("R"))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = sealed(data)
		s := fresh()
		if err := s.UnmarshalBinary(data); err != nil {
			require.True(t, isAny(err, score.ErrCorrupt, score.ErrConfig), "%v", err)
			require.Equal(t, bytesOf[S, P](t, fresh()), bytesOf[S, P](t, s), "refused bytes change nothing")
			return
		}
		again := fresh()
		require.NoError(t, again.UnmarshalBinary([]byte(bytesOf[S, P](t, s))))
		require.Equal(t, bytesOf[S, P](t, s), bytesOf[S, P](t, again))
		figures(t, s)
		if err := merge(again, s); err != nil {
			require.ErrorIs(t, err, score.ErrOutOfRange)
			return
		}
		figures(t, again)
	})
}

// sealed is the frame with a checksum that fits, so that the fuzzer gets past it.
func sealed(data []byte) []byte {
	if len(data) < 4 {
		return data
	}
	body := data[:len(data)-4]
	return binary.BigEndian.AppendUint32(body[:len(body):len(body)], crc32.ChecksumIEEE(body))
}

// finiteOr fails unless the figure is finite or the error one of nothing to count.
func finiteOr[T any](t *testing.T, v T, err error) {
	t.Helper()
	if err != nil {
		require.True(t, isAny(err, score.ErrUndefined, score.ErrOutOfRange, score.ErrEmptyCell, score.ErrNotConverged, score.ErrCollinear), "%v", err)
		return
	}
	sound(t, v)
}

var _ encoding.BinaryUnmarshaler = (*score.Comoments)(nil)

func FuzzUnmarshalNetPromoter(f *testing.F) {
	fuzzState(f, func() *score.NetPromoter { return &score.NetPromoter{} }, []*score.NetPromoter{{Promoters: 3, Passives: 1 << 40, Skipped: 2}},
		func(a, b *score.NetPromoter) error { return a.Merge(*b) },
		func(t *testing.T, s *score.NetPromoter) {
			e, err := s.Estimate(nil)
			finiteOr(t, e, err)
		})
}

func FuzzUnmarshalWeighted(f *testing.F) {
	var w score.WeightedNetPromoter
	require.NoError(f, w.Add(9, 1.5))
	require.NoError(f, w.Add(3, 1e-60))
	fuzzState(f, func() *score.WeightedNetPromoter { return &score.WeightedNetPromoter{} }, []*score.WeightedNetPromoter{&w},
		func(a, b *score.WeightedNetPromoter) error { return a.Merge(b) },
		func(t *testing.T, s *score.WeightedNetPromoter) {
			e, err := s.Estimate(nil)
			finiteOr(t, e, err)
			d, err := s.DesignEffect()
			finiteOr(t, d, err)
		})
}

func FuzzUnmarshalWeightedMean(f *testing.F) {
	var m score.WeightedMean
	require.NoError(f, m.Add(-640.5, 33.8))
	require.NoError(f, m.Add(1e60, 1e60))
	fuzzState(f, func() *score.WeightedMean { return &score.WeightedMean{} }, []*score.WeightedMean{&m},
		func(a, b *score.WeightedMean) error { return a.Merge(b) },
		func(t *testing.T, s *score.WeightedMean) {
			for _, method := range []score.Method{score.Linearised, score.Kish} {
				e, err := s.Estimate(&score.Options{Method: method})
				finiteOr(t, e, err)
			}
		})
}

func FuzzUnmarshalComoments(f *testing.F) {
	c := comomentsOf(f, [][]float64{{1, 2.5, -3}, {2, 1, 0}, {4, 4, 1e9}, {1, 1, 1}, {0, 1, 5}})
	c.Skip()
	fuzzState(f, func() *score.Comoments { return &score.Comoments{} }, []*score.Comoments{c},
		func(a, b *score.Comoments) error { return a.Merge(b) },
		func(t *testing.T, s *score.Comoments) {
			r, err := s.Reliability(nil)
			finiteOr(t, r, err)
			d, err := s.Drivers(0, nil)
			finiteOr(t, d, err)
		})
}

func FuzzUnmarshalRaking(f *testing.F) {
	r := rakingOf(0.4)()
	require.NoError(f, r.Add([]string{"0", "0"}, 1))
	require.NoError(f, r.Add([]string{"1", "1"}, 2.5))
	require.NoError(f, r.Add([]string{"1", "2"}, 1e50))
	fuzzState(f, rakingOf(0.4), []*score.Raking{r}, func(a, b *score.Raking) error { return a.Merge(b) },
		func(t *testing.T, s *score.Raking) {
			w, err := s.Weights(&score.RakeOptions{MostPasses: 30})
			if err == nil {
				sound(t, w.Report)
			} else {
				finiteOr(t, 0.0, err)
			}
		})
}

func FuzzUnmarshalBestWorst(f *testing.F) {
	var b score.BestWorst
	require.NoError(f, b.Add([]string{"price", "care", "speed"}, "care", "price"))
	fuzzState(f, func() *score.BestWorst { return &score.BestWorst{} }, []*score.BestWorst{&b},
		func(a, b *score.BestWorst) error { return a.Merge(b) },
		func(t *testing.T, s *score.BestWorst) {
			items, err := s.Items(nil)
			finiteOr(t, items, err)
		})
}

// FuzzUnmarshalCounts tries the states that are counts, each kind by its own frame.
func FuzzUnmarshalCounts(f *testing.F) {
	states := func() []interface {
		encoding.BinaryMarshaler
		encoding.BinaryUnmarshaler
	} {
		return []interface {
			encoding.BinaryMarshaler
			encoding.BinaryUnmarshaler
		}{
			&score.Proportion{}, &score.Ratings{}, &score.Satisfaction{}, &score.EffortRequired{}, &score.EffortEase{}, &score.ProductMarketFit{},
			&score.Usability{}, &score.UsefulnessEase{}, &score.SatisfactionIndex{}, &score.ServiceQuality{}, &score.Kano{}, &score.ResponseStyle{}, &score.Cases{},
		}
	}
	filled := states()
	for _, s := range filled {
		switch s := s.(type) {
		case *score.Proportion:
			*s = score.Proportion{Hits: 3, Total: 500}
		case *score.Ratings:
			require.NoError(f, s.Add(4))
		case *score.EffortEase:
			require.NoError(f, s.Add(6))
		case *score.Usability:
			require.NoError(f, s.Add([10]int{5, 1, 4, 2, 5, 1, 5, 3, 5, 1}, nil))
		case *score.SatisfactionIndex:
			require.NoError(f, s.Add([]int{7, 9, 10}))
			require.NoError(f, s.Add([]int{1, 2, 10}))
		case *score.ResponseStyle:
			require.NoError(f, s.Add([]int{1, 3, 5}))
		}
	}
	for _, s := range append(filled, states()...) {
		data, err := s.MarshalBinary()
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = sealed(data)
		for _, s := range states() {
			if err := s.UnmarshalBinary(data); err != nil {
				require.True(t, isAny(err, score.ErrCorrupt, score.ErrConfig), "%v", err)
				continue
			}
			again, err := s.MarshalBinary()
			require.NoError(t, err)
			require.NoError(t, s.UnmarshalBinary(again))
			countFigures(t, s)
		}
	})
}

// countFigures asks a state that is counts for a figure.
func countFigures(t *testing.T, s any) {
	var e score.Estimate
	var err error
	switch s := s.(type) {
	case *score.Proportion:
		e, err = s.Estimate(nil)
	case *score.Ratings:
		e, err = s.Mean(nil)
	case *score.Satisfaction:
		e, err = s.Mean(nil)
	case *score.EffortRequired:
		e, err = s.LowEffort(nil)
	case *score.EffortEase:
		e, err = s.Net(nil)
	case *score.ProductMarketFit:
		var fit score.MarketFit
		fit, err = s.Estimate(nil)
		e = fit.Estimate
	case *score.Usability:
		e, err = s.Learnable(nil)
	case *score.UsefulnessEase:
		e, err = s.Mean(nil)
	case *score.SatisfactionIndex:
		e, err = s.Estimate(nil, nil)
	case *score.ServiceQuality:
		e, err = s.Unweighted(nil)
	case *score.Kano:
		var c score.Coefficients
		c, err = s.Coefficients(nil)
		e = c.Worse
	case *score.ResponseStyle:
		e, err = s.NetAgreeing(nil)
	case *score.Cases:
		e.Value, err = s.Rate(score.RR3, 0.5)
	default:
		t.Fatalf("no figure of %T", s)
	}
	finiteOr(t, e, err)
}
