package interaction

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// An Act says what a step of a playbook does, whatever its acronym calls it.
type Act uint8

// The acts. Solving needs an acknowledgement before it.
const (
	ActListen      Act = iota + 1 // let the customer speak to the end, record what is wanted
	ActAcknowledge                // name the concern and accept it: empathise, apologise
	ActSteer                      // lead the talk: set bounds, refocus
	ActAssess                     // weigh severity, impact and urgency
	ActSolve                      // find and do what helps
	ActInform                     // tell the customer where things stand
	ActThank                      // thank for having been told
	ActLearn                      // find out why, so that it does not happen again
	ActClose                      // end it, or name the way outside
)

var actNames = []string{"listen", "acknowledge", "steer", "assess", "solve", "inform", "thank", "learn", "close"}

// String names the act.
func (a Act) String() string { return enumString("act", actNames, a) }

// MarshalText writes the name; an unset act is an error.
func (a Act) MarshalText() ([]byte, error) { return enumMarshal("act", actNames, a) }

// UnmarshalText reads a name.
func (a *Act) UnmarshalText(text []byte) error { return enumParse("act", actNames, text, a) }

// A Gate is a point of the case that a step must precede.
type Gate uint8

// The gates of a step; unset: none.
const (
	BeforeResolved Gate = iota + 1 // done or skipped before the case is resolved
	BeforeClosed                   // done or skipped before the case is closed
)

var gateNames = []string{"resolved", "closed"}

// String names the gate.
func (g Gate) String() string { return enumString("gate", gateNames, g) }

// MarshalText writes the name; an unset gate is an error.
func (g Gate) MarshalText() ([]byte, error) { return enumMarshal("gate", gateNames, g) }

// UnmarshalText reads a name.
func (g *Gate) UnmarshalText(text []byte) error { return enumParse("gate", gateNames, text, g) }

// A PlaybookStep is one step of a playbook.
type PlaybookStep struct {
	Name     string   `json:"name" strictjson:"required"`
	Act      Act      `json:"act" strictjson:"required"`
	Does     string   `json:"does,omitzero"`      // for the agent, in a sentence
	Evidence []string `json:"evidence,omitempty"` // kinds of evidence it needs; none: any one piece
	Before   Gate     `json:"before,omitzero"`    // what it must precede
	Within   Target   `json:"within,omitzero"`    // due so long after the playbook was begun
}

// A PlaybookSpec is a playbook as people write it.
type PlaybookSpec struct {
	Name     string         `json:"name" strictjson:"required"`
	Title    string         `json:"title,omitzero"`
	Source   string         `json:"source,omitzero"` // who teaches it
	AnyOrder bool           `json:"any_order,omitzero"`
	Progress Target         `json:"progress,omitzero"` // how often the customer hears from us while it runs
	Steps    []PlaybookStep `json:"steps" strictjson:"required"`
}

func (s PlaybookSpec) clone() PlaybookSpec {
	s.Steps = slices.Clone(s.Steps)
	for i := range s.Steps {
		s.Steps[i].Evidence = slices.Clone(s.Steps[i].Evidence)
	}
	return s
}

// A Playbook is a checked sequence of steps for a kind of contact. Steps may be
// skipped with a reason; what no playbook allows is to solve before an
// acknowledgement is recorded. It is never changed after it was made.
type Playbook struct{ spec PlaybookSpec }

// NewPlaybook checks a playbook and reports every fault at once: names that are
// malformed or occur twice, no steps, unknown acts and gates, negative targets,
// and a solving step that no acknowledging step precedes (in a playbook of any
// order: that has none beside it).
func NewPlaybook(spec PlaybookSpec) (*Playbook, error) {
	var fs faults
	if !isName(spec.Name) {
		fs.add("name", spec.Name, nameRule)
	}
	fs.text("title", spec.Title)
	fs.text("source", spec.Source)
	fs.under("progress", spec.Progress.validate())
	if !spec.Progress.IsZero() && spec.Progress.Span() == 0 && spec.Progress.Days() == 0 {
		fs.add("progress", spec.Progress.String(), "must be more than nothing")
	}
	if len(spec.Steps) == 0 {
		fs.add("steps", "", "must hold at least one")
	}
	for i, step := range spec.Steps {
		path := fmt.Sprintf("steps[%d]", i)
		fs.under(path, step.validate())
		if slices.ContainsFunc(spec.Steps[:i], func(s PlaybookStep) bool { return s.Name == step.Name }) {
			fs.addAs(ErrDuplicate, path+".name", step.Name, "occurs twice")
		}
		before := spec.Steps[:i]
		if spec.AnyOrder {
			before = spec.Steps
		}
		if step.Act == ActSolve && !slices.ContainsFunc(before, func(s PlaybookStep) bool { return s.Act == ActAcknowledge }) {
			fs.add(path+".act", step.Act.String(), "has no acknowledging step before it")
		}
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return &Playbook{spec: spec.clone()}, nil
}

func (s PlaybookStep) validate() error {
	var fs faults
	if !isName(s.Name) {
		fs.add("name", s.Name, nameRule)
	}
	if !enumValid(actNames, s.Act) {
		fs.add("act", s.Act.String(), "is unknown")
	}
	if s.Before != 0 && !enumValid(gateNames, s.Before) {
		fs.add("before", s.Before.String(), "is unknown")
	}
	fs.text("does", s.Does)
	fs.under("within", s.Within.validate())
	for i, kind := range s.Evidence {
		if !isName(kind) {
			fs.add(fmt.Sprintf("evidence[%d]", i), kind, nameRule)
		}
	}
	return fs.join()
}

// ParsePlaybook reads a playbook from strict JSON and checks it. Unknown keys,
// repeated keys and wrong types are faults, each with its path.
func ParsePlaybook(data []byte) (*Playbook, error) {
	var spec PlaybookSpec
	if err := strictjson.Decode(data, &spec, nil); err != nil {
		return nil, errors.Join(ErrInvalid, err)
	}
	return NewPlaybook(spec)
}

// MarshalJSON writes what ParsePlaybook reads.
func (p *Playbook) MarshalJSON() ([]byte, error) { return json.Marshal(p.spec) }

// Spec gives a copy of the playbook as data.
func (p *Playbook) Spec() PlaybookSpec { return p.spec.clone() }

// Name is the playbook's name.
func (p *Playbook) Name() string { return p.spec.Name }

// A StepEntry records one step of a run: done with evidence, or skipped with a
// reason.
type StepEntry struct {
	Step     string     `json:"step"`
	At       time.Time  `json:"at"`
	By       Actor      `json:"by"`
	Evidence []Evidence `json:"evidence,omitempty"`
	Skipped  string     `json:"skipped,omitzero"` // the reason, when it was skipped
}

// A Run is a playbook being followed. The zero Run follows none.
type Run struct {
	Playbook string      `json:"playbook"`
	Started  time.Time   `json:"started"`
	Entries  []StepEntry `json:"entries,omitempty"`
}

// IsZero reports whether no playbook is followed.
func (r Run) IsZero() bool { return r.Playbook == "" }

// Entry finds the entry of a step.
func (r Run) Entry(step string) (e StepEntry, ok bool) {
	for _, e := range r.Entries {
		if e.Step == step {
			return e, true
		}
	}
	return StepEntry{}, false
}

// A StepError says which step of which playbook was refused, and why.
type StepError struct {
	Playbook, Step string
	Detail         string
	Err            error // ErrUnknown, ErrDuplicate, ErrOrder, ErrNotAcknowledged, ErrEvidence or ErrInvalid
}

// Error names playbook, step and reason.
func (e *StepError) Error() string {
	return fmt.Sprintf("%v: step %s of %s: %s", e.Err, e.Step, e.Playbook, e.Detail)
}

// Unwrap gives the sentinel.
func (e *StepError) Unwrap() error { return e.Err }

// Acknowledged is the instant at which an acknowledging step was done; ok is
// false when none was. A skipped step acknowledges nothing.
func (p *Playbook) Acknowledged(r Run) (at time.Time, ok bool) {
	for _, e := range r.Entries {
		if step, known := p.step(e.Step); known && step.Act == ActAcknowledge && e.Skipped == "" {
			return e.At, true
		}
	}
	return time.Time{}, false
}

func (p *Playbook) step(name string) (PlaybookStep, bool) {
	for _, s := range p.spec.Steps {
		if s.Name == name {
			return s, true
		}
	}
	return PlaybookStep{}, false
}

// Check reports why the entry may not be recorded next. acknowledged says that
// the case was acknowledged outside this playbook. Checks, the first that fails
// being returned: the step exists (ErrUnknown) and has no entry yet
// (ErrDuplicate); in an ordered playbook all steps before it have one (ErrOrder);
// solving follows an acknowledgement, and the last way to acknowledge is not
// skipped (ErrNotAcknowledged); a step that is done has the evidence it needs
// (ErrEvidence).
func (p *Playbook) Check(r Run, e StepEntry, acknowledged bool) error {
	refuse := func(err error, format string, args ...any) error {
		return &StepError{Playbook: p.spec.Name, Step: e.Step, Detail: fmt.Sprintf(format, args...), Err: err}
	}
	step, known := p.step(e.Step)
	if !known {
		return refuse(ErrUnknown, "there is no such step")
	}
	if old, has := r.Entry(e.Step); has {
		return refuse(ErrDuplicate, "it has an entry of %s", stamp(old.At))
	}
	if !p.spec.AnyOrder {
		if first, ok := p.Next(r); ok && first.Name != e.Step {
			return refuse(ErrOrder, "%s comes first", first.Name)
		}
	}
	if _, ok := p.Acknowledged(r); ok {
		acknowledged = true
	}
	switch {
	case e.Skipped == "" && step.Act == ActSolve && !acknowledged:
		return refuse(ErrNotAcknowledged, "acknowledge the concern before solving it")
	case e.Skipped != "" && step.Act == ActAcknowledge && !acknowledged && !p.canAcknowledge(r, e.Step):
		return refuse(ErrNotAcknowledged, "it is the last way to acknowledge and may not be skipped")
	case e.Skipped == "":
		if err := checkEvidence(e.Evidence, step.Evidence); err != nil {
			return refuse(ErrEvidence, "%v", err)
		}
	}
	return nil
}

// canAcknowledge reports whether an acknowledging step other than the one named
// is still to come.
func (p *Playbook) canAcknowledge(r Run, except string) bool {
	return slices.ContainsFunc(p.spec.Steps, func(s PlaybookStep) bool {
		_, has := r.Entry(s.Name)
		return s.Act == ActAcknowledge && s.Name != except && !has
	})
}

// Next is the first step without an entry; ok is false when all have one.
func (p *Playbook) Next(r Run) (step PlaybookStep, ok bool) {
	for _, s := range p.spec.Steps {
		if _, has := r.Entry(s.Name); !has {
			return s, true
		}
	}
	return PlaybookStep{}, false
}

// Open lists the steps without an entry that must precede the gate.
func (p *Playbook) Open(r Run, gate Gate) []PlaybookStep {
	var out []PlaybookStep
	for _, s := range p.spec.Steps {
		if _, has := r.Entry(s.Name); !has && s.Before != 0 && s.Before <= gate {
			out = append(out, s)
		}
	}
	return out
}
