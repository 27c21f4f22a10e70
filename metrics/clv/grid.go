package clv

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"
)

// grid is a histogram laid out for fitting: rows in canonical order that point into the
// sorted distinct values of x, T and t_x, so that logarithms are taken once per distinct
// value and not once per row.
type grid struct {
	xs, ts, txs []float64 // distinct values, ascending
	rows        []gridRow // by x, T, t_x
	wx          []float64 // weight by x
	wt, wxt     []float64 // weight, and weight times x, by T
	n           float64   // customers
}

type gridRow struct {
	x, t, tx int32
	w        float64
}

func newGrid(p *Patterns) *grid {
	g := &grid{}
	g.rows = make([]gridRow, p.cells.n)
	for i := range g.rows {
		g.rows[i].w = p.cells.at(i).weight
	}
	g.xs = ranks(g.rows, func(r *gridRow) *int32 { return &r.x }, func(i int) float64 { return float64(p.cells.at(i).x) })
	g.ts = ranks(g.rows, func(r *gridRow) *int32 { return &r.t }, func(i int) float64 { return p.cells.at(i).t })
	g.txs = ranks(g.rows, func(r *gridRow) *int32 { return &r.tx }, func(i int) float64 { return p.cells.at(i).tx })
	g.sort()
	g.total()
	return g
}

// ranks writes the rank of each row's value among the distinct ones into the row, and gives these.
func ranks(rows []gridRow, rank func(*gridRow) *int32, value func(int) float64) []float64 {
	var distinct []float64
	first := make(map[float64]int32)
	for i := range rows {
		v := value(i)
		at, ok := first[v]
		if !ok {
			at = int32(len(distinct))
			first[v] = at
			distinct = append(distinct, v)
		}
		*rank(&rows[i]) = at
	}
	order := make([]int32, len(distinct))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(distinct[a], distinct[b]) })
	place, sorted := make([]int32, len(order)), make([]float64, len(order))
	for i, o := range order {
		place[o], sorted[i] = int32(i), distinct[o]
	}
	for i := range rows {
		r := rank(&rows[i])
		*r = place[*r]
	}
	return sorted
}

// sort brings the rows into canonical order, by a radix sort of their packed ranks where
// these fit into 64 bits.
func (g *grid) sort() {
	bt, btx := bits.Len(uint(len(g.ts))), bits.Len(uint(len(g.txs)))
	width := bits.Len(uint(len(g.xs))) + bt + btx
	if width > 64 {
		slices.SortFunc(g.rows, func(a, b gridRow) int {
			return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.t, b.t), cmp.Compare(a.tx, b.tx))
		})
		return
	}
	key := func(r gridRow) uint64 { return (uint64(r.x)<<bt|uint64(r.t))<<btx | uint64(r.tx) }
	g.rows = radixSort(g.rows, key)
}

// radixSort sorts by an unsigned key, keeping the order of equal keys; digits that are the same
// everywhere cost one pass of counting. It may use the given slice as room.
func radixSort[T any](rows []T, key func(T) uint64) []T {
	const digit = 11
	var ones uint64
	for i := range rows {
		ones |= key(rows[i]) ^ key(rows[0])
	}
	from, to := rows, make([]T, len(rows))
	for shift := 0; shift < 64; shift += digit {
		if ones>>shift&(1<<digit-1) == 0 {
			continue
		}
		var count [1 << digit]int
		for i := range from {
			count[key(from[i])>>shift&(1<<digit-1)]++
		}
		sum := 0
		for i, c := range count {
			count[i], sum = sum, sum+c
		}
		for i := range from {
			d := key(from[i]) >> shift & (1<<digit - 1)
			to[count[d]] = from[i]
			count[d]++
		}
		from, to = to, from
	}
	return from
}

func (g *grid) total() {
	g.wx, g.wt, g.wxt = make([]float64, len(g.xs)), make([]float64, len(g.ts)), make([]float64, len(g.ts))
	for _, r := range g.rows {
		g.wx[r.x] += r.w
		g.wt[r.t] += r.w
		g.wxt[r.t] += r.w * g.xs[r.x]
		g.n += r.w
	}
}

// blockRows is the number of rows whose terms are added up before they join the total.
const blockRows = 4096

// blockSums adds up what f adds into a slice of the given width for each block of rows.
// The blocks are fixed and their sums are added in their order with Neumaier's
// compensation, so that the result has the same bits for any number of workers.
func blockSums(rows, workers, width int, f func(from, to int, sum []float64)) []float64 {
	blocks := (rows + blockRows - 1) / blockRows
	parts := make([]float64, blocks*width)
	run := func(b int) {
		f(b*blockRows, min(rows, (b+1)*blockRows), parts[b*width:(b+1)*width])
	}
	workers = min(workers, blocks)
	if workers <= 1 {
		for b := range blocks {
			run(b)
		}
	} else {
		var wait sync.WaitGroup
		for w := range workers {
			wait.Go(func() {
				for b := w; b < blocks; b += workers {
					run(b)
				}
			})
		}
		wait.Wait()
	}
	total := make([]float64, width)
	for i := range total {
		var acc compensated
		for b := range blocks {
			acc.add(parts[b*width+i])
		}
		total[i] = acc.sum()
	}
	return total
}

// compensated is Neumaier's sum (Neumaier, 1974).
type compensated struct{ s, c float64 }

func (k *compensated) add(v float64) {
	t := k.s + v
	if math.Abs(k.s) >= math.Abs(v) {
		k.c += (k.s - t) + v
	} else {
		k.c += (v - t) + k.s
	}
	k.s = t
}

func (k *compensated) sum() float64 {
	if math.IsInf(k.s, 0) || math.IsNaN(k.s) {
		return k.s
	}
	return k.s + k.c
}

// typicalAge is the weighted mean of T, or 1 when every T is 0: the scale on which a fit
// starts, so that the unit of time does not matter.
func (g *grid) typicalAge() float64 {
	var sum compensated
	for i, t := range g.ts {
		sum.add(g.wt[i] * t)
	}
	if mean := sum.sum() / g.n; mean > 0 {
		return mean
	}
	return 1
}

// repeats is the weighted sum of x.
func (g *grid) repeats() float64 {
	var sum compensated
	for i, x := range g.xs {
		sum.add(g.wx[i] * x)
	}
	return sum.sum()
}

// The thinning of a warm start: with at least thinFrom rows, every thinBy-th is used to find where
// the full search starts.
const (
	thinFrom = 1 << 15
	thinBy   = 16
)

// thinned is every thinBy-th row of the grid, or nil when the grid is small.
func (g *grid) thinned() *grid {
	if len(g.rows) < thinFrom {
		return nil
	}
	t := &grid{xs: g.xs, ts: g.ts, txs: g.txs}
	for i := 0; i < len(g.rows); i += thinBy {
		t.rows = append(t.rows, g.rows[i])
	}
	t.total()
	return t
}
