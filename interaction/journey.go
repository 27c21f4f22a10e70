package interaction

import "slices"

// A Stage is a stage of the customer journey. Hosts may add lower-case names of
// their own by making a Journey with them.
type Stage string

// The four stages of the field, and two that hosts often add.
const (
	Awareness     Stage = "awareness"     // hears of us
	Consideration Stage = "consideration" // weighs us against others
	Purchase      Stage = "purchase"      // buys
	PostPurchase  Stage = "post_purchase" // uses, asks, returns, buys again
	Retention     Stage = "retention"     // optional: stays
	Advocacy      Stage = "advocacy"      // optional: recommends
)

// Stages lists the four stages of the field in order.
func Stages() []Stage { return []Stage{Awareness, Consideration, Purchase, PostPurchase} }

// Valid reports whether the stage is a well-formed name.
func (s Stage) Valid() bool { return isName(string(s)) }

// A Journey is an ordered list of stages. It is never changed after it was made.
type Journey struct{ stages []Stage }

// NewJourney makes a journey of the stages in their order. It refuses none,
// malformed names and repeated ones (ErrDuplicate), all at once.
func NewJourney(stages ...Stage) (*Journey, error) {
	var fs faults
	if len(stages) == 0 {
		fs.add("stages", "", "must hold at least one")
	}
	for i, s := range stages {
		if !s.Valid() {
			fs.add("stages", string(s), nameRule)
		}
		if slices.Contains(stages[:i], s) {
			fs.addAs(ErrDuplicate, "stages", string(s), "occurs twice")
		}
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return &Journey{stages: slices.Clone(stages)}, nil
}

// DefaultJourney is the journey of the four stages.
func DefaultJourney() *Journey { return &Journey{stages: Stages()} }

// Stages lists the journey's stages in order.
func (j *Journey) Stages() []Stage { return slices.Clone(j.stages) }

// Index is the place of a stage, counted from 0; ok is false for a stage that
// is not part of the journey.
func (j *Journey) Index(s Stage) (place int, ok bool) {
	place = slices.Index(j.stages, s)
	return max(place, 0), place >= 0
}

// Furthest is the last stage of the journey that any of the interactions
// reached; ok is false when none of them names a stage of the journey.
func (j *Journey) Furthest(t Timeline) (stage Stage, ok bool) {
	best := -1
	for x := range t.All() {
		if i, in := j.Index(x.Stage); in && i > best {
			best = i
		}
	}
	if best < 0 {
		return "", false
	}
	return j.stages[best], true
}
