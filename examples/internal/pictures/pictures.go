// Package pictures makes the rows of charts that several examples draw.
package pictures

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/chart"
)

// Bins cuts values into so many bars of one step, up to the value that one in twenty
// exceeds; those stand together in the last bar. No value gives no bar. The values are
// sorted in place.
func Bins(values []float64, bars int) []chart.Bin {
	if len(values) == 0 || bars < 2 {
		return nil
	}
	slices.Sort(values)
	step := niceStep(values[len(values)*19/20] / float64(bars-1))
	out := make([]chart.Bin, bars)
	for i := range out {
		out[i].Label = fmt.Sprintf("%g to %g", step*float64(i), step*float64(i+1))
	}
	out[bars-1].Label = fmt.Sprintf("%g and more", step*float64(bars-1))
	for _, v := range values {
		out[max(0, min(int(v/step), bars-1))].Count++
	}
	return out
}

// niceStep is the least of 1, 2, 2.5 or 5 times a power of ten that is not below v.
func niceStep(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= v {
			return m * power
		}
	}
	return 10 * power
}

// Grid counts customers by recency and frequency, the scores from 1 to 5, with the name
// of the segment that a cell belongs to. Empty cells are left out.
func Grid(scores []metrics.RFMScore) []chart.RFMCell {
	cells := map[[2]int]*chart.RFMCell{}
	for _, s := range scores {
		at := [2]int{s.Recency, s.Frequency}
		if cells[at] == nil {
			cells[at] = &chart.RFMCell{Recency: s.Recency, Frequency: s.Frequency}
			if segment, ok := metrics.SegmentOf(s, metrics.Segments()); ok {
				cells[at].Segment = segment.Name
			}
		}
		cells[at].Customers++
	}
	var out []chart.RFMCell
	for r := 1; r <= 5; r++ {
		for f := 1; f <= 5; f++ {
			if c := cells[[2]int{r, f}]; c != nil {
				out = append(out, *c)
			}
		}
	}
	return out
}
