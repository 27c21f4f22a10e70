package chart

import (
	"math"
	"strconv"
	"strings"
)

// Retention is a chart of retention curves: for each series the share of customers
// that came back in each period after their first, with its band where intervals are
// known. At most six series are told apart. Periods that are missing leave a gap in
// no line: the line runs to the next point. Leave immature periods out.
type Retention struct {
	// Title names the picture and is required. Subtitle stands below it. Description is
	// read aloud; when empty, one is made from the values.
	Title, Subtitle, Description string
	// PeriodTitle names the x axis, such as "Weeks since first purchase"; empty means the
	// word for period. ShareTitle names the y axis; empty means the word for share.
	PeriodTitle, ShareTitle string
	// Series are the curves, one to six.
	Series []RetentionSeries
}

// RetentionSeries is one curve of a [Retention] chart.
type RetentionSeries struct {
	// Name tells the curve from the others; it may be empty when there is only one.
	Name string
	// Points in strictly ascending periods.
	Points []RetentionPoint
}

// RetentionPoint is one period of a curve.
type RetentionPoint struct {
	// Period counts from 0, the period of the first event.
	Period int
	// Share that came back, from 0 to 1.
	Share float64
	// Interval of the share; the zero value draws no band here.
	Interval Interval
	// Size is the number of customers that the share is of; 0 means not stated.
	Size int64
}

func (r Retention) head() heading { return heading{r.Title, r.Subtitle, r.Description} }

func (Retention) natural() int { return defaultWidth }

// Validate reports every fault: no title, no points, more than six series, several
// series of which one has no name, periods that are negative or do not ascend, shares
// outside 0 to 1, intervals that do not hold their share, negative sizes.
func (r Retention) Validate() error {
	var f faults
	f.title(r.Title)
	if len(r.Series) > maxSeries {
		f.invalid("Series", "%d series, more than the %d that can be told apart", len(r.Series), maxSeries)
	}
	f.unique("Series", ".Name", len(r.Series), func(i int) string { return r.Series[i].Name })
	points := 0
	for i, s := range r.Series {
		points += len(s.Points)
		if len(r.Series) > 1 && blank(s.Name) {
			f.invalid(path("Series[%d].Name", i), "is empty beside other series")
		}
		for j, p := range s.Points {
			at := path("Series[%d].Points[%d]", i, j)
			if p.Period < 0 || p.Period > 1e9 {
				f.invalid(at+".Period", "%d is not from 0 to a billion", p.Period)
			}
			if j > 0 && p.Period <= s.Points[j-1].Period {
				f.invalid(at+".Period", "%d does not come after %d", p.Period, s.Points[j-1].Period)
			}
			f.share(at+".Share", p.Share)
			f.within(at+".Interval", p.Interval, p.Share, 0, 1)
			f.count(at+".Size", p.Size)
		}
	}
	if points == 0 {
		f.noData("Series", "hold no points")
	}
	f.marks(points)
	return f.err()
}

func (r Retention) names() []string {
	names := make([]string, len(r.Series))
	for i, s := range r.Series {
		names[i] = s.Name
	}
	return names
}

func (r Retention) extent() (last int, high float64) {
	for _, s := range r.Series {
		for _, p := range s.Points {
			last = max(last, p.Period)
			high = max(high, p.Share, p.Interval.High)
		}
	}
	return last, high
}

func (r Retention) draw(c *canvas) {
	c.rules.WriteString(seriesRules(c.id, len(r.Series)))
	if len(r.Series) > 1 || !blank(r.Series[0].Name) {
		c.legend(r.names(), false)
	}
	last, high := r.extent()
	top, label := c.shareAxis(high)
	p, _ := c.frame(axes{
		xTitle: or(r.PeriodTitle, c.words.Period), yTitle: or(r.ShareTitle, c.words.Share),
		xHigh: float64(last), xWhole: true, xLabel: c.plain,
		yHigh: top, yLabel: label, height: 270, inset: 10,
	})
	for i, s := range r.Series {
		c.bands(p, s.Points, i)
	}
	for i, s := range r.Series {
		c.curve(p, s, i, or(r.PeriodTitle, c.words.Period))
	}
}

// bands draws the band over each run of points that have an interval.
func (c *canvas) bands(p plot, points []RetentionPoint, series int) {
	var xs, low, high []float64
	flush := func() {
		if len(xs) > 1 {
			c.path(area(xs, low, high), "w"+strconv.Itoa(series), "")
		}
		xs, low, high = nil, nil, nil
	}
	for _, q := range points {
		if !q.Interval.Known() {
			flush()
			continue
		}
		xs = append(xs, p.x.at(float64(q.Period)))
		low, high = append(low, p.y.at(q.Interval.Low)), append(high, p.y.at(q.Interval.High))
	}
	flush()
}

func (c *canvas) curve(p plot, s RetentionSeries, series int, period string) {
	var xs, ys []float64
	for _, q := range s.Points {
		xs, ys = append(xs, p.x.at(float64(q.Period))), append(ys, p.y.at(q.Share))
	}
	class := "c" + strconv.Itoa(series)
	if len(xs) > 1 {
		c.path(polyline(xs, ys), class, "")
	}
	const pitch = 10 // between two marks, at the least
	shown := math.Inf(-1)
	for j, q := range s.Points {
		if len(xs) == 1 && q.Interval.Known() {
			c.segment(xs[j], p.y.at(q.Interval.Low), xs[j], p.y.at(q.Interval.High), "x"+strconv.Itoa(series))
		}
		tip := pointTooltip(s.Name, q, period, c.words)
		switch {
		case xs[j]-shown >= pitch || j == len(xs)-1:
			c.mark(xs[j], ys[j], series, 4, tip)
			shown = xs[j]
		case len(xs) <= 1000: // too close for a mark of its own
			c.rect(xs[j]-1, ys[j]-6, 2, 12, "hit", tip)
		}
	}
}

// pointTooltip is the tooltip of a point.
func pointTooltip(name string, q RetentionPoint, period string, w *Words) string {
	parts := []string{period + " " + strconv.Itoa(q.Period) + ": " + w.percent(q.Share, 1)}
	if !blank(name) {
		parts[0] = name + ", " + parts[0]
	}
	if q.Interval.Known() {
		parts = append(parts, w.Interval+" "+w.span(q.Interval))
	}
	if q.Size > 0 {
		parts = append(parts, "n "+w.count(q.Size))
	}
	return strings.Join(parts, "; ")
}

func (r Retention) table(w *Words) Table {
	t := Table{Caption: r.Title, Columns: []string{w.Series, or(r.PeriodTitle, w.Period), or(r.ShareTitle, w.Share), w.Low, w.High, w.Size}}
	for _, s := range r.Series {
		for _, p := range s.Points {
			low, high := w.ends(p.Interval)
			t.Rows = append(t.Rows, []string{clean(s.Name), strconv.Itoa(p.Period), w.percent(p.Share, 2), low, high, known(p.Size, w)})
		}
	}
	return t
}

func or(s, instead string) string {
	if blank(s) {
		return instead
	}
	return s
}

// known writes a number that 0 stands for "not stated".
func known(n int64, w *Words) string {
	if n == 0 {
		return ""
	}
	return w.count(n)
}
