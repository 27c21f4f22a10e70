package metrics

import (
	"encoding/binary"
	"hash/maphash"
)

// keyTable numbers customers by their keys in the order in which they first appear.
// It is an open-addressing table that holds keys of up to 16 bytes in the slot
// itself, beside what an addition has to know: in a state of millions of customers
// a lookup costs one visit to memory where a map of strings costs three.
//
// The hash is seeded at random for each table against hostile keys; it decides where
// a slot lies and nothing that a caller can see.
type keyTable struct {
	seed  maphash.Seed
	slots []keySlot // a power of two, at most three quarters full
	keys  []string  // by number
	touch int32     // keeps the visits of warm from being optimised away
}

// keySlot is 32 bytes, two to a cache line.
type keySlot struct {
	a, b   uint64 // the key when short, else its hash and 0
	number int32  // counted from one; 0 is an empty slot
	size   uint32 // of the key when short, else longKey
	day    int32  // of the customer's latest cell
	at     int32  // of that cell in the log, counted from one; 0 is none
}

const (
	shortKey = 16
	longKey  = shortKey + 1
)

// find is the slot of the key, made when the key is new. The pointer is good until
// the next call.
func (t *keyTable) find(key string) *keySlot {
	if t.slots == nil {
		t.grow()
	}
	return t.findHashed(key, maphash.String(t.seed, key))
}

// warm hashes the keys and visits the slots where they begin to look: independent
// visits wait for memory together, where lookups one by one wait in turn.
func (t *keyTable) warm(keys []string, hashes []uint64) {
	if t.slots == nil {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	for i, key := range keys {
		hashes[i] = maphash.String(t.seed, key)
	}
	for _, hash := range hashes[:len(keys)] {
		t.touch ^= t.slots[hash&mask].number
	}
}

func (t *keyTable) findHashed(key string, hash uint64) *keySlot {
	if 4*len(t.keys) >= 3*len(t.slots) {
		t.grow()
	}
	a, b, size := packKey(key, hash)
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.number == 0 {
			t.keys = append(t.keys, key)
			*s = keySlot{a: a, b: b, size: size, number: int32(len(t.keys))}
			return s
		}
		if s.a == a && s.b == b && s.size == size && (size < longKey || t.keys[s.number-1] == key) {
			return s
		}
	}
}

func packKey(key string, hash uint64) (a, b uint64, size uint32) {
	if len(key) > shortKey {
		return hash, 0, longKey
	}
	if len(key) >= 8 { // two loads that overlap: with the size they tell keys apart
		return eight(key), eight(key[len(key)-8:]), uint32(len(key))
	}
	for i := range len(key) {
		a |= uint64(key[i]) << (8 * i)
	}
	return a, 0, uint32(len(key))
}

// eight is the first eight bytes as one number; the compiler makes it one load.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// hash is that of the slot's key, without a look at the key itself.
func (t *keyTable) hash(s *keySlot) uint64 {
	if s.size == longKey {
		return s.a
	}
	var p [shortKey]byte
	binary.LittleEndian.PutUint64(p[:8], s.a)
	if s.size > 8 {
		binary.LittleEndian.PutUint64(p[s.size-8:], s.b)
	}
	return maphash.Bytes(t.seed, p[:s.size])
}

func (t *keyTable) grow() {
	if t.slots == nil {
		t.seed = maphash.MakeSeed()
	}
	old := t.slots
	t.slots = make([]keySlot, max(8, 2*len(old)))
	mask := uint64(len(t.slots) - 1)
	for i := range old {
		if old[i].number == 0 {
			continue
		}
		at := t.hash(&old[i]) & mask
		for t.slots[at].number != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = old[i]
	}
}

// reset empties the table and keeps its memory.
func (t *keyTable) reset() {
	clear(t.slots)
	t.keys = t.keys[:0]
}
