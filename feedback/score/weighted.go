package score

import (
	"errors"
	"iter"
	"math"
	"math/big"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A WeightedMean is the ratio estimator of a mean in a weighted sample, sum of weight
// times value over sum of weights. Values of 0 and 1 make it a weighted share.
//
// The zero value is empty and ready. Guarantees: the six sums are exact (fixed-point
// numbers as wide as float64 itself), so that neither the order of rows nor that of
// merges changes a bit. The price is memory, about 3.4 KB a state. Not safe for
// concurrent use.
//
// Source: Kish, "Survey Sampling", 1965, section 11.7, for the effective sample size;
// Särndal, Swensson and Wretman, "Model Assisted Survey Sampling", 1992, section 5.6,
// for the linearised variance.
type WeightedMean struct {
	n             int64
	w, wy, wyy    stat.ExactSum
	ww, wwy, wwyy stat.ExactSum
}

const (
	largestWeight = 1e60
	leastWeight   = 1e-60
)

// Add records a value with its weight. A weight below zero, beyond 1e60, between zero
// and 1e-60 or not finite, and a value that is not finite or beyond 1e60, is
// [ErrOutOfRange] and changes nothing. A weight of zero is a person who stands for
// nobody and is not in N.
func (m *WeightedMean) Add(value, weight float64) error {
	if !(weight == 0 || weight >= leastWeight && weight <= largestWeight) {
		return faultFloat(ErrOutOfRange, "weight", weight, "zero, or from 1e-60 to 1e60")
	}
	if !(math.Abs(value) <= largestWeight) {
		return faultFloat(ErrOutOfRange, "value", value, "not finite, or beyond 1e60")
	}
	if weight == 0 {
		return nil
	}
	m.n++
	wy, ww := weight*value, weight*weight
	m.w.Add(weight)
	m.wy.Add(wy)
	m.wyy.Add(wy * value)
	m.ww.Add(ww)
	m.wwy.Add(ww * value)
	m.wwyy.Add(wy * wy)
	return nil
}

// N is the number of observations with a weight above zero.
func (m *WeightedMean) N() int64 { return m.n }

// SumOfWeights is the size of the population that the sample stands for, in the unit
// of the weights.
func (m *WeightedMean) SumOfWeights() float64 { return m.w.Float() }

// EffectiveN is Kish's effective sample size, (sum of weights)² over the sum of squared
// weights: at most N, and N exactly where all weights are equal. No observation with
// a weight is [ErrNoData].
func (m *WeightedMean) EffectiveN() (float64, error) {
	if m.n == 0 {
		return 0, noAnswer("weighted mean")
	}
	w := m.w.Float()
	return min(w/m.ww.Float()*w, float64(m.n)), nil
}

// DesignEffect is Kish's, N / [WeightedMean.EffectiveN]: how many times more answers
// the weights cost. At least 1. No observation with a weight is [ErrNoData].
func (m *WeightedMean) DesignEffect() (float64, error) {
	n, err := m.EffectiveN()
	if err != nil {
		return 0, err
	}
	return float64(m.n) / n, nil
}

// mean is the weighted mean, of at least one observation.
func (m *WeightedMean) mean() float64 { return m.wy.Float() / m.w.Float() }

// variances are the squared linearised standard error without its factor n/(n-1) and
// the weighted variance of the values. The sums are joined without rounding, so that
// what is left after cancelling is right.
func (m *WeightedMean) variances() (linearised, spread float64) {
	w, wy, wyy := m.w.Big(), m.wy.Big(), m.wyy.Big()
	ww, wwy, wwyy := m.ww.Big(), m.wwy.Big(), m.wwyy.Big()
	mul := func(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(exactBits).Mul(a, b) }
	add := func(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(exactBits).Add(a, b) }
	sub := func(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(exactBits).Sub(a, b) }
	square := mul(w, w)
	top := add(sub(mul(wwyy, square), mul(big.NewFloat(2), mul(mul(wy, w), wwy))), mul(mul(wy, wy), ww))
	linearised, _ = new(big.Float).SetPrec(quotientBits).Quo(top, mul(square, square)).Float64()
	spread, _ = new(big.Float).SetPrec(quotientBits).Quo(sub(mul(wyy, w), mul(wy, wy)), square).Float64()
	return max(0, linearised), max(0, spread)
}

const (
	exactBits    = 8192 // holds the products of four exact sums
	quotientBits = 256  // of a quotient that is then rounded to float64
)

// Estimate is the weighted mean in the unit of the values, with the interval by
// [Linearised] ([Auto]: right whether or not the weights have to do with the
// answers, R's survey package's choice) or [Kish] (weighted variance over the
// effective sample size). No observation with a weight is [ErrNoData]; Linearised of
// one is [ErrUndefined]; a Population is [ErrOutOfRange], for the weights say which
// population it is. The ends are not clipped.
func (m *WeightedMean) Estimate(o *Options) (Estimate, error) {
	e, s, err := m.start("weighted mean", o)
	if err != nil {
		return Estimate{}, err
	}
	if e.Method == Auto {
		e.Method = Linearised
	}
	if err := m.standardError(&e); err != nil {
		return Estimate{}, err
	}
	if !e.HasSE {
		return Estimate{}, faultInt(ErrUndefined, "answers", e.N, "one answer has no spread")
	}
	e.around(stat.Critical(s.Level))
	return e, nil
}

func (m *WeightedMean) start(name string, o *Options) (Estimate, settings, error) {
	effective, err := m.EffectiveN()
	if err != nil {
		return Estimate{}, settings{}, err
	}
	s, err := o.settle(m.n)
	if err := errors.Join(err, s.noPopulation()); err != nil {
		return Estimate{}, s, err
	}
	return Estimate{
		Name: name, Unit: Pure, Value: m.mean(), Level: s.Level, N: m.n, EffectiveN: effective, Method: s.Method, Caveats: s.caveats.with(Weighted),
	}, s, nil
}

// standardError fills in that of the estimate's method.
func (m *WeightedMean) standardError(e *Estimate) error {
	linearised, spread := m.variances()
	e.Caveats = e.Caveats.withIf(NoSpread, spread == 0 && m.n > 1)
	n := float64(m.n)
	switch e.Method {
	case Kish:
		e.SE, e.HasSE = math.Sqrt(spread/e.EffectiveN), true
	case Linearised, EffectiveScore:
		if e.HasSE = m.n > 1; e.HasSE {
			e.SE = math.Sqrt(linearised * n / (n - 1))
		}
	default:
		return fault(ErrOutOfRange, "method", e.Method.String(), "no method for this figure")
	}
	return nil
}

func (m *WeightedMean) sums() [6]*stat.ExactSum {
	return [6]*stat.ExactSum{&m.w, &m.wy, &m.wyy, &m.ww, &m.wwy, &m.wwyy}
}

// Merge adds the observations of another state. On overflow m is unchanged.
func (m *WeightedMean) Merge(o *WeightedMean) error {
	n, err := sum("observations", m.n, o.n)
	if err != nil {
		return err
	}
	m.n = n
	from := o.sums()
	for i, into := range m.sums() {
		into.Merge(from[i])
	}
	return nil
}

var (
	kindWeightedMean   = binenc.Kind{'F', 'W', 'M', 'E'}
	configWeightedMean = binenc.Hash("weighted mean")
)

// MarshalBinary writes the state; equal states give equal bytes.
func (m *WeightedMean) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindWeightedMean, 1, configWeightedMean)
	m.write(w)
	return w.Frame(), nil
}

func (m *WeightedMean) write(w *binenc.Writer) {
	w.Int(m.n)
	for _, s := range m.sums() {
		w.Bytes(s.Bytes())
	}
}

func (m *WeightedMean) read(in *binenc.Reader) {
	m.n = readCount(in)
	for i, s := range m.sums() {
		readSum(in, s, i == 1 || i == 4)
	}
	if !m.plausible(largestWeight) {
		in.Fail("sums that no sample has")
	}
}

// plausible reports whether weights within their limits and values up to largest in
// size can have these sums; a margin is left for the rounding of products.
func (m *WeightedMean) plausible(largest float64) bool {
	const loose = 1 + 1e-9
	n, w, ww := float64(m.n), m.w.Float(), m.ww.Float()
	if m.n == 0 {
		return w == 0 && ww == 0 && m.wy.Float() == 0 && m.wyy.Float() == 0 && m.wwy.Float() == 0 && m.wwyy.Float() == 0
	}
	return w >= leastWeight*n/loose && w <= largestWeight*n*loose && w/ww*w <= n*loose && ww <= w*w*loose &&
		math.Abs(m.wy.Float()) <= largest*w*loose && m.wyy.Float() <= largest*largest*w*loose &&
		math.Abs(m.wwy.Float()) <= largest*ww*loose && m.wwyy.Float() <= largest*largest*ww*loose
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (m *WeightedMean) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindWeightedMean, configWeightedMean)
	if err != nil {
		return err
	}
	var next WeightedMean
	next.read(in)
	if err := closed(in); err != nil {
		return err
	}
	*m = next
	return nil
}

// A WeightedScored row is one answer with its survey weight.
type WeightedScored interface {
	Scored
	Weight() float64
}

// WeightedNetPromoter is the net promoter score of a weighted sample. Classes are those
// of [NetPromoter]. Answers outside 0 to 10 are counted as Invalid whatever their
// weight, and impossible weights as Rejected; neither enters a figure. The zero value
// is empty and ready; the guarantees are those of [WeightedMean]. Not safe for
// concurrent use.
type WeightedNetPromoter struct {
	mean                WeightedMean // of +1, 0, -1
	promoters, passives int64        // with a weight above zero
	detractors          int64
	invalid, rejected   int64
}

// WeightedNetPromoterOf counts every row; look at Invalid and Rejected afterwards.
func WeightedNetPromoterOf[S WeightedScored](rows iter.Seq[S]) *WeightedNetPromoter {
	acc := &WeightedNetPromoter{}
	for row := range rows {
		_ = acc.Add(row.Score(), row.Weight()) // both kinds of fault are counted
	}
	return acc
}

// Add records one answer. A score outside 0 to 10 is counted as Invalid, an impossible
// weight (below zero, NaN, beyond 1e60) as Rejected; both are reported as
// [ErrOutOfRange].
func (n *WeightedNetPromoter) Add(score int, weight float64) error {
	if uint(score) > 10 { //nolint:gosec // a negative score becomes a large one
		n.invalid++
		return errNPS
	}
	value, class := -1.0, &n.detractors
	switch {
	case score >= 9:
		value, class = 1, &n.promoters
	case score >= 7:
		value, class = 0, &n.passives
	}
	if err := n.mean.Add(value, weight); err != nil {
		n.rejected++
		return err
	}
	*class += bit(weight > 0)
	return nil
}

// N is the number of answers with a weight above zero.
func (n *WeightedNetPromoter) N() int64 { return n.mean.n }

// Invalid is the number of answers outside 0 to 10.
func (n *WeightedNetPromoter) Invalid() int64 { return n.invalid }

// Rejected is the number of answers with an impossible weight.
func (n *WeightedNetPromoter) Rejected() int64 { return n.rejected }

// Unweighted is the same people counted once each, those with a weight above zero.
func (n *WeightedNetPromoter) Unweighted() NetPromoter {
	return NetPromoter{Promoters: n.promoters, Passives: n.passives, Detractors: n.detractors, Invalid: n.invalid}
}

// EffectiveN is Kish's effective sample size, see [WeightedMean.EffectiveN].
func (n *WeightedNetPromoter) EffectiveN() (float64, error) { return n.mean.EffectiveN() }

// DesignEffect is Kish's, see [WeightedMean.DesignEffect].
func (n *WeightedNetPromoter) DesignEffect() (float64, error) { return n.mean.DesignEffect() }

// Estimate is the weighted score in points, -100 to 100, by [Linearised], [Kish] or
// [EffectiveScore]; [Auto] is EffectiveScore below 20 answers or with an empty class
// and Linearised otherwise. SE is the linearised one unless the method is Kish, and
// absent for one answer. No weight at all is [ErrNoData]; one answer has no
// Linearised interval ([ErrUndefined]); a Population is [ErrOutOfRange].
//
// The metrics wing's linearised standard error leaves out the factor sqrt(n/(n-1))
// that this one has.
func (n *WeightedNetPromoter) Estimate(o *Options) (Estimate, error) {
	e, s, err := n.mean.start("weighted net promoter score", o)
	if err != nil {
		return Estimate{}, err
	}
	empty := n.promoters == 0 || n.passives == 0 || n.detractors == 0
	e.Unit, e.Caveats = Points, e.Caveats.withIf(EmptyClass, empty)
	if e.Method == Auto {
		e.Method = Linearised
		if empty || e.N < fewAnswers {
			e.Method = EffectiveScore
		}
	}
	if err := n.mean.standardError(&e); err != nil {
		return Estimate{}, err
	}
	if e.Method == EffectiveScore {
		up, down := n.shares()
		e = e.scaled(points)
		e.Low, e.High = scoreEnds(up*e.EffectiveN, down*e.EffectiveN, e.EffectiveN, s)
	} else {
		if !e.HasSE {
			return Estimate{}, faultInt(ErrUndefined, "answers", e.N, "one answer has no spread")
		}
		e = e.scaled(points)
		e.around(stat.Critical(s.Level))
	}
	s.clipTo(&e, -points, points)
	return e, nil
}

// shares are the weighted shares of promoters and detractors, from the mean of +1, 0, -1
// and that of its squares.
func (n *WeightedNetPromoter) shares() (up, down float64) {
	w := n.mean.w.Float()
	extreme, mean := n.mean.wyy.Float()/w, n.mean.wy.Float()/w
	up, down = max(0, (extreme+mean)/2), max(0, (extreme-mean)/2)
	if all := up + down; all > 1 {
		up, down = up/all, down/all
	}
	return up, down
}

// Merge adds the answers of another state. On overflow n is unchanged.
func (n *WeightedNetPromoter) Merge(o *WeightedNetPromoter) error {
	into, from := n.counts(), o.counts()
	if err := mergeCounts("answers", into[:], from[:]); err != nil {
		return err
	}
	if err := n.mean.Merge(&o.mean); err != nil {
		return err
	}
	n.setCounts(into)
	return nil
}

func (n *WeightedNetPromoter) counts() [5]int64 {
	return [5]int64{n.promoters, n.passives, n.detractors, n.invalid, n.rejected}
}

func (n *WeightedNetPromoter) setCounts(c [5]int64) {
	n.promoters, n.passives, n.detractors, n.invalid, n.rejected = c[0], c[1], c[2], c[3], c[4]
}

var (
	kindWeightedNetPromoter   = binenc.Kind{'F', 'W', 'N', 'P'}
	configWeightedNetPromoter = binenc.Hash("weighted net promoter", "0-10", "9", "7")
)

// MarshalBinary writes the state; equal states give equal bytes.
func (n *WeightedNetPromoter) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindWeightedNetPromoter, 1, configWeightedNetPromoter)
	for _, c := range n.counts() {
		w.Int(c)
	}
	n.mean.write(w)
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (n *WeightedNetPromoter) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindWeightedNetPromoter, configWeightedNetPromoter)
	if err != nil {
		return err
	}
	var c [5]int64
	for i := range c {
		c[i] = readCount(in)
	}
	var next WeightedNetPromoter
	next.mean.read(in)
	next.setCounts(c)
	if _, err := sum("answers", c[:]...); err != nil || c[0]+c[1]+c[2] != next.mean.n || !next.mean.plausible(1) {
		in.Fail("classes that disagree with the sums")
	}
	if err := closed(in); err != nil {
		return err
	}
	*n = next
	return nil
}
