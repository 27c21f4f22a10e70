package businesstime

// run is a stretch of a page on which one pattern holds.
type run struct {
	at      uint32 // seconds since the start of the page
	sum     uint32 // open seconds of the page before the run
	adj     int32  // sum less the open seconds of the pattern before phase
	phase   int32  // second of the pattern's week at the start of the run
	pattern int32
	hold    bool // the reading stands still at phase (see piece)
}

// page is a UTC year: how it looks, shared by all years that look the same.
type page struct {
	from, to int32  // its runs; the first begins at 0
	open     uint32 // open seconds
	dates    uint16 // local dates that begin in the year and have open time
}

// stride is how many years lie between two entries of the running sums.
const stride = 8

// table is the compiled form of a calendar: prefix sums over years, runs and weeks.
// It is not changed after it is made.
type table struct {
	patterns []pattern
	runs     []run
	pages    []page
	year     []uint16 // per year: its page
	mark     []int64  // per stride years: open seconds before
	dateMark []int32  // per stride years: dates with open time before
	total    int64    // open seconds of all years
}

// draft collects the runs of the page that is being built.
type draft struct {
	table
	start int
}

func (d *draft) begin() { d.start = len(d.runs) }

// put appends a run unless it carries on the one before.
func (d *draft) put(at uint32, pattern, phase int32, hold bool) {
	if n := len(d.runs); n > d.start && !hold {
		last := &d.runs[n-1]
		if last.pattern == pattern && !last.hold && (int64(last.phase)+int64(at-last.at)-int64(phase))%week == 0 {
			return
		}
	}
	d.runs = append(d.runs, run{at: at, pattern: pattern, phase: phase, hold: hold})
}

// end closes the page of the given length and gives its number.
func (d *draft) end(length uint32) uint16 {
	runs := d.runs[d.start:]
	sum := uint32(0)
	for i := range runs {
		r := &runs[i]
		p := &d.patterns[r.pattern]
		r.sum = sum
		at0, _ := p.before(r.phase)
		r.adj = int32(sum) - at0
		end := length
		if i+1 < len(runs) {
			end = runs[i+1].at
		}
		s := int64(r.phase) + int64(end-r.at)
		in, _ := p.before(int32(s % week))
		sum = uint32(int64(r.adj) + s/week*int64(p.total) + int64(in))
	}
	d.pages = append(d.pages, page{from: int32(d.start), to: int32(len(d.runs)), open: sum})
	return uint16(len(d.pages) - 1)
}

// finish adds the running sums over the years.
func (d *draft) finish() {
	d.runs = append([]run(nil), d.runs...) // exactly as long as needed: tables are kept
	d.mark = make([]int64, 0, maxYear/stride+1)
	for y := range maxYear {
		if y%stride == 0 {
			d.mark = append(d.mark, d.total)
		}
		d.total += int64(d.pages[d.year[y]].open)
	}
	d.countDates()
}

// before counts the open seconds before the year with the index y.
func (t *table) before(y int) int64 {
	k := y / stride
	sum := t.mark[k]
	for i := k * stride; i < y; i++ {
		sum += int64(t.pages[t.year[i]].open)
	}
	return sum
}

// at counts the open seconds before sec, a Unix time, and reports whether the
// second that begins there is open.
func (t *table) at(sec int64) (sum int64, open bool) {
	if sec < minUnix {
		return 0, false
	}
	if sec >= maxUnix {
		return t.total, false
	}
	y := yearOf(int((sec - minUnix) / day))
	rel := uint32(sec - yearStart(y))
	p := &t.pages[t.year[y]]
	lo, hi := p.from, p.to
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; t.runs[mid].at <= rel {
			lo = mid
		} else {
			hi = mid
		}
	}
	r := &t.runs[lo]
	s := uint32(r.phase) + rel - r.at
	k := s / week
	pat := &t.patterns[r.pattern]
	in, open := pat.before(int32(s - k*week))
	return t.before(y) + int64(r.adj) + int64(k)*int64(pat.total) + int64(in), open
}

// earliest is the first second with w open seconds before it, 0 < w <= total.
func (t *table) earliest(w int64) int64 {
	lo, hi := 0, len(t.mark)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; t.mark[mid] < w {
			lo = mid
		} else {
			hi = mid
		}
	}
	y, sum := lo*stride, t.mark[lo]
	p := &t.pages[t.year[y]]
	for sum+int64(p.open) < w {
		sum += int64(p.open)
		y++
		p = &t.pages[t.year[y]]
	}
	rest := uint32(w - sum)
	a, b := p.from, p.to
	for b-a > 1 {
		if mid := (a + b) / 2; t.runs[mid].sum < rest {
			a = mid
		} else {
			b = mid
		}
	}
	r := &t.runs[a]
	s := t.patterns[r.pattern].earliest(int64(rest) - int64(r.adj))
	return yearStart(y) + int64(r.at) + s - int64(r.phase)
}

// latest is the last second with w open seconds before it, 0 <= w < total: an open one.
func (t *table) latest(w int64) int64 {
	lo, hi := 0, len(t.mark)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; t.mark[mid] <= w {
			lo = mid
		} else {
			hi = mid
		}
	}
	y, sum := lo*stride, t.mark[lo]
	p := &t.pages[t.year[y]]
	for sum+int64(p.open) <= w {
		sum += int64(p.open)
		y++
		p = &t.pages[t.year[y]]
	}
	rest := uint32(w - sum)
	a, b := p.from, p.to
	for b-a > 1 {
		if mid := (a + b) / 2; t.runs[mid].sum <= rest {
			a = mid
		} else {
			b = mid
		}
	}
	r := &t.runs[a]
	s := t.patterns[r.pattern].latest(int64(rest) - int64(r.adj))
	return yearStart(y) + int64(r.at) + s - int64(r.phase)
}

// latestClosed is the last second with c closed seconds before it since the
// year 1: a closed one. ok is false when there are not more than c of them.
func (t *table) latestClosed(c int64) (sec int64, ok bool) {
	if c >= maxUnix-minUnix-t.total {
		return 0, false
	}
	closed := func(k int) int64 { return int64(daysBefore(k*stride))*day - t.mark[k] }
	lo, hi := 0, len(t.mark)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; closed(mid) <= c {
			lo = mid
		} else {
			hi = mid
		}
	}
	y, sum := lo*stride, closed(lo)
	p := &t.pages[t.year[y]]
	for {
		in := yearStart(y+1) - yearStart(y) - int64(p.open)
		if sum+in > c {
			break
		}
		sum += in
		y++
		p = &t.pages[t.year[y]]
	}
	rest := uint32(c - sum)
	a, b := p.from, p.to
	for b-a > 1 {
		if mid := (a + b) / 2; t.runs[mid].at-t.runs[mid].sum <= rest {
			a = mid
		} else {
			b = mid
		}
	}
	r := &t.runs[a]
	// Closed seconds of the pattern before phase are phase less the open ones.
	q := int64(rest) - int64(r.at-r.sum) + int64(r.phase) - (int64(r.sum) - int64(r.adj))
	s := t.patterns[r.pattern].latestClosed(q)
	return yearStart(y) + int64(r.at) + s - int64(r.phase), true
}
