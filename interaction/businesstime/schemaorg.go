package businesstime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"
)

// openingHours is one OpeningHoursSpecification of schema.org.
type openingHours struct {
	Type         string   `json:"@type,omitempty"`
	DayOfWeek    dayNames `json:"dayOfWeek,omitempty"`
	Opens        string   `json:"opens,omitempty"`
	Closes       string   `json:"closes,omitempty"`
	ValidFrom    string   `json:"validFrom,omitempty"`
	ValidThrough string   `json:"validThrough,omitempty"`
}

// dayNames reads one name or a list.
type dayNames []string

// UnmarshalJSON reads a string or an array of strings.
func (d *dayNames) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*d = dayNames{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(d))
}

// ParseSchemaOrg reads the OpeningHoursSpecification entries of schema.org: an
// array of them, a single one, or an object (a place, in JSON-LD) with
// openingHoursSpecification and specialOpeningHoursSpecification. Other fields are
// left unread. schema.org gives times of day without a zone, so the zone is an argument.
//
// Entries without validity are the weekly hours. Entries valid on one date
// override it; entries valid longer are weekly hours for that while, or a closure
// where they only say closed: of the days of the week that they name, the weekly
// hours of the others go on. Opens and closes both 00:00, or both absent, mean
// closed, 00:00 to 23:59 the whole day (Google, Local business structured data).
//
// An object without any of these fields is an error, not a place that is always
// closed. Errors unwrap to [ErrSpec]; what a spec cannot say (public holidays as a day of
// the week, seasons that overlap) to [ErrUnsupported] besides.
func ParseSchemaOrg(data []byte, zone string) (Spec, error) {
	if len(data) > maxSpecBytes {
		return Spec{}, fmt.Errorf("%w: more than %d bytes", ErrSpec, maxSpecBytes)
	}
	entries, err := schemaEntries(data)
	if err != nil {
		return Spec{}, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	r := schemaReader{spec: Spec{Zone: zone}, groups: map[[2]Date]*schemaGroup{}}
	for i := range entries {
		r.entry(i, &entries[i])
	}
	r.build()
	if len(r.faults) > 0 {
		return Spec{}, errors.Join(r.faults...)
	}
	return r.spec, nil
}

// A place with none of the fields is an error: it says nothing about hours, which
// is not the same as closed.
func schemaEntries(data []byte) ([]openingHours, error) {
	switch kind := schemaKind(data); kind {
	case '[':
		return schemaList(data)
	case '{':
	default:
		return nil, errors.New("want an array or an object of opening hours")
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return nil, err
	}
	hours, isPlace := keys["openingHoursSpecification"]
	special, hasSpecial := keys["specialOpeningHoursSpecification"]
	if isPlace || hasSpecial {
		usual, err := schemaList(hours)
		if err != nil {
			return nil, err
		}
		more, err := schemaList(special)
		return append(usual, more...), err
	}
	for _, key := range []string{"dayOfWeek", "opens", "closes", "validFrom", "validThrough"} {
		if _, ok := keys[key]; ok {
			return schemaList(data)
		}
	}
	return nil, errors.New("an object without opening hours")
}

// schemaList reads an array of entries, a single one, or none.
func schemaList(raw json.RawMessage) ([]openingHours, error) {
	if len(raw) == 0 || schemaKind(raw) == 'n' {
		return nil, nil
	}
	if schemaKind(raw) == '[' {
		var many []*openingHours
		if err := json.Unmarshal(raw, &many); err != nil {
			return nil, err
		}
		out := make([]openingHours, len(many))
		for i, one := range many {
			if one == nil {
				return nil, fmt.Errorf("[%d] is null", i)
			}
			out[i] = *one
		}
		return out, nil
	}
	var one openingHours
	err := json.Unmarshal(raw, &one)
	return []openingHours{one}, err
}

// schemaKind is the first letter of a JSON value, 0 for none.
func schemaKind(raw []byte) byte {
	if raw = bytes.TrimLeft(raw, " \t\r\n"); len(raw) > 0 {
		return raw[0]
	}
	return 0
}

// schemaGroup is the entries of one validity.
type schemaGroup struct {
	from, through Date
	hours         Week
	open          bool // some entry has hours
	days          int  // bit set of the days spoken of
}

type schemaReader struct {
	spec   Spec
	groups map[[2]Date]*schemaGroup
	faults []error
}

func (r *schemaReader) fault(i int, field, value string, err error) {
	r.faults = append(r.faults, &SpecError{fmt.Sprintf("[%d].%s", i, field), clip(value), err})
}

func (r *schemaReader) entry(i int, e *openingHours) {
	if t := strings.TrimPrefix(e.Type, "schema:"); t != "" && t != "OpeningHoursSpecification" {
		r.fault(i, "@type", e.Type, ErrUnsupported)
	}
	from, through := r.date(i, "validFrom", e.ValidFrom), r.date(i, "validThrough", e.ValidThrough)
	if !through.IsZero() && through.Compare(from) < 0 {
		r.fault(i, "validThrough", e.ValidThrough, ErrRange)
	}
	span, open := r.span(i, e)
	g := r.groups[[2]Date{from, through}]
	if g == nil {
		g = &schemaGroup{from: from, through: through}
		r.groups[[2]Date{from, through}] = g
	}
	days := e.DayOfWeek
	if len(days) == 0 {
		days = dayNames{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	}
	g.open = g.open || open
	for _, name := range days {
		wd, ok := schemaDay(name)
		if !ok {
			r.fault(i, "dayOfWeek", name, ErrUnsupported)
			continue
		}
		g.days |= 1 << wd
		if open {
			g.hours[wd] = append(g.hours[wd], span)
		}
	}
}

func schemaDay(name string) (time.Weekday, bool) {
	name = name[strings.LastIndexAny(name, "/:#")+1:]
	for wd := time.Sunday; wd <= time.Saturday; wd++ {
		if strings.EqualFold(name, wd.String()) {
			return wd, true
		}
	}
	return 0, false
}

func (r *schemaReader) date(i int, field, text string) Date {
	if text == "" {
		return Date{}
	}
	day, rest, _ := strings.Cut(text, "T")
	d, err := ParseDate(day)
	if err != nil || (rest != "" && rest[0] != '0' && rest[0] != '1' && rest[0] != '2') {
		r.fault(i, field, text, ErrDate)
	}
	return d
}

func (r *schemaReader) span(i int, e *openingHours) (Span, bool) {
	if e.Opens == "" && e.Closes == "" {
		return Span{}, false
	}
	open, err := ParseTimeOfDay(e.Opens)
	if err != nil || open == day {
		r.fault(i, "opens", e.Opens, ErrClock)
		return Span{}, false
	}
	end, err := ParseTimeOfDay(e.Closes)
	if err != nil {
		r.fault(i, "closes", e.Closes, ErrClock)
		return Span{}, false
	}
	if open == 0 && end == 0 {
		return Span{}, false
	}
	if end >= Clock(23, 59) {
		end = day
	}
	return Span{open, end}, true
}

func (r *schemaReader) build() {
	groups := make([]*schemaGroup, 0, len(r.groups))
	for _, g := range r.groups {
		groups = append(groups, g)
	}
	sort.Slice(groups, func(i, j int) bool {
		if c := groups[i].from.Compare(groups[j].from); c != 0 {
			return c < 0
		}
		return groups[i].through.Compare(groups[j].through) < 0
	})
	base := Week{}
	if g := r.groups[[2]Date{}]; g != nil {
		base = g.hours
		r.spec.Versions = []Version{{Hours: base}}
	}
	until := Date{} // the season before lasts to here
	first := true
	for _, g := range groups {
		switch {
		case g.from.IsZero() && g.through.IsZero():
		case g.from == g.through && g.days&(1<<g.from.Weekday()) == 0:
			// It speaks of days of the week that the date is not.
		case g.from == g.through && g.open:
			if r.spec.Overrides == nil {
				r.spec.Overrides = map[Date][]Span{}
			}
			r.spec.Overrides[g.from] = g.hours[g.from.Weekday()]
		case !g.open && g.from == g.through:
			r.spec.Closed = append(r.spec.Closed, Closure{Rule: Day{g.from}})
		case !g.open && g.days == 1<<7-1 && !g.from.IsZero() && !g.through.IsZero():
			r.spec.Closed = append(r.spec.Closed, Closure{Rule: Range{g.from, g.through}})
		case !first && (until.IsZero() || g.from.Compare(until) <= 0):
			r.faults = append(r.faults, &SpecError{"validFrom", g.from.String(), fmt.Errorf("%w: seasons that overlap", ErrUnsupported)})
		default:
			first, until = false, g.through
			r.season(g, base)
		}
	}
}

// season puts a version for a while between those that are there.
func (r *schemaReader) season(g *schemaGroup, base Week) {
	v := r.spec.Versions
	if n := len(v); n > 0 && v[n-1].From == g.from {
		v = v[:n-1] // the season begins where the one before ended
	}
	hours := g.hours
	for wd := range hours {
		if !g.open && g.days&(1<<wd) == 0 {
			hours[wd] = append([]Span(nil), base[wd]...)
		}
	}
	v = append(v, Version{From: g.from, Hours: hours})
	if !g.through.IsZero() && g.through.AddDays(1).IsValid() {
		v = append(v, Version{From: g.through.AddDays(1), Hours: base})
	}
	r.spec.Versions = v
}

// SchemaOrg writes the spec as a JSON array of OpeningHoursSpecification entries
// of schema.org: weekly hours with their validity, and what is particular about the
// dates from first to last, both included. The zone is not part of the format.
// [ErrSpec] for a spec that New refuses, [ErrUnsupported] for a break that splits a
// span after midnight, [ErrRange] for more than 18,300 dates.
func (s Spec) SchemaOrg(first, last Date) ([]byte, error) {
	if _, err := s.check(); err != nil {
		return nil, err
	}
	if !first.IsValid() || !last.IsValid() || last.days()-first.days() >= maxLintDays {
		return nil, fmt.Errorf("%w: dates %s to %s", ErrRange, first, last)
	}
	out := []openingHours{}
	for i := range s.Versions {
		from, through := s.Versions[i].From, Date{}
		if i+1 < len(s.Versions) {
			through = s.Versions[i+1].From.AddDays(-1)
		}
		entries, err := schemaWeek(&s.Versions[i], from, through)
		if err != nil {
			return nil, err
		}
		out = append(out, entries...)
	}
	for d := first; d.Compare(last) <= 0; d = d.AddDays(1) {
		own, override := s.Overrides[d]
		closed := !override && len(s.closures(d)) > 0
		if !closed && !override && len(s.Breaks[d]) == 0 {
			continue
		}
		spans, breaks := own, s.Breaks[d]
		if v := s.version(d); !override && !closed && v != nil {
			spans = v.Hours[d.Weekday()]
			breaks = append(append([]Span{}, breaks...), v.Breaks[d.Weekday()]...)
		}
		left, err := effective(spans, breaks)
		if err != nil {
			return nil, err
		}
		out = append(out, schemaDate(d, left)...)
	}
	return json.Marshal(out)
}

// effective takes breaks off spans that open on the same date. What is left may
// open after midnight, which neither format can say of the date.
func effective(spans, breaks []Span) ([]Span, error) {
	var out []Span
	for _, v := range subtract(stretchesOf(spans), stretchesOf(breaks)) {
		if v.open >= day {
			return nil, fmt.Errorf("%w: a break over midnight", ErrUnsupported)
		}
		end := v.close
		if end > day {
			end -= day
		}
		out = append(out, Span{TimeOfDay(v.open), TimeOfDay(end)})
	}
	return out, nil
}

const schemaType = "OpeningHoursSpecification"

func schemaWeek(v *Version, from, through Date) ([]openingHours, error) {
	var out []openingHours
	valid := func(h openingHours) openingHours {
		h.Type = schemaType
		if !from.IsZero() {
			h.ValidFrom = from.String()
		}
		if !through.IsZero() {
			h.ValidThrough = through.String()
		}
		return h
	}
	for i := range 7 {
		wd := time.Weekday((i + 1) % 7)
		spans, err := effective(v.Hours[wd], v.Breaks[wd])
		if err != nil {
			return nil, err
		}
		for _, s := range spans {
			entry := valid(openingHours{DayOfWeek: dayNames{wd.String()}, Opens: s.Open.String(), Closes: closesText(s)})
			joined := false
			for k := range out {
				if out[k].Opens == entry.Opens && out[k].Closes == entry.Closes {
					out[k].DayOfWeek = append(out[k].DayOfWeek, wd.String())
					joined = true
					break
				}
			}
			if !joined {
				out = append(out, entry)
			}
		}
	}
	if len(out) == 0 {
		out = append(out, valid(openingHours{Opens: "00:00", Closes: "00:00"}))
	}
	return out, nil
}

// closesText writes a closing time; the whole day ends at 23:59 in this format.
func closesText(s Span) string {
	if s.Open == 0 && (s.Close == day || s.Close == 0) {
		return "23:59"
	}
	if s.Close == day {
		return "00:00"
	}
	return s.Close.String()
}

func schemaDate(d Date, spans []Span) []openingHours {
	at := d.String()
	if len(spans) == 0 {
		return []openingHours{{Type: schemaType, Opens: "00:00", Closes: "00:00", ValidFrom: at, ValidThrough: at}}
	}
	var out []openingHours
	for _, s := range spans {
		out = append(out, openingHours{Type: schemaType, Opens: s.Open.String(), Closes: closesText(s), ValidFrom: at, ValidThrough: at})
	}
	return out
}
