package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/feedback/survey"
	"github.com/rapport-go/rapport/interaction"
)

// surveyForm is a survey that can be answered.
type surveyForm struct {
	id         string
	title      string
	survey     *survey.Survey
	program    *survey.Program
	definition json.RawMessage
	pages      []elementPage // of the definition, for what a plain form needs
	mapping    survey.Mapping
}

// elementPage and element are what a plain form needs of the definition beside what the
// wing tells.
type elementPage struct {
	Name     string    `json:"name"`
	Elements []element `json:"elements"`
}

type element struct {
	Name        string            `json:"name"`
	Type        string            `json:"type"`
	InputType   string            `json:"inputType"`
	VisibleIf   string            `json:"visibleIf"`
	MaxLength   int               `json:"maxLength"`
	Rows        []json.RawMessage `json:"rows"`
	Columns     []json.RawMessage `json:"columns"`
	MinRateDesc json.RawMessage   `json:"minRateDescription"`
	MaxRateDesc json.RawMessage   `json:"maxRateDescription"`
}

func newSurveys() (map[string]*surveyForm, error) {
	out := map[string]*surveyForm{}
	for _, s := range []struct {
		id, title string
		build     func(*survey.Options) (*survey.Survey, error)
		mapping   survey.Mapping
	}{
		{"post-purchase", "After a purchase", survey.BuildPostPurchase, survey.Mapping{NPS: []string{"nps"}, CSAT: []string{"csat"}, Comment: "problem_text"}},
		{"post-interaction", "After a contact with customer service", survey.BuildPostInteraction, survey.Mapping{CSAT: []string{"csat"}, CES: []string{"ces"}, Direction: feedback.HigherIsEasier, Comment: "missing"}},
		{"nps", "Would you recommend us?", survey.BuildNPS, survey.Mapping{NPS: []string{"nps"}, Comment: "nps_improve"}},
	} {
		built, err := s.build(&survey.Options{Subject: shopName, Required: true})
		if err != nil {
			return nil, err
		}
		f := &surveyForm{id: s.id, title: s.title, survey: built, mapping: s.mapping}
		if f.program, err = built.Compile(nil); err != nil {
			return nil, err
		}
		if err := f.program.CheckMapping(s.mapping); err != nil {
			return nil, err
		}
		if f.definition, err = json.Marshal(built); err != nil {
			return nil, err
		}
		var definition struct {
			Pages []elementPage `json:"pages"`
		}
		if err := json.Unmarshal(f.definition, &definition); err != nil {
			return nil, err
		}
		f.pages = definition.Pages
		out[s.id] = f
	}
	return out, nil
}

// Surveys are the surveys that can be answered.
func (a *App) Surveys(ctx context.Context) ([]SurveyHead, error) {
	answers, err := database.Answers(ctx, a.db.Reader())
	if err != nil {
		return nil, err
	}
	out := []SurveyHead{}
	for _, f := range a.surveys {
		h := SurveyHead{ID: f.id, Title: f.title}
		for _, x := range answers {
			if x.Survey == f.id {
				h.Answers++
			}
		}
		out = append(out, h)
	}
	slices.SortFunc(out, func(x, y SurveyHead) int { return cmp.Compare(x.ID, y.ID) })
	return out, nil
}

// Survey is a survey to fill in. An empty language is the customer's, else English;
// customer may be empty.
func (a *App) Survey(_ context.Context, id, who, lang string) (SurveyForm, error) {
	f, ok := a.surveys[id]
	if !ok {
		return SurveyForm{}, notFound("/survey", "survey")
	}
	if who != "" {
		r, ok := a.world.find(who)
		if !ok {
			return SurveyForm{}, notFound("/customer", "customer")
		}
		if lang == "" && len(r.c.Languages) > 0 {
			lang = r.c.Languages[0].Tag.String()
		}
	}
	lang = f.locale(lang)
	v := SurveyForm{ID: f.id, Title: cmp.Or(f.survey.Title().In(lang), f.title), Customer: who, Language: lang, Dir: "ltr", Definition: f.definition, Pages: []SurveyPage{}}
	if slices.Contains([]string{"ar", "he", "fa", "ur"}, strings.SplitN(v.Language, "-", 2)[0]) {
		v.Dir = "rtl"
	}
	questions := f.survey.Questions()
	for _, page := range f.pages {
		p := SurveyPage{Name: page.Name, Questions: []SurveyField{}}
		for _, e := range page.Elements {
			i := slices.IndexFunc(questions, func(q survey.Question) bool { return q.Name == e.Name })
			if i >= 0 {
				p.Questions = append(p.Questions, field(questions[i], e, v.Language))
			}
		}
		v.Pages = append(v.Pages, p)
	}
	return v, nil
}

// locale is the one that the form's texts are in for a reader of a language: their own
// where the definition has it, or its shorter tag, else the definition's default, which is
// English. Faults are told in the same one.
func (f *surveyForm) locale(lang string) string {
	for tag := lang; tag != ""; tag, _, _ = cutLast(tag, "-") {
		for _, has := range f.survey.Locales() {
			if strings.EqualFold(has, tag) {
				return has
			}
		}
		if !strings.Contains(tag, "-") {
			break
		}
	}
	return "en"
}

// faults are the wing's texts, with one for readers in place of one for programmers.
var faults = survey.Messages().With("en", map[string]string{"type": "This is no answer to this question."})

// field is a question for plain HTML.
func field(q survey.Question, e element, lang string) SurveyField {
	v := SurveyField{
		Name: q.Name, Type: q.Type, Title: cmp.Or(q.Title.In(lang), q.Name), Required: q.Required, Input: cmp.Or(e.InputType, "text"), Condition: e.VisibleIf,
		MaxLength: e.MaxLength, MinLabel: localText(e.MinRateDesc, lang), MaxLabel: localText(e.MaxRateDesc, lang),
	}
	if e.MaxLength == 0 {
		v.MaxLength = maxMessage
	}
	for _, c := range q.Choices {
		v.Choices = append(v.Choices, SurveyChoice{Value: formValue(c.Value), Text: cmp.Or(c.Text.In(lang), formValue(c.Value))})
	}
	if q.Type == "rating" && len(v.Choices) == 0 {
		for n := q.Lowest; n <= q.Highest; n += max(q.Step, 1) {
			v.Choices = append(v.Choices, SurveyChoice{Value: formValue(n), Text: formValue(n)})
		}
	}
	if q.Type == "boolean" {
		v.Choices = []SurveyChoice{{"true", "✓"}, {"false", "✗"}}
	}
	for _, row := range e.Rows {
		v.Rows = append(v.Rows, localChoice(row, lang))
	}
	if len(e.Columns) > 0 {
		v.Choices = nil
		for _, c := range e.Columns {
			v.Choices = append(v.Choices, localChoice(c, lang))
		}
	}
	return v
}

// formValue is a value of a definition as a form sends it.
func formValue(v any) string {
	if x, ok := v.(float64); ok {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// localChoice is a row or column: a bare value, or one with a text.
func localChoice(raw json.RawMessage, lang string) SurveyChoice {
	var whole struct {
		Value any             `json:"value"`
		Text  json.RawMessage `json:"text"`
	}
	if err := json.Unmarshal(raw, &whole); err == nil && whole.Value != nil {
		value := formValue(whole.Value)
		return SurveyChoice{Value: value, Text: cmp.Or(localText(whole.Text, lang), value)}
	}
	var bare any
	if err := json.Unmarshal(raw, &bare); err != nil {
		return SurveyChoice{}
	}
	return SurveyChoice{Value: formValue(bare), Text: formValue(bare)}
}

// localText is a text of a definition: a string, or strings by locale.
func localText(raw json.RawMessage, lang string) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var by map[string]string
	if json.Unmarshal(raw, &by) != nil {
		return ""
	}
	for tag := strings.ToLower(lang); tag != ""; tag, _, _ = cutLast(tag, "-") {
		for name, text := range by {
			if strings.ToLower(name) == tag {
				return text
			}
		}
		if !strings.Contains(tag, "-") {
			break
		}
	}
	return by["default"]
}

// maxAnswers is the most bytes of answers.
const maxAnswers = 256 << 10

// Answer checks answers strictly, keeps them with their scores, and opens a case where
// the score is low. Faults come all at once, with the path of the question.
func (a *App) Answer(ctx context.Context, c AnswerCommand) (AnswerResult, error) {
	f, ok := a.surveys[c.Survey]
	if !ok {
		return AnswerResult{}, notFound("/survey", "survey")
	}
	r, ok := a.world.find(c.Customer)
	if !ok {
		return AnswerResult{}, notFound("/customer", "customer")
	}
	given, err := f.read(c)
	if err != nil {
		return AnswerResult{}, err
	}
	asked := struct {
		Survey, Customer string
		Answers          survey.Answers
	}{c.Survey, c.Customer, given}
	result, replayed, err := once(ctx, a, "answer", c.Key, r.id, asked, func(ctx context.Context, u unit) (AnswerResult, error) {
		return u.answer(ctx, f, r, given)
	})
	if err != nil {
		return AnswerResult{}, err
	}
	result.Key, result.Replayed = c.Key, replayed
	if replayed {
		return result, nil
	}
	if result.Case != "" {
		return result, a.refreshCase(ctx, result.Case)
	}
	return result, a.world.refresh(ctx, a, r.id)
}

// read gives what was sent as the wing takes it.
func (f *surveyForm) read(c AnswerCommand) (survey.Answers, error) {
	if c.Form != nil {
		return f.fromForm(c.Form), nil
	}
	if len(c.Answers) > maxAnswers {
		return nil, invalid("/answers", "too_long", "at most 256 KiB")
	}
	decoder := json.NewDecoder(bytes.NewReader(c.Answers))
	var out survey.Answers
	if err := decoder.Decode(&out); err != nil || out == nil || decoder.More() {
		return nil, invalid("/answers", "syntax", "the answers are no JSON object")
	}
	return out, nil
}

// fromForm gives the fields of a plain form the types that a form has no way to say. What
// does not fit is handed on as text, so that the wing refuses it. A row of a matrix is
// sent as name[row].
func (f *surveyForm) fromForm(form map[string][]string) survey.Answers {
	out := survey.Answers{}
	types := map[string]string{}
	for _, q := range f.survey.Questions() {
		types[q.Name] = q.Type
	}
	for name, values := range form {
		values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
		if len(values) == 0 {
			continue
		}
		if base, row, ok := strings.Cut(name, "["); ok && types[base] == "matrix" {
			rows, _ := out[base].(map[string]any)
			if rows == nil {
				rows = map[string]any{}
				out[base] = rows
			}
			rows[strings.TrimSuffix(row, "]")] = typed("rating", values[0])
			continue
		}
		switch {
		case types[name] == "checkbox":
			list := make([]any, 0, len(values))
			for _, v := range values {
				list = append(list, v)
			}
			out[name] = list
		case len(values) > 1: // one question answered twice: the wing says what it thinks of a list
			list := make([]any, 0, len(values))
			for _, v := range values {
				list = append(list, typed(types[name], v))
			}
			out[name] = list
		default:
			out[name] = typed(types[name], values[0])
		}
	}
	return out
}

func typed(kind, value string) any {
	switch kind {
	case "rating":
		if x, err := strconv.ParseFloat(value, 64); err == nil && len(value) <= 20 {
			return x
		}
	case "boolean":
		switch value {
		case "true":
			return true
		case "false":
			return false
		}
	}
	return value
}

// answer judges the answers and writes what is kept.
func (u unit) answer(ctx context.Context, f *surveyForm, r *record, given survey.Answers) (AnswerResult, error) {
	lang := f.locale("")
	if len(r.c.Languages) > 0 {
		lang = f.locale(r.c.Languages[0].Tag.String())
	}
	where := survey.Context{Now: u.at, Zone: u.app.rules.zone, Locale: lang}
	o, err := f.program.Evaluate(where, given)
	if errors.Is(err, survey.ErrAnswers) || errors.Is(err, survey.ErrWork) {
		return AnswerResult{}, invalid("/answers", "syntax", words(err))
	}
	if err != nil {
		return AnswerResult{}, err
	}
	result := AnswerResult{Survey: f.id, Customer: r.id, At: u.at, Scores: []Score{}, Trace: []string{}, Notices: []string{}}
	var wrong check
	for _, p := range o.Problems {
		text := faults.Text(lang, p)
		if p.Level != survey.Error && p.Code != survey.CodeUnknownKey { // what nobody asked is not taken
			result.Notices = append(result.Notices, p.Path+": "+text)
			continue
		}
		wrong = append(wrong, Problem{Path: "/answers/" + p.Path, Code: p.Code.String(), Message: text})
	}
	for _, h := range o.Hidden {
		if _, ok := given[h.Question]; ok {
			result.Notices = append(result.Notices, h.Question+": left out, since "+cmp.Or(h.Condition, h.By+" is not shown"))
		}
	}
	if err := wrong.err(); err != nil {
		return AnswerResult{}, err
	}
	response, err := f.program.Response(survey.Envelope{ID: u.key, Survey: f.id, Respondent: r.id, Channel: "web", At: u.at, Language: language.Make(lang)}, o, f.mapping)
	if err != nil {
		return AnswerResult{}, err
	}
	scores := map[string]int{}
	result.Scores = scoresOf(response, scores)
	if result.Case, result.Trace, err = u.closeLoop(ctx, r, response); err != nil {
		return AnswerResult{}, err
	}
	kept, err := json.Marshal(o.Clean)
	if err != nil {
		return AnswerResult{}, err
	}
	if _, err := database.AddAnswer(ctx, u.Tx, database.Answer{ID: u.part("answer"), Customer: r.id, Survey: f.id, At: u.at, Answers: kept, Scores: scores, Case: result.Case}); err != nil {
		return AnswerResult{}, err
	}
	_, err = database.AddContact(ctx, u.Tx, database.Contact{
		ID: u.part("contact"), Customer: r.id, At: u.at, Channel: string(interaction.Survey), Inbound: true, Stage: string(interaction.PostPurchase),
		Purpose: string(interaction.PurposePostPurchaseSurvey), Case: result.Case, Text: "answers the survey " + f.id,
	})
	return result, err
}

// scoresOf reads the instruments of a response.
func scoresOf(r feedback.Response, scores map[string]int) []Score {
	out := []Score{}
	if x, ok := r.NPS(); ok {
		scores["nps"] = x.Score()
		out = append(out, Score{Name: "nps", Value: strconv.Itoa(x.Score()), Group: x.Class().String()})
	}
	if x, ok := r.CSAT(); ok {
		scores["csat"] = x.Score()
		out = append(out, Score{Name: "csat", Value: strconv.Itoa(x.Score())})
	}
	if x, ok := r.CES(); ok {
		scores["ces"] = x.Score()
		out = append(out, Score{Name: "ces", Value: strconv.Itoa(x.Score())})
	}
	return out
}

// closeLoop opens a case where the rules of the loop ask for one.
func (u unit) closeLoop(ctx context.Context, r *record, response feedback.Response) (id string, trace []string, err error) {
	signal := deliver.Signal{}
	for _, item := range response.Items {
		if item.Answer != nil {
			signal.Answers = append(signal.Answers, item.Answer)
		}
	}
	for _, word := range []string{"lawyer", "dangerous"} {
		if strings.Contains(strings.ToLower(response.Comment), word) {
			signal.Flags = append(signal.Flags, word)
		}
	}
	seeds := u.app.rules.loop.Triage(signal)
	if len(seeds) == 0 {
		return "", []string{}, nil
	}
	id = "F-" + caseName(u.key)
	text := response.Comment
	if text == "" {
		text = "a low score without words"
	}
	trace, err = u.open(ctx, id, r.id, "Call back about the survey", interaction.PurposeFeedbackRequest, interaction.Survey, text, interaction.Actor{Role: interaction.RoleSystem})
	if err != nil {
		return "", nil, err
	}
	for _, s := range seeds {
		trace = append(trace, "rule "+s.Rule+": severity "+s.Severity.String()+", owner "+s.Owner)
	}
	_, err = u.cases().Do(ctx, interaction.Command{ID: u.part("assign"), Case: id, At: u.at, By: interaction.Actor{Role: interaction.RoleSystem}, Do: interaction.AssignOwner{Owner: seeds[0].Owner}})
	return id, trace, err
}

// scoreViews are stored scores for people.
func scoreViews(scores map[string]int) []Score {
	out := []Score{}
	for _, name := range []string{"nps", "csat", "ces"} {
		n, ok := scores[name]
		if !ok {
			continue
		}
		s := Score{Name: name, Value: strconv.Itoa(n)}
		if x, err := feedback.NewNPS(n); name == "nps" && err == nil {
			s.Group = x.Class().String()
		}
		out = append(out, s)
	}
	return out
}
