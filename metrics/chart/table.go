package chart

import (
	"strings"
)

// Table is a table of texts: the values of a chart, or any table of the host's on a
// page.
type Table struct {
	// Caption names the table.
	Caption string
	// Columns are the heads of the columns.
	Columns []string
	// Rows hold one text for each column; missing texts are empty.
	Rows [][]string
	// Head is how many columns at the left name the row instead of holding a value.
	Head int
}

// Values are the values of a chart as a table of texts, with more digits than the
// picture shows. Faults of the chart are those of Validate. Nil words are English.
func Values(c Chart, w *Words) (Table, error) {
	c = direct(c)
	if err := check(c, &Options{}); err != nil {
		return Table{}, err
	}
	return c.table(w.orDefault()), nil
}

// summary describes a chart from its values, for its desc element: how many there
// are, and the first and last in full.
func (t Table) summary(w *Words) string {
	if len(t.Rows) == 0 {
		return t.Caption
	}
	line := func(row []string) string {
		if t.Head == 1 && len(t.Columns) == 2 && len(row) == 2 {
			return row[0] + " " + row[1]
		}
		var parts []string
		for i, cell := range row {
			if i < len(t.Columns) && !blank(cell) {
				parts = append(parts, t.Columns[i]+" "+cell)
			}
		}
		return strings.Join(parts, ", ")
	}
	if len(t.Rows) <= 12 {
		var lines []string
		for _, row := range t.Rows {
			lines = append(lines, line(row))
		}
		return strings.Join(lines, "; ") + "."
	}
	return line(t.Rows[0]) + " … " + line(t.Rows[len(t.Rows)-1]) + " (" + w.count(int64(len(t.Rows))) + ")."
}
