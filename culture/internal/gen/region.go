package main

import (
	"crypto/sha512"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/culture/internal/gen/source"
)

// zoneTab is zone.tab of tzdata 2026f, which is in the public domain and lies beside the
// lock file, since no npm package carries it.
//
//go:embed zone.tab
var zoneTab string

// zoneTabVersion is the version of zone.tab.
const zoneTabVersion = "2026f"

// zoneTabIntegrity pins zone.tab as the lock file pins the packages.
const zoneTabIntegrity = "sha512-Lw/oPGUMVIMBdx6mpRWv7l3q62NSYvsLMsbTMBkB4sWXlOi/+gLtiAjTNaSACiTpygDTBa8Cr+qdPzF8rbbt2w=="

// commonShare is the share of a population in percent from which a language without
// official status is listed for a region.
const commonShare = 1

// regionInput is the supplemental data of CLDR that the region tables are made of.
type regionInput struct {
	Week struct {
		MinDays, FirstDay, WeekendStart, WeekendEnd map[string]string
	}
	Hours map[string]struct {
		Allowed   string `json:"_allowed"`
		Preferred string `json:"_preferred"`
	}
	Measure struct {
		System      map[string]string `json:"measurementSystem"`
		Temperature map[string]string `json:"measurementSystem-category-temperature"`
		Paper       map[string]string `json:"paperSize"`
	}
	Calendars  map[string][]string
	Currencies struct {
		Region map[string][]map[string]struct {
			From   string `json:"_from"`
			To     string `json:"_to"`
			Tender string `json:"_tender"`
		} `json:"region"`
	}
	Territories map[string]struct {
		Languages map[string]struct {
			Share  string `json:"_populationPercent"`
			Status string `json:"_officialStatus"`
		} `json:"languagePopulation"`
	}
	Primary map[string]string
	Periods map[string]map[string]struct {
		From   string `json:"_from"`
		Before string `json:"_before"`
		At     string `json:"_at"`
	}
	Aliases map[string]struct {
		Replacement string `json:"_replacement"`
	}
	Zones map[string][]string // from zone.tab, in its order
}

// regions makes the region tables from cldr-core and from zone.tab.
func regions(set *source.Set) ([]byte, error) {
	sum := sha512.Sum512([]byte(zoneTab))
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != zoneTabIntegrity {
		return nil, fmt.Errorf("zone.tab has the hash %s, want %s", got, zoneTabIntegrity)
	}
	in, err := readRegions(set)
	if err != nil {
		return nil, err
	}
	in.Zones = zonesOf(zoneTab)
	var b strings.Builder
	fmt.Fprintf(&b, "package tables\n\n// ZoneVersion is the version of tzdata whose zone.tab was read.\nconst ZoneVersion = %q\n", zoneTabVersion)
	for _, table := range []struct {
		name, doc string
		rows      []string
	}{
		{"RegionRows", "holds the regions: code, first day (0 is Sunday), days in the first week, weekend days,\n// hours (preferred, then allowed), calendars, measurement, temperature, paper, currencies (newest first; code,\n// from, to, n where no legal tender), languages (tag, share in percent, status), zones (a star before the main one of several).", in.regionRows()},
		{"HourRows", "holds the hour cycles of languages in regions that differ from the region's.", in.hourRows()},
		{"DayPeriodRows", "holds the day periods by language: name, from, before in minutes.", in.periodRows()},
		{"RegionAliasRows", "holds the regions that are no more, with their successors.", in.aliasRows()},
	} {
		fmt.Fprintf(&b, "\n// %s %s\nconst %s = `%s`\n", table.name, table.doc, table.name, strings.Join(table.rows, "\n"))
	}
	return []byte(b.String()), nil
}

// readRegions reads the files of the package.
func readRegions(core *source.Set) (*regionInput, error) {
	in := &regionInput{}
	var week struct {
		MinDays      map[string]string `json:"minDays"`
		FirstDay     map[string]string `json:"firstDay"`
		WeekendStart map[string]string `json:"weekendStart"`
		WeekendEnd   map[string]string `json:"weekendEnd"`
	}
	var territories map[string]json.RawMessage
	var alias struct {
		Territory json.RawMessage `json:"territoryAlias"`
	}
	err := errors.Join(
		read(core, "weekData", &week, "weekData"),
		read(core, "timeData", &in.Hours, "timeData"),
		read(core, "measurementData", &in.Measure, "measurementData"),
		read(core, "calendarPreferenceData", &in.Calendars, "calendarPreferenceData"),
		read(core, "currencyData", &in.Currencies, "currencyData"),
		read(core, "territoryInfo", &territories, "territoryInfo"),
		read(core, "primaryZones", &in.Primary, "primaryZones"),
		read(core, "dayPeriods", &in.Periods, "dayPeriodRuleSet"),
		read(core, "aliases", &alias, "metadata", "alias"),
	)
	if err != nil {
		return nil, err
	}
	in.Week.MinDays, in.Week.FirstDay = week.MinDays, week.FirstDay
	in.Week.WeekendStart, in.Week.WeekendEnd = week.WeekendStart, week.WeekendEnd
	territory, err := json.Marshal(territories)
	if err != nil {
		return nil, err
	}
	return in, errors.Join(
		json.Unmarshal(territory, &in.Territories),
		json.Unmarshal(alias.Territory, &in.Aliases),
	)
}

// read takes what stands under a path of keys of supplemental/<file>.json.
func read(core *source.Set, file string, into any, keys ...string) error {
	data, err := core.File("cldr-core", "supplemental/"+file+".json")
	if err != nil {
		return err
	}
	node := json.RawMessage(data)
	for _, key := range append([]string{"supplemental"}, keys...) {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(node, &object); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if node = object[key]; node == nil {
			return fmt.Errorf("%s: no %s", file, key)
		}
	}
	if err := json.Unmarshal(node, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// zonesOf reads zone.tab: the zones of each region in the order of the file.
func zonesOf(text string) map[string][]string {
	zones := map[string][]string{}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(fields) < 3 {
			continue
		}
		zones[fields[0]] = append(zones[fields[0]], fields[2])
	}
	return zones
}

var weekdays = map[string]int{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}

// regionRows makes a row for each two-letter region of territoryInfo.
func (in *regionInput) regionRows() []string {
	var rows []string
	for _, code := range slices.Sorted(maps.Keys(in.Territories)) {
		if len(code) != 2 || code == "ZZ" {
			continue
		}
		hours := in.Hours[code]
		if hours.Preferred == "" {
			hours = in.Hours["001"]
		}
		measure := world(in.Measure.System, code)
		temperature := in.Measure.Temperature[code]
		if temperature == "" {
			temperature = measure
		}
		calendars := in.Calendars[code]
		if calendars == nil {
			calendars = in.Calendars["001"]
		}
		rows = append(rows, strings.Join([]string{
			code, strconv.Itoa(weekdays[world(in.Week.FirstDay, code)]), world(in.Week.MinDays, code), in.weekend(code),
			hours.Preferred + " " + hours.Allowed, strings.Join(calendars, " "), measure, temperature, world(in.Measure.Paper, code),
			strings.Join(in.currencies(code), " "), strings.Join(in.languages(code), " "), strings.Join(in.zones(code), " "),
		}, "|"))
	}
	return rows
}

// world is the value of a region, or that of the world.
func world(m map[string]string, code string) string {
	if v, ok := m[code]; ok {
		return v
	}
	return m["001"]
}

// weekend is the days from the first to the last of the weekend, as digits.
func (in *regionInput) weekend(code string) string {
	day, last := weekdays[world(in.Week.WeekendStart, code)], weekdays[world(in.Week.WeekendEnd, code)]
	days := strconv.Itoa(day)
	for day != last {
		day = (day + 1) % 7
		days += strconv.Itoa(day)
	}
	return days
}

// currencies keeps the order of CLDR among those that are still in use, then the
// others by their last day.
func (in *regionInput) currencies(code string) []string {
	type row struct{ text, to string }
	var rows []row
	for _, entry := range in.Currencies.Region[code] {
		for _, currency := range slices.Sorted(maps.Keys(entry)) {
			e := entry[currency]
			text := currency + ":" + e.From + ":" + e.To
			if e.Tender == "false" {
				text += ":n"
			}
			to := e.To
			if to == "" {
				to = "9999"
			}
			rows = append(rows, row{text, to})
		}
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].to > rows[j].to })
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.text
	}
	return out
}

// languages lists what is official and what is common, the most used first.
func (in *regionInput) languages(code string) []string {
	type row struct {
		tag, status, text string
		share             float64
	}
	var rows []row
	for tag, l := range in.Territories[code].Languages {
		share, err := strconv.ParseFloat(l.Share, 64)
		if err != nil {
			share = 0
		}
		if share < commonShare && l.Status == "" {
			continue
		}
		tag = strings.ReplaceAll(tag, "_", "-")
		rows = append(rows, row{tag: tag, share: share, text: tag + ":" + l.Share + ":" + l.Status})
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.share != b.share {
			if a.share > b.share {
				return -1
			}
			return 1
		}
		return strings.Compare(a.tag, b.tag)
	})
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.text
	}
	return out
}

// zones puts the main zone of a region with several first and marks it with a star,
// where CLDR names one.
func (in *regionInput) zones(code string) []string {
	zones := slices.Clone(in.Zones[code])
	if i := slices.Index(zones, in.Primary[code]); i >= 0 {
		zones = slices.Insert(slices.Delete(zones, i, i+1), 0, "*"+in.Primary[code])
	}
	return zones
}

func (in *regionInput) hourRows() []string {
	var rows []string
	for _, key := range slices.Sorted(maps.Keys(in.Hours)) {
		if strings.Contains(key, "-") {
			rows = append(rows, key+"|"+in.Hours[key].Preferred+" "+in.Hours[key].Allowed)
		}
	}
	return rows
}

func (in *regionInput) periodRows() []string {
	var rows []string
	for _, tag := range slices.Sorted(maps.Keys(in.Periods)) {
		var spans []string
		for name, p := range in.Periods[tag] {
			if p.At == "" {
				spans = append(spans, fmt.Sprintf("%04d:%04d:%s", minutes(p.From), minutes(p.Before), name))
			}
		}
		slices.Sort(spans)
		rows = append(rows, tag+"|"+strings.Join(spans, " "))
	}
	return rows
}

// minutes reads "16:00".
func minutes(clock string) int {
	hour, minute, _ := strings.Cut(clock, ":")
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return h*60 + m
}

// aliasRows keeps the regions of two letters; numbers and alpha-3 codes are other
// spellings that package language reads.
func (in *regionInput) aliasRows() []string {
	var rows []string
	for _, code := range slices.Sorted(maps.Keys(in.Aliases)) {
		if len(code) == 2 {
			rows = append(rows, code+"|"+in.Aliases[code].Replacement)
		}
	}
	return rows
}
