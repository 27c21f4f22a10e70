package listen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Theme is a node of a taxonomy: what people talk about.
type Theme struct {
	ID     string  // required, unique; at most 256 bytes
	Name   string  // for people; optional
	Parent string  // ID of the theme that it is part of; empty for a root
	Terms  []Words // by language; a theme without terms only groups others
}

// Words are a theme's terms in one language.
type Words struct {
	Language language.Tag // und is for every language
	Any      []string     // any of these names the theme
	Near     []string     // and, unless empty, one of these within Window runes of it
	Window   int          // runes between the two, at most; 40 where Near is given and this is zero
	Exclude  []string     // longer names in which the terms do not count
}

// Tag is a theme that a text names.
type Tag struct {
	Theme  string
	Path   []string // IDs from the root to the theme
	Spans  []Span   // where; Span.Term is the index into Any
	Direct bool     // false for a theme that only a part of it was named
}

// Taxonomy tags texts with themes. It is made by NewTaxonomy and then only read; any
// number of goroutines may share it.
type Taxonomy struct {
	themes []Theme
	paths  [][]string
	langs  []langMatcher
}

// langMatcher is all terms of one language in one automaton.
type langMatcher struct {
	tag     language.Tag
	matcher *Matcher
	uses    [][]use // by given term
}

// use is what a term is good for in one theme.
type use struct {
	theme, words, index int
	role                role
}

type role uint8

const (
	names    role = iota + 1 // it names the theme
	nearby                   // the theme waits for it nearby
	excludes                 // the theme's terms inside it do not count
)

const maxThemes = 10_000

// NewTaxonomy checks the themes and compiles their terms. The options apply to all
// languages. ErrTaxonomy for an ID that is missing, too long or given twice, a parent
// that is not there or a ring of parents, terms twice in a language, and whatever
// NewMatcher refuses; every fault at once.
func NewTaxonomy(themes []Theme, o *MatchOptions) (*Taxonomy, error) {
	fs := faults{err: ErrTaxonomy}
	x := &Taxonomy{themes: slices.Clone(themes)}
	if len(themes) == 0 {
		fs.add("themes", "are none")
	}
	if len(themes) > maxThemes {
		fs.add("themes", "are more than %d", maxThemes)
		return nil, fs.join()
	}
	x.tree(&fs)
	x.check(&fs)
	if err := fs.join(); err != nil {
		return nil, err
	}
	for _, tag := range x.languages() {
		if lm, ok := x.compile(tag, o, &fs); ok {
			x.langs = append(x.langs, lm)
		}
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return x, nil
}

// tree finds each theme's path.
func (x *Taxonomy) tree(fs *faults) {
	at := make(map[string]int, len(x.themes))
	for i, t := range x.themes {
		path := fmt.Sprintf("themes[%d].", i)
		fs.name(path+"id", t.ID, true)
		if first, again := at[t.ID]; again {
			fs.add(path+"id", "is that of themes[%d], too", first)
			continue
		}
		at[t.ID] = i
	}
	x.paths = make([][]string, len(x.themes))
	for i, t := range x.themes {
		path := []string{t.ID}
		for p := t.Parent; p != ""; p = x.themes[at[p]].Parent {
			if _, known := at[p]; !known {
				fs.add(fmt.Sprintf("themes[%d].parent", i), "%q is not there", clip(p))
				break
			}
			if slices.Contains(path, p) {
				fs.add(fmt.Sprintf("themes[%d].parent", i), "is part of a ring")
				break
			}
			if len(path) == 32 {
				fs.add(fmt.Sprintf("themes[%d].parent", i), "is deeper than 32")
				break
			}
			path = append(path, p)
		}
		slices.Reverse(path)
		x.paths[i] = path
	}
}

func (x *Taxonomy) check(fs *faults) {
	for i := range x.themes {
		t := &x.themes[i]
		t.Terms = slices.Clone(t.Terms)
		seen := map[language.Tag]bool{}
		for j := range t.Terms {
			w := &t.Terms[j]
			path := fmt.Sprintf("themes[%d].terms[%d].", i, j)
			if seen[w.Language] {
				fs.add(path+"language", "%v occurs twice", w.Language)
			}
			seen[w.Language] = true
			if len(w.Any) == 0 {
				fs.add(path+"any", "is empty")
			}
			if w.Window < 0 || w.Window > 10_000 || w.Window > 0 && len(w.Near) == 0 {
				fs.add(path+"window", "%d is not 0 to 10,000 with near terms", w.Window)
			}
			if len(w.Near) > 0 && w.Window == 0 {
				w.Window = 40
			}
			w.Any, w.Near, w.Exclude = slices.Clone(w.Any), slices.Clone(w.Near), slices.Clone(w.Exclude)
		}
	}
}

// languages are those that the themes name, in order of their text.
func (x *Taxonomy) languages() []language.Tag {
	var tags []language.Tag
	for _, t := range x.themes {
		for _, w := range t.Terms {
			if !slices.Contains(tags, w.Language) {
				tags = append(tags, w.Language)
			}
		}
	}
	slices.SortFunc(tags, func(a, b language.Tag) int { return strings.Compare(a.String(), b.String()) })
	return tags
}

// compile puts the terms of a language, and those for every language, into one matcher.
// Terms that fold to the same text share one entry.
func (x *Taxonomy) compile(tag language.Tag, o *MatchOptions, fs *faults) (langMatcher, bool) {
	lm := langMatcher{tag: tag}
	var terms, from []string
	at := map[string]int{}
	opt := o.defaults()
	put := func(text, field string, u use) {
		key := Fold(clipTerm(text), &opt).String()
		i, ok := at[key]
		if !ok {
			i = len(terms)
			at[key] = i
			terms, from = append(terms, text), append(from, field)
			lm.uses = append(lm.uses, nil)
		}
		lm.uses[i] = append(lm.uses[i], u)
	}
	for i := range x.themes {
		for j, w := range x.themes[i].Terms {
			if w.Language != tag && w.Language != language.Und {
				continue
			}
			path := fmt.Sprintf("themes[%d].terms[%d].", i, j)
			for k, text := range w.Any {
				put(text, fmt.Sprintf("%sany[%d]", path, k), use{i, j, k, names})
			}
			for k, text := range w.Near {
				put(text, fmt.Sprintf("%snear[%d]", path, k), use{i, j, k, nearby})
			}
			for k, text := range w.Exclude {
				put(text, fmt.Sprintf("%sexclude[%d]", path, k), use{i, j, k, excludes})
			}
		}
	}
	m, err := NewMatcher(terms, nil, &opt)
	if err != nil {
		relabel(fs, err, from)
		return lm, false
	}
	lm.matcher = m
	return lm, true
}

// clipTerm bounds what is folded before NewMatcher refuses it.
func clipTerm(s string) string {
	if len(s) > 16*maxTerm+1 {
		return s[:16*maxTerm+1]
	}
	return s
}

// relabel gives a matcher's faults the paths of the taxonomy.
func relabel(fs *faults, err error, from []string) {
	list, ok := err.(interface{ Unwrap() []error })
	if !ok {
		fs.add("themes", "%v", err)
		return
	}
	for _, e := range list.Unwrap() {
		field, detail := "themes", e.Error()
		if f, is := e.(*FieldError); is { //nolint:errorlint // the matcher's own faults, not wrapped
			field, detail = f.Field, f.Detail
			var i int
			if n, _ := fmt.Sscanf(f.Field, "terms[%d]", &i); n == 1 && i < len(from) {
				field = from[i]
			}
		}
		fs.add(field, "%s", detail)
	}
}

// matcherFor is the matcher of the language, of its CLDR parents, or of every
// language: en-GB falls back to en-001, en and und, zh-Hant-TW to zh-Hant and und, for
// zh is written in other characters.
func (x *Taxonomy) matcherFor(tag language.Tag) (*langMatcher, bool) {
	for {
		for i := range x.langs {
			if x.langs[i].tag == tag {
				return &x.langs[i], true
			}
		}
		if tag == language.Und {
			return nil, false
		}
		tag = tag.Parent()
	}
}

// Supports reports whether the taxonomy has terms for a language, not counting those
// for every language.
func (x *Taxonomy) Supports(tag language.Tag) bool {
	lm, ok := x.matcherFor(tag)
	return ok && (lm.tag != language.Und || tag == language.Und)
}

// Tags are the themes that a text in a language names, in the order of the taxonomy: those
// whose terms it has, and, marked not Direct, the themes that they are part of. ok is
// false when the taxonomy has no terms for the language: the text was not read, which
// is not the same as naming nothing. Terms for every language alone make a text read
// where one of them is found. ErrText as for Matcher.Find.
func (x *Taxonomy) Tags(tag language.Tag, text string) (tags []Tag, ok bool, err error) {
	lm, ok := x.matcherFor(tag)
	if !ok {
		return nil, false, nil
	}
	m := lm.matcher
	if len(text) > m.opt.MaxText {
		return nil, true, fmt.Errorf("%w: %d bytes, more than %d", ErrText, len(text), m.opt.MaxText)
	}
	s := m.pool.Get().(*scratch) //nolint:forcetypeassert // the pool holds nothing else
	defer m.pool.Put(s)
	m.scan(s, text)
	if len(s.found) == 0 {
		return nil, x.Supports(tag), nil
	}
	hits := lm.sort(s)
	named := m.pick(s, text, func(c candidate) bool {
		return slices.ContainsFunc(lm.uses[m.terms[c.term].given], func(u use) bool { return u.role == names && !hits.barred(c, u) })
	})
	near := m.pick(s, text, func(c candidate) bool {
		return slices.ContainsFunc(lm.uses[m.terms[c.term].given], func(u use) bool { return u.role == nearby })
	})
	tags = x.assemble(lm, &hits, named, near)
	return tags, len(tags) > 0 || x.Supports(tag), nil
}

// excluded is the occurrences of exclusions in a text, by their starts; reach[i] is the
// furthest end of the first i+1.
type excluded struct {
	lm    *langMatcher
	found []candidate
	reach []int
}

func (lm *langMatcher) sort(s *scratch) (out excluded) {
	out.lm = lm
	for _, c := range s.found {
		if slices.ContainsFunc(lm.uses[lm.matcher.terms[c.term].given], func(u use) bool { return u.role == excludes }) {
			out.found = append(out.found, c)
		}
	}
	slices.SortFunc(out.found, byStart)
	end := 0
	for _, c := range out.found {
		end = max(end, c.end)
		out.reach = append(out.reach, end)
	}
	return out
}

// barred reports an occurrence that an exclusion of the same theme and words bars.
func (e *excluded) barred(c candidate, u use) bool {
	first, _ := slices.BinarySearch(e.reach, c.start+1)
	for _, x := range e.found[first:] {
		if x.start >= c.end {
			return false
		}
		if x.bars(c) && slices.ContainsFunc(e.lm.uses[e.lm.matcher.terms[x.term].given], func(v use) bool {
			return v.role == excludes && v.theme == u.theme && v.words == u.words
		}) {
			return true
		}
	}
	return false
}

// pick is choose with rune offsets.
func (m *Matcher) pick(s *scratch, text string, want func(candidate) bool) []Span {
	var spans []Span
	for _, c := range m.choose(s, want) {
		spans = append(spans, Span{Term: m.terms[c.term].given, Start: c.start, End: c.end})
	}
	countRunes(spans, text)
	return spans
}

// assemble joins spans with the themes that they name.
func (x *Taxonomy) assemble(lm *langMatcher, e *excluded, named, near []Span) []Tag {
	spans := make([][]Span, len(x.themes))
	for _, s := range named {
		for _, u := range lm.uses[s.Term] {
			if u.role != names || e.barred(candidate{start: s.Start, end: s.End}, u) {
				continue
			}
			w := &x.themes[u.theme].Terms[u.words]
			if len(w.Near) > 0 && !lm.close(s, near, u, w.Window) {
				continue
			}
			hit := s
			hit.Term = u.index
			spans[u.theme] = append(spans[u.theme], hit)
		}
	}
	parent := map[string]bool{}
	for i, hits := range spans {
		if len(hits) > 0 {
			for _, id := range x.paths[i][:len(x.paths[i])-1] {
				parent[id] = true
			}
		}
	}
	var tags []Tag
	for i, t := range x.themes {
		if len(spans[i]) > 0 || parent[t.ID] {
			tags = append(tags, Tag{t.ID, slices.Clone(x.paths[i]), spans[i], len(spans[i]) > 0})
		}
	}
	return tags
}

// close reports a near term of the same words within so many runes of a span. Near
// terms are in order and do not overlap.
func (lm *langMatcher) close(s Span, near []Span, u use, window int) bool {
	first, _ := slices.BinarySearchFunc(near, s.RuneStart-window, func(n Span, start int) int { return cmp.Compare(n.RuneEnd, start) })
	for _, n := range near[first:] {
		if n.RuneStart > s.RuneEnd+window {
			return false
		}
		if slices.ContainsFunc(lm.uses[n.Term], func(v use) bool { return v.role == nearby && v.theme == u.theme && v.words == u.words }) {
			return true
		}
	}
	return false
}
