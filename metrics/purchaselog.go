package metrics

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// dayCell is one customer's day.
type dayCell struct {
	day    int32 // since 1970-01-01
	orders int32
	gross  int64 // minor units of the orders
	back   int64 // minor units of the refunds, zero or less
}

// add adds another cell of the same day.
func (c *dayCell) add(o dayCell) error {
	gross, err := addMinor("orders of one day", c.gross, o.gross)
	if err != nil {
		return err
	}
	back, err := addMinor("refunds of one day", c.back, o.back)
	if err != nil {
		return err
	}
	if c.orders > math.MaxInt32-o.orders {
		return faultInt(ErrOutOfRange, "orders of one day", int64(c.orders), "too many")
	}
	c.gross, c.back = gross, back
	c.orders += o.orders
	return nil
}

// dayLog keeps the days of all customers in the order in which they came, in chunks
// without pointers: an addition touches the customer's entry and the end of the log,
// and the collector has nothing to scan. A customer's day can lie in the log more
// than once when rows do not come in order of time; readers join such cells.
type dayLog struct {
	keyTable
	chunks [][]loggedDay
	n      int
}

type loggedDay struct {
	owner int32
	dayCell
}

const (
	chunkBits = 14
	chunkSize = 1 << chunkBits
)

func (l *dayLog) at(i int) *loggedDay { return &l.chunks[i>>chunkBits][i&(chunkSize-1)] }

// add joins the cell with the customer's latest when both are of one day.
func (l *dayLog) add(customer string, cell dayCell) error {
	if l.n == math.MaxInt32 {
		return faultInt(ErrOutOfRange, "customer-days", math.MaxInt32, "too many for one state")
	}
	return l.addTo(l.find(customer), cell)
}

func (l *dayLog) addTo(slot *keySlot, cell dayCell) error {
	if slot.at > 0 && slot.day == cell.day {
		return l.at(int(slot.at - 1)).add(cell)
	}
	l.push(slot, cell)
	return nil
}

// dayBatch collects additions that are made together.
type dayBatch struct {
	n      int
	keys   [64]string
	cells  [64]dayCell
	hashes [64]uint64
}

// put reports whether the batch is full.
func (b *dayBatch) put(customer string, cell dayCell) bool {
	b.keys[b.n], b.cells[b.n] = customer, cell
	b.n++
	return b.n == len(b.keys)
}

// addBatch adds the batch in its order and empties it.
func (l *dayLog) addBatch(b *dayBatch) error {
	if l.n > math.MaxInt32-b.n {
		return faultInt(ErrOutOfRange, "customer-days", math.MaxInt32, "too many for one state")
	}
	l.warm(b.keys[:b.n], b.hashes[:b.n])
	for i := range b.n {
		if err := l.addTo(l.findHashed(b.keys[i], b.hashes[i]), b.cells[i]); err != nil {
			return err
		}
	}
	b.n = 0
	return nil
}

func (l *dayLog) push(slot *keySlot, cell dayCell) {
	if l.n>>chunkBits == len(l.chunks) {
		l.chunks = append(l.chunks, make([]loggedDay, 0, chunkSize))
	}
	chunk := &l.chunks[len(l.chunks)-1]
	*chunk = append(*chunk, loggedDay{slot.number - 1, cell})
	l.n++
	slot.day, slot.at = cell.day, int32(l.n)
}

// merge appends the other log, which may be the same. Nothing is changed on an error.
func (l *dayLog) merge(o *dayLog) error {
	if l.n > math.MaxInt32-o.n {
		return faultInt(ErrOutOfRange, "customer-days", math.MaxInt32, "too many for one state")
	}
	for i, n := 0, o.n; i < n; i++ {
		c := *o.at(i)
		l.push(l.find(o.keys[c.owner]), c.dayCell)
	}
	return nil
}

// single gathers the days of a log of one customer into the scratch space.
func (l *dayLog) single(scratch []dayCell) ([]dayCell, error) {
	scratch = scratch[:0]
	for i := range l.n {
		scratch = append(scratch, l.at(i).dayCell)
	}
	return ascending(scratch)
}

// reset empties the log and keeps one chunk's memory.
func (l *dayLog) reset() {
	l.keyTable.reset()
	l.n = 0
	if len(l.chunks) > 0 {
		l.chunks[0] = l.chunks[0][:0]
		l.chunks = l.chunks[:1]
	}
}

// customers yields every customer by key ascending with their days ascending. The
// slice of days is good until the next customer. It stops at the first error.
func (l *dayLog) customers(each func(customer string, days []dayCell) error) error {
	ends, cells := l.byOwner()
	for _, owner := range keyOrder(l.keys) {
		if err := l.visit(owner, ends, cells, each); err != nil {
			return err
		}
	}
	return nil
}

// numbered is customers in the order of their numbers, in which memory lies.
func (l *dayLog) numbered(each func(customer string, days []dayCell) error) error {
	ends, cells := l.byOwner()
	for owner := range l.keys {
		if err := l.visit(int32(owner), ends, cells, each); err != nil {
			return err
		}
	}
	return nil
}

func (l *dayLog) visit(owner int32, ends []int32, cells []dayCell, each func(customer string, days []dayCell) error) error {
	from := int32(0)
	if owner > 0 {
		from = ends[owner-1]
	}
	days, err := ascending(cells[from:ends[owner]])
	if err != nil {
		return err
	}
	return each(l.keys[owner], days)
}

// byOwner gathers the log by customer number: the cells of customer i end at ends[i].
func (l *dayLog) byOwner() (ends []int32, cells []dayCell) {
	ends = make([]int32, len(l.keys))
	for _, chunk := range l.chunks {
		for i := range chunk {
			ends[chunk[i].owner]++
		}
	}
	total := int32(0)
	for i, n := range ends {
		ends[i] = total // the start, moved to the end by the scatter below
		total += n
	}
	cells = make([]dayCell, l.n)
	for _, chunk := range l.chunks {
		for i := range chunk {
			c := &chunk[i]
			cells[ends[c.owner]] = c.dayCell
			ends[c.owner]++
		}
	}
	return ends, cells
}

// ascending sorts the cells by day, in place, and joins those of one day.
func ascending(cells []dayCell) ([]dayCell, error) {
	rising := true
	for i := 1; i < len(cells) && rising; i++ {
		rising = cells[i-1].day < cells[i].day
	}
	if rising {
		return cells, nil
	}
	slices.SortStableFunc(cells, func(a, b dayCell) int { return cmp.Compare(a.day, b.day) })
	out := cells[:1]
	for _, c := range cells[1:] {
		if last := &out[len(out)-1]; last.day == c.day {
			if err := last.add(c); err != nil {
				return nil, err
			}
			continue
		}
		out = append(out, c)
	}
	return out, nil
}

// keyOrder is the order that sorts the keys, bytes ascending. Comparing eight bytes
// behind the common beginning as one number decides nearly always, without a look at
// the text.
func keyOrder(keys []string) []int32 {
	type entry struct {
		head uint64
		at   int32
	}
	skip := commonPrefix(keys)
	entries := make([]entry, len(keys))
	for i, key := range keys {
		var head [8]byte
		copy(head[:], key[skip:])
		entries[i] = entry{binary.BigEndian.Uint64(head[:]), int32(i)}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		return cmp.Compare(keys[a.at], keys[b.at])
	})
	order := make([]int32, len(keys))
	for i, e := range entries {
		order[i] = e.at
	}
	return order
}

func commonPrefix(keys []string) int {
	if len(keys) == 0 {
		return 0
	}
	n := len(keys[0])
	for _, key := range keys[1:] {
		n = min(n, len(key))
		for i := range n {
			if key[i] != keys[0][i] {
				n = i
				break
			}
		}
	}
	return n
}
