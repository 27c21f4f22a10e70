package chart

import (
	"math"
	"strconv"
)

// Triangle is a cohort triangle: one row for each cohort, one column for each period
// since the customers' first event, and in each cell the share that came back. Cells
// that are not mature stay empty.
type Triangle struct {
	// Title names the picture and is required. Subtitle stands below it. Description is
	// read aloud; when empty, one is made from the values.
	Title, Subtitle, Description string
	// CohortTitle heads the rows; empty means the word for cohort. PeriodTitle heads the
	// columns, such as "Months since first purchase"; empty means the word for period.
	CohortTitle, PeriodTitle string
	// Columns label the periods.
	Columns []string
	// Rows are the cohorts from the top down.
	Rows []TriangleRow
}

// TriangleRow is one cohort.
type TriangleRow struct {
	// Label names the cohort, such as "2024-03".
	Label string
	// Size is the number of customers in the cohort; 0 means not stated.
	Size int64
	// Cells from the first period on. There may be fewer than columns; the missing ones are not mature.
	Cells []Cell
}

// Cell is one cohort in one period.
type Cell struct {
	// Known reports whether the period is over for the whole cohort. A cell that is
	// not known is drawn empty, whatever its other fields hold.
	Known bool
	// Share that came back, from 0 to 1.
	Share float64
	// Returned is the number of customers that came back.
	Returned int64
	// Interval of the share; the zero value means none.
	Interval Interval
}

func (t Triangle) head() heading { return heading{t.Title, t.Subtitle, t.Description} }

func (Triangle) natural() int { return defaultWidth }

// Validate reports every fault: no title, no known cell, a row without a label or with
// more cells than columns, and in known cells shares outside 0 to 1, intervals that do
// not hold their share, and counts that are negative.
func (t Triangle) Validate() error {
	var f faults
	f.title(t.Title)
	f.unique("Columns", "", len(t.Columns), func(i int) string { return t.Columns[i] })
	f.unique("Rows", ".Label", len(t.Rows), func(i int) string { return t.Rows[i].Label })
	cells, seen := len(t.Columns)+len(t.Rows), false
	for i, row := range t.Rows {
		cells += len(row.Cells)
		at := path("Rows[%d]", i)
		if blank(row.Label) {
			f.invalid(at+".Label", "is empty")
		}
		f.count(at+".Size", row.Size)
		if len(row.Cells) > len(t.Columns) {
			f.invalid(at+".Cells", "%d cells under %d columns", len(row.Cells), len(t.Columns))
		}
		for j, cell := range row.Cells {
			if !cell.Known {
				continue
			}
			seen = true
			at := path("Rows[%d].Cells[%d]", i, j)
			f.share(at+".Share", cell.Share)
			f.within(at+".Interval", cell.Interval, cell.Share, 0, 1)
			f.count(at+".Returned", cell.Returned)
		}
	}
	if !seen {
		f.noData("Rows", "hold no known cell")
	}
	f.marks(cells)
	return f.err()
}

// domain is the range of the colours: the greatest share after the first period,
// where every customer is active by definition.
func (t Triangle) domain() float64 {
	all, later := 0.0, 0.0
	for _, row := range t.Rows {
		for j, cell := range row.Cells {
			if !cell.Known {
				continue
			}
			all = max(all, cell.Share)
			if j > 0 {
				later = max(later, cell.Share)
			}
		}
	}
	if later > 0 {
		return later
	}
	return all
}

// heatStep is the step of the sequential palette for a value on 0 to top.
func heatStep(v, top float64) int {
	if !(top > 0) {
		return 0
	}
	return max(0, min(heatSteps-1, int(math.Floor(v/top*heatSteps))))
}

// grid is the layout of a triangle.
type grid struct {
	left, pitch, row float64
	labels, sizes    float64 // widths of the two columns of row heads
}

func (t Triangle) layout(c *canvas) grid {
	g := grid{row: 28}
	g.labels = labelFace.width(or(t.CohortTitle, c.words.Cohort))
	for _, row := range t.Rows {
		g.labels = max(g.labels, labelFace.width(clean(row.Label)))
		if row.Size > 0 {
			g.sizes = max(g.sizes, labelFace.width(c.words.count(row.Size)), labelFace.width(c.words.Size))
		}
	}
	g.labels = min(g.labels, (c.right()-c.left())*0.3)
	g.left = c.left() + g.labels + 12
	if g.sizes > 0 {
		g.left += g.sizes + 12
	}
	g.pitch = min((c.right()-g.left)/float64(len(t.Columns)), 90)
	return g
}

func (t Triangle) draw(c *canvas) {
	c.rules.WriteString(heatRules(c.id))
	g := t.layout(c)
	c.y += 14
	title := or(t.PeriodTitle, c.words.Period)
	c.cut(g.left, c.y, c.right()-g.left, "start", labelFace, "soft", title)
	c.y += 18
	c.cut(c.left(), c.y, g.labels, "start", labelFace, "soft", or(t.CohortTitle, c.words.Cohort))
	if g.sizes > 0 {
		c.text(g.left-12, c.y, "end", labelFace, "soft", c.words.Size)
	}
	t.columns(c, g)
	c.y += 8
	places := t.places(c.words, g.pitch)
	top := t.domain()
	for _, row := range t.Rows {
		t.row(c, g, row, top, places)
	}
	c.key(top)
	if t.partial() {
		c.notYet()
	}
}

// partial reports whether a cell of a row is missing.
func (t Triangle) partial() bool {
	for _, row := range t.Rows {
		if len(row.Cells) < len(t.Columns) {
			return true
		}
		for _, cell := range row.Cells {
			if !cell.Known {
				return true
			}
		}
	}
	return false
}

// notYet says what an empty cell means, below the key.
func (c *canvas) notYet() {
	c.y += 6
	c.rect(c.left(), c.y+1, 18, 12, "empty", "")
	c.cut(c.left()+24, c.y+11, c.right()-c.left()-24, "start", smallFace, "soft", c.words.NotYet)
	c.y += 14
}

// columns writes the labels of the periods, thinned out where they are wider than a column.
func (t Triangle) columns(c *canvas, g grid) {
	widest := 0.0
	for _, label := range t.Columns {
		widest = max(widest, labelFace.width(clean(label)))
	}
	stride := min(every(widest, g.pitch), max(1, len(t.Columns)/2))
	room := g.pitch*float64(stride) - 8
	for j := 0; j < len(t.Columns); j += stride {
		x := g.left + (float64(j)+0.5)*g.pitch
		// Where a label is wider than its column it may not reach over the row heads or
		// out of the picture.
		room := min(room, 2*(x-g.left+6), 2*(c.right()-x))
		c.cut(x, c.y, room, "middle", labelFace, "soft", t.Columns[j])
	}
}

// places is how many decimals of a percentage fit a cell: 1, 0, or -1 for no text.
func (t Triangle) places(w *Words, pitch float64) int {
	for places := 1; places >= 0; places-- {
		if labelFace.width(w.percent(1, places))+4 <= pitch {
			return places
		}
	}
	return -1
}

func (t Triangle) row(c *canvas, g grid, row TriangleRow, top float64, places int) {
	base := c.y + g.row/2 + 4.2
	c.cut(c.left(), base, g.labels, "start", labelFace, "", row.Label)
	if row.Size > 0 {
		c.text(g.left-12, base, "end", labelFace, "soft", c.words.count(row.Size))
	}
	gap := 2.0
	if g.pitch < 10 {
		gap = 0.5
	}
	for j, cell := range row.Cells {
		if !cell.Known {
			continue
		}
		x := g.left + float64(j)*g.pitch
		step := strconv.Itoa(heatStep(cell.Share, top))
		c.rect(x, c.y, g.pitch-gap, g.row-2, "cell h"+step, t.tooltip(c.words, row, j, cell))
		if places >= 0 {
			c.text(x+(g.pitch-gap)/2, base-1, "middle", labelFace, "k"+step+" through", c.words.percent(cell.Share, places))
		}
	}
	c.y += g.row
}

func (t Triangle) tooltip(w *Words, row TriangleRow, j int, cell Cell) string {
	s := row.Label + ", " + or(t.PeriodTitle, w.Period) + " " + t.Columns[j] + ": " + w.percent(cell.Share, 1)
	if row.Size > 0 {
		s += " (" + w.count(cell.Returned) + " " + w.Of + " " + w.count(row.Size) + ")"
	}
	if cell.Interval.Known() {
		s += "; " + w.Interval + " " + w.span(cell.Interval)
	}
	return s
}

// key draws the colours with the shares at their ends.
func (c *canvas) key(top float64) {
	c.y += 14
	low, high := c.words.percent(0, 0), c.words.percent(top, 1)
	x := c.left()
	c.text(x, c.y+11, "start", smallFace, "soft", low)
	x += smallFace.width(low) + 6
	swatch := min(18, (c.right()-x-smallFace.width(high)-6)/heatSteps)
	for i := range heatSteps {
		c.rect(x, c.y+1, swatch, 12, "h"+strconv.Itoa(i), "")
		x += swatch
	}
	c.text(x+6, c.y+11, "start", smallFace, "soft", high)
	c.y += 14
}

func (t Triangle) table(w *Words) Table {
	out := Table{Caption: t.Title, Columns: []string{or(t.CohortTitle, w.Cohort), w.Size}, Head: 1}
	for _, label := range t.Columns {
		out.Columns = append(out.Columns, clean(label))
	}
	for _, row := range t.Rows {
		cells := []string{clean(row.Label), known(row.Size, w)}
		for j := range t.Columns {
			text := ""
			if j < len(row.Cells) && row.Cells[j].Known {
				text = w.percent(row.Cells[j].Share, 2)
			}
			cells = append(cells, text)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}
