package culture

import (
	"encoding/json"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Conventions are the conventions of a language in a region, as a tag may adjust them.
type Conventions struct {
	Tag         language.Tag      `json:"tag"`
	Region      language.Region   `json:"region"`
	FirstDay    time.Weekday      `json:"first_day"`
	MinDays     int               `json:"min_days"`
	Weekend     Weekdays          `json:"weekend"`
	HourCycle   HourCycleKind     `json:"hour_cycle"`
	Currency    string            `json:"currency,omitempty"` // ISO 4217; empty where the region has none
	Calendar    string            `json:"calendar"`           // BCP 47, such as "gregory"
	Measurement MeasurementSystem `json:"measurement"`
	Temperature TemperatureScale  `json:"temperature"`
	Paper       PaperSize         `json:"paper"`
	// Overrides are the BCP 47 -u- keys of the tag that decided a field, in the order
	// of this list: cu, ca, fw, hc, ms, mu, rg.
	Overrides []string `json:"overrides,omitempty"`
}

// ConventionsOf are the conventions for a message in a language to a person in a
// region on a day. The region is the given one, else that of the tag ([RegionOf]); it
// is false where there is none. What the tag's -u- extension asks for wins: -u-fw
// (first day), -hc (clock), -ca (calendar), -ms and -mu (units), -cu (currency), and -rg in
// the place of a region that is not given. A value of these keys that is not known is
// left aside. The zero Date is the present, as of the data.
func ConventionsOf(tag language.Tag, region language.Region, on Date) (Conventions, bool) {
	given := region != (language.Region{})
	if !given {
		region, _ = RegionOf(tag)
	}
	region, _ = today(region, tag)
	t, ok := TerritoryOf(region)
	if !ok {
		return Conventions{}, false
	}
	c := Conventions{
		Tag: tag, Region: t.region, FirstDay: t.FirstDay(), MinDays: t.MinDays(), Weekend: t.Weekend(on),
		HourCycle: hourCycleOf(tag, t), Calendar: t.Calendars()[0], Measurement: t.Measurement(),
		Temperature: t.Temperature(), Paper: t.Paper(),
	}
	for _, currency := range t.Currencies(on) {
		if currency.Tender {
			c.Currency = currency.Code
			break
		}
	}
	c.adjust(tag)
	if !given && strings.HasPrefix(tag.TypeForKey("rg"), strings.ToLower(t.region.String())) {
		c.Overrides = append(c.Overrides, "rg")
	}
	return c, true
}

// hourCycleOf prefers what CLDR says of the language in the region (fr-CA), and of the
// language in the world (en-001), only where that is the tag's own region.
func hourCycleOf(tag language.Tag, t Territory) HourCycleKind {
	if base := baseOf(tag); base != "" {
		if row, ok := hourRows()[base+"-"+t.row.code]; ok {
			return row.preferred
		}
	}
	return t.HourCycle()
}

// adjust applies the extension of the tag.
func (c *Conventions) adjust(tag language.Tag) {
	use := func(key string, known func(value string) bool) {
		if value := tag.TypeForKey(key); value != "" && known(value) {
			c.Overrides = append(c.Overrides, key)
		}
	}
	use("cu", func(v string) bool {
		if len(v) != 3 || strings.Trim(v, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
		c.Currency = strings.ToUpper(v)
		return true
	})
	use("ca", func(v string) bool {
		if !calendars[v] {
			return false
		}
		c.Calendar = v
		return true
	})
	use("fw", func(v string) bool {
		day, ok := parseDay(v)
		if ok {
			c.FirstDay = day
		}
		return ok
	})
	use("hc", func(v string) bool { return c.HourCycle.UnmarshalText([]byte(v)) == nil })
	use("ms", func(v string) bool {
		if v == "imperial" { // the old name
			v = "uksystem"
		}
		return c.Measurement.UnmarshalText([]byte(v)) == nil
	})
	use("mu", func(v string) bool { return c.Temperature.UnmarshalText([]byte(v)) == nil })
}

// calendars are the calendars that BCP 47 -u-ca names (CLDR 48, bcp47/calendar).
var calendars = map[string]bool{
	"buddhist": true, "chinese": true, "coptic": true, "dangi": true, "ethioaa": true, "ethiopic": true,
	"gregory": true, "hebrew": true, "indian": true, "islamic": true, "islamic-civil": true, "islamic-rgsa": true,
	"islamic-tbla": true, "islamic-umalqura": true, "iso8601": true, "japanese": true, "persian": true, "roc": true,
}

// conventionsText is Conventions with the region as text.
type (
	plainConventions Conventions
	conventionsText  struct {
		plainConventions
		Region regionName `json:"region"`
	}
)

// MarshalJSON writes the region by its code.
func (c Conventions) MarshalJSON() ([]byte, error) {
	return json.Marshal(conventionsText{plainConventions(c), regionName(c.Region)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Conventions) UnmarshalJSON(data []byte) error {
	var text conventionsText
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*c = Conventions(text.plainConventions)
	c.Region = language.Region(text.Region)
	return nil
}
