package stat

import "math"

// QuantileType7 is the p-quantile of values in ascending order by linear
// interpolation of the modes (Hyndman and Fan 1996, type 7; the default of R, NumPy
// and spreadsheets). NaN for no values or p outside [0, 1].
func QuantileType7(ascending []float64, p float64) float64 {
	n := len(ascending)
	if n == 0 || !(p >= 0 && p <= 1) {
		return nan
	}
	h := p * float64(n-1)
	i := int(math.Floor(h))
	if i >= n-1 {
		return ascending[n-1]
	}
	return ascending[i] + (h-float64(i))*(ascending[i+1]-ascending[i])
}

// NearestRank is the index, counted from zero, of the p-quantile of n ordered
// values by nearest rank (Hyndman and Fan 1996, type 1): the smallest value that at
// least a share p of the values does not exceed. A p*n within 1e-9 of a whole
// number is that number, so that the 0.95-quantile of 100 values is the 95th.
// -1 for n of zero.
func NearestRank(n int64, p float64) int64 {
	if n <= 0 || !(p >= 0 && p <= 1) {
		return -1
	}
	h := p * float64(n)
	if r := math.Round(h); math.Abs(h-r) <= 1e-9*math.Max(1, r) {
		h = r
	}
	return min(max(int64(math.Ceil(h)), 1), n) - 1
}
