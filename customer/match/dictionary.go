package match

import (
	"hash/maphash"
	"math"
	"strings"
)

// dict numbers the values of one kind from one; zero is missing. A dictionary of pairs
// numbers pairs of values of two others, and writes their text only where it is asked
// for. Numbers are given in the order in which values come, whatever their hashes are.
type dict struct {
	vals        []string // none of a dictionary of pairs
	left, right *dict    // of a dictionary of pairs
	pairs       []uint64 // of a dictionary of pairs: the two numbers
	slots       []uint64 // by hash, the next free one: hash above, number below; zero is free
	seed        maphash.Seed
	text        arena

	sketches []sketch // only where similarities are asked for
	days     []int32  // only where dates are; noDate for none
	sketched bool
	dated    bool
	beyond   bool // a value is beyond ASCII

	fixed uint32 // values from this one are there while a question lasts
}

const noDate = int32(-1 << 31)

// pairSign stands between the two values of a pair; no folded text holds it.
const pairSign = "\x1f"

func newDict() *dict {
	return &dict{vals: []string{""}, sketches: make([]sketch, 1), days: []int32{noDate}, seed: maphash.MakeSeed(), fixed: math.MaxUint32}
}

func newPairDict(left, right *dict) *dict {
	return &dict{left: left, right: right, pairs: []uint64{0}, sketches: make([]sketch, 1), days: []int32{noDate}, fixed: math.MaxUint32}
}

// arena holds texts side by side, so that a value does not keep alive what it was cut
// from.
type arena struct{ open *strings.Builder }

const arenaBytes = 1 << 16

func (a *arena) keep(s string) string {
	if !a.room(len(s)) {
		return strings.Clone(s)
	}
	from := a.open.Len()
	a.open.WriteString(s)
	return a.open.String()[from:]
}

func (a *arena) keepBytes(b []byte) string {
	if !a.room(len(b)) {
		return string(b)
	}
	from := a.open.Len()
	a.open.Write(b)
	return a.open.String()[from:]
}

// room makes room for n bytes; a long text has a place of its own.
func (a *arena) room(n int) bool {
	if a.open == nil || a.open.Cap()-a.open.Len() < n {
		if n > arenaBytes/8 {
			return false
		}
		a.open = &strings.Builder{}
		a.open.Grow(arenaBytes)
	}
	return true
}

// size is the number of values with the missing one.
func (d *dict) size() int {
	if d.left != nil {
		return len(d.pairs)
	}
	return len(d.vals)
}

// val is the text of a value.
func (d *dict) val(id uint32) string {
	if d.left == nil {
		return d.vals[id]
	}
	if id == 0 {
		return ""
	}
	p := d.pairs[id]
	return d.left.val(uint32(p>>32)) + pairSign + d.right.val(uint32(p)) //nolint:gosec // the two halves
}

// appendVal appends the text of a value.
func (d *dict) appendVal(b []byte, id uint32) []byte {
	if d.left == nil || id == 0 {
		return append(b, d.val(id)...)
	}
	p := d.pairs[id]
	b = append(d.left.appendVal(b, uint32(p>>32)), pairSign...) //nolint:gosec // the upper half
	return d.right.appendVal(b, uint32(p))                      //nolint:gosec // the lower half
}

// find gives the number of a text; zero where it is not there.
func (d *dict) find(s string) uint32 {
	if d.left != nil {
		a, b, _ := strings.Cut(s, pairSign)
		i, j := d.left.find(a), d.right.find(b)
		if i == 0 || j == 0 {
			return 0
		}
		return d.findPair(uint64(i)<<32 | uint64(j))
	}
	if s == "" || len(d.slots) == 0 {
		return 0
	}
	id, _ := d.probe(s, uint32(maphash.String(d.seed, s))) //nolint:gosec // the lower half
	return id
}

// probe gives the number of a text, or the slot where it belongs.
func (d *dict) probe(s string, h uint32) (id uint32, slot int) {
	mask := len(d.slots) - 1
	slot = int(h) & mask
	for ; d.slots[slot] != 0; slot = (slot + 1) & mask {
		e := d.slots[slot]
		if uint32(e>>32) == h && d.vals[uint32(e)] == s { //nolint:gosec // the two halves
			return uint32(e), slot //nolint:gosec // the lower half
		}
	}
	return 0, slot
}

// intern gives the number of a text, a new one with a copy of it where it is not there.
func (d *dict) intern(s string) uint32 { return d.number(s, true) }

// lend is intern for a text that outlives its place in the dictionary: no copy is made.
func (d *dict) lend(s string) uint32 { return d.number(s, false) }

// internBytes is intern for a text that is only there for now.
func (d *dict) internBytes(b []byte) uint32 {
	if len(b) == 0 {
		return 0
	}
	d.room()
	h, mask := uint32(maphash.Bytes(d.seed, b)), len(d.slots)-1 //nolint:gosec // the lower half
	slot := int(h) & mask
	for ; d.slots[slot] != 0; slot = (slot + 1) & mask {
		e := d.slots[slot]
		if uint32(e>>32) == h && d.vals[uint32(e)] == string(b) { //nolint:gosec // the two halves
			return uint32(e) //nolint:gosec // the lower half
		}
	}
	return d.place(d.text.keepBytes(b), h, slot)
}

func (d *dict) number(s string, keep bool) uint32 {
	if s == "" {
		return 0
	}
	d.room()
	h := uint32(maphash.String(d.seed, s)) //nolint:gosec // the lower half
	id, slot := d.probe(s, h)
	if id != 0 {
		return id
	}
	if keep {
		s = d.text.keep(s)
	}
	return d.place(s, h, slot)
}

// findBytes is find for a text that is only there for now.
func (d *dict) findBytes(b []byte) uint32 {
	if len(b) == 0 || len(d.slots) == 0 {
		return 0
	}
	h, mask := uint32(maphash.Bytes(d.seed, b)), len(d.slots)-1 //nolint:gosec // the lower half
	for slot := int(h) & mask; d.slots[slot] != 0; slot = (slot + 1) & mask {
		e := d.slots[slot]
		if uint32(e>>32) == h && d.vals[uint32(e)] == string(b) { //nolint:gosec // the two halves
			return uint32(e) //nolint:gosec // the lower half
		}
	}
	return 0
}

// place numbers a text that is new.
func (d *dict) place(s string, h uint32, slot int) uint32 {
	id := uint32(len(d.vals)) //nolint:gosec // fewer than 2^32 values fit in memory
	d.vals = append(d.vals, s)
	d.slots[slot] = uint64(h)<<32 | uint64(id)
	d.beyond = d.beyond || !isASCII(s)
	d.extend()
	return id
}

// pair gives the number of two values, a new one where it is not there.
func (d *dict) pair(a, b uint32) uint32 {
	if a == 0 || b == 0 {
		return 0
	}
	key := uint64(a)<<32 | uint64(b)
	d.room()
	h, mask := uint32(mix(key)), len(d.slots)-1 //nolint:gosec // the lower half
	slot := int(h) & mask
	for ; d.slots[slot] != 0; slot = (slot + 1) & mask {
		e := d.slots[slot]
		if uint32(e>>32) == h && d.pairs[uint32(e)] == key { //nolint:gosec // the two halves
			return uint32(e) //nolint:gosec // the lower half
		}
	}
	id := uint32(len(d.pairs)) //nolint:gosec // fewer than 2^32 values fit in memory
	d.pairs = append(d.pairs, key)
	d.slots[slot] = uint64(h)<<32 | uint64(id)
	d.beyond = d.beyond || d.left.beyond || d.right.beyond
	d.extend()
	return id
}

func (d *dict) findPair(key uint64) uint32 {
	if len(d.slots) == 0 {
		return 0
	}
	h, mask := uint32(mix(key)), len(d.slots)-1 //nolint:gosec // the lower half
	for slot := int(h) & mask; d.slots[slot] != 0; slot = (slot + 1) & mask {
		e := d.slots[slot]
		if uint32(e>>32) == h && d.pairs[uint32(e)] == key { //nolint:gosec // the two halves
			return uint32(e) //nolint:gosec // the lower half
		}
	}
	return 0
}

// room makes the slots more where three in four are taken.
func (d *dict) room() {
	if 4*d.size() < 3*len(d.slots) {
		return
	}
	old := d.slots
	d.slots = make([]uint64, max(16, 2*len(old)))
	mask := len(d.slots) - 1
	for _, e := range old {
		if e == 0 {
			continue
		}
		slot := int(e>>32) & mask //nolint:gosec // the upper half
		for d.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		d.slots[slot] = e
	}
}

// extend computes what is kept of values that are new.
func (d *dict) extend() {
	n := d.size()
	for d.sketched && len(d.sketches) < n {
		d.sketches = append(d.sketches, sketchOf(d.val(uint32(len(d.sketches))))) //nolint:gosec // a value's number
	}
	for d.dated && len(d.days) < n {
		day := noDate
		if n, ok := parseDate(d.val(uint32(len(d.days)))); ok { //nolint:gosec // a value's number
			day = int32(n) //nolint:gosec // four digits of a year
		}
		d.days = append(d.days, day)
	}
}

// forget takes off the values from the n-th.
func (d *dict) forget(n int) {
	for id := d.size() - 1; id >= n; id-- {
		d.remove(uint32(id)) //nolint:gosec // a value's number
	}
	if d.left != nil {
		d.pairs = d.pairs[:min(n, len(d.pairs))]
	} else {
		clear(d.vals[n:]) // what was lent is given back
		d.vals = d.vals[:n]
	}
	d.sketches = d.sketches[:min(n, len(d.sketches))]
	d.days = d.days[:min(n, len(d.days))]
}

// remove frees the slot of a value; those that it pushed on move back.
func (d *dict) remove(id uint32) {
	mask := len(d.slots) - 1
	var h uint32
	if d.left != nil {
		h = uint32(mix(d.pairs[id])) //nolint:gosec // the lower half
	} else {
		h = uint32(maphash.String(d.seed, d.vals[id])) //nolint:gosec // the lower half
	}
	gap := int(h) & mask
	for uint32(d.slots[gap]) != id { //nolint:gosec // the lower half
		gap = (gap + 1) & mask
	}
	d.slots[gap] = 0
	for at := (gap + 1) & mask; d.slots[at] != 0; at = (at + 1) & mask {
		home := int(d.slots[at]>>32) & mask //nolint:gosec // the upper half
		if (at-home)&mask >= (at-gap)&mask {
			d.slots[gap], d.slots[at] = d.slots[at], 0
			gap = at
		}
	}
}
