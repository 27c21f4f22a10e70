package survey_test

import (
	"fmt"

	"github.com/rapport-go/rapport/feedback/survey"
)

func Example() {
	s, findings, err := survey.Parse([]byte(`{"elements":[
		{"type":"rating","name":"nps","rateMin":0,"rateMax":10,"isRequired":true,"title":{"default":"Recommend?","de":"Weiterempfehlen?"}},
		{"type":"comment","name":"why","visibleIf":"{nps} <= 6"}]}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("findings:", len(findings))
	p, err := s.Compile(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, answers := range []survey.Answers{{"nps": 4.0, "why": "late"}, {"nps": 9.0, "why": "stale"}, {"nps": 11.0}, {}} {
		o, err := p.Evaluate(survey.Context{}, answers)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(o.Visible, o.Clean, o.Valid())
		for _, problem := range o.Problems {
			fmt.Println(" ", problem.Path, problem.Code, "-", survey.Messages().Text("de", problem))
		}
		for _, h := range o.Hidden {
			fmt.Println(" ", h.Question, "is hidden by", h.Condition)
		}
	}
	// Output:
	// findings: 0
	// [nps why] map[nps:4 why:late] true
	// [nps] map[nps:9] true
	//   why is hidden by {nps} <= 6
	// [nps] map[nps:11] false
	//   nps range - Bitte eine Zahl von 0 bis 10 eingeben.
	//   why is hidden by {nps} <= 6
	// [nps] map[] false
	//   nps required - Bitte beantworten Sie diese Frage.
	//   why is hidden by {nps} <= 6
}

func ExampleSurvey_Lint() {
	_, findings, err := survey.Parse([]byte(`{"elements":[
		{"type":"rating","name":"nps","rateMin":0,"rateMax":10},
		{"type":"text","name":"why","visibleIf":"{nps} > 10"},
		{"type":"text","name":"how","visibleIf":"{npss} = 1"}]}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range findings {
		fmt.Println(f.Severity, f.Rule, f.Path)
	}
	// Output:
	// warning expression/contradiction elements[1].visibleIf
	// error reference/unknown elements[2].visibleIf
}
