package chart

import (
	"math"
	"strconv"
	"strings"
)

// RFM is a grid of customers by recency score (rows, the best on top) and frequency
// score (columns, the best on the right), coloured by their number.
type RFM struct {
	// Title names the picture and is required. Subtitle stands below it. Description is
	// read aloud; when empty, one is made from the values.
	Title, Subtitle, Description string
	// Scores is how many scores each side has, from 2 to 10; 0 means 5.
	Scores int
	// Cells in any order, at most one for each pair of scores. Pairs without one hold nobody.
	Cells []RFMCell
}

// RFMCell is the customers of one recency and one frequency score.
type RFMCell struct {
	// Recency and Frequency are scores from 1 to Scores; the highest is the best.
	Recency, Frequency int
	// Customers is how many there are.
	Customers int64
	// Segment names the customers for the host, such as "Champions"; it may be empty.
	Segment string
	// Spend is what they spent, written by the host with its currency; it may be empty.
	Spend string
}

func (r RFM) head() heading { return heading{r.Title, r.Subtitle, r.Description} }

func (RFM) natural() int { return defaultWidth }

func (r RFM) scores() int {
	if r.Scores == 0 {
		return 5
	}
	return r.Scores
}

// Validate reports every fault: no title, no customers at all, a number of scores
// outside 2 to 10, scores outside the grid, two cells in one place, negative counts.
func (r RFM) Validate() error {
	var f faults
	f.title(r.Title)
	n := r.scores()
	if n < 2 || n > 10 {
		f.invalid("Scores", "%d is not from 2 to 10", r.Scores)
		return f.err()
	}
	f.marks(len(r.Cells))
	seen := map[[2]int]bool{}
	customers := false
	for i, cell := range r.Cells {
		at := path("Cells[%d]", i)
		if cell.Recency < 1 || cell.Recency > n {
			f.invalid(at+".Recency", "%d is not a score from 1 to %d", cell.Recency, n)
		}
		if cell.Frequency < 1 || cell.Frequency > n {
			f.invalid(at+".Frequency", "%d is not a score from 1 to %d", cell.Frequency, n)
		}
		place := [2]int{cell.Recency, cell.Frequency}
		if seen[place] {
			f.invalid(at, "is a second cell for recency %d and frequency %d", cell.Recency, cell.Frequency)
		}
		seen[place] = true
		f.count(at+".Customers", cell.Customers)
		customers = customers || cell.Customers > 0
	}
	if !customers {
		f.noData("Cells", "hold no customers")
	}
	return f.err()
}

// cell is the cell of a place, made up with nobody where there is none.
func (r RFM) cell(recency, frequency int) RFMCell {
	for _, cell := range r.Cells {
		if cell.Recency == recency && cell.Frequency == frequency {
			return cell
		}
	}
	return RFMCell{Recency: recency, Frequency: frequency}
}

func (r RFM) most() (most int64) {
	for _, cell := range r.Cells {
		most = max(most, cell.Customers)
	}
	return most
}

func (r RFM) draw(c *canvas) {
	c.rules.WriteString(heatRules(c.id))
	n := r.scores()
	c.y += 14
	c.cut(c.left(), c.y, c.right()-c.left(), "start", labelFace, "soft", c.words.Recency)
	c.y += 8
	left := c.left() + labelFace.width(strconv.Itoa(n)) + 10
	pitch := min((c.right()-left)/float64(n), 150)
	row := 58.0
	if pitch < 44 { // too narrow for names: the figures alone
		row = 34
	}
	for recency := n; recency >= 1; recency-- {
		c.text(left-10, c.y+row/2+4, "end", labelFace, "soft", strconv.Itoa(recency))
		for frequency := 1; frequency <= n; frequency++ {
			r.place(c, r.cell(recency, frequency), left+float64(frequency-1)*pitch, pitch, row)
		}
		c.y += row
	}
	c.y += 16
	for frequency := 1; frequency <= n; frequency++ {
		c.text(left+(float64(frequency)-0.5)*pitch, c.y, "middle", labelFace, "soft", strconv.Itoa(frequency))
	}
	c.y += 18
	c.cut(left+float64(n)*pitch/2, c.y, float64(n)*pitch, "middle", labelFace, "soft", c.words.Frequency)
	c.y += 4
}

// place draws one cell: its number, and its segment in the lines that are left.
func (r RFM) place(c *canvas, cell RFMCell, x, pitch, row float64) {
	// Customers are spread very unevenly over the grid; the root keeps the small cells apart.
	step := strconv.Itoa(heatStep(math.Sqrt(float64(cell.Customers)), math.Sqrt(float64(r.most()))))
	c.rect(x, c.y, pitch-2, row-2, "cell h"+step, r.tooltip(c.words, cell))
	middle := x + (pitch-2)/2
	figure := c.words.count(cell.Customers)
	face := boldFace
	if face.width(figure) > pitch-6 {
		face = smallFace
	}
	if face.width(figure) > pitch-6 {
		figure = c.words.compact(cell.Customers)
	}
	if face.width(figure) > pitch-6 {
		figure = "" // the colour, the tooltip and the table still tell
	}
	names := smallFace.wrap(clean(cell.Segment), pitch-10, 2)
	if row < 50 {
		names = nil
	}
	y := c.y + (row-2)/2 + 4 - 7*float64(len(names))
	c.text(middle, y, "middle", face, "k"+step+" through", figure)
	for _, name := range names {
		y += 14
		c.text(middle, y, "middle", smallFace, "k"+step+" through", name)
	}
}

func (r RFM) tooltip(w *Words, cell RFMCell) string {
	parts := []string{
		w.Recency + " " + strconv.Itoa(cell.Recency), w.Frequency + " " + strconv.Itoa(cell.Frequency),
		w.count(cell.Customers) + " " + w.Customers,
	}
	if !blank(cell.Segment) {
		parts = append([]string{cell.Segment}, parts...)
	}
	if !blank(cell.Spend) {
		parts = append(parts, w.Spend+" "+cell.Spend)
	}
	return strings.Join(parts, "; ")
}

func (r RFM) table(w *Words) Table {
	t := Table{Caption: r.Title, Columns: []string{w.Recency, w.Frequency, w.Customers, w.Segment, w.Spend}}
	n := r.scores()
	for recency := n; recency >= 1; recency-- {
		for frequency := n; frequency >= 1; frequency-- {
			cell := r.cell(recency, frequency)
			t.Rows = append(t.Rows, []string{
				strconv.Itoa(recency), strconv.Itoa(frequency), w.count(cell.Customers), clean(cell.Segment), clean(cell.Spend),
			})
		}
	}
	return t
}
