package match

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
