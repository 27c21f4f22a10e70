package score

import (
	"errors"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A Proportion is a share by its counts: Hits of Total, such as top-two-box answers of
// all answers. The zero value is empty and ready; state is counts, so Merge is
// associative and commutative. Not safe for concurrent use.
type Proportion struct {
	Hits  int64 `json:"hits"`
	Total int64 `json:"total"`
}

// ProportionFromCounts checks the counts: a negative one, or more hits than total, is
// [ErrOutOfRange].
func ProportionFromCounts(hits, total int64) (Proportion, error) {
	p := Proportion{hits, total}
	return p, p.check()
}

func (p Proportion) check() error {
	if err := errors.Join(count("hits", p.Hits), count("total", p.Total)); err != nil {
		return err
	}
	if p.Hits > p.Total {
		return faultInt(ErrOutOfRange, "hits", p.Hits, "more than the total, "+strconv.FormatInt(p.Total, 10))
	}
	return nil
}

// Add counts one answer.
func (p *Proportion) Add(hit bool) {
	p.Total++
	p.Hits += bit(hit)
}

// Merge adds the counts of another proportion. On overflow p is unchanged.
func (p *Proportion) Merge(o Proportion) error {
	hits, err1 := sum("hits", p.Hits, o.Hits)
	total, err2 := sum("total", p.Total, o.Total)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	*p = Proportion{hits, total}
	return nil
}

// Estimate is the share, 0 to 1, by [Wilson] ([Auto]), [WilsonContinuity],
// [ClopperPearson], [Jeffreys], [JeffreysEqualTailed], [AgrestiCoull] or [Wald]. SE is
// sqrt(p(1-p)/n). A total of zero is [ErrNoData], impossible counts [ErrOutOfRange].
//
// Source: Brown, Cai and DasGupta, "Interval Estimation for a Binomial Proportion",
// Statistical Science 16 (2001) 101-133; Newcombe, Statistics in Medicine 17 (1998)
// 857-872.
func (p Proportion) Estimate(o *Options) (Estimate, error) { return p.estimate("share", o) }

func (p Proportion) estimate(name string, o *Options) (Estimate, error) {
	if err := p.check(); err != nil {
		return Estimate{}, err
	}
	if p.Total == 0 {
		return Estimate{}, noAnswer(name)
	}
	s, err := o.settle(p.Total)
	if err != nil {
		return Estimate{}, err
	}
	x, n := float64(p.Hits), float64(p.Total)
	alike := p.Hits == 0 || p.Hits == p.Total
	e := Estimate{
		Name: name, Unit: Share, Value: x / n, SE: math.Sqrt(x/n*((n-x)/n)/n) * s.fpc, HasSE: true,
		Level: s.Level, N: p.Total, EffectiveN: n, Method: s.Method, Caveats: s.caveats.withIf(NoSpread, alike),
	}
	if e.Method == Auto {
		e.Method = Wilson
	}
	interval, ok := map[Method]func(x, n, level float64) (lo, hi float64){
		Wald: stat.Wald, Wilson: stat.Wilson, WilsonContinuity: stat.WilsonContinuity, ClopperPearson: stat.ClopperPearson,
		Jeffreys: stat.Jeffreys, JeffreysEqualTailed: stat.JeffreysEqualTailed, AgrestiCoull: stat.AgrestiCoull,
	}[e.Method]
	switch {
	case !ok:
		return Estimate{}, s.refuse()
	case math.IsInf(s.stretch, 1):
		e.Low, e.High = e.Value, e.Value
	default:
		e.Low, e.High = interval(x*s.stretch, n*s.stretch, s.Level)
	}
	s.clipTo(&e, 0, 1)
	return e, nil
}

var (
	kindProportion   = binenc.Kind{'F', 'P', 'R', 'O'}
	configProportion = binenc.Hash("proportion")
)

// MarshalBinary writes the state.
func (p Proportion) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindProportion, configProportion, p.Hits, p.Total)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (p *Proportion) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindProportion, configProportion)
	if err != nil {
		return err
	}
	read := Proportion{readCount(in), readCount(in)}
	if err := closed(in); err != nil {
		return err
	}
	if err := read.check(); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	*p = read
	return nil
}
