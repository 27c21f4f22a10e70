package deliver

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

type loopDoc struct {
	Rules  []ruleDoc `json:"rules" strictjson:"required"`
	Ladder []rungDoc `json:"ladder,omitempty"`
}

type ruleDoc struct {
	Name            string     `json:"name" strictjson:"required"`
	Score           *scoreDoc  `json:"score,omitempty"`
	Flags           []string   `json:"flags,omitempty"`
	Severity        *Severity  `json:"severity" strictjson:"required"`
	Owner           string     `json:"owner" strictjson:"required"`
	Acknowledgement *budgetDoc `json:"acknowledgement,omitempty"`
	CallBack        *budgetDoc `json:"call_back,omitempty"`
	Resolution      *budgetDoc `json:"resolution,omitempty"`
}

type budgetDoc struct {
	Minutes int64  `json:"minutes" strictjson:"required"`
	Mode    string `json:"mode" strictjson:"required"`
}

type rungDoc struct {
	AfterMinutes int64  `json:"after_minutes,omitempty"`
	To           string `json:"to" strictjson:"required"`
}

// ParseLoop reads the rules of a closed loop from strict JSON: unknown and repeated
// fields are refused. Every fault of the form is reported at once with its path, and
// where there is none every fault of the values, under [ErrLoop]:
//
//	rules   [{"name", "score": {"instrument", "min", "max"}, "flags": [], "severity", "owner",
//	         "acknowledgement", "call_back", "resolution": {"minutes": 480, "mode": "business" or "elapsed"}}]
//	ladder  [{"after_minutes": 0, "to": "team_lead"}]
//
// The result has passed [LoopPolicy.Validate].
func ParseLoop(data []byte) (LoopPolicy, error) {
	var d loopDoc
	if err := strictjson.Decode(data, &d, nil); err != nil {
		return LoopPolicy{}, fmt.Errorf("%w: %w", ErrLoop, err)
	}
	var fs strictjson.Faults
	var p LoopPolicy
	for i := range d.Rules {
		r := &d.Rules[i]
		path := strictjson.Index("rules", i)
		rule := CaseRule{Name: r.Name, Flags: r.Flags, Owner: r.Owner}
		if r.Severity != nil {
			rule.Severity = *r.Severity
		}
		if r.Score != nil {
			rule.Score = r.Score.score(&fs)
		}
		for j, b := range [...]*budgetDoc{r.Acknowledgement, r.CallBack, r.Resolution} {
			rule.Promise[j] = b.budget(path+"."+Stage(j+1).String(), &fs)
		}
		p.Rules = append(p.Rules, rule)
	}
	for i := range d.Ladder {
		r := &d.Ladder[i]
		p.Ladder = append(p.Ladder, Rung{units(&r.AfterMinutes, time.Minute, strictjson.Index("ladder", i)+".after_minutes", &fs), r.To})
	}
	if err := fs.Err(); err != nil {
		return LoopPolicy{}, fmt.Errorf("%w: %w", ErrLoop, err)
	}
	if err := p.Validate(); err != nil {
		return LoopPolicy{}, err
	}
	return p, nil
}

func (b *budgetDoc) budget(path string, fs *strictjson.Faults) Budget {
	if b == nil {
		return Budget{}
	}
	if b.Mode != "business" && b.Mode != "elapsed" {
		fs.Add(path+".mode", strictjson.ErrValue, "is neither business nor elapsed")
	}
	return Budget{units(&b.Minutes, time.Minute, path+".minutes", fs), b.Mode == "business"}
}

// MarshalJSON writes the form that [ParseLoop] reads. Times that are no whole minutes
// have none and are an error.
func (p LoopPolicy) MarshalJSON() ([]byte, error) {
	fs := faults{err: ErrLoop}
	d := loopDoc{Rules: []ruleDoc{}}
	for i := range p.Rules {
		r := &p.Rules[i]
		doc := ruleDoc{Name: r.Name, Flags: r.Flags, Severity: &r.Severity, Owner: r.Owner}
		if s := r.Score; s != nil {
			low, high := int64(s.Min), int64(s.Max)
			doc.Score = &scoreDoc{s.Instrument.String(), &low, &high}
		}
		for j, to := range [...]**budgetDoc{&doc.Acknowledgement, &doc.CallBack, &doc.Resolution} {
			if b := r.Promise[j]; b.Time != 0 {
				mode := "elapsed"
				if b.Business {
					mode = "business"
				}
				*to = &budgetDoc{value(whole(&fs, fmt.Sprintf("Rules[%d].Promise[%d]", i, j), b.Time, time.Minute)), mode}
			}
		}
		d.Rules = append(d.Rules, doc)
	}
	for i, r := range p.Ladder {
		d.Ladder = append(d.Ladder, rungDoc{value(whole(&fs, fmt.Sprintf("Ladder[%d].After", i), r.After, time.Minute)), r.To})
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return json.Marshal(d)
}
