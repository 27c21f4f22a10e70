package customer

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/visible"
)

// Stage is where a customer stands in the lifecycle. Hosts may use stages of their
// own; the empty one is not known.
type Stage string

// The usual stages, in the order of DefaultStages.
const (
	Prospect Stage = "prospect" // might buy
	Lead     Stage = "lead"     // showed interest
	Active   Stage = "active"   // buys
	Dormant  Stage = "dormant"  // has not bought for long
	Former   Stage = "former"   // left
)

// ErrStage is what a refused change of stage unwraps to.
var ErrStage = errors.New("customer: stage refused")

// StageError is the detail of a refused change of stage. It unwraps to ErrStage.
type StageError struct {
	From, To Stage
	Detail   string
}

// Error writes both stages and the detail.
func (e *StageError) Error() string {
	return fmt.Sprintf("customer: stage %q to %q: %s", e.From, e.To, e.Detail)
}

// Unwrap gives ErrStage.
func (e *StageError) Unwrap() error { return ErrStage }

// StageChange is one step of a lifecycle.
type StageChange struct {
	Stage  Stage     `json:"stage"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"` // required for a step back; may be personal, and prints as redacted
}

// Format prints stage and instant and not the reason, whatever the verb.
func (c StageChange) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.StageChange(%s at %s)", c.Stage, c.At.UTC().Format(time.RFC3339)))
}

// LogValue is stage and instant; not the reason.
func (c StageChange) LogValue() slog.Value {
	return slog.GroupValue(slog.String("stage", string(c.Stage)), slog.Time("at", c.At))
}

// Lifecycle is the stages that a customer went through, in order of time. The zero
// value is a customer whose stage is not known.
type Lifecycle struct {
	History []StageChange
}

// Format prints the present stage and the number of changes, whatever the verb.
func (l Lifecycle) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Lifecycle(%s, %d changes)", l.Stage(), len(l.History)))
}

// LogValue is the present stage and the number of changes.
func (l Lifecycle) LogValue() slog.Value {
	return slog.GroupValue(slog.String("stage", string(l.Stage())), slog.Int("changes", len(l.History)))
}

// Stage is the present stage: the last of the history; empty where there is none.
func (l Lifecycle) Stage() Stage {
	if len(l.History) == 0 {
		return ""
	}
	return l.History[len(l.History)-1].Stage
}

// At is the stage at an instant; ok is false before the first one.
func (l Lifecycle) At(t time.Time) (stage Stage, ok bool) {
	for _, c := range slices.Backward(l.History) {
		if !c.At.After(t) {
			return c.Stage, true
		}
	}
	return "", false
}

func (l Lifecycle) check(f *faults) {
	for i, c := range l.History {
		field := fmt.Sprintf("Lifecycle.History[%d]", i)
		if blank(c.Stage) {
			f.add(field+".Stage", "is empty")
		}
		if c.At.IsZero() {
			f.add(field+".At", "is the zero time")
		}
		if i > 0 && c.At.Before(l.History[i-1].At) {
			f.add(field+".At", "is before the one that precedes it")
		}
	}
}

// Stages are the stages of a host in their order. Make them with NewStages; the zero
// value has no stages and refuses every move. They are read only and may be shared.
type Stages struct{ order []Stage }

// NewStages takes the stages in order. It refuses an empty list, an empty stage and
// one that occurs twice, all at once; the errors unwrap to ErrStage.
func NewStages(order ...Stage) (Stages, error) {
	var bad []error
	if len(order) == 0 {
		bad = append(bad, &StageError{Detail: "no stages are given"})
	}
	for i, s := range order {
		if blank(s) || slices.Contains(order[:i], s) {
			bad = append(bad, &StageError{To: s, Detail: fmt.Sprintf("stage %d is empty or occurs twice", i)})
		}
	}
	if len(bad) > 0 {
		return Stages{}, errors.Join(bad...)
	}
	return Stages{slices.Clone(order)}, nil
}

// DefaultStages are prospect, lead, active, dormant and former.
func DefaultStages() Stages { return Stages{[]Stage{Prospect, Lead, Active, Dormant, Former}} }

// Move appends a change of stage and leaves l itself unchanged. Forward steps are
// free, steps back (winning a former customer back) need a reason. Refused, in the
// order checked: a stage that is not one of these, the zero time, a time before the
// last change, the stage that it already is, a step back without a reason, which is
// one with no letter or digit to be seen. A present stage that is not one of these is left freely.
func (s Stages) Move(l Lifecycle, to Stage, at time.Time, reason string) (Lifecycle, error) {
	from := l.Stage()
	refuse := func(detail string) (Lifecycle, error) {
		return l, &StageError{From: from, To: to, Detail: detail}
	}
	place := slices.Index(s.order, to)
	switch {
	case place < 0:
		return refuse("not one of the stages")
	case at.IsZero():
		return refuse("at the zero time")
	case len(l.History) > 0 && at.Before(l.History[len(l.History)-1].At):
		return refuse("before the last change")
	case from == to:
		return refuse("it is that already")
	case place < slices.Index(s.order, from) && !visible.Any(reason):
		return refuse("a step back needs a reason")
	}
	change := StageChange{Stage: to, At: at, Reason: reason}
	return Lifecycle{append(slices.Clone(l.History), change)}, nil
}
