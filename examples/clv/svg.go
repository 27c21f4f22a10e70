package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/rapport-go/rapport/metrics/clv"
)

// trackSVG draws the weekly track: a bar for what was counted, a line for what was expected, and a
// shade over the holdout.
func trackSVG(track []clv.TrackPoint) string {
	const width, height, left, bottom, top = 760.0, 320.0, 48.0, 36.0, 28.0
	var most float64 = 1
	for _, p := range track {
		most = math.Max(most, math.Max(p.Actual, p.Expected))
	}
	step := (width - left - 8) / float64(max(len(track), 1))
	y := func(v float64) float64 { return height - bottom - v/most*(height-bottom-top) }
	var b, line strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-label="Weekly repeat purchases, counted and expected" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<text x="%g" y="18">Repeat purchases a week: counted (bars), expected (line); the holdout is shaded</text>`+"\n", left)
	for i, p := range track {
		x := left + float64(i)*step
		if p.Holdout {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%g" width="%.1f" height="%g" fill="#00000014"/>`+"\n", x, top, step, height-bottom-top)
		}
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#8fb1d0"/>`+"\n", x+step*0.1, y(p.Actual), step*0.8, height-bottom-y(p.Actual))
		fmt.Fprintf(&line, "%.1f,%.1f ", x+step/2, y(p.Expected))
	}
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#b3432b" stroke-width="2"/>`+"\n", strings.TrimSpace(line.String()))
	for i := range 5 {
		v := most * float64(i) / 4
		fmt.Fprintf(&b, `<text x="%g" y="%.1f" text-anchor="end">%.0f</text>`+"\n", left-6, y(v)+4, v)
	}
	for i := 0; i < len(track); i += max(1, len(track)/8) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%g" text-anchor="middle">%.0f</text>`+"\n", left+(float64(i)+0.5)*step, height-16, track[i].End)
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g">week</text>`+"\n</svg>\n", left, height-2)
	return b.String()
}
