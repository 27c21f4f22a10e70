package chart

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// VegaVersion is a major version of Vega-Lite.
type VegaVersion uint8

// The versions whose specifications can be written. The zero value is VegaLite6.
const (
	VegaLite6 VegaVersion = iota
	VegaLite5
)

// String is the version as it stands in a schema's address: v6 or v5.
func (v VegaVersion) String() string {
	switch v {
	case VegaLite6:
		return "v6"
	case VegaLite5:
		return "v5"
	}
	return "VegaVersion(" + strconv.Itoa(int(v)) + ")"
}

// MarshalText writes the version: v6 or v5. Another one is [ErrInvalid].
func (v VegaVersion) MarshalText() ([]byte, error) {
	if v > VegaLite5 {
		return nil, &FieldError{"VegaVersion", "is neither v6 nor v5", ErrInvalid}
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads a version that [VegaVersion.MarshalText] writes.
func (v *VegaVersion) UnmarshalText(text []byte) error {
	for _, known := range []VegaVersion{VegaLite6, VegaLite5} {
		if string(text) == known.String() {
			*v = known
			return nil
		}
	}
	return &FieldError{"VegaVersion", fmt.Sprintf("%.20q is neither v6 nor v5", text), ErrInvalid}
}

// VegaOptions are the choices of [VegaLite]. Nil and zero fields mean the defaults.
type VegaOptions struct {
	// Version of Vega-Lite; the specifications of both hold the same apart from the schema's address.
	Version VegaVersion
	// Words are the titles of axes that the package writes itself; nil means English.
	Words *Words
}

// spec is a JSON object; encoding/json writes its keys in order, so that equal
// charts give equal bytes.
type spec = map[string]any

// VegaLite writes the chart as a Vega-Lite specification with its data inline, for
// hosts that show dashboards. The values are those of the picture, unrounded; the
// field names are the same in every language. Faults of the chart are those of Validate.
func VegaLite(c Chart, o *VegaOptions) ([]byte, error) {
	var opts VegaOptions
	if o != nil {
		opts = *o
	}
	c = direct(c)
	err := check(c, &Options{})
	if opts.Version > VegaLite5 {
		err = errors.Join(err, &FieldError{"VegaOptions.Version", "is neither v6 nor v5", ErrInvalid})
	}
	if err != nil {
		return nil, err
	}
	words := opts.Words.orDefault()
	head := c.head()
	s := c.vega(words)
	s["$schema"] = "https://vega.github.io/schema/vega-lite/" + opts.Version.String() + ".json"
	s["title"] = spec{"text": clean(head.title), "subtitle": clean(head.subtitle), "anchor": "start"}
	s["description"] = clean(or(head.description, c.table(words).summary(words)))
	s["config"] = spec{
		"range": spec{"category": lightPalette.series[:], "heatmap": lightPalette.heat[:], "ramp": lightPalette.heat[:]},
		"view":  spec{"stroke": nil},
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return nil, errors.Join(ErrInvalid, err)
	}
	return b.Bytes(), nil
}

// field is an encoding channel.
func field(name, kind, title string, more ...any) spec {
	s := spec{"field": name, "type": kind, "title": clean(title)}
	for i := 0; i+1 < len(more); i += 2 {
		s[more[i].(string)] = more[i+1] //nolint:forcetypeassert // keys are literals of this package
	}
	return s
}

func percentAxis() spec { return spec{"format": "%"} }

func put(row spec, i Interval) {
	if i.Known() {
		row["low"], row["high"] = i.Low, i.High
	}
}

// banded are the layers of lines with bands, by series.
func banded(x, y spec, w *Words, names []string, interpolate string) []any {
	colour := field("series", "nominal", w.Series, "sort", names)
	dash := field("series", "nominal", w.Series, "sort", names)
	if len(names) == 1 {
		colour["legend"], dash["legend"] = nil, nil
	}
	band := spec{"field": "low", "type": "quantitative", "title": y["title"]}
	return []any{
		spec{
			"transform": []any{spec{"filter": "isValid(datum.low)"}},
			"mark":      spec{"type": "area", "opacity": 0.16, "interpolate": interpolate},
			"encoding":  spec{"x": x, "y": band, "y2": spec{"field": "high"}, "color": colour},
		},
		spec{
			"mark":     spec{"type": "line", "interpolate": interpolate},
			"encoding": spec{"x": x, "y": y, "color": colour, "strokeDash": dash},
		},
	}
}

func (r Retention) vega(w *Words) spec {
	var rows []any
	for _, s := range r.Series {
		for _, p := range s.Points {
			row := spec{"series": clean(s.Name), "period": p.Period, "share": p.Share}
			put(row, p.Interval)
			if p.Size > 0 {
				row["size"] = p.Size
			}
			rows = append(rows, row)
		}
	}
	x := field("period", "quantitative", or(r.PeriodTitle, w.Period), "axis", spec{"tickMinStep": 1})
	y := field("share", "quantitative", or(r.ShareTitle, w.Share), "axis", percentAxis(), "scale", spec{"zero": true})
	layers := banded(x, y, w, cleaned(r.names()), "linear")
	layers = append(layers, spec{
		"mark": spec{"type": "point", "filled": true, "tooltip": spec{"content": "data"}},
		"encoding": spec{
			"x": x, "y": y, "color": field("series", "nominal", w.Series, "sort", cleaned(r.names()), "legend", nil),
		},
	})
	return spec{"width": 560, "height": 280, "data": spec{"values": rows}, "layer": layers}
}

func cleaned(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = clean(n)
	}
	return out
}

func (t Triangle) vega(w *Words) spec {
	rows := []any{}
	for _, row := range t.Rows {
		for j, cell := range row.Cells {
			if !cell.Known {
				continue
			}
			out := spec{"cohort": clean(row.Label), "period": clean(t.Columns[j]), "share": cell.Share, "returned": cell.Returned}
			put(out, cell.Interval)
			if row.Size > 0 {
				out["size"] = row.Size
			}
			rows = append(rows, out)
		}
	}
	labels := make([]string, len(t.Rows))
	for i, row := range t.Rows {
		labels[i] = clean(row.Label)
	}
	x := field("period", "ordinal", or(t.PeriodTitle, w.Period), "sort", cleaned(t.Columns), "axis", spec{"orient": "top", "labelAngle": 0})
	y := field("cohort", "ordinal", or(t.CohortTitle, w.Cohort), "sort", labels)
	top := t.domain()
	return heatmap(rows, x, y, field("share", "quantitative", w.Share, "format", ".1%"),
		field("share", "quantitative", w.Share, "scale", spec{"domain": []float64{0, top}, "clamp": true}, "legend", percentAxis()),
		"datum.share > "+strconv.FormatFloat(top*6/heatSteps, 'g', -1, 64), 42, 26)
}

// heatmap is a grid of coloured cells with figures.
func heatmap(rows []any, x, y, text, colour spec, dark string, pitch, row int) spec {
	return spec{
		"data": spec{"values": rows}, "width": spec{"step": pitch}, "height": spec{"step": row},
		"encoding": spec{"x": x, "y": y},
		"layer": []any{
			spec{"mark": spec{"type": "rect", "tooltip": spec{"content": "data"}}, "encoding": spec{"color": colour}},
			spec{"mark": spec{"type": "text", "fontSize": 11}, "encoding": spec{
				"text":  text,
				"color": spec{"condition": spec{"test": dark, "value": "white"}, "value": "black"},
			}},
		},
	}
}

func (g Gauge) vega(w *Words) spec {
	row := spec{"score": g.Score}
	put(row, g.Interval)
	if g.N > 0 {
		row["answers"] = g.N
	}
	if g.Level > 0 {
		row["level"] = g.Level
	}
	if g.classes() > 0 {
		row["promoters"], row["passives"], row["detractors"] = g.Promoters, g.Passives, g.Detractors
	}
	x := field("score", "quantitative", w.Score, "scale", spec{"domain": []int{-100, 100}})
	return spec{
		"width": 400, "height": 60, "data": spec{"values": []any{row}},
		"layer": []any{
			spec{"mark": spec{"type": "bar", "size": 18, "tooltip": spec{"content": "data"}}, "encoding": spec{"x": x}},
			spec{
				"transform": []any{spec{"filter": "isValid(datum.low)"}},
				"mark":      spec{"type": "rule", "strokeWidth": 3},
				"encoding": spec{
					"x": spec{"field": "low", "type": "quantitative", "title": clean(w.Score)}, "x2": spec{"field": "high"},
				},
			},
		},
	}
}

func (s Survival) vega(w *Words) spec {
	var rows []any
	names := make([]string, len(s.Curves))
	for i, curve := range s.Curves {
		names[i] = clean(curve.Name)
		if len(curve.Steps) > 0 && curve.Steps[0].Time > 0 {
			rows = append(rows, spec{"series": names[i], "time": 0, "share": 1})
		}
		for _, step := range curve.Steps {
			row := spec{"series": names[i], "time": step.Time, "share": step.Share, "censored": step.Censored}
			put(row, step.Interval)
			if step.AtRisk > 0 {
				row["atRisk"] = step.AtRisk
			}
			rows = append(rows, row)
		}
	}
	x := field("time", "quantitative", or(s.TimeTitle, w.Time))
	y := field("share", "quantitative", or(s.ShareTitle, w.Share), "axis", percentAxis(), "scale", spec{"domain": []int{0, 1}})
	layers := banded(x, y, w, names, "step-after")
	layers = append(layers, spec{
		"transform": []any{spec{"filter": "datum.censored > 0"}},
		"mark":      spec{"type": "tick", "thickness": 1.5, "orient": "vertical", "tooltip": spec{"content": "data"}},
		"encoding":  spec{"x": x, "y": y, "color": field("series", "nominal", w.Series, "sort", names, "legend", nil)},
	})
	return spec{"width": 560, "height": 280, "data": spec{"values": rows}, "layer": layers}
}

func (r RFM) vega(w *Words) spec {
	var rows []any
	var scores []int
	n := r.scores()
	for recency := n; recency >= 1; recency-- {
		scores = append(scores, recency)
		for frequency := 1; frequency <= n; frequency++ {
			cell := r.cell(recency, frequency)
			rows = append(rows, spec{
				"recency": recency, "frequency": frequency, "customers": cell.Customers,
				"segment": clean(cell.Segment), "spend": clean(cell.Spend),
			})
		}
	}
	x := field("frequency", "ordinal", w.Frequency, "axis", spec{"labelAngle": 0})
	y := field("recency", "ordinal", w.Recency, "sort", scores)
	most := float64(r.most())
	return heatmap(rows, x, y, field("customers", "quantitative", w.Customers),
		field("customers", "quantitative", w.Customers, "scale", spec{"type": "sqrt", "domain": []float64{0, most}}),
		"datum.customers > "+strconv.FormatFloat(most*36/81, 'g', -1, 64), 80, 50)
}

func (d Distribution) vega(w *Words) spec {
	var rows []any
	even := d.even()
	count := or(d.CountTitle, w.Count)
	if d.named() {
		labels := make([]string, len(d.Bins))
		for i, b := range d.Bins {
			labels[i] = clean(b.Label)
			rows = append(rows, spec{"label": labels[i], "count": b.Count})
		}
		return spec{
			"width": 560, "height": 240, "data": spec{"values": rows},
			"mark": spec{"type": "bar", "tooltip": spec{"content": "data"}},
			"encoding": spec{
				"x": field("label", "ordinal", d.ValueTitle, "sort", labels, "axis", spec{"labelAngle": 0}),
				"y": field("count", "quantitative", count),
			},
		}
	}
	for _, b := range d.Bins {
		rows = append(rows, spec{"low": b.Low, "high": b.High, "count": b.Count, "height": d.height(b, even)})
	}
	if !even {
		count += " " + w.Per
	}
	layers := []any{spec{
		"mark": spec{"type": "bar", "tooltip": spec{"content": "data"}},
		"encoding": spec{
			"x": field("low", "quantitative", d.ValueTitle), "x2": spec{"field": "high"},
			"y": field("height", "quantitative", count), "y2": spec{"datum": 0},
		},
	}}
	if len(d.Marks) > 0 {
		marks := []any{}
		for _, m := range d.Marks {
			marks = append(marks, spec{"value": m.Value, "name": clean(m.Name)})
		}
		x := field("value", "quantitative", d.ValueTitle)
		layers = append(layers,
			spec{"data": spec{"values": marks}, "mark": "rule", "encoding": spec{"x": x}},
			spec{
				"data": spec{"values": marks}, "mark": spec{"type": "text", "align": "left", "dx": 4, "baseline": "top"},
				"encoding": spec{"x": x, "y": spec{"value": 0}, "text": field("name", "nominal", w.Name)},
			})
	}
	return spec{"width": 560, "height": 260, "data": spec{"values": rows}, "layer": layers}
}
