package survey

import (
	"slices"
	"strings"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// QuestionText is what a person reads of a question: its title with answers put in, and
// the answer in words.
type QuestionText struct {
	Name    string
	Title   string // the name where the question has no title
	Display string // the texts of choices instead of their values; "" for no answer
}

// Texts are the titles and answers of all questions in words, for a mail or a case: in
// the locale of the context, in the order of the definition, hidden questions too.
// "{name}" in a title becomes the answer in words, and stays as it is where there is
// none. It has the errors of Evaluate.
func (p *Program) Texts(ctx Context, a Answers) ([]QuestionText, error) {
	s := new(Scratch)
	if err := s.answer(p, ctx, a, nil); err != nil {
		return nil, err
	}
	var out []QuestionText
	for _, u := range p.root.units {
		if u.kind.container() {
			continue
		}
		title := u.title.In(s.locale)
		if title == "" {
			title = u.name
		}
		text := QuestionText{Name: u.name, Title: s.pipe(title)}
		if u.slot >= 0 {
			text.Display = s.words(&s.root, u, s.root.vals[u.slot])
		}
		out = append(out, text)
	}
	return out, nil
}

// pipe puts answers into a text.
func (s *Scratch) pipe(text string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(text[:open])
		whole := text[open : open+end+1]
		if words, ok := s.piped(strings.TrimSpace(whole[1 : len(whole)-1])); ok {
			b.WriteString(words)
		} else {
			b.WriteString(whole)
		}
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return b.String()
}

// piped is what a name in braces stands for in a text.
func (s *Scratch) piped(name string) (string, bool) {
	low := strings.ToLower(nfc(name))
	if i, ok := s.p.root.folded[low]; ok {
		if s.root.vals[i].Kind() == expr.KindMissing {
			return "", true
		}
		at := slices.IndexFunc(s.p.root.units, func(u *unit) bool { return u.slot == i })
		if at < 0 {
			return plain(s.root.vals[i]), true
		}
		return s.words(&s.root, s.p.root.units[at], s.root.vals[i]), true
	}
	v, ok := s.named(low)
	if !ok {
		return "", false
	}
	return plain(v), true
}

// words is an answer in words.
func (s *Scratch) words(in *instance, u *unit, v expr.Value) string {
	if expr.IsEmpty(v) {
		return ""
	}
	switch u.kind {
	case kindBoolean:
		return s.booleanWords(u, v)
	case kindRadio, kindCheckbox, kindRanking, kindImages:
		if v.Kind() != expr.KindList {
			return s.choiceWords(in, u, v)
		}
		parts := make([]string, len(v.Items()))
		for i, x := range v.Items() {
			parts[i] = s.choiceWords(in, u, x)
		}
		return strings.Join(parts, ", ")
	case kindRating:
		if i := find(u.columns, v); i >= 0 {
			return u.columns[i].label(s.locale)
		}
	default:
	}
	return plain(v)
}

func (s *Scratch) booleanWords(u *unit, v expr.Value) string {
	key, own := "no", u.labelFalse
	if sameChoice(v, u.whenTrue) {
		key, own = "yes", u.labelTrue
	}
	if text := own.In(s.locale); text != "" {
		return text
	}
	return label(s.locale, key)
}

func (s *Scratch) choiceWords(in *instance, u *unit, v expr.Value) string {
	it := s.choice(in, u, v)
	if it == nil {
		return plain(v)
	}
	if it.comment && u.comment >= 0 && isText(it.value, "other") {
		if words, ok := in.vals[u.comment].Str(); ok && words != "" {
			return words
		}
	}
	if slices.Contains(u.special, it) && it.text.In(s.locale) == "" {
		if text := label(s.locale, plain(it.value)); text != "" {
			return text
		}
	}
	return it.label(s.locale)
}
