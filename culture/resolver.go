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
	On         Date            // the day of the question; zero means the day on which the facts were compiled
	Stated     []Preference    // what the person said; of several on one dimension the last counts
	Observed   []Preference    // what was seen with the person; of several the last counts
}

// Preference is what a person said or showed on one dimension.
type Preference struct {
	Dimension Dimension `json:"dimension"`
	Value     string    `json:"value"`          // a key, such as "informal" for FormalityDefault; the host's own elsewhere
	Text      string    `json:"text,omitempty"` // for people, in the person's own words where possible
	Note      string    `json:"note,omitempty"` // where and when it was recorded; shown as the key of the step
}

// Options set up a Resolver; nil and zero fields mean the defaults.
type Options struct {
	// Packs are the host's packs; each holds a file facts.json in the schema
	// "etiquette-facts/1", a file overrides.json in the schema "culture-overrides/1", or
	// both ([PackSchema]). Their facts answer before the built-in ones, an earlier pack
	// before a later one. Other files are not read. Default: none.
	Packs []fs.FS
	// Threshold is the confidence below which an answer is to ask, above 0 and at
	// most 1. Default: 0.6.
	Threshold float64
}

// ErrOptions is returned by New for options outside their range.
var ErrOptions = errors.New("culture: option out of range")

// Confidence of what comes from the person, by convention, and of CLDR's tables, by
// the rule of [Rating].
const (
	statedConfidence   = 1.0
	observedConfidence = 0.8
	defaultThreshold   = 0.6
)

// Resolver answers questions from its facts. It is safe for concurrent use; the
// zero value knows no facts and answers with what the person stated or to ask.
type Resolver struct {
	threshold float64
	host      []*index
	builtin   *index
	order     []Layer // nil means the documented order; tests leave one out
	without   string  // a rule of plans that tests leave out
}

// New makes a Resolver on the built-in facts and the options. It reports every
// fault of every pack at once; they unwrap to ErrPack, or to ErrOptions.
func New(o *Options) (*Resolver, error) {
	if o == nil {
		o = &Options{}
	}
	r := &Resolver{threshold: cmp.Or(o.Threshold, defaultThreshold)}
	var faults []error
	if !(r.threshold > 0 && r.threshold <= 1) {
		faults = append(faults, fmt.Errorf("%w: Threshold %v", ErrOptions, o.Threshold))
	}
	own, err := builtinPack()
	faults = append(faults, err)
	changes := map[FactID]override{}
	for i, files := range o.Packs {
		p, err := readPack(fmt.Sprintf("pack %d", i), files, own)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if len(p.facts) > 0 {
			r.host = append(r.host, p.index(nil))
		}
		for _, change := range p.overrides {
			if _, earlier := changes[change.Fact]; !earlier { // an earlier pack wins
				changes[change.Fact] = change
			}
		}
	}
	if err = errors.Join(faults...); err != nil {
		return nil, err
	}
	r.builtin = builtinIndex()
	if len(changes) > 0 {
		r.builtin = own.index(changes)
	}
	return r, nil
}

// Default is the Resolver on the built-in facts alone. All callers share one. The first
// call reads and checks the facts, which takes some tens of milliseconds; later ones
// take nothing.
func Default() *Resolver { return builtinResolver() }

// All are computed on first use and then only read.
var (
	builtinPack  = sync.OnceValues(func() (pack, error) { return parseFacts("builtin", []byte(builtin)) })
	builtinIndex = sync.OnceValue(func() *index {
		p, err := builtinPack()
		if err != nil {
			panic(err) // the data is part of the program; a test reads it
		}
		return p.index(nil)
	})
	builtinResolver = sync.OnceValue(func() *Resolver {
		return &Resolver{threshold: defaultThreshold, builtin: builtinIndex()}
	})
)

// Guidance answers with everything that the first layer which knows the dimension
// has to say, the most certain first. It is never empty: where nothing is known
// there is one neutral answer with Ask. A dimension that is none is not known.
func (r *Resolver) Guidance(c Context, d Dimension) []Answer[Guidance] {
	s := search{resolver: r, context: c, dimension: d}
	s.region, s.tag = s.axes()
	return s.run()
}

// Best is the first answer of Guidance.
func (r *Resolver) Best(c Context, d Dimension) Answer[Guidance] { return r.Guidance(c, d)[0] }

// Regions returns the regions of the built-in facts, in alphabetical order. Tables of
// CLDR answer for all others, too: see [Territories].
func (r *Resolver) Regions() []language.Region {
	if r.builtin == nil {
		return nil
	}
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

// Fact returns the fact of that id as the packs hold it, with its rating for a day,
// also where it is superseded; the host's packs come first. It is false where there is
// none, or where an override dropped it.
func (r *Resolver) Fact(id FactID, on Date) (Fact, Rating, bool) {
	for _, x := range append(slices.Clone(r.host), r.builtin) {
		if x == nil {
			continue
		}
		if e := x.byID[id]; e != nil {
			f := e.Fact
			f.Sources = slices.Clone(f.Sources)
			return f, e.rated(x.made, on), true
		}
	}
	return Fact{}, Rating{}, false
}

// search is one question on its way through the layers.
type search struct {
	resolver  *Resolver
	context   Context
	dimension Dimension
	region    language.Region
	tag       language.Tag
	path      []PathStep
}

// resolutionOrder is the documented order of the layers.
func resolutionOrder() []Layer {
	return []Layer{
		IndividualLayer, ObservedLayer, HostLayer, LanguageRegionLayer, RegionLayer, ParentLayer, NeutralLayer,
	}
}

func (s *search) run() []Answer[Guidance] {
	order := s.resolver.order
	if order == nil {
		order = resolutionOrder()
	}
	s.path = make([]PathStep, 0, len(order)+len(s.resolver.host))
	for _, layer := range order {
		if found := s.look(layer); found != nil {
			return found
		}
	}
	return s.neutral()
}

// look is the answer of one layer; nil where it knows nothing.
func (s *search) look(layer Layer) []Answer[Guidance] {
	switch layer {
	case IndividualLayer:
		return s.preference(layer, append(s.fromTag(), s.context.Stated...), Individual, statedConfidence)
	case ObservedLayer:
		return s.preference(layer, s.context.Observed, Observed, observedConfidence)
	case HostLayer:
		return s.hosts()
	case LanguageRegionLayer:
		if a, ok := s.spokenClock(); ok {
			s.step(layer, key(s.region, s.tag)+" in CLDR", true)
			return s.pathed(a)
		}
		found, _ := s.resolver.builtin.lookup(s, true)
		return s.found(layer, key(s.region, s.tag), s.resolver.builtin, found)
	case RegionLayer:
		return s.ofRegion()
	case ParentLayer:
		return s.ofParents()
	default:
		return s.neutral()
	}
}

// step records that a layer was looked at.
func (s *search) step(layer Layer, key string, found bool) {
	s.path = append(s.path, PathStep{Layer: layer, Key: key, Found: found})
}

// found answers with facts, where there are any.
func (s *search) found(layer Layer, key string, x *index, facts []*entry) []Answer[Guidance] {
	s.step(layer, key, len(facts) > 0)
	if len(facts) == 0 {
		return nil
	}
	return s.answers(x, facts, layer == HostLayer)
}

// preference answers with the last preference on the dimension.
func (s *search) preference(layer Layer, from []Preference, basis Basis, confidence float64) []Answer[Guidance] {
	for _, p := range slices.Backward(from) {
		if p.Dimension != s.dimension {
			continue
		}
		s.step(layer, p.Note, true)
		return []Answer[Guidance]{{
			Value: Guidance{Dimension: p.Dimension, Value: p.Value, Text: p.Text},
			Basis: basis, Confidence: confidence, Ask: confidence < s.resolver.threshold, Path: s.path,
		}}
	}
	s.step(layer, "", false)
	return nil
}

// fromTag is what the -u- extension of the message's tag states about the dimension:
// a clock set by the person. It yields to what the person said.
func (s *search) fromTag() []Preference {
	if s.dimension != HourCycle {
		return nil
	}
	var kind HourCycleKind
	value := s.context.Lang.TypeForKey("hc")
	if kind.UnmarshalText([]byte(value)) != nil {
		return nil
	}
	return []Preference{{Dimension: HourCycle, Value: value, Text: "the clock that the language tag asks for", Note: "-u-hc-" + value}}
}

// hosts asks the packs in their order.
func (s *search) hosts() []Answer[Guidance] {
	for _, x := range s.resolver.host {
		own, general := x.lookup(s, true)
		if a := s.found(HostLayer, key(s.region, s.tag), x, append(own, general...)); a != nil {
			return a
		}
		for t := range Parents(s.tag) {
			if facts := x.ofLocale(t, s.dimension); facts != nil {
				return s.found(HostLayer, t.String(), x, facts)
			}
		}
	}
	return nil
}

// speaks reports whether a fact's language is that of the search: its tag, with the
// region of the search and the script that is usual there, or a parent of it. Guidance
// for zh-Hant is none for a message in zh-Hans.
func (s *search) speaks(locale language.Tag) bool {
	if !SameLanguage(locale, s.tag) {
		return false
	}
	base, script, _ := plain(s.tag).Raw()
	there, err := language.Compose(base, script, s.region)
	if err != nil || s.region == (language.Region{}) {
		there = s.tag
	}
	usual, _ := there.Script()
	written, _ := language.Compose(there, usual)
	locale = plain(locale)
	for _, from := range [...]language.Tag{s.tag, there, written} {
		for t := range Parents(from) {
			if t == locale {
				return true
			}
		}
	}
	return false
}

// ofRegion asks the built-in facts for the region that name no language, and then
// the tables of CLDR.
func (s *search) ofRegion() []Answer[Guidance] {
	if a, ok := s.dated(); ok {
		s.step(RegionLayer, regionText(s.region), true)
		return s.pathed(a)
	}
	_, general := s.resolver.builtin.lookup(s, false)
	if len(general) == 0 && s.resolver.builtin != nil {
		if a, ok := s.tabled(); ok {
			s.step(RegionLayer, regionText(s.region)+" in CLDR", true)
			return s.pathed(a)
		}
	}
	return s.found(RegionLayer, regionText(s.region), s.resolver.builtin, general)
}

// ofParents asks for the language and its parents within the same base language, each
// in the facts and then in the tables of CLDR.
func (s *search) ofParents() []Answer[Guidance] {
	for t := range Parents(s.tag) {
		facts := s.resolver.builtin.ofLocale(t, s.dimension)
		if a := s.found(ParentLayer, t.String(), s.resolver.builtin, facts); a != nil {
			return a
		}
	}
	if a, ok := s.periods(); ok && s.resolver.builtin != nil {
		s.step(ParentLayer, a.Value.Locale.String()+" in CLDR", true)
		return s.pathed(a)
	}
	return nil
}

func (s *search) pathed(a Answer[Guidance]) []Answer[Guidance] {
	a.Path = s.path
	return []Answer[Guidance]{a}
}

func (s *search) neutral() []Answer[Guidance] {
	s.step(NeutralLayer, "", true)
	return []Answer[Guidance]{{
		Value: Guidance{Dimension: s.dimension, Text: "ask how the person prefers it"},
		Basis: Fallback, Ask: true, Path: s.path,
	}}
}

// axes are the region and the language by which the dimension is looked up. A name
// tradition without a region of its own takes the declared region only where that
// does not contradict it, that is where the message is in the same language.
func (s *search) axes() (language.Region, language.Tag) {
	tag := s.context.Lang
	region, ok := today(s.context.Region, tag)
	if !ok {
		region, _ = RegionOf(tag)
	}
	name := s.context.NameLocale
	if s.dimension.Axis() != NameAxis || name == language.Und {
		return region, tag
	}
	if own, ok := RegionOf(name); ok {
		return own, name
	}
	if SameLanguage(name, tag) {
		return region, name
	}
	return language.Region{}, name
}

// answers turns facts into answers; Ask is set below the threshold, in conflict,
// for part of a region, for a rule of law, which is to be verified, and for the
// manners of a language other than that of the message.
func (s *search) answers(x *index, facts []*entry, host bool) []Answer[Guidance] {
	out := make([]Answer[Guidance], 0, len(facts))
	for _, f := range facts {
		rating := f.rated(x.made, s.context.On)
		a := Answer[Guidance]{
			Value: Guidance{
				Dimension: f.Dimension, Value: f.Value, Text: f.Text, Fact: f.ID,
				Region: f.Region, Locale: f.Locale, Scope: f.Scope, AsOf: f.AsOf,
			},
			Basis: f.basis(host), Confidence: rating.Confidence(), Rating: rating, Facts: []FactID{f.ID},
			Path: slices.Clone(s.path), Sources: make([]Source, 0, len(f.Sources)),
		}
		for _, id := range f.Sources {
			a.Sources = append(a.Sources, x.sources[id])
		}
		if f.opposed != nil {
			a.Conflicts = []FactID{f.opposed.ID}
		}
		a.Ask = a.Confidence < s.resolver.threshold || f.opposed != nil || f.Scope == SubRegion ||
			f.Kind == Legal || s.foreign(f)
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b Answer[Guidance]) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return out
}

// foreign reports a fact about a language dimension that names no language, in a
// region that is not known to have the language of the message among its own: what is
// told of Germany's formal you says little about a letter in Turkish. The languages of
// a region are those that the built-in facts and the host's list, together, and those that
// CLDR gives an official status there; a region of which none is listed knows no language.
func (s *search) foreign(f *entry) bool {
	if s.dimension.Axis() != LanguageAxis || f.Locale != language.Und || s.tag == language.Und {
		return false
	}
	for _, x := range append(slices.Clone(s.resolver.host), s.resolver.builtin) {
		if x != nil && slices.Contains(x.spoken[f.Region], baseOf(s.tag)) {
			return false
		}
	}
	t, _ := TerritoryOf(f.Region)
	return !t.Official(s.tag)
}
