package outreach

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/internal/strictjson"
)

type policyDoc struct {
	NoConsent       *[]Purpose  `json:"no_consent,omitempty"`
	DoubleOptIn     *bool       `json:"double_opt_in,omitempty"`
	Hold            []Purpose   `json:"hold_while_complaint_open,omitempty"`
	HoldMarketing   bool        `json:"hold_marketing_while_complaint_open,omitempty"`
	Caps            []capDoc    `json:"caps,omitempty"`
	Windows         []windowDoc `json:"windows,omitempty"`
	UnknownZone     *ZonePolicy `json:"unknown_zone,omitempty"`
	DefaultZone     string      `json:"default_zone,omitempty"`
	Zones           []string    `json:"zones,omitempty"`
	Fallback        bool        `json:"fallback,omitempty"`
	FallbackOnDefer bool        `json:"fallback_on_defer,omitempty"`
	RetryS          seconds     `json:"retry_s,omitempty"`
}

type capDoc struct {
	Name      string                `json:"name,omitempty"`
	Limit     int                   `json:"limit" strictjson:"required"`
	WindowS   seconds               `json:"window_s,omitempty"`
	LocalDays int                   `json:"local_days,omitempty"`
	Channels  []interaction.Channel `json:"channels,omitempty"`
	Purposes  []Purpose             `json:"purposes,omitempty"`
}

type windowDoc struct {
	Name     string                `json:"name,omitempty"`
	Hours    hoursDoc              `json:"hours" strictjson:"required"`
	Channels []interaction.Channel `json:"channels,omitempty"`
	Purposes []Purpose             `json:"purposes,omitempty"`
}

// seconds is a whole number of seconds that a Duration can hold.
type seconds int64

const maxSeconds = math.MaxInt64 / int64(time.Second)

func (s seconds) duration(path string, fs *strictjson.Faults) time.Duration {
	if int64(s) > maxSeconds || int64(s) < -maxSeconds {
		fs.Add(path, strictjson.ErrValue, "is more than 292 years")
		return 0
	}
	return time.Duration(s) * time.Second
}

func secondsOf(d time.Duration) (seconds, error) {
	if d%time.Second != 0 {
		return 0, fmt.Errorf("outreach: %v is not a whole number of seconds and has no JSON form", d)
	}
	return seconds(d / time.Second), nil
}

// ParsePolicy reads a policy from strict JSON: unknown and repeated fields are
// refused, and every fault is reported at once with its path, under [ErrPolicy]. The
// fields are those of [Policy] in snake case, durations in whole seconds:
//
//	no_consent                           ["service"]
//	double_opt_in                        true unless set to false
//	hold_while_complaint_open            ["marketing", "research"]
//	hold_marketing_while_complaint_open  true, short for ["marketing"]
//	caps                                 [{"name", "limit", and "window_s" or "local_days", "channels", "purposes"}]
//	windows                              [{"name", "hours": {"mon": [["08:00","21:00"]]}, "channels", "purposes"}]
//	unknown_zone                         "block", "default_zone" or "most_restrictive"
//	default_zone, zones                  IANA names
//	fallback, fallback_on_defer          true or false
//	retry_s                              seconds
//
// The result has passed [Policy.Validate].
func ParsePolicy(data []byte) (Policy, error) {
	var d policyDoc
	if err := strictjson.Decode(data, &d, nil); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	var fs strictjson.Faults
	p := d.policy(&fs)
	if err := fs.Err(); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	if err := p.Validate(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

func (d *policyDoc) policy(fs *strictjson.Faults) Policy {
	p := Policy{
		SingleOptIn: d.DoubleOptIn != nil && !*d.DoubleOptIn, Hold: d.Hold,
		DefaultZone: d.DefaultZone, Zones: d.Zones, Fallback: d.Fallback, FallbackOnDefer: d.FallbackOnDefer,
		Retry: d.RetryS.duration("retry_s", fs),
	}
	if d.NoConsent != nil {
		p.NoConsent = append([]Purpose{}, *d.NoConsent...)
	}
	if d.HoldMarketing {
		p.Hold = append(p.Hold, Marketing)
	}
	if d.UnknownZone != nil {
		p.UnknownZone = *d.UnknownZone
	}
	for i, c := range d.Caps {
		p.Caps = append(p.Caps, Cap{
			Name: c.Name, Limit: c.Limit, Window: c.WindowS.duration(strictjson.Index("caps", i)+".window_s", fs),
			LocalDays: c.LocalDays, Channels: c.Channels, Purposes: c.Purposes,
		})
	}
	for i := range d.Windows {
		w := &d.Windows[i]
		p.Windows = append(p.Windows, Window{
			Name: w.Name, Hours: w.Hours.hours(strictjson.Index("windows", i)+".hours", fs), Channels: w.Channels, Purposes: w.Purposes,
		})
	}
	return p
}

// MarshalJSON writes the form that [ParsePolicy] reads. Hours that do not repeat
// weekly and durations that are no whole seconds have none.
func (p Policy) MarshalJSON() ([]byte, error) {
	retry, err := secondsOf(p.Retry)
	if err != nil {
		return nil, err
	}
	d := policyDoc{
		Hold: p.Hold, DefaultZone: p.DefaultZone, Zones: p.Zones,
		Fallback: p.Fallback, FallbackOnDefer: p.FallbackOnDefer, RetryS: retry,
	}
	if p.NoConsent != nil {
		d.NoConsent = &p.NoConsent
	}
	if p.SingleOptIn {
		d.DoubleOptIn = new(bool)
	}
	if p.UnknownZone != 0 {
		d.UnknownZone = &p.UnknownZone
	}
	for _, c := range p.Caps {
		window, err := secondsOf(c.Window)
		if err != nil {
			return nil, err
		}
		d.Caps = append(d.Caps, capDoc{c.Name, c.Limit, window, c.LocalDays, c.Channels, c.Purposes})
	}
	for _, w := range p.Windows {
		hours, err := docOf(w.Hours)
		if err != nil {
			return nil, err
		}
		d.Windows = append(d.Windows, windowDoc{w.Name, *hours, w.Channels, w.Purposes})
	}
	return json.Marshal(d)
}
