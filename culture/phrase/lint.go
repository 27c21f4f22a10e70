package phrase

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// Rule is what the lint looks for.
type Rule uint8

// The rules.
const (
	Places         Rule = iota + 1 // a place that is broken, missing or not declared, or not the same in all registers and media
	RegisterWords                  // a word of another register: du in a formal text
	Soothing                       // an order to feel otherwise: calm down
	Blame                          // the reader is at fault: you failed to
	Promise                        // a promise that nobody can keep: never again
	Jargon                         // a word of the host's glossary that has a plain one
	SentenceLength                 // a sentence longer than the locale's limit for the medium
	Exclamation                    // more exclamation marks than the register bears
	Emoji                          // more emoji than register and medium bear
	Spacing                        // two blanks in a row, or one before a comma or full stop
)

// String is "places", "register", "soothing", "blame", "promise", "jargon",
// "sentence_length", "exclamation", "emoji" or "spacing"; "none" for the zero value.
func (r Rule) String() string {
	return nameOf(r, "none", "places", "register", "soothing", "blame", "promise", "jargon", "sentence_length",
		"exclamation", "emoji", "spacing")
}

// MarshalText writes the name; a value that is no rule is ErrName.
func (r Rule) MarshalText() ([]byte, error) { return named(r, Places, Spacing) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (r *Rule) UnmarshalText(text []byte) error { return find(r, text, Places, Spacing) }

// Severity says how sure the lint is.
type Severity uint8

// The severities.
const (
	Advice Severity = iota + 1 // look at it: there are contexts in which it is right
	Fault                      // not to be sent
)

// String is "advice" or "fault"; "none" for the zero value.
func (s Severity) String() string { return nameOf(s, "none", "advice", "fault") }

// MarshalText writes the name; a value that is no severity is ErrName.
func (s Severity) MarshalText() ([]byte, error) { return named(s, Advice, Fault) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (s *Severity) UnmarshalText(text []byte) error { return find(s, text, Advice, Fault) }

// Finding is one thing that the lint has seen.
type Finding struct {
	Rule       Rule
	Severity   Severity
	ID         ID     // of the phrase, for LintBook; empty else
	Index      int    // of the text in a set, for LintSet; 0 else
	From, To   int    // where, in bytes of the text, [From, To)
	Excerpt    string // what stands there
	Why        string // one sentence for people
	Suggestion string // what to do or to say instead
}

// Target says what a text is meant to be.
type Target struct {
	Locale   language.Tag
	Register culture.Register
	Medium   Medium
	// Scenario, where set, makes the text a template whose places must be those of the
	// scenario.
	Scenario Scenario
	// Template reads the text as a template: {$name} is a place. Without it and without a
	// Scenario the text is a message, and braces are only braces.
	Template bool
}

// Glossary is a host's jargon with its plain words in one locale.
type Glossary struct {
	Locale  language.Tag // holds for this locale and those below it
	Entries []PlainWord
}

// PlainWord is a word that customers do not use, and one that they do. Jargon is
// written as in a lexicon: words with blanks between them, where a star at the end of a
// word stands for any ending.
type PlainWord struct {
	Jargon string
	Plain  string
}

// LintOptions set up a Linter; nil and zero fields mean the defaults.
type LintOptions struct {
	Packs      []fs.FS    // whose lexicons and glossary.json are added; default: none
	Glossaries []Glossary // further glossaries; default: none
}

// Linter finds what should not be said. It is read only once it is made, and safe for
// concurrent use.
type Linter struct {
	book     *Book
	glossary map[string][]entry
}

// ErrText is returned for a text that is too long to be looked at or not valid UTF-8.
var ErrText = errors.New("phrase: text not valid")

// maxText is the longest text of Lint, in bytes.
const maxText = 64 << 10

// NewLinter makes a Linter with the built-in lexicons and the host's. It reports every
// fault at once; they unwrap to culture.ErrPack.
func NewLinter(o *LintOptions) (*Linter, error) {
	if o == nil {
		o = &LintOptions{}
	}
	book, err := New(&Options{Packs: o.Packs})
	if err != nil {
		return nil, err
	}
	l := &Linter{book: book, glossary: map[string][]entry{}}
	var list []error
	for i, files := range o.Packs {
		f := &faults{pack: fmt.Sprintf("pack %d", i)}
		if text, ok := f.file(files, glossaryFile); ok {
			l.add(f.glossary(glossaryFile, text))
		}
		list = append(list, f.list...)
	}
	for i, g := range o.Glossaries {
		f := &faults{pack: fmt.Sprintf("glossary %d", i)}
		l.add([]glossary{f.entries("", g.Locale, g.Entries)})
		list = append(list, f.list...)
	}
	if err := errors.Join(list...); err != nil {
		return nil, err
	}
	return l, nil
}

// glossary is a Glossary, checked.
type glossary struct {
	locale string
	words  []entry
}

func (l *Linter) add(list []glossary) {
	for _, g := range list {
		l.glossary[g.locale] = append(l.glossary[g.locale], g.words...)
	}
}

// rawGlossary is the form of glossary.json.
type rawGlossary struct {
	Schema   string                    `json:"schema" strictjson:"required"`
	Glossary map[string][]rawPlainWord `json:"glossary" strictjson:"required"`
}

type rawPlainWord struct {
	Jargon string `json:"jargon" strictjson:"required"`
	Plain  string `json:"plain" strictjson:"required"`
}

// glossary reads glossary.json.
func (f *faults) glossary(file string, text []byte) []glossary {
	var raw rawGlossary
	if !f.decode(file, text, &raw) {
		return nil
	}
	if raw.Schema != glossarySchema {
		f.add(file+": schema", "want %q, have %.40q", glossarySchema, raw.Schema)
	}
	var out []glossary
	for _, name := range sortedKeys(raw.Glossary) {
		tag, err := language.Parse(name)
		if err != nil || tag.String() != name {
			f.add(file+": glossary."+name, "want a language tag such as ja or zh-Hant")
			continue
		}
		words := make([]PlainWord, 0, len(raw.Glossary[name]))
		for _, w := range raw.Glossary[name] {
			words = append(words, PlainWord(w))
		}
		out = append(out, f.entries(file+": glossary."+name, tag, words))
	}
	return out
}

// entries checks the words of a glossary.
func (f *faults) entries(at string, tag language.Tag, words []PlainWord) glossary {
	g := glossary{locale: tag.String()}
	s := scannerOf(tag)
	if tag == language.Und {
		f.add(at, "a glossary needs a language")
	}
	if len(words) > maxWords {
		f.add(at, "%d words, at most %d", len(words), maxWords)
	}
	for i, w := range words {
		e, reason := s.entry(rawWord{Match: w.Jargon, Say: w.Plain})
		if reason == "" && strings.TrimSpace(w.Plain) == "" {
			reason = "has no plain word"
		}
		if reason != "" {
			f.add(fmt.Sprintf("%s[%d]", at, i), "%s", reason)
		}
		e.rule = Jargon
		g.words = append(g.words, e)
	}
	return g
}

// Lint looks at one text. The findings are in the order of the text, then of the rules.
// A text without findings is not thereby a good one. A locale without a lexicon is
// linted by its parents' and by what holds everywhere; no other language's words are
// used. It returns ErrName for a target with values that are none, and ErrText for more
// than 64 KiB or invalid UTF-8.
func (l *Linter) Lint(text string, to Target) ([]Finding, error) {
	if err := l.check(text, to); err != nil {
		return nil, err
	}
	j := l.job(text, to)
	j.places()
	j.words()
	j.sentences()
	j.marks()
	j.spacing()
	slices.SortStableFunc(j.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.To, b.To))
	})
	return j.found, nil
}

func (l *Linter) check(text string, to Target) error {
	var list []error
	if to.Register < culture.Formal || to.Register > culture.Informal {
		list = append(list, fmt.Errorf("%w: register %s", ErrName, to.Register))
	}
	if to.Medium < Letter || to.Medium > Voice {
		list = append(list, fmt.Errorf("%w: medium %s", ErrName, to.Medium))
	}
	if _, ok := l.book.frames[to.Scenario]; !ok && to.Scenario != "" {
		list = append(list, fmt.Errorf("%w: scenario %.40q", ErrName, string(to.Scenario)))
	}
	if len(text) > maxText {
		list = append(list, fmt.Errorf("%w: %d bytes, at most %d", ErrText, len(text), maxText))
	} else if !utf8.ValidString(text) {
		list = append(list, fmt.Errorf("%w: not valid UTF-8", ErrText))
	}
	return errors.Join(list...)
}

// Text is one of a set of texts that say the same in several registers or media.
type Text struct {
	Target Target
	Text   string
}

// LintSet looks at texts that say the same in several registers, media or locales: each
// by itself, as a template, and all together, since they must have the same places. The findings
// are in the order of the texts.
func (l *Linter) LintSet(set []Text) ([]Finding, error) {
	var all []string
	args := make([][]string, len(set))
	for i, t := range set {
		if tpl, err := ParseTemplate(t.Text); err == nil {
			args[i] = tpl.Args()
			all = append(all, args[i]...)
		} else {
			args[i] = nil
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	var out []Finding
	for i, t := range set {
		t.Target.Template = true
		found, err := l.Lint(t.Text, t.Target)
		if err != nil {
			return nil, fmt.Errorf("text %d: %w", i, err)
		}
		for _, name := range all {
			if !slices.Contains(args[i], name) && t.Target.Scenario == "" {
				found = append(found, Finding{
					Rule: Places, Severity: Fault, From: len(t.Text), To: len(t.Text),
					Why: "another text of the set has {$" + name + "}", Suggestion: "say the same in all of them",
				})
			}
		}
		for j := range found {
			found[j].Index = i
		}
		out = append(out, found...)
	}
	return out, nil
}

// LintBook looks at every wording of a book, with its terms filled in for each
// agreement. Offsets are of the wording so filled.
func (l *Linter) LintBook(b *Book) []Finding {
	var out []Finding
	for _, tag := range b.Locales() {
		for _, e := range b.Entries(tag) {
			_, k, _ := parseID(e.ID)
			c, loc := b.at(tag.String(), k)
			for _, text := range c.filled(b.order(tag.String(), k.scenario).Acts, loc) {
				j := l.job(text, Target{Locale: tag, Register: e.Register, Medium: e.Medium, Template: true})
				j.words()
				j.sentences()
				j.marks()
				j.spacing()
				for _, f := range j.found {
					f.ID = e.ID
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// filled are the wordings with terms filled in and places left, each once.
func (c *cell) filled(order []culture.Act, loc *locale) []string {
	var out []string
	for i := range c.variants {
		for _, a := range [...]Agreement{{}, {Feminine, Feminine, One}, {Masculine, Masculine, One}, {Feminine, Unknown, Many}} {
			var parts []string
			for s := range c.variants[i].inOrder(order) {
				var text strings.Builder
				for _, p := range s.text.parts {
					switch p.kind {
					case literal:
						text.WriteString(strings.NewReplacer(`\`, `\\`, "{", `\{`, "}", `\}`).Replace(p.text))
					case argument:
						text.WriteString("{$" + p.text + "}")
					case termPlace:
						text.WriteString(loc.terms[p.text].form(a))
					}
				}
				parts = append(parts, text.String())
			}
			if text := strings.Join(parts, loc.joiner); !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// job is one text on its way through the rules.
type job struct {
	linter *Linter
	to     Target
	text   string // as given
	mask   string // the same with places masked
	scan   scanner
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
		if n > 0 && strings.ContainsAny(j.mask[tokens[at+n-1].to:tokens[at+n].from], ".!?;:\n") {
			return false
		}
	}
	return true
}

// startsSentence reports that only an end mark, quotes and blanks stand before.
func startsSentence(text string, at int) bool {
	before := strings.TrimRight(text[:at], " \t\"'„“«¡¿([")
	last, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || last == '\n' || strings.ContainsRune(endMarks+":", last)
}

// substrings looks for an entry in a text without blanks between words.
func (j *job) substrings(e *entry) {
	for from := 0; from < len(j.mask); {
		at := strings.Index(j.mask[from:], e.pattern[0])
		if at < 0 {
			return
		}
		from += at
		j.hit(e, from, from+len(e.pattern[0]))
		from += len(e.pattern[0])
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
