package expr

import (
	"errors"
	"time"
)

// ErrWork reports an evaluation that was given up because it would have done more than
// [MaxWork] steps, or would have made a text longer than a mebibyte.
var ErrWork = errors.New("expr: too much work")

// MaxWork bounds one evaluation: an item looked at is a step, and so are 64 bytes of a
// text that is put together. An expression of 8 KiB over answers of ordinary size stays
// far below it; nested aggregates over long lists do not.
const MaxWork = 1_000_000

// Frame is what an expression is evaluated in. It also keeps working memory, so that
// reusing a Frame costs no allocation; one Frame serves one goroutine at a time. The
// zero Frame is ready: no answers, no clock (the year 1), UTC, no comments.
type Frame struct {
	// Slots holds the values by [Binding.Slot]; a slot beyond its end is missing.
	Slots []Value
	// Row holds the values of the row, panel or choice at hand, by the slot of a
	// binding with InRow.
	Row []Value
	// Now is the instant that today(), currentDate() and age() take for now.
	Now time.Time
	// Zone is where days begin and texts without an offset are read; nil means UTC.
	Zone *time.Location
	// Comment answers getComment: the comment of a question, or of one of its choices
	// where choice is not missing. Nil answers missing.
	Comment func(question string, choice Value) Value

	item  Value // in the condition of an aggregate
	arena []Value
	boxes []composite
	work  int
	tired bool
	dirty bool // item, arena or boxes were used
}

// Err returns [ErrWork] if the last evaluation with this Frame was given up, else nil.
func (f *Frame) Err() error {
	if f.tired {
		return ErrWork
	}
	return nil
}

// reset begins an evaluation.
func (f *Frame) reset() {
	f.work = MaxWork
	f.tired = false
	if f.dirty {
		f.item, f.dirty = Value{}, false
		f.arena, f.boxes = f.arena[:0], f.boxes[:0]
	}
}

// spend takes steps from the budget; false means that it is used up.
func (f *Frame) spend(steps int) bool {
	if f.work -= steps; f.work < 0 {
		f.tired = true
	}
	return !f.tired
}

func (f *Frame) now() float64 {
	return Date(f.Now).num
}

// take gives n values of working memory.
func (f *Frame) take(n int) []Value {
	f.dirty = true
	start := len(f.arena)
	for range n {
		f.arena = append(f.arena, Value{})
	}
	return f.arena[start : start+n : start+n]
}

// pack makes a list that lives as long as the evaluation.
func (f *Frame) pack(items []Value) Value {
	f.dirty = true
	f.boxes = append(f.boxes, composite{items: items, temp: true})
	return Value{kind: KindList, ref: &f.boxes[len(f.boxes)-1]}
}

// keep copies what lives in working memory.
func keep(v Value) Value {
	if v.kind != KindList || !v.ref.temp {
		return v
	}
	items := make([]Value, len(v.ref.items))
	for i, item := range v.ref.items {
		items[i] = keep(item)
	}
	return List(items...)
}

// text is JavaScript's String(v) in the frame's zone.
func (f *Frame) text(v Value) string {
	if v.kind == KindText {
		return v.str
	}
	if v.kind == KindList {
		f.spend(len(v.ref.items))
	}
	return toText(v, f.Zone)
}

// concat joins two texts, within bounds.
func (f *Frame) concat(a, b string) Value {
	if !f.spend((len(a)+len(b))/64) || len(a)+len(b) > maxJoin {
		f.tired = true
		return Value{}
	}
	return Text(a + b)
}
