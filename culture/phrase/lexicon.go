package phrase

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/visible"
)

// rawLexicon is the part of a locale's file that the lint reads.
type rawLexicon struct {
	Limits   map[Medium]int                 `json:"limits"`
	Register map[culture.Register][]rawWord `json:"register"`
	Soothing []rawWord                      `json:"soothing"`
	Blame    []rawWord                      `json:"blame"`
	Promise  []rawWord                      `json:"promise"`
	Allow    []string                       `json:"allow"`
}

type rawWord struct {
	Match string `json:"match" strictjson:"required"`
	Say   string `json:"say"`
	Case  bool   `json:"case"`
}

// lexicon is what a locale says about words.
type lexicon struct {
	limits [4]int // longest sentence, by medium; zero where not stated
	words  []entry
	allow  []entry // where a word of the above is part of another and means no harm
}

// entry is a word or a row of words that a rule looks for.
type entry struct {
	rule     Rule
	register culture.Register // for RegisterWords: where it is out of place; zero for everywhere
	pattern  []string         // folded unless exact; each may begin or end with *
	exact    bool
	say      string
}

// Limits of a lexicon.
const (
	maxWords    = 1000
	maxSentence = 500
)

// lexicon reads the lint part of a locale's file.
func (f *faults) lexicon(file string, raw rawLexicon, loc *locale) lexicon {
	var x lexicon
	for m := Letter; m <= Voice; m++ {
		if n, ok := raw.Limits[m]; ok {
			x.limits[m] = n
			if n < 1 || n > maxSentence {
				f.add(file+": lint.limits."+m.String(), "want 1 to %d", maxSentence)
			}
		}
	}
	s := scannerOf(loc.tag)
	add := func(at string, rule Rule, register culture.Register, words []rawWord) {
		for i, w := range words {
			e, reason := s.entry(w)
			if reason != "" {
				f.add(fmt.Sprintf("%s: lint.%s[%d]", file, at, i), "%s", reason)
			}
			e.rule, e.register = rule, register
			x.words = append(x.words, e)
		}
	}
	for r := culture.Formal; r <= culture.Informal; r++ {
		add("register."+r.String(), RegisterWords, r, raw.Register[r])
	}
	add("soothing", Soothing, 0, raw.Soothing)
	add("blame", Blame, 0, raw.Blame)
	add("promise", Promise, 0, raw.Promise)
	for i, w := range raw.Allow {
		e, reason := s.entry(rawWord{Match: w})
		if reason != "" {
			f.add(fmt.Sprintf("%s: lint.allow[%d]", file, i), "%s", reason)
		}
		x.allow = append(x.allow, e)
	}
	if len(x.words)+len(x.allow) > maxWords {
		f.add(file+": lint", "%d words, at most %d", len(x.words), maxWords)
	}
	return x
}

// entry reads one word of a lexicon, and says what is wrong with it.
func (s scanner) entry(w rawWord) (entry, string) {
	e := entry{exact: w.Case, say: w.Say}
	switch {
	case !visible.Any(w.Match) || len(w.Match) > 200:
		return e, "want a word or a few, in at most 200 bytes"
	case strings.TrimSpace(w.Match) != w.Match || strings.Contains(w.Match, "  "):
		return e, "a blank at an end, or two in a row"
	case s.characters:
		e.pattern = []string{s.fold(w.Match, w.Case)}
		return e, ""
	}
	for _, word := range strings.Fields(w.Match) {
		core := strings.Trim(word, "*")
		if strings.HasPrefix(word, "*'") { // an ending: *'re
			e.pattern = append(e.pattern, s.fold(word, w.Case))
			continue
		}
		tokens := s.tokens(core)
		if len(tokens) == 0 || strings.Contains(core, "*") {
			return e, "a star stands at the end of a word only, and beside a letter"
		}
		at := len(e.pattern)
		for _, t := range tokens {
			e.pattern = append(e.pattern, s.fold(core[t.from:t.to], w.Case))
		}
		if strings.HasPrefix(word, "*") {
			e.pattern[at] = "*" + e.pattern[at]
		}
		if strings.HasSuffix(word, "*") {
			e.pattern[len(e.pattern)-1] += "*"
		}
	}
	return e, ""
}

// scanner knows how a language writes words.
type scanner struct {
	characters bool // no blanks between words
	blankEnds  bool // a blank may end a sentence (Thai and its neighbours)
	elision    bool // l', qu': an article before an apostrophe is a word by itself
	turkish    bool
}

func scannerOf(tag language.Tag) scanner {
	script, _ := tag.Script()
	base, _ := tag.Base()
	is := func(what string, names ...string) bool { return slices.Contains(names, what) }
	return scanner{
		characters: is(script.String(), "Jpan", "Hans", "Hant", "Hani", "Hrkt", "Thai", "Laoo", "Khmr", "Mymr"),
		blankEnds:  is(script.String(), "Thai", "Laoo", "Khmr", "Mymr"),
		elision:    is(base.String(), "fr", "it", "ca", "pt"),
		turkish:    is(base.String(), "tr", "az"),
	}
}

// fold makes alike what readers take for the same: case, apostrophes, composed and
// decomposed letters, full-width and plain ones, words with and without vowel points,
// and words that hide a soft hyphen or another character without a width.
func (s scanner) fold(text string, exact bool) string {
	plain := true
	for i := 0; i < len(text) && plain; i++ {
		plain = text[i] < utf8.RuneSelf
	}
	if !plain {
		text = strings.Map(same, norm.NFC.String(text))
	}
	switch {
	case exact:
		return text
	case s.turkish:
		return strings.ToLowerSpecial(unicode.TurkishCase, text)
	}
	return strings.ToLower(text)
}

// same is the letter that a reader takes a letter for; negative for one that is not
// seen or that only points the vowels.
func same(r rune) rune {
	switch {
	case r == '’' || r == 'ʼ':
		return '\''
	case hidden(r), r == '\u0640', r >= '\u064b' && r <= '\u0652', r >= '\u0591' && r <= '\u05bd', r == '\u05c1', r == '\u05c2':
		return -1 // tatweel, Arabic and Hebrew points
	case r >= '！' && r <= '～': // full-width ASCII
		return r - ('！' - '!')
	}
	return r
}

// hidden reports characters that stand in a word without a width: soft hyphen, zero
// width blank, word joiner, byte order mark.
func hidden(r rune) bool {
	return r == '\u00ad' || r == '\u200b' || r == '\u2060' || r == '\ufeff'
}

// spread is a text without blanks between words, folded as fold does, and where each byte of it is
// from; from has one more for the end.
type spread struct {
	text string
	from []int
}

func (s scanner) spread(text string, exact bool) spread {
	var b strings.Builder
	b.Grow(len(text))
	out := spread{from: make([]int, 0, len(text)+1)}
	add := func(piece string, at int) {
		for _, r := range piece {
			if r = same(r); r >= 0 {
				if !exact {
					r = unicode.ToLower(r)
				}
				n := b.Len()
				b.WriteRune(r)
				for ; n < b.Len(); n++ {
					out.from = append(out.from, at)
				}
			}
		}
	}
	if norm.NFC.IsNormalString(text) {
		for at, r := range text {
			add(text[at:at+utf8.RuneLen(r)], at)
		}
	} else {
		var it norm.Iter
		for it.InitString(norm.NFC, text); !it.Done(); {
			at := it.Pos()
			add(string(it.Next()), at)
		}
	}
	out.text, out.from = b.String(), append(out.from, len(text))
	return out
}

// end is where, in the text as given, ends what ends at a byte of the folded one: at the
// next character that came from elsewhere.
func (p spread) end(at int) int {
	last := p.from[at-1]
	for at < len(p.from)-1 && p.from[at] == last {
		at++
	}
	return p.from[at]
}

// token is a word and where it stands, in bytes.
type token struct{ from, to int }

// masked stands in a text for a byte of a place, so that spans stay true.
const masked = '\x01'

// wordy reports what words are made of.
func wordy(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == masked || r == '\u200c' || r == '\u200d' || hidden(r)
}

// tokens are the words of a text. An apostrophe between letters belongs to the word; in
// languages with elision the word ends after it.
func (s scanner) tokens(text string) []token {
	var out []token
	start := -1
	for i, r := range text {
		apostrophe := start >= 0 && (r == '\'' || r == '’')
		size := utf8.RuneLen(r)
		if apostrophe {
			next, _ := utf8.DecodeRuneInString(text[i+size:])
			switch {
			case s.elision:
				out, start = append(out, token{start, i + size}), -1
				continue
			case unicode.IsLetter(next):
				continue
			}
		}
		if wordy(r) {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			out, start = append(out, token{start, i}), -1
		}
	}
	if start >= 0 {
		out = append(out, token{start, len(text)})
	}
	return out
}

// matches compares a word with a pattern of one word.
func matches(pattern, word string) bool {
	head, tail := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
	core := strings.Trim(pattern, "*")
	switch {
	case head && tail:
		return strings.Contains(word, core)
	case head:
		return strings.HasSuffix(word, core)
	case tail:
		return strings.HasPrefix(word, core)
	default:
		return word == core
	}
}

// sentences are the sentences of a text: they end at an end mark that a blank or the
// end of the text follows, or that is full-width, or at a new line.
func (s scanner) sentences(text string) []token {
	var out []token
	start := 0
	cut := func(to, next int) {
		if strings.TrimSpace(text[start:to]) != "" {
			out = append(out, token{start, to})
		}
		start = next
	}
	for i, r := range text {
		size := utf8.RuneLen(r)
		if i < start {
			continue
		}
		switch {
		case r == '\n' || s.blankEnds && r == ' ':
			cut(i, i+size)
		case strings.ContainsRune("。！？", r):
			cut(i+size, i+size)
		case strings.ContainsRune(endMarks, r):
			next, _ := utf8.DecodeRuneInString(text[i+size:])
			if i+size == len(text) || unicode.IsSpace(next) {
				cut(i+size, i+size)
			}
		}
	}
	cut(len(text), len(text))
	for i := range out { // a sentence begins where something stands
		t := &out[i]
		t.from += len(text[t.from:t.to]) - len(strings.TrimLeftFunc(text[t.from:t.to], unicode.IsSpace))
	}
	return out
}

// length counts the words of a sentence or, where words are not set apart, its
// characters; a place counts as one word or five characters.
func (s scanner) length(sentence string) int {
	if !s.characters {
		return len(s.tokens(sentence))
	}
	n, inside := 0, false
	for _, r := range sentence {
		switch {
		case r == masked && !inside:
			n += 5
		case r != masked && !unicode.IsMark(r) && !unicode.IsSpace(r):
			n++
		}
		inside = r == masked
	}
	return n
}
