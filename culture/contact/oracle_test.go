package contact_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/contact"
)

// oracle answers as slowly as can be: boundaries are found by walking the clock minute
// by minute, and every rule is asked about every instant.
type oracle struct {
	rules []contact.Rule
	zone  *time.Location
	known map[int]time.Time // boundaries, by minutes of readings
}

// boundary is the first instant that reads at or after a minute of a day, counted from
// 1970.
func (o *oracle) boundary(day, minute int) time.Time {
	want := day*1440 + minute
	if at, ok := o.known[want]; ok {
		return at
	}
	at := time.Unix(int64(want)*60, 0).Add(-27 * time.Hour).In(o.zone)
	for {
		year, month, date := at.Date()
		if reads := int(time.Date(year, month, date, at.Hour(), at.Minute(), 0, 0, time.UTC).Unix() / 60); reads >= want {
			break
		}
		at = at.Add(time.Minute)
	}
	o.known[want] = at
	return at
}

// day is the local day of an instant: it has begun, and the next has not.
func (o *oracle) day(at time.Time) int {
	day := int(at.Unix()/86400) - 2
	for !at.Before(o.boundary(day+1, 0)) {
		day++
	}
	return day
}

func dateOf(day int) culture.Date { return culture.DateOf(time.Unix(int64(day)*86400, 0).UTC()) }

func weekdayOf(day int) time.Weekday { return time.Unix(int64(day)*86400, 0).UTC().Weekday() }

func (o *oracle) within(hours []culture.Hours, at time.Time) bool {
	day := o.day(at)
	for _, h := range hours {
		if (h.Days == 0 || h.Days.Has(weekdayOf(day))) && !at.Before(o.boundary(day, int(h.From))) && at.Before(o.boundary(day, int(h.Before))) {
			return true
		}
	}
	return false
}

func among[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// about reports whether a rule speaks about a question, in a place.
func (o *oracle) about(r *contact.Rule, q *contact.Question, place string, at time.Time) bool {
	on := dateOf(o.day(at))
	return among(r.Purposes, q.Purpose) && among(r.Channels, q.Channel) && (r.Audience == 0 || r.Audience == q.Audience) &&
		(r.From.IsZero() || on.Compare(r.From) >= 0) && (r.Until.IsZero() || on.Compare(r.Until) < 0) &&
		(r.Place == "*" || r.Place == q.Region.String() || r.Place == place)
}

func (o *oracle) open(r *contact.Rule, q *contact.Question, at time.Time) bool {
	day := o.day(at)
	_, holiday := q.Holidays(dateOf(day))
	territory, _ := culture.TerritoryOf(q.Region)
	tried := 0
	for _, t := range q.Attempts {
		if !t.After(at) && o.day(t)+r.Attempts.Days > day {
			tried++
		}
	}
	resting := r.AfterRefusal > 0 && !q.Refused.IsZero() && !q.Refused.After(at) && day < o.day(q.Refused)+r.AfterRefusal
	switch {
	case r.Consent && !q.Consent && (!r.UnlessBound || !q.Bound), r.Never, resting,
		r.Attempts.N > 0 && tried >= r.Attempts.N,
		holiday && r.Holidays != nil && len(r.Holidays.Hours) == 0,
		r.Weekend && territory.Weekend(dateOf(day)).Has(weekdayOf(day)):
		return false
	case r.OwnHours && len(q.Own.Hours) > 0 && !q.Own.Observed:
		return true
	case o.within(r.Avoid, at):
		return false
	case holiday && r.Holidays != nil:
		return o.within(r.Holidays.Hours, at)
	}
	return len(r.Hours) == 0 || o.within(r.Hours, at)
}

// advised is [contact.Decision.May] and [contact.Decision.Advised].
func (o *oracle) advised(q *contact.Question, at time.Time) (may, advised bool) {
	may, custom, sure := !slices.Contains(q.Own.Never, q.Channel), true, true
	own := slices.ContainsFunc(o.rules, func(r contact.Rule) bool {
		return r.Kind == contact.Customary && r.Place != "*" && (r.Never || len(r.Hours) > 0) && o.about(&r, q, q.Place, at)
	})
	for i := range o.rules {
		r := &o.rules[i]
		if q.Place == "" && strings.HasPrefix(r.Place, q.Region.String()+"-") {
			sure = sure && (r.Kind != contact.Legal || !o.about(r, q, r.Place, at) || o.open(r, q, at))
			continue
		}
		if !o.about(r, q, q.Place, at) {
			continue
		}
		if r.Kind == contact.Legal {
			may = may && o.open(r, q, at)
		} else if r.Place != "*" || !own {
			custom = custom && o.open(r, q, at)
		}
	}
	custom = custom && !o.within(q.Avoid(dateOf(o.day(at))), at)
	if len(q.Own.Hours) > 0 {
		may, custom = may && o.within(q.Own.Hours, at), true
	}
	return may, may && sure && custom
}

// places are zones with something odd soon after an instant: clocks that change, by
// an hour, half of one, at or over midnight; a day that was left out; the day on which a
// law came into force.
func places() map[string][]time.Time {
	utc := func(year int, month time.Month, day, hour int) time.Time {
		return time.Date(year, month, day, hour, 0, 0, 0, time.UTC)
	}
	return map[string][]time.Time{
		"Europe/Paris":        {utc(2026, 3, 28, 12), utc(2026, 10, 24, 12), utc(2026, 8, 9, 20)},
		"America/New_York":    {utc(2026, 3, 7, 20), utc(2026, 10, 31, 20)},
		"Australia/Lord_Howe": {utc(2026, 4, 4, 0), utc(2026, 10, 3, 0)},
		"America/St_Johns":    {utc(2010, 3, 13, 12), utc(2010, 11, 6, 12)},
		"America/Sao_Paulo":   {utc(2018, 11, 3, 12)},
		"Africa/Cairo":        {utc(2026, 4, 23, 6), utc(2026, 10, 29, 6)},
		"Pacific/Apia":        {utc(2011, 12, 29, 18)},
		"Asia/Kolkata":        {utc(2019, 2, 27, 0)},
	}
}

func drawHours(t *rapid.T, name string) []culture.Hours {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) culture.Hours {
		from := rapid.IntRange(0, 1439).Draw(t, "from")
		h := culture.Hours{From: culture.TimeOfDay(from), Before: culture.TimeOfDay(rapid.IntRange(from+1, 1440).Draw(t, "before"))}
		if rapid.Bool().Draw(t, "some days") {
			h.Days = culture.WeekdaysOf(time.Weekday(rapid.IntRange(0, 6).Draw(t, "day")), time.Weekday(rapid.IntRange(0, 6).Draw(t, "and day")))
		}
		return h
	}), 0, 3).Draw(t, name)
}

func drawQuestion(t *rapid.T, zone *time.Location, from time.Time) contact.Question {
	regions := []string{"US", "FR", "IN", "SA", "CH", "DE", "AU", "CA", "MY", "JP", "BR", "NL", "TW"}
	q := question(rapid.SampledFrom(regions).Draw(t, "region"), contact.Marketing, contact.Call)
	if rapid.Bool().Draw(t, "any purpose") {
		q.Purpose, q.Channel = contact.Purpose(rapid.IntRange(1, 5).Draw(t, "purpose")), contact.Channel(rapid.IntRange(1, 6).Draw(t, "channel"))
	}
	q.Zone, q.Audience = zone, contact.Audience(rapid.IntRange(1, 2).Draw(t, "audience"))
	q.Consent, q.Bound = rapid.Bool().Draw(t, "consent"), rapid.Bool().Draw(t, "bound")
	if q.Region == language.MustParseRegion("US") {
		q.Place = rapid.SampledFrom([]string{"", "US-FL", "US-RI", "US-TX", "US-NY"}).Draw(t, "place")
	}
	ago := rapid.IntRange(-2*1440, 33*1440)
	for _, minutes := range rapid.SliceOfN(ago, 0, 9).Draw(t, "attempts") {
		q.Attempts = append(q.Attempts, from.Add(-time.Duration(minutes)*time.Minute))
	}
	if rapid.Bool().Draw(t, "refused") {
		q.Refused = from.Add(-time.Duration(2*ago.Draw(t, "refusal")) * time.Minute)
	}
	if rapid.Bool().Draw(t, "said") {
		q.Own = contact.Own{Hours: drawHours(t, "own"), Observed: rapid.Bool().Draw(t, "observed")}
		q.Own.Never = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) contact.Channel { return contact.Channel(rapid.IntRange(1, 6).Draw(t, "not by")) }), 0, 1).Draw(t, "never")
	}
	holiday := rapid.IntRange(0, 9).Draw(t, "holiday")
	q.Holidays = func(d culture.Date) (string, bool) { return "Feast", d.Day%5 == holiday }
	avoid := drawHours(t, "avoid")
	if rapid.Bool().Draw(t, "nothing to avoid") {
		avoid = nil
	}
	q.Avoid = func(culture.Date) []culture.Hours { return avoid }
	return q
}

// What is decided, what comes next and what the days hold are as the slow model has
// them.
func TestAgainstOracle(t *testing.T) {
	t.Parallel()
	d := desk(t)
	known := map[string]map[int]time.Time{}
	zones := places()
	names := []string{"Africa/Cairo", "America/New_York", "America/Sao_Paulo", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Paris", "Pacific/Apia"}
	require.Len(t, names, len(zones))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "zone")
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		if known[name] == nil {
			known[name] = map[int]time.Time{}
		}
		o := &oracle{rules: d.Rules(), zone: loc, known: known[name]}
		from := rapid.SampledFrom(zones[name]).Draw(t, "soon").Add(time.Duration(rapid.IntRange(0, 1440).Draw(t, "minutes")) * time.Minute)
		q := drawQuestion(t, loc, from)
		for range 5 {
			at := from.Add(time.Duration(rapid.IntRange(0, 3*1440).Draw(t, "later")) * time.Minute)
			dec, err := d.Decide(q, at)
			require.NoError(t, err)
			may, advised := o.advised(&q, at)
			require.Equal(t, []bool{may, advised}, []bool{dec.May(), dec.Advised()}, "%s\n%s", at, dec.Explain())
		}
		o.next(t, d, q, from)
		o.days(t, d, q, o.day(from)+1)
	})
}

// next compares the next two days, with what is known at the instant.
func (o *oracle) next(t *rapid.T, d *contact.Desk, q contact.Question, from time.Time) {
	next, err := d.Next(q, from)
	past := q
	past.Attempts = slices.DeleteFunc(slices.Clone(q.Attempts), func(t time.Time) bool { return t.After(from) })
	if q.Refused.After(from) {
		past.Refused = time.Time{}
	}
	want := from
	for ; want.Before(from.AddDate(0, 0, 2)); want = want.Add(time.Minute) {
		if _, advised := o.advised(&past, want); advised {
			require.NoError(t, err)
			require.Equal(t, want.UTC(), next.Start.UTC())
			return
		}
	}
	if err == nil {
		require.False(t, next.Start.Before(want))
		return
	}
	var closed *contact.ClosedError
	require.ErrorAs(t, err, &closed)
	require.NotEmpty(t, closed.Reasons)
	for _, r := range closed.Reasons {
		require.Equal(t, contact.Closed, r.Standing)
		require.NotEmpty(t, r.Why)
	}
}

// days compares one day; its attempts and refusals count from its start.
func (o *oracle) days(t *rapid.T, d *contact.Desk, q contact.Question, day int) {
	got, err := d.Days(q, dateOf(day), 1)
	require.NoError(t, err)
	start, end := o.boundary(day, 0), o.boundary(day+1, 0)
	early := q
	early.Attempts = nil
	for _, at := range q.Attempts {
		if at.After(start) && at.Before(end) {
			at = start
		}
		early.Attempts = append(early.Attempts, at)
	}
	if early.Refused.After(start) && early.Refused.Before(end) {
		early.Refused = start
	}
	for at := start; at.Before(end); at = at.Add(time.Minute) {
		_, advised := o.advised(&early, at)
		open := slices.ContainsFunc(got[0].Openings, func(o contact.Opening) bool { return !at.Before(o.Start) && at.Before(o.End) })
		require.Equal(t, advised, open, "%s", at)
	}
}
