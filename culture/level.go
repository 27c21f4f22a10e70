package culture

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Register is how formally a person is addressed: Sie or du, vous or tu, です or
// plain. The zero value is none.
type Register uint8

// The registers.
const (
	Formal Register = iota + 1
	Neutral
	Informal
)

// String is "formal", "neutral" or "informal"; "none" for the zero value.
func (r Register) String() string { return nameOf(r, "register", "formal", "neutral", "informal") }

// MarshalText writes the name; a value that is no register is ErrName.
func (r Register) MarshalText() ([]byte, error) { return named(r, Formal, Informal) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (r *Register) UnmarshalText(text []byte) error { return find(r, text, Formal, Informal) }

// Register answers how formally to address the person, from FormalityDefault. A
// preference names a register ("informal"). Where nothing is known, or a preference
// or pack has a value that names none, the answer is Formal with Ask: a formal tone
// can be eased later, an informal one cannot be taken back.
func (r *Resolver) Register(c Context) Answer[Register] {
	return one(r, c, FormalityDefault, registerOf, Formal)
}

// registerOf reads the value of a fact on FormalityDefault.
func registerOf(value string) (Register, bool) {
	switch value {
	case "first_name_on_invitation", "formal_long", "formal_then_warm", "lei", "quebec_vous",
		"sie_until_invited", "v_form", "vous", "vy":
		return Formal, true
	}
	return byName(value, Informal)
}

// DirectnessLevel is how plainly a no or a fault is said. The zero value is not known.
type DirectnessLevel uint8

// The levels of directness.
const (
	Direct   DirectnessLevel = iota + 1 // plain speech is expected
	Tactful                             // plain, with tact
	Indirect                            // hints; a plain no is avoided
)

// String is "direct", "tactful" or "indirect"; "none" for the zero value.
func (l DirectnessLevel) String() string {
	return nameOf(l, "directness", "direct", "tactful", "indirect")
}

// MarshalText writes the name; a value that is no level is ErrName.
func (l DirectnessLevel) MarshalText() ([]byte, error) { return named(l, Direct, Indirect) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (l *DirectnessLevel) UnmarshalText(text []byte) error { return find(l, text, Direct, Indirect) }

// directnessOf reads the keys of the facts; those that tell of something else
// (varies_by_city, animated, north_south) have no level.
func directnessOf(value string) (DirectnessLevel, bool) {
	switch value {
	case "direct_emotive", "frank", "relatively_direct", "probing":
		return Direct, true
	case "calm_direct", "candour_with_tact", "polite_straight":
		return Tactful, true
	case "indirect_no", "vague", "softened_no", "polite_yes", "never_direct_no", "soft_no", "agreement_seeking",
		"subtle", "non_confrontational", "direct_is_rude", "avoid_yes_no":
		return Indirect, true
	}
	return byName(value, Indirect)
}

// PunctualityLevel is what being on time means. The zero value is not known.
type PunctualityLevel uint8

// The levels of punctuality. At every level it is right to be on time oneself.
const (
	StrictTime    PunctualityLevel = iota + 1 // to the minute or early
	OnTime                                    // on time; call if late
	VisitorOnTime                             // the visitor is on time, the host may not be
	FlexibleTime                              // some delay is normal on both sides
)

// String is "strict_time", "on_time", "visitor_on_time" or "flexible_time"; "none" for
// the zero value.
func (l PunctualityLevel) String() string {
	return nameOf(l, "punctuality", "strict_time", "on_time", "visitor_on_time", "flexible_time")
}

// MarshalText writes the name; a value that is no level is ErrName.
func (l PunctualityLevel) MarshalText() ([]byte, error) { return named(l, StrictTime, FlexibleTime) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (l *PunctualityLevel) UnmarshalText(text []byte) error {
	return find(l, text, StrictTime, FlexibleTime)
}

func punctualityOf(value string) (PunctualityLevel, bool) {
	switch value {
	case "strict", "early", "strict_varies":
		return StrictTime, true
	case "appreciated", "locals_punctual":
		return OnTime, true
	case "expected_of_visitor", "be_on_time_tolerate":
		return VisitorOnTime, true
	case "flexible", "rubber_time", "appreciated_flexible", "10_15_min", "5_10_min_ok":
		return FlexibleTime, true
	}
	return byName(value, FlexibleTime)
}

// SmallTalkLevel is how much talk comes before the matter. The zero value is not known.
type SmallTalkLevel uint8

// The levels of small talk.
const (
	NoTalk      SmallTalkLevel = iota + 1 // none: a wish of a person, not a report about a region
	LittleTalk                            // hardly any
	BriefTalk                             // a few minutes, nothing private
	OpeningTalk                           // expected before business
	LongTalk                              // the first meeting may be nothing else
)

// String is "no_talk", "little_talk", "brief_talk", "opening_talk" or "long_talk"; "none"
// for the zero value.
func (l SmallTalkLevel) String() string {
	return nameOf(l, "small talk", "no_talk", "little_talk", "brief_talk", "opening_talk", "long_talk")
}

// MarshalText writes the name; a value that is no level is ErrName.
func (l SmallTalkLevel) MarshalText() ([]byte, error) { return named(l, NoTalk, LongTalk) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (l *SmallTalkLevel) UnmarshalText(text []byte) error { return find(l, text, NoTalk, LongTalk) }

// smallTalkOf reads the keys of the facts; those that tell of topics and humour have no
// level.
func smallTalkOf(value string) (SmallTalkLevel, bool) {
	switch value {
	case "none", "no":
		return NoTalk, true
	case "little", "minimal", "low_private":
		return LittleTalk, true
	case "short", "short_neutral", "brief_private", "short_not_personal", "trivial_opening", "weather_journey":
		return BriefTalk, true
	case "before_business", "preliminary", "guanxi", "good_natured", "family_weather", "family_health", "sport_family",
		"family_ok", "host_moves_to_business", "senior_ends_it":
		return OpeningTalk, true
	case "long", "long_family", "long_preliminaries", "considerable", "start_and_end", "relationship", "first_meeting_social",
		"personal_questions", "personal_family", "placing_questions":
		return LongTalk, true
	}
	return byName(value, LongTalk)
}

// NameSequence is the order of the parts of a name. The zero value is not known.
type NameSequence uint8

// The sequences of names.
const (
	GivenFirst        NameSequence = iota + 1 // given name, then family name
	FamilyFirst                               // family name, then given name
	SingleName                                // one name is common; never require a second
	PatronymicLast                            // given name, then the parent's name
	PatronymicBetween                         // given name, patronymic, family name
	TwoSurnames                               // given names, paternal, maternal surname
	TwoSurnamesBack                           // given names, maternal, paternal surname
	VariedOrder                               // differs within the region: ask
)

// String is "given_first", "family_first", "single_name", "patronymic_last",
// "patronymic_between", "two_surnames", "two_surnames_back" or "varied_order"; "none" for
// the zero value.
func (n NameSequence) String() string {
	return nameOf(n, "name order", "given_first", "family_first", "single_name", "patronymic_last", "patronymic_between",
		"two_surnames", "two_surnames_back", "varied_order")
}

// MarshalText writes the name; a value that is no sequence is ErrName.
func (n NameSequence) MarshalText() ([]byte, error) { return named(n, GivenFirst, VariedOrder) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (n *NameSequence) UnmarshalText(text []byte) error {
	return find(n, text, GivenFirst, VariedOrder)
}

// nameOrderOf reads the keys of NameOrder and of NameOrderCLDR; sort_by_given tells of
// lists and has no sequence.
func nameOrderOf(value string) (NameSequence, bool) {
	switch value {
	case "givenFirst":
		return GivenFirst, true
	case "surnameFirst":
		return FamilyFirst, true
	case "mononym":
		return SingleName, true
	case "patronymic_not_family":
		return PatronymicLast, true
	case "given_patronymic_family":
		return PatronymicBetween, true
	case "maternal_then_paternal":
		return TwoSurnamesBack, true
	case "varies_by_region":
		return VariedOrder, true
	}
	return byName(value, VariedOrder)
}

// hourCycleNamed reads CLDR's letters and BCP 47's names.
func hourCycleNamed(value string) (HourCycleKind, bool) {
	switch value {
	case "H":
		return Hours23, true
	case "h":
		return Hours12, true
	}
	return byName(value, Hours24)
}

// languagesOf reads a list such as "bo,mn_Mong,zh"; false where nothing of it is a
// language. Share is not known, the standing is taken to be official.
func languagesOf(value string) ([]RegionLanguage, bool) {
	var all []RegionLanguage
	for item := range strings.SplitSeq(value, ",") {
		tag, err := language.Parse(strings.TrimSpace(item))
		if err == nil && tag != language.Und {
			all = append(all, RegionLanguage{Tag: tag, Status: Official})
		}
	}
	return all, all != nil
}

// Season is a time of the year in which little happens.
type Season struct {
	Months    []time.Month `json:"months,omitempty"`    // ascending
	Ramadan   bool         `json:"ramadan,omitempty"`   // the host knows its days
	Christmas bool         `json:"christmas,omitempty"` // the week after
	Bridges   bool         `json:"bridges,omitempty"`   // a holiday takes the day between it and the weekend along
}

// String is the season as text: "July, August and Ramadan".
func (s Season) String() string {
	var names []string
	for _, m := range s.Months {
		names = append(names, m.String())
	}
	for _, part := range [...]struct {
		is   bool
		name string
	}{{s.Ramadan, "Ramadan"}, {s.Christmas, "Christmas"}, {s.Bridges, "bridging days"}} {
		if part.is {
			names = append(names, part.name)
		}
	}
	switch n := len(names); n {
	case 0:
		return "none"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// seasonOf reads the keys of the facts: names of months, ramadan, christmas and
// bridges, joined by underscores. "june_august" is a stretch.
func seasonOf(value string) (Season, bool) {
	if value == "june_august" {
		return Season{Months: []time.Month{time.June, time.July, time.August}}, true
	}
	var s Season
	for part := range strings.SplitSeq(value, "_") {
		switch part {
		case "ramadan":
			s.Ramadan = true
		case "christmas":
			s.Christmas = true
		case "bridges":
			s.Bridges = true
		case "short", "hours":
		default:
			m := monthNamed(part)
			if m == 0 {
				return Season{}, false
			}
			s.Months = append(s.Months, m)
		}
	}
	slices.Sort(s.Months)
	return s, s.Ramadan || s.Christmas || s.Bridges || s.Months != nil
}

func monthNamed(name string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if strings.ToLower(m.String()) == name {
			return m
		}
	}
	return 0
}
