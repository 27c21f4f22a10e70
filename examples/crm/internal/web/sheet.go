package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/rapport-go/rapport/metrics/chart"
)

//go:embed assets/style.css
var ownStyle string

//go:embed assets/icon.svg
var icon []byte

// sheet is the one style sheet: our own, and the rules of the charts. Its address has its
// hash, so that browsers may keep it for ever.
type sheet struct {
	path string
	text []byte
}

// A chart comes with its rules in a style element under its id, which the content
// security policy does not let through. So the rules are taken out of every picture, and
// the same rules, taken from pictures that use all of them, stand in the sheet for the
// class chart.
func newSheet() (sheet, error) {
	rules, err := chartRules()
	if err != nil {
		return sheet{}, err
	}
	text := []byte(ownStyle + "\n" + rules)
	sum := sha256.Sum256(text)
	return sheet{path: "/assets/" + hex.EncodeToString(sum[:6]) + ".css", text: text}, nil
}

const sampleID = "chartsample"

// chartRules are the rules of every kind of chart, once each.
func chartRules() (string, error) {
	curves := chart.Retention{Title: "sample"}
	for range 6 {
		curves.Series = append(curves.Series, chart.RetentionSeries{Name: "s", Points: []chart.RetentionPoint{{Period: 0, Share: 1}, {Period: 1, Share: 0.5}}})
	}
	for i := range curves.Series {
		curves.Series[i].Name += string(rune('a' + i))
	}
	samples := []chart.Chart{
		curves,
		chart.Triangle{Title: "sample", Columns: []string{"0"}, Rows: []chart.TriangleRow{{Label: "a", Size: 2, Cells: []chart.Cell{{Known: true, Share: 0.5, Returned: 1}}}}},
		chart.Gauge{Title: "sample", Score: 0, N: 3, Promoters: 1, Passives: 1, Detractors: 1},
		chart.Distribution{Title: "sample", Bins: []chart.Bin{{Label: "a", Count: 1}}},
		chart.RFM{Title: "sample", Cells: []chart.RFMCell{{Recency: 1, Frequency: 1, Customers: 1, Segment: "s"}}},
	}
	var out strings.Builder
	seen := map[string]bool{}
	for _, one := range samples {
		svg, err := chart.SVG(one, &chart.Options{ID: sampleID})
		if err != nil {
			return "", err
		}
		_, rest, _ := strings.Cut(svg, "<style>")
		style, _, _ := strings.Cut(rest, "</style>")
		for line := range strings.Lines(style) {
			if !seen[line] {
				seen[line] = true
				out.WriteString(strings.ReplaceAll(line, "#"+sampleID, "svg.chart"))
			}
		}
	}
	return out.String(), nil
}

// picture is a chart without its own rules, which the sheet has.
func picture(svg template.HTML) template.HTML {
	text := string(svg)
	before, rest, found := strings.Cut(text, "<style>")
	if found {
		if _, after, closed := strings.Cut(rest, "</style>"); closed {
			text = before + strings.TrimPrefix(after, "\n")
		}
	}
	head, body, found := strings.Cut(text, ">")
	if !found || !strings.HasPrefix(head, "<svg ") {
		return ""
	}
	head = strings.Replace(head, ` style="max-width:100%;height:auto"`, "", 1)
	return template.HTML(strings.Replace(head, "<svg ", `<svg class="chart" `, 1) + ">" + body) //nolint:gosec // made by metrics/chart, which escapes every text
}

// asset gives the sheet and the icon.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	kind, body := "", []byte(nil)
	switch "/assets/" + r.PathValue("file") {
	case s.sheet.path:
		kind, body = "text/css; charset=utf-8", s.sheet.text
	case "/assets/icon.svg":
		kind, body = "image/svg+xml", icon
	case "/assets/survey.js":
		kind, body = "text/javascript; charset=utf-8", surveyScript
	default:
		return refusal{status: http.StatusNotFound, code: "not-found", text: "There is no such file."}
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if kind != "text/css; charset=utf-8" {
		w.Header().Set("Cache-Control", "public, max-age=300")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}
