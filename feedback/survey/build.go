package survey

import (
	"encoding/json"
	"fmt"
)

// The builders make the definitions of common surveys: valid SurveyJS JSON without lint
// findings of the severities warning and error, in which hidden answers are removed as
// soon as they are hidden (onHiddenContainer).

// Options adapt the built surveys; nil means the English texts as they are.
type Options struct {
	// Subject is put into questions: the company, product or service, "us" by default.
	Subject string
	// Titles replace the titles of questions by name, in one or several locales: the keys
	// of the inner map are locales, "default" for the default.
	Titles map[string]map[string]string
	// WithoutComment leaves the open questions out.
	WithoutComment bool
	// Required makes the main question required.
	Required bool
}

type builtPage struct {
	Name     string         `json:"name"`
	Elements []builtElement `json:"elements"`
}

// builtElement is a question, with the properties that builders use, in the order in
// which they are written.
type builtElement struct {
	Type       string        `json:"type"`
	Name       string        `json:"name"`
	Title      any           `json:"title,omitempty"`
	VisibleIf  string        `json:"visibleIf,omitempty"`
	IsRequired bool          `json:"isRequired,omitempty"`
	RateMin    *int          `json:"rateMin,omitempty"`
	RateMax    *int          `json:"rateMax,omitempty"`
	MinText    string        `json:"minRateDescription,omitempty"`
	MaxText    string        `json:"maxRateDescription,omitempty"`
	Choices    []builtChoice `json:"choices,omitempty"`
	Columns    []builtChoice `json:"columns,omitempty"`
	Rows       []builtChoice `json:"rows,omitempty"`
	MaxLength  int           `json:"maxLength,omitempty"`
}

type builtChoice struct {
	Value any    `json:"value"`
	Text  string `json:"text"`
}

type builtSurvey struct {
	Title string      `json:"title,omitempty"`
	Clear string      `json:"clearInvisibleValues"`
	Pages []builtPage `json:"pages"`
}

// commentLength bounds the open questions of built surveys, in UTF-16 units.
const commentLength = 4000

// finish writes the definition and reads it, so that what is handed out is known to be
// well formed.
func finish(title string, o *Options, elements []builtElement) (*Survey, error) {
	var kept []builtElement
	for _, e := range elements {
		if e.Type == "comment" && o.WithoutComment {
			continue
		}
		if own := o.Titles[e.Name]; len(own) > 0 {
			e.Title = own
		}
		kept = append(kept, e)
	}
	for name := range o.Titles {
		if !has(namesIn(kept), name) {
			return nil, fmt.Errorf("%w: no question is called %q", ErrDefinition, clip(name))
		}
	}
	raw, err := json.Marshal(builtSurvey{title, ClearOnHiddenContainer.String(), []builtPage{{"page1", kept}}})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDefinition, err)
	}
	s, _, err := Parse(raw, nil)
	if err != nil {
		return nil, err
	}
	return s, s.Faults()
}

func namesIn(list []builtElement) map[string]int {
	out := map[string]int{}
	for i, e := range list {
		out[e.Name] = i
	}
	return out
}

func (o *Options) orDefault() *Options {
	out := Options{}
	if o != nil {
		out = *o
	}
	if out.Subject == "" {
		out.Subject = "us"
	}
	return &out
}

func scale(name, title string, low, high int, lowText, highText string, required bool) builtElement {
	return builtElement{
		Type: "rating", Name: name, Title: title, IsRequired: required, RateMin: &low, RateMax: &high, MinText: lowText, MaxText: highText,
	}
}

func open(name, title, when string) builtElement {
	return builtElement{Type: "comment", Name: name, Title: title, VisibleIf: when, MaxLength: commentLength}
}

// BuildNPS is the Net Promoter question "nps" (0 to 10; Reichheld 2003) with an open
// question for detractors ("nps_improve"), passives ("nps_better") and promoters
// ("nps_liked"). The error is for titles of questions that it does not have.
func BuildNPS(o *Options) (*Survey, error) {
	o = o.orDefault()
	return finish("", o, []builtElement{
		scale("nps", "How likely are you to recommend "+o.Subject+" to a friend or colleague?", 0, 10, "Not at all likely", "Extremely likely", o.Required),
		open("nps_improve", "What should be improved first?", "{nps} <= 6"),
		open("nps_better", "What would have made it better?", "{nps} >= 7 and {nps} <= 8"),
		open("nps_liked", "What did you like most?", "{nps} >= 9"),
	})
}

// BuildCSAT is the satisfaction question "csat", 1 to 5, with the open question
// "csat_why". The error is that of BuildNPS.
func BuildCSAT(o *Options) (*Survey, error) {
	o = o.orDefault()
	return finish("", o, []builtElement{
		scale("csat", "How satisfied are you with "+o.Subject+"?", 1, 5, "Very dissatisfied", "Very satisfied", o.Required),
		open("csat_why", "What is the main reason for your answer?", "{csat} notempty"),
	})
}

// BuildCES1 is the effort question of 2010 "ces" on a scale of 1 to 7, where 7 is the
// most effort (Dixon, Freeman and Toman; feedback.HigherIsHarder), with "ces_why". The
// error is that of BuildNPS.
func BuildCES1(o *Options) (*Survey, error) {
	o = o.orDefault()
	return finish("", o, []builtElement{
		scale("ces", "How much effort did you personally have to put forth to handle your request?", 1, 7, "Very low effort", "Very high effort", o.Required),
		open("ces_why", "What took the most effort?", "{ces} >= 5"),
	})
}

// BuildCES2 is CES 2.0 (CEB 2013): agreement with "the company made it easy", 1 to 7,
// where 7 is the least effort (feedback.HigherIsEasier), as "ces", with "ces_why". The
// error is that of BuildNPS.
func BuildCES2(o *Options) (*Survey, error) {
	o = o.orDefault()
	subject := o.Subject
	if subject == "us" {
		subject = "The company"
	}
	return finish("", o, []builtElement{
		scale("ces", subject+" made it easy for me to handle my issue.", 1, 7, "Strongly disagree", "Strongly agree", o.Required),
		open("ces_why", "What made it hard?", "{ces} <= 3"),
	})
}

// susItems are the ten statements of the System Usability Scale (Brooke 1996), odd ones
// positive, even ones negative.
var susItems = [...]string{
	"I think that I would like to use this system frequently.",
	"I found the system unnecessarily complex.",
	"I thought the system was easy to use.",
	"I think that I would need the support of a technical person to be able to use this system.",
	"I found the various functions in this system were well integrated.",
	"I thought there was too much inconsistency in this system.",
	"I would imagine that most people would learn to use this system very quickly.",
	"I found the system very cumbersome to use.",
	"I felt very confident using the system.",
	"I needed to learn a lot of things before I could get going with this system.",
}

// BuildSUS is the System Usability Scale: ten statements "sus1" to "sus10", each 1
// (strongly disagree) to 5 (strongly agree). The error is that of BuildNPS.
func BuildSUS(o *Options) (*Survey, error) {
	o = o.orDefault()
	var list []builtElement
	for i, text := range susItems {
		list = append(list, scale(fmt.Sprintf("sus%d", i+1), text, 1, 5, "Strongly disagree", "Strongly agree", o.Required))
	}
	return finish("", o, list)
}

// BuildPMF is the product-market fit question "pmf" (Ellis 2009): how one would feel
// without the product, "very", "somewhat" or "not", with "pmf_benefit" and
// "pmf_improve". The error is that of BuildNPS.
func BuildPMF(o *Options) (*Survey, error) {
	o = o.orDefault()
	subject := o.Subject
	if subject == "us" {
		subject = "our product"
	}
	return finish("", o, []builtElement{
		{
			Type: "radiogroup", Name: "pmf", Title: "How would you feel if you could no longer use " + subject + "?", IsRequired: o.Required,
			Choices: []builtChoice{{"very", "Very disappointed"}, {"somewhat", "Somewhat disappointed"}, {"not", "Not disappointed"}},
		},
		open("pmf_benefit", "What is the main benefit you receive?", "{pmf} = 'very'"),
		open("pmf_improve", "How can it be improved for you?", "{pmf} notempty"),
	})
}

// BuildPostPurchase asks after a purchase: "csat" (1 to 5), the aspects "order" (a
// matrix of finding, checkout, delivery and product, 1 to 5), whether something was
// wrong ("problem") and what ("problem_text"), and "nps". The error is that of BuildNPS.
func BuildPostPurchase(o *Options) (*Survey, error) {
	o = o.orDefault()
	return finish("", o, []builtElement{
		scale("csat", "How satisfied are you with your purchase?", 1, 5, "Very dissatisfied", "Very satisfied", o.Required),
		{
			Type: "matrix", Name: "order", Title: "How satisfied are you with each part of it?",
			Columns: fives("Very dissatisfied", "Very satisfied"),
			Rows:    []builtChoice{{"finding", "Finding the product"}, {"checkout", "Ordering and paying"}, {"delivery", "Delivery"}, {"product", "The product itself"}},
		},
		{Type: "boolean", Name: "problem", Title: "Was anything wrong with your order?"},
		open("problem_text", "What was wrong?", "{problem} = true"),
		scale("nps", "How likely are you to recommend "+o.Subject+" to a friend or colleague?", 0, 10, "Not at all likely", "Extremely likely", false),
	})
}

// BuildPostInteraction asks after a contact with customer service: whether it was
// resolved ("resolved": "yes", "partly", "no"), "csat" (1 to 5), "ces" (CES 2.0, 1 to 7)
// and, where it was not resolved, "missing". The error is that of BuildNPS.
func BuildPostInteraction(o *Options) (*Survey, error) {
	o = o.orDefault()
	return finish("", o, []builtElement{
		{
			Type: "radiogroup", Name: "resolved", Title: "Was your issue resolved?", IsRequired: o.Required,
			Choices: []builtChoice{{"yes", "Yes"}, {"partly", "Partly"}, {"no", "No"}},
		},
		scale("csat", "How satisfied are you with the help you received?", 1, 5, "Very dissatisfied", "Very satisfied", false),
		scale("ces", "It was easy to get my issue handled.", 1, 7, "Strongly disagree", "Strongly agree", false),
		open("missing", "What is still missing?", "{resolved} anyof ['partly', 'no']"),
		open("comment", "Is there anything else you would like to tell us?", "{resolved} = 'yes'"),
	})
}

func fives(low, high string) []builtChoice {
	return []builtChoice{{1, low}, {2, "2"}, {3, "3"}, {4, "4"}, {5, high}}
}
