package match

import (
	"slices"
	"sync"
	"sync/atomic"
)

// RuleReport says what a blocking rule did.
type RuleReport struct {
	Rule    string `json:"rule"`
	Blocks  int    `json:"blocks"`  // of two records or more
	Largest int    `json:"largest"` // records of the largest block, dropped or not
	Pairs   int    `json:"pairs"`   // in the blocks that were kept
	New     int    `json:"new"`     // of them those that no earlier rule gave
	// Dropped blocks had more records than the model's MaxBlock: none of their pairs was
	// looked at unless another rule gave it.
	Dropped      int `json:"dropped"`
	DroppedPairs int `json:"dropped_pairs"`
}

// blocks are the records of each rule side by side.
type blocks struct {
	rules   int
	keys    []uint32 // by record and rule: the block; zero for none
	hashes  []uint64 // by record: a byte of each rule's block, eight rules to a word
	words   int      // words of a record
	order   [][]uint32
	starts  [][]uint32
	reports []RuleReport
}

// block sorts the records of a table by the rules of a model, each rule by one worker.
func (t *table) block(m *Model, workers int) *blocks {
	b := &blocks{rules: len(m.Rules), keys: make([]uint32, t.len()*len(m.Rules)), reports: make([]RuleReport, len(m.Rules))}
	b.order, b.starts = make([][]uint32, b.rules), make([][]uint32, b.rules)
	most := m.mostOfBlock()
	run(workers, b.rules, func() func(int) {
		s := &sorter{}
		return func(r int) {
			b.reports[r].Rule = m.Rules[r].Name
			cols := make([]int, len(m.Rules[r].Keys))
			for i, k := range m.Rules[r].Keys {
				cols[i], _ = t.column(k.Field, k.Form)
			}
			b.rule(t, r, cols, most, s)
		}
	})
	b.hash(workers)
	return b
}

// hash keeps a byte of each key, so that most pairs without a common block are told from
// a word or two.
func (b *blocks) hash(workers int) {
	b.words = (b.rules + 7) / 8
	records := len(b.keys) / max(1, b.rules)
	b.hashes = make([]uint64, records*b.words)
	const piece = 1 << 14
	run(workers, (records+piece-1)/piece, func() func(int) {
		return func(p int) {
			for i := p * piece; i < min(records, (p+1)*piece); i++ {
				for r, key := range b.keys[i*b.rules : (i+1)*b.rules] {
					if key == 0 { // two without a block should not look alike
						key = uint32(i) //nolint:gosec // a record's number
					}
					b.hashes[i*b.words+r/8] |= uint64(key*0x9e3779b1>>24) << (r % 8 * 8)
				}
			}
		}
	})
}

// rule finds the records that share all keys: those of one value of the first key, of
// them those of one value of the second, and so on.
func (b *blocks) rule(t *table, r int, cols []int, most int, s *sorter) {
	s.reset()
	w := t.width()
	for i := range t.len() {
		row := t.rows[i*w : i*w+w]
		full := true
		for _, c := range cols {
			full = full && row[c] != 0
		}
		if full {
			s.add(uint64(row[cols[0]]), uint32(i)) //nolint:gosec // a record's number
		}
	}
	s.sort()
	for _, c := range cols[1:] {
		s.refine(func(rec uint32) uint32 { return t.rows[int(rec)*w+c] })
	}
	report := &b.reports[r]
	kept, starts := 0, 1
	s.groups(func(records []uint32) {
		if n := len(records); n >= 2 && n <= most {
			kept += n
			starts++
		}
	})
	order, start := make([]uint32, 0, kept), make([]uint32, 0, starts)
	s.groups(func(records []uint32) {
		n := len(records)
		if n < 2 {
			return
		}
		report.Blocks++
		report.Largest = max(report.Largest, n)
		if n > most {
			report.Dropped++
			report.DroppedPairs += n * (n - 1) / 2
			return
		}
		report.Pairs += n * (n - 1) / 2
		start = append(start, uint32(len(order))) //nolint:gosec // at most as many as records
		order = append(order, records...)
		for _, rec := range records {
			b.keys[int(rec)*b.rules+r] = uint32(len(start)) //nolint:gosec // at most as many as records
		}
	})
	b.order[r], b.starts[r] = order, append(start, uint32(len(order))) //nolint:gosec // at most as many as records
}

// earlier says whether a rule before the r-th gives the pair, too.
func (b *blocks) earlier(r int, x, y uint32) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	p, q := int(x)*b.words, int(y)*b.words
	for ; r > 0; p, q = p+1, q+1 {
		v := b.hashes[p] ^ b.hashes[q]
		if r < 8 {
			v |= ^uint64(0) << (r * 8) // rules from the r-th do not count
		}
		if (v-ones)&^v&tops != 0 { // a byte is zero
			return b.common(r, x, y, p-int(x)*b.words)
		}
		r -= 8
	}
	return false
}

// common says whether a rule of the words from one on gives the pair, of so many rules
// left.
func (b *blocks) common(left int, x, y uint32, word int) bool {
	from := word * 8
	p := b.keys[int(x)*b.rules+from : int(x)*b.rules+from+left]
	q := b.keys[int(y)*b.rules+from : int(y)*b.rules+from+left]
	for i, k := range p {
		if k != 0 && k == q[i] {
			return true
		}
	}
	return false
}

// task is a run of blocks of one rule.
type task struct{ rule, from, to int }

// taskPairs is about how many pairs a task has.
const taskPairs = 1 << 15

func (b *blocks) tasks() []task {
	var out []task
	for r := range b.rules {
		pairs, from := 0, 0
		for i := range len(b.starts[r]) - 1 {
			n := int(b.starts[r][i+1] - b.starts[r][i])
			pairs += n * (n - 1) / 2
			if pairs >= taskPairs {
				out = append(out, task{r, from, i + 1})
				pairs, from = 0, i+1
			}
		}
		if from < len(b.starts[r])-1 {
			out = append(out, task{r, from, len(b.starts[r]) - 1})
		}
	}
	return out
}

// each gives the pairs of a task that no earlier rule gives.
func (b *blocks) each(t task, yield func(x, y uint32)) int {
	count := 0
	for i := t.from; i < t.to; i++ {
		records := b.order[t.rule][b.starts[t.rule][i]:b.starts[t.rule][i+1]]
		for j, x := range records {
			for _, y := range records[j+1:] {
				if t.rule > 0 && b.earlier(t.rule, x, y) {
					continue
				}
				count++
				yield(x, y)
			}
		}
	}
	return count
}

// all gives every pair of a task.
func (b *blocks) all(t task, yield func(x, y uint32)) {
	for i := t.from; i < t.to; i++ {
		records := b.order[t.rule][b.starts[t.rule][i]:b.starts[t.rule][i+1]]
		for j, x := range records {
			for _, y := range records[j+1:] {
				yield(x, y)
			}
		}
	}
}

// run does n tasks, each once, on so many workers; all have ended when it returns. What
// a task makes must go to a place of its own.
func run(workers, n int, make func() func(task int)) {
	workers = max(1, min(workers, n))
	if workers == 1 {
		do := make()
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		do := make()
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}

// sorter groups records by keys.
type sorter struct {
	keys, keys2       []uint64
	records, records2 []uint32
}

func (s *sorter) reset() { s.keys, s.records = s.keys[:0], s.records[:0] }

func (s *sorter) add(key uint64, record uint32) {
	s.keys = append(s.keys, key)
	s.records = append(s.records, record)
}

// sort sorts the records by their keys; records of one key keep their order.
func (s *sorter) sort() {
	n := len(s.keys)
	s.keys2 = slices.Grow(s.keys2[:0], n)[:n]
	s.records2 = slices.Grow(s.records2[:0], n)[:n]
	var union, common uint64 = 0, ^uint64(0)
	for _, k := range s.keys {
		union |= k
		common &= k
	}
	const digit = 11
	for shift := 0; shift < 64; shift += digit {
		if (union^common)>>shift&(1<<digit-1) == 0 {
			continue
		}
		var counts [1 << digit]int
		for _, k := range s.keys {
			counts[k>>shift&(1<<digit-1)]++
		}
		at := 0
		for i, c := range counts {
			counts[i] = at
			at += c
		}
		for i, k := range s.keys {
			d := k >> shift & (1<<digit - 1)
			s.keys2[counts[d]], s.records2[counts[d]] = k, s.records[i]
			counts[d]++
		}
		s.keys, s.keys2 = s.keys2, s.keys
		s.records, s.records2 = s.records2, s.records
	}
}

// refine parts each group by a further value, and leaves out records that are alone.
func (s *sorter) refine(value func(record uint32) uint32) {
	kept, group := 0, uint64(0)
	for i := 0; i < len(s.keys); {
		j := i + 1
		for j < len(s.keys) && s.keys[j] == s.keys[i] {
			j++
		}
		if j-i >= 2 {
			group++
			for _, rec := range s.records[i:j] {
				s.records[kept] = rec
				s.keys2[kept] = group<<32 | uint64(value(rec))
				kept++
			}
		}
		i = j
	}
	s.keys, s.keys2 = s.keys2[:kept], s.keys[:kept]
	s.records = s.records[:kept]
	s.sort()
}

func (s *sorter) groups(yield func(records []uint32)) {
	for i := 0; i < len(s.keys); {
		j := i + 1
		for j < len(s.keys) && s.keys[j] == s.keys[i] {
			j++
		}
		yield(s.records[i:j])
		i = j
	}
}
