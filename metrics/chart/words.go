package chart

import (
	"math"
	"strconv"
	"strings"
)

// Words are the words and number signs that charts write themselves, so that a host
// can put them into another language. A field left empty is English.
type Words struct {
	// Decimal and Group are the signs between whole and fraction (".") and between
	// thousands (","). A Group of "none" writes no sign.
	Decimal, Group string
	// Percent follows a share in percent ("%"); some languages want a space before it.
	Percent string
	// Thousand, Million and Billion follow a number that is cut short: "k", "M", "bn".
	Thousand, Million, Billion string
	// Interval names an interval with its level: "95% interval".
	Interval string
	// To joins the ends of a range: "12 to 15".
	To string
	// Of joins a part and its whole: "12 of 40".
	Of string
	// NotYet stands for a cell that is not mature: "not yet known".
	NotYet string
	// Share, Count, Size and Period are the columns of values.
	Share, Count, Size, Period string
	// Cohort heads the cohorts of a triangle.
	Cohort string
	// Low and High head the ends of intervals.
	Low, High string
	// Time, AtRisk, Censored and Median belong to survival curves.
	Time, AtRisk, Censored, Median string
	// Promoters, Passives, Detractors and Answers belong to the gauge.
	Promoters, Passives, Detractors, Answers string
	// Score heads the value of a gauge.
	Score string
	// Recency, Frequency, Customers, Segment and Spend belong to the RFM grid.
	Recency, Frequency, Customers, Segment, Spend string
	// Series and Name head names of series and of marked values.
	Series, Name string
	// Values heads the table of a page's chart: "Values as a table".
	Values string
	// Omitted says, after a number, that a table of a page leaves out rows: "rows left out".
	Omitted string
	// Per joins a count and a unit in densities: "customers per unit".
	Per string
}

func (w *Words) orDefault() *Words {
	var out Words
	if w != nil {
		out = *w
	}
	for _, d := range []struct {
		field *string
		word  string
	}{
		{&out.Decimal, "."},
		{&out.Group, ","},
		{&out.Percent, "%"},
		{&out.Thousand, "k"},
		{&out.Million, "M"},
		{&out.Billion, "bn"},
		{&out.Interval, "interval"},
		{&out.To, "to"},
		{&out.Of, "of"},
		{&out.NotYet, "not yet known"},
		{&out.Share, "Share"},
		{&out.Count, "Count"},
		{&out.Size, "Size"},
		{&out.Period, "Period"},
		{&out.Cohort, "Cohort"},
		{&out.Low, "Low"},
		{&out.High, "High"},
		{&out.Time, "Time"},
		{&out.AtRisk, "at risk"},
		{&out.Censored, "censored"},
		{&out.Median, "median"},
		{&out.Promoters, "Promoters"},
		{&out.Passives, "Passives"},
		{&out.Detractors, "Detractors"},
		{&out.Answers, "answers"},
		{&out.Score, "Score"},
		{&out.Recency, "Recency score"},
		{&out.Frequency, "Frequency score"},
		{&out.Customers, "customers"},
		{&out.Segment, "Segment"},
		{&out.Spend, "Spend"},
		{&out.Series, "Series"},
		{&out.Name, "Name"},
		{&out.Values, "Values as a table"},
		{&out.Omitted, "rows left out"},
		{&out.Per, "per unit"},
	} {
		if *d.field == "" {
			*d.field = d.word
		}
	}
	if out.Group == "none" {
		out.Group = ""
	}
	return &out
}

// number writes v with exactly the given places, grouped in thousands.
func (w *Words) number(v float64, places int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', places, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	var b strings.Builder
	if v < 0 && strings.Trim(s, "0.") != "" {
		b.WriteString("−")
	}
	for i, digit := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(w.Group)
		}
		b.WriteByte(digit)
	}
	if fraction != "" {
		b.WriteString(w.Decimal + fraction)
	}
	return b.String()
}

// short writes v with at most the given places and no closing zeros.
func (w *Words) short(v float64, places int) string {
	s := strconv.FormatFloat(v, 'f', places, 64)
	for places > 0 && strings.HasSuffix(s, "0") {
		s = s[:len(s)-1]
		places--
	}
	return w.number(v, places)
}

func (w *Words) count(n int64) string {
	s := strconv.FormatInt(n, 10)
	whole := strings.TrimPrefix(s, "-")
	var b strings.Builder
	if n < 0 {
		b.WriteString("−")
	}
	for i, digit := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(w.Group)
		}
		b.WriteByte(digit)
	}
	return b.String()
}

// compact writes n with at most three digits and a sign for its size.
func (w *Words) compact(n int64) string {
	for _, size := range []struct {
		unit float64
		sign string
	}{{1e9, w.Billion}, {1e6, w.Million}, {1e3, w.Thousand}} {
		if v := float64(n) / size.unit; v >= 1 {
			return w.short(v, max(0, 2-int(math.Log10(v)))) + size.sign
		}
	}
	return w.count(n)
}

// percent writes a share from 0 to 1.
func (w *Words) percent(share float64, places int) string {
	return w.number(share*100, places) + w.Percent
}

// span writes the ends of an interval of shares in percent.
func (w *Words) span(i Interval) string {
	return w.percent(i.Low, 1) + " " + w.To + " " + w.percent(i.High, 1)
}

// raw writes a number for a table, with up to six significant decimals.
func (w *Words) raw(v float64) string { return w.short(v, 6) }

// ends writes the ends of an interval of shares, or nothing where there is none.
func (w *Words) ends(i Interval) (low, high string) {
	if !i.Known() {
		return "", ""
	}
	return w.percent(i.Low, 2), w.percent(i.High, 2)
}
