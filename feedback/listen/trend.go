package listen

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// Rate is a share of texts with its doubt.
type Rate struct {
	Count, N  int64
	Share     float64
	Low, High float64 // Wilson interval (Wilson 1927)
}

func rateOf(count, n int64, level float64) (Rate, bool) {
	if n == 0 {
		return Rate{}, false
	}
	lo, hi := stat.Wilson(float64(count), float64(n), level)
	return Rate{count, n, float64(count) / float64(n), lo, hi}, true
}

type countKey struct {
	period int
	theme  string
}

func (k countKey) compare(o countKey) int {
	return cmp.Or(cmp.Compare(k.period, o.period), strings.Compare(k.theme, o.theme))
}

// Counts are texts by period and theme. A text counts once for a theme however often
// it names it. The zero value is empty; Merge is commutative and associative. It
// belongs to one goroutine.
type Counts struct {
	texts   map[int]int64 // all, by period
	unknown map[int]int64 // without any theme
	unread  map[int]int64 // in a language that the taxonomy does not have
	themes  map[countKey]int64
}

// Add counts one text of a period (any number that orders them: week, month) with its
// tags. read is false for a text in a language that the taxonomy does not have: it
// counts as unread, and in no theme's share.
func (c *Counts) Add(period int, tags []Tag, read bool) {
	if c.texts == nil {
		c.texts, c.unknown, c.unread, c.themes = map[int]int64{}, map[int]int64{}, map[int]int64{}, map[countKey]int64{}
	}
	switch {
	case !read:
		c.unread[period]++
		return
	case len(tags) == 0:
		c.unknown[period]++
	}
	c.texts[period]++
	for i, tag := range tags {
		if !slices.ContainsFunc(tags[:i], func(t Tag) bool { return t.Theme == tag.Theme }) {
			c.themes[countKey{period, tag.Theme}]++
		}
	}
}

// Merge adds the counts of another.
func (c *Counts) Merge(o *Counts) {
	if o.texts == nil {
		return
	}
	if c.texts == nil {
		c.texts, c.unknown, c.unread, c.themes = map[int]int64{}, map[int]int64{}, map[int]int64{}, map[countKey]int64{}
	}
	addAll(c.texts, o.texts)
	addAll(c.unknown, o.unknown)
	addAll(c.unread, o.unread)
	addAll(c.themes, o.themes)
}

func addAll[K comparable](to, from map[K]int64) {
	for k, n := range from { // sums do not depend on the order
		to[k] += n
	}
}

// Periods are those that have texts, ascending.
func (c *Counts) Periods() []int { return slices.Sorted(maps.Keys(c.texts)) }

// Themes are the names that were counted, sorted.
func (c *Counts) Themes() []string {
	var out []string
	for k := range c.themes { // sorted below
		out = append(out, k.theme)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Rate is a theme's share of a period's texts at a level (0.95 for zero). ok is false
// when the period has no text, or the level is not between 0 and 1.
func (c *Counts) Rate(period int, theme string, level float64) (r Rate, ok bool) {
	level = cmp.Or(level, 0.95)
	if !(level > 0 && level < 1) {
		return Rate{}, false
	}
	return rateOf(c.themes[countKey{period, theme}], c.texts[period], level)
}

// Unknown is the share of a period's texts in which no theme was found: what the
// taxonomy does not cover. ok as for Rate.
func (c *Counts) Unknown(period int, level float64) (r Rate, ok bool) {
	level = cmp.Or(level, 0.95)
	if !(level > 0 && level < 1) {
		return Rate{}, false
	}
	return rateOf(c.unknown[period], c.texts[period], level)
}

// Unread is the share of a period's texts that no theme could be looked for in, for
// want of its language. ok as for Rate.
func (c *Counts) Unread(period int, level float64) (r Rate, ok bool) {
	level = cmp.Or(level, 0.95)
	if !(level > 0 && level < 1) {
		return Rate{}, false
	}
	return rateOf(c.unread[period], c.texts[period]+c.unread[period], level)
}

// Trend is how a theme's share changed.
type Trend struct {
	Theme     string
	First     Rate
	Last      Rate
	Change    float64 // last share less first
	Low, High float64 // Newcombe interval of the change (Newcombe 1998, method 10)
	Z, P      float64 // Cochran-Armitage test of a linear trend over all periods, two-sided; Z is 0 and P 1 where nothing varies
}

// Trend compares the first and the last period that have texts, and tests for a linear
// trend over all of them, with the period numbers as scores (Cochran 1954; Armitage
// 1955). ErrNoData with fewer than two such periods, ErrTrend for a level outside 0 to
// 1 (zero is 0.95).
func (c *Counts) Trend(theme string, level float64) (Trend, error) {
	level = cmp.Or(level, 0.95)
	if !(level > 0 && level < 1) {
		return Trend{}, fmt.Errorf("%w: level %v", ErrTrend, level)
	}
	periods := c.Periods()
	if len(periods) < 2 {
		return Trend{}, fmt.Errorf("%w: %d periods with texts", ErrNoData, len(periods))
	}
	t := Trend{Theme: theme}
	t.First, _ = c.Rate(periods[0], theme, level)
	t.Last, _ = c.Rate(periods[len(periods)-1], theme, level)
	t.Change = t.Last.Share - t.First.Share
	t.Low, t.High = stat.Newcombe(float64(t.Last.Count), float64(t.Last.N), float64(t.First.Count), float64(t.First.N), level)
	t.Z, t.P = c.armitage(periods, theme)
	return t, nil
}

// armitage is z = sum x(r - n p) / sqrt(p q (sum n x^2 - (sum n x)^2 / N)), scores
// counted from the first period.
func (c *Counts) armitage(periods []int, theme string) (z, p float64) {
	var n, r float64
	for _, period := range periods {
		n += float64(c.texts[period])
		r += float64(c.themes[countKey{period, theme}])
	}
	share := r / n
	var top, nx, nxx float64
	for _, period := range periods {
		x := float64(period) - float64(periods[0])
		size := float64(c.texts[period])
		top += x * (float64(c.themes[countKey{period, theme}]) - size*share)
		nx += size * x
		nxx += size * x * x
	}
	variance := share * (1 - share) * (nxx - nx*nx/n)
	if !(variance > 0) {
		return 0, 1
	}
	z = top / math.Sqrt(variance)
	return z, stat.TwoSided(z)
}

var countsKind = binenc.Kind{'T', 'H', 'E', 'M'}

// MarshalBinary writes the counts; equal counts give equal bytes.
func (c *Counts) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(countsKind, 1, 0)
	for _, m := range [...]map[int]int64{c.texts, c.unknown, c.unread} {
		keys := slices.Sorted(maps.Keys(m))
		w.Uint(uint64(len(keys)))
		for _, k := range keys {
			w.Int(int64(k))
			w.Uint(uint64(m[k]))
		}
	}
	keys := slices.SortedFunc(maps.Keys(c.themes), countKey.compare)
	w.Uint(uint64(len(keys)))
	for _, k := range keys {
		w.Int(int64(k.period))
		w.String(k.theme)
		w.Uint(uint64(c.themes[k]))
	}
	return w.Frame(), nil
}

// UnmarshalBinary reads what MarshalBinary wrote and refuses anything else, leaving the
// counts as they were.
func (c *Counts) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, countsKind, 1)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrTrend, err)
	}
	read := Counts{map[int]int64{}, map[int]int64{}, map[int]int64{}, map[countKey]int64{}}
	number := func() int64 {
		n := r.Uint()
		if n == 0 || n > 1<<53 {
			r.Fail("a count of nothing or beyond all bounds")
		}
		return int64(n)
	}
	for _, m := range [...]map[int]int64{read.texts, read.unknown, read.unread} {
		last := 0
		for i := range r.Count(2) {
			k := int(r.Int())
			if i > 0 && k <= last {
				r.Fail("periods out of order")
			}
			m[k], last = number(), k
		}
	}
	for period, n := range read.unknown { // any order gives the same verdict
		if n > read.texts[period] {
			r.Fail("more unknown texts than texts")
		}
	}
	var last countKey
	for i := range r.Count(3) {
		k := countKey{int(r.Int()), r.String()}
		n := number()
		if i > 0 && k.compare(last) <= 0 {
			r.Fail("themes out of order")
		}
		if n > read.texts[k.period]-read.unknown[k.period] {
			r.Fail("a theme more often than texts with one")
		}
		read.themes[k], last = n, k
	}
	if err := r.Close(); err != nil {
		return fmt.Errorf("%w: %w", ErrTrend, err)
	}
	*c = read
	return nil
}

// Agreement is how far two tellers agree on yes or no, such as a taxonomy and a
// person: both, only the first, only the second, neither.
type Agreement struct{ Both, First, Second, Neither int64 }

// Kappa is Cohen's kappa (Cohen 1960) with the large-sample standard error of Fleiss,
// Cohen and Everitt (1969). ok is false when nothing was told, counts are negative, or
// both always told the same one thing, where chance explains all agreement.
func (a Agreement) Kappa() (kappa, se float64, ok bool) {
	if min(a.Both, a.First, a.Second, a.Neither) < 0 {
		return 0, 0, false
	}
	n := float64(a.Both) + float64(a.First) + float64(a.Second) + float64(a.Neither)
	if n == 0 {
		return 0, 0, false
	}
	p := [2][2]float64{{float64(a.Both) / n, float64(a.First) / n}, {float64(a.Second) / n, float64(a.Neither) / n}}
	rows := [2]float64{p[0][0] + p[0][1], p[1][0] + p[1][1]}
	cols := [2]float64{p[0][0] + p[1][0], p[0][1] + p[1][1]}
	seen, chance := p[0][0]+p[1][1], rows[0]*cols[0]+rows[1]*cols[1]
	if !(chance < 1) {
		return 0, 0, false
	}
	kappa = (seen - chance) / (1 - chance)
	var spread float64
	for i := range 2 {
		for j := range 2 {
			if i == j {
				d := 1 - (rows[i]+cols[i])*(1-kappa)
				spread += p[i][i] * d * d
			} else {
				d := cols[i] + rows[j]
				spread += (1 - kappa) * (1 - kappa) * p[i][j] * d * d
			}
		}
	}
	d := kappa - chance*(1-kappa)
	return kappa, math.Sqrt(max(0, spread-d*d)/n) / (1 - chance), true
}
