package chart

import (
	"fmt"
	"strings"
)

// palette holds the colours of one scheme.
type palette struct {
	surface, ink, soft, grid, axis string
	// series are told apart by readers with and without colour vision deficiency, the
	// first ones best.
	series [maxSeries]string
	// heat runs from little to much; heatInk is the ink on each step.
	heat, heatInk [heatSteps]string
	// neutral fills what is neither good nor bad.
	neutral string
}

const (
	maxSeries = 6
	heatSteps = 9
)

var lightPalette = palette{
	surface: "#ffffff", ink: "#1b2026", soft: "#565f6a", grid: "#e4e7eb", axis: "#87909a", neutral: "#9aa3ad",
	series:  [maxSeries]string{"#0072b2", "#d55e00", "#009e73", "#332288", "#8c510a", "#01665e"},
	heat:    [heatSteps]string{"#eef5fb", "#d4e7f4", "#b9d9ee", "#92c4e2", "#6aaed6", "#4a94c8", "#2a76b4", "#195d94", "#08406f"},
	heatInk: [heatSteps]string{"#0c1116", "#0c1116", "#0c1116", "#0c1116", "#0c1116", "#0c1116", "#ffffff", "#ffffff", "#ffffff"},
}

var darkPalette = palette{
	surface: "#14181d", ink: "#e8ecf0", soft: "#a3adb8", grid: "#2a3038", axis: "#6d7782", neutral: "#7b8591",
	series:  [maxSeries]string{"#56b4e9", "#e69f00", "#ee6677", "#785ef0", "#e5e7eb", "#aa4499"},
	heat:    [heatSteps]string{"#1c2a38", "#1e3a53", "#1f4a6e", "#26608d", "#2c74a8", "#4e9bcc", "#6fb7e0", "#9fd0ec", "#cfeaf9"},
	heatInk: [heatSteps]string{"#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#0c1116", "#0c1116", "#0c1116", "#0c1116"},
}

// dashes tell series apart without colour.
var dashes = [maxSeries]string{"", "7 4", "2 3", "10 3 2 3", "5 2 1 2 1 2", "12 5"}

// variables writes the palette as custom properties.
func (p *palette) variables() string {
	var b strings.Builder
	fmt.Fprintf(&b, "--surface:%s;--ink:%s;--soft:%s;--grid:%s;--axis:%s;--neutral:%s", p.surface, p.ink, p.soft, p.grid, p.axis, p.neutral)
	for i, c := range p.series {
		fmt.Fprintf(&b, ";--s%d:%s", i, c)
	}
	for i, c := range p.heat {
		fmt.Fprintf(&b, ";--h%d:%s;--k%d:%s", i, c, i, p.heatInk[i])
	}
	return b.String()
}

const fonts = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif"

// style is the sheet of one picture. Every rule names the picture's id, since a
// style element inside inline SVG holds for the whole page.
func style(id string, s Scheme) string {
	scope := "#" + id
	var b strings.Builder
	first, second := &lightPalette, &darkPalette
	if s == Dark {
		first = &darkPalette
	}
	fmt.Fprintf(&b, "%s{%s}\n", scope, first.variables())
	if s == Auto {
		fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){%s{%s}}\n", scope, second.variables())
	}
	fmt.Fprintf(&b, "%s text{font-family:%s;fill:var(--ink);font-variant-numeric:tabular-nums}\n", scope, fonts)
	for _, f := range []face{titleFace, subFace, labelFace, smallFace, boldFace, hugeFace, largeFace} {
		weight := "400"
		if f.bold {
			weight = "600"
		}
		fmt.Fprintf(&b, "%s .%s{font-size:%gpx;font-weight:%s}\n", scope, f.class, f.size, weight)
	}
	for _, rule := range []string{
		".soft{fill:var(--soft)}", ".surface{fill:var(--surface)}",
		".grid{stroke:var(--grid);fill:none}", ".axis{stroke:var(--axis);fill:none}", ".ref{stroke:var(--soft);stroke-dasharray:4 3;fill:none}",
		".hit{fill:transparent}", ".through{pointer-events:none}", ".empty{fill:none;stroke:var(--axis);stroke-dasharray:2 2}", ".neutral{fill:var(--neutral)}", ".track{fill:var(--grid)}",
		".needle{stroke:var(--ink);stroke-width:3;fill:none}", ".thin{stroke-width:1.5}", ".halo{paint-order:stroke;stroke:var(--surface);stroke-width:4px}", ".whisker{stroke:var(--ink);stroke-width:2;fill:none}",
		".bar{fill:var(--s0)}", ".bar:hover,.cell:hover,.mark:hover{stroke:var(--ink);stroke-width:1.5}",
	} {
		b.WriteString(scope + " " + rule + "\n")
	}
	return b.String()
}

// seriesRules are the rules of the n series that a picture has.
func seriesRules(id string, n int) string {
	var b strings.Builder
	for i := range n {
		dash := ""
		if dashes[i] != "" {
			dash = ";stroke-dasharray:" + dashes[i]
		}
		fmt.Fprintf(&b, "#%s .c%d{stroke:var(--s%d);stroke-width:2;fill:none;stroke-linejoin:round%s}\n", id, i, i, dash)
		fmt.Fprintf(&b, "#%s .f%d{fill:var(--s%d)}\n#%s .w%d{fill:var(--s%d);fill-opacity:.16}\n", id, i, i, id, i, i)
		fmt.Fprintf(&b, "#%s .x%d{stroke:var(--s%d);stroke-width:1.5;fill:none}\n", id, i, i)
	}
	return b.String()
}

// heatRules are the rules of the sequential palette.
func heatRules(id string) string {
	var b strings.Builder
	for i := range heatSteps {
		fmt.Fprintf(&b, "#%s .h%d{fill:var(--h%d)}\n#%s text.k%d{fill:var(--k%d)}\n", id, i, i, id, i, i)
	}
	return b.String()
}
