package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, s := range plainSamples() {
		svg, err := SVG(s.chart, &Options{ID: s.name})
		require.NoError(t, err, s.name)
		golden.Equal(t, filepath.Join("testdata", s.name+".svg"), svg)
		vega, err := VegaLite(s.chart, nil)
		require.NoError(t, err, s.name)
		golden.Equal(t, filepath.Join("testdata", s.name+".vl.json"), string(vega))
	}
}

// wellFormed reads the whole of an XML text and returns its elements.
func wellFormed(t testing.TB, text string) (elements []xml.StartElement, ids map[string]int) {
	t.Helper()
	ids = map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements, ids
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			elements = append(elements, e.Copy())
			if id := attribute(e, "id"); id != "" {
				ids[id]++
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// What the readers of a picture rely on: it is well-formed, self-contained, named and
// described, its ids are unique and its rules name it.
func TestPicturesAreSelfContained(t *testing.T) {
	t.Parallel()
	for _, s := range append(plainSamples(), hostileSamples()...) {
		svg, err := SVG(s.chart, nil)
		require.NoError(t, err, s.name)
		again, err := SVG(s.chart, nil)
		require.NoError(t, err)
		require.Equal(t, svg, again, "%s: two drawings differ", s.name)

		elements, ids := wellFormed(t, svg)
		root := elements[0]
		require.Equal(t, "img", attribute(root, "role"))
		for _, id := range strings.Fields(attribute(root, "aria-labelledby")) {
			require.Equal(t, 1, ids[id], "%s: %s", s.name, id)
		}
		for id, n := range ids {
			require.Equal(t, 1, n, "%s: id %s", s.name, id)
		}
		tips := 0
		for _, e := range elements {
			require.NotContains(t, []string{"script", "image", "use", "foreignObject", "a", "link"}, e.Name.Local)
			if e.Name.Local == "title" {
				tips++
			}
			for _, a := range e.Attr {
				require.False(t, strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href", "%s: %s", s.name, a.Name.Local)
				require.NotContains(t, a.Value, "NaN")
				require.NotContains(t, a.Value, "Inf")
			}
		}
		require.Greater(t, tips, 1, "%s has no tooltips", s.name)
		require.NotContains(t, svg, "url(")
		require.NotContains(t, svg, "@import")
		for line := range strings.Lines(svg[strings.Index(svg, "<style>\n")+8 : strings.Index(svg, "</style>")]) {
			require.True(t, strings.HasPrefix(line, "#"+attribute(root, "id")+"{") || strings.HasPrefix(line, "#"+attribute(root, "id")+" ") ||
				strings.HasPrefix(line, "@media (prefers-color-scheme:dark){#"+attribute(root, "id")+"{"), "%s: %s", s.name, line)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, s := range append(plainSamples(), hostileSamples()...) {
		svg, err := SVG(s.chart, nil)
		require.NoError(t, err)
		elements, _ := wellFormed(t, svg)
		id := attribute(elements[0], "id")
		require.Empty(t, seen[id], "%s has the id of another chart", s.name)
		seen[id] = s.name
	}
	for _, id := range []string{"1a", "a b", `a"b`, "-a", "ä", strings.Repeat("a", 65), "#a"} {
		_, err := SVG(plainSamples()[0].chart, &Options{ID: id})
		require.ErrorIs(t, err, ErrInvalid, id)
	}
}

// Each row breaks one rule of one chart; the fault names the field.
func TestFaults(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	point := func(p RetentionPoint) Chart {
		return Retention{Title: "t", Series: []RetentionSeries{{Points: []RetentionPoint{p}}}}
	}
	step := func(s ...Step) Chart { return Survival{Title: "t", Curves: []SurvivalCurve{{Steps: s}}} }
	cell := func(c Cell) Chart {
		return Triangle{Title: "t", Columns: []string{"0"}, Rows: []TriangleRow{{Label: "a", Cells: []Cell{c}}}}
	}
	bins := func(b ...Bin) Chart { return Distribution{Title: "t", Bins: b} }
	cases := []struct {
		name, field string
		want        error
		chart       Chart
	}{
		{"nil", "Chart", ErrNoData, nil},
		{"nil pointer", "Chart", ErrNoData, (*Gauge)(nil)},
		{"no title", "Title", ErrInvalid, Gauge{Title: " \t\x00", N: 1}},
		{"retention empty", "Series", ErrNoData, Retention{Title: "t", Series: []RetentionSeries{{}}}},
		{"retention share", "Series[0].Points[0].Share", ErrInvalid, point(RetentionPoint{Share: 1.01})},
		{"retention NaN", "Series[0].Points[0].Share", ErrInvalid, point(RetentionPoint{Share: nan})},
		{"retention period", "Series[0].Points[0].Period", ErrInvalid, point(RetentionPoint{Period: -1})},
		{"retention size", "Series[0].Points[0].Size", ErrInvalid, point(RetentionPoint{Size: -1})},
		{"retention interval", "Series[0].Points[0].Interval", ErrInvalid, point(RetentionPoint{Share: .5, Interval: Interval{.6, .7}})},
		{"retention interval NaN", "Series[0].Points[0].Interval", ErrInvalid, point(RetentionPoint{Share: .5, Interval: Interval{nan, .7}})},
		{"retention names", "Series[1].Name", ErrInvalid, Retention{Title: "t", Series: []RetentionSeries{{"a", decay(2, 0, 1, 9)}, {"a", decay(2, 0, 1, 9)}}}},
		{"retention seven", "Series", ErrInvalid, Retention{Title: "t", Series: make([]RetentionSeries, 7)}},
		{"triangle unknown", "Rows", ErrNoData, cell(Cell{Share: .5})},
		{"triangle share", "Rows[0].Cells[0].Share", ErrInvalid, cell(Cell{Known: true, Share: inf})},
		{"triangle count", "Rows[0].Cells[0].Returned", ErrInvalid, cell(Cell{Known: true, Returned: -1})},
		{"triangle cells", "Rows[0].Cells", ErrInvalid, Triangle{Title: "t", Rows: []TriangleRow{{Label: "a", Cells: make([]Cell, 1)}}}},
		{"triangle label", "Rows[0].Label", ErrInvalid, Triangle{Title: "t", Columns: []string{"0"}, Rows: []TriangleRow{{Cells: []Cell{{Known: true}}}}}},
		{"triangle columns", "Columns[1]", ErrInvalid, Triangle{Title: "t", Columns: []string{"0", "0"}, Rows: []TriangleRow{{Label: "a", Cells: []Cell{{Known: true}}}}}},
		{"gauge empty", "N", ErrNoData, Gauge{Title: "t"}},
		{"gauge score", "Score", ErrInvalid, Gauge{Title: "t", Score: -100.1}},
		{"gauge interval", "Interval", ErrInvalid, Gauge{Title: "t", Score: 5, Interval: Interval{0, 101}}},
		{"gauge level", "Level", ErrInvalid, Gauge{Title: "t", Score: 5, Level: 95}},
		{"gauge classes", "N", ErrInvalid, Gauge{Title: "t", Score: 5, N: 4, Promoters: 1, Passives: 1, Detractors: 1}},
		{"gauge negative", "Passives", ErrInvalid, Gauge{Title: "t", Score: 5, Passives: -2}},
		{"survival empty", "Curves", ErrNoData, step()},
		{"survival time", "Curves[0].Steps[0].Time", ErrInvalid, step(Step{Time: inf})},
		{"survival order", "Curves[0].Steps[1].Time", ErrInvalid, step(Step{Time: 2, Share: .5}, Step{Time: 2, Share: .4})},
		{"survival rises", "Curves[0].Steps[1].Share", ErrInvalid, step(Step{Time: 1, Share: .5}, Step{Time: 2, Share: .6})},
		{"survival median", "Curves[0].Median", ErrInvalid, Survival{Title: "t", Curves: []SurvivalCurve{{Steps: []Step{{Share: 1}}, Median: &nan}}}},
		{"survival risk", "Curves[0].Steps[0].AtRisk", ErrInvalid, step(Step{Time: 1, Share: .5, AtRisk: -5})},
		{"rfm scores", "Scores", ErrInvalid, RFM{Title: "t", Scores: 11}},
		{"rfm empty", "Cells", ErrNoData, RFM{Title: "t", Cells: []RFMCell{{Recency: 1, Frequency: 1}}}},
		{"rfm place", "Cells[0].Recency", ErrInvalid, RFM{Title: "t", Cells: []RFMCell{{Recency: 6, Frequency: 1, Customers: 1}}}},
		{"rfm twice", "Cells[1]", ErrInvalid, RFM{Title: "t", Cells: []RFMCell{{1, 1, 1, "", ""}, {1, 1, 1, "", ""}}}},
		{"distribution empty", "Bins", ErrNoData, bins(Bin{Label: "a"})},
		{"distribution none", "Bins", ErrNoData, bins()},
		{"distribution kinds", "Bins[1].Label", ErrInvalid, bins(Bin{Label: "a", Count: 1}, Bin{Low: 1, High: 2})},
		{"distribution range", "Bins[0]", ErrInvalid, bins(Bin{Low: 2, High: 2, Count: 1})},
		{"distribution order", "Bins[1].Low", ErrInvalid, bins(Bin{Low: 1, High: 2, Count: 1}, Bin{Low: 1.5, High: 3})},
		{"distribution mark", "Marks[0].Value", ErrInvalid, Distribution{Title: "t", Bins: []Bin{{Low: 1, High: 2, Count: 1}}, Marks: []Mark{{"m", nan}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := SVG(c.chart, nil)
			requireFault(t, err, c.field, c.want)
			_, err = VegaLite(c.chart, nil)
			requireFault(t, err, c.field, c.want)
			_, err = Values(c.chart, nil)
			requireFault(t, err, c.field, c.want)
			_, err = Page{Title: "p", Sections: []Section{{Heading: "h", Chart: c.chart}}}.HTML()
			require.Error(t, err)
		})
	}
}

func requireFault(t *testing.T, err error, field string, want error) {
	t.Helper()
	require.ErrorIs(t, err, want)
	require.Contains(t, err.Error(), ": "+field+": ")
}

func TestEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	_, err := SVG(Gauge{Score: 200, Level: 3, Passives: -1}, &Options{Width: 5, ID: "?", Scheme: 9})
	for _, field := range []string{"Title", "Score", "Level", "Passives", "Options.Width", "Options.ID", "Options.Scheme"} {
		requireFault(t, err, field, ErrInvalid)
	}
	var fault *FieldError
	require.ErrorAs(t, err, &fault)
}

func TestWordsAndNumbers(t *testing.T) {
	t.Parallel()
	german := &Words{Decimal: ",", Group: ".", Percent: " %", Interval: "Intervall", To: "bis", Score: "Wert", Promoters: "Förderer"}
	svg, err := SVG(plainSamples()[3].chart, &Options{Words: german})
	require.NoError(t, err)
	for _, text := range []string{"95 % Intervall 37,0 bis 42,7", "n = 2.746", "Förderer 1.466 (53,4 %)", ">39,8<"} {
		require.Contains(t, svg, text)
	}
	w := (&Words{Group: "none"}).orDefault()
	require.Equal(t, "1234567.9", w.number(1234567.89, 1))
	w = (*Words)(nil).orDefault()
	for want, got := range map[string]string{
		"−1,234.50": w.number(-1234.5, 2), "0": w.number(-0.2, 0), "12": w.short(12.0, 3), "100": w.short(100, 2),
		"−9,223,372,036,854,775,808": w.count(math.MinInt64), "999": w.compact(999), "1.23k": w.compact(1234), "123M": w.compact(123_456_789), "9,223,372,037bn": w.compact(math.MaxInt64),
	} {
		require.Equal(t, want, got)
	}
}

func TestSchemeText(t *testing.T) {
	t.Parallel()
	for _, s := range []Scheme{Auto, Light, Dark} {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var back Scheme
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, s, back)
	}
	_, err := Scheme(7).MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorIs(t, new(Scheme).UnmarshalText([]byte("sepia")), ErrInvalid)
	require.Equal(t, "Scheme(7)", Scheme(7).String())
	require.Equal(t, "VegaVersion(7)", VegaVersion(7).String())
}

// No text, however strange, breaks a picture or a page out of its markup.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", longWord, "</title><script>", "\x00\xff\u202e", "満足", "é", "👩‍👩‍👧", "]]>", "&amp;"} {
		f.Add(s, 300)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = minWidth + (width%1000+1000)%1000
		for _, c := range []Chart{
			Gauge{Title: "t" + s, Subtitle: s, Description: s, Score: 1},
			Triangle{Title: "t", CohortTitle: s, Columns: []string{s, s + "x"}, Rows: []TriangleRow{{Label: "r" + s, Size: 5, Cells: []Cell{{Known: true, Share: .5}}}}},
			Retention{Title: "t", PeriodTitle: s, Series: []RetentionSeries{{s, []RetentionPoint{{Period: 1, Share: .5}}}}},
			RFM{Title: "t", Cells: []RFMCell{{1, 1, 5, s, s}}},
			Distribution{Title: "t", Bins: []Bin{{Label: "b" + s, Count: 3}}},
		} {
			svg, err := SVG(c, &Options{Width: width})
			if err != nil {
				require.ErrorIs(t, err, ErrInvalid)
				continue
			}
			elements, _ := wellFormed(t, svg)
			for _, e := range elements {
				require.NotEqual(t, "script", e.Name.Local)
			}
			page, err := Page{Title: "p" + s, Lead: s, Language: s, Sections: []Section{{Heading: "h" + s, Text: s, Chart: c}}}.HTML()
			require.NoError(t, err)
			require.NotContains(t, page, "<script")
		}
	})
}

// The estimate of a text's width never falls short of what was asked to fit.
func TestFit(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "a", longWord, "ab cd", "満足度調査", "é́́́́é́́", strings.Repeat("x", 1<<20)} {
		for limit := range 60 {
			short := labelFace.fit(s, float64(limit))
			require.LessOrEqual(t, labelFace.width(short), float64(limit), "%.20q in %d", s, limit)
		}
	}
	require.Equal(t, "a", labelFace.fit("a", 20))
	require.Equal(t, []string{"one two", "three…"}, labelFace.wrap("one two three four five", 50, 2))
}

// Ticks are round, inside the range, ascending and not too many.
func TestTicks(t *testing.T) {
	t.Parallel()
	for _, high := range []float64{1e-9, 0.003, 0.2, 1, 7, 99, 1234, 5e6, largest} {
		for most := 2; most < 12; most++ {
			got := steps(0, high, most, false)
			require.LessOrEqual(t, len(got.values), most)
			require.LessOrEqual(t, got.values[len(got.values)-1], high*(1+1e-9))
			top := cover(high, max(most, 3))
			require.GreaterOrEqual(t, top, high*(1-1e-9))
			again := steps(0, top, max(most, 3), false)
			require.InEpsilon(t, top, again.values[len(again.values)-1], 1e-9, "no tick on the top %v of %v", top, high)
		}
	}
	require.Equal(t, []float64{0, 20, 40, 60, 80, 100}, steps(0, 100, 6, true).values)
	require.Equal(t, 1.0, steps(0, 3, 9, true).step)
}

func BenchmarkSVG(b *testing.B) {
	for _, n := range []int{12, 120, 1200} {
		c := Retention{Title: "t", Series: []RetentionSeries{{"s", decay(n, 0.2, 0.1, 500)}}}
		b.Run(fmt.Sprint("retention/points=", n), func(b *testing.B) { drawing(b, c) })
	}
	for _, n := range []int{12, 36, 108} {
		c := triangle(n, n, "")
		b.Run(fmt.Sprint("triangle/rows=", n), func(b *testing.B) { drawing(b, c) })
	}
	for _, n := range []int{100, 1000, 10_000} {
		c := Survival{Title: "t", Curves: []SurvivalCurve{survival("s", n, 0.001, 1_000_000)}}
		b.Run(fmt.Sprint("survival/steps=", n), func(b *testing.B) { drawing(b, c) })
	}
}

func drawing(b *testing.B, c Chart) {
	b.Helper()
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		svg, err := SVG(c, nil)
		require.NoError(b, err)
		size = len(svg)
	}
	b.ReportMetric(float64(size), "svg-bytes")
}
