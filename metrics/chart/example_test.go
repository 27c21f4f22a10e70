package chart_test

import (
	"fmt"
	"strings"

	"github.com/rapport-go/rapport/metrics/chart"
)

func ExampleSVG() {
	svg, err := chart.SVG(chart.Gauge{
		Title: "Net Promoter Score", Score: 39.84, Interval: chart.Interval{Low: 36.98, High: 42.70}, Level: 0.95, N: 2746,
	}, &chart.Options{ID: "nps"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(svg) {
		if strings.HasPrefix(line, "<title") || strings.HasPrefix(line, "<desc") || strings.HasPrefix(line, "<text") && strings.Contains(line, "interval") {
			fmt.Print(line)
		}
	}
	// Output:
	// <title id="nps-title">Net Promoter Score</title>
	// <desc id="nps-desc">Score 39.84; Low (95% interval) 36.98; High (95% interval) 42.7; answers 2,746.</desc>
	// <text x="220" y="255.72" class="u soft" text-anchor="middle">95% interval 37.0 to 42.7</text>
}

func ExampleVegaLite() {
	spec, err := chart.VegaLite(chart.Distribution{
		Title: "Answers", Bins: []chart.Bin{{Label: "yes", Count: 3}, {Label: "no", Count: 1}},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(string(spec)) {
		if strings.Contains(line, "count") || strings.Contains(line, "schema") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
	// "count": 3,
	// "count": 1,
	// "field": "count",
}

func ExampleValues() {
	table, err := chart.Values(chart.Triangle{
		Title: "Came back", Columns: []string{"0", "1", "2"},
		Rows: []chart.TriangleRow{
			{Label: "2024-01", Size: 40, Cells: []chart.Cell{{Known: true, Share: 1}, {Known: true, Share: 0.35}, {Known: true, Share: 0.3}}},
			{Label: "2024-02", Size: 20, Cells: []chart.Cell{{Known: true, Share: 1}, {Known: true, Share: 0.4}}},
		},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Columns)
	for _, row := range table.Rows {
		fmt.Println(row)
	}
	// Output:
	// [Cohort Size 0 1 2]
	// [2024-01 40 100.00% 35.00% 30.00%]
	// [2024-02 20 100.00% 40.00% ]
}

func ExamplePage() {
	page := chart.Page{
		Title:   "The shop in 2024",
		Figures: []chart.Figure{{Name: "Retention, Q4", Value: "62.7%", Note: "CRR as the field prints it: 85.1%"}},
		Sections: []chart.Section{{
			Heading: "How fast do customers come back?",
			Chart: chart.Retention{
				Title: "Share of customers who came back", PeriodTitle: "Months since first purchase",
				Series: []chart.RetentionSeries{{Points: []chart.RetentionPoint{{Period: 0, Share: 1}, {Period: 1, Share: 0.4}}}},
			},
		}},
	}
	var file strings.Builder
	if _, err := page.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(file.String()) {
		if strings.HasPrefix(line, "<h") || strings.HasPrefix(line, "<div><dt>") || strings.HasPrefix(line, "<details>") {
			fmt.Print(line)
		}
	}
	// Output:
	// <html lang="en">
	// <head>
	// <header>
	// <h1>The shop in 2024</h1>
	// <div><dt>Retention, Q4</dt><dd>62.7%<small>CRR as the field prints it: 85.1%</small></dd></div>
	// <h2 id="s1">How fast do customers come back?</h2>
	// <details><summary>Values as a table</summary>
}

func ExampleGauge_Validate() {
	err := chart.Gauge{Score: 140, N: -1}.Validate()
	fmt.Println(err)
	// Output:
	// chart: invalid: Title: is empty: a picture without a name cannot be read aloud
	// chart: invalid: Score: 140 is not from -100 to 100
	// chart: invalid: N: -1 is negative
}
