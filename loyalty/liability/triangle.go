package liability

import (
	"fmt"
	"math"
	"math/big"
)

// MaxTriangle is the largest number of vintages, and of ages, of a triangle.
const MaxTriangle = 600

// Triangle is cumulative redemptions by vintage and age.
type Triangle struct {
	// Cumulative has a row per vintage, oldest first; cell j is what was redeemed up to
	// the end of age j. Rows are as long as the vintage has been watched. A cell may be
	// below the one before it, where redemptions were cancelled, but not below zero.
	Cumulative [][]int64
	// Issued is the points issued by vintage, or nil where that is not known. What is
	// redeemed may not exceed it.
	Issued []int64
}

// Ladder is the chain ladder of one triangle.
type Ladder struct {
	factors   []Figure
	variances []float64 // Mack's sigma squared by age; NaN where none can be had
	weights   []float64 // sum of column j over the rows that have j+1 too
	triangle  Triangle
	ultimate  []Figure
	ratios    int64
}

// ChainLadder projects every vintage to the last age: factor j is the sum of column
// j+1 over the sum of column j, over the rows that have both, and a row's ultimate
// is its last figure times the factors that remain (Mack 1993, eq. 2-3; Gault,
// Llaguno and Ménard 2012 for points). There is no tail: the points must have died
// by the last age.
//
// Errors: [ErrInput] for a negative cell, an empty row, a wrong number of issued
// figures or one below what was redeemed; [ErrNoData] for no row, and for a column
// whose factor is needed and cannot be had; [ErrLimit] beyond [MaxTriangle].
func ChainLadder(t Triangle) (*Ladder, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	l := &Ladder{triangle: t.clone()}
	for j := range t.ages() - 1 {
		if err := l.develop(j); err != nil {
			return nil, err
		}
	}
	l.tailVariance()
	for _, row := range l.triangle.Cumulative {
		l.ultimate = append(l.ultimate, l.project(row))
	}
	return l, nil
}

func (t Triangle) ages() int {
	n := 0
	for _, row := range t.Cumulative {
		n = max(n, len(row))
	}
	return n
}

func (t Triangle) clone() Triangle {
	c := Triangle{Issued: append([]int64(nil), t.Issued...)}
	for _, row := range t.Cumulative {
		c.Cumulative = append(c.Cumulative, append([]int64(nil), row...))
	}
	return c
}

func (t Triangle) check() error {
	if len(t.Cumulative) == 0 {
		return fmt.Errorf("%w: no vintage", ErrNoData)
	}
	if len(t.Cumulative) > MaxTriangle || t.ages() > MaxTriangle {
		return fmt.Errorf("%w: %d vintages of %d ages, at most %d of each", ErrLimit, len(t.Cumulative), t.ages(), MaxTriangle)
	}
	var f faults
	if t.Issued != nil && len(t.Issued) != len(t.Cumulative) {
		f.add("issued", fmt.Sprintf("%d figures", len(t.Issued)), fmt.Sprintf("one for each of the %d vintages", len(t.Cumulative)))
		return f.err()
	}
	for i, row := range t.Cumulative {
		if len(row) == 0 {
			f.add(fmt.Sprintf("cumulative[%d]", i), "empty", "at least one age")
		}
		for j, c := range row {
			if c < 0 {
				f.add(fmt.Sprintf("cumulative[%d][%d]", i, j), fmt.Sprint(c), "0 or more")
			}
			if t.Issued != nil && c > t.Issued[i] {
				f.add(fmt.Sprintf("cumulative[%d][%d]", i, j), fmt.Sprint(c), fmt.Sprintf("at most the %d issued", t.Issued[i]))
			}
		}
	}
	return f.err()
}

// develop adds the factor from age j to the next, and its variance.
func (l *Ladder) develop(j int) error {
	num, den := new(big.Int), new(big.Int)
	rows := 0
	for _, row := range l.triangle.Cumulative {
		if len(row) > j+1 {
			num.Add(num, big.NewInt(row[j+1]))
			den.Add(den, big.NewInt(row[j]))
			rows++
		}
	}
	if den.Sign() == 0 {
		return fmt.Errorf("%w: nothing was redeemed by age %d in the vintages that reach age %d", ErrNoData, j, j+1)
	}
	l.ratios += int64(rows)
	f := quotient(num, den)
	l.factors = append(l.factors, f)
	l.weights = append(l.weights, quotient(den, one).Float64())
	l.variances = append(l.variances, l.variance(j, f.Float64()))
	return nil
}

// variance is Mack's estimator (1993, eq. 5) over the rows with something redeemed.
func (l *Ladder) variance(j int, factor float64) float64 {
	sum, n := 0.0, 0
	for _, row := range l.triangle.Cumulative {
		if len(row) > j+1 && row[j] > 0 {
			c := float64(row[j])
			d := float64(row[j+1])/c - factor
			sum += c * d * d
			n++
		}
	}
	if n < 2 {
		return math.NaN()
	}
	return sum / float64(n-1)
}

// tailVariance fills the variances that one ratio cannot give, by Mack's rule
// min(s4(k-1)/s2(k-2), min(s2(k-2), s2(k-1))).
func (l *Ladder) tailVariance() {
	for k, v := range l.variances {
		if !math.IsNaN(v) || k < 2 {
			continue
		}
		a, b := l.variances[k-2], l.variances[k-1]
		tail := min(a, b)
		if a > 0 {
			tail = min(tail, b*b/a)
		}
		l.variances[k] = tail
	}
}

func (l *Ladder) project(row []int64) Figure {
	num, den := big.NewInt(row[len(row)-1]), big.NewInt(1)
	for _, f := range l.factors[len(row)-1:] {
		num.Mul(num, f.num)
		den.Mul(den, f.den)
	}
	return quotient(num, den)
}

// Factors are the development factors, one less than there are ages.
func (l *Ladder) Factors() []Figure { return append([]Figure(nil), l.factors...) }

// Ultimate is the points redeemed in the end, by vintage.
func (l *Ladder) Ultimate() []Figure { return append([]Figure(nil), l.ultimate...) }

// StillExpected is the ultimate less what is redeemed, by vintage. It is below zero
// where past development shows more cancelled than redeemed.
func (l *Ladder) StillExpected() []Figure {
	out := make([]Figure, len(l.ultimate))
	for i, u := range l.ultimate {
		out[i] = u.Sub(whole(l.redeemed(i)))
	}
	return out
}

// TotalStillExpected is the sum of [Ladder.StillExpected] before any rounding.
func (l *Ladder) TotalStillExpected() Figure {
	sum := new(big.Rat)
	for _, f := range l.StillExpected() {
		sum.Add(sum, f.rat())
	}
	return ofRat(sum)
}

// UltimateRates is the ultimate as a share of what was issued, by vintage. ok is
// false where the issued points are not known or one of them is zero.
func (l *Ladder) UltimateRates() (rates []Figure, ok bool) {
	for i, u := range l.ultimate {
		if l.triangle.Issued == nil || l.triangle.Issued[i] == 0 {
			return nil, false
		}
		rates = append(rates, ofRat(new(big.Rat).Quo(u.rat(), new(big.Rat).SetInt64(l.triangle.Issued[i]))))
	}
	return rates, true
}

// Breakage is what was issued less the ultimate, by vintage, as the ladder projects
// it: below zero where it projects more redemptions than points. ok is false where
// the issued points are not known.
func (l *Ladder) Breakage() (points []Figure, ok bool) {
	if l.triangle.Issued == nil {
		return nil, false
	}
	for i, u := range l.ultimate {
		points = append(points, whole(l.triangle.Issued[i]).Sub(u))
	}
	return points, true
}

func (l *Ladder) redeemed(i int) int64 {
	row := l.triangle.Cumulative[i]
	return row[len(row)-1]
}

// StandardErrors are Mack's standard errors of the ultimates by vintage, and of
// their total (1993, Theorem 3 and its corollary). ok is false where the triangle is
// too small for one: a factor that is needed rests on a single vintage and there
// are no two before it.
func (l *Ladder) StandardErrors() (byVintage []float64, total float64, ok bool) {
	sum := 0.0
	for i := range l.ultimate {
		mse, later := l.meanSquareError(i)
		if math.IsNaN(mse) {
			return nil, 0, false
		}
		byVintage = append(byVintage, math.Sqrt(mse))
		sum += mse + later
	}
	return byVintage, math.Sqrt(sum), true
}

// meanSquareError of vintage i, and its covariance with the later vintages. Vintages
// are paired by the ages that both still have to run through.
func (l *Ladder) meanSquareError(i int) (mse, covariance float64) {
	row := l.triangle.Cumulative[i]
	c := float64(l.redeemed(i))
	u := l.ultimate[i].Float64()
	for k := len(row) - 1; k < len(l.factors); k++ {
		f := l.factors[k].Float64()
		if c == 0 || f == 0 {
			return mse, covariance // nothing to develop: the ultimate is zero whatever the factors
		}
		relative := l.variances[k] / (f * f)
		mse += u * u * relative * (1/c + 1/l.weights[k])
		for j := range l.ultimate {
			if j > i && len(l.triangle.Cumulative[j])-1 <= k {
				covariance += 2 * u * l.ultimate[j].Float64() * relative / l.weights[k]
			}
		}
		c *= f
	}
	return mse, covariance
}

// Estimates gives an estimate per vintage with a range at the level (0 means
// [DefaultLevel]): lognormal with Mack's standard error, as Mack (1993, section 4)
// recommends, within what is redeemed and what was issued. Where no standard error
// can be had the range is those two bounds, or the best estimate itself where the
// issued points are not known, and Level is 0.
func (l *Ladder) Estimates(level float64) ([]Estimate, error) {
	var f faults
	level = f.level(level)
	if err := f.err(); err != nil {
		return nil, err
	}
	errs, _, ok := l.StandardErrors()
	out := make([]Estimate, len(l.ultimate))
	for i, u := range l.ultimate {
		e := Estimate{Method: MethodChainLadder, Redeemed: l.redeemed(i), Sample: l.ratios, Total: Range{Best: u}}
		if l.triangle.Issued != nil {
			e.Issued = l.triangle.Issued[i]
		}
		if ok {
			e.Level = level
			e.Total.Low, e.Total.High = lognormal(u.Float64(), errs[i], level)
		} else {
			e.Total.Low, e.Total.High = whole(e.Redeemed), whole(max(e.Issued, 0))
		}
		out[i] = e.clamp()
	}
	return out, nil
}

// lognormal is the range of a lognormal variable with the mean and the standard
// deviation.
func lognormal(mean, sd, level float64) (low, high Figure) {
	if mean <= 0 || sd == 0 {
		return ofFloat(mean), ofFloat(mean)
	}
	s2 := math.Log1p(sd * sd / (mean * mean))
	mu, w := math.Log(mean)-s2/2, z(level)*math.Sqrt(s2)
	return ofFloat(math.Exp(mu - w)), ofFloat(math.Exp(mu + w))
}
