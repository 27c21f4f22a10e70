package phrase

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
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

// LintOptions set up a Linter; nil and zero fields mean the defaults.
type LintOptions struct {
	Packs      []fs.FS    // whose lexicons and glossary.json are added; default: none
	Glossaries []Glossary // further glossaries; default: none
}

// Linter finds what should not be said. It is read only once it is made, and safe for
// concurrent use. The zero value has no words and looks for the rest.
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

// Lint looks at one text. The findings are in the order of the text, then of the rules.
// A text without findings is not thereby a good one. A locale without a lexicon is
// linted by its parents' and by what holds everywhere; no other language's words are
// used. It returns ErrName for a target with values that are none, and ErrText for more
// than 64 KiB or invalid UTF-8.
func (l *Linter) Lint(text string, to Target) ([]Finding, error) {
	l = l.made()
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

// made is the linter, or one without words for the zero value.
func (l *Linter) made() *Linter {
	if l.book != nil {
		return l
	}
	return &Linter{book: &Book{}}
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
	l = l.made()
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
