package chart

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
)

// Sentinels of a chart that is not drawn.
var (
	// ErrNoData is returned for a chart in which there is nothing to draw.
	ErrNoData = errors.New("chart: nothing to draw")
	// ErrInvalid is returned for data that contradict themselves or the limits of a chart.
	ErrInvalid = errors.New("chart: invalid")
)

// FieldError is one fault of a chart: the field, as a path such as
// "Series[1].Points[3].Share", and what is wrong with it. It unwraps to [ErrNoData]
// or [ErrInvalid].
type FieldError struct {
	Field  string
	Reason string
	Err    error
}

// Error is the fault in one line.
func (e *FieldError) Error() string { return fmt.Sprintf("%v: %s: %s", e.Err, e.Field, e.Reason) }

// Unwrap is the sentinel of the fault.
func (e *FieldError) Unwrap() error { return e.Err }

// Chart is one of the charts of this package: [Retention], [Triangle], [Gauge],
// [Survival], [RFM] or [Distribution]. Hosts do not implement it.
type Chart interface {
	// Validate reports every fault of the chart, joined, or nil.
	Validate() error

	head() heading
	natural() int // width where the options state none
	draw(c *canvas)
	table(w *Words) Table
	vega(w *Words) spec
}

// heading is what every chart says of itself.
type heading struct{ title, subtitle, description string }

// Interval is an interval estimate on the scale of its estimate. The zero value
// means that there is none.
type Interval struct{ Low, High float64 }

// Known reports whether there is an interval.
func (i Interval) Known() bool { return i != Interval{} }

// Scheme says which of the two colour schemes a picture has.
type Scheme uint8

// The schemes. The zero value is Auto.
const (
	// Auto follows the reader's preference (the media query prefers-color-scheme).
	Auto Scheme = iota
	// Light is dark ink on a light surface for every reader, as for print.
	Light
	// Dark is light ink on a dark surface for every reader.
	Dark
)

var schemeNames = [...]string{Auto: "auto", Light: "light", Dark: "dark"}

// String is the name of the scheme: auto, light or dark.
func (s Scheme) String() string {
	if int(s) < len(schemeNames) {
		return schemeNames[s]
	}
	return "Scheme(" + strconv.Itoa(int(s)) + ")"
}

// MarshalText writes the name. A scheme that is none of the three is [ErrInvalid].
func (s Scheme) MarshalText() ([]byte, error) {
	if int(s) >= len(schemeNames) {
		return nil, &FieldError{"Scheme", "is none of auto, light, dark", ErrInvalid}
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a name that [Scheme.MarshalText] writes.
func (s *Scheme) UnmarshalText(text []byte) error {
	for i, name := range schemeNames {
		if string(text) == name {
			*s = Scheme(i) //nolint:gosec // an index of three names
			return nil
		}
	}
	return &FieldError{"Scheme", fmt.Sprintf("%.20q is none of auto, light, dark", text), ErrInvalid}
}

// Options are the choices that do not change the values. A nil *Options and every
// zero field mean the defaults.
type Options struct {
	// Width in CSS pixels, from 240 to 4000; 0 means 720, and 440 for a [Gauge]. The
	// height follows from what is drawn. A browser scales the picture down to its column.
	Width int
	// ID is the prefix of the ids inside the picture, which must be unique in the
	// document that holds it: a letter, then letters, digits, "-" or "_", at most 64.
	// Empty means a hash of the chart's values, so that two different charts never share one.
	ID string
	// Scheme is the colour scheme; the default follows the reader's preference.
	Scheme Scheme
	// Words are the words and number signs that the package itself writes; nil means English.
	Words *Words
}

const (
	minWidth, maxWidth = 240, 4000
	defaultWidth       = 720
	gaugeWidth         = 440
	// maxMarks bounds what one chart may hold, so that hostile data cannot ask for a
	// picture of gigabytes.
	maxMarks = 100_000
)

func (o *Options) orDefault() Options {
	if o == nil {
		return Options{}
	}
	return *o
}

func (o *Options) check() error {
	var f faults
	if o.Width != 0 && (o.Width < minWidth || o.Width > maxWidth) {
		f.invalid("Options.Width", "%d is not from %d to %d", o.Width, minWidth, maxWidth)
	}
	if o.ID != "" && !validID(o.ID) {
		f.invalid("Options.ID", "is not a letter followed by at most 63 letters, digits, - or _")
	}
	if int(o.Scheme) >= len(schemeNames) {
		f.invalid("Options.Scheme", "is none of auto, light, dark")
	}
	return f.err()
}

func validID(id string) bool {
	if len(id) == 0 || len(id) > 64 || !letter(id[0]) {
		return false
	}
	for i := range len(id) {
		if b := id[i]; !letter(b) && (b < '0' || b > '9') && b != '-' && b != '_' {
			return false
		}
	}
	return true
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// SVG draws the chart as one self-contained svg element, to be put into an HTML
// page or written to a file of its own. Faults of the chart and of the options are
// reported together.
func SVG(c Chart, o *Options) (string, error) {
	opts := o.orDefault()
	c = direct(c)
	if err := check(c, &opts); err != nil {
		return "", err
	}
	words := opts.Words.orDefault()
	if opts.ID == "" {
		opts.ID = contentID(c, words)
	}
	if opts.Width == 0 {
		opts.Width = c.natural()
	}
	cv := newCanvas(&opts, words)
	cv.header(c.head())
	c.draw(cv)
	return cv.document(c), nil
}

// direct follows a pointer to a chart, so that a nil one is no chart.
func direct(c Chart) Chart {
	switch c := c.(type) {
	case *Retention:
		return follow(c)
	case *Triangle:
		return follow(c)
	case *Gauge:
		return follow(c)
	case *Survival:
		return follow(c)
	case *RFM:
		return follow(c)
	case *Distribution:
		return follow(c)
	}
	return c
}

func follow[C Chart](p *C) Chart {
	if p == nil {
		return nil
	}
	return *p
}

func check(c Chart, o *Options) error {
	if c == nil {
		return errors.Join(&FieldError{"Chart", "is nil", ErrNoData}, o.check())
	}
	return errors.Join(c.Validate(), o.check())
}

// contentID hashes what the chart says, so that equal charts have equal ids.
func contentID(c Chart, w *Words) string {
	h := fnv.New64a()
	head := c.head()
	t := c.table(w)
	put := func(s string) { _, _ = h.Write([]byte(s)); _, _ = h.Write([]byte{0}) }
	put(fmt.Sprintf("%T", c))
	put(head.title)
	put(head.subtitle)
	put(head.description)
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		for _, cell := range row {
			put(cell)
		}
	}
	return "c" + strconv.FormatUint(h.Sum64(), 36)
}

// faults collects every fault of a chart.
type faults struct{ list []error }

func (f *faults) invalid(field, reason string, args ...any) {
	f.list = append(f.list, &FieldError{field, fmt.Sprintf(reason, args...), ErrInvalid})
}

func (f *faults) noData(field, reason string) {
	f.list = append(f.list, &FieldError{field, reason, ErrNoData})
}

func (f *faults) title(s string) {
	if blank(s) {
		f.invalid("Title", "is empty: a picture without a name cannot be read aloud")
	}
}

func (f *faults) marks(n int) {
	if n > maxMarks {
		f.invalid("Chart", "holds %d values, more than %d", n, maxMarks)
	}
}

func (f *faults) share(field string, v float64) {
	if !(v >= 0 && v <= 1) {
		f.invalid(field, "%v is not a share from 0 to 1", v)
	}
}

// unique checks that no two names of a list are the same.
func (f *faults) unique(list, name string, n int, at func(int) string) {
	seen := make(map[string]bool, n)
	for i := range n {
		s := clean(at(i))
		if seen[s] {
			f.invalid(path("%s[%d]%s", list, i, name), "%.60q stands there twice", s)
		}
		seen[s] = true
	}
}

// within checks an interval of an estimate on a scale.
func (f *faults) within(field string, i Interval, estimate, low, high float64) {
	if !i.Known() {
		return
	}
	// Estimates and limits come from different formulas, so a limit may pass its
	// estimate by rounding.
	const slack = 1e-9
	if !(i.Low >= low-slack && i.High <= high+slack && i.Low <= estimate+slack && i.High >= estimate-slack) {
		f.invalid(field, "from %v to %v does not hold %v between %v and %v", i.Low, i.High, estimate, low, high)
	}
}

func (f *faults) finite(field string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		f.invalid(field, "%v is not a number to draw", v)
	}
}

func (f *faults) count(field string, n int64) {
	if n < 0 {
		f.invalid(field, "%d is negative", n)
	}
}

func (f *faults) err() error { return errors.Join(f.list...) }

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }
