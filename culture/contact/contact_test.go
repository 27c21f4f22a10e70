package contact_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/contact"
	"github.com/rapport-go/rapport/internal/golden"
)

func desk(t testing.TB) *contact.Desk {
	t.Helper()
	d, err := contact.New(nil)
	require.NoError(t, err)
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func question(region string, p contact.Purpose, c contact.Channel) contact.Question {
	return contact.Question{Region: language.MustParseRegion(region), Purpose: p, Channel: c}
}

// The page that people read: the same call on one day for every place, purpose and
// kind of person, with the words of the decision.
func TestDecisionsRead(t *testing.T) {
	t.Parallel()
	d := desk(t)
	berlin, paris, newYork := zone(t, "Europe/Berlin"), zone(t, "Europe/Paris"), zone(t, "America/New_York")
	holiday := func(name string) func(culture.Date) (string, bool) {
		return func(culture.Date) (string, bool) { return name, true }
	}
	var out strings.Builder
	for _, c := range []struct {
		title string
		q     contact.Question
		at    time.Time
	}{
		{"A sales call in France, at lunch, before consent was asked for", question("FR", contact.Marketing, contact.Call), time.Date(2026, 8, 10, 13, 30, 0, 0, paris)},
		{"The same a day later, without consent", question("FR", contact.Marketing, contact.Call), time.Date(2026, 8, 11, 11, 0, 0, 0, paris)},
		{"With consent", func() contact.Question {
			q := question("FR", contact.Marketing, contact.Call)
			q.Consent = true
			return q
		}(), time.Date(2026, 8, 11, 11, 0, 0, 0, paris)},
		{"On a running contract, the fifth time in 30 days", func() contact.Question {
			q := question("FR", contact.Marketing, contact.Call)
			q.Bound = true
			for i := range 4 {
				q.Attempts = append(q.Attempts, time.Date(2026, 8, 1+i, 11, 0, 0, 0, paris))
			}
			return q
		}(), time.Date(2026, 8, 12, 11, 0, 0, 0, paris)},
		{"A call that the customer asked for, at the same lunch", question("FR", contact.RequestedCall, contact.Call), time.Date(2026, 8, 12, 13, 30, 0, 0, paris)},
		{"An advert by call in Germany", func() contact.Question {
			q := question("DE", contact.Marketing, contact.Call)
			q.Zone = berlin
			return q
		}(), time.Date(2026, 3, 4, 11, 0, 0, 0, berlin)},
		{"A call to an office in Germany on Friday afternoon", func() contact.Question {
			q := question("DE", contact.ServiceReply, contact.Call)
			q.Zone, q.Audience = berlin, contact.Business
			return q
		}(), time.Date(2026, 3, 6, 15, 0, 0, 0, berlin)},
		{"A sales call in Florida at 20:30", func() contact.Question {
			q := question("US", contact.Marketing, contact.Call)
			q.Zone, q.Place = newYork, "US-FL"
			return q
		}(), time.Date(2026, 3, 4, 20, 30, 0, 0, newYork)},
		{"In a state that is not known", func() contact.Question {
			q := question("US", contact.Marketing, contact.Call)
			q.Zone = newYork
			return q
		}(), time.Date(2026, 3, 4, 20, 30, 0, 0, newYork)},
		{"In Rhode Island on a holiday", func() contact.Question {
			q := question("US", contact.Marketing, contact.Call)
			q.Zone, q.Place, q.Holidays = newYork, "US-RI", holiday("Independence Day")
			return q
		}(), time.Date(2026, 7, 3, 11, 0, 0, 0, newYork)},
		{"A service call in Riyadh on Friday", question("SA", contact.ServiceReply, contact.Call), time.Date(2026, 3, 6, 11, 0, 0, 0, zone(t, "Asia/Riyadh"))},
		{"The person asked for Fridays", func() contact.Question {
			q := question("SA", contact.ServiceReply, contact.Call)
			q.Own.Hours = []culture.Hours{{Days: culture.WeekdaysOf(time.Friday), From: culture.Clock(10, 0), Before: culture.Clock(12, 0)}}
			return q
		}(), time.Date(2026, 3, 6, 11, 0, 0, 0, zone(t, "Asia/Riyadh"))},
		{"An Indian customer who chose 8 to 9 in the morning", func() contact.Question {
			q := question("IN", contact.Marketing, contact.Call)
			q.Own.Hours = []culture.Hours{{From: culture.Clock(8, 0), Before: culture.Clock(9, 0)}}
			return q
		}(), time.Date(2026, 3, 4, 8, 30, 0, 0, zone(t, "Asia/Kolkata"))},
		{"The same hour for one who said nothing", question("IN", contact.Marketing, contact.Call), time.Date(2026, 3, 4, 8, 30, 0, 0, zone(t, "Asia/Kolkata"))},
		{"And in 2018, under the older rules", question("IN", contact.Marketing, contact.Call), time.Date(2018, 3, 5, 9, 30, 0, 0, zone(t, "Asia/Kolkata"))},
		{"A person who wants no calls", func() contact.Question {
			q := question("JP", contact.ServiceReply, contact.Call)
			q.Own.Never = []contact.Channel{contact.Call}
			return q
		}(), time.Date(2026, 3, 4, 11, 0, 0, 0, zone(t, "Asia/Tokyo"))},
		{"An e-mail in the night", question("JP", contact.ServiceReply, contact.Email), time.Date(2026, 3, 4, 3, 0, 0, 0, zone(t, "Asia/Tokyo"))},
		{"A debt collector's call in the evening", func() contact.Question {
			q := question("US", contact.Collections, contact.Call)
			q.Zone = newYork
			return q
		}(), time.Date(2026, 3, 4, 21, 0, 0, 0, newYork)},
		{"A call at a time of prayer that the host knows", func() contact.Question {
			q := question("ID", contact.ServiceReply, contact.Call)
			q.Zone = zone(t, "Asia/Jakarta")
			q.Avoid = func(culture.Date) []culture.Hours {
				return []culture.Hours{{From: culture.Clock(11, 50), Before: culture.Clock(12, 20)}}
			}
			return q
		}(), time.Date(2026, 3, 4, 12, 0, 0, 0, zone(t, "Asia/Jakarta"))},
	} {
		dec, err := d.Decide(c.q, c.at)
		require.NoError(t, err, c.title)
		out.WriteString(c.title + "\n" + dec.Explain())
		switch next, err := d.Next(c.q, c.at); {
		case err != nil:
			out.WriteString("  next: " + err.Error() + "\n\n")
		default:
			out.WriteString("  next: " + next.Start.Format("Mon 2006-01-02 15:04 MST") + " to " + next.End.Format("15:04") + "\n\n")
		}
	}
	golden.Equal(t, "testdata/decisions.txt", out.String())
}

// Every rule counts: with each taken out, some answer about its place changes, or who
// gives it.
func TestEveryRuleCounts(t *testing.T) {
	t.Parallel()
	all := desk(t)
	base := map[string]string{}
	for _, r := range all.Rules() {
		pack := packOf(`{"schema":"culture-contact/1","rules":[],"drop":["` + r.ID + `"]}`)
		d, err := contact.New(&contact.Options{Packs: fsList(pack)})
		require.NoError(t, err)
		place := r.Place
		if place == "*" {
			place = "BR"
		}
		if base[place] == "" {
			base[place] = survey(t, all, place)
		}
		require.False(t, base[place] == survey(t, d, place), "without %s nothing changes", r.ID)
	}
}

// survey asks about a place with every purpose, channel and audience, over two weeks
// in each era.
func survey(t *testing.T, d *contact.Desk, place string) string {
	t.Helper()
	var out strings.Builder
	region, _, _ := strings.Cut(place, "-")
	for p := contact.ServiceReply; p <= contact.Collections; p++ {
		for c := contact.Call; c <= contact.Visit; c++ {
			for _, a := range []contact.Audience{contact.Consumer, contact.Business} {
				q := question(region, p, c)
				q.Audience, q.Zone = a, time.UTC
				if place != region {
					q.Place = place
				}
				q.Holidays = func(d culture.Date) (string, bool) { return "", d.Day == 13 }
				for _, from := range []culture.Date{{Year: 2026, Month: 3, Day: 1}, {Year: 2026, Month: 9, Day: 1}, {Year: 2015, Month: 3, Day: 1}} {
					for _, consent := range []bool{false, true} {
						q.Consent, q.Attempts = consent, nil
						day := time.Date(from.Year, from.Month, 2, 12, 0, 0, 0, time.UTC)
						if consent {
							q.Attempts = []time.Time{day, day, day, day.AddDate(0, 0, 1), day.AddDate(0, 0, 2), day.AddDate(0, 0, 3), day.AddDate(0, 0, 4), day.AddDate(0, 0, 5)}
						}
						days, err := d.Days(q, from, 14)
						require.NoError(t, err)
						for _, x := range days {
							fmt.Fprint(&out, x.Open, "/")
						}
						dec, err := d.Decide(q, day.Add(time.Hour)) // a limit of one day binds within it
						require.NoError(t, err)
						fmt.Fprint(&out, dec.Legal.Standing)
						for _, r := range dec.Customary.Reasons {
							fmt.Fprint(&out, " ", r.Rule)
						}
						fmt.Fprintln(&out)
					}
				}
			}
		}
	}
	return out.String()
}

// Boundaries at changes of clocks, and zones with odd offsets.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	d := desk(t)
	for _, c := range []struct{ region, zone, from, open string }{
		{"US", "America/New_York", "2026-03-07T21:00:00-05:00", "2026-03-08T12:00:00Z"},   // 8:00 is an hour earlier
		{"US", "America/New_York", "2026-10-31T21:00:00-04:00", "2026-11-01T13:00:00Z"},   // and later again
		{"IN", "Asia/Kolkata", "2026-03-04T03:00:00Z", "2026-03-04T04:30:00Z"},            // 10:00 at +05:30
		{"US", "America/St_Johns", "2026-03-04T01:00:00Z", "2026-03-04T11:30:00Z"},        // 8:00 at -03:30
		{"US", "Asia/Kathmandu", "2026-03-04T01:00:00Z", "2026-03-04T02:15:00Z"},          // 8:00 at +05:45
		{"US", "Pacific/Apia", "2011-12-30T07:00:00Z", "2011-12-30T18:00:00Z"},            // the day that was left out
		{"US", "America/New_York", "2026-03-04T20:59:59-05:00", "2026-03-05T01:59:59Z"},   // still open
		{"US", "America/New_York", "2026-03-04T21:00:00-05:00", "2026-03-05T13:00:00Z"},   // not at the boundary
		{"US", "America/New_York", "2026-03-04T07:59:59.9-05:00", "2026-03-04T13:00:00Z"}, // nor before it
	} {
		q := question(c.region, contact.Marketing, contact.Text)
		q.Zone, q.Place = zone(t, c.zone), c.region+"-NY"
		from, err := time.Parse(time.RFC3339, c.from)
		require.NoError(t, err)
		next, err := d.Next(q, from)
		require.NoError(t, err)
		require.Equal(t, c.open, next.Start.UTC().Format(time.RFC3339), "%s from %s", c.zone, c.from)
	}
}

// What Next gives is advised, at its start and to its end, and nothing between the
// question and it is.
func TestNextIsTheFirst(t *testing.T) {
	t.Parallel()
	d := desk(t)
	regions := []string{"US", "FR", "IN", "SA", "CH", "DE", "AU", "CA", "MY", "JP", "BR"}
	zones := []string{"Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"}
	rapid.Check(t, func(t *rapid.T) {
		q := question(rapid.SampledFrom(regions).Draw(t, "region"), contact.Purpose(rapid.IntRange(1, 5).Draw(t, "purpose")), contact.Channel(rapid.IntRange(1, 6).Draw(t, "channel")))
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		q.Zone, q.Audience = loc, contact.Audience(rapid.IntRange(1, 2).Draw(t, "audience"))
		q.Consent = rapid.Bool().Draw(t, "consent")
		from := rapid.SampledFrom([]time.Time{
			time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 4, 0, 0, 0, time.UTC), time.Date(2011, 12, 29, 20, 0, 0, 0, time.UTC),
		}).Draw(t, "from").Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "minutes")) * time.Minute)
		for range rapid.IntRange(0, 9).Draw(t, "attempts") {
			q.Attempts = append(q.Attempts, from.Add(-time.Duration(rapid.IntRange(0, 35*24).Draw(t, "hours"))*time.Hour))
		}
		next, err := d.Next(q, from)
		if err != nil {
			require.ErrorIs(t, err, contact.ErrClosed)
			next.Start = from.AddDate(0, 0, 3)
			next.End = next.Start
		}
		advised := func(at time.Time) bool {
			dec, err := d.Decide(q, at)
			require.NoError(t, err)
			return dec.Advised()
		}
		for at := from; at.Before(next.Start) && at.Before(from.AddDate(0, 0, 5)); at = at.Add(7 * time.Minute) {
			require.False(t, advised(at), "%s is open before %s", at, next.Start)
		}
		if err == nil {
			require.True(t, advised(next.Start))
			require.True(t, advised(next.End.Add(-1)))
			require.False(t, next.Start.Before(from))
		}
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	d := desk(t)
	paris := zone(t, "Europe/Paris")
	q := question("FR", contact.Marketing, contact.Call)
	q.Consent = true
	at := time.Date(2026, 9, 1, 11, 0, 0, 0, paris)
	q.Refused = at.AddDate(0, 0, -1) // 31 August: a rest of 60 days ends with 29 October
	next, err := d.Next(q, at)
	require.NoError(t, err)
	require.Equal(t, "2026-10-30T10:00:00+01:00", next.Start.Format(time.RFC3339))
	q.Refused = at.AddDate(0, 0, 1) // a refusal that lies ahead is none yet
	next, err = d.Next(q, at)
	require.NoError(t, err)
	require.True(t, next.Start.Equal(at))
	q.Refused = time.Time{}
	for _, day := range []int{3, 20, 5, 28} { // August
		q.Attempts = append(q.Attempts, time.Date(2026, 8, day, 18, 0, 0, 0, paris))
	}
	next, err = d.Next(q, at)
	require.NoError(t, err)
	require.Equal(t, "2026-09-02T10:00:00+02:00", next.Start.Format(time.RFC3339)) // 3 August + 30 days
	q.Consent = false
	_, err = d.Next(q, at)
	require.ErrorIs(t, err, contact.ErrClosed)
	var closed *contact.ClosedError
	require.ErrorAs(t, err, &closed)
	var rules []string
	for _, r := range closed.Reasons {
		rules = append(rules, r.Rule)
	}
	require.ElementsMatch(t, []string{"fr.prospecting.hours", "fr.prospecting.consent"}, rules)
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	d := desk(t)
	_, err := d.Decide(contact.Question{}, time.Time{})
	require.ErrorIs(t, err, contact.ErrQuestion)
	for _, field := range []string{"region", "purpose", "channel"} {
		require.ErrorContains(t, err, field)
	}
	q := question("US", contact.ServiceReply, contact.Call)
	_, err = d.Next(q, time.Time{})
	require.ErrorIs(t, err, contact.ErrZone)
	q.Zone, q.Place = time.UTC, "FR-75"
	q.Own.Hours = []culture.Hours{{From: culture.Clock(22, 0), Before: culture.Clock(2, 0)}}
	_, err = d.Days(q, culture.Date{Year: 2026, Month: 1, Day: 1}, 3)
	require.ErrorContains(t, err, "place")
	require.ErrorContains(t, err, "split one over midnight")
	q = question("JP", contact.ServiceReply, contact.Call)
	_, err = d.Days(q, culture.Date{}, 1)
	require.ErrorIs(t, err, contact.ErrQuestion)
	_, err = d.Days(q, culture.Date{Year: 2026, Month: 1, Day: 1}, contact.Horizon+1)
	require.ErrorIs(t, err, contact.ErrQuestion)
}

func TestConcurrency(t *testing.T) {
	t.Parallel()
	d := desk(t)
	q := question("SA", contact.ServiceReply, contact.Call)
	want, err := d.Next(q, time.Date(2026, 3, 5, 15, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				got, err := d.Opener(q).NextOpen(time.Date(2026, 3, 5, 15, 0, 0, 0, time.UTC))
				if err != nil || !got.Equal(want.Start) {
					t.Errorf("%v %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}
