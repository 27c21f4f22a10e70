package survival

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/rapport-go/rapport/internal/stat"
)

// Subject is an [Observation] with covariates, for [FitCox]. A subject may also be a
// [Delayed] one, and may have a [Stratum].
type Subject interface {
	Observation
	// Covariates are its numbers, as many as there are names, all finite. They are copied.
	Covariates() []float64
}

// Stratum is an ability of a [Subject]: it is only compared with subjects of the same stratum,
// whose baseline hazard is their own.
type Stratum interface{ Stratum() string }

// CoxOptions are the choices of [FitCox]. Nil and zero fields mean the defaults.
type CoxOptions struct {
	// Ties is the treatment of tied events; the default is Efron.
	Ties Ties
	// Level is the confidence level; 0 means 0.95.
	Level float64
}

// CoxStatus says what became of a fit.
type CoxStatus uint8

// The outcomes.
const (
	// Converged: the estimates are at the maximum.
	Converged CoxStatus = iota + 1
	// Diverging: the likelihood keeps rising as a coefficient goes to infinity (a covariate
	// separates those with an event from the others). Coefficients and errors are not estimates.
	Diverging
	// Stopped: the maximum was not reached within the steps.
	Stopped
)

var statusNames = []string{"unset", "converged", "diverging", "stopped"}

// String is the name of the status: converged, diverging or stopped.
func (s CoxStatus) String() string { return name(statusNames, uint8(s)) }

// MarshalText writes the name.
func (s CoxStatus) MarshalText() ([]byte, error) { return marshal("CoxStatus", statusNames, uint8(s)) }

// UnmarshalText reads a name that MarshalText writes.
func (s *CoxStatus) UnmarshalText(text []byte) error {
	return unmarshal("CoxStatus", statusNames, text, (*uint8)(s))
}

// Coefficient is one covariate of a fit.
type Coefficient struct {
	Name string
	// Value is the log hazard ratio for one unit more of the covariate.
	Value float64
	// StandardError of Value, its z and two-sided P.
	StandardError, Z, P float64
	// HazardRatio is exp(Value), with its interval.
	HazardRatio, Low, High float64
}

// ChiSquareTest is a statistic with its degrees of freedom and its P.
type ChiSquareTest struct {
	ChiSquare float64
	DF        int
	P         float64
}

// CoxFit is a fitted proportional hazards model: hazard = baseline(t)·exp(Σ βx).
type CoxFit struct {
	Status       CoxStatus
	Ties         Ties
	Observations int64
	Events       int64
	Coefficients []Coefficient
	// Covariance of the coefficients: the inverse of the observed information.
	Covariance [][]float64
	// LogLikNull and LogLik are the log partial likelihoods at 0 and at the estimate.
	LogLikNull, LogLik float64
	// Likelihood ratio, Wald and score (log-rank) tests of all coefficients being 0.
	LikelihoodRatio, Wald, Score ChiSquareTest
	// Concordance is the share of comparable pairs in which the one with the higher predicted
	// hazard had the event first, ties counted as a half (Harrell's C). False in HasConcordance where no
	// pair is comparable.
	Concordance    float64
	HasConcordance bool
	// Steps is how many Newton steps were taken.
	Steps int

	residuals [][]float64 // Schoenfeld, per event in order of time, in the covariates' units
	times     []float64   // of the residuals
	before    []float64   // pooled Kaplan-Meier just before those times
}

// coxData is the subjects in columns, by stratum and, within one, by falling exit time.
type coxData struct {
	p        int
	strata   [][2]int // from, to
	exit     []float64
	entry    []float64 // -1: at risk from the origin
	event    []bool
	x        []float64 // p for each subject, centred and scaled
	centre   []float64
	scale    []float64
	byEntry  []int // within each stratum, by falling entry time
	ties     Ties
	deceased int64
}

const (
	maxSteps = 60
	// maxExact bounds the work of exact ties: risk set times ties, summed over event times.
	maxExact = 2e8
)

// FitCox maximises the log partial likelihood of Cox (1972) by Newton's method. Every
// fault of the rows is reported at once, to the first twenty. No event at all is [ErrNoData];
// covariates that are constant or depend on each other are [ErrSingular], with the name of
// the first such. Look at the fit's Status before its numbers.
func FitCox[S Subject](rows iter.Seq[S], names []string, o *CoxOptions) (CoxFit, error) {
	var opts CoxOptions
	if o != nil {
		opts = *o
	}
	common, err := (&Options{Level: opts.Level}).orDefault()
	if int(opts.Ties) >= len(tiesNames) {
		err = errors.Join(err, fault("CoxOptions.Ties", "%d has no name", opts.Ties))
	}
	if len(names) == 0 {
		err = errors.Join(err, fault("names", "are empty: there is nothing to estimate"))
	}
	if err != nil {
		return CoxFit{}, err
	}
	d, err := readSubjects(rows, len(names))
	if err != nil {
		return CoxFit{}, err
	}
	d.ties = opts.Ties
	if d.deceased == 0 {
		return CoxFit{}, ErrNoData
	}
	if err := d.standardise(names); err != nil {
		return CoxFit{}, err
	}
	if opts.Ties == Exact && d.exactWork() > maxExact {
		return CoxFit{}, fault("CoxOptions.Ties", "exact ties would take more than %g steps; take Efron", float64(maxExact))
	}
	return d.fit(names, common.Level)
}

type subject struct {
	exit, entry float64
	event       bool
	stratum     string
	x           []float64
}

func readSubjects[S Subject](rows iter.Seq[S], p int) (*coxData, error) {
	var all []subject
	var f []error
	n := -1
	for row := range rows {
		n++
		s := subject{exit: row.Duration(), entry: -1, event: row.Event(), x: slices.Clone(row.Covariates())}
		if d, ok := any(row).(Delayed); ok {
			s.entry = d.Entry()
			if !valid(s.entry) || s.entry >= s.exit {
				f = append(f, fault(fmt.Sprintf("rows[%d].Entry", n), "%v does not lie from 0 to below the duration %v", s.entry, s.exit))
			}
		}
		if g, ok := any(row).(Stratum); ok {
			s.stratum = g.Stratum()
		}
		f = append(f, s.check(n, p)...)
		if len(f) >= 20 {
			break
		}
		all = append(all, s)
	}
	if len(f) > 0 {
		return nil, errors.Join(f...)
	}
	// A total order of all that counts, so that the order of the rows never changes a bit.
	slices.SortFunc(all, func(a, b subject) int {
		return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(b.exit, a.exit), cmp.Compare(truth(a.event), truth(b.event)),
			cmp.Compare(a.entry, b.entry), slices.Compare(a.x, b.x))
	})
	d := &coxData{p: p}
	for i, s := range all {
		if i == 0 || s.stratum != all[i-1].stratum {
			d.strata = append(d.strata, [2]int{i, i})
		}
		d.strata[len(d.strata)-1][1] = i + 1
		d.exit, d.entry, d.event = append(d.exit, s.exit), append(d.entry, s.entry), append(d.event, s.event)
		d.x = append(d.x, s.x...)
		if s.event {
			d.deceased++
		}
		d.byEntry = append(d.byEntry, i)
	}
	for _, s := range d.strata {
		slices.SortStableFunc(d.byEntry[s[0]:s[1]], func(a, b int) int { return cmp.Compare(d.entry[b], d.entry[a]) })
	}
	return d, nil
}

func (s *subject) check(n, p int) (f []error) {
	if !valid(s.exit) {
		f = append(f, fault(fmt.Sprintf("rows[%d].Duration", n), "%v is not a finite time from 0 on", s.exit))
	}
	if len(s.x) != p {
		f = append(f, fault(fmt.Sprintf("rows[%d].Covariates", n), "%d numbers for %d names", len(s.x), p))
	}
	for _, v := range s.x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			f = append(f, fault(fmt.Sprintf("rows[%d].Covariates", n), "%v is not finite", v))
		}
	}
	return f
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// standardise centres and scales the covariates, for the sake of the numbers only.
func (d *coxData) standardise(names []string) error {
	n := len(d.exit)
	d.centre, d.scale = make([]float64, d.p), make([]float64, d.p)
	for j := range d.p {
		var sum float64
		for i := range n {
			sum += d.x[i*d.p+j] / float64(n)
		}
		d.centre[j] = sum
		var square float64
		for i := range n {
			square += (d.x[i*d.p+j] - sum) * ((d.x[i*d.p+j] - sum) / float64(n))
		}
		d.scale[j] = math.Sqrt(square)
		if !(d.scale[j] > 1e-12*math.Abs(sum)) || math.IsInf(d.scale[j], 0) {
			return fmt.Errorf("%w: %q is constant or beyond all measure", ErrSingular, names[j])
		}
		for i := range n {
			d.x[i*d.p+j] = (d.x[i*d.p+j] - sum) / d.scale[j]
		}
	}
	return nil
}

// exactWork is risk set times ties, summed over the event times.
func (d *coxData) exactWork() float64 {
	work := 0.0
	for _, s := range d.strata {
		d.visit(s, func(dead, risk []int) { work += float64(len(risk)) * float64(len(dead)) })
	}
	return work
}

// visit walks the event times of a stratum from the last to the first, with the subjects
// who have the event there and the whole risk set. It is the plain way, for what needs the set.
func (d *coxData) visit(s [2]int, do func(dead, risk []int)) {
	var risk []int
	for i := s[0]; i < s[1]; {
		t, from := d.exit[i], i
		var dead []int
		for ; i < s[1] && d.exit[i] == t; i++ {
			if d.event[i] {
				dead = append(dead, i)
			}
		}
		for k := from; k < i; k++ {
			risk = append(risk, k)
		}
		risk = slices.DeleteFunc(risk, func(k int) bool { return d.entry[k] >= t })
		if len(dead) > 0 {
			do(dead, risk)
		}
	}
}

// sums are Σw, Σwx and Σwxx' over a set, for w = exp(βx).
type sums struct {
	w  float64
	x  []float64
	xx [][]float64
}

func newSums(p int) *sums { return &sums{x: make([]float64, p), xx: square(p)} }

func (s *sums) add(w float64, x []float64) {
	s.w += w
	for i, a := range x {
		s.x[i] += w * a
		for j := range i + 1 {
			s.xx[i][j] += w * a * x[j]
		}
	}
}

func (s *sums) reset() {
	s.w = 0
	clear(s.x)
	for i := range s.xx {
		clear(s.xx[i])
	}
}

// likelihood is the log partial likelihood with its gradient and information.
type likelihood struct {
	value float64
	score []float64
	info  [][]float64
}

func (d *coxData) row(i int) []float64 { return d.x[i*d.p : (i+1)*d.p] }

func (d *coxData) predictor(beta []float64) []float64 {
	eta := make([]float64, len(d.exit))
	for i := range eta {
		for j, v := range d.row(i) {
			eta[i] += beta[j] * v
		}
	}
	return eta
}

// evaluate computes the likelihood at beta and, where residual is not nil, gives each
// event with the mean covariates of its risk set.
func (d *coxData) evaluate(beta []float64, residual func(i int, mean []float64)) likelihood {
	l := likelihood{score: make([]float64, d.p), info: square(d.p)}
	eta := d.predictor(beta)
	for _, s := range d.strata {
		if d.ties == Exact {
			d.exact(s, eta, &l, residual)
		} else {
			d.approximate(s, eta, &l, residual)
		}
	}
	for i := range l.info {
		for j := range i {
			l.info[j][i] = l.info[i][j]
		}
	}
	return l
}

// approximate is Breslow's and Efron's likelihood of one stratum, in one pass from the
// last time to the first.
func (d *coxData) approximate(s [2]int, eta []float64, l *likelihood, residual func(int, []float64)) {
	shift := slices.Max(eta[s[0]:s[1]]) // exp never overflows, and every term shifts alike
	risk, dead, left := newSums(d.p), newSums(d.p), s[0]
	tied := make([]int, 0, 8)
	for i := s[0]; i < s[1]; {
		t := d.exit[i]
		dead.reset()
		tied = tied[:0]
		for ; i < s[1] && d.exit[i] == t; i++ {
			w := math.Exp(eta[i] - shift)
			risk.add(w, d.row(i))
			if d.event[i] {
				dead.add(w, d.row(i))
				tied = append(tied, i)
				l.value += eta[i] - shift
				for j, v := range d.row(i) {
					l.score[j] += v
				}
			}
		}
		if len(tied) == 0 {
			continue
		}
		for ; left < s[1] && d.entry[d.byEntry[left]] >= t; left++ {
			k := d.byEntry[left] // entered at t or later, so it exits later and was added
			risk.add(-math.Exp(eta[k]-shift), d.row(k))
		}
		d.tie(tied, risk, dead, l, residual)
	}
}

// tie adds the denominators of the events at one time.
func (d *coxData) tie(tied []int, risk, dead *sums, l *likelihood, residual func(int, []float64)) {
	mean := make([]float64, d.p)
	average := make([]float64, d.p)
	for k := range tied {
		part := 0.0
		if d.ties == Efron {
			part = float64(k) / float64(len(tied))
		}
		w := risk.w - part*dead.w
		l.value -= math.Log(w)
		for i := range mean {
			mean[i] = (risk.x[i] - part*dead.x[i]) / w
			average[i] += mean[i] / float64(len(tied))
			l.score[i] -= mean[i]
			for j := range i + 1 {
				l.info[i][j] += (risk.xx[i][j]-part*dead.xx[i][j])/w - mean[i]*mean[j]
			}
		}
	}
	if residual != nil {
		for _, i := range tied {
			residual(i, average)
		}
	}
}

// exact is the discrete likelihood of one stratum: Π exp(βΣx over the dead) over the sum of
// the same for every set of as many out of the risk set. The sum is an elementary symmetric
// function, built subject by subject with its derivatives (Gail, Lubin & Rubinstein 1981), here divided by the
// number of sets so that it stays in range.
func (d *coxData) exact(s [2]int, eta []float64, l *likelihood, residual func(int, []float64)) {
	d.visit(s, func(dead, risk []int) {
		k := len(dead)
		top := math.Inf(-1)
		for _, i := range risk {
			top = max(top, eta[i])
		}
		e := make([]float64, k+1)
		g := square2(k+1, d.p)
		h := make([][][]float64, k+1)
		for j := range h {
			h[j] = square(d.p)
		}
		e[0] = 1
		for n, i := range risk {
			d.include(e, g, h, math.Exp(eta[i]-top), d.row(i), n+1)
		}
		sets := logChoose(len(risk), k)
		l.value -= sets + math.Log(e[k]) + float64(k)*top
		mean := make([]float64, d.p)
		for a := range mean {
			m := g[k][a] / e[k]
			mean[a] = m / float64(k)
			l.score[a] -= m
			for b := range a + 1 {
				l.info[a][b] += h[k][a][b]/e[k] - m*g[k][b]/e[k]
			}
		}
		for _, i := range dead {
			l.value += eta[i]
			for a, v := range d.row(i) {
				l.score[a] += v
			}
			if residual != nil {
				residual(i, mean)
			}
		}
	})
}

func square2(rows, columns int) [][]float64 {
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, columns)
	}
	return out
}

// include adds the n-th subject of the risk set to the means e over all sets of each size, and
// to their derivatives: a set of size k holds it with chance k/n.
func (d *coxData) include(e []float64, g [][]float64, h [][][]float64, w float64, x []float64, n int) {
	for k := min(len(e)-1, n); k >= 1; k-- {
		in := float64(k) / float64(n)
		out := 1 - in
		for a := range x {
			for b := range a + 1 {
				h[k][a][b] = out*h[k][a][b] + in*w*(h[k-1][a][b]+x[a]*g[k-1][b]+x[b]*g[k-1][a]+x[a]*x[b]*e[k-1])
			}
		}
		for a := range x {
			g[k][a] = out*g[k][a] + in*w*(g[k-1][a]+x[a]*e[k-1])
		}
		e[k] = out*e[k] + in*w*e[k-1]
	}
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// fit runs Newton's method with halved steps from 0.
func (d *coxData) fit(names []string, level float64) (CoxFit, error) {
	beta := make([]float64, d.p)
	at := d.evaluate(beta, nil)
	f := CoxFit{Ties: d.ties, Observations: int64(len(d.exit)), Events: d.deceased, LogLikNull: at.value, Status: Stopped}
	inverse, ok := invert(at.info)
	if !ok {
		return CoxFit{}, fmt.Errorf("%w: %q", ErrSingular, dependent(at.info, names))
	}
	f.Score = test(quadratic(inverse, at.score), d.p)
	for f.Steps = 0; f.Steps < maxSteps; f.Steps++ {
		step := multiply(inverse, at.score)
		gain := quadratic(inverse, at.score) // twice what a quadratic likelihood would still gain
		next, to, ok := d.advance(beta, step, at.value)
		if !ok {
			break
		}
		beta, at = next, to
		if inverse, ok = invert(at.info); !ok {
			f.Status = Diverging // the information vanishes on the way to infinity
			return f, nil
		}
		if gain < 1e-13*math.Max(1, math.Abs(at.value)) {
			f.Status = Converged
			for _, s := range step {
				if math.Abs(s) > 1e-3 { // a flat likelihood and still a step to take
					f.Status = Diverging
				}
			}
			break
		}
	}
	d.report(&f, names, beta, at, inverse, level)
	return f, nil
}

// advance takes a Newton step, halved until the likelihood does not fall.
func (d *coxData) advance(beta, step []float64, value float64) ([]float64, likelihood, bool) {
	slack := 1e-12 * math.Max(1, math.Abs(value))
	for length := 1.0; length > 1e-10; length /= 2 {
		next := make([]float64, len(beta))
		for i := range next {
			next[i] = beta[i] + length*step[i]
		}
		at := d.evaluate(next, nil)
		if at.value >= value-slack && !math.IsInf(at.value, 0) {
			return next, at, true
		}
	}
	return nil, likelihood{}, false
}

// dependent names the first covariate that depends on those before it.
func dependent(info [][]float64, names []string) string {
	for n := 1; n <= len(info); n++ {
		m := make([][]float64, n)
		for i := range m {
			m[i] = info[i][:n]
		}
		if _, ok := invert(m); !ok {
			return names[n-1]
		}
	}
	return ""
}

func test(x float64, df int) ChiSquareTest { return ChiSquareTest{x, df, chiSquareTail(x, df)} }

// report turns the estimate back into the covariates' own units.
func (d *coxData) report(f *CoxFit, names []string, beta []float64, at likelihood, inverse [][]float64, level float64) {
	f.LogLik = at.value
	f.LikelihoodRatio = test(2*(f.LogLik-f.LogLikNull), d.p)
	f.Wald = test(quadratic(at.info, beta), d.p)
	f.Covariance = square(d.p)
	z := stat.Critical(level)
	for i := range d.p {
		for j := range d.p {
			f.Covariance[i][j] = inverse[i][j] / (d.scale[i] * d.scale[j])
		}
		c := Coefficient{Name: names[i], Value: beta[i] / d.scale[i], StandardError: math.Sqrt(f.Covariance[i][i])}
		c.Z = c.Value / c.StandardError
		c.P = stat.TwoSided(c.Z)
		c.HazardRatio = math.Exp(c.Value)
		c.Low, c.High = math.Exp(c.Value-z*c.StandardError), math.Exp(c.Value+z*c.StandardError)
		f.Coefficients = append(f.Coefficients, c)
	}
	f.Concordance, f.HasConcordance = d.concordance(d.predictor(beta))
	d.schoenfeld(f, beta)
}
