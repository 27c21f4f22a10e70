package match

import (
	"cmp"
	"slices"
	"strings"
)

// sortedTexts gives the places of texts in their order; equal ones keep theirs. They are
// sorted by eight bytes after what all begin with, and looked at as a whole only where
// those are equal.
func sortedTexts(texts []string) []uint32 {
	if len(texts) == 0 {
		return nil
	}
	same := texts[0]
	for _, v := range texts {
		for !strings.HasPrefix(v, same) {
			n := 0
			for n < len(v) && n < len(same) && v[n] == same[n] {
				n++
			}
			same = same[:n]
		}
	}
	s := &sorter{keys: make([]uint64, 0, len(texts)), records: make([]uint32, 0, len(texts))}
	for i, v := range texts {
		key := uint64(0)
		for k := range 8 {
			if key <<= 8; len(same)+k < len(v) {
				key |= uint64(v[len(same)+k])
			}
		}
		s.add(key, uint32(i)) //nolint:gosec // fewer than 2^32 texts fit in memory
	}
	s.sort()
	s.groups(func(places []uint32) {
		if len(places) > 1 {
			slices.SortStableFunc(places, func(a, b uint32) int { return cmp.Compare(texts[a], texts[b]) })
		}
	})
	return s.records
}

// radixSort sorts whole numbers in rising order, a byte at a time from the lowest;
// bytes that are equal in all numbers cost one look.
func radixSort(keys []uint64) {
	if len(keys) < 2 {
		return
	}
	buffer := make([]uint64, len(keys))
	from, to := keys, buffer
	var any, common uint64 = 0, ^uint64(0)
	for _, k := range keys {
		any |= k
		common &= k
	}
	for shift := 0; shift < 64; shift += 8 {
		if (any^common)>>shift&0xff == 0 {
			continue
		}
		var counts [256]int
		for _, k := range from {
			counts[k>>shift&0xff]++
		}
		at := 0
		for i, n := range counts {
			counts[i] = at
			at += n
		}
		for _, k := range from {
			b := k >> shift & 0xff
			to[counts[b]] = k
			counts[b]++
		}
		from, to = to, from
	}
	if &from[0] != &keys[0] {
		copy(keys, from)
	}
}
