package clv

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
)

// Status says what an estimate is worth. It is never the zero value in a Fit.
type Status uint8

// The verdicts on a fit.
const (
	// Converged is a maximum inside the parameter space with a usable curvature.
	Converged Status = iota + 1
	// Boundary is a likelihood that keeps rising (or stays level) as parameters go to 0 or to
	// infinity: the estimate is a limit, the parameters shown are merely far out on the way
	// there, and there are no standard errors.
	Boundary
	// NotIdentified is a maximum in a direction of which the data say next to nothing: other
	// parameters, tens of times larger or smaller, fit as well. The covariance exists and says so:
	// intervals for what the data do determine stay narrow, those for the rest are vast.
	NotIdentified
	// TooFew is a maximum that rests on fewer than ten customers for each parameter. The covariance
	// exists, but its theory is one of many customers.
	TooFew
)

var statusNames = [...]string{"", "converged", "boundary", "not identified", "too few"}

// String is the status in words: "not identified".
func (s Status) String() string {
	if s < Converged || s > TooFew {
		return fmt.Sprintf("Status(%d)", uint8(s))
	}
	return statusNames[s]
}

// MarshalText writes the status in words.
func (s Status) MarshalText() ([]byte, error) {
	if s < Converged || s > TooFew {
		return nil, &ParameterError{Name: "status", Value: float64(s), Want: "one of the named statuses"}
	}
	return []byte(statusNames[s]), nil
}

// UnmarshalText reads a status in words.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if i > 0 && name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("%w: %q is no status", ErrParameter, clip(string(text)))
}

// Fit is an estimated model together with everything that says how far it can be trusted.
// Look at Status before the numbers.
type Fit[M Estimable[M]] struct {
	// Model is the estimate.
	Model M
	// LogLik is the log-likelihood of the data in their own unit of time. In a unit k times
	// longer it is larger by the number of repeat purchases times ln k, so that only values in
	// one unit compare.
	LogLik float64
	// LogPrior is the log density of the priors at the estimate, up to their constants; 0
	// without priors. LogLik does not include it.
	LogPrior float64
	// Customers is the number of customers, or the sum of their weights.
	Customers float64
	// Patterns is the number of distinct patterns.
	Patterns int
	// Gradient is the slope of the objective in each parameter on the estimation scale (the
	// logarithm of a positive parameter) where it was last evaluated.
	Gradient []float64
	// Decrement is the gain in log-likelihood that one more Newton step promised.
	Decrement float64
	// Evaluations counts the evaluations of likelihood, gradient and Hessian.
	Evaluations int
	// Status is the verdict, Findings the reasons for it in words; see also Verdict.
	Status   Status
	Findings []Finding
	// Covariance is the asymptotic covariance of the parameters, the inverse of the observed
	// information carried to the parameters' own scale by the delta method. StandardErrors are
	// the roots of its diagonal. Both are nil when Status is Boundary.
	Covariance     [][]float64
	StandardErrors []float64

	scaleCov *mat.SymDense // covariance on the estimation scale
}

// The thresholds of the diagnosis, in standard deviations of a parameter combination on the
// estimation scale (a factor e is 1).
const (
	levelSD = 30  // beyond: the likelihood is level to the edge
	vagueSD = 1.6 // beyond: a factor of five either way is within one standard error
)

// enoughCustomers is the number of customers for each parameter from which a fit is not called
// TooFew, the customary least number of events per variable (Peduzzi et al., Journal of Clinical
// Epidemiology 49, 1996).
const enoughCustomers = 10

// diagnose judges the curvature at the end of the search.
func (f *Fit[M]) diagnose(res newton.Result, limits func(M) []Finding) {
	n := len(res.X)
	info := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			info.SetSym(i, j, -res.Hessian.At(i, j))
		}
	}
	var eig mat.EigenSym
	ok := eig.Factorize(info, true)
	values := make([]float64, n)
	worst := math.Inf(1)
	var direction []float64
	if ok {
		eig.Values(values)
		var vectors mat.Dense
		eig.VectorsTo(&vectors)
		direction = mat.Col(nil, 0, &vectors)
		if values[0] > 0 {
			worst = 1 / math.Sqrt(values[0])
		}
	}
	if limits != nil {
		f.Findings = limits(f.Model)
	}
	ps := f.Model.Parameters()
	few := f.Customers < float64(enoughCustomers*n)
	if few {
		f.Findings = append(f.Findings, Finding{FewCustomers, fmt.Sprintf("%g customers are too few for %d parameters", f.Customers, n)})
	}
	switch {
	case !ok || !res.Stopped || worst > levelSD:
		f.Status = Boundary
		f.Findings = append(f.Findings, Finding{Level, "the likelihood has no maximum inside the parameter space: it is level towards " + describe(ps, direction)})
		return
	case worst > vagueSD:
		f.Status = NotIdentified
		f.Findings = append(f.Findings, Finding{Vague, fmt.Sprintf("the data say next to nothing about %s: a factor of %.3g either way is within one standard error", describe(ps, direction), math.Exp(worst))})
	case few:
		f.Status = TooFew
	default:
		f.Status = Converged
	}
	f.covariance(info, ps)
}

func (f *Fit[M]) covariance(info *mat.SymDense, ps []Parameter) {
	n := len(ps)
	var chol mat.Cholesky
	cov := mat.NewSymDense(n, nil)
	if !chol.Factorize(info) || chol.InverseTo(cov) != nil {
		return
	}
	f.scaleCov = cov
	f.Covariance = make([][]float64, n)
	f.StandardErrors = make([]float64, n)
	for i := range n {
		f.Covariance[i] = make([]float64, n)
		for j := range n {
			f.Covariance[i][j] = slopeOf(ps[i]) * slopeOf(ps[j]) * cov.At(min(i, j), max(i, j))
		}
		f.StandardErrors[i] = math.Sqrt(f.Covariance[i][i])
	}
}

// slopeOf is the derivative of the parameter in its estimation scale.
func slopeOf(p Parameter) float64 {
	if p.Positive {
		return p.Value
	}
	return 1
}

// describe names the parameters that a direction moves.
func describe(ps []Parameter, direction []float64) string {
	var largest float64
	for _, d := range direction {
		largest = math.Max(largest, math.Abs(d))
	}
	var names []string
	for i, d := range direction {
		if math.Abs(d) > 0.3*largest {
			names = append(names, ps[i].Name)
		}
	}
	if len(names) == 0 {
		return "the edge"
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " together"
}

// Verdict is the status and its reasons as sentences for a reader who is no statistician.
func (f Fit[M]) Verdict() string {
	head := map[Status]string{
		Converged:     "The fit converged: the data determine every parameter.",
		Boundary:      "The fit lies on the boundary: the data push parameters to a limit, so there are no standard errors.",
		NotIdentified: "The model is not identified by these data: do not read its parameters one by one.",
		TooFew:        "There are too few customers for this model.",
	}[f.Status]
	for _, why := range f.Findings {
		head += " " + strings.ToUpper(why.Text[:1]) + why.Text[1:] + "."
	}
	return head
}

// Has says whether a finding has the cause.
func (f Fit[M]) Has(c Cause) bool {
	for _, why := range f.Findings {
		if why.Cause == c {
			return true
		}
	}
	return false
}

// AIC is Akaike's information criterion, comparable only within one unit of time and one set
// of customers; smaller is better.
func (f Fit[M]) AIC() float64 { return 2*float64(len(f.Model.Parameters())) - 2*f.LogLik }

// BIC is Schwarz's information criterion with the number of customers as sample size.
func (f Fit[M]) BIC() float64 {
	return math.Log(f.Customers)*float64(len(f.Model.Parameters())) - 2*f.LogLik
}

// Scale is the scale on which an interval is built, so that its ends stay possible.
type Scale uint8

// The scales of intervals.
const (
	// Identity is for any real quantity: the interval is symmetric.
	Identity Scale = iota + 1
	// Positive is for positive quantities such as expectations: built on the logarithm.
	Positive
	// Proportion is for probabilities: built on the log odds.
	Proportion
)

// String is the scale's name.
func (s Scale) String() string {
	switch s {
	case Identity:
		return "identity"
	case Positive:
		return "positive"
	case Proportion:
		return "proportion"
	}
	return fmt.Sprintf("Scale(%d)", uint8(s))
}

// MarshalText writes the scale's name.
func (s Scale) MarshalText() ([]byte, error) {
	if s < Identity || s > Proportion {
		return nil, &ParameterError{Name: "scale", Value: float64(s), Want: "one of the named scales"}
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a scale's name.
func (s *Scale) UnmarshalText(text []byte) error {
	for _, v := range []Scale{Identity, Positive, Proportion} {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("%w: %q is no scale", ErrParameter, clip(string(text)))
}

// Interval is an estimate with a confidence interval by the delta method. It reflects
// what the data leave open about the parameters, not the luck of one customer.
type Interval struct {
	// Estimate is the value at the estimated parameters.
	Estimate float64
	// Low and High are the ends.
	Low, High float64
	// SE is the standard error on the estimate's own scale.
	SE float64
	// Confidence is the asked confidence, such as 0.95.
	Confidence float64
}

// ParameterIntervals gives an interval for each parameter, built on its estimation scale.
// It is ErrNoFit when the fit has no covariance, and ErrParameter unless confidence lies
// between 0 and 1.
func (f Fit[M]) ParameterIntervals(confidence float64) ([]Interval, error) {
	z, err := f.quantile(confidence)
	if err != nil {
		return nil, err
	}
	out := make([]Interval, 0, len(f.StandardErrors))
	for i, p := range f.Model.Parameters() {
		half := z * math.Sqrt(f.scaleCov.At(i, i))
		iv := Interval{Estimate: p.Value, Low: p.Value - half, High: p.Value + half, SE: f.StandardErrors[i], Confidence: confidence}
		if p.Positive {
			iv.Low, iv.High = p.Value*math.Exp(-half), p.Value*math.Exp(half)
		}
		out = append(out, iv)
	}
	return out, nil
}

func (f Fit[M]) quantile(confidence float64) (float64, error) {
	if f.scaleCov == nil {
		return 0, fmt.Errorf("%w: no covariance, status %s", ErrNoFit, f.Status)
	}
	if !(confidence > 0 && confidence < 1) {
		return 0, &ParameterError{Name: "confidence", Value: confidence, Want: "between 0 and 1"}
	}
	return normalQuantile(confidence), nil
}

func normalQuantile(confidence float64) float64 {
	return distuv.UnitNormal.Quantile((1 + confidence) / 2)
}

// The step of the numerical derivatives of a prediction on the estimation scale; the
// five-point formula leaves an error of its fourth power.
const predictionStep = 1e-3

// Interval gives a delta-method interval for any smooth function of the model, such as one
// customer's P(alive):
//
//	fit.Interval(0.95, clv.Proportion, func(m clv.BGNBD) (float64, error) { return m.PAlive(s) })
//
// The derivatives of the prediction are taken by central differences of fourth order on the
// estimation scale. It is ErrNoFit when the fit has no covariance, ErrParameter for a
// confidence outside (0, 1), and whatever error the function gives. An estimate at the end of
// its scale (0 for Positive; 0 or 1 for Proportion) has the interval of that one point.
func (f Fit[M]) Interval(confidence float64, scale Scale, predict func(M) (float64, error)) (Interval, error) {
	z, err := f.quantile(confidence)
	if err != nil {
		return Interval{}, err
	}
	centre, err := predict(f.Model)
	if err != nil {
		return Interval{}, err
	}
	x := toScale(f.Model)
	slope := make([]float64, len(x))
	for i := range x {
		if slope[i], err = f.partial(x, i, predict); err != nil {
			return Interval{}, err
		}
	}
	v := mat.NewVecDense(len(x), slope)
	se := math.Sqrt(math.Max(0, mat.Inner(v, f.scaleCov, v)))
	return onScale(centre, se, confidence, z, scale)
}

func (f Fit[M]) partial(x []float64, i int, predict func(M) (float64, error)) (float64, error) {
	at := append([]float64(nil), x...)
	var d float64
	for _, p := range [...]struct{ k, c float64 }{{-2, 1}, {-1, -8}, {1, 8}, {2, -1}} {
		at[i] = x[i] + p.k*predictionStep
		v, err := predict(fromScale(f.Model, at))
		if err != nil {
			return 0, err
		}
		d += p.c * v
	}
	return d / (12 * predictionStep), nil
}
