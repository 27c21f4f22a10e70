package sketch

import (
	"iter"

	"github.com/rapport-go/rapport/internal/binenc"
)

// store counts by a key that is not negative, in pages of neighbouring keys.
type store struct {
	first int // the page number of pages[0]
	pages []*page
	used  int // keys with a count
}

type page [1 << pageBits]int64

func (s *store) add(key int, n int64) {
	p := key >> pageBits
	if i := p - s.first; i >= 0 && i < len(s.pages) && s.pages[i] != nil {
		c := &s.pages[i][key&(1<<pageBits-1)]
		if *c == 0 {
			s.used++
		}
		*c += n
		return
	}
	s.grow(p)
	s.add(key, n)
}

// grow makes room for a page.
func (s *store) grow(p int) {
	switch {
	case len(s.pages) == 0:
		s.first, s.pages = p, make([]*page, 1)
	case p < s.first:
		s.pages = append(make([]*page, s.first-p), s.pages...)
		s.first = p
	case p-s.first >= len(s.pages):
		s.pages = append(s.pages, make([]*page, p-s.first-len(s.pages)+1)...)
	}
	if s.pages[p-s.first] == nil {
		s.pages[p-s.first] = new(page)
	}
}

func (s *store) ascending() iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for i, p := range s.pages {
			if p == nil {
				continue
			}
			for j, n := range p {
				if n > 0 && !yield((s.first+i)<<pageBits+j, n) {
					return
				}
			}
		}
	}
}

func (s *store) descending() iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for i := len(s.pages) - 1; i >= 0; i-- {
			p := s.pages[i]
			if p == nil {
				continue
			}
			for j := len(p) - 1; j >= 0; j-- {
				if p[j] > 0 && !yield((s.first+i)<<pageBits+j, p[j]) {
					return
				}
			}
		}
	}
}

func (s *store) merge(o *store) {
	for k, n := range o.ascending() {
		s.add(k, n)
	}
}

// write writes the keys in use, as differences, with their counts.
func (s *store) write(w *binenc.Writer) {
	w.Uint(uint64(s.used)) //nolint:gosec // a number of keys
	before := 0
	for k, n := range s.ascending() {
		w.Uint(uint64(k - before)) //nolint:gosec // ascending
		w.Uint(uint64(n))          //nolint:gosec // positive
		before = k
	}
}

// read reads keys from low to top and gives the sum of their counts.
func (s *store) read(in *binenc.Reader, top, low int) (sum int64) {
	key := uint64(0)
	for i := range in.Count(2) {
		step, n := in.Uint(), in.Uint()
		if i > 0 && step == 0 || step > uint64(top) || n == 0 || n > uint64(maxCount) || sum > maxCount {
			in.Fail("buckets out of order")
		}
		if key += step; key > uint64(top) || key < uint64(low) {
			in.Fail("a bucket out of range")
		}
		if in.Err() != nil {
			return 0
		}
		s.add(int(key), int64(n)) //nolint:gosec // both were bounded above
		sum += int64(n)           //nolint:gosec // as above
	}
	return sum
}
