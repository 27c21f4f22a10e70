package outreach

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// Hours are hours of the recipient's local day in which a message may arrive,
// whatever the recipient's zone. They are half-open: at 22:00 of 06:00-22:00 it is
// quiet. An Hours compiles one calendar per zone, when the zone is first asked for,
// and keeps it; it is safe for concurrent use.
type Hours struct {
	spec businesstime.Spec
	week businesstime.Week
	json bool // has a JSON form: weekly hours and nothing else

	mu    sync.RWMutex
	zones map[string]*businesstime.Calendar
}

// NewHours takes hours with their holidays and overrides from a spec, whose zone is
// not looked at. Every fault is reported, joined; each unwraps to businesstime.ErrSpec.
func NewHours(spec businesstime.Spec) (*Hours, error) {
	spec.Zone, spec.Location = "", time.UTC
	if _, err := businesstime.New(spec); err != nil {
		return nil, fmt.Errorf("outreach: hours: %w", err)
	}
	return &Hours{spec: spec}, nil
}

// WeeklyHours are hours that repeat every week.
func WeeklyHours(week businesstime.Week) (*Hours, error) {
	for i := range week {
		week[i] = append([]businesstime.Span(nil), week[i]...)
	}
	h, err := NewHours(businesstime.Spec{ID: "hours", Versions: []businesstime.Version{{Hours: week}}})
	if err != nil {
		return nil, err
	}
	h.week, h.json = week, true
	return h, nil
}

// DailyHours are the same hours every day.
func DailyHours(open, end businesstime.TimeOfDay) (*Hours, error) {
	return WeeklyHours(businesstime.EveryDay(businesstime.Span{Open: open, Close: end}))
}

type hoursDoc struct {
	Mon [][2]businesstime.TimeOfDay `json:"mon,omitempty"`
	Tue [][2]businesstime.TimeOfDay `json:"tue,omitempty"`
	Wed [][2]businesstime.TimeOfDay `json:"wed,omitempty"`
	Thu [][2]businesstime.TimeOfDay `json:"thu,omitempty"`
	Fri [][2]businesstime.TimeOfDay `json:"fri,omitempty"`
	Sat [][2]businesstime.TimeOfDay `json:"sat,omitempty"`
	Sun [][2]businesstime.TimeOfDay `json:"sun,omitempty"`
}

func (d *hoursDoc) days() [7]*[][2]businesstime.TimeOfDay {
	return [7]*[][2]businesstime.TimeOfDay{&d.Sun, &d.Mon, &d.Tue, &d.Wed, &d.Thu, &d.Fri, &d.Sat}
}

func (d *hoursDoc) week() (week businesstime.Week) {
	for day, spans := range d.days() {
		for _, s := range *spans {
			week[day] = append(week[day], businesstime.Span{Open: s[0], Close: s[1]})
		}
	}
	return week
}

func (d *hoursDoc) hours(path string, faults *strictjson.Faults) *Hours {
	h, err := WeeklyHours(d.week())
	if err != nil {
		faults.Add(path, err, "")
	}
	return h
}

func docOf(h *Hours) (*hoursDoc, error) {
	if !h.json {
		return nil, errors.New("outreach: hours that do not repeat weekly have no JSON form")
	}
	var d hoursDoc
	for day, spans := range d.days() {
		for _, s := range h.week[day] {
			*spans = append(*spans, [2]businesstime.TimeOfDay{s.Open, s.Close})
		}
	}
	return &d, nil
}

// ParseHours reads weekly hours from strict JSON: {"mon": [["09:00", "18:00"]], …},
// days that are absent being closed. Every fault is reported with its path, joined
// under [ErrPolicy].
func ParseHours(data []byte) (*Hours, error) {
	var d hoursDoc
	var faults strictjson.Faults
	if err := strictjson.Decode(data, &d, nil); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	h := d.hours("", &faults)
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	return h, nil
}

// In is the hours as a calendar of a zone. ErrZone for a name that is no IANA zone.
func (h *Hours) In(zone string) (*businesstime.Calendar, error) {
	h.mu.RLock()
	c := h.zones[zone]
	h.mu.RUnlock()
	if c != nil {
		return c, nil
	}
	loc, err := LoadZone(zone)
	if err != nil {
		return nil, err
	}
	spec := h.spec
	spec.Location = loc
	c, err = businesstime.New(spec)
	if err != nil {
		return nil, fmt.Errorf("outreach: hours in %s: %w", zone, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.zones == nil {
		h.zones = make(map[string]*businesstime.Calendar)
	}
	if have := h.zones[zone]; have != nil {
		return have, nil
	}
	h.zones[zone] = c
	return c, nil
}

// LoadZone finds the zone of an IANA name in the time zone database. ErrZone for
// anything else: the empty name, "Local" and what else names no place in some databases,
// and those that count leap seconds, whose clocks are 27 seconds off.
func LoadZone(name string) (*time.Location, error) {
	if placeless(name) || len(name) > 64 || strings.Contains(name, "..") {
		return nil, fmt.Errorf("%w: %q", ErrZone, clip(name))
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrZone, clip(name))
	}
	return loc, nil
}

func placeless(name string) bool {
	switch name {
	case "", "Local", "localtime", "posixrules", "Factory":
		return true
	}
	return strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/")
}

// horizon bounds the search for an instant at which several hours are open together.
// Weekly hours and clock changes repeat within a year.
const horizon = 400 * 24 * time.Hour

// NextOpenAll is the first instant at t or later at which all of the openers are
// open; t itself where there are none. ErrNeverOpen when there is none within four
// hundred days; the error of an opener ends the search. An opener that answers with
// an earlier instant than it was asked for is an error.
func NextOpenAll(t time.Time, openers ...Opener) (time.Time, error) {
	search := newSearch(t)
	for {
		for _, o := range openers {
			if err := search.open(o); err != nil {
				return time.Time{}, err
			}
		}
		if search.settled() {
			return search.t, nil
		}
		if search.over() {
			return time.Time{}, fmt.Errorf("%w: not within %d days", ErrNeverOpen, horizon/(24*time.Hour))
		}
	}
}

// search moves an instant forward until nothing moves it any more.
type search struct {
	from, t, last time.Time
	rounds        int
}

func newSearch(t time.Time) search { return search{from: t, t: t, last: t} }

func (s *search) open(o Opener) error {
	u, err := o.NextOpen(s.t)
	if err != nil {
		return err
	}
	return s.move(u)
}

func (s *search) move(u time.Time) error {
	if u.Before(s.t) {
		return fmt.Errorf("outreach: NextOpen(%s) is %s, which is earlier", s.t.UTC().Format(time.RFC3339), u.UTC().Format(time.RFC3339))
	}
	s.t = u
	return nil
}

// settled reports whether the round that ended moved nothing.
func (s *search) settled() bool {
	same := s.t.Equal(s.last)
	s.last = s.t
	return same
}

func (s *search) over() bool {
	s.rounds++
	return s.rounds > 100_000 || s.t.Sub(s.from) > horizon
}
