package chart

import (
	"math"
	"strings"
)

// Survival is a chart of survival curves: for each curve the share that has not yet
// had the event (churned, say) as a step function of time, with its band, its
// censored observations as ticks and the numbers at risk below the axis.
type Survival struct {
	// Title names the picture and is required. Subtitle stands below it. Description is
	// read aloud; when empty, one is made from the values.
	Title, Subtitle, Description string
	// TimeTitle names the x axis, such as "Days since sign-up"; empty means the word for
	// time. ShareTitle names the y axis; empty means the word for share.
	TimeTitle, ShareTitle string
	// Curves, one to six.
	Curves []SurvivalCurve
}

// SurvivalCurve is one curve of a [Survival] chart. It starts at time 0 with share 1.
type SurvivalCurve struct {
	// Name tells the curve from the others; it may be empty when there is only one.
	Name string
	// Steps in strictly ascending time.
	Steps []Step
	// Median time for the legend; nil means that there is none, as where the curve stays above a half.
	Median *float64
}

// Step is a time at which a curve falls or observations are censored.
type Step struct {
	// Time from 0 on.
	Time float64
	// Share that survives this time, from 0 to 1, never more than before.
	Share float64
	// Interval of the share; the zero value draws no band here.
	Interval Interval
	// AtRisk just before this time; 0 on every step of a chart means not stated.
	AtRisk int64
	// Censored at this time.
	Censored int64
}

func (s Survival) head() heading { return heading{s.Title, s.Subtitle, s.Description} }

func (Survival) natural() int { return defaultWidth }

// Validate reports every fault: no title, no steps, more than six curves, several of
// which one has no name, times that are negative or do not ascend, shares outside 0 to
// 1 or rising, intervals that do not hold their share, negative counts.
func (s Survival) Validate() error {
	var f faults
	f.title(s.Title)
	if len(s.Curves) > maxSeries {
		f.invalid("Curves", "%d curves, more than the %d that can be told apart", len(s.Curves), maxSeries)
	}
	f.unique("Curves", ".Name", len(s.Curves), func(i int) string { return s.Curves[i].Name })
	steps := 0
	for i, curve := range s.Curves {
		steps += len(curve.Steps)
		if len(s.Curves) > 1 && blank(curve.Name) {
			f.invalid(path("Curves[%d].Name", i), "is empty beside other curves")
		}
		if curve.Median != nil {
			f.finite(path("Curves[%d].Median", i), *curve.Median)
		}
		share, time := 1.0, -1.0
		for j, step := range curve.Steps {
			f.step(path("Curves[%d].Steps[%d]", i, j), step, time, share)
			share, time = step.Share, step.Time
		}
	}
	if steps == 0 {
		f.noData("Curves", "hold no steps")
	}
	f.marks(steps)
	return f.err()
}

// largest bounds the values on a numeric axis: beyond it float64 has no room left
// for the ticks between whole numbers.
const largest = 1e15

func (f *faults) step(at string, step Step, time, share float64) {
	if !(step.Time >= 0 && step.Time <= largest) {
		f.invalid(at+".Time", "%v is not a time from 0 to %g", step.Time, largest)
	}
	if step.Time <= time {
		f.invalid(at+".Time", "%v does not come after %v", step.Time, time)
	}
	f.share(at+".Share", step.Share)
	if step.Share > share+1e-9 {
		f.invalid(at+".Share", "rises from %v to %v", share, step.Share)
	}
	f.within(at+".Interval", step.Interval, step.Share, 0, 1)
	f.count(at+".AtRisk", step.AtRisk)
	f.count(at+".Censored", step.Censored)
}

func (s Survival) legend(w *Words) (names []string, needed bool) {
	for _, curve := range s.Curves {
		name := curve.Name
		if curve.Median != nil {
			name = strings.TrimSpace(name + " (" + w.Median + " " + w.short(*curve.Median, 2) + ")")
		}
		needed = needed || !blank(name)
		names = append(names, name)
	}
	return names, needed
}

func (s Survival) last() (last float64) {
	for _, curve := range s.Curves {
		if n := len(curve.Steps); n > 0 {
			last = max(last, curve.Steps[n-1].Time)
		}
	}
	return last
}

func (s Survival) draw(c *canvas) {
	c.rules.WriteString(seriesRules(c.id, len(s.Curves)))
	if names, needed := s.legend(c.words); needed {
		c.legend(names, true)
	}
	p, xt := c.frame(axes{
		xTitle: or(s.TimeTitle, c.words.Time), yTitle: or(s.ShareTitle, c.words.Share),
		xHigh: s.last(), xLabel: c.plain, yHigh: 1,
		yLabel: func(v float64, places int) string { return c.words.percent(v, max(0, places-2)) },
		height: 270,
	})
	half := p.y.at(0.5)
	c.segment(p.left, half, p.right, half, "ref")
	for i, curve := range s.Curves {
		c.stepBands(p, curve.Steps, i)
	}
	for i, curve := range s.Curves {
		c.steps(p, curve, i, or(s.TimeTitle, c.words.Time))
	}
	s.atRisk(c, p, xt)
}

// thin leaves out the steps that fall into the same half pixel as the ones around
// them; the last of each is kept, so that the picture is the same.
func thin(p plot, steps []Step) []Step {
	if len(steps) <= 2000 {
		return steps
	}
	var out []Step
	for i, step := range steps {
		if i+1 < len(steps) && math.Floor(2*p.x.at(step.Time)) == math.Floor(2*p.x.at(steps[i+1].Time)) {
			continue
		}
		out = append(out, step)
	}
	return out
}

// stairs is the outline of a step function that starts at (x0, y0).
func stairs(p plot, y0 float64, steps []Step, value func(Step) float64) (xs, ys []float64) {
	xs, ys = []float64{p.x.at(0)}, []float64{p.y.at(y0)}
	for _, step := range steps {
		x, y := p.x.at(step.Time), p.y.at(value(step))
		xs, ys = append(xs, x, x), append(ys, ys[len(ys)-1], y)
	}
	return xs, ys
}

// stepBands draws the band over each run of steps that have an interval. Before the
// first step the band has no width.
func (c *canvas) stepBands(p plot, steps []Step, series int) {
	steps = thin(p, steps)
	for i := 0; i < len(steps); {
		if !steps[i].Interval.Known() {
			i++
			continue
		}
		j := i
		var xs, low, high []float64
		for ; j < len(steps) && steps[j].Interval.Known(); j++ {
			end := steps[j].Time
			if j+1 < len(steps) {
				end = steps[j+1].Time
			}
			l, h := p.y.at(steps[j].Interval.Low), p.y.at(steps[j].Interval.High)
			xs = append(xs, p.x.at(steps[j].Time), p.x.at(end))
			low, high = append(low, l, l), append(high, h, h)
		}
		c.path(area(xs, low, high), seriesClass("w", series), "")
		i = j
	}
}

func (c *canvas) steps(p plot, curve SurvivalCurve, series int, timeTitle string) {
	kept := thin(p, curve.Steps)
	xs, ys := stairs(p, 1, kept, func(s Step) float64 { return s.Share })
	c.path(polyline(xs, ys), seriesClass("c", series), "")
	for i, step := range kept {
		x, y := p.x.at(step.Time), p.y.at(step.Share)
		if step.Censored > 0 && len(kept) <= 400 {
			c.segment(x, y-5, x, y+5, seriesClass("x", series))
		}
		end := p.right
		if i+1 < len(kept) {
			end = p.x.at(kept[i+1].Time)
		}
		if end-x >= 1 || len(kept) <= 200 {
			c.rect(x, y-8, max(end-x, 4), 16, "hit", stepTooltip(curve.Name, step, timeTitle, c.words))
		}
	}
}

func stepTooltip(name string, step Step, timeTitle string, w *Words) string {
	parts := []string{timeTitle + " " + w.short(step.Time, 2) + ": " + w.percent(step.Share, 1)}
	if !blank(name) {
		parts[0] = name + ", " + parts[0]
	}
	if step.Interval.Known() {
		parts = append(parts, w.Interval+" "+w.span(step.Interval))
	}
	if step.AtRisk > 0 {
		parts = append(parts, w.count(step.AtRisk)+" "+w.AtRisk)
	}
	if step.Censored > 0 {
		parts = append(parts, w.count(step.Censored)+" "+w.Censored)
	}
	return strings.Join(parts, "; ")
}

// riskAt is the number at risk just before a time: that of the first step at or after it.
func (curve SurvivalCurve) riskAt(time float64) int64 {
	for _, step := range curve.Steps {
		if step.Time >= time {
			return step.AtRisk
		}
	}
	return 0
}

// atRisk writes the numbers at risk under the ticks, one row of figures for each curve
// under a row with its name, leaving out ticks whose figures would touch.
func (s Survival) atRisk(c *canvas, p plot, xt ticks) {
	stated := false
	widest := 0.0
	for _, curve := range s.Curves {
		for _, step := range curve.Steps {
			stated = stated || step.AtRisk > 0
			widest = max(widest, smallFace.width(c.words.count(step.AtRisk)))
		}
	}
	if !stated || len(xt.values) < 2 {
		return
	}
	stride := every(widest, p.x.at(xt.values[1])-p.x.at(xt.values[0]))
	c.y += 6
	for i, curve := range s.Curves {
		c.y += 16
		name := c.words.AtRisk
		if !blank(curve.Name) {
			name = curve.Name + " – " + name
		}
		c.rect(c.left(), c.y-8, 8, 8, seriesClass("f", i), "")
		c.cut(c.left()+13, c.y, c.right()-c.left()-13, "start", smallFace, "soft", name)
		c.y += 14
		for k := 0; k < len(xt.values); k += stride {
			x := p.x.at(xt.values[k])
			text := c.words.count(curve.riskAt(xt.values[k]))
			half := smallFace.width(text) / 2
			x = max(c.left()+half, min(x, c.right()-half))
			c.text(x, c.y, "middle", smallFace, "", text)
		}
	}
	c.y += 4
}

func (s Survival) table(w *Words) Table {
	t := Table{Caption: s.Title, Columns: []string{w.Series, or(s.TimeTitle, w.Time), or(s.ShareTitle, w.Share), w.Low, w.High, w.AtRisk, w.Censored}}
	for _, curve := range s.Curves {
		for _, step := range curve.Steps {
			low, high := w.ends(step.Interval)
			t.Rows = append(t.Rows, []string{
				clean(curve.Name), w.raw(step.Time), w.percent(step.Share, 2), low, high,
				known(step.AtRisk, w), known(step.Censored, w),
			})
		}
	}
	return t
}
