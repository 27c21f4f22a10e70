package culture

import "strings"

// HourCycleKind is how the hours of a day are counted.
type HourCycleKind uint8

// The hour cycles, as BCP 47 -u-hc names them.
const (
	Hours11 HourCycleKind = iota + 1 // 0 to 11, twice: h11
	Hours12                          // 1 to 12, twice: h12
	Hours23                          // 0 to 23: h23
	Hours24                          // 1 to 24: h24
)

// Twice reports a clock that goes round twice a day and needs a.m. and p.m.
func (h HourCycleKind) Twice() bool { return h == Hours11 || h == Hours12 }

// String is "h11", "h12", "h23" or "h24"; "none" for the zero value.
func (h HourCycleKind) String() string { return nameOf(h, "hour cycle", "h11", "h12", "h23", "h24") }

// MarshalText writes the name; a value that is no hour cycle is ErrName.
func (h HourCycleKind) MarshalText() ([]byte, error) { return named(h, Hours11, Hours24) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (h *HourCycleKind) UnmarshalText(text []byte) error { return find(h, text, Hours11, Hours24) }

// LanguageStatus is the standing of a language in a region.
type LanguageStatus uint8

// The standings. The first is the zero value: most languages have none.
const (
	Unofficial       LanguageStatus = iota // none
	Official                               // by law, in the whole region
	DeFactoOfficial                        // by use, without a law
	RegionalOfficial                       // in a part of the region
	MinorityOfficial                       // for a minority
)

// String is "unofficial", "official", "de_facto_official", "official_regional" or
// "official_minority".
func (s LanguageStatus) String() string {
	if s == Unofficial {
		return "unofficial"
	}
	return nameOf(s, "status", "official", "de_facto_official", "official_regional", "official_minority")
}

// MarshalText writes the name; a value that is no status is ErrName.
func (s LanguageStatus) MarshalText() ([]byte, error) { return named(s, Unofficial, MinorityOfficial) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (s *LanguageStatus) UnmarshalText(text []byte) error {
	return find(s, text, Unofficial, MinorityOfficial)
}

func statusOf(text string) LanguageStatus {
	var s LanguageStatus
	if s.UnmarshalText([]byte(text)) != nil {
		return Unofficial
	}
	return s
}

// MeasurementSystem is a system of units.
type MeasurementSystem uint8

// The systems, as BCP 47 -u-ms names them.
const (
	Metric   MeasurementSystem = iota + 1 // metric
	Imperial                              // uksystem: miles and pints beside metric units
	USUnits                               // ussystem
)

// String is "metric", "uksystem" or "ussystem"; "none" for the zero value.
func (m MeasurementSystem) String() string {
	return nameOf(m, "measurement system", "metric", "uksystem", "ussystem")
}

// MarshalText writes the name; a value that is no system is ErrName.
func (m MeasurementSystem) MarshalText() ([]byte, error) { return named(m, Metric, USUnits) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (m *MeasurementSystem) UnmarshalText(text []byte) error { return find(m, text, Metric, USUnits) }

func measurementOf(text string) MeasurementSystem {
	switch text {
	case "UK":
		return Imperial
	case "US":
		return USUnits
	default:
		return Metric
	}
}

// TemperatureScale is the scale of weather reports.
type TemperatureScale uint8

// The scales, as BCP 47 -u-mu names them.
const (
	Celsius    TemperatureScale = iota + 1 // celsius
	Fahrenheit                             // fahrenhe
	Kelvin                                 // kelvin: only where a tag asks for it
)

// String is "celsius", "fahrenhe" (BCP 47 has eight letters) or "kelvin"; "none" for
// the zero value.
func (s TemperatureScale) String() string {
	return nameOf(s, "temperature scale", "celsius", "fahrenhe", "kelvin")
}

// MarshalText writes the name; a value that is no scale is ErrName.
func (s TemperatureScale) MarshalText() ([]byte, error) { return named(s, Celsius, Kelvin) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (s *TemperatureScale) UnmarshalText(text []byte) error { return find(s, text, Celsius, Kelvin) }

// PaperSize is a size of paper.
type PaperSize uint8

// The sizes.
const (
	A4 PaperSize = iota + 1
	USLetter
)

// String is "A4" or "US-Letter"; "none" for the zero value.
func (p PaperSize) String() string { return nameOf(p, "paper size", "A4", "US-Letter") }

// MarshalText writes the name; a value that is no size is ErrName.
func (p PaperSize) MarshalText() ([]byte, error) { return named(p, A4, USLetter) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (p *PaperSize) UnmarshalText(text []byte) error { return find(p, text, A4, USLetter) }

// DayPart is a part of the day as greetings know it.
type DayPart uint8

// The parts of the day.
const (
	Morning DayPart = iota + 1
	Afternoon
	Evening
	Night
)

// String is "morning", "afternoon", "evening" or "night"; "none" for the zero value.
func (p DayPart) String() string {
	return nameOf(p, "day part", "morning", "afternoon", "evening", "night")
}

// MarshalText writes the name; a value that is no part is ErrName.
func (p DayPart) MarshalText() ([]byte, error) { return named(p, Morning, Night) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (p *DayPart) UnmarshalText(text []byte) error { return find(p, text, Morning, Night) }

// partOf is the part of CLDR's period, such as "afternoon2".
func partOf(period string) DayPart {
	var p DayPart
	if p.UnmarshalText([]byte(strings.TrimRight(period, "12"))) != nil {
		return 0
	}
	return p
}
