package chart

import (
	"math"
	"strconv"
	"strings"
)

// Gauge is a Net Promoter Score on a dial from -100 to 100, with its interval and,
// where they are known, the three classes of answers that it comes from.
type Gauge struct {
	// Title names the picture and is required. Subtitle stands below it. Description is
	// read aloud; when empty, one is made from the values.
	Title, Subtitle, Description string
	// Score in points, from -100 to 100.
	Score float64
	// Interval of the score in points; the zero value draws none.
	Interval Interval
	// Level is the confidence level of the interval, such as 0.95, for its label; 0 means not stated.
	Level float64
	// N is the number of answers; 0 means not stated.
	N int64
	// Promoters, Passives and Detractors are the answers of each class; all zero draws no bar.
	Promoters, Passives, Detractors int64
}

func (g Gauge) head() heading { return heading{g.Title, g.Subtitle, g.Description} }

func (Gauge) natural() int { return gaugeWidth }

// Validate reports every fault: no title, a score outside -100 to 100, an interval that
// does not hold it or that leaves the dial, a level outside 0 to 1, negative counts, classes
// that do not add up to N where both are stated. A gauge with neither a score nor any
// answers is [ErrNoData].
func (g Gauge) Validate() error {
	var f faults
	f.title(g.Title)
	if g.Score == 0 && g.N == 0 && g.classes() == 0 && !g.Interval.Known() {
		f.noData("N", "is 0, and so is everything else")
	}
	if !(g.Score >= -100 && g.Score <= 100) {
		f.invalid("Score", "%v is not from -100 to 100", g.Score)
	}
	f.within("Interval", g.Interval, g.Score, -100, 100)
	if !(g.Level >= 0 && g.Level < 1) {
		f.invalid("Level", "%v is not a level between 0 and 1", g.Level)
	}
	f.count("N", g.N)
	f.count("Promoters", g.Promoters)
	f.count("Passives", g.Passives)
	f.count("Detractors", g.Detractors)
	if n := g.classes(); n > 0 && g.N > 0 && n != float64(g.N) {
		f.invalid("N", "%d answers, but the classes hold %.0f", g.N, n)
	}
	return f.err()
}

func (g Gauge) classes() float64 {
	return float64(g.Promoters) + float64(g.Passives) + float64(g.Detractors)
}

// dial is the geometry of the half circle.
type dial struct{ x, y, outer, inner float64 }

// at is the point of a score at a radius.
func (d dial) at(score, radius float64) (x, y float64) {
	angle := math.Pi * (100 - score) / 200
	return d.x + radius*math.Cos(angle), d.y - radius*math.Sin(angle)
}

// arc is the ring between two radii from one score to a higher one. Its ends are
// cut square, so that it ends exactly at its score.
func (d dial) arc(from, to, inner, outer float64) string {
	x0, y0 := d.at(from, outer)
	x1, y1 := d.at(to, outer)
	x2, y2 := d.at(to, inner)
	x3, y3 := d.at(from, inner)
	return "M" + num(x0) + " " + num(y0) + "A" + num(outer) + " " + num(outer) + " 0 0 1 " + num(x1) + " " + num(y1) +
		"L" + num(x2) + " " + num(y2) + "A" + num(inner) + " " + num(inner) + " 0 0 0 " + num(x3) + " " + num(y3) + "Z"
}

func (g Gauge) draw(c *canvas) {
	c.rules.WriteString(seriesRules(c.id, 2))
	side := labelFace.width("−100") + 14
	r := min((c.right()-c.left())/2-side, 190)
	d := dial{x: c.width / 2, y: c.y + r + 26, outer: r, inner: r * 0.8}
	g.face(c, d)
	c.y = d.y
	g.caption(c, d)
	if g.classes() > 0 {
		g.bar(c)
	}
}

// face draws the ring, the value, the interval and the ticks.
func (g Gauge) face(c *canvas, d dial) {
	c.path(d.arc(-100, 100, d.inner, d.outer), "track", "")
	tip := c.words.Score + " " + c.words.number(g.Score, 1)
	class := "mark f0"
	if g.Score < 0 {
		class = "mark f1"
	}
	if g.Score != 0 {
		c.path(d.arc(min(0, g.Score), max(0, g.Score), d.inner, d.outer), class, tip)
	}
	for score := -100; score <= 100; score += 50 {
		x0, y0 := d.at(float64(score), d.outer+2)
		x1, y1 := d.at(float64(score), d.outer+8)
		c.segment(x0, y0, x1, y1, "axis")
		x, y := d.at(float64(score), d.outer+13)
		anchor, dy := "middle", 0.0
		switch {
		case score < 0:
			anchor, dy = "end", 4
		case score > 0:
			anchor, dy = "start", 4
		}
		c.text(x, y+dy, anchor, labelFace, "soft", c.words.number(float64(score), 0))
	}
	if g.Interval.Known() {
		g.whisker(c, d)
	}
	x0, y0 := d.at(g.Score, d.inner-5)
	x1, y1 := d.at(g.Score, d.outer+3)
	c.segment(x0, y0, x1, y1, "needle")
}

// whisker draws the interval as an arc with stops inside the ring.
func (g Gauge) whisker(c *canvas, d dial) {
	low, high := max(-100, g.Interval.Low), min(100, g.Interval.High)
	r := d.inner - 10
	x0, y0 := d.at(low, r)
	x1, y1 := d.at(high, r)
	c.path("M"+num(x0)+" "+num(y0)+"A"+num(r)+" "+num(r)+" 0 0 1 "+num(x1)+" "+num(y1), "whisker", g.span(c.words))
	for _, score := range []float64{low, high} {
		x0, y0 := d.at(score, r-5)
		x1, y1 := d.at(score, r+5)
		c.segment(x0, y0, x1, y1, "whisker")
	}
}

// span says the interval with its level.
func (g Gauge) span(w *Words) string {
	if !g.Interval.Known() {
		return ""
	}
	s := w.Interval + " "
	if g.Level > 0 {
		s = w.short(g.Level*100, 2) + w.Percent + " " + s
	}
	return s + w.number(g.Interval.Low, 1) + " " + w.To + " " + w.number(g.Interval.High, 1)
}

// caption writes the number into the dial and the interval and n below it.
func (g Gauge) caption(c *canvas, d dial) {
	figure := c.words.number(g.Score, 1)
	switch room := 2 * (d.inner - 24); {
	case hugeFace.width(figure) <= room && d.inner > 100:
		c.text(d.x, c.y-4, "middle", hugeFace, "", figure)
	case largeFace.width(figure) <= room:
		c.text(d.x, c.y-4, "middle", largeFace, "", figure)
	default: // no room inside a small dial
		c.y += largeFace.size * 1.5
		c.text(d.x, c.y, "middle", largeFace, "", figure)
	}
	limit := c.right() - c.left()
	c.y += 8
	for _, s := range []string{g.span(c.words), g.answers(c.words)} {
		if s != "" {
			c.y += 17
			c.cut(d.x, c.y, limit, "middle", subFace, "soft", s)
		}
	}
	c.y += 8
}

func (g Gauge) answers(w *Words) string {
	if g.N == 0 {
		return ""
	}
	return "n = " + w.count(g.N)
}

// class is one of the three classes of answers.
type class struct {
	name, fill string
	n          int64
}

func (g Gauge) parts(w *Words) []class {
	return []class{
		{w.Detractors, "f1", g.Detractors},
		{w.Passives, "neutral", g.Passives},
		{w.Promoters, "f0", g.Promoters},
	}
}

// bar draws the classes as one bar. Their names and shares stand in lines below and
// never inside, where a narrow part would have no room.
func (g Gauge) bar(c *canvas) {
	c.y += 12
	x, total, room := c.left(), g.classes(), c.right()-c.left()
	parts := g.parts(c.words)
	for _, p := range parts {
		w := float64(p.n) / total * room
		if p.n > 0 {
			c.rect(x, c.y, max(w-1, 0.5), 14, "mark "+p.fill, g.part(c.words, p))
		}
		x += w
	}
	c.y += 18
	x = c.left()
	column := room / 3
	for _, p := range parts {
		if labelFace.width(g.part(c.words, p))+22 > column {
			column = room
		}
	}
	for i, p := range parts {
		if i == 0 || column == room {
			x = c.left()
			c.y += 17
		}
		c.rect(x, c.y-9, 10, 10, p.fill, "")
		c.cut(x+15, c.y, column-15, "start", labelFace, "", g.part(c.words, p))
		x += column
	}
	c.y += 4
}

func (g Gauge) part(w *Words, p class) string {
	return p.name + " " + w.count(p.n) + " (" + w.percent(float64(p.n)/g.classes(), 1) + ")"
}

func (g Gauge) table(w *Words) Table {
	t := Table{Caption: g.Title, Columns: []string{w.Name, w.Count}, Head: 1}
	add := func(name, value string) { t.Rows = append(t.Rows, []string{name, value}) }
	add(w.Score, w.raw(g.Score))
	if g.Interval.Known() {
		level := ""
		if g.Level > 0 {
			level = " (" + strings.TrimSpace(w.short(g.Level*100, 2)+w.Percent+" "+w.Interval) + ")"
		}
		add(w.Low+level, w.raw(g.Interval.Low))
		add(w.High+level, w.raw(g.Interval.High))
	}
	if g.N > 0 {
		add(w.Answers, w.count(g.N))
	}
	if g.classes() > 0 {
		for _, p := range g.parts(w) {
			add(p.name, w.count(p.n))
		}
	}
	return t
}

func seriesClass(prefix string, series int) string { return prefix + strconv.Itoa(series) }
