package chart

import (
	"math"
	"strings"
)

// plot is the area of a chart with two axes.
type plot struct {
	x, y                     scale
	left, right, top, bottom float64
}

// axes says what the two axes of a plot are.
type axes struct {
	xTitle, yTitle string
	xLow, xHigh    float64
	xWhole         bool
	xLabel         func(v float64, places int) string // nil: no ticks on the x axis
	yHigh          float64
	yWhole         bool
	yLabel         func(v float64, places int) string
	height         float64
	above          float64 // room over the area for the labels of marks
	inset          float64 // between the edges of the area and the first and last x
}

// place lays out the area of a plot from the width of its labels, with its top at y.
func (c *canvas) place(a axes, y float64) (plot, ticks) {
	yt := steps(0, a.yHigh, 6, a.yWhole)
	widest := 0.0
	for _, v := range yt.values {
		widest = max(widest, labelFace.width(a.yLabel(v, yt.places)))
	}
	p := plot{left: c.left() + widest + 8, right: c.right() - 6, top: y, bottom: y + a.height}
	if a.xLabel != nil {
		for xt, i := steps(a.xLow, a.xHigh, 6, a.xWhole), 0; i < len(xt.values); i++ {
			p.right = min(p.right, c.right()-labelFace.width(a.xLabel(xt.values[i], xt.places))/2)
		}
	}
	p.y = scale{0, a.yHigh, p.bottom, p.top}
	p.x = scale{a.xLow, a.xHigh, p.left + a.inset, p.right - a.inset}
	return p, yt
}

// frame draws the grid, both axes with their titles, and moves below them.
func (c *canvas) frame(a axes) (plot, ticks) {
	c.y += 14
	c.cut(c.left(), c.y, c.right()-c.left(), "start", labelFace, "soft", a.yTitle)
	p, yt := c.place(a, c.y+16+a.above)
	for _, v := range yt.values {
		y := p.y.at(v)
		class := "grid"
		if v == 0 {
			class = "axis"
		}
		c.segment(p.left, y, p.right, y, class)
		c.text(p.left-8, y+4.2, "end", labelFace, "soft", a.yLabel(v, yt.places))
	}
	c.y = p.bottom
	var xt ticks
	if a.xLabel != nil {
		xt = axis(p.x, labelFace, a.xWhole, a.xLabel)
		for _, v := range xt.values {
			x := p.x.at(v)
			c.segment(x, p.bottom, x, p.bottom+4, "axis")
			c.text(x, p.bottom+19, "middle", labelFace, "soft", a.xLabel(v, xt.places))
		}
		c.y += 23
	}
	c.xTitle(p, a.xTitle)
	return p, xt
}

func (c *canvas) xTitle(p plot, s string) {
	if blank(s) {
		return
	}
	c.y += 16
	c.cut((p.left+p.right)/2, c.y, p.right-p.left, "middle", labelFace, "soft", s)
	c.y += 4
}

// polyline writes the path through the points.
func polyline(xs, ys []float64) string {
	var b strings.Builder
	for i := range xs {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(num(xs[i]) + " " + num(ys[i]))
	}
	return b.String()
}

// area writes the closed path between two lines over the same xs.
func area(xs, low, high []float64) string {
	var b strings.Builder
	b.WriteString(polyline(xs, high))
	for i := len(xs) - 1; i >= 0; i-- {
		b.WriteString("L" + num(xs[i]) + " " + num(low[i]))
	}
	b.WriteByte('Z')
	return b.String()
}

// shareAxis is the axis of shares up to high: all of it, or to a round share above
// the highest when that lies below a half.
func (c *canvas) shareAxis(high float64) (float64, func(float64, int) string) {
	top := 1.0
	if high > 0 && high < 0.5 {
		top = cover(high, 6)
	}
	return top, func(v float64, places int) string {
		return c.words.percent(v, max(0, places-2))
	}
}

// plain labels ticks with as many places as their step has.
func (c *canvas) plain(v float64, places int) string {
	if v == math.Trunc(v) && places == 0 {
		return c.words.number(v, 0)
	}
	return c.words.short(v, places)
}
