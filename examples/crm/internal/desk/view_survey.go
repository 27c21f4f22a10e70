package desk

import (
	"encoding/json"
	"time"
)

// SurveyHead is a survey in a list.
type SurveyHead struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Answers int64  `json:"answers"`
}

// SurveyForm is a survey to fill in. Definition is what survey-library's renderer reads;
// Pages is the same for plain HTML.
type SurveyForm struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Customer   string          `json:"customer,omitempty"`
	Language   string          `json:"language"`
	Dir        string          `json:"dir"` // ltr or rtl
	Definition json.RawMessage `json:"definition"`
	Pages      []SurveyPage    `json:"pages"`
}

// SurveyPage is a page of a survey.
type SurveyPage struct {
	Name      string        `json:"name"`
	Title     string        `json:"title,omitempty"`
	Questions []SurveyField `json:"questions"`
}

// SurveyField is a question. Type is SurveyJS's: rating, radiogroup, checkbox, dropdown,
// text, comment, boolean, matrix, html. Condition, when not empty, says when the question
// is asked; plain HTML shows it always and the server ignores what was not asked.
type SurveyField struct {
	Name      string         `json:"name"`
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Help      string         `json:"help,omitempty"`
	Required  bool           `json:"required"`
	Input     string         `json:"input,omitempty"` // of text: text, number, email, date
	Choices   []SurveyChoice `json:"choices,omitempty"`
	Rows      []SurveyChoice `json:"rows,omitempty"` // of matrix; its columns are Choices
	MinLabel  string         `json:"min_label,omitempty"`
	MaxLabel  string         `json:"max_label,omitempty"`
	MaxLength int            `json:"max_length,omitempty"`
	Other     string         `json:"other,omitempty"` // label of the free answer, when there is one
	Condition string         `json:"condition,omitempty"`
}

// SurveyChoice is one thing to choose. Value is as a form sends it.
type SurveyChoice struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// AnswerCommand hands answers in: Answers is a JSON object as survey-library's renderer
// sends it; Form, when not nil, is what a plain HTML form sent and is used instead.
type AnswerCommand struct {
	Key      string              `json:"key"`
	Survey   string              `json:"survey"`
	Customer string              `json:"customer"`
	Answers  json.RawMessage     `json:"answers,omitempty"`
	Form     map[string][]string `json:"-"`
}

// AnswerResult is what became of answers that were taken.
type AnswerResult struct {
	Key      string    `json:"key"`
	Replayed bool      `json:"replayed"`
	Survey   string    `json:"survey"`
	Customer string    `json:"customer"`
	At       time.Time `json:"at"`
	Scores   []Score   `json:"scores"`
	Case     string    `json:"case,omitempty"` // opened because of a low score
	Trace    []string  `json:"trace"`
	Notices  []string  `json:"notices"` // what was taken with a remark, such as an answer to a hidden question
}

// Score is one scored answer.
type Score struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Group string `json:"group,omitempty"` // promoter, passive, detractor
}
