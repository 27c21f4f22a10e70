package survey

import (
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// items reads choices, rows, columns or rate values.
func (r *reader) items(n *node, path, key string) []*item {
	v := get(n, key)
	if v == nil {
		return nil
	}
	list := v.Items
	if v.Kind != strictjson.Array {
		list = []node{*v}
	}
	var out []*item
	for i := range list {
		if it := r.item(&list[i], at(join(path, key), i)); it != nil {
			out = append(out, it)
		}
	}
	return out
}

func (r *reader) item(n *node, path string) *item {
	it := &item{path: path}
	switch n.Kind {
	case strictjson.Null:
		return nil
	case strictjson.Object:
		it.value, it.text = valueOf(get(n, "value")), readText(get(n, "text"))
		if it.value.Kind() == expr.KindMissing {
			it.value = valueOf(get(n, "name"))
		}
		if f, ok := numberOf(n, "score"); ok {
			it.score = &f
		}
		it.visibleIf, it.enableIf = r.formula(n, path, "visibleIf"), r.formula(n, path, "enableIf")
		it.exclusive = isTrue(n, "isExclusive")
		it.comment = isTrue(n, "showCommentArea")
		it.needsWords = it.comment && isTrue(n, "isCommentRequired")
	default:
		it.value = valueOf(n)
		if n.Kind == strictjson.String {
			if v, t, ok := strings.Cut(n.Text, "|"); ok {
				it.value, it.text = expr.Text(nfc(v)), Text{[]string{defaultLocale}, []string{t}}
			}
		}
	}
	return it
}

// maxCounted bounds the choices that a dropdown counts out.
const maxCounted = 10_000

// countedChoices are the numbers from choicesMin to choicesMax that a dropdown offers.
func countedChoices(n *node, typ string) []*item {
	lowest, highest := numberOr(n, 0, "choicesMin"), numberOr(n, 0, "choicesMax")
	if typ != "dropdown" || highest <= lowest {
		return nil
	}
	step := max(numberOr(n, 1, "choicesStep"), 1)
	var out []*item
	for f := lowest; f <= highest && len(out) < maxCounted; f += step {
		out = append(out, &item{value: expr.Number(f)})
	}
	return out
}
