package clv

// Summary is all that the transaction models need to know of one customer, the literature's
// (x, t_x, T). Time runs from the first purchase, which is not counted, in the unit of the
// model or collection that the summary is given to; In converts it.
//
// "Frequency" in this literature is the number of repeat purchases, and "recency" the age at
// the last one, not the time since.
type Summary struct {
	// X is the number of repeat purchases (x): occasions after the first, so a customer who
	// bought once has 0. Several purchases at one time are one occasion; the caller decides
	// whether that is an instant or a day.
	X int
	// TX is the age at the last repeat purchase (t_x), 0 when X is 0. Greater than 0 and at
	// most T otherwise.
	TX float64
	// T is the age at the end of the observation: the time since the first purchase. Times are 0 or
	// between 1e-15 and 1e15.
	T float64
}

// maxRepeats bounds the number of repeat purchases: once a second for more than 30 years.
const maxRepeats = 1 << 30

// Check reports what is impossible about the summary, as a SummaryError, or nil.
func (s Summary) Check() error {
	why := ""
	switch {
	case s.X < 0 || s.X > maxRepeats:
		why = "the number of repeat purchases is not between 0 and 2^30"
	case !possibleTime(s.T) || !possibleTime(s.TX):
		why = "a time is negative, not a number, or not 0 and beyond 1e-15 to 1e15"
	case s.TX > s.T:
		why = "the last purchase is after the end of the observation"
	case s.X == 0 && s.TX != 0:
		why = "a customer without a repeat purchase has no last one"
	case s.X > 0 && s.TX == 0:
		why = "repeat purchases at age 0 belong to the first purchase"
	default:
		return nil
	}
	return &SummaryError{Summary: s, Why: why}
}

// possibleTime keeps times where their squares neither overflow nor vanish.
func possibleTime(t float64) bool { return t == 0 || t >= 1e-15 && t <= 1e15 }

// In is the summary with its times converted from one unit to another. An invalid unit
// gives times that Check refuses.
func (s Summary) In(from, to Unit) Summary {
	if from == to {
		return s
	}
	ratio := from.Days() / to.Days()
	return Summary{X: s.X, TX: s.TX * ratio, T: s.T * ratio}
}
