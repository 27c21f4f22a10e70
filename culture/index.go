package culture

import (
	"cmp"
	"slices"

	"golang.org/x/text/language"
)

// index finds the facts of one pack. A nil index has none.
type index struct {
	made     Date
	sources  map[string]Source
	byID     map[FactID]*entry
	byRegion map[regionKey][]*entry
	byLocale map[localeKey][]*entry
	spoken   map[language.Region][]string // base languages of the facts under Languages
}

// entry is a fact in its index.
type entry struct {
	Fact
	rating    Rating // without age
	opposed   *entry // by the fact that it conflicts with, unless an override dropped that
	successor *entry // the fact that takes its place
	changed   bool   // by an override
}

type regionKey struct {
	region    language.Region
	dimension Dimension
}

type localeKey struct {
	locale    language.Tag
	dimension Dimension
}

// index sorts the facts for lookup, after the overrides. Within a key the most certain
// comes first, then by id.
func (p pack) index(changes map[FactID]override) *index {
	x := &index{
		made: p.made, sources: p.sources, byID: make(map[FactID]*entry, len(p.facts)),
		byRegion: map[regionKey][]*entry{}, byLocale: map[localeKey][]*entry{}, spoken: map[language.Region][]string{},
	}
	entries := make([]entry, 0, len(p.facts))
	for _, f := range p.facts {
		e := entry{Fact: f, rating: prior(&f, p.sources)}
		if change, ok := changes[f.ID]; ok && !e.change(change) {
			continue // dropped
		}
		entries = append(entries, e)
	}
	for i := range entries {
		x.byID[entries[i].ID] = &entries[i]
	}
	for i := range entries {
		x.link(&entries[i])
	}
	for i := range entries {
		x.place(&entries[i])
	}
	certain := func(a, b *entry) int {
		return cmp.Or(cmp.Compare(b.rating.Confidence(), a.rating.Confidence()), cmp.Compare(a.ID, b.ID))
	}
	for _, facts := range x.byRegion {
		slices.SortFunc(facts, certain)
	}
	for _, facts := range x.byLocale {
		slices.SortFunc(facts, certain)
	}
	return x
}

// link finds what stands against the fact and what replaces it.
func (x *index) link(e *entry) {
	e.successor = x.byID[e.SupersededBy]
	if other := x.byID[e.ConflictsWith]; other != nil {
		e.opposed = other
		e.rating.oppose(min(other.rating.Prior, other.rating.Stated))
	}
}

// place files the fact under its keys.
func (x *index) place(e *entry) {
	at := regionKey{e.Region, e.Dimension}
	x.byRegion[at] = append(x.byRegion[at], e)
	if e.Locale != language.Und {
		at := localeKey{plain(e.Locale), e.Dimension}
		x.byLocale[at] = append(x.byLocale[at], e)
	}
	if e.Dimension == Languages {
		x.spoken[e.Region] = append(x.spoken[e.Region], bases(e.Value)...)
	}
}

// rated is the rating on a day.
func (e *entry) rated(made, on Date) Rating {
	r := e.rating
	r.grow(&e.Fact, made, on)
	return r
}

// holds reports whether the fact is answered on a day: it is not superseded, and a rule
// of law has come into force. A rule holds until the one that replaces it is in force.
func (e *entry) holds(made, on Date) bool {
	if e.Kind != Legal {
		return e.successor == nil
	}
	if on.IsZero() {
		on = made
	}
	if first, _, ok := span(e.AsOf); ok && !on.IsZero() && on.Compare(first) < 0 {
		return false
	}
	return e.successor == nil || !e.successor.holds(made, on)
}

// basis is what an answer from the fact rests on.
func (e *entry) basis(host bool) Basis {
	switch {
	case e.Kind == Legal:
		return Statute
	case host || e.changed:
		return Host
	case e.Kind == Data:
		return Standard
	default:
		return Reported
	}
}

// lookup finds the facts of the search's region: those for the language, where it is
// asked for, and those that name no language. Facts for another language are left out,
// and so are those for another script or region of the same one.
func (x *index) lookup(s *search, withLanguage bool) (own, general []*entry) {
	if x == nil {
		return nil, nil
	}
	for _, e := range x.byRegion[regionKey{s.region, s.dimension}] {
		switch {
		case !e.holds(x.made, s.context.On):
		case e.Locale == language.Und:
			general = append(general, e)
		case withLanguage && s.speaks(e.Locale):
			own = append(own, e)
		}
	}
	return own, general
}

// ofLocale finds the facts that are published for exactly this language, whatever
// region they were listed under; equal values are given once.
func (x *index) ofLocale(tag language.Tag, d Dimension) []*entry {
	if x == nil {
		return nil
	}
	var found []*entry
	for _, e := range x.byLocale[localeKey{tag, d}] {
		if e.successor == nil && !slices.ContainsFunc(found, func(g *entry) bool { return g.Value == e.Value }) {
			found = append(found, e)
		}
	}
	return found
}
