package score

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// A FactorMethod names how the one factor behind omega was fitted; omega differs with it.
type FactorMethod uint8

// The methods.
const (
	// MaximumLikelihood is the fit of R's factanal, uniquenesses at least 0.005.
	MaximumLikelihood FactorMethod = iota + 1
	// MinimumResidual minimises the squared residual correlations, as psych's fa does
	// by default.
	MinimumResidual
)

var factorMethodNames = [...]string{"unset", "maximum-likelihood", "minimum-residual"}

// String is the method's name, "unset" for the zero value.
func (m FactorMethod) String() string { return enumText(factorMethodNames[:], uint8(m)) }

// MarshalText writes the name; the zero value and unknown methods are errors.
func (m FactorMethod) MarshalText() ([]byte, error) {
	return enumMarshal("factor method", factorMethodNames[:], 1, uint8(m))
}

// UnmarshalText reads a name.
func (m *FactorMethod) UnmarshalText(text []byte) error {
	return enumUnmarshal("factor method", factorMethodNames[:], 1, text, (*uint8)(m))
}

// An Omega is McDonald's omega of a one-factor model of the standardised items. It has
// no interval: one would need the rows, by resampling.
type Omega struct {
	Value        float64      `json:"value"` // (Σ loadings)² / ((Σ loadings)² + Σ uniquenesses)
	Method       FactorMethod `json:"method"`
	N            int64        `json:"n"`
	Loadings     []float64    `json:"loadings"`     // by item, their sum not negative
	Uniquenesses []float64    `json:"uniquenesses"` // by item, of the correlation matrix
	// Heywood says that a uniqueness stands at its lower bound of 0.005: one item is
	// taken to be the factor itself, and omega deserves doubt.
	Heywood    bool `json:"heywood"`
	Iterations int  `json:"iterations"`
}

const (
	leastUniqueness = 0.005
	mostSteps       = 20_000
)

// Omega fits one factor to the correlations of the columns. Fewer than three items, one
// respondent, or a constant item (which is named) is [ErrUndefined], no respondent
// [ErrNoData], an unset method [ErrOutOfRange]; a fit that does not settle is
// [ErrNotConverged].
//
// Both fits solve diag(R) = loadings² + uniquenesses with the loadings that are best
// for given uniquenesses, which is where their gradients are zero.
//
// Source: McDonald, "Test Theory", 1999, equation 6.20b; Jöreskog, Psychometrika 32 (1967)
// 443-482, for maximum likelihood; Harman and Jones, Psychometrika 31 (1966) 351-368, for
// minimum residuals.
func (c *Comoments) Omega(method FactorMethod) (Omega, error) {
	if method < MaximumLikelihood || method > MinimumResidual {
		return Omega{}, fault(ErrOutOfRange, "method", method.String(), "no such method")
	}
	cov, err := c.scale("omega", 3)
	if err != nil {
		return Omega{}, err
	}
	cor := correlations(cov)
	o := Omega{Method: method, N: c.n, Uniquenesses: startUniquenesses(cor)}
	step := principalStep
	if method == MaximumLikelihood {
		step = likelihoodStep
	}
	settled := false
	for o.Iterations < mostSteps && !settled {
		o.Iterations++
		var ok bool
		if o.Loadings, ok = step(cor, o.Uniquenesses); !ok {
			return Omega{}, faultInt(ErrNotConverged, "iterations", int64(o.Iterations), "the eigenvectors were not found")
		}
		moved := 0.0
		for i, l := range o.Loadings {
			next := max(1-l*l, leastUniqueness)
			if method == MinimumResidual {
				next = min(next, 1)
			}
			moved = max(moved, math.Abs(next-o.Uniquenesses[i]))
			o.Uniquenesses[i] = next
		}
		settled = moved < 1e-12
	}
	if !settled {
		return Omega{}, faultInt(ErrNotConverged, "iterations", int64(o.Iterations), "the uniquenesses still move")
	}
	o.finish()
	return o, nil
}

func (o *Omega) finish() {
	sum, unique := 0.0, 0.0
	for i, l := range o.Loadings {
		sum += l
		unique += o.Uniquenesses[i]
		o.Heywood = o.Heywood || o.Uniquenesses[i] <= leastUniqueness
	}
	if sum < 0 {
		for i := range o.Loadings {
			o.Loadings[i] = -o.Loadings[i]
		}
	}
	o.Value = sum * sum / (sum*sum + unique)
}

// startUniquenesses is one minus half the largest correlation of each item: inside the
// bounds whatever the matrix.
func startUniquenesses(cor [][]float64) []float64 {
	psi := make([]float64, len(cor))
	for i := range cor {
		best := 0.0
		for j := range cor {
			if j != i {
				best = max(best, math.Abs(cor[i][j]))
			}
		}
		psi[i] = max(1-best, 0.1)
	}
	return psi
}

// likelihoodStep gives the loadings of highest likelihood for the uniquenesses: psi^½ v
// sqrt(theta - 1) with the first eigenpair of psi^-½ R psi^-½ (Jöreskog 1967, eq. 21).
func likelihoodStep(cor [][]float64, psi []float64) ([]float64, bool) {
	return leading(cor, func(i, j int, r float64) float64 { return r / math.Sqrt(psi[i]*psi[j]) },
		func(i int, value, v float64) float64 { return math.Sqrt(psi[i]*max(0, value-1)) * v })
}

// principalStep gives the loadings of least squared residuals for the uniquenesses: the
// first eigenpair of R with communalities on its diagonal.
func principalStep(cor [][]float64, psi []float64) ([]float64, bool) {
	return leading(cor, func(i, j int, r float64) float64 {
		if i == j {
			return r - psi[i]
		}
		return r
	}, func(_ int, value, v float64) float64 { return math.Sqrt(max(0, value)) * v })
}

func leading(cor [][]float64, cell func(i, j int, r float64) float64, loading func(i int, value, v float64) float64) ([]float64, bool) {
	k := len(cor)
	m := mat.NewSymDense(k, nil)
	for i := range cor {
		for j := i; j < k; j++ {
			m.SetSym(i, j, cell(i, j, cor[i][j]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(m, true) {
		return nil, false
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	value := eigen.Values(nil)[k-1] // ascending
	out := make([]float64, k)
	for i := range out {
		out[i] = loading(i, value, vectors.At(i, k-1))
	}
	return out, true
}
