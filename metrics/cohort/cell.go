package cohort

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rapport-go/rapport/internal/stat"
)

// Cohort is one cohort with its mature cells.
type Cohort struct {
	// Start is the first day of the cohort; the zero date for [Everyone].
	Start Date
	// Label names it: 2024-03-09, 2024-03, 2024 Q1, 2024 or everyone; a week is named by its first day.
	Label string
	// Size is the number of customers.
	Size int64
	// Cells from the first column on, ending before the first that is not mature.
	Cells []Cell
}

// Cell returns the cell of a column, or false where it is not mature or beyond the last.
func (c Cohort) Cell(column int) (Cell, bool) {
	if column < 0 || column >= len(c.Cells) {
		return Cell{}, false
	}
	return c.Cells[column], true
}

// Cell is how many of the customers of a cohort came back in one column.
type Cell struct{ Returned, Size int64 }

// Share is Returned over Size, from 0 to 1; false when Size is 0.
func (c Cell) Share() (share float64, ok bool) {
	if c.Size <= 0 {
		return 0, false
	}
	return float64(c.Returned) / float64(c.Size), true
}

// Method is a formula of the interval of a share. The zero value is Wilson.
type Method uint8

// The methods.
const (
	// Wilson (1927): the score interval, without continuity correction.
	Wilson Method = iota
	// ClopperPearson (1934): "exact", never less than its level, and wide.
	ClopperPearson
	// Jeffreys: equal tails of Beta(x+1/2, n-x+1/2), as in Brown, Cai & DasGupta (2001).
	Jeffreys
	// AgrestiCoull (1998): adjusted Wald, cut to 0 and 1.
	AgrestiCoull
)

var methodNames = []string{"wilson", "clopper-pearson", "jeffreys", "agresti-coull"}

// String is the name of the method, such as wilson.
func (m Method) String() string { return name(methodNames, uint8(m)) }

// MarshalText writes the name.
func (m Method) MarshalText() ([]byte, error) { return marshal("Method", methodNames, uint8(m)) }

// UnmarshalText reads a name that MarshalText writes.
func (m *Method) UnmarshalText(text []byte) error {
	return unmarshal("Method", methodNames, text, (*uint8)(m))
}

// Interval is the interval of the share at a confidence level strictly between 0 and
// 1, such as 0.95, within 0 to 1. It is false for an empty cell, counts that cannot
// be, another level or an unknown method.
func (c Cell) Interval(level float64, method Method) (low, high float64, ok bool) {
	if c.Size <= 0 || c.Returned < 0 || c.Returned > c.Size || !(level > 0 && level < 1) {
		return 0, 0, false
	}
	x, n := float64(c.Returned), float64(c.Size)
	switch method {
	case Wilson:
		low, high = stat.Wilson(x, n, level)
	case ClopperPearson:
		low, high = stat.ClopperPearson(x, n, level)
	case Jeffreys:
		low, high = stat.Jeffreys(x, n, level)
	case AgrestiCoull:
		low, high = stat.AgrestiCoull(x, n, level)
	default:
		return 0, 0, false
	}
	return max(0, low), min(1, high), true
}

// Triangle is the usual view of a matrix: rows of cohorts, columns of periods, blank
// where nothing is known yet, and the pooled row below.
type Triangle struct {
	Columns []string
	Rows    []Cohort
	Pooled  []Cell
}

// Triangle is the view of the counts at this moment.
func (m *Matrix) Triangle() Triangle {
	return Triangle{Columns: m.Columns(), Rows: m.Cohorts(), Pooled: m.Pooled()}
}

// String writes the triangle as aligned text, shares in percent with one decimal.
// Immature cells are blank. Columns that are blank in every row are left out.
func (t Triangle) String() string {
	lines := [][]string{{"cohort", "size"}}
	lines[0] = append(lines[0], t.Columns[:min(len(t.Pooled), len(t.Columns))]...)
	var total int64
	for _, r := range t.Rows {
		lines = append(lines, line(r.Label, r.Size, r.Cells))
		total += r.Size
	}
	lines = append(lines, line("pooled", total, t.Pooled))
	var b strings.Builder
	for _, l := range lines {
		for i, text := range l {
			if i == 0 {
				text += strings.Repeat(" ", widest(lines, 0)-utf8.RuneCountInString(text))
			} else {
				text = strings.Repeat(" ", 2+widest(lines, i)-utf8.RuneCountInString(text)) + text
			}
			b.WriteString(text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func line(label string, size int64, cells []Cell) []string {
	out := []string{label, fmt.Sprint(size)}
	for _, c := range cells {
		share, _ := c.Share()
		out = append(out, fmt.Sprintf("%.1f%%", 100*share))
	}
	return out
}

func widest(lines [][]string, column int) (width int) {
	for _, l := range lines {
		if column < len(l) {
			width = max(width, utf8.RuneCountInString(l[column]))
		}
	}
	return width
}
