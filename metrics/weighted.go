package metrics

import (
	"errors"
	"iter"
	"math"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// WeightedMean is the ratio estimator of a mean in a weighted sample: sum of weight
// times value over sum of weights. Values of 0 and 1 make it a weighted share.
//
// The zero value is empty and ready. Guarantees: the six sums are exact (a
// fixed-point number as wide as float64 itself), so the order of rows and of merges
// cannot change a bit. The price is memory: about 3.4 KB a state. Not safe for
// concurrent use.
//
// Source: Kish, "Survey Sampling", 1965, section 11.7, for the effective sample
// size; Särndal, Swensson and Wretman, "Model Assisted Survey Sampling", 1992,
// section 5.6, for the linearised variance.
type WeightedMean struct {
	n             int64
	w, wy, wyy    stat.ExactSum
	ww, wwy, wwyy stat.ExactSum
}

// Add records a value with its weight. A weight below zero, and a weight or value
// that is not finite or beyond 1e100, is [ErrOutOfRange] and changes nothing. A
// weight of zero is an observation that counts for nothing and is not in N.
func (m *WeightedMean) Add(value, weight float64) error {
	const most = 1e100
	if !(weight >= 0 && weight <= most) {
		return faultFloat(ErrOutOfRange, "weight", weight, "zero or more, and finite")
	}
	if !(math.Abs(value) <= most) {
		return faultFloat(ErrOutOfRange, "value", value, "not finite, or beyond 1e100")
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

// SumOfWeights is the size of the population that the sample stands for, in the
// unit of the weights.
func (m *WeightedMean) SumOfWeights() float64 { return m.w.Float() }

// Mean is the weighted mean. No observation is [ErrNoData].
func (m *WeightedMean) Mean() (float64, error) {
	if m.n == 0 || m.w.Float() == 0 {
		return 0, faultInt(ErrNoData, "observations", 0, "none with a weight")
	}
	return m.wy.Float() / m.w.Float(), nil
}

// KishN is the effective sample size, (sum of weights)^2 / sum of squared weights:
// how many answers of equal weight would know as much. It is at most N. No
// observation is [ErrNoData].
func (m *WeightedMean) KishN() (float64, error) {
	if _, err := m.Mean(); err != nil {
		return 0, err
	}
	w := m.w.Float()
	n := w / m.ww.Float() * w
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, faultFloat(ErrUndefined, "weights", w, "too small to be squared")
	}
	return n, nil
}

// StandardError is that of the mean, by [Kish] (weighted variance over the effective
// sample size: right when the weights have nothing to do with the answers) or by
// [Linearised] (right in either case, the survey packages' choice). No observation
// is [ErrNoData]; another method is [ErrOutOfRange].
func (m *WeightedMean) StandardError(method Method) (float64, error) {
	mean, err := m.Mean()
	if err != nil {
		return 0, err
	}
	w := m.w.Float()
	switch method {
	case Kish:
		n, err := m.KishN()
		if err != nil {
			return 0, err
		}
		return math.Sqrt(math.Max(0, m.wyy.Float()/w-mean*mean) / n), nil
	case Linearised:
		v := m.wwyy.Float() - 2*mean*m.wwy.Float() + mean*mean*m.ww.Float()
		return math.Sqrt(math.Max(0, v)) / w, nil
	default:
		return 0, wrongMethod(method)
	}
}

// Interval is the mean ± z standard errors by [Kish] or [Linearised], not clipped.
func (m *WeightedMean) Interval(method Method, level float64) (Interval, error) {
	if err := confidence(level); err != nil {
		return Interval{}, err
	}
	se, err := m.StandardError(method)
	if err != nil {
		return Interval{}, err
	}
	mean, err := m.Mean()
	if err != nil {
		return Interval{}, err
	}
	half := stat.Critical(level) * se
	return Interval{mean, mean - half, mean + half, level, m.n, method}, nil
}

func (m *WeightedMean) sums() [6]*stat.ExactSum {
	return [6]*stat.ExactSum{&m.w, &m.wy, &m.wyy, &m.ww, &m.wwy, &m.wwyy}
}

// Merge adds the observations of another state.
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
	kindWeightedMean   = binenc.Kind{'M', 'W', 'M', 'E'}
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
	for _, s := range m.sums() {
		if !s.SetBytes(in.Bytes()) {
			in.Fail("not a sum")
		}
	}
	if m.w.Float() < 0 || m.ww.Float() < 0 || m.wyy.Float() < 0 || m.wwyy.Float() < 0 {
		in.Fail("a negative sum of squares or weights")
	}
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

// WeightedNetPromoter is the net promoter score of a weighted sample. Classes are
// those of [NetPromoter]; answers outside 0 to 10 are counted in Invalid whatever
// their weight. The zero value is empty and ready; the guarantees are those of
// [WeightedMean]. Not safe for concurrent use.
type WeightedNetPromoter struct {
	mean    WeightedMean // of +1, 0, -1
	plain   NetPromoter
	skipped int64
}

// WeightedNetPromoterOf counts every row. A row with an impossible weight is counted
// in Skipped.
func WeightedNetPromoterOf[S WeightedScored](rows iter.Seq[S]) *WeightedNetPromoter {
	acc := &WeightedNetPromoter{}
	for row := range rows {
		_ = acc.Add(row.Score(), row.Weight()) // both kinds of fault are counted
	}
	return acc
}

// Add records one answer. A score outside 0 to 10 is counted in Invalid, an
// impossible weight in Skipped; both are reported as [ErrOutOfRange] and enter no
// figure.
func (n *WeightedNetPromoter) Add(score int, weight float64) error {
	if uint(score) > 10 {
		n.plain.Invalid++
		return errScore
	}
	value := 0.0
	switch {
	case score >= 9:
		value = 1
	case score <= 6:
		value = -1
	}
	if err := n.mean.Add(value, weight); err != nil {
		n.skipped++
		return err
	}
	n.plain.count(score)
	return nil
}

// Unweighted are the same answers, each counting one (also those of weight zero).
func (n *WeightedNetPromoter) Unweighted() NetPromoter { return n.plain }

// Skipped is the number of answers with an impossible weight.
func (n *WeightedNetPromoter) Skipped() int64 { return n.skipped }

// Score is the weighted score in points, -100 to 100. No weight is [ErrNoData].
func (n *WeightedNetPromoter) Score() (float64, error) {
	mean, err := n.mean.Mean()
	return points * mean, err
}

// KishN is the effective sample size, see [WeightedMean.KishN].
func (n *WeightedNetPromoter) KishN() (float64, error) { return n.mean.KishN() }

// StandardError is that of the score in points by [Kish] or [Linearised].
func (n *WeightedNetPromoter) StandardError(method Method) (float64, error) {
	se, err := n.mean.StandardError(method)
	return points * se, err
}

// Interval is the interval of the score in points by [Kish] or [Linearised], clipped
// to -100 and 100.
func (n *WeightedNetPromoter) Interval(method Method, level float64) (Interval, error) {
	i, err := n.mean.Interval(method, level)
	if err != nil {
		return Interval{}, err
	}
	i.Estimate *= points
	i.Low, i.High = max(points*i.Low, -points), min(points*i.High, points)
	return i, nil
}

// Merge adds the answers of another state.
func (n *WeightedNetPromoter) Merge(o *WeightedNetPromoter) error {
	plain, mean := n.plain, n.mean
	skipped, err := sum("skipped", n.skipped, o.skipped)
	if err := errors.Join(err, plain.Merge(o.plain), mean.Merge(&o.mean)); err != nil {
		return err
	}
	n.plain, n.mean, n.skipped = plain, mean, skipped
	return nil
}

var (
	kindWeightedNetPromoter   = binenc.Kind{'M', 'W', 'N', 'P'}
	configWeightedNetPromoter = binenc.Hash("weighted net promoter", "0-10", "9", "7")
)

// MarshalBinary writes the state; equal states give equal bytes.
func (n *WeightedNetPromoter) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindWeightedNetPromoter, 1, configWeightedNetPromoter)
	for _, c := range []int64{n.plain.Promoters, n.plain.Passives, n.plain.Detractors, n.plain.Invalid, n.skipped} {
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
	var next WeightedNetPromoter
	for _, c := range []*int64{&next.plain.Promoters, &next.plain.Passives, &next.plain.Detractors, &next.plain.Invalid, &next.skipped} {
		*c = readCount(in)
	}
	next.mean.read(in)
	if err := closed(in); err != nil {
		return err
	}
	*n = next
	return nil
}

// WeightedMeanFromSums is the state of a sample that a database summed: the number of
// observations with a weight w above zero, and the sums of w, wy, wyy, ww, wwy and
// wwyy. Sums that no sample has (a negative count, weight or square, or a number
// that is not finite) are [ErrOutOfRange].
func WeightedMeanFromSums(n int64, w, wy, wyy, ww, wwy, wwyy float64) (*WeightedMean, error) {
	faults := []error{count("observations", n)}
	m := &WeightedMean{n: n}
	values := [6]float64{w, wy, wyy, ww, wwy, wwyy}
	names := [6]string{"w", "wy", "wyy", "ww", "wwy", "wwyy"}
	for i, s := range m.sums() {
		signed := i == 1 || i == 4
		if !s.Add(values[i]) || (values[i] < 0 && !signed) {
			faults = append(faults, faultFloat(ErrOutOfRange, "sum of "+names[i], values[i], "no sample has it"))
		}
	}
	if (n == 0) != (w == 0) {
		faults = append(faults, faultFloat(ErrInconsistent, "sum of w", w, "disagrees with the number of observations"))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return m, nil
}
