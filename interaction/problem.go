package interaction

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sentinels of the work on a problem.
var (
	// ErrNotAcknowledged means that solving was to begin before an
	// acknowledgement was recorded: feelings before facts.
	ErrNotAcknowledged = errors.New("interaction: nothing was acknowledged yet")
	// ErrOrder means that an earlier step or stage is still missing.
	ErrOrder = errors.New("interaction: an earlier step is missing")
)

// A ProblemStage is a stage of solving a problem.
type ProblemStage uint8

// The stages, in their order. From ProblemRootCause on they are solving, and need an
// acknowledgement first.
const (
	ProblemUnderstand ProblemStage = iota + 1 // listen, ask, read back
	ProblemRootCause                          // why it happened
	ProblemOptions                            // what could be done, with pros and cons
	ProblemChoose                             // which of them, with the customer
	ProblemImplement                          // do it
	ProblemVerify                             // does it work, in the customer's words
	ProblemFollowUp                           // ask again later, learn
)

var problemNames = []string{"understand", "root_cause", "options", "choose", "implement", "verify", "follow_up"}

// String names the stage.
func (s ProblemStage) String() string { return enumString("problem stage", problemNames, s) }

// MarshalText writes the name; an unset stage is an error.
func (s ProblemStage) MarshalText() ([]byte, error) {
	return enumMarshal("problem stage", problemNames, s)
}

// UnmarshalText reads a name.
func (s *ProblemStage) UnmarshalText(text []byte) error {
	return enumParse("problem stage", problemNames, text, s)
}

// An Option is one way to solve a problem.
type Option struct {
	Name string   `json:"name"`
	Pros []string `json:"pros,omitempty"`
	Cons []string `json:"cons,omitempty"`
}

// Work is one entry in the record of a problem.
type Work struct {
	Stage    ProblemStage `json:"stage"`
	At       time.Time    `json:"at"`
	By       Actor        `json:"by"`
	Evidence []Evidence   `json:"evidence"`
	Options  []Option     `json:"options,omitempty"` // at the stage ProblemOptions
	Chosen   string       `json:"chosen,omitzero"`   // at the stage ProblemChoose: the name of an option
	// NoSolutionYet is said honestly at the stage ProblemOptions when there is none;
	// Options then hold alternatives or nothing.
	NoSolutionYet bool `json:"no_solution_yet,omitzero"`
}

func (w Work) clone() Work {
	w.Evidence = slices.Clone(w.Evidence)
	w.Options = slices.Clone(w.Options)
	for i, o := range w.Options {
		w.Options[i].Pros, w.Options[i].Cons = slices.Clone(o.Pros), slices.Clone(o.Cons)
	}
	return w
}

// A Problem is the record of solving one: entries in the order in which they were
// made. An earlier stage may be entered again, when the cause turns out to be
// another; what lay after it then has to be done again.
type Problem struct {
	Entries []Work `json:"entries,omitempty"`
}

// Stage is the stage of the latest entry; ok is false when there is none.
func (p Problem) Stage() (stage ProblemStage, ok bool) {
	if len(p.Entries) == 0 {
		return 0, false
	}
	return p.Entries[len(p.Entries)-1].Stage, true
}

// Options are the options that stand: those of the latest entry at that stage,
// unless an earlier stage was entered again after it.
func (p Problem) Options() []Option {
	for _, w := range slices.Backward(p.Entries) {
		if w.Stage == ProblemOptions {
			return w.clone().Options
		}
		if w.Stage < ProblemOptions {
			return nil
		}
	}
	return nil
}

// Chosen is the option that stands chosen; ok is false when none does.
func (p Problem) Chosen() (name string, ok bool) {
	for _, w := range slices.Backward(p.Entries) {
		if w.Stage == ProblemChoose {
			return w.Chosen, true
		}
		if w.Stage < ProblemChoose {
			return "", false
		}
	}
	return "", false
}

// Check reports, all at once, why the entry may not be recorded next. Checks, in
// this order: the stage is known; solving needs an acknowledgement
// (ErrNotAcknowledged); the stage before it has been recorded (ErrOrder), going
// back excepted; it has evidence (ErrEvidence); options have distinct names, and
// there is one or NoSolutionYet is said; the chosen option is among those that
// stand (ErrUnknown).
func (p Problem) Check(w Work, acknowledged bool) error {
	if !enumValid(problemNames, w.Stage) {
		return &FieldError{Field: "stage", Value: w.Stage.String(), Detail: "is unknown", Err: ErrInvalid}
	}
	var errs []error
	if w.Stage >= ProblemRootCause && !acknowledged {
		errs = append(errs, fmt.Errorf("%w: %s", ErrNotAcknowledged, w.Stage))
	}
	if at, _ := p.Stage(); w.Stage > at+1 {
		errs = append(errs, fmt.Errorf("%w: %s before %s", ErrOrder, at+1, w.Stage))
	}
	if err := checkEvidence(w.Evidence, nil); err != nil {
		errs = append(errs, fmt.Errorf("%s: %w", w.Stage, err))
	}
	var fs faults
	if w.Stage == ProblemOptions {
		fs.options(w)
	}
	if w.Stage == ProblemChoose {
		if p.NoSolutionYet() && len(p.Options()) == 0 {
			fs.add("chosen", w.Chosen, "there is no solution yet")
		} else if !slices.ContainsFunc(p.Options(), func(o Option) bool { return o.Name == w.Chosen }) {
			fs.addAs(ErrUnknown, "chosen", w.Chosen, "is not among the options")
		}
	}
	return errors.Join(append(errs, fs.list...)...)
}

func (fs *faults) options(w Work) {
	if len(w.Options) == 0 && !w.NoSolutionYet {
		fs.add("options", "", "holds none, and does not say that there is no solution yet")
	}
	for i, o := range w.Options {
		if strings.TrimSpace(o.Name) == "" {
			fs.add(fmt.Sprintf("options[%d].name", i), "", "is required")
		}
		if slices.ContainsFunc(w.Options[:i], func(q Option) bool { return q.Name == o.Name }) {
			fs.addAs(ErrDuplicate, fmt.Sprintf("options[%d].name", i), o.Name, "occurs twice")
		}
	}
}

// NoSolutionYet reports whether the latest word on options is that there is
// none.
func (p Problem) NoSolutionYet() bool {
	for _, w := range slices.Backward(p.Entries) {
		if w.Stage == ProblemOptions {
			return w.NoSolutionYet
		}
		if w.Stage < ProblemOptions {
			return false
		}
	}
	return false
}

// Add records the entry after Check and gives the new record.
func (p Problem) Add(w Work, acknowledged bool) (Problem, error) {
	if err := p.Check(w, acknowledged); err != nil {
		return p, err
	}
	return Problem{Entries: append(slices.Clip(p.Entries), w.clone())}, nil
}
