package survey

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// Outcome is what a set of answers comes to. All lists are in the order of the
// definition; names are those of questions outside dynamic panels and matrices.
type Outcome struct {
	Visible  []string // questions that are shown
	Enabled  []string // questions that may be answered; in Compat hidden ones, too
	Required []string // questions that must be answered; in Compat hidden ones, too
	Pages    []string // pages that show something

	Problems   []Problem // of what is visible, pages in order, a panel after what is in it
	Calculated map[string]any
	Score      Score
	Clean      Answers  // what to keep: hidden answers and choices that are not offered removed
	Hidden     []Hidden // why what is hidden is hidden
	Unknown    []string // keys that no question has, sorted; Strict leaves them out of Clean

	// CompletedBy is the path of the first complete trigger that holds, "" where none
	// does: the survey may end although required questions are not answered.
	CompletedBy string
	// SkipTo is the question or page to which the last skip trigger leads. Skip triggers
	// run when an answer is given, so that only Replay can set it.
	SkipTo string
}

// Valid reports that no problem is an error.
func (o Outcome) Valid() bool {
	return !slices.ContainsFunc(o.Problems, func(p Problem) bool { return p.Level == Error })
}

// Score is the score of the visible answers.
type Score struct {
	// Total is the sum of the numbers given to ratings, the scores of chosen choices and
	// matrix columns, and 1 for each boolean that is true. A rating value that has a
	// score of its own counts with that.
	Total float64
	// Correct, Incorrect and Questions count the answers of a quiz: questions with a
	// correctAnswer. A question without an answer counts as incorrect.
	Correct, Incorrect, Questions int
}

// Hidden says why a question is not shown.
type Hidden struct {
	Question  string // the question
	By        string // the question, panel or page whose condition or property hides it
	Condition string // the condition that does not hold; "" where "visible" is false
	Path      string // of that condition or element in the definition
}

// Evaluate judges a complete set of answers, as a server gets it. The same program,
// context and answers give the same outcome. The error unwraps to ErrAnswers for what is
// no decoded JSON or is beyond all bounds, and to ErrWork where the definition's
// expressions do too much; wrong answers are Problems.
func (p *Program) Evaluate(ctx Context, a Answers) (Outcome, error) {
	return p.EvaluateWith(new(Scratch), ctx, a)
}

// EvaluateWith is Evaluate with memory that the caller reuses; nil means new memory. The
// outcome shares nothing with the scratch.
func (p *Program) EvaluateWith(s *Scratch, ctx Context, a Answers) (Outcome, error) {
	return p.run(s, ctx, a, nil)
}

// Replay gives answers one after another, as a form does, after those that are there at
// the start; triggers, setValueExpression and the clearing of hidden answers happen on
// the way. It has the errors of Evaluate.
func (p *Program) Replay(ctx Context, start Answers, steps []Step) (Outcome, error) {
	return p.run(new(Scratch), ctx, start, steps)
}

// Defaults are the answers that a form has before anybody answers: defaultValue and
// defaultValueExpression. It has the errors of Evaluate.
func (p *Program) Defaults(ctx Context) (Answers, error) {
	s := new(Scratch)
	if err := s.prepare(p, ctx); err != nil {
		return nil, err
	}
	s.outside()
	s.warmUp()
	out := Answers{}
	for i, key := range p.root.keys {
		if v := s.root.vals[i]; !expr.IsEmpty(v) {
			out[key] = v.Any()
		}
	}
	return out, nil
}

func (p *Program) run(s *Scratch, ctx Context, a Answers, steps []Step) (Outcome, error) {
	if s == nil {
		s = new(Scratch)
	}
	if err := s.answer(p, ctx, a, steps); err != nil {
		return Outcome{}, err
	}
	o := s.outcome()
	if s.fault != nil {
		return Outcome{}, s.fault
	}
	return o, nil
}

// answer brings the scratch to the state in which a form would be.
func (s *Scratch) answer(p *Program, ctx Context, a Answers, steps []Step) error {
	if err := s.prepare(p, ctx); err != nil {
		return err
	}
	if p.warm {
		s.outside()
		s.warmUp()
	}
	if err := s.load(a); err != nil {
		return err
	}
	s.settle()
	for i, st := range steps {
		if err := s.step(st); err != nil {
			return fmt.Errorf("%w: step %d: %w", ErrAnswers, i, err)
		}
	}
	if p.strict {
		s.cascade()
	}
	return s.fault
}

// warmUp is the state of a form before it has any answers.
func (s *Scratch) warmUp() {
	s.warming = true
	for _, u := range s.p.root.units {
		if u.inner != nil {
			s.spread(&s.root, u)
		}
	}
	s.running = true
	for _, u := range s.p.root.units {
		if u.slot >= 0 && u.defaults == nil && !expr.IsEmpty(u.defaultValue) && (u.mode < ClearOnHidden || s.root.own[u.index]) {
			s.put(&s.root, u, u.defaultValue)
			s.direct[u.index] = false
		}
	}
	s.running = false
	s.settle()
	s.warming = false
	for _, u := range s.p.root.units {
		if u.defaults != nil && u.slot >= 0 {
			s.direct[u.index] = s.direct[u.index] || !expr.IsEmpty(s.root.vals[u.slot])
		}
	}
}

// outcome reads the result off, and then completes the survey for the clean answers.
func (s *Scratch) outcome() Outcome {
	p := s.p
	o := Outcome{SkipTo: s.skipTo}
	s.lists(&o)
	s.judge()
	o.Problems = s.problems
	o.Calculated = make(map[string]any, len(p.calculated))
	for i := range p.calculated {
		o.Calculated[p.calculated[i].name] = s.frame.Slots[p.calculated[i].slot].Any()
	}
	o.Score = s.score()
	for i := range p.triggers {
		if t := &p.triggers[i]; t.kind == "complete" && t.when != nil && s.is(&s.root, t.when.prog) {
			o.CompletedBy = t.path
			break
		}
	}
	s.finish()
	o.Clean = s.clean()
	if len(s.unknown) > 0 {
		o.Unknown = slices.Clone(s.unknown)
	}
	return o
}

// lists fills the lists of names.
func (s *Scratch) lists(o *Outcome) {
	p := s.p
	all := make([]string, 0, 3*p.questions+len(p.root.roots))
	s.effective()
	pick := func(want func(*unit) bool) []string {
		from := len(all)
		for _, u := range p.root.units {
			if want(u) {
				all = append(all, u.name)
			}
		}
		return all[from:len(all):len(all)]
	}
	asked := func(u *unit) bool { return !p.strict || s.shown[u.index] }
	o.Visible = pick(func(u *unit) bool { return !u.kind.container() && s.shown[u.index] })
	o.Enabled = pick(func(u *unit) bool { return !u.kind.container() && asked(u) && !s.readOnly(&s.root, u) })
	o.Required = pick(func(u *unit) bool { return !u.kind.container() && asked(u) && s.root.need[u.index] })
	o.Pages = pick(func(u *unit) bool { return u.kind == kindPage && s.shown[u.index] })
	if len(o.Visible) < p.questions {
		o.Hidden = s.explain()
	}
}

// effective works out what is visible, counting what is around it.
func (s *Scratch) effective() {
	for i, u := range s.p.root.units {
		s.shown[i] = s.root.own[i] && (u.parent == nil || s.shown[u.parent.index])
		if s.shown[i] && u.kind.container() {
			s.shown[i] = s.root.contains(u)
		}
	}
}

// explain finds for each hidden question what hides it: the outermost page or panel
// that is hidden by itself, else the question.
func (s *Scratch) explain() []Hidden {
	var out []Hidden
	for _, u := range s.p.root.units {
		if u.kind.container() || s.shown[u.index] {
			continue
		}
		by := u
		for v := u; v != nil; v = v.parent {
			if !s.root.own[v.index] {
				by = v
			}
		}
		h := Hidden{Question: u.name, By: by.name, Path: by.path}
		if by.visibleIf != nil && by.shows != nil {
			h.Condition, h.Path = by.visibleIf.text, by.visibleIf.path
		}
		out = append(out, h)
	}
	return out
}

// clean is what is left of the answers.
func (s *Scratch) clean() Answers {
	out := make(Answers, len(s.given)+len(s.p.calculated))
	for i, key := range s.p.root.keys {
		v := s.root.vals[i]
		raw, given := s.given[key]
		switch {
		case v.Kind() == expr.KindMissing:
		case given && !s.dirty[i]:
			out[key] = raw
		case !expr.IsEmpty(v):
			out[key] = v.Any()
		}
	}
	if !s.p.strict {
		for i := range s.extra {
			out[s.extra[i].key] = s.extra[i].raw
		}
	}
	for i := range s.p.calculated {
		c := &s.p.calculated[i]
		if v := s.frame.Slots[c.slot]; c.include && v.Kind() != expr.KindMissing {
			out[c.name] = v.Any()
		}
	}
	return out
}

// score adds up what is visible.
func (s *Scratch) score() Score {
	var out Score
	in := &s.root
	for _, u := range s.p.root.units {
		if u.kind.container() || u.slot < 0 {
			continue
		}
		if s.shown[u.index] {
			out.Total += u.points(in.vals[u.slot])
		}
		if page := u.page(); page == nil || in.contains(page) {
			right, of := s.quiz(in, u)
			out.Correct, out.Questions = out.Correct+right, out.Questions+of
		}
	}
	out.Incorrect = out.Questions - out.Correct
	return out
}

func (u *unit) page() *unit {
	for v := u; v != nil; v = v.parent {
		if v.kind == kindPage {
			return v
		}
	}
	return nil
}

// points is what an answer adds to the total.
func (u *unit) points(v expr.Value) float64 {
	switch u.kind {
	case kindRating:
		if i := find(u.columns, v); i >= 0 && u.columns[i].score != nil {
			return *u.columns[i].score
		}
		f, ok := numeral(v)
		if !ok {
			return 0
		}
		return f
	case kindBoolean:
		if !expr.IsEmpty(v) && sameChoice(v, u.whenTrue) {
			return 1
		}
	case kindRadio, kindCheckbox, kindRanking, kindImages:
		return sum(u.choices, v)
	case kindMatrix:
		total := 0.0
		for _, f := range v.Fields() {
			if rowNamed(u.rows, f.Name) >= 0 {
				total += sum(u.columns, f.Value)
			}
		}
		return total
	default:
	}
	return 0
}

// sum adds the scores of the items that are chosen.
func sum(list []*item, v expr.Value) float64 {
	values := []expr.Value{v}
	if v.Kind() == expr.KindList {
		values = v.Items()
	}
	total := 0.0
	for _, x := range values {
		if i := find(list, x); i >= 0 && list[i].score != nil {
			total += *list[i].score
		}
	}
	return total
}

// quiz counts the right answers of a question, and of how many.
func (s *Scratch) quiz(in *instance, u *unit) (right, of int) {
	if !in.own[u.index] || u.kind == kindExpression || u.kind == kindDisplay {
		return 0, 0
	}
	v := in.vals[u.slot]
	if u.kind == kindPanelDynamic {
		return s.innerQuiz(in, u)
	}
	if expr.IsEmpty(u.correct) {
		return 0, 0
	}
	if u.kind == kindMatrix {
		for _, row := range u.rows {
			key := plain(row.value)
			if want := u.correct.Field(key); !expr.IsEmpty(want) {
				of++
				if got := v.Field(key); !expr.IsEmpty(got) && expr.Equal(want, got, expr.Comparison{Ordered: true}) {
					right++
				}
			}
		}
		return right, of
	}
	ordered := u.kind != kindCheckbox
	if !blank(u, v) && expr.Equal(v, u.correct, expr.Comparison{Ordered: ordered}) {
		right = 1
	}
	return right, 1
}

func (s *Scratch) innerQuiz(in *instance, u *unit) (right, of int) {
	for _, inst := range in.inner[u.index] {
		for _, q := range inst.scope.units {
			if !inst.hidden && q.slot >= 0 && !q.kind.container() {
				r, n := s.quiz(inst, q)
				right, of = right+r, of+n
			}
		}
	}
	return right, of
}

// plain is a value as text.
func plain(v expr.Value) string {
	switch v.Kind() {
	case expr.KindText:
		text, _ := v.Str()
		return text
	case expr.KindNumber:
		f, _ := v.Float()
		if f == math.Trunc(f) && math.Abs(f) < 1e21 {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return strconv.FormatFloat(f, 'g', -1, 64)
	case expr.KindBool:
		b, _ := v.Bool()
		return strconv.FormatBool(b)
	case expr.KindList:
		out := ""
		for i, item := range v.Items() {
			if i > 0 {
				out += ","
			}
			out += plain(item)
		}
		return out
	case expr.KindObject:
		return "[object Object]"
	default:
		return ""
	}
}

// Clone copies the map; the values are shared.
func (a Answers) Clone() Answers { return maps.Clone(a) }
