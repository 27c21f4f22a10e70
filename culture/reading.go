package culture

import (
	"slices"

	"golang.org/x/text/language"
)

// one answers a dimension with a single typed value: that of the most certain fact whose
// key has one. Facts of the same layer that read differently count as conflicts, and
// the answer is to ask. Where no key has a typed value the answer is the neutral one, with
// the reasons of the first fact, and Ask.
func one[T comparable](r *Resolver, c Context, d Dimension, read func(string) (T, bool), neutral T) Answer[T] {
	all := r.Guidance(c, d)
	first := slices.IndexFunc(all, func(a Answer[Guidance]) bool { _, ok := read(a.Value.Value); return ok })
	if first < 0 {
		a := retyped(all[0], neutral)
		a.Ask = true
		return a
	}
	value, _ := read(all[first].Value.Value)
	a := retyped(all[first], value)
	for _, other := range all[first+1:] {
		if v, ok := read(other.Value.Value); ok && v != value && !slices.Contains(a.Conflicts, other.Value.Fact) {
			a.Conflicts = append(slices.Clip(a.Conflicts), other.Value.Fact)
			a.Ask = true
		}
	}
	return a
}

// several answers a dimension with one typed value for each fact that has one, in the
// order of Guidance; never empty, since without any it is the zero value with Ask.
func several[T any](r *Resolver, c Context, d Dimension, read func(string) (T, bool)) []Answer[T] {
	all := r.Guidance(c, d)
	var out []Answer[T]
	for _, a := range all {
		if v, ok := read(a.Value.Value); ok {
			out = append(out, retyped(a, v))
		}
	}
	if out == nil {
		var none T
		a := retyped(all[0], none)
		a.Ask = true
		out = []Answer[T]{a}
	}
	return out
}

// retyped is the answer with another value.
func retyped[T any](g Answer[Guidance], value T) Answer[T] {
	return Answer[T]{
		Value: value, Basis: g.Basis, Confidence: g.Confidence, Rating: g.Rating, Ask: g.Ask,
		Sources: g.Sources, Facts: g.Facts, Conflicts: g.Conflicts, Path: g.Path,
	}
}

// byName reads a value of an enumeration, up to its last, by its own name; a person's
// or a host's word need not know the keys of the built-in facts.
func byName[E enum](name string, last E) (E, bool) {
	for v := E(1); v <= last; v++ {
		if v.String() == name {
			return v, true
		}
	}
	return 0, false
}

// Directness answers how plainly a no or a fault is said there.
func (r *Resolver) Directness(c Context) Answer[DirectnessLevel] {
	return one(r, c, Directness, directnessOf, 0)
}

// Punctuality answers what being on time means there.
func (r *Resolver) Punctuality(c Context) Answer[PunctualityLevel] {
	return one(r, c, Punctuality, punctualityOf, 0)
}

// SmallTalk answers how much talk comes before the matter.
func (r *Resolver) SmallTalk(c Context) Answer[SmallTalkLevel] {
	return one(r, c, SmallTalk, smallTalkOf, 0)
}

// Weekend answers with the days of rest on the day of the question.
func (r *Resolver) Weekend(c Context) Answer[Weekdays] { return one(r, c, Weekend, parseWeekend, 0) }

// HourCycle answers with the clock. What the extension -u-hc- of the message's tag asks
// for counts as the person's word; what the person stated comes before it.
func (r *Resolver) HourCycle(c Context) Answer[HourCycleKind] {
	return one(r, c, HourCycle, hourCycleNamed, 0)
}

// GreetingHours answers when the morning and the evening begin for greetings in the
// language of the message. [DayPartAt] tells the part of the day at a time.
func (r *Resolver) GreetingHours(c Context) Answer[GreetingClock] {
	return one(r, c, GreetingHours, parseGreetingClock, GreetingClock{})
}

// NameOrder answers in which order the parts of the name stand in its own tradition:
// what guides report, else what CLDR has for the language.
func (r *Resolver) NameOrder(c Context) Answer[NameSequence] {
	a := one(r, c, NameOrder, nameOrderOf, 0)
	if a.Value != 0 {
		return a
	}
	if c.NameLocale != language.Und {
		c.Lang = c.NameLocale // the order is the name's, not the message's
		c.Region, _ = RegionOf(c.NameLocale)
	}
	b := one(r, c, NameOrderCLDR, nameOrderOf, 0)
	b.Path = append(slices.Clip(a.Path), b.Path...)
	return b
}

// Languages answers with the official languages of the region and those in common use,
// each with its share and standing where CLDR has them. Value is nil where nothing is known.
func (r *Resolver) Languages(c Context) Answer[[]RegionLanguage] {
	a := several(r, c, Languages, languagesOf)[0]
	if a.Basis != Standard {
		return a
	}
	region, ok := today(c.Region, c.Lang)
	if !ok {
		region, _ = RegionOf(c.Lang)
	}
	if t, ok := TerritoryOf(region); ok {
		a.Value = t.Languages()
	}
	return a
}

// Apologies answers with what makes an apology one there; the styles add up.
func (r *Resolver) Apologies(c Context) []Answer[ApologyStyle] {
	return several(r, c, Apology, apologyOf)
}

// Negotiations answers with the pace and the standing of a negotiation; they add up.
func (r *Resolver) Negotiations(c Context) []Answer[NegotiationStyle] {
	return several(r, c, Negotiation, negotiationOf)
}

// Greetings answers with how a meeting opens; the forms add up.
func (r *Resolver) Greetings(c Context) []Answer[GreetingForm] {
	return several(r, c, Greeting, greetingOf)
}

// Gifts answers with whether and how gifts are given; the customs add up.
func (r *Resolver) Gifts(c Context) []Answer[GiftCustom] { return several(r, c, Gift, giftOf) }

// FaceConcerns answers with what harms standing before others; the concerns add up.
func (r *Resolver) FaceConcerns(c Context) []Answer[FaceConcern] {
	return several(r, c, Face, faceOf)
}

// NonVerbals answers with silence, gaze, hands and distance; the cues add up.
func (r *Resolver) NonVerbals(c Context) []Answer[NonVerbalCue] {
	return several(r, c, NonVerbal, nonVerbalOf)
}

// Services answers with what good service is taken to be; the customs add up.
func (r *Resolver) Services(c Context) []Answer[ServiceCustom] {
	return several(r, c, ServiceExpectation, serviceOf)
}

// Titles answers with how titles are used in the tradition of the name.
func (r *Resolver) Titles(c Context) []Answer[TitleCustom] { return several(r, c, TitleUsage, titleOf) }

// AddressForms answers with the part of the name by which people are addressed in its
// tradition.
func (r *Resolver) AddressForms(c Context) []Answer[AddressCustom] {
	return several(r, c, AddressForm, addressOf)
}

// Channels answers with the channels that are preferred there.
func (r *Resolver) Channels(c Context) []Answer[ChannelChoice] {
	return several(r, c, ChannelPreference, channelOf)
}

// ContactTimes answers with customary hours, where the source gives a timetable; nil
// where none does. Guidance on ContactHours has the customs without hours, too.
func (r *Resolver) ContactTimes(c Context) []Answer[[]Hours] {
	return several(r, c, ContactHours, parseHours)
}

// LegalTimes answers with the hours of rules of law, as secondary texts report them, on
// the day of the question; nil where a rule has none (consent only). Every one is to be
// verified. Package contact knows purposes and narrower states.
func (r *Resolver) LegalTimes(c Context) []Answer[[]Hours] {
	return several(r, c, QuietHours, parseHours)
}

// Seasons answers with the months and feasts in which little happens.
func (r *Resolver) Seasons(c Context) []Answer[Season] { return several(r, c, Seasonal, seasonOf) }
