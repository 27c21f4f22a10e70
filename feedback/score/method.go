package score

// A Method names how an interval was made, so that two reports can be compared. The
// names are those of the metrics wing where both have one.
type Method uint8

// The methods. For proportions: [Wald], [Wilson], [WilsonContinuity],
// [ClopperPearson], [Jeffreys], [JeffreysEqualTailed] and [AgrestiCoull]. For the net
// promoter score: [Wald], [AdjustedWald] and [Score]. For differences of
// proportions: [Newcombe]. For means: [StudentT] and [AllAlike]. For weighted samples:
// [Linearised], [Kish] and [EffectiveScore]. For alpha: [Feldt]. For anchored scores: [Delta].
// For ridits: [Placements]. For figures without a formula: [GroupJackknife].
const (
	// Auto lets the figure choose; the estimate names the choice. For the net promoter
	// score it is [Score] below 20 answers or with an empty class and [AdjustedWald]
	// otherwise; for proportions [Wilson]; for means [StudentT], or [AllAlike] where
	// every answer is the same; for weighted samples [Linearised], or
	// [EffectiveScore] below 20 answers or with an empty class.
	Auto Method = iota
	// Wald is the estimate ± z standard errors. No width where everybody agrees.
	Wald
	// Wilson is the score interval of a proportion (Wilson 1927).
	Wilson
	// WilsonContinuity is Wilson with continuity correction (Newcombe 1998, method 4).
	WilsonContinuity
	// ClopperPearson is the exact interval of a proportion (1934); it covers at least
	// its level and is the widest.
	ClopperPearson
	// Jeffreys is the interval of the Beta(1/2, 1/2) posterior, with the end 0 where
	// nobody and 1 where everybody agrees (Brown, Cai and DasGupta 2001).
	Jeffreys
	// JeffreysEqualTailed is the same posterior's interval with both tails equal always,
	// so that it misses an estimate of 0 or 1.
	JeffreysEqualTailed
	// AgrestiCoull is Wald around a shrunken proportion (1998).
	AgrestiCoull
	// AdjustedWald adds 3/4 promoters, 3/2 passives and 3/4 detractors before Wald
	// (Rocks 2016).
	AdjustedWald
	// Score inverts the score test of a three-class answer (Tango 1998).
	Score
	// Newcombe joins two Wilson intervals to one for their difference (Newcombe 1998,
	// method 10).
	Newcombe
	// StudentT is the mean ± t standard errors.
	StudentT
	// AllAlike is the interval of a mean on a closed scale when every answer is the
	// same: with n equal answers at most 1 - (α/2)^(1/n) of the people answer
	// otherwise (the exact binomial bound), and they are put at the ends of the scale.
	// It covers at least its level.
	AllAlike
	// Kish is Wald with the effective sample size of the weights (Kish 1965).
	Kish
	// Linearised is Wald with the linearised (Taylor) variance of a ratio of weighted
	// sums with the factor n/(n-1), as R's survey package has it (Särndal, Swensson
	// and Wretman 1992, section 5.6; Lumley 2004).
	Linearised
	// EffectiveScore is Score with the weighted shares at the effective sample size of
	// the weights.
	EffectiveScore
	// Feldt is the F interval of Cronbach's alpha (Feldt 1965).
	Feldt
	// Delta is Wald with the first-order variance of a function of estimates.
	Delta
	// Placements is Wald with the variance of two samples' placements among each other
	// (DeLong, DeLong and Clarke-Pearson 1988).
	Placements
	// GroupJackknife is the value ± t standard errors from leaving out one random group of
	// respondents at a time, degrees of freedom one less than groups (Kott 2001).
	GroupJackknife
)

var methodNames = [...]string{
	"auto", "wald", "wilson", "wilson-continuity", "clopper-pearson", "jeffreys", "jeffreys-equal-tailed", "agresti-coull",
	"adjusted-wald", "score", "newcombe", "student-t", "all-alike", "kish", "linearised", "effective-score", "feldt", "delta", "placements",
	"group-jackknife",
}

// String is the method's name, "auto" for the zero value.
func (m Method) String() string { return enumText(methodNames[:], uint8(m)) }

// MarshalText writes the name; an unknown method is an error.
func (m Method) MarshalText() ([]byte, error) {
	return enumMarshal("method", methodNames[:], 0, uint8(m))
}

// UnmarshalText reads a name.
func (m *Method) UnmarshalText(text []byte) error {
	return enumUnmarshal("method", methodNames[:], 0, text, (*uint8)(m))
}

// A Test names how two samples were tested for a difference.
type Test uint8

// The tests.
const (
	// AutoTest lets the comparison choose: [NMinusOne] for proportions with every
	// expected count at least 1 and [Fisher] below (Campbell 2007), [AdjustedZ] for the
	// net promoter score, [WelchT] for means and [UnpooledZ] for the rest.
	AutoTest Test = iota
	// UnpooledZ is the difference over the standard error from both samples' own
	// variances.
	UnpooledZ
	// AdjustedZ is UnpooledZ after 3/4, 3/2 and 3/4 were added to each sample's
	// promoters, passives and detractors.
	AdjustedZ
	// PooledZ is the usual z test of two proportions, variance pooled, no continuity
	// correction.
	PooledZ
	// NMinusOne is PooledZ times sqrt((N-1)/N) (E. Pearson 1947; Campbell 2007).
	NMinusOne
	// Fisher is Fisher's exact test, two-sided by Irwin's rule.
	Fisher
	// WelchT is the t test without equal variances, degrees of freedom by Satterthwaite.
	WelchT
)

var testNames = [...]string{"auto", "unpooled-z", "adjusted-z", "pooled-z", "n-minus-one", "fisher", "welch-t"}

// String is the test's name, "auto" for the zero value.
func (t Test) String() string { return enumText(testNames[:], uint8(t)) }

// MarshalText writes the name; an unknown test is an error.
func (t Test) MarshalText() ([]byte, error) {
	return enumMarshal("test", testNames[:], 0, uint8(t))
}

// UnmarshalText reads a name.
func (t *Test) UnmarshalText(text []byte) error {
	return enumUnmarshal("test", testNames[:], 0, text, (*uint8)(t))
}
