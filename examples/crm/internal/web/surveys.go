package web

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

//go:embed assets/survey.js
var surveyScript []byte

// surveysPage lists the surveys.
func (s *Server) surveysPage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.desk.Surveys(r.Context())
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, "surveys", "Surveys", struct {
		Surveys  []desk.SurveyHead
		Customer string
	}{list, r.URL.Query().Get("customer")})
}

// surveyView is a survey to fill in, or what became of its answers.
type surveyView struct {
	desk.SurveyForm
	Form     form
	Renderer bool   // survey-library draws it; the plain form stands below for everybody else
	Data     string // what was entered, as the renderer's data
	Asked    string // the language that was asked for
	Result   *desk.AnswerResult
	Zone     string
}

// surveyPage shows a survey, drawn by survey-library where its files are there and the
// reader did not ask for plain HTML.
func (s *Server) surveyPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.showSurvey(w, r, http.StatusOK, q.Get("customer"), q.Get("language"), surveyView{Renderer: s.renderer != nil && q.Get("plain") == ""})
}

func (s *Server) showSurvey(w http.ResponseWriter, r *http.Request, status int, customer, language string, view surveyView) error {
	survey, err := s.desk.Survey(r.Context(), r.PathValue("survey"), customer, language)
	if err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	if survey.Customer == "" {
		survey.Customer = customer
	}
	view.SurveyForm, view.Asked, view.Zone = survey, language, head.Zone
	if err := s.readyForms(w, r, map[string]*form{"answer": &view.Form}); err != nil {
		return err
	}
	return s.page(w, r, status, "survey", survey.Title, view)
}

// own are the fields of the form that are not answers. Names of questions cannot clash:
// theirs go with a prefix.
const answerPrefix = "q."

// answersOf are the answers of a plain form by question.
func answersOf(values url.Values) map[string][]string {
	out := map[string][]string{}
	for name, list := range values {
		question, ours := strings.CutPrefix(name, answerPrefix)
		if !ours {
			continue
		}
		var kept []string
		for _, v := range list {
			if strings.TrimSpace(v) != "" {
				kept = append(kept, v)
			}
		}
		if len(kept) > 0 {
			out[question] = kept
		}
	}
	return out
}

// answerSurvey hands answers in: those of the plain form, or the object that
// survey-library's renderer put into it. Faults stand beside their questions, and what
// was entered stays.
func (s *Server) answerSurvey(w http.ResponseWriter, r *http.Request) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	var l faultList
	c := desk.AnswerCommand{Key: l.key(values), Survey: r.PathValue("survey"), Customer: l.text(values, "customer", false)}
	drawn := values.Get("answers")
	if drawn != "" {
		c.Answers = json.RawMessage(drawn)
		if !json.Valid(c.Answers) {
			return refusal{status: http.StatusBadRequest, code: "malformed", text: "The answers cannot be read."}
		}
	} else {
		c.Form = answersOf(values)
	}
	var out desk.AnswerResult
	if err = l.err(); err == nil {
		out, err = s.desk.Answer(r.Context(), c)
	}
	if err == nil {
		return s.showSurvey(w, r, http.StatusOK, c.Customer, values.Get("language"), surveyView{Result: &out})
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	survey, errSurvey := s.desk.Survey(r.Context(), c.Survey, c.Customer, values.Get("language"))
	if errSurvey != nil {
		return errSurvey
	}
	view := surveyView{Renderer: drawn != "" && s.renderer != nil, Data: drawn, Form: form{values: values}}
	view.Form.take(besideQuestions(why, survey), questionFields(survey)...)
	return s.showSurvey(w, r, why.status, c.Customer, values.Get("language"), view)
}

func questionFields(survey desk.SurveyForm) []string {
	var out []string
	for _, page := range survey.Pages {
		for _, q := range page.Questions {
			out = append(out, answerPrefix+q.Name)
		}
	}
	return out
}

// besideQuestions leads each problem to the question that it is about: /answers/nps,
// /nps and matrix[row].column are all about the question they begin with.
func besideQuestions(why refusal, survey desk.SurveyForm) refusal {
	out := why
	out.problems = nil
	for _, p := range why.problems {
		path := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(p.Path, "/"), "answers"), "/")
		best := ""
		for _, page := range survey.Pages {
			for _, q := range page.Questions {
				rest, begins := strings.CutPrefix(path, q.Name)
				if begins && len(q.Name) > len(best) && (rest == "" || strings.ContainsAny(rest[:1], "/.[-")) {
					best = q.Name
				}
			}
		}
		if best != "" {
			p.Path = "/" + answerPrefix + best
		}
		out.problems = append(out.problems, p)
	}
	return out
}
