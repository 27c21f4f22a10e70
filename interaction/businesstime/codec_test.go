package businesstime_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction/businesstime"
)

// sameAs compares two specs by what their calendars answer around a date.
func sameAs(t require.TestingT, a, b businesstime.Spec, near businesstime.Date, days int) {
	x, err := businesstime.New(a)
	require.NoError(t, err)
	y, err := businesstime.New(b)
	require.NoError(t, err)
	from := near.AddDays(-days).Start(x.Location())
	to := near.AddDays(days).Start(x.Location())
	var want, got []string
	for s := range x.Segments(from, to) {
		want = append(want, s.String())
	}
	for s := range y.Segments(from, to) {
		got = append(got, s.String())
	}
	require.Equal(t, want, got)
}

func TestSpecJSONRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		near := genDate(t)
		spec := genSpec(t, near)
		data, err := json.Marshal(spec)
		require.NoError(t, err)
		again, err := businesstime.ParseSpec(data)
		require.NoError(t, err)
		sameAs(t, spec, again, near, 30)
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.JSONEq(t, string(data), string(twice))
	})
}

func TestParseSpecRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not JSON": `{`, "no zone": `{"weekly":{}}`, "unknown field": `{"zone":"UTC","weekley":{}}`, "twice": `{"zone":"UTC","zone":"UTC"}`,
		"both": `{"zone":"UTC","weekly":{},"versions":[{"weekly":{}}]}`, "clock": `{"zone":"UTC","weekly":{"mon":[["9:00","17:00"]]}}`,
		"after midnight": `{"zone":"UTC","weekly":{"mon":[["09:00","24:01"]]}}`, "date": `{"zone":"UTC","holidays":["2023-02-29"]}`,
		"two rules": `{"zone":"UTC","closed":[{"date":"2024-01-01","easter":{"offset":1}}]}`, "half a range": `{"zone":"UTC","closed":[{"first":"2024-01-01"}]}`,
		"no rule": `{"zone":"UTC","closed":[{"name":"x"}]}`, "weekday": `{"zone":"UTC","closed":[{"nth_weekday":{"month":1,"weekday":"moon","n":1}}]}`,
	} {
		_, err := businesstime.ParseSpec([]byte(text))
		require.ErrorIs(t, err, businesstime.ErrSpec, name)
	}
}

// Every fault of a spec is reported at once, each with its field.
func TestNewReportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := businesstime.New(businesstime.Spec{
		Zone: "Mars/Olympus",
		Versions: []businesstime.Version{
			{From: businesstime.Date{Year: 2024, Month: 2, Day: 30}, Hours: businesstime.Week{time.Monday: {{Open: -1, Close: 5}}}},
			{From: businesstime.Date{Year: 2023, Month: 1, Day: 1}, Breaks: businesstime.Week{time.Friday: {{Open: 86400, Close: 5}}}},
		},
		Closed: []businesstime.Closure{
			{},
			{Rule: businesstime.Day{}, FirstYear: 2020},
			{Rule: (*businesstime.Day)(nil)},
			{Rule: businesstime.Range{First: businesstime.Date{Year: 2024, Month: 2, Day: 3}, Last: businesstime.Date{Year: 2024, Month: 2, Day: 2}}},
			{Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: 13, Day: 1}, Observed: 9}},
			{Rule: businesstime.NthWeekday{Month: 0, Weekday: 7, N: 6, Offset: 15}, FirstYear: 2024, LastYear: 2020},
			{Rule: businesstime.EasterDay{Offset: 101, Rite: 2}},
		},
		Overrides: map[businesstime.Date][]businesstime.Span{{}: {{Open: 5, Close: 86401}}},
	})
	require.ErrorIs(t, err, businesstime.ErrSpec)
	for _, field := range []string{
		"zone", "versions[0].from", "versions[0].hours.monday[0]", "versions[1].from", "versions[1].breaks.friday[0]",
		"closed[0].rule", "closed[1].years", "closed[1].date", "closed[2].rule", "closed[3].last", "closed[4].first", "closed[4].observed",
		"closed[5].years", "closed[5].month", "closed[5].weekday", "closed[5].n", "closed[5].offset", "closed[6].offset", "closed[6].rite",
		"overrides: 0000-00-00", "overrides.0000-00-00[0]",
	} {
		require.ErrorContains(t, err, field)
	}
	var detail *businesstime.SpecError
	require.True(t, errors.As(err, &detail))
	require.Equal(t, "zone", detail.Field)
	require.ErrorIs(t, err, businesstime.ErrZone)
}

func TestRecurringClosuresAreBounded(t *testing.T) {
	t.Parallel()
	spec := businesstime.Spec{Zone: "UTC"}
	for range 1001 {
		spec.Closed = append(spec.Closed, businesstime.Closure{Rule: businesstime.EasterDay{}})
	}
	_, err := businesstime.New(spec)
	require.ErrorIs(t, err, businesstime.ErrRange)
	require.ErrorContains(t, err, "1000 recurring")
	spec.Closed = spec.Closed[1:]
	_, err = businesstime.New(spec)
	require.NoError(t, err)
}

func TestOSM(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00; Su off",
		"Mo-Su 22:00-06:00",
		"Mo-Su 00:00-24:00",
		"Mo-Fr 09:00-17:00; Sa-Su off; Dec 25 off; Dec 24-Jan 02 off; easter off; easter -2 days off; easter +1 day off",
		"Mo-Fr 09:00-17:00; Sa-Su off; May Mo[1] off; Nov Th[4] +1 day off; 2024 Aug 01-2024 Aug 20 off; 2024 Dec 24 09:00-12:00",
	} {
		spec, err := businesstime.ParseOSM(text, "Europe/Berlin", nil)
		require.NoError(t, err, text)
		again, err := spec.OSM()
		require.NoError(t, err)
		require.Equal(t, text, again)
	}
	spec, err := businesstime.ParseOSM("24/7", "UTC", nil)
	require.NoError(t, err)
	c := businesstime.MustNew(spec)
	at := time.Date(2024, 6, 3, 0, 0, 0, 0, time.UTC)
	require.Equal(t, 240*time.Hour, c.Between(at, at.AddDate(0, 0, 10)))
	spec, err = businesstime.ParseOSM(`Mo-Fr 08:00-12:00, 13:00-17:00 "by bell"; We 22:00-26:00; PH off`, "UTC", &businesstime.OSMOptions{
		PublicHolidays: []businesstime.Closure{{Name: "June 4th", Rule: businesstime.Day{Date: businesstime.Date{Year: 2024, Month: 6, Day: 4}}}},
	})
	require.NoError(t, err)
	require.Equal(t, 28*time.Hour, businesstime.MustNew(spec).Between(at, at.AddDate(0, 0, 7)))
	for _, text := range []string{
		"", "Mo-Fr", "Mo-Fr 09:00", "Mo-Fr 9:00-17:00", "sunrise-sunset", "PH off", "Apr-Sep Mo-Fr 09:00-17:00", "Dec 24 09:00-12:00",
		"Dec 25 off; Mo-Fr 09:00-17:00", "Mo[1] off", "May Mo[6] off", "2024 Feb 30 off", "Mo-Xx 09:00-17:00", "Mo 09:00-17:00+", `Mo "x 09:00-17:00`,
		"Mo 09:00-40:00", "week 10 Mo off", "2024 Dec 24-25 09:00-12:00",
	} {
		_, err := businesstime.ParseOSM(text, "UTC", nil)
		require.ErrorIs(t, err, businesstime.ErrSpec, text)
	}
	for _, spec := range []businesstime.Spec{
		{Zone: "UTC", Closed: []businesstime.Closure{{Rule: businesstime.EasterDay{Rite: businesstime.Orthodox}}}},
		{Zone: "UTC", Closed: []businesstime.Closure{{Rule: businesstime.EasterDay{}, FirstYear: 2020}}},
		{Zone: "UTC", Versions: []businesstime.Version{{From: businesstime.Date{Year: 2024, Month: 1, Day: 1}}}},
		{Zone: "UTC", Versions: []businesstime.Version{{Hours: businesstime.EveryDay(businesstime.Span{Open: 1, Close: 5})}}},
	} {
		_, err := spec.OSM()
		require.ErrorIs(t, err, businesstime.ErrUnsupported)
	}
}

// In the format of OpenStreetMap a later rule wins; here an override beats a closure.
func TestOSMLaterRuleWins(t *testing.T) {
	t.Parallel()
	holidays := &businesstime.OSMOptions{PublicHolidays: []businesstime.Closure{{Rule: businesstime.Yearly{First: businesstime.MonthDay{Month: 12, Day: 24}}}}}
	for text, want := range map[string]time.Duration{
		"Mo-Su 09:00-17:00; 2024 Dec 24 09:00-12:00; 2024 Dec 20-2024 Dec 31 off": 0,
		"Mo-Su 09:00-17:00; 2024 Dec 24 09:00-12:00; Dec 24 off":                  0,
		"Mo-Su 09:00-17:00; 2024 Dec 24 09:00-12:00; Dec 23-Jan 02 off":           0,
		"Mo-Su 09:00-17:00; 2024 Dec 24 09:00-12:00; 2024 Dec 24 off":             0,
		"Mo-Su 09:00-17:00; 2024 Dec 24 09:00-12:00; PH off":                      0,
		"Mo-Su 09:00-17:00; 2024 Dec 24 09:00-12:00; Dec 25 off":                  3 * time.Hour,
		"Mo-Su 09:00-17:00; Dec 24 off; 2024 Dec 24 09:00-12:00":                  3 * time.Hour,
		"Mo-Su 09:00-17:00; PH off; 2024 Dec 24 09:00-12:00":                      3 * time.Hour,
		`Mo-Su "a" 09:00-17:00 "b"`:                                               8 * time.Hour,
	} {
		spec, err := businesstime.ParseOSM(text, "UTC", holidays)
		require.NoError(t, err, text)
		at := time.Date(2024, 12, 24, 0, 0, 0, 0, time.UTC)
		require.Equal(t, want, businesstime.MustNew(spec).Between(at, at.AddDate(0, 0, 1)), text)
	}
	_, err := businesstime.ParseOSM(`Mo "a" 09:00-17:00 "b" off`, "UTC", nil)
	require.ErrorIs(t, err, businesstime.ErrUnsupported, "what stands between two comments is read")
}

// What an entry does not speak of stays as it is.
func TestSchemaOrgEntriesSpeakOfTheirDays(t *testing.T) {
	t.Parallel()
	const base = `{"dayOfWeek":["Monday","Tuesday"],"opens":"09:00","closes":"17:00"}`
	tuesday := time.Date(2024, 12, 24, 0, 0, 0, 0, time.UTC)
	for more, want := range map[string]time.Duration{
		`{"dayOfWeek":"Monday","opens":"10:00","closes":"12:00","validFrom":"2024-12-24","validThrough":"2024-12-24"}`:  8 * time.Hour,
		`{"dayOfWeek":"Monday","opens":"00:00","closes":"00:00","validFrom":"2024-12-24","validThrough":"2024-12-24"}`:  8 * time.Hour,
		`{"dayOfWeek":"Tuesday","opens":"00:00","closes":"00:00","validFrom":"2024-12-24","validThrough":"2024-12-24"}`: 0,
		`{"dayOfWeek":"Monday","opens":"00:00","closes":"00:00","validFrom":"2024-12-01","validThrough":"2024-12-31"}`:  8 * time.Hour,
		`{"dayOfWeek":"Tuesday","opens":"00:00","closes":"00:00","validFrom":"2024-12-01","validThrough":"2024-12-31"}`: 0,
		`{"opens":"00:00","closes":"00:00","validFrom":"2024-12-01","validThrough":"2024-12-31"}`:                       0,
	} {
		spec, err := businesstime.ParseSchemaOrg([]byte("["+base+","+more+"]"), "UTC")
		require.NoError(t, err, more)
		require.Equal(t, want, businesstime.MustNew(spec).Between(tuesday, tuesday.AddDate(0, 0, 1)), more)
	}
	for _, silent := range []string{`{}`, `null`, ` `, `{"name":"x"}`, `[null]`, `{"@type":"Store","openingHours":"Mo-Fr 09:00-17:00"}`, `"Mo"`, `7`} {
		_, err := businesstime.ParseSchemaOrg([]byte(silent), "UTC")
		require.ErrorIs(t, err, businesstime.ErrSpec, "%s says nothing about hours", silent)
	}
	_, err := businesstime.ParseSchemaOrg([]byte(`[{"opens":9}]`), "UTC")
	require.ErrorContains(t, err, "opens", "the fault is named, not the shape around it")
}

func TestSchemaOrg(t *testing.T) {
	t.Parallel()
	const place = `{"@context":"https://schema.org","@type":"Store","name":"x",
	 "openingHoursSpecification":[
	  {"@type":"OpeningHoursSpecification","dayOfWeek":["https://schema.org/Monday","Tuesday"],"opens":"09:00","closes":"17:00:00"},
	  {"@type":"OpeningHoursSpecification","dayOfWeek":"Friday","opens":"22:00","closes":"02:00"},
	  {"@type":"OpeningHoursSpecification","dayOfWeek":"Sunday","opens":"00:00","closes":"23:59"}],
	 "specialOpeningHoursSpecification":[
	  {"@type":"OpeningHoursSpecification","opens":"10:00","closes":"12:00","validFrom":"2024-06-04","validThrough":"2024-06-04"},
	  {"@type":"OpeningHoursSpecification","opens":"00:00","closes":"00:00","validFrom":"2024-06-10","validThrough":"2024-06-11"},
	  {"@type":"OpeningHoursSpecification","dayOfWeek":["Monday"],"opens":"08:00","closes":"09:00","validFrom":"2024-07-01","validThrough":"2024-07-31"}]}`
	spec, err := businesstime.ParseSchemaOrg([]byte(place), "UTC")
	require.NoError(t, err)
	want, err := businesstime.ParseSpec([]byte(`{"zone":"UTC",
	 "versions":[
	  {"weekly":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"fri":[["22:00","02:00"]],"sun":[["00:00","24:00"]]}},
	  {"from":"2024-07-01","weekly":{"mon":[["08:00","09:00"]]}},
	  {"from":"2024-08-01","weekly":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"fri":[["22:00","02:00"]],"sun":[["00:00","24:00"]]}}],
	 "overrides":{"2024-06-04":[["10:00","12:00"]]},"closed":[{"first":"2024-06-10","last":"2024-06-11"}]}`))
	require.NoError(t, err)
	near := businesstime.Date{Year: 2024, Month: 7, Day: 1}
	sameAs(t, want, spec, near, 60)
	data, err := spec.SchemaOrg(businesstime.Date{Year: 2024, Month: 1, Day: 1}, businesstime.Date{Year: 2024, Month: 12, Day: 31})
	require.NoError(t, err)
	again, err := businesstime.ParseSchemaOrg(data, "UTC")
	require.NoError(t, err)
	sameAs(t, spec, again, near, 60)
	for _, text := range []string{
		`x`, `{"dayOfWeek":"Moonday","opens":"09:00","closes":"17:00"}`, `[{"opens":"9","closes":"17:00"}]`, `[{"opens":"09:00"}]`,
		`[{"opens":"09:00","closes":"10:00","validFrom":"2024-02-30"}]`, `[{"opens":"09:00","closes":"10:00","validFrom":"2024-02-03","validThrough":"2024-02-02"}]`,
		`[{"dayOfWeek":"PublicHolidays","opens":"09:00","closes":"10:00"}]`, `[{"@type":"Thing"}]`,
		`[{"dayOfWeek":"Monday","opens":"09:00","closes":"10:00","validFrom":"2024-02-01","validThrough":"2024-03-01"},
		  {"dayOfWeek":"Monday","opens":"09:00","closes":"11:00","validFrom":"2024-02-10","validThrough":"2024-04-01"}]`,
	} {
		_, err := businesstime.ParseSchemaOrg([]byte(text), "UTC")
		require.ErrorIs(t, err, businesstime.ErrSpec, text)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock := businesstime.TimeOfDay(rapid.IntRange(0, 86400).Draw(t, "clock"))
		again, err := businesstime.ParseTimeOfDay(clock.String())
		require.NoError(t, err)
		require.Equal(t, clock, again)
		d := genDate(t)
		date, err := businesstime.ParseDate(d.String())
		require.NoError(t, err)
		require.Equal(t, d, date)
		md, err := businesstime.ParseMonthDay(businesstime.MonthDay{Month: d.Month, Day: d.Day}.String())
		require.NoError(t, err)
		require.Equal(t, businesstime.MonthDay{Month: d.Month, Day: d.Day}, md)
	})
	for _, s := range []string{"", "9:00", "24:01", "12:60", "12:00:60", "1200", "12:0a", "-1:00", "12:00:00Z"} {
		_, err := businesstime.ParseTimeOfDay(s)
		require.ErrorIs(t, err, businesstime.ErrClock, s)
	}
}

// Easter dates: D. Knuth, TAOCP 1 (1997) 1.3.2 exercise 14 has the method; the dates are those of the churches' tables.
func TestEaster(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ western, orthodox string }{
		{"1961-04-02", "1961-04-09"},
		{"1982-04-11", "1982-04-18"},
		{"2000-04-23", "2000-04-30"},
		{"2008-03-23", "2008-04-27"},
		{"2011-04-24", "2011-04-24"},
		{"2016-03-27", "2016-05-01"},
		{"2024-03-31", "2024-05-05"},
		{"2025-04-20", "2025-04-20"},
		{"2038-04-25", "2038-04-25"},
	} {
		d, err := businesstime.ParseDate(c.western)
		require.NoError(t, err)
		require.Equal(t, c.western, businesstime.Easter(d.Year, businesstime.Western).String())
		require.Equal(t, c.orthodox, businesstime.Easter(d.Year, businesstime.Orthodox).String())
	}
	for year := 1; year <= 9999; year++ {
		for _, rite := range []businesstime.Rite{businesstime.Western, businesstime.Orthodox} {
			require.Equal(t, time.Sunday, businesstime.Easter(year, rite).Weekday(), "%d %s", year, rite)
		}
	}
}

// query asks everything of a calendar; whatever the answers, none may hang or panic.
func query(c *businesstime.Calendar, at time.Time, d time.Duration, n int) {
	_ = c.IsOpen(at)
	_, _ = c.NextOpen(at)
	_, _ = c.PrevOpen(at)
	_, _ = c.NextClose(at)
	_, _ = c.Add(at, d)
	_, _ = c.AddDays(at, n, businesstime.SameTime)
	_, _ = c.AddDays(at, n, businesstime.CloseOfBusiness)
	_ = c.Between(at, at.Add(d))
	for l := range c.Explain(at, at.AddDate(0, 0, 3)) {
		_ = l.String()
	}
}

func FuzzSpec(f *testing.F) {
	f.Add([]byte(`{"zone":"America/New_York","weekly":{"mon":[["22:00","06:00"]]},"holidays":["2024-12-25"]}`), int64(1710054000), int64(3600), 3)
	f.Add([]byte(`{"zone":"Pacific/Apia","versions":[{"weekly":{}}],"closed":[{"first":"0001-01-01","last":"9999-12-31"}]}`), int64(-62135596800), int64(-1), -1)
	f.Add([]byte(`{"zone":"UTC","weekly":{"sun":[["00:00","24:00"]]},"closed":[{"yearly":{"first":"02-29"}},{"easter":{"offset":-70,"rite":"orthodox"}}]}`), int64(253402300799), int64(1<<62), 1<<30)
	f.Fuzz(func(t *testing.T, data []byte, sec, d int64, n int) {
		spec, err := businesstime.ParseSpec(data)
		if err != nil {
			require.ErrorIs(t, err, businesstime.ErrSpec)
			return
		}
		c, err := businesstime.New(spec)
		if err != nil {
			require.ErrorIs(t, err, businesstime.ErrSpec)
			return
		}
		query(c, time.Unix(sec, d%1e9), time.Duration(d), n)
	})
}

func FuzzOSM(f *testing.F) {
	f.Add("Mo-Fr 09:00-12:00,13:00-17:00; Dec 25 off; easter +1 day off; May Mo[1] off")
	f.Add("2024 Dec 24 22:00-26:00; 24/7")
	f.Fuzz(func(t *testing.T, text string) {
		spec, err := businesstime.ParseOSM(text, "Europe/Berlin", nil)
		if err != nil {
			require.ErrorIs(t, err, businesstime.ErrSpec)
			return
		}
		again, err := spec.OSM()
		if err != nil {
			return
		}
		same, err := businesstime.ParseOSM(again, "Europe/Berlin", nil)
		require.NoError(t, err, again)
		sameAs(t, spec, same, businesstime.Date{Year: 2024, Month: 6, Day: 1}, 200)
	})
}

func FuzzSchemaOrg(f *testing.F) {
	f.Add([]byte(`[{"dayOfWeek":"Monday","opens":"09:00","closes":"17:00","validFrom":"2024-01-01"}]`))
	f.Add([]byte(`{"openingHoursSpecification":{"opens":"00:00","closes":"23:59"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		spec, err := businesstime.ParseSchemaOrg(data, "UTC")
		if err != nil {
			require.ErrorIs(t, err, businesstime.ErrSpec)
			return
		}
		c, err := businesstime.New(spec)
		require.NoError(t, err)
		query(c, time.Unix(1710054000, 0), time.Hour, 3)
	})
}
