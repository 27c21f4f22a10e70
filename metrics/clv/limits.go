package clv

// The thresholds at which an estimate is described as being at an edge. They choose words only;
// the status comes from the curvature of the likelihood.
const (
	edgeShare = 0.01 // customers who would have dropped out or bought, as a share
	edgeLarge = 1e4  // a shape or precision parameter beyond which nothing varies
	edgeSmall = 1e-3
)

// buyingLimits says in words at which edge a gamma distribution of buying rates lies.
func buyingLimits(r, alpha float64, g *grid) []Finding {
	var out []Finding
	switch {
	case g.repeats() == 0:
		out = append(out, Finding{NobodyReturns, "no customer has a repeat purchase, so the buying rate goes to 0"})
	case r/alpha*g.typicalAge() < edgeSmall*edgeShare:
		out = append(out, Finding{NobodyReturns, "hardly anybody buys again, so the buying rate goes to 0"})
	case r > edgeLarge:
		out = append(out, Finding{EqualBuying, "buying rates do not vary between customers (r and alpha grow together, only their ratio matters)"})
	}
	if g.xs[0] > 0 {
		out = append(out, Finding{OnlyRepeaters, "there is no customer without a repeat purchase: if they were left out, every estimate is wrong, so put them back"})
	}
	return out
}

func geometricLimits(m betaGeometric, g *grid) []Finding {
	out := buyingLimits(m.r, m.alpha, g)
	share := m.a / (m.a + m.b)
	chances := g.repeats()/g.n + m.extra
	switch {
	case chances == 0:
		out = append(out, Finding{NobodyLeaves, "without a repeat purchase there was no chance to drop out, so a and b are not touched by the data"})
	case share*chances < edgeShare:
		out = append(out, Finding{NobodyLeaves, "dropout is not identified: next to nobody is seen to leave (a/(a+b) is near 0)"})
	case m.a+m.b > edgeLarge:
		out = append(out, Finding{EqualDropout, "the dropout probability does not vary between customers (a and b grow together, only their ratio matters)"})
	case m.a+m.b < edgeSmall:
		out = append(out, Finding{AllOrNothing, "customers either leave at their first chance or never (a and b are both near 0)"})
	}
	return out
}

func paretoLimits(m ParetoNBD, g *grid) []Finding {
	out := buyingLimits(m.R, m.Alpha, g)
	rate := m.S / m.Beta * g.typicalAge()
	switch {
	case rate < edgeShare:
		out = append(out, Finding{NobodyLeaves, "dropout is not identified: next to nobody is seen to leave (s/beta is near 0)"})
	case m.S > edgeLarge:
		out = append(out, Finding{EqualDropout, "the dropout rate does not vary between customers (s and beta grow together, only their ratio matters)"})
	case m.S < edgeSmall:
		out = append(out, Finding{AllOrNothing, "customers either leave at once or never (s is near 0)"})
	}
	return out
}

func opportunityLimits(m BGBB, g *grid) []Finding {
	var out []Finding
	switch {
	case g.repeats() == 0:
		out = append(out, Finding{NobodyReturns, "no customer has a repeat purchase, so the buying probability goes to 0"})
	case m.Alpha+m.Beta > edgeLarge:
		out = append(out, Finding{EqualBuying, "the buying probability does not vary between customers (alpha and beta grow together)"})
	case m.Alpha+m.Beta < edgeSmall:
		out = append(out, Finding{AllOrNothing, "customers buy either at every opportunity or never (alpha and beta are both near 0)"})
	}
	if g.xs[0] > 0 {
		out = append(out, Finding{OnlyRepeaters, "there is no customer without a repeat purchase: if they were left out, every estimate is wrong, so put them back"})
	}
	switch {
	case m.Gamma/(m.Gamma+m.Delta)*g.typicalAge() < edgeShare:
		out = append(out, Finding{NobodyLeaves, "dropout is not identified: next to nobody is seen to leave (gamma/(gamma+delta) is near 0)"})
	case m.Gamma+m.Delta > edgeLarge:
		out = append(out, Finding{EqualDropout, "the dropout probability does not vary between customers (gamma and delta grow together)"})
	}
	return out
}

func contractLimits(a, b float64, data *Renewals) []Finding {
	var lost float64
	for _, v := range data.lost {
		lost += v
	}
	var out []Finding
	switch {
	case lost == 0:
		out = append(out, Finding{NobodyLeaves, "nobody left, so the probability of leaving goes to 0"})
	case lost == data.total && data.lastPeriod() == 1:
		out = append(out, Finding{EverybodyLeaves, "everybody left at the first renewal, so the probability of leaving goes to 1"})
	case a+b > edgeLarge:
		out = append(out, Finding{EqualDropout, "the probability of leaving does not vary between customers (alpha and beta grow together)"})
	case a+b < edgeSmall:
		out = append(out, Finding{AllOrNothing, "customers leave at once or never (alpha and beta are both near 0)"})
	}
	return out
}

func spendLimits(m GammaGamma) []Finding {
	var out []Finding
	if m.Q > edgeLarge {
		out = append(out, Finding{EqualSpend, "mean spend does not vary between customers (q and v grow together)"})
	}
	if m.P > edgeLarge {
		out = append(out, Finding{EqualSpend, "a customer's purchases are all alike (p is very large)"})
	}
	if m.Q <= 1 {
		out = append(out, Finding{NoMeanSpend, "q is at most 1, so the mean spend over all customers does not exist; those of customers with purchases do"})
	}
	return out
}
