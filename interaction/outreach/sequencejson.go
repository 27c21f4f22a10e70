package outreach

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/strictjson"
)

type sequenceDoc struct {
	ID       string                `json:"id" strictjson:"required"`
	Version  int                   `json:"version" strictjson:"required"`
	Trigger  string                `json:"trigger,omitempty"`
	Purpose  Purpose               `json:"purpose" strictjson:"required"`
	Topic    string                `json:"topic,omitempty"`
	Channels []interaction.Channel `json:"channels" strictjson:"required"`
	Steps    []stepDoc             `json:"steps" strictjson:"required"`
	Exit     []conditionDoc        `json:"exit,omitempty"`
	ReEntry  *reEntryDoc           `json:"re_entry,omitempty"`
	Zone     string                `json:"zone,omitempty"`
}

type stepDoc struct {
	Name      string                  `json:"name,omitempty"`
	WaitS     seconds                 `json:"delay_s,omitempty"`
	LocalDays int                     `json:"delay_local_days,omitempty"`
	Months    int                     `json:"delay_months,omitempty"`
	At        *businesstime.TimeOfDay `json:"at,omitempty"`
	Weekdays  []int                   `json:"weekdays,omitempty"`
	Window    *hoursDoc               `json:"window,omitempty"`
	Send      bool                    `json:"send,omitempty"`
	Template  string                  `json:"template,omitempty"`
	Channels  []interaction.Channel   `json:"channels,omitempty"`
	ValidForS seconds                 `json:"valid_for_s,omitempty"`
	When      []conditionDoc          `json:"when,omitempty"`
}

type conditionDoc struct {
	Event   string  `json:"event,omitempty"`
	Fact    string  `json:"fact,omitempty"`
	Is      string  `json:"is,omitempty"`
	Skipped *Reason `json:"skipped,omitempty"`
}

type reEntryDoc struct {
	Allowed bool    `json:"allowed"`
	GapS    seconds `json:"gap_s,omitempty"`
	Max     int     `json:"max,omitempty"`
}

// ParseSequence reads a sequence from strict JSON: unknown and repeated fields are
// refused, and every fault is reported at once with its path, under [ErrSequence].
// The fields are
//
//	id, version, trigger, purpose, topic, channels, zone
//	steps     [{"name", one of "delay_s", "delay_local_days" and "delay_months",
//	          "at": "09:30", "weekdays": [1,2,3,4,5] (0 is Sunday),
//	          "window": {"mon": [["09:00","17:00"]]}, "send", "template", "channels",
//	          "valid_for_s", "when": [{"fact", "is"}]}]
//	exit      [{"event"} or {"fact", "is"} or {"skipped": "consent_withdrawn"}]
//	re_entry  {"allowed", "gap_s", "max"}
//
// The result has passed the checks of [NewSequence].
func ParseSequence(data []byte) (SequenceSpec, error) {
	var d sequenceDoc
	if err := strictjson.Decode(data, &d, nil); err != nil {
		return SequenceSpec{}, fmt.Errorf("%w: %w", ErrSequence, err)
	}
	var fs strictjson.Faults
	spec := d.spec(&fs)
	if err := fs.Err(); err != nil {
		return SequenceSpec{}, fmt.Errorf("%w: %w", ErrSequence, err)
	}
	if _, err := NewSequence(spec); err != nil {
		return SequenceSpec{}, err
	}
	return spec, nil
}

func (d *sequenceDoc) spec(fs *strictjson.Faults) SequenceSpec {
	s := SequenceSpec{
		ID: d.ID, Version: d.Version, Trigger: d.Trigger, Purpose: d.Purpose, Topic: d.Topic,
		Channels: d.Channels, Exit: conditionsOf(d.Exit), Zone: d.Zone,
	}
	if r := d.ReEntry; r != nil {
		s.ReEntry = ReEntry{r.Allowed, r.GapS.duration("re_entry.gap_s", fs), r.Max}
	}
	for i := range d.Steps {
		s.Steps = append(s.Steps, d.Steps[i].step(strictjson.Index("steps", i), fs))
	}
	return s
}

func (d *stepDoc) step(path string, fs *strictjson.Faults) Step {
	s := Step{
		Name: d.Name, Wait: d.WaitS.duration(path+".delay_s", fs), LocalDays: d.LocalDays, Months: d.Months, At: d.At,
		Send: d.Send, Template: d.Template, Channels: d.Channels,
		ValidFor: d.ValidForS.duration(path+".valid_for_s", fs), When: conditionsOf(d.When),
	}
	for _, wd := range d.Weekdays {
		s.Weekdays = append(s.Weekdays, time.Weekday(wd))
	}
	if d.Window != nil {
		s.Window = d.Window.hours(path+".window", fs)
	}
	return s
}

func conditionsOf(list []conditionDoc) []Condition {
	var out []Condition
	for _, d := range list {
		c := Condition{Event: d.Event, Fact: d.Fact, Is: d.Is}
		if d.Skipped != nil {
			c.Skipped = *d.Skipped
		}
		out = append(out, c)
	}
	return out
}

func conditionDocs(list []Condition) []conditionDoc {
	var out []conditionDoc
	for _, c := range list {
		d := conditionDoc{Event: c.Event, Fact: c.Fact, Is: c.Is}
		if c.Skipped != 0 {
			d.Skipped = &c.Skipped
		}
		out = append(out, d)
	}
	return out
}

// MarshalJSON writes the form that [ParseSequence] reads. Windows that do not repeat
// weekly and durations that are no whole seconds have none.
func (s SequenceSpec) MarshalJSON() ([]byte, error) {
	d := sequenceDoc{
		ID: s.ID, Version: s.Version, Trigger: s.Trigger, Purpose: s.Purpose, Topic: s.Topic,
		Channels: s.Channels, Exit: conditionDocs(s.Exit), Zone: s.Zone,
	}
	if s.ReEntry != (ReEntry{}) {
		gap, err := secondsOf(s.ReEntry.Gap)
		if err != nil {
			return nil, err
		}
		d.ReEntry = &reEntryDoc{s.ReEntry.Allowed, gap, s.ReEntry.Max}
	}
	for i := range s.Steps {
		step, err := s.Steps[i].doc()
		if err != nil {
			return nil, err
		}
		d.Steps = append(d.Steps, step)
	}
	return json.Marshal(d)
}

func (s *Step) doc() (stepDoc, error) {
	wait, err := secondsOf(s.Wait)
	if err != nil {
		return stepDoc{}, err
	}
	valid, err := secondsOf(s.ValidFor)
	if err != nil {
		return stepDoc{}, err
	}
	d := stepDoc{
		Name: s.Name, WaitS: wait, LocalDays: s.LocalDays, Months: s.Months, At: s.At, Send: s.Send,
		Template: s.Template, Channels: s.Channels, ValidForS: valid, When: conditionDocs(s.When),
	}
	for _, wd := range s.Weekdays {
		d.Weekdays = append(d.Weekdays, int(wd))
	}
	if s.Window != nil {
		if d.Window, err = docOf(s.Window); err != nil {
			return stepDoc{}, err
		}
	}
	return d, nil
}
