package chart

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Distribution is a histogram. Bins with limits lie on a numeric axis; where their
// widths differ the heights are counts per unit, so that areas compare. Bins with a
// label stand side by side as named classes, such as the scores 0 to 10.
type Distribution struct {
	// Title names the picture and is required. Subtitle stands below it. Description is
	// read aloud; when empty, one is made from the values.
	Title, Subtitle, Description string
	// ValueTitle names the x axis, such as "First response, hours"; empty writes none.
	// CountTitle names the y axis; empty means the word for count.
	ValueTitle, CountTitle string
	// Bins in ascending order, all with a label or all with limits.
	Bins []Bin
	// Marks are values to point out, such as a median; they need bins with limits.
	Marks []Mark
}

// Bin is one bar: the values in [Low, High), or the class named Label.
type Bin struct {
	Label     string
	Low, High float64
	Count     int64
}

// Mark is a value on the axis with a name, such as "p90".
type Mark struct {
	Name  string
	Value float64
}

func (d Distribution) head() heading { return heading{d.Title, d.Subtitle, d.Description} }

func (Distribution) natural() int { return defaultWidth }

// Validate reports every fault: no title, no counts at all, bins of both kinds, limits
// that are not finite or not ascending, negative counts, marks without a name, beyond the
// bins or beside labels, more than eight marks.
func (d Distribution) Validate() error {
	var f faults
	f.title(d.Title)
	f.marks(len(d.Bins))
	named, counted := d.named(), false
	for i, b := range d.Bins {
		at := path("Bins[%d]", i)
		f.count(at+".Count", b.Count)
		counted = counted || b.Count > 0
		switch {
		case named == blank(b.Label):
			f.invalid(at+".Label", "bins have labels or limits, not some of each")
		case named:
		case !(math.Abs(b.Low) <= largest && math.Abs(b.High) <= largest && b.Low < b.High):
			f.invalid(at, "from %v to %v is not a range within ±%g", b.Low, b.High, largest)
		case i > 0 && b.Low < d.Bins[i-1].High:
			f.invalid(at+".Low", "%v lies before the end of the bin before, %v", b.Low, d.Bins[i-1].High)
		}
	}
	if !counted {
		f.noData("Bins", "hold no counts")
	}
	if named {
		f.unique("Bins", ".Label", len(d.Bins), func(i int) string { return d.Bins[i].Label })
	}
	d.validateMarks(&f, named)
	return f.err()
}

func (d Distribution) validateMarks(f *faults, named bool) {
	if len(d.Marks) > 8 {
		f.invalid("Marks", "%d marks, more than 8", len(d.Marks))
	}
	for i, m := range d.Marks {
		at := path("Marks[%d]", i)
		if blank(m.Name) {
			f.invalid(at+".Name", "is empty")
		}
		if named {
			f.invalid(at, "has no place among classes")
		} else if n := len(d.Bins); n > 0 && !(m.Value >= d.Bins[0].Low && m.Value <= d.Bins[n-1].High) {
			f.invalid(at+".Value", "%v lies outside the bins", m.Value)
		}
	}
}

func (d Distribution) named() bool { return len(d.Bins) > 0 && !blank(d.Bins[0].Label) }

// even reports whether all bins are equally wide, to rounding.
func (d Distribution) even() bool {
	if d.named() {
		return true
	}
	w := d.Bins[0].High - d.Bins[0].Low
	for _, b := range d.Bins {
		if math.Abs(b.High-b.Low-w) > 1e-6*w {
			return false
		}
	}
	return true
}

// height is the height of a bar: its count, or its count per unit.
func (d Distribution) height(b Bin, even bool) float64 {
	if even {
		return float64(b.Count)
	}
	return float64(b.Count) / (b.High - b.Low)
}

func (d Distribution) draw(c *canvas) {
	even, high := d.even(), 0.0
	for _, b := range d.Bins {
		high = max(high, d.height(b, even))
	}
	title := or(d.CountTitle, c.words.Count)
	if !even {
		title += " " + c.words.Per
	}
	a := axes{xTitle: d.ValueTitle, yTitle: title, yHigh: cover(high, 6), yWhole: even, yLabel: c.plain, height: 230}
	if even {
		a.yHigh = max(a.yHigh, 1)
	}
	if d.named() {
		a.xTitle = ""
		a.xHigh = float64(len(d.Bins))
	} else {
		a.xLow, a.xHigh, a.xLabel = d.Bins[0].Low, d.Bins[len(d.Bins)-1].High, c.plain
	}
	flags := d.flags(c, a)
	for _, f := range flags {
		a.above = max(a.above, 15*float64(f.row+1))
	}
	p, _ := c.frame(a)
	d.bars(c, p, even)
	if d.named() {
		d.classes(c, p)
		c.xTitle(p, d.ValueTitle)
		return
	}
	for _, f := range flags {
		top := p.top - 4 - 15*float64(f.row)
		c.segment(f.x, top-8, f.x, p.bottom, "needle thin")
	}
	for _, f := range flags {
		c.text(f.start, p.top-4-15*float64(f.row), "start", smallFace, "halo", f.text)
	}
}

// flagged is the label of a mark: the line stands at x, the text runs from start, and
// row counts the lines of labels up from the plot.
type flagged struct {
	x, start, end float64
	text          string
	row           int
}

// flags places the labels of the marks to the right of their lines, and the more to
// the left the higher where they would touch, so that no line crosses a label of
// another as long as there is room on the right.
func (d Distribution) flags(c *canvas, a axes) []flagged {
	p, _ := c.place(a, 0)
	marks := slices.Clone(d.Marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Compare(a.Value, b.Value) })
	out := make([]flagged, len(marks))
	for i := len(marks) - 1; i >= 0; i-- {
		m := marks[i]
		value := " " + c.words.short(m.Value, 2)
		f := flagged{x: p.x.at(m.Value), text: smallFace.fit(clean(m.Name), (c.right()-p.left)/2-smallFace.width(value)) + value}
		w := smallFace.width(f.text)
		f.start = f.x + 5
		if f.start+w > c.right() { // no room on the right
			f.start = max(c.left(), f.x-5-w)
		}
		f.end = f.start + w
		for _, o := range out[i+1:] {
			if f.end+8 > o.start && o.end+8 > f.start {
				f.row = max(f.row, o.row+1)
			}
		}
		out[i] = f
	}
	return out
}

func (d Distribution) bars(c *canvas, p plot, even bool) {
	for i, b := range d.Bins {
		low, high := b.Low, b.High
		if d.named() {
			low, high = float64(i), float64(i+1)
		}
		x0, x1 := p.x.at(low), p.x.at(high)
		gap := 1.0
		if d.named() {
			gap = min(8, (x1-x0)*0.2)
		}
		if x1-x0 < 4 {
			gap = 0
		}
		y := p.y.at(d.height(b, even))
		if b.Count > 0 {
			c.rect(x0+gap/2, y, max(x1-x0-gap, 0.5), max(p.bottom-y, 0.5), "bar", d.tooltip(c.words, b))
		}
	}
	d.figures(c, p)
}

// figures writes the counts on the bars of named classes, where all of them have room.
func (d Distribution) figures(c *canvas, p plot) {
	if !d.named() {
		return
	}
	pitch := (p.right - p.left) / float64(len(d.Bins))
	for _, b := range d.Bins {
		if smallFace.width(c.words.count(b.Count))+6 > pitch {
			return
		}
	}
	for i, b := range d.Bins {
		c.text(p.x.at(float64(i)+0.5), p.y.at(float64(b.Count))-4, "middle", smallFace, "", c.words.count(b.Count))
	}
}

// classes writes the labels of named bins, thinned out as long as eight or more of
// them are left, then in two lines, then cut.
func (d Distribution) classes(c *canvas, p plot) {
	pitch := (p.right - p.left) / float64(len(d.Bins))
	stride := 1
	for !d.fits(pitch*float64(stride)-8) && len(d.Bins) >= 8*(stride+1) {
		stride++
	}
	lines := 0
	for i := 0; i < len(d.Bins); i += stride {
		x := p.x.at(float64(i) + 0.5)
		room := min(pitch*float64(stride)-8, 2*(x-c.left()), 2*(c.right()-x))
		parts := labelFace.wrap(clean(d.Bins[i].Label), room, 2)
		lines = max(lines, len(parts))
		for k, part := range parts {
			c.cutTo(x, p.bottom+19+15*float64(k), part, d.Bins[i].Label)
		}
	}
	c.y = p.bottom + 10 + 15*float64(lines)
}

// fits reports whether every label fits the room in one line.
func (d Distribution) fits(room float64) bool {
	for _, b := range d.Bins {
		if labelFace.width(clean(b.Label)) > room {
			return false
		}
	}
	return true
}

// cutTo writes a part of a label with the whole of it as tooltip.
func (c *canvas) cutTo(x, y float64, part, whole string) {
	if part == clean(whole) {
		c.text(x, y, "middle", labelFace, "soft", part)
		return
	}
	c.b.WriteString(`<text x="` + num(x) + `" y="` + num(y) + `" class="l soft" text-anchor="middle"><title>` + escape(whole) + "</title>" + escape(part) + "</text>\n")
}

func (d Distribution) tooltip(w *Words, b Bin) string {
	name := b.Label
	if blank(name) {
		name = w.short(b.Low, 4) + " " + w.To + " " + w.short(b.High, 4)
	}
	total := 0.0
	for _, o := range d.Bins {
		total += float64(o.Count)
	}
	return name + ": " + w.count(b.Count) + " (" + w.percent(float64(b.Count)/total, 1) + ")"
}

func (d Distribution) table(w *Words) Table {
	t := Table{Caption: d.Title}
	count := or(d.CountTitle, w.Count)
	if d.named() {
		t.Columns, t.Head = []string{or(d.ValueTitle, w.Name), count}, 1
		for _, b := range d.Bins {
			t.Rows = append(t.Rows, []string{clean(b.Label), w.count(b.Count)})
		}
		return t
	}
	t.Columns = []string{w.Low, w.High, count}
	for _, b := range d.Bins {
		t.Rows = append(t.Rows, []string{w.raw(b.Low), w.raw(b.High), w.count(b.Count)})
	}
	for _, m := range d.Marks {
		t.Rows = append(t.Rows, []string{w.raw(m.Value), "", strings.TrimSpace(clean(m.Name))})
	}
	return t
}
