package match

import (
	"strings"
	"unicode/utf8"
)

// Relation is how two names stand to each other, from farthest to closest.
type Relation uint8

// The relations.
const (
	// RelationUnknown: one is missing, or they are of different scripts and no reading
	// joins them.
	RelationUnknown Relation = iota + 1
	// RelationConflict: written alike, read differently (中島 Nakajima, Nakashima).
	RelationConflict
	// RelationDifferent: none of the others.
	RelationDifferent
	// RelationSimilar: Jaro-Winkler of 0.88 or more, but two names that both are common.
	RelationSimilar
	// RelationInitial: one is the other's first letter.
	RelationInitial
	// RelationTypo: one edit, or Jaro-Winkler of 0.92 or more, and at most one of the two
	// is common.
	RelationTypo
	// RelationPart: all words of one are words of the other (Maria, Maria José).
	RelationPart
	// RelationNickname: short forms of one name, see [Nicknames].
	RelationNickname
	// RelationReading: read alike, at least one of them by kana.
	RelationReading
	// RelationSame: equal under [Fold].
	RelationSame
)

const relationWords words = "unknown conflict different similar initial typo part nickname reading same"

// String names the relation.
func (r Relation) String() string { return relationWords.text(uint8(r)) }

// MarshalText writes the name.
func (r Relation) MarshalText() ([]byte, error) { return relationWords.marshal(uint8(r)) }

// UnmarshalText reads a name.
func (r *Relation) UnmarshalText(text []byte) error {
	i, err := relationWords.parse(text)
	*r = Relation(i)
	return err
}

// script says of what a name is made.
type script uint8

const (
	otherScript script = iota
	latinScript
	kanaScript // or with a reading in kana
	hanScript
)

// spokenName is a name as it is compared.
type spokenName struct {
	key     string // folded
	reading string // romanised; empty if not known
	script  script
	kana    bool // the reading comes from kana
}

// spoken makes the forms of a name from how it is written and, where the record holds
// it, how it is read.
func spoken(written, reading string) spokenName {
	n := spokenName{key: Fold(written)}
	switch {
	case n.key == "":
		n.key = Fold(reading)
	case reading != "":
		n.reading = Romanise(reading)
		n.kana = hasKana(Fold(reading))
	}
	switch {
	case hasKana(n.key):
		n.script, n.kana, n.reading = kanaScript, true, Romanise(n.key)
	case hasHan(n.key):
		n.script = hanScript
	case isASCII(n.key) || hasLatin(n.key):
		n.script = latinScript
		if n.reading == "" {
			n.reading = Romanise(n.key)
		}
	}
	return n
}

// Names compares given names or surnames: what [OpRelated] asks, without an index.
type Names struct {
	// Short are the short forms that the host knows; nil is none.
	Short *Nicknames
	// Share is the share of people who have a folded name, zero where it is not a common
	// one. Of two names that both are common, and about as common, neither is a slip of
	// the pen for the other (Mark, Mary), nor a short form with another first letter
	// (Elizabeth, Lisa). Nil knows no common names.
	Share func(folded string) float64
}

// twoNames says whether two names both are common, neither four times the other.
func (n Names) twoNames(a, b string) bool {
	if n.Share == nil {
		return false
	}
	p, q := n.Share(a), n.Share(b)
	return p > 0 && q > 0 && 4*min(p, q) >= max(p, q)
}

// Relate compares two names. Each may have a reading, empty where none is known.
func (n Names) Relate(a, readingA, b, readingB string) Relation {
	x, y := spoken(a, readingA), spoken(b, readingB)
	return n.relate(&x, &y)
}

func (n Names) relate(x, y *spokenName) Relation {
	if x.key == "" || y.key == "" {
		return RelationUnknown
	}
	if x.key == y.key {
		if x.script == hanScript && x.reading != "" && y.reading != "" && x.reading != y.reading {
			return RelationConflict
		}
		return RelationSame
	}
	if x.kana || y.kana {
		return n.relateReadings(x, y)
	}
	if x.script != y.script {
		return RelationUnknown
	}
	if n.Short.Related(x.key, y.key) && (x.key[0] == y.key[0] || !n.twoNames(x.key, y.key)) {
		return RelationNickname
	}
	return n.relateLetters(x.key, y.key)
}

func (n Names) relateReadings(x, y *spokenName) Relation {
	switch {
	case x.reading == "" || y.reading == "":
		if x.script == y.script {
			return RelationDifferent
		}
		return RelationUnknown
	case x.reading == y.reading:
		return RelationReading
	}
	return RelationDifferent
}

const (
	similarAt = 0.88
	typoAt    = 0.92
	// shortestTypo is the length from which one edit is taken for a slip of the pen.
	shortestTypo = 4
)

func (n Names) relateLetters(a, b string) Relation {
	la, lb := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	if la > lb {
		a, b, la, lb = b, a, lb, la
	}
	if la == 1 {
		if strings.HasPrefix(b, a) {
			return RelationInitial
		}
		return RelationDifferent
	}
	if containsWords(b, a) {
		return RelationPart
	}
	sim := JaroWinkler(a, b)
	near := sim >= typoAt || (lb >= shortestTypo && lb-la <= 1 && DamerauLevenshtein(a, b) <= 1)
	switch {
	case near && !n.twoNames(a, b):
		return RelationTypo
	case near || sim >= similarAt:
		return RelationSimilar
	}
	return RelationDifferent
}

// containsWords says whether every word of short is a word of long.
func containsWords(long, short string) bool {
	if !strings.Contains(long, " ") {
		return false
	}
	for w := range strings.FieldsSeq(short) {
		found := false
		for o := range strings.FieldsSeq(long) {
			found = found || o == w
		}
		if !found {
			return false
		}
	}
	return true
}

// generations are the words that tell parent and child of one name apart.
const generations = " sr=1 senior=1 jr=2 jnr=2 junior=2 ii=2 2nd=2 iii=3 3rd=3 iv=4 4th=4 "

// cutGeneration takes a generation from the end of a folded name.
func cutGeneration(folded string) (name, generation string) {
	i := strings.LastIndexByte(folded, ' ')
	if i < 0 {
		return folded, ""
	}
	if _, rest, ok := strings.Cut(generations, " "+folded[i+1:]+"="); ok {
		return folded[:i], rest[:1]
	}
	return folded, ""
}

// generation is the number of a generation that stands alone.
func generation(s string) string {
	_, g := cutGeneration("x " + Fold(s))
	return g
}
