package recommend

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Action is something that the house may do for a customer: offer a tip, a service, a
// call. What it is stays the host's.
type Action struct {
	ID         string
	Value      float64       // worth of success, in any one unit; may be below 0
	Propensity float64       // chance of success, 0 to 1
	Purpose    string        // what the customer must allow; empty: none
	Segments   []string      // the customer must be in one; none: anybody
	From       time.Time     // first instant; zero: always
	Until      time.Time     // first instant no more; zero: always
	Cap        int           // most times in CapPeriod; 0: no limit
	CapPeriod  time.Duration // 0 with a cap: ever
	CoolDown   time.Duration // rest after the last time
	Group      string        // actions of a group share cap and cool-down: one of them counts for all
}

// Done is an action that was taken for the customer.
type Done struct {
	Action   string
	At       time.Time
	Declined bool // the customer said no
}

// Moment is a customer at an instant.
type Moment struct {
	Now      time.Time
	Segments []string
	Done     []Done
	Allowed  func(purpose string) bool // consent; nil: nothing that has a purpose
	Rest     time.Duration             // after a declined action it is not offered again for so long; 0: 90 days
}

// Why is what keeps an action back.
type Why uint8

// The reasons.
const (
	NotYet Why = iota + 1
	Over
	NoConsent
	NotInSegment
	WasDeclined
	CapReached
	Cooling
	NoValue
)

const whyWords = "not_yet over no_consent not_in_segment declined cap_reached cooling no_value"

// String names the reason.
func (w Why) String() string {
	if all := strings.Fields(whyWords); w >= 1 && int(w) <= len(all) {
		return all[w-1]
	}
	return fmt.Sprintf("unknown(%d)", uint8(w))
}

// MarshalText writes the name.
func (w Why) MarshalText() ([]byte, error) {
	if w < NotYet || w > NoValue {
		return nil, fmt.Errorf("%w: %s is no reason", ErrOptions, w)
	}
	return []byte(w.String()), nil
}

// UnmarshalText reads a name.
func (w *Why) UnmarshalText(text []byte) error {
	i := slices.Index(strings.Fields(whyWords), string(text))
	if i < 0 {
		return fmt.Errorf("%w: a reason must be one of %s", ErrOptions, whyWords)
	}
	*w = Why(i + 1) //nolint:gosec // a few words
	return nil
}

// Ranked is an action with its place, or with what keeps it back.
type Ranked struct {
	Action   Action
	Expected float64   // value times propensity
	Kept     Why       // 0: it may be taken
	Again    time.Time // when what keeps it back ends, where time alone ends it; else zero
}

// String says it for people.
func (r Ranked) String() string {
	s := fmt.Sprintf("%s: %.4g expected", r.Action.ID, r.Expected)
	if r.Kept != 0 {
		s = fmt.Sprintf("%s: kept back, %s", r.Action.ID, strings.ReplaceAll(r.Kept.String(), "_", " "))
	}
	if !r.Again.IsZero() {
		s += ", again from " + r.Again.Format(time.RFC3339)
	}
	return s
}

// Actions is a checked list of actions.
type Actions struct {
	list  []Action
	group map[string]string // by id
}

// NewActions checks actions. The error joins every fault under [ErrOptions]: ids that
// are empty or there twice, values that are no number, propensities outside of 0 to 1,
// ends before beginnings, caps and spans below 0.
func NewActions(list ...Action) (*Actions, error) {
	var errs []error
	seen := map[string]bool{}
	for i, a := range list {
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%w: actions[%d] %q: %s", ErrOptions, i, clip(a.ID), fmt.Sprintf(format, args...)))
		}
		switch {
		case a.ID == "" || len(a.ID) > MaxID:
			bad("the id must have 1 to %d bytes", MaxID)
		case seen[a.ID]:
			bad("is there twice")
		}
		seen[a.ID] = true
		if math.IsNaN(a.Value) || math.IsInf(a.Value, 0) {
			bad("the value is no number")
		}
		if !(a.Propensity >= 0 && a.Propensity <= 1) {
			bad("the propensity must be 0 to 1, is %g", a.Propensity)
		}
		if !a.From.IsZero() && !a.Until.IsZero() && !a.From.Before(a.Until) {
			bad("ends before it begins")
		}
		if a.Cap < 0 || a.CapPeriod < 0 || a.CoolDown < 0 {
			bad("cap, its period and the cool-down must not be below 0")
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	out := &Actions{list: slices.Clone(list), group: make(map[string]string, len(list))}
	for i := range out.list {
		out.group[list[i].ID] = list[i].Group
		out.list[i].Segments = slices.Clone(out.list[i].Segments)
	}
	return out, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Rank says what the next best action is, and why the others are not: it lists every
// action, first those that may be taken, by expected value, the greatest first, then those
// that are kept back, each with the first reason in the order of [Why]. Equal ones stand in
// the order of their ids. Where the first is kept back, nothing may be done now.
func (a *Actions) Rank(m Moment) []Ranked {
	out := make([]Ranked, len(a.list))
	for i := range a.list {
		x := &a.list[i]
		out[i] = Ranked{Action: *x, Expected: x.Value * x.Propensity}
		out[i].Kept, out[i].Again = a.kept(x, &m)
	}
	slices.SortFunc(out, func(x, y Ranked) int {
		switch {
		case (x.Kept == 0) != (y.Kept == 0):
			if x.Kept == 0 {
				return -1
			}
			return 1
		case x.Expected != y.Expected:
			return cmp.Compare(y.Expected, x.Expected)
		}
		return strings.Compare(x.Action.ID, y.Action.ID)
	})
	return out
}

// kept is what keeps an action back, and until when.
func (a *Actions) kept(x *Action, m *Moment) (Why, time.Time) {
	switch {
	case !x.From.IsZero() && m.Now.Before(x.From):
		return NotYet, x.From
	case !x.Until.IsZero() && !m.Now.Before(x.Until):
		return Over, time.Time{}
	case x.Purpose != "" && (m.Allowed == nil || !m.Allowed(x.Purpose)):
		return NoConsent, time.Time{}
	case len(x.Segments) > 0 && !overlap(x.Segments, m.Segments):
		return NotInSegment, time.Time{}
	}
	if why, again := a.history(x, m); why != 0 {
		return why, again
	}
	if x.Value*x.Propensity <= 0 {
		return NoValue, time.Time{}
	}
	return 0, time.Time{}
}

// history is what was done before. What lies after now is left out.
func (a *Actions) history(x *Action, m *Moment) (Why, time.Time) {
	rest := m.Rest
	if rest == 0 {
		rest = 90 * 24 * time.Hour
	}
	var times []time.Time
	var declined time.Time
	for _, d := range m.Done {
		if d.At.After(m.Now) || !a.same(x, d.Action) {
			continue
		}
		times = append(times, d.At)
		if end := d.At.Add(rest); d.Declined && d.Action == x.ID && end.After(declined) {
			declined = end
		}
	}
	if m.Now.Before(declined) {
		return WasDeclined, declined
	}
	slices.SortFunc(times, time.Time.Compare)
	if x.Cap > 0 && len(times) >= x.Cap {
		nth := times[len(times)-x.Cap] // the cap is free again when this one has grown old
		switch end := nth.Add(x.CapPeriod); {
		case x.CapPeriod == 0:
			return CapReached, time.Time{}
		case m.Now.Before(end):
			return CapReached, end
		}
	}
	if len(times) > 0 && x.CoolDown > 0 {
		if end := times[len(times)-1].Add(x.CoolDown); m.Now.Before(end) {
			return Cooling, end
		}
	}
	return 0, time.Time{}
}

// same reports whether what was done counts for an action.
func (a *Actions) same(x *Action, done string) bool {
	if done == x.ID {
		return true
	}
	return x.Group != "" && a.group[done] == x.Group
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}
