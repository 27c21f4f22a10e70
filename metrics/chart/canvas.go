package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// margin is the empty frame of every picture.
const margin = 16.0

// canvas collects the elements of one picture from the top down.
type canvas struct {
	b      strings.Builder
	rules  strings.Builder
	id     string
	scheme Scheme
	words  *Words
	width  float64
	// y is the next free line; drawing moves it down, and it ends as the height.
	y float64
}

func newCanvas(o *Options, w *Words) *canvas {
	return &canvas{id: o.ID, scheme: o.Scheme, words: w, width: float64(o.Width), y: margin}
}

// left and right bound what is drawn.
func (c *canvas) left() float64  { return margin }
func (c *canvas) right() float64 { return c.width - margin }

// document wraps what was drawn in the svg element.
func (c *canvas) document(chart Chart) string {
	head := chart.head()
	desc := head.description
	if blank(desc) {
		desc = chart.table(c.words).summary(c.words)
	}
	height := math.Ceil(c.y + margin)
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" id="%s" role="img" aria-labelledby="%s-title %s-desc" viewBox="0 0 %s %s" width="%s" height="%s" style="max-width:100%%;height:auto">`,
		c.id, c.id, c.id, num(c.width), num(height), num(c.width), num(height))
	fmt.Fprintf(&out, "\n<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", c.id, escape(head.title), c.id, escape(desc))
	fmt.Fprintf(&out, "<style>\n%s%s</style>\n", style(c.id, c.scheme), c.rules.String())
	fmt.Fprintf(&out, "<rect class=\"surface\" width=\"%s\" height=\"%s\" rx=\"8\"/>\n", num(c.width), num(height))
	out.WriteString(c.b.String())
	out.WriteString("</svg>\n")
	return out.String()
}

// header writes the title and the subtitle and moves below them.
func (c *canvas) header(h heading) {
	limit := c.right() - c.left()
	for _, line := range titleFace.wrap(clean(h.title), limit, 3) {
		c.line(titleFace, "", line)
	}
	c.y += 2
	for _, line := range subFace.wrap(clean(h.subtitle), limit, 3) {
		c.line(subFace, "soft", line)
	}
	c.y += 8
}

// line writes a line of running text at the left edge.
func (c *canvas) line(f face, class, s string) {
	c.y += f.size * lineHeight
	c.text(c.left(), c.y-f.size*0.24, "start", f, class, s)
}

// num writes a coordinate with at most two decimals.
func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// text writes s with its baseline at y. Empty text writes nothing.
func (c *canvas) text(x, y float64, anchor string, f face, class, s string) {
	if s == "" {
		return
	}
	c.b.WriteString(`<text x="` + num(x) + `" y="` + num(y) + `" class="` + classes(f.class, class) + `"`)
	if anchor != "start" {
		c.b.WriteString(` text-anchor="` + anchor + `"`)
	}
	c.b.WriteString(">" + escape(s) + "</text>\n")
}

// cut writes s cut to limit; the whole of it is the tooltip when something is missing.
func (c *canvas) cut(x, y, limit float64, anchor string, f face, class, s string) {
	s = clean(s)
	short := f.fit(s, limit)
	if short == s {
		c.text(x, y, anchor, f, class, s)
		return
	}
	if short == "" {
		return
	}
	c.b.WriteString(`<text x="` + num(x) + `" y="` + num(y) + `" class="` + classes(f.class, class) + `" text-anchor="` + anchor +
		`"><title>` + escape(s) + "</title>" + escape(short) + "</text>\n")
}

func classes(a, b string) string {
	if b == "" {
		return a
	}
	return a + " " + b
}

// shape writes an element with attributes, a class and, unless empty, a tooltip.
func (c *canvas) shape(name, attributes, class, tooltip string) {
	c.b.WriteString("<" + name + ` class="` + class + `" ` + attributes)
	if tooltip == "" {
		c.b.WriteString("/>\n")
		return
	}
	c.b.WriteString("><title>" + escape(tooltip) + "</title></" + name + ">\n")
}

func (c *canvas) rect(x, y, w, h float64, class, tooltip string) {
	c.shape("rect", fmt.Sprintf(`x="%s" y="%s" width="%s" height="%s"`, num(x), num(y), num(w), num(h)), class, tooltip)
}

func (c *canvas) segment(x1, y1, x2, y2 float64, class string) {
	c.shape("path", `d="M`+num(x1)+" "+num(y1)+"L"+num(x2)+" "+num(y2)+`"`, class, "")
}

func (c *canvas) path(d, class, tooltip string) { c.shape("path", `d="`+d+`"`, class, tooltip) }

// mark writes the marker of a series; each series has its own shape.
func (c *canvas) mark(x, y float64, series int, r float64, tooltip string) {
	class := "mark f" + strconv.Itoa(series)
	p := func(dx, dy float64) string { return num(x+dx*r) + " " + num(y+dy*r) }
	switch series % maxSeries {
	case 0:
		c.shape("circle", fmt.Sprintf(`cx="%s" cy="%s" r="%s"`, num(x), num(y), num(r)), class, tooltip)
	case 1:
		c.path("M"+p(-.9, -.9)+"L"+p(.9, -.9)+"L"+p(.9, .9)+"L"+p(-.9, .9)+"Z", class, tooltip)
	case 2:
		c.path("M"+p(0, -1.2)+"L"+p(1.1, .8)+"L"+p(-1.1, .8)+"Z", class, tooltip)
	case 3:
		c.path("M"+p(0, -1.25)+"L"+p(1.25, 0)+"L"+p(0, 1.25)+"L"+p(-1.25, 0)+"Z", class, tooltip)
	case 4:
		c.path("M"+p(0, 1.2)+"L"+p(1.1, -.8)+"L"+p(-1.1, -.8)+"Z", class, tooltip)
	default:
		c.path("M"+p(-1.1, -.4)+"L"+p(-.4, -.4)+"L"+p(-.4, -1.1)+"L"+p(.4, -1.1)+"L"+p(.4, -.4)+"L"+p(1.1, -.4)+
			"L"+p(1.1, .4)+"L"+p(.4, .4)+"L"+p(.4, 1.1)+"L"+p(-.4, 1.1)+"L"+p(-.4, .4)+"L"+p(-1.1, .4)+"Z", class, tooltip)
	}
}

// legend writes the names of series, wrapped into rows, and moves below them.
// The sign before each name is its line with what the curve bears: its marks, or
// with ticks set the upright tick of a censored observation.
func (c *canvas) legend(names []string, ticks bool) {
	const swatch, gap, row = 30.0, 18.0, 19.0
	x := c.left()
	limit := c.right() - c.left() - swatch
	y := c.y + row/2
	for i, name := range names {
		name = clean(name)
		w := labelFace.width(labelFace.fit(name, limit))
		if x > c.left() && x+swatch+w > c.right() {
			x = c.left()
			y += row
		}
		n := strconv.Itoa(i)
		c.segment(x, y, x+24, y, "c"+n)
		if ticks {
			c.segment(x+12, y-5, x+12, y+5, "x"+n)
		} else {
			c.mark(x+12, y, i, 4, "")
		}
		c.cut(x+swatch, y+4.2, limit, "start", labelFace, "", name)
		x += swatch + w + gap
	}
	c.y = y + row/2 + 4
}
