package stat

// KishN is the effective sample size of a weighted sample, (sum of weights)^2 over
// the sum of squared weights (Kish, "Survey Sampling", 1965, section 11.7). NaN
// when every weight is zero.
func KishN(sumW, sumWW float64) float64 {
	if !(sumWW > 0) {
		return nan
	}
	return sumW * sumW / sumWW
}

// ThreePointVariance is the variance of an answer worth +1, 0 or -1 with the
// shares up and down: up + down - (up - down)^2.
func ThreePointVariance(up, down float64) float64 {
	// up(1-up) + down(1-down) + 2 up down has no cancellation.
	return up*(1-up) + down*(1-down) + 2*up*down
}
