package stat

import "math"

// ErlangB is the share of calls that find all servers busy and are lost, for an
// offered load in erlangs (above zero) and a number of servers (zero or more). The
// recursion B(n) = a B(n-1) / (n + a B(n-1)) has no factorial and cannot overflow
// (Jagerman, "Some properties of the Erlang loss function", Bell System Technical
// Journal 53 (1974) 525-551; Cooper, "Introduction to Queueing Theory", 2nd ed.).
func ErlangB(load float64, servers int) float64 {
	if !(load >= 0) || math.IsInf(load, 1) || servers < 0 {
		return nan
	}
	b := 1.0
	for n := 1; n <= servers; n++ {
		b = load * b / (float64(n) + load*b)
	}
	return b
}

// ErlangC is the share of calls that have to wait when nobody hangs up. A load at or
// above the number of servers has no steady state: NaN.
func ErlangC(load float64, servers int) float64 {
	if !(load >= 0 && load < float64(servers)) {
		return nan
	}
	return erlangCofB(ErlangB(load, servers), load, servers)
}

func erlangCofB(b, load float64, servers int) float64 {
	return b / (1 - load/float64(servers)*(1-b))
}

// ErlangCWithin is the share of calls answered within t, for a mean handle time in
// the same unit: 1 - C exp(-(servers - load) t / handle).
func ErlangCWithin(load float64, servers int, handle, t float64) float64 {
	return 1 - ErlangC(load, servers)*math.Exp(-(float64(servers)-load)*t/handle)
}

// ErlangCWait is the mean wait over all calls, C handle / (servers - load).
func ErlangCWait(load float64, servers int, handle float64) float64 {
	return ErlangC(load, servers) * handle / (float64(servers) - load)
}

// ErlangCServers is the smallest number of servers that answers at least the share
// target (in [0, 1)) of calls within t, found in one run of the recursion. ok is
// false when an argument is out of range or more than limit servers are needed.
func ErlangCServers(load, handle, t, target float64, limit int) (servers int, ok bool) {
	if !(load > 0 && handle > 0 && t >= 0 && target >= 0 && target < 1) || math.IsInf(load, 1) {
		return 0, false
	}
	b := 1.0
	for n := 1; n <= limit; n++ {
		b = load * b / (float64(n) + load*b)
		if load >= float64(n) {
			continue
		}
		if 1-erlangCofB(b, load, n)*math.Exp(-(float64(n)-load)*t/handle) >= target {
			return n, true
		}
	}
	return 0, false
}

// ErlangA is the queue in which waiting callers lose patience after an exponential
// time (M/M/n+M: Palm 1957; in the form of Zeltyn and Mandelbaum, "Call centers with
// impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing
// Systems 51 (2005), section 3, with exponential patience). It has a steady state at
// any load.
type ErlangA struct {
	Wait    float64 // share of calls that find all servers busy
	Abandon float64 // share of calls that hang up
	Mean    float64 // mean time in queue over all calls, in the unit of handle
	Within  float64 // share of all calls answered within t
}

// NewErlangA solves the queue for a load in erlangs, a number of servers of at least
// one, and the mean handle time, mean patience and threshold t in one unit. ok is
// false when an argument is out of range or the series does not end.
//
// With L calls and n servers of rate m, patience of rate k, the building blocks are
//
//	E    = sum_{j<n} of ratios of the first n states = 1 / ErlangB(load, n-1)
//	J(t) = integral from t of exp(L (1-exp(-k u))/k - n m u) du
//	     = (1/k) exp(y (1-q) - x k t) S(x, y q),  x = n m / k, y = L / k, q = exp(-k t)
//	S    = sum_{i>=0} (y q)^i / (x (x+1) ... (x+i)), all terms positive
func NewErlangA(load float64, servers int, handle, patience, t float64) (a ErlangA, ok bool) {
	if !(load > 0 && handle > 0 && patience > 0 && t >= 0) || servers < 1 ||
		math.IsInf(load+handle+patience+t, 1) {
		return ErlangA{}, false
	}
	calls, rate, k := load/handle, float64(servers)/handle, 1/patience
	log0, ok0 := logWaitIntegral(calls, rate, k, 0)
	logT, okT := logWaitIntegral(calls, rate, k, t)
	if !ok0 || !okT {
		return ErlangA{}, false
	}
	// An overloaded queue makes J larger than a float64: everything is scaled by it.
	scale := math.Max(0, log0)
	j0, jt, one := math.Exp(log0-scale), math.Exp(logT-scale), math.Exp(-scale)
	all := one/ErlangB(load, servers-1) + calls*j0
	late := (rate*jt - math.Exp(drift(calls, rate, k, t)-scale)) / all // answered after t
	a.Wait = calls * j0 / all
	a.Abandon = math.Max(0, (one+(calls-rate)*j0)/all)
	a.Mean = a.Abandon / k
	a.Within = math.Min(1, math.Max(0, 1-a.Abandon-math.Max(0, late)))
	return a, !math.IsNaN(a.Wait + a.Abandon + a.Within)
}

// drift is the exponent of the integrand at t.
func drift(calls, rate, k, t float64) float64 { return calls/k*-math.Expm1(-k*t) - rate*t }

// logWaitIntegral is log J(t); the series is rescaled on the way so that it cannot
// overflow.
func logWaitIntegral(calls, rate, k, t float64) (float64, bool) {
	x, z := rate/k, calls/k*math.Exp(-k*t)
	const most, high = 20_000_000, 1e250
	term, total, scale := 1/x, 1/x, 0.0
	for i := 1; i < most; i++ {
		term *= z / (x + float64(i))
		total += term
		if total > high {
			term, total, scale = term/high, total/high, scale+math.Log(high)
		}
		if term <= total*1e-17 {
			return math.Log(total/k) + scale + drift(calls, rate, k, t), true
		}
	}
	return 0, false
}
