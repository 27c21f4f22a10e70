package main

import (
	"errors"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/metrics"
)

// Feedback is what customers say. A figure is absent where nobody answered.
type Feedback struct {
	Note string `json:"note,omitempty"`
	NPS  *NPS   `json:"nps,omitempty"`
	CSAT *CSAT  `json:"csat,omitempty"`
	// Refused counts answers that are not on their scale, by code.
	Refused map[string]int `json:"refused"`
}

// NPS is the net promoter score, from -100 to 100.
type NPS struct {
	Score      string  `json:"score"`
	Low        float64 `json:"low"` // adjusted Wald, 95 %
	High       float64 `json:"high"`
	Answers    int64   `json:"answers"`
	Promoters  int64   `json:"promoters"`
	Passives   int64   `json:"passives"`
	Detractors int64   `json:"detractors"`
}

// CSAT is the share of answers 4 and 5 on the scale of 1 to 5.
type CSAT struct {
	Percent   string `json:"percent"`
	Answers   int64  `json:"answers"`
	Satisfied int64  `json:"satisfied"`
}

func addFeedback(p *Page, in *input) error {
	p.Feedback.Refused = map[string]int{}
	if len(in.answers) == 0 {
		p.Feedback.Note = "the data hold no survey answers"
		return nil
	}
	var nps metrics.NetPromoter
	var csat metrics.Proportion
	for _, a := range in.answers {
		var err error
		switch a.Question {
		case "nps":
			var answer feedback.NPSAnswer
			if answer, err = feedback.ParseNPS(a.Raw); err == nil {
				err = nps.Add(answer.Score())
			}
		case "csat":
			var answer feedback.CSATAnswer
			if answer, err = feedback.ParseCSAT(a.Raw); err == nil {
				err = csat.Add(answer.TopTwo())
			}
		}
		var refused *feedback.AnswerError
		if errors.As(err, &refused) {
			p.Feedback.Refused[refused.Code.String()]++
		} else if err != nil {
			return err
		}
	}
	return p.Feedback.figures(nps, csat)
}

func (f *Feedback) figures(nps metrics.NetPromoter, csat metrics.Proportion) error {
	score, err := nps.Score()
	if err == nil {
		sure, err := nps.Interval(metrics.AdjustedWald, level)
		if err != nil {
			return err
		}
		f.NPS = &NPS{Score: score.Percent(2).StringFixed(2), Low: sure.Low, High: sure.High, Answers: nps.N(), Promoters: nps.Promoters, Passives: nps.Passives, Detractors: nps.Detractors}
	}
	share, err2 := csat.Ratio()
	if err2 == nil {
		f.CSAT = &CSAT{Percent: share.Percent(2).StringFixed(2), Answers: csat.Total, Satisfied: csat.Hits}
	}
	return errors.Join(ignore(err, metrics.ErrNoData), ignore(err2, metrics.ErrNoData))
}
