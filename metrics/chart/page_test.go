package chart

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

func board() Page {
	p := Page{
		Title: "The shop in 2024", Lead: "A simulated shop.\n\nEvery figure has its interval.",
		Figures: []Figure{{"Customers", "1,204", ""}, {"Retention", "62.7%", "CRR as the field prints it: 85.1%"}},
		Footer:  "Intervals are at 95%.",
	}
	for _, s := range plainSamples() {
		p.Sections = append(p.Sections, Section{Heading: s.name, Text: "What it shows.", Chart: s.chart})
	}
	p.Sections = append(p.Sections, Section{Heading: "By quarter", Table: &Table{
		Caption: "Quarters", Columns: []string{"Quarter", "Start"}, Rows: [][]string{{"2024 Q1", "310"}, {"2024 Q2"}}, Head: 1,
	}})
	return p
}

func TestPage(t *testing.T) {
	t.Parallel()
	p := board()
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	require.NoError(t, err)
	require.Equal(t, int64(b.Len()), n)
	page := b.String()
	short := p
	short.Sections = append(p.Sections[3:4:4], p.Sections[len(p.Sections)-1])
	text, err := short.HTML()
	require.NoError(t, err)
	golden.Equal(t, "testdata/page.html", text)

	ids := map[string]int{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		ids[m[1]]++
	}
	for id, n := range ids {
		require.Equal(t, 1, n, id)
	}
	for _, m := range regexp.MustCompile(`aria-labelledby="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		for _, id := range strings.Fields(m[1]) {
			require.Contains(t, ids, id)
		}
	}
	require.Equal(t, 1, strings.Count(page, "<h1>"))
	require.Equal(t, len(p.Sections), strings.Count(page, "<h2 "))
	require.Equal(t, len(plainSamples()), strings.Count(page, "<svg "))
	require.Equal(t, len(p.Sections), strings.Count(page, "<caption>"), "every chart has its values as a table")
	for _, no := range []string{"<script", "http://", "https://", "url(", "@import", " src=", " href="} {
		require.NotContains(t, strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, ""), no)
	}
}

func TestPageSchemes(t *testing.T) {
	t.Parallel()
	p := board()
	for scheme, media := range map[Scheme]int{Auto: 1 + len(plainSamples()), Light: 0, Dark: 0} {
		p.Scheme = scheme
		page, err := p.HTML()
		require.NoError(t, err)
		require.Equal(t, media, strings.Count(page, "@media (prefers-color-scheme:dark)"), scheme)
	}
}

func TestPageFaults(t *testing.T) {
	t.Parallel()
	_, err := Page{}.HTML()
	requireFault(t, err, "Title", ErrInvalid)
	requireFault(t, err, "Sections", ErrNoData)
	p := Page{
		Title: "t", Scheme: 8, Figures: []Figure{{Name: "n"}},
		Sections: []Section{{Chart: Gauge{Score: 300}, Options: &Options{Width: 3}}, {Heading: "h"}, {Heading: "h", Table: &Table{}}},
	}
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	require.Zero(t, n)
	require.Zero(t, b.Len())
	for _, field := range []string{"Scheme", "Figures[0]", "Sections[0].Heading", "Score", "Options.Width", "Sections[1]", "Sections[2].Table"} {
		require.Contains(t, err.Error(), ": "+field+": ")
	}
}

func TestLongTablesAreCutInTheMiddle(t *testing.T) {
	t.Parallel()
	table := Table{Columns: []string{"a"}}
	for i := range 1000 {
		table.Rows = append(table.Rows, []string{fmt.Sprint("row", i)})
	}
	var b strings.Builder
	table.html(&b, (*Words)(nil).orDefault(), maxTableRows)
	require.Equal(t, maxTableRows+2, strings.Count(b.String(), "<tr>"))
	require.Contains(t, b.String(), "600 rows left out")
	require.Contains(t, b.String(), "row199<")
	require.Contains(t, b.String(), "row800<")
	require.NotContains(t, b.String(), "row500<")
}
