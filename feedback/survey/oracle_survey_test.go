package survey_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// surveyJob is one survey with answers for the oracle.
type surveyJob struct {
	ID     string         `json:"id"`
	Now    string         `json:"now"`
	Survey map[string]any `json:"survey"`
	Data   map[string]any `json:"data"`
}

// surveyWriter writes random surveys whose questions hide, enable and require each
// other, and answers to them, some of which do not fit.
type surveyWriter struct {
	r     *rand.Rand
	names []string
	types map[string]string
}

func writeSurvey(r *rand.Rand, id int) surveyJob {
	w := &surveyWriter{r: r, types: map[string]string{}}
	total := 4 + r.IntN(8)
	for i := range total {
		name := "q" + strconv.Itoa(i+1)
		w.names = append(w.names, name)
		w.types[name] = w.pick("rating", "radiogroup", "checkbox", "dropdown", "boolean", "number", "text", "comment")
	}
	definition := map[string]any{}
	if mode := w.pick("", "", "none", "onComplete", "onHidden", "onHiddenContainer"); mode != "" {
		definition["clearInvisibleValues"] = mode
	}
	var pages, elements []any
	for i, name := range w.names {
		elements = append(elements, w.question(name))
		if r.IntN(3) == 0 || i == len(w.names)-1 {
			pages = append(pages, w.page(len(pages)+1, elements))
			elements = nil
		}
	}
	definition["pages"] = pages
	if r.IntN(2) == 0 {
		definition["calculatedValues"] = []any{map[string]any{"name": "total", "expression": w.sum(), "includeIntoResult": r.IntN(2) == 0}}
	}
	return surveyJob{ID: "s" + strconv.Itoa(id), Now: "2026-01-15T09:00:00Z", Survey: definition, Data: w.answers()}
}

func (w *surveyWriter) pick(options ...string) string { return options[w.r.IntN(len(options))] }

// page puts the last questions into a panel now and then.
func (w *surveyWriter) page(number int, elements []any) map[string]any {
	page := map[string]any{"name": "p" + strconv.Itoa(number)}
	if len(elements) > 1 && w.r.IntN(4) == 0 {
		panel := map[string]any{"type": "panel", "name": "panel" + strconv.Itoa(number), "elements": elements[1:]}
		w.condition(panel, "visibleIf", 2)
		elements = []any{elements[0], panel}
	}
	page["elements"] = elements
	w.condition(page, "visibleIf", 6)
	return page
}

func (w *surveyWriter) question(name string) map[string]any {
	q := map[string]any{"type": w.types[name], "name": name}
	switch w.types[name] {
	case "rating":
		if w.r.IntN(2) == 0 {
			q["rateMin"], q["rateMax"] = 0, 10
		}
	case "radiogroup", "checkbox", "dropdown":
		q["choices"] = []any{"red", "blue", "green"}
	case "number":
		q["type"], q["inputType"] = "text", "number"
		if w.r.IntN(2) == 0 {
			q["min"], q["max"] = 1, 50
		}
		if w.r.IntN(4) == 0 {
			q["validators"] = []any{map[string]any{"type": "expression", "expression": fmt.Sprintf("{%s} >= %s", name, w.operand())}}
		}
	case "text":
		if w.r.IntN(4) == 0 {
			q["validators"] = []any{map[string]any{"type": "text", "minLength": 2, "maxLength": 4}}
		}
	}
	if w.r.IntN(4) == 0 {
		q["isRequired"] = true
	}
	w.condition(q, "visibleIf", 2)
	w.condition(q, "enableIf", 6)
	w.condition(q, "requiredIf", 6)
	return q
}

// condition adds a condition to one in so many elements.
func (w *surveyWriter) condition(element map[string]any, property string, one int) {
	if w.r.IntN(one) != 0 {
		return
	}
	text := w.comparison()
	switch w.r.IntN(5) {
	case 0:
		text = fmt.Sprintf("(%s) and (%s)", text, w.comparison())
	case 1:
		text = fmt.Sprintf("(%s) or (%s)", text, w.comparison())
	case 2:
		text = fmt.Sprintf("!(%s)", text)
	}
	element[property] = text
}

func (w *surveyWriter) name() string { return w.names[w.r.IntN(len(w.names))] }

func (w *surveyWriter) operand() string {
	if w.r.IntN(3) == 0 {
		return "{" + w.name() + "}"
	}
	return strconv.Itoa(w.r.IntN(12))
}

func (w *surveyWriter) comparison() string {
	name := w.name()
	switch w.types[name] {
	case "rating", "number":
		return fmt.Sprintf("{%s} %s %s", name, w.pick("<", "<=", ">", ">=", "=", "!="), w.operand())
	case "boolean":
		return fmt.Sprintf("{%s} = %s", name, w.pick("true", "false"))
	case "checkbox":
		return fmt.Sprintf("{%s} %s ['%s', '%s']", name, w.pick("anyof", "allof", "noneof"), w.pick("red", "blue"), w.pick("green", "blue"))
	case "text", "comment":
		return fmt.Sprintf("{%s} %s", name, w.pick("empty", "notempty", "contains 'a'", "= 'abc'"))
	default:
		return fmt.Sprintf("{%s} %s '%s'", name, w.pick("=", "!="), w.pick("red", "blue", "GREEN"))
	}
}

// sum adds what are numbers; survey-core fails on a decimal beside a text.
func (w *surveyWriter) sum() string {
	term := func() string {
		if name := w.name(); w.types[name] == "rating" || w.types[name] == "number" || w.types[name] == "boolean" {
			return "{" + name + "}"
		}
		return strconv.Itoa(w.r.IntN(12))
	}
	return fmt.Sprintf("%s(%s, %s) + %s", w.pick("sum", "max", "avg"), term(), term(), term())
}

func (w *surveyWriter) answers() map[string]any {
	out := map[string]any{}
	for _, name := range w.names {
		if w.r.IntN(4) == 0 {
			continue
		}
		switch w.types[name] {
		case "rating":
			out[name] = w.r.IntN(12)
		case "number":
			out[name] = float64(w.r.IntN(600)-20) / 10
		case "boolean":
			out[name] = w.r.IntN(2) == 0
		case "checkbox":
			out[name] = []any{w.pick("red", "blue"), "green"}[:1+w.r.IntN(2)]
		case "text", "comment":
			out[name] = w.pick("a", "abc", "long answer", "12")
		default:
			out[name] = w.pick("red", "blue", "green", "green", "violet")
		}
	}
	return out
}
