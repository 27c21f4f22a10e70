package web

import (
	"html/template"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// question is one question of a plain form with what was entered and what is wrong.
type question struct {
	Field desk.SurveyField
	ID    string // of its element; names of questions may hold anything
	form  form
}

// ask joins a question with the form that it stands in.
func ask(f form, q desk.SurveyField, page, n int) question {
	return question{Field: q, ID: "question-" + strconv.Itoa(page) + "-" + strconv.Itoa(n), form: f}
}

// Name is the name of the field.
func (q question) Name() string { return answerPrefix + q.Field.Name }

// RowName is the name of the field of a matrix' row.
func (q question) RowName(row string) string { return q.Name() + "[" + row + "]" }

// OtherName is the name of the field of the free answer, as survey-library names it.
func (q question) OtherName() string { return q.Name() + "-Comment" }

// Value, Chosen, RowChosen and OtherValue are what was entered.
func (q question) Value() string { return q.form.Value(q.Name()) }

// Chosen reports whether a choice was made.
func (q question) Chosen(value string) bool { return q.form.Chosen(q.Name(), value) }

// RowChosen reports whether a choice was made in a row of a matrix.
func (q question) RowChosen(row, value string) bool { return q.form.Chosen(q.RowName(row), value) }

// OtherValue is the free answer.
func (q question) OtherValue() string { return q.form.Value(q.OtherName()) }

// Faults are what is wrong with the answer.
func (q question) Faults() []string { return q.form.Faults(q.Name()) }

// Condition says in words that a question is asked of some only.
func (q question) Condition() string {
	if q.Field.Condition == "" {
		return ""
	}
	return "Leave this empty if it does not apply to you."
}

// Input is the type of a text field. Only types that an answer can have are let through.
func (q question) Input() string {
	switch q.Field.Input {
	case "number", "email", "date", "tel", "url":
		return q.Field.Input
	}
	return "text"
}

// Marks join the field with its hint and its faults.
func (q question) Marks() template.HTMLAttr {
	var ids []string
	if len(q.Faults()) > 0 {
		ids = append(ids, q.ID+"-fault")
	}
	if q.Field.Help != "" {
		ids = append(ids, q.ID+"-hint")
	}
	out := ""
	if len(ids) > 0 {
		out = `aria-describedby="` + strings.Join(ids, " ") + `"`
	}
	if len(q.Faults()) > 0 && q.Field.Type != "matrix" {
		out = `aria-invalid="true" ` + out
	}
	return template.HTMLAttr(out) //nolint:gosec // ids are ours: letters, digits and hyphens
}
