package culture

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"golang.org/x/text/language"
)

// Context is what is known about a person and a message. The axes are separate:
// none is ever derived from another, except that a region written in the language
// tag (pt-BR, or the extension -u-rg-) stands in for a Region that is not given.
type Context struct {
	Lang       language.Tag    // of the message
	Region     language.Region // where the person is or does business, as declared
	NameLocale language.Tag    // the tradition that the name follows, as declared; Und where not known
	Stated     []Preference    // what the person said; of several on one dimension the last counts
	Observed   []Preference    // what was seen with the person; of several the last counts
}

// Preference is what a person said or showed on one dimension.
type Preference struct {
	Dimension Dimension
	Value     string // a key, such as "informal" for FormalityDefault; the host's own elsewhere
	Text      string // for people, in the person's own words where possible
	Note      string // where and when it was recorded; shown as the key of the step
}

// Options set up a Resolver; nil and zero fields mean the defaults.
type Options struct {
	// Packs are the host's packs; each holds a file facts.json in the schema
	// "etiquette-facts/1". Their facts answer before the built-in ones, an earlier
	// pack before a later one. Default: none.
	Packs []fs.FS
	// Threshold is the confidence below which an answer is to ask, above 0 and at
	// most 1. Default: 0.6.
	Threshold float64
}

// ErrOptions is returned by New for options outside their range.
var ErrOptions = errors.New("culture: option out of range")

// Confidence of what comes from the person, by convention.
const (
	statedConfidence   = 1.0
	observedConfidence = 0.8
	defaultThreshold   = 0.6
)

// Resolver answers questions from its facts. It is safe for concurrent use; the
// zero value knows no facts and answers with what the person stated or to ask.
type Resolver struct {
	threshold float64
	host      []index
	builtin   index
}

// index finds the facts of one pack.
type index struct {
	sources  map[string]Source
	byRegion map[regionKey][]*Fact
	byLocale map[localeKey][]*Fact
	spoken   map[language.Region][]language.Base // those under Languages
}

type regionKey struct {
	region    language.Region
	dimension Dimension
}

type localeKey struct {
	locale    language.Tag
	dimension Dimension
}

// New makes a Resolver on the built-in facts and the options. It reports every
// fault of every pack at once; they unwrap to ErrPack, or to ErrOptions.
func New(o *Options) (*Resolver, error) {
	if o == nil {
		o = &Options{}
	}
	var faults []error
	r := &Resolver{threshold: o.Threshold}
	if r.threshold == 0 {
		r.threshold = defaultThreshold
	}
	if !(r.threshold > 0 && r.threshold <= 1) {
		faults = append(faults, fmt.Errorf("%w: Threshold %v", ErrOptions, o.Threshold))
	}
	for i, files := range o.Packs {
		p, err := readPack(fmt.Sprintf("pack %d", i), files)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		r.host = append(r.host, p.index())
	}
	own, err := builtinIndex()
	if err = errors.Join(append(faults, err)...); err != nil {
		return nil, err
	}
	r.builtin = own
	return r, nil
}

// Default is the Resolver on the built-in facts alone. All callers share one.
func Default() *Resolver { return builtinResolver() }

// Both are computed on first use and then only read.
var (
	builtinIndex = sync.OnceValues(func() (index, error) {
		p, err := parsePack("builtin", []byte(builtin))
		return p.index(), err
	})
	builtinResolver = sync.OnceValue(func() *Resolver {
		r, err := New(nil)
		if err != nil {
			panic(err) // the data is part of the program; a test reads it
		}
		return r
	})
)

// index sorts the facts for lookup; superseded ones are left out. Within a key the
// most certain comes first, then by id.
func (p pack) index() index {
	x := index{
		sources: p.sources, byRegion: map[regionKey][]*Fact{}, byLocale: map[localeKey][]*Fact{},
		spoken: map[language.Region][]language.Base{},
	}
	facts := slices.SortedFunc(slices.Values(p.facts), func(a, b Fact) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.ID, b.ID))
	})
	for i := range facts {
		f := &facts[i]
		if f.SupersededBy != "" {
			continue
		}
		at := regionKey{f.Region, f.Dimension}
		x.byRegion[at] = append(x.byRegion[at], f)
		if f.Locale != language.Und {
			at := localeKey{f.Locale, f.Dimension}
			x.byLocale[at] = append(x.byLocale[at], f)
		}
		if f.Dimension == Languages {
			x.spoken[f.Region] = append(x.spoken[f.Region], bases(f.Value)...)
		}
	}
	return x
}

// Guidance answers with everything that the first layer which knows the dimension
// has to say, the most certain first. It is never empty: where nothing is known
// there is one neutral answer with Ask. A dimension that is none is not known.
func (r *Resolver) Guidance(c Context, d Dimension) []Answer[Guidance] {
	s := search{resolver: r, context: c, dimension: d}
	return s.run()
}

// Best is the first answer of Guidance.
func (r *Resolver) Best(c Context, d Dimension) Answer[Guidance] { return r.Guidance(c, d)[0] }

// Regions returns the regions of the built-in facts, in alphabetical order.
func (r *Resolver) Regions() []language.Region {
	seen := map[language.Region]bool{}
	for key := range r.builtin.byRegion {
		seen[key.region] = true
	}
	regions := make([]language.Region, 0, len(seen))
	for region := range seen {
		regions = append(regions, region)
	}
	slices.SortFunc(regions, func(a, b language.Region) int { return cmp.Compare(a.String(), b.String()) })
	return regions
}

// search is one question on its way through the layers.
type search struct {
	resolver  *Resolver
	context   Context
	dimension Dimension
	path      []Step
}

func (s *search) run() []Answer[Guidance] {
	if a, ok := s.preference(IndividualLayer, s.context.Stated, Individual, statedConfidence); ok {
		return a
	}
	if a, ok := s.preference(ObservedLayer, s.context.Observed, Observed, observedConfidence); ok {
		return a
	}
	region, tag := s.axes()
	for i := range s.resolver.host {
		x := &s.resolver.host[i]
		found, _ := x.lookup(region, tag, s.dimension)
		if s.step(HostLayer, key(region, tag), len(found) > 0) {
			return s.answers(x, found, true)
		}
	}
	x := &s.resolver.builtin
	found, general := x.lookup(region, tag, s.dimension)
	found = found[:len(found)-general] // those for the language come first
	if s.step(LanguageRegionLayer, key(region, tag), len(found) > 0) {
		return s.answers(x, found, false)
	}
	if found := x.general(region, s.dimension); s.step(RegionLayer, regionText(region), len(found) > 0) {
		return s.answers(x, found, false)
	}
	for t := range parents(tag) {
		if found := x.ofLocale(t, s.dimension); s.step(ParentLayer, t.String(), len(found) > 0) {
			return s.answers(x, found, false)
		}
	}
	s.step(NeutralLayer, "", true)
	return []Answer[Guidance]{{
		Value: Guidance{Dimension: s.dimension, Text: "ask how the person prefers it"},
		Basis: Fallback, Ask: true, Path: s.path,
	}}
}

// step records that a layer was looked at, and returns whether it decides.
func (s *search) step(layer Layer, key string, found bool) bool {
	s.path = append(s.path, Step{Layer: layer, Key: key, Found: found})
	return found
}

// preference answers with the last preference on the dimension.
func (s *search) preference(layer Layer, from []Preference, basis Basis, confidence float64) ([]Answer[Guidance], bool) {
	for _, p := range slices.Backward(from) {
		if p.Dimension != s.dimension {
			continue
		}
		s.step(layer, p.Note, true)
		return []Answer[Guidance]{{
			Value: Guidance{Dimension: p.Dimension, Value: p.Value, Text: p.Text},
			Basis: basis, Confidence: confidence, Ask: confidence < s.resolver.threshold, Path: s.path,
		}}, true
	}
	s.step(layer, "", false)
	return nil, false
}

// axes are the region and the language by which the dimension is looked up. A name
// tradition without a region of its own takes the declared region only where that
// does not contradict it, that is where the message is in the same language.
func (s *search) axes() (language.Region, language.Tag) {
	region, tag := s.context.Region, s.context.Lang
	if region == (language.Region{}) {
		region = declaredRegion(tag)
	}
	name := s.context.NameLocale
	if s.dimension.Axis() != NameAxis || name == language.Und {
		return region, tag
	}
	if own := declaredRegion(name); own != (language.Region{}) {
		return own, name
	}
	if sameBase(name, tag) {
		return region, name
	}
	return language.Region{}, name
}

// answers turns facts into answers; Ask is set below the threshold, in conflict,
// for part of a region, for a rule of law, which is to be verified, and for the
// manners of a language other than that of the message.
func (s *search) answers(x *index, facts []*Fact, host bool) []Answer[Guidance] {
	out := make([]Answer[Guidance], 0, len(facts))
	for _, f := range facts {
		a := Answer[Guidance]{
			Value: Guidance{
				Dimension: f.Dimension, Value: f.Value, Text: f.Text, Fact: f.ID,
				Region: f.Region, Locale: f.Locale, Scope: f.Scope, AsOf: f.AsOf,
			},
			Basis: basisOf(f, host), Confidence: f.Confidence, Path: slices.Clone(s.path),
		}
		for _, id := range f.Sources {
			a.Sources = append(a.Sources, x.sources[id])
		}
		if f.ConflictsWith != "" {
			a.Conflicts = []FactID{f.ConflictsWith}
		}
		a.Ask = f.Confidence < s.resolver.threshold || f.ConflictsWith != "" || f.Scope == SubRegion ||
			f.Kind == Legal || s.foreign(f)
		out = append(out, a)
	}
	return out
}

// foreign reports a fact about a language dimension that names no language, in a
// region that is not known to have the language of the message among its own: what is
// told of Germany's formal you says little about a letter in Turkish. The languages of
// a region are those that the built-in facts and the host's list, together; a region
// of which none is listed knows no language.
func (s *search) foreign(f *Fact) bool {
	_, tag := s.axes()
	if s.dimension.Axis() != LanguageAxis || f.Locale != language.Und || tag == language.Und {
		return false
	}
	base, _, _ := tag.Raw()
	if slices.Contains(s.resolver.builtin.spoken[f.Region], base) {
		return false
	}
	return !slices.ContainsFunc(s.resolver.host, func(x index) bool { return slices.Contains(x.spoken[f.Region], base) })
}

func basisOf(f *Fact, host bool) Basis {
	switch {
	case f.Kind == Legal:
		return Statute
	case host:
		return Host
	case f.Kind == Data:
		return Standard
	default:
		return Reported
	}
}

// lookup finds the facts of a region that hold for the language: those of the same
// base language first, then those that name none, of which it returns the number.
// Facts for another language are left out.
func (x *index) lookup(region language.Region, tag language.Tag, d Dimension) (found []*Fact, general int) {
	for _, f := range x.byRegion[regionKey{region, d}] {
		if f.Locale != language.Und && sameBase(f.Locale, tag) {
			found = append(found, f)
		}
	}
	rest := x.general(region, d)
	return append(found, rest...), len(rest)
}

// general finds the facts of a region that name no language.
func (x *index) general(region language.Region, d Dimension) []*Fact {
	var found []*Fact
	for _, f := range x.byRegion[regionKey{region, d}] {
		if f.Locale == language.Und {
			found = append(found, f)
		}
	}
	return found
}

// ofLocale finds the facts that are published for exactly this language, whatever
// region they were listed under; equal values are given once.
func (x *index) ofLocale(tag language.Tag, d Dimension) []*Fact {
	var found []*Fact
	for _, f := range x.byLocale[localeKey{tag, d}] {
		if !slices.ContainsFunc(found, func(g *Fact) bool { return g.Value == f.Value }) {
			found = append(found, f)
		}
	}
	return found
}
