package listen

import (
	"math"
	"unicode"
)

// Features are the character n-grams of the folded comment, hashed into 2^bits
// buckets (Weinberger et al. 2009), each weighted (1 + ln(count)) times the rarity of
// the bucket, the whole scaled to length one. N-grams of characters need no segmentation, so that one model form serves
// text with and without spaces.

const (
	gramBits = 18
	buckets  = 1 << gramBits
	gramTop  = 5    // longest n-gram, in runes
	textTop  = 2000 // runes of a comment that are looked at
)

// feature is one bucket with its weight.
type feature struct {
	bucket uint32
	weight float32
}

// extractor turns text into features, reusing its memory. It belongs to one goroutine.
type extractor struct {
	table   *foldTable
	memo    memo
	runes   []rune
	buf     []rune
	slots   []uint32 // bucket+1 by open addressing
	places  []uint32 // index into out
	out     []feature
	weighed []feature
}

func newExtractor() *extractor { return &extractor{table: tableFor(false), memo: memo{}} }

// fold fills runes with the folded text, spaces collapsed and one at each end.
func (x *extractor) fold(text string) []rune {
	x.runes = append(x.runes[:0], ' ')
	for i := 0; i < len(text) && len(x.runes) < textTop; {
		end, first, single := x.table.segmentEnd(text, i)
		if single && first&(entryMany|entryJoins) == 0 {
			x.put(rune(first))
			i = end
			continue
		}
		x.buf = x.buf[:0]
		if single {
			x.buf = x.table.appendRunes(x.buf, first&^entryJoins)
		} else {
			x.buf = x.table.segment(x.buf, text[i:end], x.memo)
		}
		for _, r := range x.buf {
			x.put(r)
		}
		i = end
	}
	x.put(' ')
	return x.runes
}

func (x *extractor) put(r rune) {
	if r == ' ' || unicode.IsSpace(r) {
		if x.runes[len(x.runes)-1] == ' ' {
			return
		}
		r = ' '
	}
	x.runes = append(x.runes, r)
}

// features are valid until the next call; none for a text of spaces.
func (x *extractor) features(text string) []feature {
	runes := x.fold(text)
	x.out = x.out[:0]
	if len(runes) < 3 {
		return x.out
	}
	size := 64
	for size < 2*gramTop*len(runes) {
		size <<= 1
	}
	if len(x.slots) < size {
		x.slots, x.places = make([]uint32, size), make([]uint32, size)
	}
	slots := x.slots[:size]
	clear(slots)
	mask := uint32(size - 1)
	for i := range runes {
		h := uint32(2166136261)
		for _, r := range runes[i:min(i+gramTop, len(runes))] {
			h = (h ^ uint32(r)) * 16777619
			mixed := h ^ h>>15
			mixed *= 0x85EBCA6B
			mixed ^= mixed >> 13
			bucket := mixed & (buckets - 1)
			at := (bucket * 0x9E3779B1) >> 7 & mask
			for slots[at] != 0 && slots[at] != bucket+1 {
				at = (at + 1) & mask
			}
			if slots[at] == 0 {
				slots[at] = bucket + 1
				x.places[at] = uint32(len(x.out))
				x.out = append(x.out, feature{bucket, 1})
			} else {
				x.out[x.places[at]].weight++
			}
		}
	}
	for i := range x.out {
		x.out[i].weight = logCount(x.out[i].weight)
	}
	return x.out
}

// logs are 1 + ln(n) of small counts.
var logs = func() (t [64]float32) {
	for n := 1; n < len(t); n++ {
		t[n] = float32(1 + math.Log(float64(n)))
	}
	return t
}()

func logCount(n float32) float32 {
	if n < float32(len(logs)) {
		return logs[int(n)]
	}
	return float32(1 + math.Log(float64(n)))
}

// rarity is the weight of each bucket, 1 + ln((1+n)/(1+df)) of n comments of which df
// have it (the smoothed inverse document frequency); zero for a bucket that none has,
// so that what was never seen cannot outweigh what was.
type rarity []float32

func newRarity(examples []example) rarity {
	d := make(rarity, buckets)
	for i := range examples {
		for _, f := range examples[i].features {
			d[f.bucket]++
		}
	}
	n := float64(len(examples))
	for b, df := range d {
		if df > 0 {
			d[b] = float32(1 + math.Log((1+n)/(1+float64(df))))
		}
	}
	return d
}

// weigh writes the features weighted by rarity and scaled to length one over dst.
func (d rarity) weigh(dst, fs []feature) []feature {
	var square float32
	for _, f := range fs {
		f.weight *= d[f.bucket]
		square += float32(f.weight * f.weight)
		dst = append(dst, f)
	}
	if square > 0 {
		unit := float32(1 / math.Sqrt(float64(square)))
		for i := range dst {
			dst[i].weight *= unit
		}
	}
	return dst
}

// share is how much of a text's distinct n-grams was seen in training.
func (d rarity) share(fs []feature) float64 {
	known := 0
	for _, f := range fs {
		if d[f.bucket] > 0 {
			known++
		}
	}
	return float64(known) / float64(max(1, len(fs)))
}

// weighed is a copy of the examples, weighted.
func (d rarity) weighed(examples []example) []example {
	out := make([]example, len(examples))
	for i, e := range examples {
		out[i] = example{d.weigh(make([]feature, 0, len(e.features)), e.features), e.label, e.weight}
	}
	return out
}
