package score

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
	Iterations int  `json:"iterations"` // evaluations of the loss, from all starts
}

const leastUniqueness = 0.005

// Omega fits one factor to the correlations of the columns. Fewer than three items, one
// respondent, or a constant item (which is named) is [ErrUndefined], no respondent
// [ErrNoData], an unset method [ErrOutOfRange]; a fit that does not settle is
// [ErrNotConverged].
//
// Both fits minimise their loss over the uniquenesses, with the loadings that are best for
// them, by Newton's method within the bounds; of several minima, which there are where no
// factor stands out, the lowest that was found from several starts; one without a uniqueness
// at its bound goes first.
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
	f := likelihoodFit(cor)
	if method == MinimumResidual {
		f = residualFit(cor)
	}
	p, err := f.best()
	if err != nil {
		return Omega{}, err
	}
	o := Omega{Method: method, N: c.n, Uniquenesses: p.psi, Loadings: f.loadings(p), Iterations: f.steps}
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
