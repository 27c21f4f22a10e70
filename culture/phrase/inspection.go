package phrase

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// job is one text on its way through the rules.
type job struct {
	linter *Linter
	to     Target
	text   string // as given
	mask   string // the same with places masked
	scan   scanner
	plain  [2]spread // of a text without blanks between words, in small letters and as it is; made when it is looked for
	found  []Finding
}

func (l *Linter) job(text string, to Target) *job {
	j := &job{linter: l, to: to, text: text, mask: text, scan: scannerOf(to.Locale)}
	if to.Template || to.Scenario != "" {
		j.mask = maskPlaces(text)
	}
	return j
}

// maskPlaces overwrites places byte by byte.
func maskPlaces(text string) string {
	b := []byte(text)
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
			continue
		}
		if end := strings.IndexByte(text[i:], '}'); text[i] == '{' && end > 0 {
			for n := i; n <= i+end; n++ {
				b[n] = masked
			}
			i += end
		}
	}
	return string(b)
}

func (j *job) add(rule Rule, severity Severity, from, to int, why, suggestion string) {
	j.found = append(j.found, Finding{
		Rule: rule, Severity: severity, From: from, To: to, Excerpt: strings.Clone(j.text[from:to]), Why: why, Suggestion: suggestion,
	})
}

// places checks the places of a template.
func (j *job) places() {
	if !j.to.Template && j.to.Scenario == "" {
		return
	}
	t, err := ParseTemplate(j.text)
	for _, fault := range templateFaults(err) {
		j.add(Places, Fault, min(fault.Offset, len(j.text)), len(j.text), fault.Detail, `write {$name} for a place, \{ for a brace`)
	}
	frame, ok := j.linter.book.frames[j.to.Scenario]
	if err != nil || !ok {
		return
	}
	have := t.Args()
	for _, p := range frame.Parameters {
		if !slices.Contains(have, p.Name) {
			j.add(Places, Fault, len(j.text), len(j.text), "the text has no {$"+p.Name+"}, which every text of "+string(frame.Scenario)+" has", "add it")
		}
	}
	for _, name := range have {
		if _, ok := frame.kind(name); !ok {
			from := max(0, strings.Index(j.text, "{$"+name+"}"))
			j.add(Places, Fault, from, from+len(name)+3, "{$"+name+"} is not an argument of "+string(frame.Scenario), "remove it, or declare it with the scenario")
		}
	}
}

// templateFaults takes joined faults apart.
func templateFaults(err error) []*TemplateError {
	var out []*TemplateError
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			out = append(out, templateFaults(e)...)
		}
		return out
	}
	var one *TemplateError
	if errors.As(err, &one) {
		out = append(out, one)
	}
	return out
}

// words looks for the words of lexicons and glossaries.
func (j *job) words() {
	tokens := j.scan.tokens(j.mask)
	folded := make([]string, len(tokens))
	for i, t := range tokens {
		folded[i] = j.scan.fold(j.mask[t.from:t.to], false)
	}
	for name := range j.linter.book.chain(j.to.Locale) {
		for _, f := range j.linter.book.files(name) {
			j.lexicon(f.loc.lexicon.words, tokens, folded)
		}
		j.lexicon(j.linter.glossary[name], tokens, folded)
	}
	j.forgive(tokens, folded)
}

// forgive drops the findings inside what a lexicon allows: vous in rendez-vous.
func (j *job) forgive(tokens []token, folded []string) {
	if len(j.found) == 0 {
		return
	}
	found := j.found
	j.found = nil
	for name := range j.linter.book.chain(j.to.Locale) {
		for _, f := range j.linter.book.files(name) {
			j.lexicon(f.loc.lexicon.allow, tokens, folded)
		}
	}
	allowed := j.found
	j.found = slices.DeleteFunc(found, func(f Finding) bool {
		return f.Rule != Places && slices.ContainsFunc(allowed, func(a Finding) bool { return a.From <= f.From && f.To <= a.To })
	})
}

func (j *job) lexicon(words []entry, tokens []token, folded []string) {
	for i := range words {
		e := &words[i]
		if e.register != 0 && e.register != j.to.Register {
			continue
		}
		if j.scan.characters {
			j.substrings(e)
			continue
		}
		for at := 0; at+len(e.pattern) <= len(tokens); at++ {
			if j.matchAt(e, tokens, folded, at) {
				j.hit(e, tokens[at].from, tokens[at+len(e.pattern)-1].to)
			}
		}
	}
}

// matchAt compares a row of words. Where capitals matter, the start of a sentence does
// not count: there every word has one.
func (j *job) matchAt(e *entry, tokens []token, folded []string, at int) bool {
	for n, pattern := range e.pattern {
		word := folded[at+n]
		if e.exact {
			t := tokens[at+n]
			word = j.scan.fold(j.mask[t.from:t.to], true)
			if n == 0 && startsSentence(j.mask, t.from) {
				return false
			}
		}
		if !matches(pattern, word) {
			return false
		}
		if n > 0 && parted(j.mask[tokens[at+n-1].to:tokens[at+n].from]) {
			return false
		}
	}
	return true
}

// parted reports that what stands between two words sets them apart: an end mark, or an
// empty line. A line that is only broken does not.
func parted(between string) bool {
	return strings.ContainsAny(between, ".!?;:") || strings.Count(between, "\n") > 1
}

// startsSentence reports that only an end mark, quotes and blanks stand before.
func startsSentence(text string, at int) bool {
	before := strings.TrimRight(text[:at], " \t\"'„“«¡¿([")
	last, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || last == '\n' || strings.ContainsRune(endMarks+":", last)
}

// substrings looks for an entry in a text without blanks between words.
func (j *job) substrings(e *entry) {
	plain := &j.plain[0]
	if e.exact {
		plain = &j.plain[1]
	}
	if plain.from == nil {
		*plain = j.scan.spread(j.mask, e.exact)
	}
	text, want := plain.text, e.pattern[0]
	for from := 0; from < len(text); {
		at := strings.Index(text[from:], want)
		if at < 0 {
			return
		}
		from += at
		j.hit(e, plain.from[from], plain.end(from+len(want)))
		from += len(want)
	}
}

// hit records a word that was found, once.
func (j *job) hit(e *entry, from, to int) {
	for i := range j.found {
		if f := &j.found[i]; f.Rule == e.rule && f.From == from && f.To == to {
			return
		}
	}
	severity, why, suggestion := j.reason(e.rule)
	if e.say != "" {
		suggestion = "say " + e.say
	}
	j.add(e.rule, severity, from, to, why, suggestion)
}

// reason is what a rule says about a word.
func (j *job) reason(rule Rule) (severity Severity, why, suggestion string) {
	switch rule {
	case RegisterWords:
		return Fault, fmt.Sprintf("belongs to another register than %s", j.to.Register), "keep to one form of address"
	case Soothing:
		return Fault, "tells the reader what to feel, which makes anger grow", "name the feeling and say what happens next"
	case Blame:
		return Advice, "puts the fault on the reader", "say what happened and what helps, without a culprit"
	case Promise:
		return Advice, "promises what nobody can be sure to keep", "say what will be done, by whom and by when"
	default:
		return Advice, "is a word of ours rather than of the reader", "use a plain word"
	}
}

// sentences looks for long ones.
func (j *job) sentences() {
	limit := j.limit()
	for _, t := range j.scan.sentences(j.mask) {
		if n := j.scan.length(j.mask[t.from:t.to]); n > limit {
			unit := "words"
			if j.scan.characters {
				unit = "characters"
			}
			j.add(SentenceLength, Advice, t.from, t.to, fmt.Sprintf("a sentence of %d %s, at most %d for %s", n, unit, limit, j.to.Medium), "make two of it")
		}
	}
}

// limit is the longest sentence: of the nearest locale that states it, else 30 words or
// 80 characters, for a voice 25 or 60.
func (j *job) limit() int {
	for name := range j.linter.book.chain(j.to.Locale) {
		for _, f := range j.linter.book.files(name) {
			if n := f.loc.lexicon.limits[j.to.Medium]; n > 0 {
				return n
			}
		}
	}
	switch {
	case j.scan.characters && j.to.Medium == Voice:
		return 60
	case j.scan.characters:
		return 80
	case j.to.Medium == Voice:
		return 25
	default:
		return 30
	}
}

// marks counts exclamation marks and emoji. A formal text bears neither; a neutral one
// bears one exclamation mark and, in a chat, one emoji; an informal one two of each, emoji
// in a chat only.
func (j *job) marks() {
	exclamations, emoji := 0, 0
	allowed := [...]int{0, 0, 1, 2}[j.to.Register]
	smiles := allowed
	if j.to.Medium != Chat {
		smiles = 0
	}
	inEmoji := false
	for i, r := range j.mask {
		size := utf8.RuneLen(r)
		switch {
		case r == '!' || r == '！':
			if exclamations++; exclamations > allowed {
				j.add(Exclamation, Advice, i, i+size, fmt.Sprintf("an exclamation mark too many for the register %s", j.to.Register), "write a full stop")
			}
		case isEmoji(r):
			if !inEmoji {
				emoji++
			}
			if !inEmoji && emoji > smiles {
				j.add(Emoji, Advice, i, i+size, fmt.Sprintf("an emoji too many for %s, %s", j.to.Medium, j.to.Register), "leave it out")
			}
		}
		inEmoji = isEmoji(r) || inEmoji && (r == '\u200d' || r == '\ufe0f')
	}
}

// isEmoji reports pictographs and dingbats.
func isEmoji(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r >= 0x2b00 && r <= 0x2bff || r >= 0x231a && r <= 0x23ff
}

// spacing looks for blanks that should not be. French sets one before ! ? : and ;,
// so only comma and full stop are looked at.
func (j *job) spacing() {
	previous, at := rune(0), 0
	for i, r := range j.mask {
		switch {
		case previous == ' ' && r == ' ':
			j.add(Spacing, Fault, at, i+1, "two blanks in a row", "write one")
		case previous == ' ' && strings.ContainsRune(",.،。，、", r) && !decimalPoint(j.mask[i:]):
			j.add(Spacing, Fault, at, i+utf8.RuneLen(r), "a blank before a comma or full stop", "leave it out")
		}
		previous, at = r, i
	}
}

// decimalPoint reports .5 and the like, and dots that are not the end of something.
func decimalPoint(s string) bool {
	next, _ := utf8.DecodeRuneInString(s[1:])
	return s[0] == '.' && (unicode.IsDigit(next) || unicode.IsLetter(next) || next == '.')
}
