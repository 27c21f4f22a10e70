package culture_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/golden"
)

func territory(t testing.TB, code string) culture.Territory {
	t.Helper()
	found, ok := culture.TerritoryOf(language.MustParseRegion(code))
	require.True(t, ok, code)
	return found
}

func day(text string) culture.Date {
	if text == "" {
		return culture.Date{}
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return culture.DateOf(at)
}

// Every territory, as a line: a change of the data is a change of the file.
func TestTerritoriesGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, x := range culture.Territories() {
		var money, tongues []string
		for _, c := range x.Currencies(culture.Date{}) {
			money = append(money, c.Code)
		}
		for _, l := range x.Languages() {
			if l.Status != culture.Unofficial {
				tongues = append(tongues, fmt.Sprintf("%s %.3g%%", l.Tag, l.Share*100))
			}
		}
		zone, ok := x.PrimaryZone()
		if !ok {
			zone = fmt.Sprintf("%d zones", len(x.Zones()))
		}
		fmt.Fprintf(&b, "%s: %s %d, rests %s, %s %v, %s, %v, %s %s, %s, %s, %s\n", x.Region(), x.FirstDay().String()[:3], x.MinDays(),
			x.Weekend(culture.Date{}), x.HourCycle(), x.HourCycles(), strings.Join(money, "+"), x.Calendars(), x.Measurement(),
			x.Temperature(), x.Paper(), strings.Join(tongues, "+"), zone)
	}
	golden.Equal(t, "testdata/territories.txt", b.String())
}

// Facts that are known from elsewhere; each names its source.
func TestTerritory(t *testing.T) {
	t.Parallel()
	// CLDR 48.2 weekData, measurementData and calendarPreferenceData, read by hand.
	us := territory(t, "US")
	require.Equal(t, time.Sunday, us.FirstDay())
	require.Equal(t, 1, us.MinDays())
	require.Equal(t, culture.USUnits, us.Measurement())
	require.Equal(t, culture.Fahrenheit, us.Temperature())
	require.Equal(t, culture.USLetter, us.Paper())
	de := territory(t, "DE")
	require.Equal(t, time.Monday, de.FirstDay())
	require.Equal(t, 4, de.MinDays())
	require.Equal(t, culture.A4, de.Paper())
	require.Equal(t, culture.Imperial, territory(t, "GB").Measurement())
	require.Equal(t, culture.Metric, territory(t, "GH").Measurement())
	require.Equal(t, []string{"persian", "gregory"}, territory(t, "IR").Calendars()[:2])
	require.Equal(t, culture.Hours12, territory(t, "IN").HourCycle())
	require.Equal(t, culture.Hours23, territory(t, "JP").HourCycle())
	require.True(t, territory(t, "CH").Official(language.MustParse("rm")))
	require.True(t, territory(t, "DE").Official(language.MustParse("frr")))
	require.False(t, territory(t, "DE").Official(language.MustParse("tr")))
	// tzdata zone.tab, and CLDR primaryZones for regions with several.
	for region, want := range map[string]string{"DE": "Europe/Berlin", "CN": "Asia/Shanghai", "JP": "Asia/Tokyo", "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon"} {
		zone, ok := territory(t, region).PrimaryZone()
		require.True(t, ok)
		require.Equal(t, want, zone)
	}
	for _, region := range []string{"US", "CA", "AU", "RU", "BR", "ID", "MX"} {
		_, ok := territory(t, region).PrimaryZone()
		require.False(t, ok, "%s has several zones and no main one", region)
		require.Greater(t, len(territory(t, region).Zones()), 2)
	}
	require.Contains(t, territory(t, "US").Zones(), "America/Los_Angeles")
	none := culture.Territory{}
	require.Zero(t, none.Region())
	require.Zero(t, none.Weekend(culture.Date{}))
	require.Nil(t, none.Zones())
	require.Nil(t, none.Languages())
	require.Nil(t, none.Currencies(culture.Date{}))
	require.Nil(t, none.Calendars())
	require.Nil(t, none.HourCycles())
	require.Zero(t, none.HourCycle())
	require.Zero(t, none.Paper())
	require.Zero(t, none.Temperature())
	require.Zero(t, none.Measurement())
	require.Zero(t, none.MinDays())
	require.Equal(t, time.Sunday, none.FirstDay())
}

// Every zone that the tables name loads, and every territory has what a host needs.
func TestTerritoriesAreWhole(t *testing.T) {
	t.Parallel()
	all := culture.Territories()
	require.Greater(t, len(all), 250)
	for _, x := range all {
		require.NotZero(t, x.HourCycle(), x.Region())
		require.NotEmpty(t, x.Calendars(), x.Region())
		require.Contains(t, x.HourCycles(), x.HourCycle(), x.Region())
		for _, name := range x.Zones() {
			_, err := time.LoadLocation(name)
			require.NoError(t, err, x.Region())
		}
		for _, l := range x.Languages() {
			require.True(t, l.Share >= 0 && l.Share <= 1)
			require.True(t, l.Status != culture.Unofficial || l.Share >= 0.01)
		}
	}
	var without []string
	for _, x := range all {
		if len(x.Zones()) == 0 {
			without = append(without, x.Region().String())
		}
	}
	require.Equal(t, []string{"AC", "BV", "CP", "CQ", "DG", "EA", "HM", "IC", "TA", "XK"}, without, "zone.tab has no row for these")
}

// Money, dated: tables of x/text have HRK, BGN and VEF.
func TestCurrencies(t *testing.T) {
	t.Parallel()
	rows := []struct {
		region, on string
		want       []string
	}{
		{"HR", "", []string{"EUR"}},
		{"HR", "2022-12-31", []string{"HRK"}},
		{"HR", "2023-01-10", []string{"EUR", "HRK"}},
		{"HR", "2023-01-14", []string{"EUR", "HRK"}},
		{"HR", "2023-01-15", []string{"EUR"}},
		{"BG", "", []string{"EUR"}},
		{"BG", "2025-12-31", []string{"BGN"}},
		{"BG", "2026-02-01", []string{"EUR"}},
		{"VE", "", []string{"VES"}},
		{"DE", "1999-06-01", []string{"EUR", "DEM"}},
		{"PA", "", []string{"PAB", "USD"}},
		{"AQ", "", nil},
	}
	for _, row := range rows {
		t.Run(row.region+" "+row.on, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, c := range territory(t, row.region).Currencies(day(row.on)) {
				got = append(got, c.Code)
			}
			if row.region == "VE" || row.region == "PA" {
				require.Subset(t, got, row.want)
				require.Equal(t, row.want[0], got[0])
				return
			}
			require.Equal(t, row.want, got)
		})
	}
	require.False(t, territory(t, "CH").AllCurrencies()[1].Tender, "CHE is no tender")
	old, _ := currency.FromRegion(language.MustParseRegion("HR"))
	require.Equal(t, "HRK", old.String(), "once x/text knows better, say so in DESIGN.md")
}

// Weekends that changed, and those that CLDR cannot say.
func TestWeekend(t *testing.T) {
	t.Parallel()
	rows := []struct{ region, on, want string }{
		{"DE", "", "Sat, Sun"},
		{"AE", "", "Sat, Sun"},
		{"AE", "2005-06-01", "Thu, Fri"},
		{"AE", "2021-12-31", "Fri, Sat"},
		{"AE", "2022-01-01", "Sat, Sun"},
		{"SA", "2013-06-27", "Thu, Fri"},
		{"SA", "2013-06-28", "Fri, Sat"},
		{"KW", "2007-08-31", "Thu, Fri"},
		{"KW", "2007-09-01", "Fri, Sat"},
		{"OM", "2013-05-01", "Fri, Sat"},
		{"DZ", "2008-12-31", "Thu, Fri"},
		{"DZ", "2009-01-01", "Fri, Sat"},
		{"QA", "2003-07-31", "Thu, Fri"},
		{"SD", "2008-01-25", "Fri"},
		{"SD", "2008-01-26", "Fri, Sat"},
		{"YE", "2013-08-14", "Thu, Fri"},
		{"BN", "", "Fri, Sun"},
		{"BD", "", "Fri, Sat"},
		{"IR", "", "Fri"},
		{"IN", "", "Sun"},
		{"AF", "", "Thu, Fri"},
	}
	for _, row := range rows {
		t.Run(row.region+" "+row.on, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, territory(t, row.region).Weekend(day(row.on)).String())
			a := culture.Default().Weekend(culture.Context{Region: language.MustParseRegion(row.region), On: day(row.on)})
			require.Equal(t, row.want, a.Value.String(), "the Resolver says the same")
			require.NotEmpty(t, a.Sources)
		})
	}
	for i, r := range culture.WeekendRecords() {
		require.NotEmpty(t, r.Source.URL, i)
		require.NotEmpty(t, r.Source.Publisher, i)
		require.NotZero(t, r.Source.Tier, i)
		require.False(t, r.Reviewed.IsZero(), "every record says when it was last compared with its source")
		require.NotZero(t, r.Days)
	}
	brunei := culture.Default().Weekend(in("ms", "BN"))
	require.True(t, brunei.Ask, "where a record and CLDR differ on the present, ask")
	emirates := culture.Default().Weekend(culture.Context{Region: language.MustParseRegion("AE"), On: day("2015-03-01")})
	require.Equal(t, culture.Reported, emirates.Basis)
	require.False(t, emirates.Ask)
}

// When the evening begins, by language.
func TestDayPeriods(t *testing.T) {
	t.Parallel()
	evening := map[string]string{ // CLDR 48.2 dayPeriods, as the brief of the field lists them
		"es": "12:00", "ja": "16:00", "hi": "16:00", "en": "18:00", "de": "18:00", "fr": "18:00", "pt-BR": "19:00", "zh": "19:00",
		"es-AR": "12:00", "en-IN": "18:00", "iw": "18:00", "no": "18:00", "nb": "18:00",
	}
	for tag, want := range evening {
		a := culture.Default().GreetingHours(in(tag, ""))
		require.Equal(t, want, a.Value.Evening.String(), tag)
		require.False(t, a.Ask, tag)
		part, ok := culture.DayPartAt(language.Make(tag), a.Value.Evening)
		require.True(t, ok)
		require.Equal(t, culture.Evening, part, tag)
		before, ok := culture.DayPartAt(language.Make(tag), a.Value.Evening-1)
		require.True(t, ok)
		require.NotEqual(t, culture.Evening, before, tag)
	}
	for _, tag := range []string{"tlh", "und", "x-private"} {
		_, ok := culture.DayPeriods(language.Make(tag))
		require.False(t, ok, tag)
		_, ok = culture.DayPartAt(language.Make(tag), 600)
		require.False(t, ok, tag)
	}
	for _, at := range []culture.TimeOfDay{-1, 1441} {
		_, ok := culture.DayPartAt(language.English, at)
		require.False(t, ok)
	}
	night, ok := culture.DayPartAt(language.Japanese, culture.Clock(2, 0))
	require.True(t, ok)
	require.Equal(t, culture.Night, night, "a period may run past midnight")
	end, _ := culture.DayPartAt(language.English, culture.Clock(24, 0))
	start, _ := culture.DayPartAt(language.English, 0)
	require.Equal(t, start, end)
}

// Every language that has day periods covers the whole day, each minute once.
func TestDayPeriodsCoverTheDay(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{
		"af", "am", "ar", "az", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "ee", "el", "en", "es", "es-CO", "et", "eu", "fa", "fi", "fil", "fr",
		"gl", "gsw", "gu", "he", "hi", "hi-Latn", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "lo", "lt", "lv", "mk", "ml",
		"mn", "mr", "ms", "my", "nb", "ne", "nl", "nn", "no", "pa", "pl", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th",
		"tr", "uk", "ur", "uz", "vi", "yue", "zh", "zu",
	} {
		periods, ok := culture.DayPeriods(language.Make(tag))
		require.True(t, ok, tag)
		for at := culture.TimeOfDay(0); at < 1440; at += 5 {
			hits := 0
			for _, p := range periods {
				require.NotZero(t, p.Part, p.Name)
				if p.Has(at) {
					hits++
				}
			}
			require.Equal(t, 1, hits, "%s at %s", tag, at)
		}
	}
}

// The extension of a tag is heeded, and what it does not know is left aside.
func TestConventions(t *testing.T) {
	t.Parallel()
	rows := []struct {
		tag, region string
		want        func(*testing.T, culture.Conventions)
		overrides   string
	}{
		{"de-DE", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, time.Monday, c.FirstDay)
			require.Equal(t, "EUR", c.Currency)
			require.Equal(t, "gregory", c.Calendar)
		}, "[]"},
		{"en-US-u-fw-mon-hc-h23-ms-metric-mu-celsius-cu-eur-ca-buddhist", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, time.Monday, c.FirstDay)
			require.Equal(t, culture.Hours23, c.HourCycle)
			require.Equal(t, culture.Metric, c.Measurement)
			require.Equal(t, culture.Celsius, c.Temperature)
			require.Equal(t, "EUR", c.Currency)
			require.Equal(t, "buddhist", c.Calendar)
			require.Equal(t, culture.USLetter, c.Paper)
		}, "[cu ca fw hc ms mu]"},
		{"en-GB-u-rg-uszzzz", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, "US", c.Region.String())
			require.Equal(t, time.Sunday, c.FirstDay)
		}, "[rg]"},
		{"en-GB-u-rg-uszzzz", "DE", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, "DE", c.Region.String(), "a declared region wins")
		}, "[]"},
		{"en-GB-u-rg-uszzzz", "US", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, "US", c.Region.String(), "given, and not taken from the tag")
		}, "[]"},
		{"en-US-u-fw-xyz-hc-h99-cu-12x-ca-marsian-ms-cubits", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, time.Sunday, c.FirstDay)
			require.Equal(t, "USD", c.Currency)
			require.Equal(t, "gregory", c.Calendar)
		}, "[]"},
		{"fr-CA", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, culture.Hours23, c.HourCycle, "CLDR: fr-CA is not CA")
		}, "[]"},
		{"en-CA", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, culture.Hours12, c.HourCycle)
		}, "[]"},
		{"my-BU", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, "MM", c.Region.String())
		}, "[]"},
		{"sr-CS", "", func(t *testing.T, c culture.Conventions) {
			t.Helper()
			require.Equal(t, "RS", c.Region.String(), "the language decides between the successors")
		}, "[]"},
	}
	for _, row := range rows {
		t.Run(row.tag+" "+row.region, func(t *testing.T) {
			t.Parallel()
			var region language.Region
			if row.region != "" {
				region = language.MustParseRegion(row.region)
			}
			c, ok := culture.ConventionsOf(language.MustParse(row.tag), region, culture.Date{})
			require.True(t, ok)
			row.want(t, c)
			require.Equal(t, row.overrides, fmt.Sprint(c.Overrides))
		})
	}
	for _, tag := range []string{"de", "und", "x-a", "es-419", "en-150", "en-SU", "en-CS", "en-ZZ", "en-XA"} {
		_, ok := culture.ConventionsOf(language.MustParse(tag), language.Region{}, culture.Date{})
		require.False(t, ok, "%s has no region, and none is guessed", tag)
	}
	for tag, want := range map[string]culture.HourCycleKind{"fr-CA": culture.Hours23, "en-CA": culture.Hours12, "ku-SY": culture.Hours23, "ar-SY": culture.Hours12} {
		c, ok := culture.ConventionsOf(language.MustParse(tag), language.Region{}, culture.Date{})
		require.True(t, ok)
		require.Equal(t, want, c.HourCycle, tag)
		require.Equal(t, want, culture.Default().HourCycle(in(tag, "")).Value, "the Resolver says the same of %s", tag)
	}
	clock := culture.Default().HourCycle(in("de-DE-u-hc-h12", ""))
	require.Equal(t, culture.Hours12, clock.Value)
	require.Equal(t, culture.Individual, clock.Basis)
	said := in("de-DE-u-hc-h12", "")
	said.Stated = []culture.Preference{{Dimension: culture.HourCycle, Value: "h23"}}
	require.Equal(t, culture.Hours23, culture.Default().HourCycle(said).Value, "a word of the person comes before a setting")
}

// Regions without facts of their own are answered from the tables.
func TestTablesAnswerEveryRegion(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	for _, x := range culture.Territories() {
		c := culture.Context{Region: x.Region()}
		require.Equal(t, x.Weekend(culture.Date{}), r.Weekend(c).Value, x.Region())
		require.Equal(t, x.HourCycle(), r.HourCycle(c).Value, x.Region())
		if conv, ok := culture.ConventionsOf(language.Und, x.Region(), culture.Date{}); ok && conv.Currency != "" {
			i := slices.IndexFunc(x.Currencies(culture.Date{}), func(m culture.Currency) bool { return m.Code == conv.Currency })
			require.True(t, x.Currencies(culture.Date{})[i].Tender, x.Region())
		}
		got := r.Languages(c)
		if got.Basis != culture.Fallback {
			require.Equal(t, x.Languages(), got.Value, x.Region())
			require.Equal(t, culture.Standard, got.Basis)
		}
		require.NotEmpty(t, r.Weekend(c).Sources)
	}
}

// The tables cost what they cost: 56 KB of text in the program.
func TestGeneratedTablesAreSmall(t *testing.T) {
	t.Parallel()
	info, err := os.Stat("internal/tables/region_gen.go")
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(56<<10), "the region tables stay small")
}
