package match

import (
	"math"
	"math/bits"
	"unicode/utf8"
)

// Jaro is the similarity of two texts by M. A. Jaro (Advances in Record-Linkage
// Methodology, JASA 84, 1989): 0 for nothing in common to 1 for equal code points,
// symmetric. Letters are code points and nothing is folded before; bytes that are not
// UTF-8 count as U+FFFD. Half transpositions are rounded down, as DuckDB and rapidfuzz
// do. Two empty texts have 1, one empty text 0.
func Jaro(a, b string) float64 {
	sim, _ := jaro(a, b)
	return sim
}

// JaroWinkler is [Jaro] with W. E. Winkler's reward of a common beginning (String
// Comparator Metrics, 1990): where Jaro is above 0.7, each of at most four common first
// letters takes a tenth of what is missing to 1. It lies in 0 to 1 and is 1 only for
// equal code points.
func JaroWinkler(a, b string) float64 {
	sim, prefix := jaro(a, b)
	return winkler(sim, prefix)
}

const (
	winklerGate  = 0.7
	winklerScale = 0.1
	winklerMost  = 4
)

func winkler(sim float64, prefix int) float64 {
	if sim > winklerGate {
		sim += float64(prefix) * winklerScale * (1 - sim)
	}
	return sim
}

// jaro gives the similarity and the length of the common beginning, at most four.
func jaro(a, b string) (float64, int) {
	if a == b {
		return 1, winklerMost
	}
	if len(a) == 0 || len(b) == 0 {
		return 0, 0
	}
	if len(a) <= 64 && len(b) <= 64 && isASCII(a) && isASCII(b) {
		return jaroASCII(a, b)
	}
	return jaroRunes([]rune(a), []rune(b))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// window is how far apart two letters may stand and still match.
func window(la, lb int) int {
	return max(max(la, lb)/2-1, 0)
}

// jaroASCII keeps the places of each letter of b as bits of a word, after K. Hyyrö's
// bit vectors, so that a letter of a finds its partner without a loop.
func jaroASCII(a, b string) (float64, int) {
	var at [utf8.RuneSelf]uint64
	for j := range len(b) {
		at[b[j]] |= 1 << j
	}
	w := window(len(a), len(b))
	reach := uint64(1)<<(w+1) - 1 // the first letter reaches w places forward
	if w >= 63 {
		reach = ^uint64(0)
	}
	var usedA, usedB uint64
	for i := range len(a) {
		if free := at[a[i]] & reach &^ usedB; free != 0 {
			usedB |= free & -free
			usedA |= 1 << i
		}
		if i < w {
			reach = reach<<1 | 1
		} else {
			reach <<= 1
		}
	}
	m := bits.OnesCount64(usedA)
	if m == 0 {
		return 0, 0
	}
	crossed := 0
	for x, y := usedA, usedB; x != 0; x, y = x&(x-1), y&(y-1) {
		if a[bits.TrailingZeros64(x)&63] != b[bits.TrailingZeros64(y)&63] {
			crossed++
		}
	}
	prefix := 0
	for prefix < winklerMost && prefix < len(a) && prefix < len(b) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaroFormula(m, len(a), len(b), crossed), prefix
}

func jaroFormula(m, la, lb, crossed int) float64 {
	x, t := float64(m), float64(crossed/2)
	if la > lb { // the same sum in the same order for either order of the texts
		la, lb = lb, la
	}
	return (x/float64(la) + x/float64(lb) + (x-t)/x) / 3
}

// jaroRunes is the method for letters beyond ASCII and for long texts.
func jaroRunes(a, b []rune) (float64, int) {
	if len(a) == 0 || len(b) == 0 {
		return 0, 0
	}
	w := window(len(a), len(b))
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	m := 0
	for i, r := range a {
		for j := max(0, i-w); j < min(len(b), i+w+1); j++ {
			if b[j] == r && !usedB[j] {
				usedA[i], usedB[j] = true, true
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0, 0
	}
	crossed, j := 0, 0
	for i, r := range a {
		if !usedA[i] {
			continue
		}
		for !usedB[j] {
			j++
		}
		if b[j] != r {
			crossed++
		}
		j++
	}
	prefix := 0
	for prefix < winklerMost && prefix < len(a) && prefix < len(b) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaroFormula(m, len(a), len(b), crossed), prefix
}

// sketch is what is kept of a text for an upper bound of its similarities: its letters
// as a set of 64 classes, its length in code points and its first four letters.
type sketch struct {
	letters uint64
	first   [winklerMost]rune
	length  int32
	blank   bool // there is one
}

func sketchOf(s string) sketch {
	k := sketch{}
	for _, r := range s {
		if k.length < winklerMost {
			k.first[k.length] = r
		}
		k.blank = k.blank || r == ' '
		k.letters |= 1 << (uint32(r) & 63) //nolint:gosec // a code point
		k.length++
	}
	return k
}

// bound is a number that the Jaro-Winkler similarity of the texts of two sketches never
// exceeds: a class of letters that only one text has is at least one letter without a
// partner.
func (k *sketch) bound(o *sketch) float64 {
	la, lb := int(k.length), int(o.length)
	if la == 0 || lb == 0 {
		if la == lb {
			return 1
		}
		return 0
	}
	m := min(la-bits.OnesCount64(k.letters&^o.letters), lb-bits.OnesCount64(o.letters&^k.letters))
	if m <= 0 {
		return 0
	}
	prefix := 0
	for prefix < winklerMost && prefix < la && prefix < lb && k.first[prefix] == o.first[prefix] {
		prefix++
	}
	return winkler(jaroFormula(m, la, lb, 0), prefix)
}

// gate is [sketch.bound] against one threshold, worked out before for texts of up to
// gateMost letters: how many letters must match at least.
type gate struct {
	threshold float64
	least     *[gateMost + 1][gateMost + 1][winklerMost + 1]uint8
}

const gateMost = 40

func newGate(threshold float64) gate {
	g := gate{threshold: threshold, least: &[gateMost + 1][gateMost + 1][winklerMost + 1]uint8{}}
	for la := 1; la <= gateMost; la++ {
		for lb := 1; lb <= gateMost; lb++ {
			for prefix := range winklerMost + 1 {
				g.least[la][lb][prefix] = leastLetters(la, lb, prefix, threshold)
			}
		}
	}
	return g
}

// leastLetters is the least number of matching letters that can reach a threshold.
func leastLetters(la, lb, prefix int, threshold float64) uint8 {
	m := 0
	for bound := 0.0; bound < threshold; bound = winkler(jaroFormula(m, la, lb, 0), prefix) {
		if m++; m > min(la, lb) {
			return math.MaxUint8
		}
	}
	return uint8(m) //nolint:gosec // at most 40
}

// passes says whether the bound of two sketches reaches the threshold.
func (g *gate) passes(p, q *sketch) bool {
	la, lb := int(p.length), int(q.length)
	if la < 1 || lb < 1 || la > gateMost || lb > gateMost {
		return p.bound(q) >= g.threshold
	}
	m := min(la-bits.OnesCount64(p.letters&^q.letters), lb-bits.OnesCount64(q.letters&^p.letters))
	prefix := 0
	for prefix < winklerMost && prefix < la && prefix < lb && p.first[prefix] == q.first[prefix] {
		prefix++
	}
	return max(m, 0) >= int(g.least[la][lb][prefix])
}

// Pattern is one text prepared for many comparisons by [Pattern.AtLeast]. It is read
// only, so goroutines may share it; the zero value is the empty text.
type Pattern struct {
	text   string
	sketch sketch
}

// NewPattern prepares a text.
func NewPattern(s string) Pattern { return Pattern{s, sketchOf(s)} }

// String is the text.
func (p *Pattern) String() string { return p.text }

// Bound is never less than JaroWinkler of the two texts, and costs a few nanoseconds.
func (p *Pattern) Bound(o *Pattern) float64 { return p.sketch.bound(&o.sketch) }

// AtLeast says whether JaroWinkler of the two texts is least or more. Most pairs that
// are not are refused by [Pattern.Bound] alone.
func (p *Pattern) AtLeast(o *Pattern, least float64) bool {
	return p.Bound(o) >= least && JaroWinkler(p.text, o.text) >= least
}
