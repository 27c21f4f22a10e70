package phrase

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// Errors of a Book.
var (
	// ErrName is returned for a text that names no value of an enumeration, and for a
	// request with a value that is none.
	ErrName = errors.New("phrase: no such value")
	// ErrNoPhrase says that the book has no phrase that may stand in: no language is
	// crossed, and no formal wish is met with an informal phrase.
	ErrNoPhrase = errors.New("phrase: no phrase")
	// ErrDraft says that there are phrases, but only drafts, and drafts were not asked for.
	ErrDraft = errors.New("phrase: only drafts")
)

//go:embed data
var data embed.FS

// Options set up a Book; nil and zero fields mean the defaults.
type Options struct {
	// Packs are the host's packs, at most 20. A phrase of an earlier pack replaces one
	// of the same ID in a later one and in the built-in phrases; scenarios that a pack
	// declares can be used by it and the packs after it. Default: none.
	Packs []fs.FS
	// OwnOnly leaves the built-in phrases out; the built-in scenarios stay.
	OwnOnly bool
}

// Book is a set of phrases in layers: the host's packs, then what is built in. It is
// read only once it is made, and safe for concurrent use. The zero value has no phrases.
type Book struct {
	layers  []*layer
	frames  map[Scenario]Frame
	vouched map[ID]rawVouch
	builtin bool
}

// New makes a Book. It reports every fault of every pack at once, each a
// *culture.PackError that unwraps to culture.ErrPack. A pack may hold scenarios.json,
// phrases/<locale>.json, reviews.json and glossary.json, each of at most 1 MiB; files of
// other names at its top belong to others and are not read.
func New(o *Options) (*Book, error) {
	if o == nil {
		o = &Options{}
	}
	frames, err := builtinFrames()
	if err != nil {
		return nil, err
	}
	b := &Book{frames: maps.Clone(frames), vouched: map[ID]rawVouch{}, builtin: !o.OwnOnly}
	var list []error
	if len(o.Packs) > maxPacks {
		list = append(list, &culture.PackError{Pack: "options", Detail: fmt.Sprintf("%d packs, at most %d", len(o.Packs), maxPacks)})
	}
	// Scenarios add up in the order of the packs: a pack may use those of the packs before it.
	for i, files := range o.Packs[:min(len(o.Packs), maxPacks)] {
		l, err := readLayer(fmt.Sprintf("pack %d", i), files, b.frames)
		if err != nil {
			list = append(list, err)
			continue
		}
		b.layers = append(b.layers, l)
		b.frames = l.frames
		for _, v := range l.reviews {
			if _, ok := b.vouched[v.ID]; !ok {
				b.vouched[v.ID] = v
			}
		}
	}
	if err := errors.Join(list...); err != nil {
		return nil, err
	}
	return b, nil
}

// Default is the Book of the built-in phrases alone. All callers share one.
func Default() *Book { return builtinBook() }

// All are computed on first use and then only read; a locale is parsed when it is first
// asked for.
var (
	builtinFrames = sync.OnceValues(func() (map[Scenario]Frame, error) {
		f, frames := &faults{pack: "builtin"}, map[Scenario]Frame{}
		text, err := data.ReadFile("data/" + framesFile)
		if err == nil {
			f.frames(framesFile, text, frames)
		}
		return frames, errors.Join(append(f.list, err)...)
	})
	builtinLocales = sync.OnceValue(func() map[string]func() (*locale, error) {
		found := map[string]func() (*locale, error){}
		entries, _ := data.ReadDir("data/" + phrasesDir) // the folder is part of the program
		for _, e := range entries {
			file := path.Join(phrasesDir, e.Name())
			found[strings.TrimSuffix(e.Name(), ".json")] = sync.OnceValues(func() (*locale, error) { return readBuiltin(file) })
		}
		return found
	})
	builtinBook = sync.OnceValue(func() *Book {
		b, err := New(nil)
		if err != nil {
			panic(err) // the data is part of the program; a test reads it
		}
		return b
	})
)

func readBuiltin(file string) (*locale, error) {
	frames, err := builtinFrames()
	if err != nil {
		return nil, err
	}
	text, err := data.ReadFile("data/" + file)
	if err != nil {
		return nil, err
	}
	f := &faults{pack: "builtin"}
	loc := f.locale(file, text, frames)
	return loc, errors.Join(f.list...)
}

// defaultOf is the built-in locale that speaks for a language, or for a group of
// regions, that has no file of its own; empty for none.
func defaultOf(name string) string {
	switch name {
	case "en":
		return "en-US"
	case "en-001":
		return "en-GB"
	case "zh":
		return "zh-Hans"
	case "pt":
		return "pt-BR"
	}
	return ""
}

// file is one locale in one layer.
type file struct {
	loc   *locale
	layer string
}

// files are a locale's files, from the top layer down.
func (b *Book) files(name string) []file {
	var out []file
	for _, l := range b.layers {
		if loc := l.locales[name]; loc != nil {
			out = append(out, file{loc, l.name})
		}
	}
	if b.builtin {
		if load := builtinLocales()[name]; load != nil {
			if loc, err := load(); err == nil { // a test reads them all
				out = append(out, file{loc, "builtin"})
			}
		}
	}
	return out
}

// Locales are the locales that have phrases of their own, sorted.
func (b *Book) Locales() []language.Tag {
	seen := map[string]bool{}
	for _, l := range b.layers {
		for name := range l.locales {
			seen[name] = true
		}
	}
	if b.builtin {
		for name := range builtinLocales() {
			seen[name] = true
		}
	}
	out := make([]language.Tag, 0, len(seen))
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, language.Make(name))
	}
	return out
}

// Frames are the scenarios, by name.
func (b *Book) Frames() []Frame {
	out := make([]Frame, 0, len(b.frames))
	for _, s := range slices.Sorted(maps.Keys(b.frames)) {
		out = append(out, b.frames[s].clone())
	}
	return out
}

// Frame is one scenario; ok is false for one that nobody declared.
func (b *Book) Frame(s Scenario) (Frame, bool) {
	f, ok := b.frames[s]
	return f.clone(), ok
}

// Entry is a phrase as the book holds it, for those who review it.
type Entry struct {
	ID       ID
	Pack     string // "builtin", or "pack 0", "pack 1", … of the options
	Locale   language.Tag
	Scenario Scenario
	Register culture.Register
	Medium   Medium
	Status   Status
	Review   Review
	Digest   string   // changes with the wording and the order of its acts; a host's reviews.json quotes it
	Wordings []string // the neutral one first, acts in the locale's order, with places and terms unfilled
}

// Entries are the phrases of one locale that nothing replaces, by ID. It is empty for a
// locale without phrases of its own.
func (b *Book) Entries(tag language.Tag) []Entry {
	name := tag.String()
	seen := map[key]bool{}
	var out []Entry
	for _, f := range b.files(name) {
		for k, c := range f.loc.cells {
			if seen[k] {
				continue
			}
			seen[k] = true
			if len(c.variants) == 0 {
				continue
			}
			status, review := b.standing(name, k, f.loc, c)
			e := Entry{k.id(name), f.layer, f.loc.tag, k.scenario, k.register, k.medium, status, review, b.digest(name, k, f.loc, c), nil}
			order := b.order(name, k.scenario)
			for i := range c.variants {
				e.Wordings = append(e.Wordings, c.variants[i].source(order.Acts, f.loc.joiner))
			}
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(x, y Entry) int { return strings.Compare(string(x.ID), string(y.ID)) })
	return out
}

// source is the wording as templates, in the order of the acts.
func (v *variant) source(order []culture.Act, joiner string) string {
	var parts []string
	for s := range v.inOrder(order) {
		parts = append(parts, s.text.source)
	}
	return strings.Join(parts, joiner)
}

// inOrder yields the segments in the order of the acts.
func (v *variant) inOrder(order []culture.Act) func(func(*segment) bool) {
	return func(yield func(*segment) bool) {
		if len(order) == 0 {
			for i := range v.segments {
				if !yield(&v.segments[i]) {
					return
				}
			}
		}
		for _, a := range order {
			for i := range v.segments {
				if v.segments[i].act == a && !yield(&v.segments[i]) {
					return
				}
			}
		}
	}
}

// standing is the status of a phrase: that of its file, unless a layer above reads its
// acts in another order, or what a host vouches for.
func (b *Book) standing(name string, k key, loc *locale, c *cell) (Status, Review) {
	if loc.status == Reviewed && !b.reordered(name, k.scenario, loc) {
		return Reviewed, loc.review
	}
	if len(b.vouched) > 0 {
		if v, ok := b.vouched[k.id(name)]; ok && v.Digest == b.digest(name, k, loc, c) {
			return Reviewed, Review{v.By, v.On}
		}
	}
	return Draft, Review{}
}

// reordered reports that the order of the acts is not the one that stood when the file
// was reviewed: its own, or that of the layers below it.
func (b *Book) reordered(name string, s Scenario, loc *locale) bool {
	own, inForce := b.frames[s].Acts, b.order(name, s).Acts
	below := false
	for _, f := range b.files(name) {
		below = below || f.loc == loc
		if o, ok := f.loc.orders[s]; ok && below {
			own = o.Acts
			break
		}
	}
	return !slices.Equal(own, inForce)
}

// digest pins the wording of a phrase as it is read: for one made of acts with their
// order and what joins them.
func (b *Book) digest(name string, k key, loc *locale, c *cell) string {
	order := b.order(name, k.scenario).Acts
	if len(order) == 0 {
		return c.digest
	}
	words := []string{c.digest, loc.joiner}
	for _, a := range order {
		words = append(words, a.String())
	}
	return hashed(words)
}

// Stale are the reviews of the host's packs that count for nothing: the phrase, or the
// order of its acts, has changed since it was reviewed, or it is not there. They are
// sorted; those phrases are drafts again.
func (b *Book) Stale() []ID {
	var out []ID
	for id, v := range b.vouched {
		name, k, ok := parseID(id)
		c, loc := b.at(name, k)
		if !ok || c == nil || b.digest(name, k, loc, c) != v.Digest {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// parseID takes an ID apart.
func parseID(id ID) (locale string, k key, ok bool) {
	parts := strings.Split(string(id), "/")
	if len(parts) != 4 {
		return "", key{}, false
	}
	k.scenario = Scenario(parts[1])
	err := errors.Join(k.register.UnmarshalText([]byte(parts[2])), k.medium.UnmarshalText([]byte(parts[3])))
	return parts[0], k, err == nil
}

// at finds the phrase that counts at a key of a locale; nil for none or one that a pack
// took away.
func (b *Book) at(name string, k key) (*cell, *locale) {
	for _, f := range b.files(name) {
		if c, ok := f.loc.cells[k]; ok {
			if len(c.variants) == 0 {
				return nil, nil
			}
			return c, f.loc
		}
	}
	return nil, nil
}

// Order is the order of the speech acts of a scenario in a locale: that of the first
// locale of the chain of fallbacks that states one, else the scenario's own. It has no
// acts for a scenario that is a single act, or that nobody declared.
func (b *Book) Order(tag language.Tag, s Scenario) Order {
	for name := range b.chain(tag) {
		if o := b.order(name, s); o.Why != "" {
			return Order{slices.Clone(o.Acts), slices.Clone(o.Basis), o.Why}
		}
	}
	return Order{Acts: slices.Clone(b.frames[s].Acts)}
}

// order is the order that a locale itself states, else the scenario's own.
func (b *Book) order(name string, s Scenario) Order {
	for _, f := range b.files(name) {
		if o, ok := f.loc.orders[s]; ok {
			return o
		}
	}
	return Order{Acts: b.frames[s].Acts}
}
