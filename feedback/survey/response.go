package survey

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/feedback"
)

// Mapping says which questions of a survey are which instrument, for [Program.Response].
type Mapping struct {
	NPS  []string // names of questions on a scale of 0 to 10
	CSAT []string // 1 to 5
	CES  []string // 1 to 7

	// Direction is that of all CES questions; it is required where there are any.
	Direction feedback.Direction
	// Comment is the question whose text is the respondent's own words; "" for none.
	Comment string
}

// Envelope is what a response has besides its answers.
type Envelope struct {
	ID, Survey, Respondent, Channel string
	At                              time.Time
	Language                        language.Tag
}

// ErrMapping is what a mapping that does not fit its survey unwraps to.
var ErrMapping = errors.New("survey: mapping does not fit the survey")

// CheckMapping returns every fault of a mapping, joined, each an ErrMapping: a question
// that is not there or not a rating of the instrument's scale (a scale of 1 to 10 is no
// NPS, and nothing is rescaled), a question named twice, a CES without a direction.
func (p *Program) CheckMapping(m Mapping) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %s", ErrMapping, fmt.Sprintf(format, args...)))
	}
	seen := map[string]bool{}
	for _, list := range m.lists() {
		low, high := list.instrument.Scale()
		for _, name := range list.names {
			u := p.root.find(name)
			switch {
			case seen[name]:
				fault("%q is named twice", clip(name))
			case u == nil:
				fault("there is no question %q", clip(name))
			case u.kind != kindRating || !u.onScale(low, high):
				fault("%q is no rating from %d to %d", clip(name), low, high)
			}
			seen[name] = true
		}
	}
	if len(m.CES) > 0 && m.Direction != feedback.HigherIsEasier && m.Direction != feedback.HigherIsHarder {
		fault("effort questions need a direction")
	}
	if m.Comment != "" && p.root.find(m.Comment) == nil {
		fault("there is no question %q", clip(m.Comment))
	}
	return errors.Join(faults...)
}

// onScale reports a rating of every whole number from low to high.
func (e *element) onScale(low, high int) bool {
	if !e.rateListed {
		return e.rateMin == float64(low) && e.rateMax == float64(high) && e.rateStep == 1
	}
	values := make([]int, 0, len(e.columns))
	for _, it := range e.columns {
		f, ok := it.value.Float()
		if !ok || f != float64(int(f)) {
			return false
		}
		values = append(values, int(f))
	}
	slices.Sort(values)
	return len(values) == high-low+1 && values[0] == low && values[len(values)-1] == high && len(slices.Compact(values)) == high-low+1
}

type mapped struct {
	instrument feedback.Instrument
	names      []string
}

func (m Mapping) lists() []mapped {
	return []mapped{{feedback.NPS, m.NPS}, {feedback.CSAT, m.CSAT}, {feedback.CES, m.CES}}
}

// Response makes the response that scores are computed from, out of an outcome's clean
// answers. A question that was shown and not answered is an item without an answer; a
// question that was hidden is no item. An answer that its instrument refuses, such as an
// NPS of 11 that Compat has let pass, is left out and returned in the error, which
// joins the faults of the mapping, of the answers ([feedback.ErrAnswer]) and of the
// envelope ([feedback.ErrResponse]); the response holds what is in order.
func (p *Program) Response(e Envelope, o Outcome, m Mapping) (feedback.Response, error) {
	r := feedback.Response{
		ID: e.ID, Survey: e.Survey, Respondent: e.Respondent, At: e.At, Channel: e.Channel, Language: e.Language,
	}
	faults := []error{p.CheckMapping(m)}
	by := map[string]feedback.Instrument{}
	for _, list := range m.lists() {
		for _, name := range list.names {
			by[name] = list.instrument
		}
	}
	for _, u := range p.root.units {
		instrument, ok := by[u.name]
		if !ok || u.slot < 0 || !slices.Contains(o.Visible, u.name) {
			continue
		}
		item := feedback.Item{Question: u.name}
		if raw, given := o.Clean[u.key]; given && raw != nil && raw != "" {
			answer, err := instrumentAnswer(instrument, raw, m.Direction)
			if err != nil {
				faults = append(faults, fmt.Errorf("survey: %q: %w", clip(u.name), err))
				continue
			}
			item.Answer = answer
		}
		r.Items = append(r.Items, item)
	}
	if u := p.root.find(m.Comment); u != nil && m.Comment != "" {
		r.Comment, _ = o.Clean[u.key].(string)
	}
	return r, errors.Join(append(faults, r.Validate())...)
}

func instrumentAnswer(i feedback.Instrument, raw any, d feedback.Direction) (feedback.Answer, error) {
	switch i {
	case feedback.NPS:
		return feedback.ReadNPS(raw)
	case feedback.CSAT:
		return feedback.ReadCSAT(raw)
	default:
		return feedback.ReadCES(raw, d)
	}
}
