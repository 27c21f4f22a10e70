package recommend

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"
)

// Purchase is one row to learn from.
type Purchase struct {
	Customer string    // required
	Item     string    // required
	Segment  string    // of the customer, for what is popular there; empty: none
	At       time.Time // used where Options.HalfLife is set
}

// Limits of a training set.
const (
	MaxItems     = 1 << 22
	MaxCustomers = 1 << 28
	MaxPurchases = 1<<31 - 1
	MaxID        = 1_024 // bytes
)

// Options of [Train]; nil is the defaults.
type Options struct {
	// Method is how neighbours are weighted; 0 is Cosine.
	Method Method
	// Neighbours is how many neighbours of an item are kept, 1 to 1,000; 0 is 50.
	Neighbours int
	// MinSupport is how many distinct customers must stand behind a pair, and behind a
	// popular item; 0 is 5, 1 turns the protection off.
	MinSupport int
	// Shrink is added below the cosine, so that pairs of few customers weigh less; not
	// below 0. 0 is none.
	Shrink float64
	// Lambda is the ridge of EASE, above 0; 0 is 150.
	Lambda float64
	// MaxBasket is how many items of one customer count, the last bought first (to the
	// second; of one second the first by id); more is a reseller or a robot. 2 to
	// 1,048,576; 0 is 1,000.
	MaxBasket int
	// HalfLife makes purchases count for less with age: half after so long before Now.
	// 0: all count alike. Cosine only. What has faded below the smallest float64, or has
	// no instant, speaks for nothing.
	HalfLife time.Duration
	// Now is the instant from which age is counted; required with HalfLife. Purchases
	// after it count as if they were made then.
	Now time.Time
}

func (o *Options) ready() (Options, error) {
	var out Options
	if o != nil {
		out = *o
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrOptions, fmt.Sprintf(format, args...)))
	}
	fill := func(p *int, standard, least, most int, name string) {
		if *p == 0 {
			*p = standard
		}
		if *p < least || *p > most {
			bad("%s must be %d to %d, is %d", name, least, most, *p)
		}
	}
	if out.Method == 0 {
		out.Method = Cosine
	}
	if out.Method > Popularity {
		bad("no method %s", out.Method)
	}
	fill(&out.Neighbours, 50, 1, 1_000, "Neighbours")
	fill(&out.MinSupport, 5, 1, 1<<30, "MinSupport")
	fill(&out.MaxBasket, 1_000, 2, 1<<20, "MaxBasket")
	if out.Lambda == 0 {
		out.Lambda = 150
	}
	if !(out.Lambda > 0) || math.IsInf(out.Lambda, 1) {
		bad("Lambda must be above 0, is %g", out.Lambda)
	}
	if !(out.Shrink >= 0) || math.IsInf(out.Shrink, 1) {
		bad("Shrink must not be below 0, is %g", out.Shrink)
	}
	switch {
	case out.HalfLife < 0:
		bad("HalfLife must not be below 0, is %s", out.HalfLife)
	case out.HalfLife > 0 && out.Now.IsZero():
		bad("HalfLife needs Now")
	case out.HalfLife > 0 && out.Method != Cosine:
		bad("HalfLife is for cosine")
	}
	return out, errors.Join(errs...)
}

// Report is what a training did.
type Report struct {
	Method    Method
	Purchases int // rows read
	Customers int
	Items     int
	Owned     int // distinct pairs of customer and item
	CutBasket int // customers of whom MaxBasket items were taken
	Pairs     int // neighbour pairs kept
	Thin      int // pairs left out for want of support
	Lonely    int // items without a neighbour
}

// Train makes a model of purchases. The order of the purchases does not matter.
//
// Errors: [ErrOptions], all at once; [ErrPurchase] for a row without customer or item,
// an id of more than [MaxID] bytes, or too many items or customers; [ErrOptions] for
// EASE on more than [MaxEASEItems] items; [ErrNoData].
func Train(purchases iter.Seq[Purchase], o *Options) (*Model, error) {
	opts, err := o.ready()
	if err != nil {
		return nil, err
	}
	b, err := collect(purchases, &opts)
	if err != nil {
		return nil, err
	}
	m := &Model{method: opts.Method, support: opts.MinSupport, items: b.items, index: b.index, report: b.report}
	m.popularity(b)
	switch opts.Method {
	case Cosine:
		m.cosine(b, &opts)
	case EASE:
		if err := m.ease(b, &opts); err != nil {
			return nil, err
		}
	}
	m.finish()
	return m, nil
}

// baskets is the training set: what each customer owns and who owns each item, as
// numbers. Items are numbered in the order of their ids.
type baskets struct {
	items    []string
	index    map[string]uint32
	start    []int    // of each customer in owned
	owned    []uint32 // items by customer, sorted
	weight   []float64
	users    []int    // start of each item in owners
	owners   []uint32 // places in owned: who owns the item
	segment  []uint32 // of each customer; 0 none
	segments []string // by number, from 1
	report   Report
}

// row is a purchase as numbers.
type row struct {
	customer, item uint32
	at             int64 // Unix seconds
}

// collect reads the rows.
func collect(purchases iter.Seq[Purchase], o *Options) (*baskets, error) {
	b := &baskets{segments: []string{""}}
	customers, items, segments := newNumbers(), newNumbers(), map[string]uint32{"": 0}
	var rows []row
	for p := range purchases {
		if p.Customer == "" || p.Item == "" || len(p.Customer) > MaxID || len(p.Item) > MaxID || len(p.Segment) > MaxID {
			return nil, fmt.Errorf("%w: row %d needs a customer and an item of 1 to %d bytes", ErrPurchase, len(rows), MaxID)
		}
		c, fresh := customers.of(p.Customer)
		if fresh {
			b.segment = append(b.segment, 0)
		}
		if p.Segment != "" {
			s, known := segments[p.Segment]
			if !known {
				s = uint32(len(segments)) //nolint:gosec // no more than customers
				segments[p.Segment] = s
				b.segments = append(b.segments, p.Segment)
			}
			if old := b.segment[c]; old == 0 || p.Segment < b.segments[old] { // of several the first by name, whatever the order of rows
				b.segment[c] = s
			}
		}
		i, fresh := items.of(p.Item)
		if fresh {
			b.items = append(b.items, p.Item)
		}
		if len(b.items) > MaxItems || customers.n > MaxCustomers || len(rows) >= MaxPurchases {
			return nil, fmt.Errorf("%w: more than %d items, %d customers or %d purchases", ErrPurchase, MaxItems, MaxCustomers, MaxPurchases)
		}
		rows = append(rows, row{customer: c, item: i, at: seconds(p.At)})
	}
	if len(rows) == 0 {
		return nil, ErrNoData
	}
	b.report = Report{Method: o.Method, Purchases: len(rows), Customers: len(b.segment), Items: len(b.items)}
	b.renumber(rows)
	b.fill(rows, len(b.segment), o)
	b.invert()
	return b, nil
}

// seconds is an instant for comparing; what has none is oldest.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.Unix()
}

// renumber gives items the order of their ids.
func (b *baskets) renumber(rows []row) {
	order := make([]uint32, len(b.items))
	for i := range order {
		order[i] = uint32(i) //nolint:gosec // bounded
	}
	slices.SortFunc(order, func(x, y uint32) int { return cmp.Compare(b.items[x], b.items[y]) })
	place := make([]uint32, len(order))
	items := make([]string, len(order))
	for i, old := range order {
		place[old], items[i] = uint32(i), b.items[old] //nolint:gosec // bounded
	}
	for k := range rows {
		rows[k].item = place[rows[k].item]
	}
	b.items = items
	b.index = make(map[string]uint32, len(items))
	for i, id := range items {
		b.index[id] = uint32(i) //nolint:gosec // bounded
	}
}

// fill sorts the rows by customer and keeps each item once.
func (b *baskets) fill(rows []row, customers int, o *Options) {
	count := make([]int, customers+1)
	for _, r := range rows {
		count[r.customer+1]++
	}
	for c := range customers {
		count[c+1] += count[c]
	}
	order := make([]uint32, len(rows)) // rows by customer
	next := slices.Clone(count[:customers])
	for k, r := range rows {
		order[next[r.customer]] = uint32(k) //nolint:gosec // bounded
		next[r.customer]++
	}
	b.start = make([]int, 1, customers+1)
	b.owned = make([]uint32, 0, len(rows))
	var basket []row
	for c := range customers {
		basket = basket[:0]
		for _, k := range order[count[c]:count[c+1]] {
			basket = append(basket, rows[k])
		}
		b.basket(basket, o)
		b.start = append(b.start, len(b.owned))
	}
	b.report.Owned = len(b.owned)
}

// basket adds the items of one customer, each once, the youngest purchase of it.
func (b *baskets) basket(rows []row, o *Options) {
	slices.SortFunc(rows, func(x, y row) int {
		if x.item != y.item {
			return int(x.item) - int(y.item)
		}
		return cmp.Compare(y.at, x.at)
	})
	rows = slices.CompactFunc(rows, func(x, y row) bool { return x.item == y.item })
	if len(rows) > o.MaxBasket {
		b.report.CutBasket++
		slices.SortFunc(rows, func(x, y row) int {
			if x.at != y.at {
				return cmp.Compare(y.at, x.at)
			}
			return int(x.item) - int(y.item)
		})
		rows = rows[:o.MaxBasket]
		slices.SortFunc(rows, func(x, y row) int { return int(x.item) - int(y.item) })
	}
	now := seconds(o.Now)
	for _, r := range rows {
		b.owned = append(b.owned, r.item)
		if o.HalfLife > 0 {
			b.weight = append(b.weight, math.Exp2(-max(float64(now)-float64(r.at), 0)/o.HalfLife.Seconds()))
		}
	}
}

// invert lists the owners of each item.
func (b *baskets) invert() {
	n := len(b.items)
	b.users = make([]int, n+1)
	for _, i := range b.owned {
		b.users[i+1]++
	}
	for i := range n {
		b.users[i+1] += b.users[i]
	}
	b.owners = make([]uint32, len(b.owned))
	next := slices.Clone(b.users[:n])
	for c := range len(b.start) - 1 {
		for _, i := range b.owned[b.start[c]:b.start[c+1]] {
			b.owners[next[i]] = uint32(c) //nolint:gosec // bounded
			next[i]++
		}
	}
}

// owns is how many customers own an item.
func (b *baskets) owns(i int) int { return b.users[i+1] - b.users[i] }
