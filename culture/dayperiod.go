package culture

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// DayPeriod is a stretch of the day that a language has a name for, [From, Before).
// Night may run past midnight: then Before is not after From.
type DayPeriod struct {
	Name   string    `json:"name"` // CLDR's, such as "afternoon1"
	Part   DayPart   `json:"part"`
	From   TimeOfDay `json:"from"`
	Before TimeOfDay `json:"before"`
}

// Has reports whether a time of day lies in the period; 24:00 is 00:00.
func (p DayPeriod) Has(t TimeOfDay) bool {
	if t == 24*60 {
		t = 0
	}
	if p.From < p.Before {
		return p.From <= t && t < p.Before
	}
	return t >= p.From || t < p.Before
}

// dayPeriods is the generated table by language. The slices are shared and only read.
var dayPeriods = sync.OnceValue(func() map[string][]DayPeriod {
	all := map[string][]DayPeriod{}
	for line := range strings.Lines(tables.DayPeriodRows) {
		tag, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		for item := range strings.FieldsSeq(text) {
			f := strings.Split(item, ":")
			from, _ := strconv.Atoi(f[0])
			before, _ := strconv.Atoi(f[1])
			all[tag] = append(all[tag], DayPeriod{f[2], partOf(f[2]), TimeOfDay(from), TimeOfDay(before)})
		}
	}
	return all
})

// DayPeriods are the parts of the day in a language, by the hour at which they begin;
// false where CLDR 48.2 has none for the language or a parent of it. They differ: what
// opens with "good evening" begins at 12:00 in Spanish (tarde), at 16:00 in Japanese and at
// 18:00 in English and German.
func DayPeriods(tag language.Tag) ([]DayPeriod, bool) {
	periods, _, ok := periodsOf(tag)
	return slices.Clone(periods), ok
}

// periodsOf gives, too, the language whose periods they are.
func periodsOf(tag language.Tag) ([]DayPeriod, language.Tag, bool) {
	for t := range Parents(tag) {
		if periods, ok := dayPeriods()[t.String()]; ok {
			return periods, t, true
		}
	}
	return nil, language.Und, false
}

// DayPartAt is the part of the day at a time, in a language; false where the language
// has no periods in CLDR or the time is outside 0 to 24 hours.
func DayPartAt(tag language.Tag, at TimeOfDay) (DayPart, bool) {
	if at < 0 || at > 24*60 {
		return 0, false
	}
	periods, _, _ := periodsOf(tag)
	for _, p := range periods {
		if p.Has(at) {
			return p.Part, p.Part != 0
		}
	}
	return 0, false
}

// GreetingClock is when the parts of the day begin for greetings. A part that a
// language does not have is absent (Spanish goes from mañana to tarde, which CLDR calls evening).
type GreetingClock struct {
	Morning TimeOfDay `json:"morning"`
	Evening TimeOfDay `json:"evening"`
}

// String is the clock as the facts write it: "morning 05:00; evening 18:00".
func (g GreetingClock) String() string {
	return "morning " + g.Morning.String() + "; evening " + g.Evening.String()
}

// clockOf is the greeting clock of a language: the first morning and the first evening;
// false where the language lacks either.
func clockOf(periods []DayPeriod) (GreetingClock, bool) {
	first := func(part DayPart) (TimeOfDay, bool) {
		i := slices.IndexFunc(periods, func(p DayPeriod) bool { return p.Part == part })
		if i < 0 {
			return 0, false
		}
		return periods[i].From, true
	}
	morning, ok := first(Morning)
	evening, ok2 := first(Evening)
	return GreetingClock{morning, evening}, ok && ok2
}

// parseGreetingClock reads the value of GreetingHours.
func parseGreetingClock(value string) (GreetingClock, bool) {
	first, second, ok := strings.Cut(value, ";")
	from, ok2 := strings.CutPrefix(strings.TrimSpace(first), "morning ")
	to, ok3 := strings.CutPrefix(strings.TrimSpace(second), "evening ")
	morning, ok4 := parseClock(from)
	evening, ok5 := parseClock(to)
	return GreetingClock{morning, evening}, ok && ok2 && ok3 && ok4 && ok5
}
