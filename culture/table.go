package culture

import (
	"strings"
	"time"
)

// cldr is the source of the tables.
func cldr() Source {
	return Source{
		ID: "cldr48", URL: "npm:cldr-core/v/48.2.0", Publisher: "Unicode CLDR 48.2 (cldr-core)", Tier: TierA,
		Origin: "unicode-cldr", Note: "Unicode-3.0 licence",
	}
}

// tabled answers the dimensions of a region that CLDR has for every region.
func (s *search) tabled() (Answer[Guidance], bool) {
	t, ok := TerritoryOf(s.region)
	if !ok {
		return Answer[Guidance]{}, false
	}
	g := Guidance{Dimension: s.dimension, Region: t.region, Scope: TerritoryScope}
	switch s.dimension {
	case Weekend:
		g.Value = weekendValue(t.row.weekend)
		g.Text = "CLDR weekData: days of rest " + t.row.weekend.String()
	case HourCycle:
		g.Value = t.HourCycle().String()
		g.Text = "CLDR timeData: preferred clock " + g.Value
	case Languages:
		var official []string
		for _, l := range t.Languages() {
			if l.Status != Unofficial {
				official = append(official, strings.ReplaceAll(l.Tag.String(), "-", "_"))
			}
		}
		if official == nil {
			return Answer[Guidance]{}, false
		}
		g.Value = strings.Join(official, ",")
		g.Text = "CLDR territoryInfo: official or regional " + strings.Join(official, ", ")
	default:
		return Answer[Guidance]{}, false
	}
	return s.standard(g), true
}

// spokenClock answers with the clock of a language in a region where CLDR has one of
// its own, such as fr-CA.
func (s *search) spokenClock() (Answer[Guidance], bool) {
	t, ok := TerritoryOf(s.region)
	if s.dimension != HourCycle || !ok || s.resolver.builtin == nil {
		return Answer[Guidance]{}, false
	}
	row, ok := hourRows()[baseOf(s.tag)+"-"+t.row.code]
	if !ok {
		return Answer[Guidance]{}, false
	}
	return s.standard(Guidance{
		Dimension: HourCycle, Region: t.region, Scope: TerritoryScope, Value: row.preferred.String(),
		Text: "CLDR timeData: preferred clock in " + baseOf(s.tag) + " " + row.preferred.String(),
	}), true
}

// periods answers when the evening begins in a language.
func (s *search) periods() (Answer[Guidance], bool) {
	if s.dimension != GreetingHours {
		return Answer[Guidance]{}, false
	}
	periods, tag, ok := periodsOf(s.tag)
	clock, ok2 := clockOf(periods)
	if !ok || !ok2 {
		return Answer[Guidance]{}, false
	}
	return s.standard(Guidance{
		Dimension: GreetingHours, Locale: tag, Scope: Locale, Value: clock.String(),
		Text: "CLDR dayPeriods for " + tag.String() + ": " + clock.String(),
	}), true
}

// standard is an answer from CLDR's tables.
func (s *search) standard(g Guidance) Answer[Guidance] {
	rating := Rating{Tier: TierA, Origins: 1, Prior: TierA.weight(), Stated: TierA.weight()}
	if s.resolver.builtin != nil {
		rating.grow(&Fact{Kind: Data}, s.resolver.builtin.made, s.context.On)
	}
	return Answer[Guidance]{
		Value: g, Basis: Standard, Confidence: rating.Confidence(), Rating: rating, Sources: []Source{cldr()},
		Ask: rating.Confidence() < s.resolver.threshold,
	}
}

// dated answers from a weekend record where it says something else than CLDR: on an
// earlier day, or in a region for which CLDR is not enough. The last is to ask.
func (s *search) dated() (Answer[Guidance], bool) {
	if s.dimension != Weekend || s.resolver.builtin == nil {
		return Answer[Guidance]{}, false
	}
	t, ok := TerritoryOf(s.region)
	if !ok {
		return Answer[Guidance]{}, false
	}
	r, ok := weekendRecord(t.row.code, s.context.On)
	if !ok || r.Days == t.row.weekend {
		return Answer[Guidance]{}, false
	}
	g := Guidance{
		Dimension: Weekend, Region: t.region, Scope: RegionAverage, Value: weekendValue(r.Days), Text: "days of rest " + r.Days.String(),
		AsOf: r.Reviewed.String(),
	}
	if !r.Until.IsZero() {
		g.Text += " until " + r.Until.String()
	}
	if r.Note != "" {
		g.Text += " (" + r.Note + ")"
	}
	rating := Rating{Tier: r.Source.Tier, Origins: 1, Prior: r.Source.Tier.weight(), Stated: r.Source.Tier.weight()}
	return Answer[Guidance]{
		Value: g, Basis: Reported, Confidence: rating.Confidence(), Rating: rating, Sources: []Source{r.Source},
		Ask: r.Until.IsZero() || rating.Confidence() < s.resolver.threshold,
	}, true
}

// weekendValue writes days as the facts do: "sat-sun" for days in a row, from the first
// to the last ("fri-fri" for one), else with commas.
func weekendValue(w Weekdays) string {
	short := func(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }
	for first := time.Sunday; first <= time.Saturday; first++ {
		if !w.Has(first) || w.Has((first+6)%7) {
			continue
		}
		run, last := WeekdaysOf(first), first
		for w.Has((last + 1) % 7) {
			last = (last + 1) % 7
			run |= WeekdaysOf(last)
		}
		if run == w {
			return short(first) + "-" + short(last)
		}
	}
	var names []string
	for _, d := range w.Days() {
		names = append(names, short(d))
	}
	return strings.Join(names, ",")
}

// parseWeekend reads a value of Weekend.
func parseWeekend(value string) (Weekdays, bool) {
	var days Weekdays
	for part := range strings.SplitSeq(value, ",") {
		some, ok := parseDays(part)
		if !ok {
			return 0, false
		}
		days |= some
	}
	return days, true
}
