package recommend

// short is an id of up to 15 bytes with its length behind it: as a key it lies inside
// the map, so that looking it up reads no other memory. Most shops' ids are that short,
// and looking up ids was more than half of a training.
type short [16]byte

// numbers gives ids numbers in the order in which they come.
type numbers struct {
	brief map[short]uint32
	long  map[string]uint32
	n     uint32
}

func newNumbers() *numbers {
	return &numbers{brief: map[short]uint32{}, long: map[string]uint32{}}
}

// of is the number of an id; fresh where it came for the first time.
func (s *numbers) of(id string) (n uint32, fresh bool) {
	var known bool
	if len(id) < len(short{}) {
		var key short
		copy(key[:], id)
		key[len(key)-1] = byte(len(id))
		if n, known = s.brief[key]; !known {
			s.brief[key] = s.n
		}
	} else if n, known = s.long[id]; !known {
		s.long[id] = s.n
	}
	if known {
		return n, false
	}
	s.n++
	return s.n - 1, true
}
