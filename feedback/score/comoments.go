package score

import (
	"errors"
	"math"
	"math/big"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

const (
	mostColumns   = 256
	largestAnswer = 1e60
	leastAnswer   = 1e-60 // below it the rounding error of a product is lost
)

// Comoments is what reliability, drivers, the satisfaction index and service gaps are
// made from: the number of rows, the sums of the columns and the sums of their
// products. One pass over the answers, or a thousand shards merged, give all of them.
//
// The zero value is empty and takes its width from the first row, or from the first
// state that is merged in. Guarantees: sums and products are exact (each product with
// its rounding error, in fixed-point numbers as wide as float64), so that neither the
// order of rows nor that of merges changes a bit, and covariances are rounded once:
// adding a constant that float64 holds to a column changes nothing. The price is
// memory, about k²/2 times 0.5 KB for k columns. Not safe for concurrent use.
type Comoments struct {
	k        int
	n        int64
	sums     []stat.ExactSum
	products []stat.ExactSum // upper triangle by rows
	skipped  int64
}

// Add records one respondent's row. A row of another width than the first, or of more
// than 256 columns or none, and a value that is neither zero nor from 1e-60 to 1e60 in
// size, are [ErrOutOfRange] and change nothing; all faults are reported. Rows with missing
// answers are left out by the caller ([Comoments.Skip] counts them).
func (c *Comoments) Add(row []float64) error {
	if err := c.admit(row); err != nil {
		return err
	}
	c.open(len(row))
	c.n++
	i := 0
	for a, x := range row {
		c.sums[a].Add(x)
		for _, y := range row[a:] {
			if p := x * y; p != 0 {
				c.products[i].Add(p)
				if rest := math.FMA(x, y, -p); rest != 0 {
					c.products[i].Add(rest)
				}
			}
			i++
		}
	}
	return nil
}

// admit checks a row.
func (c *Comoments) admit(row []float64) error {
	if len(row) == 0 || len(row) > mostColumns || (c.k != 0 && len(row) != c.k) {
		want := "1 to " + strconv.Itoa(mostColumns)
		if c.k != 0 {
			want = "as wide as the first row, " + strconv.Itoa(c.k)
		}
		return faultInt(ErrOutOfRange, "columns", int64(len(row)), want)
	}
	var faults []error
	for i, x := range row {
		if v := math.Abs(x); !(v == 0 || v >= leastAnswer && v <= largestAnswer) {
			faults = append(faults, faultFloat(ErrOutOfRange, "column "+strconv.Itoa(i), x, "zero, or from 1e-60 to 1e60 in size"))
		}
	}
	return errors.Join(faults...)
}

func (c *Comoments) open(k int) {
	if c.k == 0 {
		c.k = k
		c.sums = make([]stat.ExactSum, k)
		c.products = make([]stat.ExactSum, k*(k+1)/2)
	}
}

// Skip counts a respondent whose row has a missing answer.
func (c *Comoments) Skip() { c.skipped++ }

// N is the number of rows.
func (c *Comoments) N() int64 { return c.n }

// Skipped is the number of rows that were left out.
func (c *Comoments) Skipped() int64 { return c.skipped }

// Columns is the width of a row, 0 before the first.
func (c *Comoments) Columns() int { return c.k }

func (c *Comoments) index(i, j int) int {
	if i > j {
		i, j = j, i
	}
	return i*c.k - i*(i-1)/2 + j - i
}

// Mean is the mean of a column. A column that is not there is [ErrOutOfRange], no row
// [ErrNoData].
func (c *Comoments) Mean(column int) (float64, error) {
	if c.n == 0 {
		return 0, noAnswer("mean")
	}
	if column < 0 || column >= c.k {
		return 0, faultInt(ErrOutOfRange, "column", int64(column), "of "+strconv.Itoa(c.k)+", counted from 0")
	}
	return c.mean(column), nil
}

func (c *Comoments) mean(i int) float64 {
	m, _ := new(big.Float).SetPrec(quotientBits).Quo(c.sums[i].Big(), new(big.Float).SetInt64(c.n)).Float64()
	return m
}

// Covariance is the covariance of two columns over n - 1, a column's variance with
// itself. Faults are those of [Comoments.Mean]; one row is [ErrUndefined].
func (c *Comoments) Covariance(i, j int) (float64, error) {
	_, err1 := c.Mean(i)
	_, err2 := c.Mean(j)
	if err := errors.Join(err1, err2); err != nil {
		return 0, err
	}
	if c.n == 1 {
		return 0, faultInt(ErrUndefined, "rows", 1, "one row has no spread")
	}
	return c.covariance(i, j), nil
}

// covariance is (n Σxy - Σx Σy) / (n (n-1)), n above 1, rounded once.
func (c *Comoments) covariance(i, j int) float64 {
	f := func() *big.Float { return new(big.Float).SetPrec(exactBits) }
	n := f().SetInt64(c.n)
	top := f().Sub(f().Mul(n, c.products[c.index(i, j)].Big()), f().Mul(c.sums[i].Big(), c.sums[j].Big()))
	v, _ := new(big.Float).SetPrec(quotientBits).Quo(top, f().Mul(n, f().SetInt64(c.n-1))).Float64()
	return v
}

// matrix is the covariance matrix over n - 1, n above 1.
func (c *Comoments) matrix() [][]float64 {
	m := square(c.k)
	for i := range c.k {
		for j := i; j < c.k; j++ {
			m[i][j] = c.covariance(i, j)
			m[j][i] = m[i][j]
		}
	}
	return m
}

func square(k int) [][]float64 {
	m, cells := make([][]float64, k), make([]float64, k*k)
	for i := range m {
		m[i] = cells[i*k : (i+1)*k : (i+1)*k]
	}
	return m
}

// correlations is the matrix of a covariance matrix without a zero on its diagonal.
func correlations(cov [][]float64) [][]float64 {
	r := square(len(cov))
	for i := range cov {
		r[i][i] = 1
		for j := range i {
			v := cov[i][j] / math.Sqrt(cov[i][i]) / math.Sqrt(cov[j][j])
			r[i][j] = max(-1, min(1, v))
			r[j][i] = r[i][j]
		}
	}
	return r
}

// MeanEstimate is the mean of a column in the unit of its values, by [StudentT]. Faults
// are those of [Comoments.Mean]; one row is [ErrUndefined].
func (c *Comoments) MeanEstimate(column int, o *Options) (Estimate, error) {
	if _, err := c.Covariance(column, column); err != nil {
		return Estimate{}, err
	}
	return c.columnMean("mean", column, o)
}

func (c *Comoments) columnMean(name string, column int, o *Options) (Estimate, error) {
	var t Options
	if o != nil {
		t = *o
	}
	if t.Method == Auto {
		t.Method = StudentT
	}
	return meanEstimate(name, ScalePoints, c.n, c.mean(column), c.covariance(column, column), math.Inf(-1), math.Inf(1), &t)
}

// combination is the estimate of a weighted sum of the columns' means on a scale that
// ends at low and high.
func (c *Comoments) combination(name string, unit Unit, weights []float64, shift, low, high float64, o *Options) (Estimate, error) {
	if c.n == 0 {
		return Estimate{}, noAnswer(name)
	}
	mean, variance := shift, 0.0
	for i, w := range weights {
		mean += w * c.mean(i)
	}
	if c.n > 1 {
		for i, a := range weights {
			for j, b := range weights {
				variance += a * b * c.covariance(i, j)
			}
		}
	}
	return meanEstimate(name, unit, c.n, mean, max(0, variance), low, high, o)
}

// Merge adds the rows of another state. Another width is [ErrConfig]; on overflow c is
// unchanged.
func (c *Comoments) Merge(o *Comoments) error {
	n, err1 := sum("rows", c.n, o.n)
	skipped, err2 := sum("skipped", c.skipped, o.skipped)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if o.k != 0 {
		if c.k != 0 && c.k != o.k {
			return faultInt(ErrConfig, "columns", int64(o.k), "another width than "+strconv.Itoa(c.k))
		}
		c.open(o.k)
		for i := range o.sums {
			c.sums[i].Merge(&o.sums[i])
		}
		for i := range o.products {
			c.products[i].Merge(&o.products[i])
		}
	}
	c.n, c.skipped = n, skipped
	return nil
}

var (
	kindComoments   = binenc.Kind{'F', 'C', 'O', 'M'}
	configComoments = binenc.Hash("comoments")
)

// MarshalBinary writes the state; equal states give equal bytes.
func (c *Comoments) MarshalBinary() ([]byte, error) {
	return c.marshalAs(kindComoments, configComoments), nil
}

func (c *Comoments) marshalAs(kind binenc.Kind, config uint64) []byte {
	w := binenc.NewWriter(kind, 1, config)
	c.write(w)
	return w.Frame()
}

func (c *Comoments) write(w *binenc.Writer) {
	w.Int(c.n)
	w.Int(c.skipped)
	w.Uint(uint64(c.k)) //nolint:gosec // 0 to 256
	if c.k > 0 {
		w.Uint(uint64(len(c.products)))
	}
	for i := range c.sums {
		w.Bytes(c.sums[i].Bytes())
	}
	for i := range c.products {
		w.Bytes(c.products[i].Bytes())
	}
}

// read fills an empty state.
func (c *Comoments) read(in *binenc.Reader) {
	c.n, c.skipped = readCount(in), readCount(in)
	k := in.Count(1)
	if k > mostColumns || (k == 0) != (c.n == 0) {
		in.Fail("rows and columns that disagree")
	}
	if in.Err() != nil || k == 0 {
		return
	}
	if pairs := in.Count(1); pairs != k*(k+1)/2 {
		in.Fail("columns and products that disagree")
		return
	}
	c.open(k)
	for i := range c.sums {
		readSum(in, &c.sums[i], true)
	}
	for i := range c.products {
		readSum(in, &c.products[i], true)
	}
	if in.Err() == nil && !c.plausible() {
		in.Fail("sums that no rows have")
	}
}

// plausible reports whether the columns' variances are not negative and no pair is more
// than perfectly correlated.
func (c *Comoments) plausible() bool {
	f := func() *big.Float { return new(big.Float).SetPrec(2 * exactBits) }
	n := f().SetInt64(c.n)
	scatter := func(i, j int) *big.Float {
		return f().Sub(f().Mul(n, c.products[c.index(i, j)].Big()), f().Mul(c.sums[i].Big(), c.sums[j].Big()))
	}
	most := f().Mul(n, f().SetFloat64(largestAnswer*largestAnswer))
	own := make([]*big.Float, c.k)
	for i := range own {
		own[i] = scatter(i, i)
		if own[i].Sign() < 0 || c.products[c.index(i, i)].Big().Cmp(most) > 0 || (c.n == 1 && own[i].Sign() != 0) {
			return false
		}
	}
	for i := range own {
		for j := range i {
			s := scatter(i, j)
			if f().Mul(s, s).Cmp(f().Mul(own[i], own[j])) > 0 {
				return false
			}
		}
	}
	return true
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (c *Comoments) UnmarshalBinary(data []byte) error {
	next, err := unmarshalComoments(data, kindComoments, configComoments)
	if err != nil {
		return err
	}
	*c = next
	return nil
}

func unmarshalComoments(data []byte, kind binenc.Kind, config uint64) (Comoments, error) {
	in, err := open(data, kind, config)
	if err != nil {
		return Comoments{}, err
	}
	var next Comoments
	next.read(in)
	if err := closed(in); err != nil {
		return Comoments{}, err
	}
	return next, nil
}
