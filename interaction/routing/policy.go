package routing

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// Care is how a host cares for staff who have difficult contacts. The zero value asks
// for nothing.
type Care struct {
	// Recovery is the pause after a difficult contact in which an agent gets no work.
	Recovery time.Duration
	// MaxInRow is how many difficult contacts an agent may have one after another;
	// then only ordinary ones. Zero is no limit.
	MaxInRow int
	// Rest ends a row: after so long without a difficult contact the count begins anew.
	// It is required with MaxInRow, since otherwise difficult work could wait for ever.
	Rest time.Duration
	// SupportAt calls a supervisor to an agent who gets the so-manieth difficult contact
	// in a row. Zero is never.
	SupportAt int
}

// Policy is how a host routes. The zero value knows priorities and nothing else.
type Policy struct {
	// AgingStep is how much waiting is worth one more priority. Zero: waiting counts
	// only between equals.
	AgingStep time.Duration
	// AgingCap limits what waiting is worth. Zero is no limit; a limit below the range of
	// priorities lets an item starve.
	AgingCap int
	// Tiers is what a customer's tier is worth in priority, such as {"vip": 3}.
	Tiers map[string]int
	// ReserveAfter reserves an agent for an item that has waited so long because nobody
	// has room for its weight: that agent gets nothing that ranks lower until the room is
	// there. Zero never reserves.
	ReserveAfter time.Duration
	Care         Care
}

// Validate reports every fault, joined; each unwraps to [ErrPolicy].
func (p *Policy) Validate() error {
	fs := faults{err: ErrPolicy}
	for _, d := range []struct {
		field string
		value time.Duration
	}{
		{"AgingStep", p.AgingStep},
		{"ReserveAfter", p.ReserveAfter},
		{"Care.Recovery", p.Care.Recovery},
		{"Care.Rest", p.Care.Rest},
	} {
		if d.value < 0 {
			fs.add(d.field, d.value, "must not be negative")
		}
	}
	for _, n := range []struct {
		field string
		value int
	}{{"AgingCap", p.AgingCap}, {"Care.MaxInRow", p.Care.MaxInRow}, {"Care.SupportAt", p.Care.SupportAt}} {
		if n.value < 0 {
			fs.add(n.field, n.value, "must not be negative")
		}
	}
	if p.Care.MaxInRow > 0 && p.Care.Rest == 0 {
		fs.add("Care.Rest", nil, "is required with MaxInRow")
	}
	for _, tier := range slices.Sorted(maps.Keys(p.Tiers)) {
		if v := p.Tiers[tier]; v < -maxPriority || v > maxPriority {
			fs.add("Tiers."+tier, v, "must be within a billion of zero")
		}
	}
	return fs.join()
}

type policyDoc struct {
	AgingStepS    int64          `json:"aging_step_s,omitempty"`
	AgingCap      *int           `json:"aging_cap,omitempty"`
	Tiers         map[string]int `json:"tiers,omitempty"`
	ReserveAfterS int64          `json:"reserve_after_s,omitempty"`
	Care          *careDoc       `json:"care,omitempty"`
}

type careDoc struct {
	RecoveryS int64 `json:"recovery_s,omitempty"`
	MaxInRow  int   `json:"max_in_row,omitempty"`
	RestS     int64 `json:"rest_s,omitempty"`
	SupportAt int   `json:"support_at,omitempty"`
}

// ParsePolicy reads a policy from strict JSON: aging_step_s, aging_cap (absent is no
// limit), tiers, reserve_after_s, and care with recovery_s, max_in_row, rest_s and
// support_at. Unknown and repeated fields are refused and every fault is reported at
// once with its path, under [ErrPolicy]. The result has passed Validate.
func ParsePolicy(data []byte) (Policy, error) {
	var d policyDoc
	if err := strictjson.Decode(data, &d, nil); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	var fs strictjson.Faults
	seconds := func(path string, s int64) time.Duration {
		if s < 0 || s > math.MaxInt64/int64(time.Second) {
			fs.Add(path, strictjson.ErrValue, "want 0 to 292 years of seconds")
			return 0
		}
		return time.Duration(s) * time.Second
	}
	p := Policy{AgingStep: seconds("aging_step_s", d.AgingStepS), Tiers: d.Tiers, ReserveAfter: seconds("reserve_after_s", d.ReserveAfterS)}
	if d.AgingCap != nil {
		if p.AgingCap = *d.AgingCap; p.AgingCap == 0 {
			p.AgingStep = 0 // nothing is gained by waiting
		}
	}
	if c := d.Care; c != nil {
		p.Care = Care{seconds("care.recovery_s", c.RecoveryS), c.MaxInRow, seconds("care.rest_s", c.RestS), c.SupportAt}
	}
	if err := fs.Err(); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	if err := p.Validate(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

// MarshalJSON writes the form that [ParsePolicy] reads, in whole seconds; a duration
// with a fraction of one is an error.
func (p Policy) MarshalJSON() ([]byte, error) {
	for _, d := range []time.Duration{p.AgingStep, p.ReserveAfter, p.Care.Recovery, p.Care.Rest} {
		if d%time.Second != 0 {
			return nil, fmt.Errorf("%w: %v is not a whole number of seconds", ErrPolicy, d)
		}
	}
	d := policyDoc{AgingStepS: int64(p.AgingStep / time.Second), Tiers: p.Tiers, ReserveAfterS: int64(p.ReserveAfter / time.Second)}
	if p.AgingCap != 0 {
		d.AgingCap = &p.AgingCap
	}
	if c := p.Care; c != (Care{}) {
		d.Care = &careDoc{int64(c.Recovery / time.Second), c.MaxInRow, int64(c.Rest / time.Second), c.SupportAt}
	}
	return json.Marshal(d)
}
