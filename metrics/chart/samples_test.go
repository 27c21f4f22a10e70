package chart

import (
	"fmt"
	"math"
	"strings"
)

// sample is a chart that the tests draw, with its name in testdata.
type sample struct {
	name  string
	chart Chart
}

// tidy rounds to six places, so that the last bit of math.Exp, which differs between
// architectures, is not in the golden files.
func tidy(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// decay is a curve that falls fast and then flattens.
func decay(periods int, floor, pace float64, size int64) []RetentionPoint {
	out := make([]RetentionPoint, periods)
	for i := range out {
		share := tidy(floor + (1-floor)*math.Exp(-pace*float64(i)))
		half := tidy(1.96 * math.Sqrt(share*(1-share)/float64(size)))
		out[i] = RetentionPoint{Period: i, Share: share, Size: size}
		if i > 0 {
			out[i].Interval = Interval{tidy(max(0, share-half)), tidy(min(1, share+half))}
		}
	}
	return out
}

func triangle(rows, columns int, label string) Triangle {
	t := Triangle{
		Title: "Customers who came back, by month of their first purchase", Subtitle: "Bounded retention, calendar months, Europe/London",
		PeriodTitle: "Months since first purchase",
	}
	for j := range columns {
		t.Columns = append(t.Columns, fmt.Sprint(j))
	}
	for i := range rows {
		row := TriangleRow{Label: fmt.Sprintf("%s%04d-%02d", label, 2020+i/12, i%12+1), Size: int64(200 + 977*i%1300)}
		for j := range min(columns, rows-i) {
			share := 1.0
			if j > 0 {
				share = tidy(0.08 + 0.32*math.Exp(-0.3*float64(j))*(1+0.3*math.Sin(float64(7*i+j))))
			}
			returned := int64(share * float64(row.Size))
			row.Cells = append(row.Cells, Cell{Known: true, Share: share, Returned: returned, Interval: Interval{tidy(share * 0.9), tidy(min(1, share*1.1))}})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func survival(name string, steps int, pace float64, size int64) SurvivalCurve {
	c := SurvivalCurve{Name: name}
	share, risk := 1.0, size
	for i := range steps {
		time := float64(i+1) * 730 / float64(steps)
		share = tidy(share * math.Exp(-pace*730/float64(steps)))
		s := Step{Time: tidy(time), Share: share, Interval: Interval{tidy(share * 0.93), tidy(min(1, share*1.07))}, AtRisk: risk}
		if i%5 == 4 {
			s.Censored = 3
		}
		risk -= size / int64(steps+1)
		c.Steps = append(c.Steps, s)
	}
	if share < 0.5 {
		median := tidy(math.Ln2 / pace)
		c.Median = &median
	}
	return c
}

// segment names a pair of scores in the usual way.
func segment(recency, frequency, scores int) string {
	r, f := float64(recency)/float64(scores), float64(frequency)/float64(scores)
	switch {
	case r > 0.7 && f > 0.7:
		return "Champions"
	case r > 0.5 && f > 0.5:
		return "Loyal customers"
	case r > 0.7:
		return "New and promising"
	case r > 0.5:
		return "Need attention"
	case f > 0.7:
		return "Cannot lose them"
	case f > 0.5:
		return "At risk"
	case r > 0.3:
		return "About to sleep"
	}
	return "Hibernating"
}

func rfm(scores int, scale int64, suffix string) RFM {
	r := RFM{Title: "Customers by recency and frequency", Subtitle: "Scores by mid-rank; the highest is the best", Scores: scores}
	for i := 1; i <= scores; i++ {
		for j := 1; j <= scores; j++ {
			d := i - j
			r.Cells = append(r.Cells, RFMCell{
				Recency: i, Frequency: j, Customers: scale * int64(60-14*min(4, max(d, -d))+(i*7+j*11)%13),
				Segment: segment(i, j, scores) + suffix, Spend: fmt.Sprintf("£%d", 1000*i*j),
			})
		}
	}
	return r
}

func ratings(counts []int64, label func(int) string) Distribution {
	d := Distribution{Title: "Answers by score", ValueTitle: "How likely are you to recommend us? (0 to 10)", CountTitle: "Answers"}
	for i, n := range counts {
		d.Bins = append(d.Bins, Bin{Label: label(i), Count: n})
	}
	return d
}

func hours(n int, widen float64) Distribution {
	d := Distribution{
		Title: "Time to first response", Subtitle: "Closed and open cases, calendar hours", ValueTitle: "Hours", CountTitle: "Cases",
		Marks: []Mark{{"median", 3.1}, {"p90", 11.4}, {"target", 8}, {"p99", 23}},
	}
	low, step := 0.0, 24/float64(n)
	for low < 24 {
		high := low + step
		d.Bins = append(d.Bins, Bin{Low: low, High: high, Count: int64(4000 * step * math.Exp(-low/5))})
		low, step = high, step*widen
	}
	return d
}

const longWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

func plainSamples() []sample {
	return []sample{
		{"retention", Retention{
			Title: "Share of customers who came back", Subtitle: "With 95% Wilson bands", PeriodTitle: "Weeks since first purchase", ShareTitle: "Active in the week",
			Series: []RetentionSeries{{"All customers", decay(13, 0.22, 0.55, 400)}},
		}},
		{"retention-series", Retention{
			Title: "Retention by country", PeriodTitle: "Months since first purchase", ShareTitle: "Active in the month",
			Series: []RetentionSeries{
				{"Japan", decay(12, 0.35, 0.5, 300)},
				{"Germany", decay(12, 0.25, 0.7, 300)},
				{"Brazil", decay(10, 0.15, 0.6, 150)},
				{"India", decay(8, 0.1, 0.9, 500)},
				{"China", decay(7, 0.05, 0.8, 500)},
				{"Italy", decay(6, 0.02, 0.5, 90)},
			},
		}},
		{"triangle", triangle(12, 12, "")},
		{"gauge", Gauge{
			Title: "Net Promoter Score", Subtitle: "San Francisco airport, 2017", Score: 39.84, Interval: Interval{36.98, 42.70}, Level: 0.95,
			N: 2746, Promoters: 1466, Passives: 908, Detractors: 372,
		}},
		{"gauge-negative", Gauge{Title: "Net Promoter Score", Score: -35, Interval: Interval{-62, -8}, Level: 0.95, N: 40, Promoters: 8, Passives: 10, Detractors: 22}},
		{"survival", Survival{
			Title: "Time until the subscription ended", Subtitle: "Kaplan-Meier, log-log bands", TimeTitle: "Days since sign-up", ShareTitle: "Still subscribed",
			Curves: []SurvivalCurve{survival("Monthly plan", 24, 0.0021, 2400), survival("Yearly plan", 18, 0.0007, 900)},
		}},
		{"rfm", rfm(5, 9, "")},
		{"distribution-scores", ratings([]int64{31, 12, 18, 25, 40, 160, 133, 320, 588, 540, 879}, func(i int) string { return fmt.Sprint(i) })},
		{"distribution", hours(48, 1)},
	}
}

// hostileSamples press labels into too little room and too much data into a picture.
func hostileSamples() []sample {
	retention := Retention{Title: strings.Repeat("A long title of a chart ", 12), Subtitle: longWord, PeriodTitle: strings.Repeat("period ", 40), ShareTitle: longWord}
	for i := range maxSeries {
		retention.Series = append(retention.Series, RetentionSeries{fmt.Sprint(i, " ", longWord), decay(1+i*190, 0.1*float64(i), 0.01, 60)})
	}
	curves := Survival{Title: "Many steps", TimeTitle: longWord}
	for i := range 4 {
		curves.Curves = append(curves.Curves, survival(fmt.Sprint(i, " ", longWord), 10+i*1500, 0.001*float64(i+1), 90_000_000))
	}
	classes := ratings(make([]int64, 30), func(i int) string { return fmt.Sprintf("class %d %s", i, strings.Repeat("name ", i)) })
	classes.Bins[7].Count, classes.Bins[8].Count = 123_456_789, 1
	narrow := ratings(make([]int64, 120), func(i int) string { return fmt.Sprint("W", i*i) })
	for i := range narrow.Bins {
		narrow.Bins[i].Count = int64(i * 1000)
	}
	marks := hours(400, 1)
	marks.Marks = nil
	for i := range 8 {
		marks.Marks = append(marks.Marks, Mark{fmt.Sprint("quantile ", longWord), 23.2 + 0.1*float64(i)})
	}
	tiny := hours(12, 1)
	for i := range tiny.Bins {
		tiny.Bins[i].Low, tiny.Bins[i].High = 1e6+tiny.Bins[i].Low*1e-5, 1e6+tiny.Bins[i].High*1e-5
	}
	tiny.Marks = nil
	script := Gauge{Title: `<script>alert("x")</script> & 'quotes'` + "\x00\u202e", Score: 100, Interval: Interval{99.9, 100}, Level: 0.99, N: 1, Promoters: 1}
	cjk := ratings([]int64{5, 9, 2, 4, 8, 9, 3}, func(i int) string { return strings.Repeat("満足度調査", i%3+1) + fmt.Sprint(i) })
	return []sample{
		{"retention long", retention},
		{"retention flat low", Retention{Title: "Low", Series: []RetentionSeries{{"", []RetentionPoint{{Period: 3, Share: 0.004, Interval: Interval{0.001, 0.012}}}}}}},
		{"retention zero", Retention{Title: "Zero", Series: []RetentionSeries{{"", []RetentionPoint{{Period: 0, Share: 0}, {Period: 1_000_000_000, Share: 0}}}}}},
		{"triangle wide", triangle(60, 60, "")},
		{"triangle long labels", triangle(4, 30, longWord)},
		{"triangle one", triangle(1, 1, "")},
		{"gauge narrow class", Gauge{Title: "NPS", Score: 99.4, Interval: Interval{99, 99.8}, N: 1_000_000, Promoters: 997_000, Passives: 0, Detractors: 3000}},
		{"gauge script", script},
		{"gauge low", Gauge{Title: "NPS", Score: -100, N: 3, Detractors: 3}},
		{"survival long", curves},
		{"survival one step", Survival{Title: "One", Curves: []SurvivalCurve{{Steps: []Step{{Time: 0, Share: 0.5}}}}}},
		{"rfm ten", rfm(10, 999_999_937, " "+longWord)},
		{"rfm two", rfm(2, 1, "")},
		{"distribution classes", classes},
		{"distribution narrow bars", narrow},
		{"distribution marks", marks},
		{"distribution uneven", hours(60, 1.2)},
		{"distribution tiny range", tiny},
		{"distribution cjk", cjk},
	}
}
