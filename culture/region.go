package culture

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// regionRow is a row of the generated table, split but not yet read.
type regionRow struct {
	code                            string
	firstDay                        time.Weekday
	minDays                         int
	weekend                         Weekdays
	hours                           hourRow
	calendars                       string
	measurement, temperature, paper string
	currencies, languages, zones    string
}

// hourRow is the preferred hour cycle and the allowed ones.
type hourRow struct {
	preferred HourCycleKind
	allowed   []HourCycleKind
}

// regionRows is the generated table by region. The rows are shared and only read.
var regionRows = sync.OnceValue(func() map[string]*regionRow {
	rows := map[string]*regionRow{}
	for line := range strings.Lines(tables.RegionRows) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		row := &regionRow{
			code: f[0], hours: readHours(f[4]), calendars: f[5], measurement: f[6], temperature: f[7], paper: f[8],
			currencies: f[9], languages: f[10], zones: f[11],
		}
		day, _ := strconv.Atoi(f[1])
		row.firstDay = time.Weekday(day)
		row.minDays, _ = strconv.Atoi(f[2])
		for _, digit := range f[3] {
			row.weekend |= WeekdaysOf(time.Weekday(digit - '0'))
		}
		rows[row.code] = row
	}
	return rows
})

// hourRows are the hour cycles of languages in regions, such as fr-CA.
var hourRows = sync.OnceValue(func() map[string]hourRow {
	rows := map[string]hourRow{}
	for line := range strings.Lines(tables.HourRows) {
		key, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		rows[key] = readHours(text)
	}
	return rows
})

// readHours reads "H h hB": the preferred letter, then the allowed ones. The letters
// with b and B ("at night", "in the morning") are the 12-hour clock, too.
func readHours(text string) hourRow {
	letters := map[byte]HourCycleKind{'H': Hours23, 'k': Hours24, 'h': Hours12, 'K': Hours11}
	var row hourRow
	for i, item := range strings.Fields(text) {
		kind := letters[item[0]]
		if i == 0 {
			row.preferred = kind
		}
		if !slices.Contains(row.allowed, kind) {
			row.allowed = append(row.allowed, kind)
		}
	}
	return row
}

// Territory is what Unicode CLDR 48.2 and tzdata 2026f say about a region. It is a
// small value; the zero value is no region, with which every method answers with the
// zero value of its result.
type Territory struct {
	region language.Region
	row    *regionRow
}

// TerritoryOf is the territory of a region; false for what is no country and for a
// region that CLDR does not list. A region that is no more gives its successor
// where there is only one (BU is MM), and false where there are several (CS, SU).
func TerritoryOf(region language.Region) (Territory, bool) {
	region, ok := today(region, language.Und)
	if !ok {
		return Territory{}, false
	}
	return Territory{region, regionRows()[region.String()]}, true
}

// Territories returns every territory that CLDR lists and a [language.Region] can
// name, in the order of their codes.
func Territories() []Territory {
	var all []Territory
	for code := range regionRows() {
		if region, err := language.ParseRegion(code); err == nil {
			if t, ok := TerritoryOf(region); ok && t.region == region {
				all = append(all, t)
			}
		}
	}
	slices.SortFunc(all, func(a, b Territory) int { return strings.Compare(a.row.code, b.row.code) })
	return all
}

// Region is the region; zero for no territory.
func (t Territory) Region() language.Region { return t.region }

// FirstDay is the day with which calendars begin a week; Sunday for no territory.
func (t Territory) FirstDay() time.Weekday {
	if t.row == nil {
		return time.Sunday
	}
	return t.row.firstDay
}

// MinDays is how many days of a week must lie in a year for it to be the year's first
// week: 1 or 4; 0 for no territory.
func (t Territory) MinDays() int {
	if t.row == nil {
		return 0
	}
	return t.row.minDays
}

// Weekend is the days of rest on a day; the zero Date is today's, as of the data.
// Where CLDR, which knows only the present and only days in a row, is not enough, a
// record with its source decides: the United Arab Emirates rested on Friday and
// Saturday until the end of 2021. See [WeekendRecords].
func (t Territory) Weekend(on Date) Weekdays {
	if t.row == nil {
		return 0
	}
	if r, ok := weekendRecord(t.row.code, on); ok {
		return r.Days
	}
	return t.row.weekend
}

// HourCycle is the clock that is preferred in the region, whatever the language;
// [ConventionsOf] knows the languages that differ. Zero for no territory.
func (t Territory) HourCycle() HourCycleKind {
	if t.row == nil {
		return 0
	}
	return t.row.hours.preferred
}

// HourCycles are the clocks that are in use in the region, the preferred one first.
func (t Territory) HourCycles() []HourCycleKind {
	if t.row == nil {
		return nil
	}
	return slices.Clone(t.row.hours.allowed)
}

// Currency is money of a region.
type Currency struct {
	Code   string `json:"code"`          // ISO 4217, such as "EUR"
	From   Date   `json:"from,omitzero"` // first day; zero where CLDR does not say
	To     Date   `json:"to,omitzero"`   // last day; zero while it is in use
	Tender bool   `json:"tender"`        // legal tender; false for units of account and the like
}

// Currencies are those in use on a day, the main one first; the zero Date is the
// present, as of the data. On days on which two were in use at once (HRK and EUR in
// January 2023) both are given, the newer first.
func (t Territory) Currencies(on Date) []Currency {
	var in []Currency
	for _, c := range t.AllCurrencies() {
		switch {
		case on.IsZero():
			if c.To.IsZero() {
				in = append(in, c)
			}
		case c.From.Compare(on) <= 0 && (c.To.IsZero() || c.To.Compare(on) >= 0):
			in = append(in, c)
		}
	}
	return in
}

// AllCurrencies are the region's currencies of all times, the newest first.
func (t Territory) AllCurrencies() []Currency {
	if t.row == nil {
		return nil
	}
	var all []Currency
	for item := range strings.FieldsSeq(t.row.currencies) {
		f := strings.Split(item, ":")
		if f[0] == "XXX" {
			continue // ISO's code for no currency
		}
		c := Currency{Code: f[0], Tender: len(f) < 4}
		c.From, _ = parseDate(f[1])
		c.To, _ = parseDate(f[2])
		all = append(all, c)
	}
	return all
}

// RegionLanguage is a language of a region.
type RegionLanguage struct {
	Tag    language.Tag   `json:"tag"`
	Share  float64        `json:"share"` // of the population, a ratio 0 to 1; they speak it, perhaps beside others
	Status LanguageStatus `json:"status"`
}

// Languages are the official languages and those that at least one in a hundred uses,
// the most used first; nil for no territory and where CLDR names none.
func (t Territory) Languages() []RegionLanguage {
	if t.row == nil {
		return nil
	}
	var all []RegionLanguage
	for item := range strings.FieldsSeq(t.row.languages) {
		f := strings.Split(item, ":")
		tag, err := language.Parse(f[0])
		if err != nil {
			continue // a code younger than package language; none at present, as a test says
		}
		share, _ := strconv.ParseFloat(f[1], 64)
		l := RegionLanguage{Tag: tag, Share: share / 100}
		l.Status = statusOf(f[2])
		all = append(all, l)
	}
	return all
}

// Official reports whether a language has any official status in the region, for all
// of it or for a part.
func (t Territory) Official(tag language.Tag) bool {
	return slices.ContainsFunc(t.Languages(), func(l RegionLanguage) bool {
		return l.Status != Unofficial && SameLanguage(l.Tag, tag)
	})
}

// Zones are the time zones of the region by tzdata's zone.tab: the main one first
// where CLDR names it, else in the order of that file. None for no territory, for
// uninhabited islands and for Kosovo, which zone.tab does not list.
func (t Territory) Zones() []string {
	if t.row == nil {
		return nil
	}
	zones := strings.Fields(t.row.zones)
	for i, zone := range zones {
		zones[i] = strings.TrimPrefix(zone, "*")
	}
	return zones
}

// PrimaryZone is the zone of a region that has one, or the main one where CLDR names
// it; false where there are several and none is the main one (US, CA, AU, RU, BR): ask
// the person.
func (t Territory) PrimaryZone() (string, bool) {
	zones := t.Zones()
	if len(zones) == 0 || len(zones) > 1 && !strings.HasPrefix(t.row.zones, "*") {
		return "", false
	}
	return zones[0], true
}

// Calendars are the calendars in use, the preferred one first, as BCP 47 names them
// ("gregory", "persian"); nil for no territory.
func (t Territory) Calendars() []string {
	if t.row == nil {
		return nil
	}
	calendars := strings.Fields(t.row.calendars)
	for i, c := range calendars {
		if c == "gregorian" {
			calendars[i] = "gregory"
		}
	}
	return calendars
}

// Measurement is the system of units; zero for no territory.
func (t Territory) Measurement() MeasurementSystem {
	if t.row == nil {
		return 0
	}
	return measurementOf(t.row.measurement)
}

// Temperature is the scale of weather reports; zero for no territory.
func (t Territory) Temperature() TemperatureScale {
	switch {
	case t.row == nil:
		return 0
	case t.row.temperature == "US":
		return Fahrenheit
	default:
		return Celsius
	}
}

// Paper is the usual size of a letter's paper; zero for no territory.
func (t Territory) Paper() PaperSize {
	switch {
	case t.row == nil:
		return 0
	case t.row.paper == "US-Letter":
		return USLetter
	default:
		return A4
	}
}

// Versions are the versions of the data in this package.
type Versions struct {
	CLDR   string `json:"cldr"`   // of Unicode CLDR, such as "48.2.0"
	TZData string `json:"tzdata"` // of zone.tab, such as "2026f"
	Facts  Date   `json:"facts"`  // the day on which the built-in facts were compiled; confidence ages from it
}

// DataVersions returns the versions of the data in this package, for logs and bug
// reports of a host.
func DataVersions() Versions {
	p, err := builtinPack()
	if err != nil {
		panic(err) // the data is part of the program; a test reads it
	}
	return Versions{CLDR: tables.CLDRVersion, TZData: tables.ZoneVersion, Facts: p.made}
}
