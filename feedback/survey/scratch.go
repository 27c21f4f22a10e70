package survey

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// ErrAnswers is what an answer set that is no decoded JSON, or is beyond all bounds,
// unwraps to.
var ErrAnswers = errors.New("survey: answers not readable")

// ErrWork is what an evaluation that was given up unwraps to: an expression that does too
// much, or values that keep setting each other off. It is the definition's fault.
var ErrWork = errors.New("survey: evaluation given up")

// maxChanges bounds how many values one evaluation may set.
const maxChanges = 10_000

// maxKeys bounds the number of keys in a set of answers.
const maxKeys = 10_000

// maxPasses is how often conditions are run again because they changed a value; it is
// survey-core's bound. Strict clearing of hidden answers only removes values, so that it
// ends by itself.
const maxPasses = 10

// Answers are what a respondent sent: decoded JSON by data key.
type Answers map[string]any

// Context is what an evaluation may know besides the answers. Nothing is read from the
// machine: the zero Now is the year 1, and a nil Zone is UTC.
type Context struct {
	Now    time.Time      // for today(), age() and the like
	Zone   *time.Location // in which a day begins and ends; nil is UTC
	Locale string         // of texts; "" is the survey's own
	Vars   map[string]any // variables that expressions may read; names regardless of case
}

// Step is one answer given after the others, as a form does it.
type Step struct {
	Key   string // the data key
	Value any    // nil removes the answer
}

// Scratch is the memory that evaluations reuse. The zero value is ready. It belongs to
// one goroutine at a time, and may serve one Program after another.
type Scratch struct {
	p       *Program
	frame   expr.Frame
	ctx     Context
	locale  string
	root    instance
	given   Answers
	dirty   []bool
	direct  []bool
	unknown []string
	extra   []pair
	vars    []pair
	done    []bool // calculated values of this pass

	running, changed, tracking bool
	warming, completed         bool
	late                       bool      // an answer was set since the survey was completed
	held                       *instance // whose changes are gathered later
	owed                       bool      // there are some
	changes                    []change
	triggering                 bool
	triggerKeys                []change
	stack, count               int
	fault                      error  // ErrWork, once something was given up
	shown                      []bool // effective visibility of the root's units
	skipTo                     string
	problems                   []Problem
}

type pair struct {
	key   string
	value expr.Value
	raw   any
}

// change is a value that was set: its name in lower case, and both values.
type change struct {
	name     string
	old, now expr.Value
	exact    string
}

// instance is the state of one scope: the survey, or one panel or row.
type instance struct {
	scope    *scope
	up       *instance
	host     *unit
	vals     []expr.Value
	local    []expr.Value
	own      []bool // visible by itself
	lock     []bool
	need     []bool
	panels   []bool // a container's visibility when it was last looked at
	low      []expr.Value
	high     []expr.Value
	items    [][]bool // per unit: which choices are visible; nil while all are
	rows     [][]bool
	cols     [][]bool
	inner    [][]*instance
	extra    []expr.Field // members that no question has
	hidden   bool         // by templateVisibleIf or rowsVisibleIf
	empty    bool         // stands for a panel that has no answers yet
	label    string       // how a path names it
	isObject bool
	whole    expr.Value // what object gives, where made says that it still holds
	made     bool
}

func newInstance(sc *scope, up *instance) *instance {
	n := len(sc.units)
	in := &instance{scope: sc, up: up, host: sc.host}
	flags := make([]bool, 4*n)
	in.own, in.lock, in.need, in.panels = flags[:n:n], flags[n:2*n:2*n], flags[2*n:3*n:3*n], flags[3*n:]
	in.low, in.high = make([]expr.Value, n), make([]expr.Value, n)
	in.items, in.rows, in.cols = make([][]bool, n), make([][]bool, n), make([][]bool, n)
	in.inner = make([][]*instance, n)
	return in
}

// begin brings an instance to the state of the definition.
func (in *instance) begin() {
	for i, u := range in.scope.units {
		in.own[i], in.lock[i], in.need[i], in.panels[i] = u.visible, u.readOnly, u.required, true
		in.low[i], in.high[i] = u.min, u.max
		in.items[i], in.rows[i], in.cols[i] = nil, nil, nil
		in.inner[i] = nil
	}
}

// prepare fits the scratch to a program and empties it.
func (s *Scratch) prepare(p *Program, ctx Context) error {
	if s.p != p {
		*s = Scratch{p: p}
		s.root = *newInstance(p.root, nil)
		s.frame.Slots = make([]expr.Value, p.slots)
		s.root.vals = s.frame.Slots[:len(p.root.keys):len(p.root.keys)]
		s.root.local = make([]expr.Value, locals)
		s.dirty, s.direct = make([]bool, len(p.root.keys)), make([]bool, len(p.root.units))
		s.frame.Comment = s.comment
		s.shown, s.done = make([]bool, len(p.root.units)), make([]bool, len(p.calculated))
	}
	clear(s.frame.Slots)
	clear(s.root.local)
	clear(s.dirty)
	clear(s.direct)
	s.root.begin()
	s.unknown, s.extra, s.vars = s.unknown[:0], s.extra[:0], s.vars[:0]
	s.running, s.changed, s.completed, s.triggering, s.tracking = false, false, false, false, false
	s.changes, s.triggerKeys, s.stack, s.skipTo = s.changes[:0], s.triggerKeys[:0], 0, ""
	s.problems, s.given = nil, nil
	s.count, s.fault = 0, nil
	s.held, s.owed = nil, false
	s.ctx = ctx
	s.locale = foldLocale(ctx.Locale)
	if s.locale == "" {
		s.locale = p.survey.locale
	}
	s.frame.Now, s.frame.Zone = ctx.Now, ctx.Zone
	return s.variables(ctx.Vars)
}

// variables reads the host's variables.
func (s *Scratch) variables(vars map[string]any) error {
	if len(vars) > maxKeys {
		return fmt.Errorf("%w: %d variables, more than %d", ErrAnswers, len(vars), maxKeys)
	}
	for name, raw := range vars {
		v, err := expr.FromAny(raw)
		if err != nil {
			return fmt.Errorf("%w: variable %q: %w", ErrAnswers, clip(name), err)
		}
		s.vars = append(s.vars, pair{strings.ToLower(name), normal(v), nil})
	}
	slices.SortFunc(s.vars, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	for i := range s.p.calculated {
		c := &s.p.calculated[i]
		if v, ok := lookup(s.vars, strings.ToLower(c.name)); ok {
			s.frame.Slots[c.slot] = v
		}
	}
	return nil
}

func lookup(list []pair, key string) (expr.Value, bool) {
	for i := range list {
		if list[i].key == key {
			return list[i].value, true
		}
	}
	return expr.Value{}, false
}

// load sets the answers, all at once.
func (s *Scratch) load(a Answers) error {
	if len(a) > maxKeys {
		return fmt.Errorf("%w: %d keys, more than %d", ErrAnswers, len(a), maxKeys)
	}
	s.given = a
	clear(s.root.vals)
	clear(s.dirty)
	s.changes, s.tracking = s.changes[:0], false
	s.extra, s.unknown = s.extra[:0], s.unknown[:0]
	for key, raw := range a {
		slot, ok := s.p.root.slot[key]
		if !ok {
			if slot, ok = s.trimmed(key); !ok {
				if err := s.stray(key, raw); err != nil {
					return err
				}
				continue
			}
		}
		v, err := read(raw)
		if err != nil {
			return fmt.Errorf("%w: %q: %w", ErrAnswers, clip(key), err)
		}
		s.root.vals[slot] = v
	}
	s.vacate()
	slices.SortFunc(s.extra, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	for i := range s.extra {
		s.unknown = append(s.unknown, s.extra[i].key)
	}
	s.outside()
	for _, u := range s.p.root.units {
		if u.inner != nil {
			s.spread(&s.root, u)
		}
		if u.kind == kindRanking {
			s.root.vals[u.slot] = s.ranked(u.slot, s.root.vals[u.slot])
		}
		s.adopt(u)
	}
	return nil
}

// vacate gives what has no answer the value that expressions read.
func (s *Scratch) vacate() {
	for i, v := range s.p.root.vacant {
		if v.Kind() != expr.KindMissing && s.root.vals[i].Kind() == expr.KindMissing {
			s.root.vals[i] = v
		}
	}
}

// trimmed finds a key with blanks around it, where the bare key is not there, too.
func (s *Scratch) trimmed(key string) (int, bool) {
	bare := strings.TrimSpace(key)
	if bare == key {
		bare = nfc(key)
	}
	if _, both := s.given[bare]; bare == key || both {
		return 0, false
	}
	slot, ok := s.p.root.slot[bare]
	if ok {
		s.dirty[slot] = true
	}
	return slot, ok
}

func (s *Scratch) stray(key string, raw any) error {
	v, err := read(raw)
	if err != nil {
		return fmt.Errorf("%w: %q: %w", ErrAnswers, clip(key), err)
	}
	s.extra = append(s.extra, pair{key, v, raw})
	return nil
}

// read turns decoded JSON into a value in normal form C.
func read(raw any) (expr.Value, error) {
	switch x := raw.(type) {
	case float64:
		return expr.Number(x), nil
	case bool:
		return expr.Bool(x), nil
	case string:
		return expr.Text(nfc(x)), nil
	}
	v, err := expr.FromAny(raw)
	if err != nil {
		return v, err
	}
	return normal(v), nil
}

// normal brings all text inside a value to normal form C.
func normal(v expr.Value) expr.Value {
	switch v.Kind() {
	case expr.KindText:
		text, _ := v.Str()
		return expr.Text(nfc(text))
	case expr.KindList:
		items := v.Items()
		for i := range items {
			items[i] = normal(items[i])
		}
	case expr.KindObject:
		fields := v.Fields()
		for i := range fields {
			fields[i].Name, fields[i].Value = nfc(fields[i].Name), normal(fields[i].Value)
		}
	}
	return v
}

// outside fills the slots of names that the definition does not explain.
func (s *Scratch) outside() {
	for i := range s.p.externs {
		x := &s.p.externs[i]
		s.frame.Slots[x.slot] = s.external(x.name)
	}
}

func (s *Scratch) external(name string) expr.Value {
	if v, ok := lookup(s.vars, name); ok {
		return v
	}
	for i := range s.extra {
		if strings.ToLower(s.extra[i].key) == name {
			return s.extra[i].value
		}
	}
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		return member(s.external(name[:dot]), name[dot+1:])
	}
	switch name {
	case "locale":
		if s.locale != "" {
			return expr.Text(s.locale)
		}
		return expr.Text("en")
	case "pageno":
		return expr.Number(1)
	case "pagecount":
		return expr.Number(float64(len(s.p.survey.pages)))
	}
	return expr.Value{}
}

// member is a member of an object, regardless of case.
func member(v expr.Value, low string) expr.Value {
	for _, f := range v.Fields() {
		if strings.ToLower(f.Name) == low {
			return f.Value
		}
	}
	return expr.Value{}
}

// comment is what getComment reads: the words beside an answer, or beside one choice.
func (s *Scratch) comment(question string, choice expr.Value) expr.Value {
	low := strings.ToLower(question)
	if i, ok := s.p.root.folded[low]; ok && choice.Kind() != expr.KindMissing {
		if v := s.root.vals[i]; sameChoice(v.Field("value"), choice) {
			return v.Field("comment")
		}
		for _, v := range s.root.vals[i].Items() {
			if sameChoice(v.Field("value"), choice) {
				return v.Field("comment")
			}
		}
		if !isText(choice, "other") {
			return expr.Value{}
		}
	}
	if i, ok := s.p.root.folded[low+"-comment"]; ok {
		return s.root.vals[i]
	}
	return expr.Value{}
}

// value runs an expression where an instance is.
func (s *Scratch) value(in *instance, p *expr.Program) expr.Value {
	s.frame.Row = in.local
	v := p.Eval(&s.frame)
	if err := s.frame.Err(); err != nil && s.fault == nil {
		s.fault = fmt.Errorf("%w: %w", ErrWork, err)
	}
	return v
}

// holds runs a condition of a choice or a validator, where 1 is as good as true.
func (s *Scratch) holds(in *instance, p *expr.Program) bool {
	s.frame.Row = in.local
	holds := p.Holds(&s.frame)
	if err := s.frame.Err(); err != nil && s.fault == nil {
		s.fault = fmt.Errorf("%w: %w", ErrWork, err)
	}
	return holds
}

// is runs a condition of an element or trigger: nothing but true is true.
func (s *Scratch) is(in *instance, p *expr.Program) bool {
	b, ok := s.value(in, p).Bool()
	return b && ok
}

// about runs an expression about an item.
func (s *Scratch) about(in *instance, p *expr.Program, item expr.Value) bool {
	keep := in.local[localItem]
	in.local[localItem] = item
	ok := s.holds(in, p)
	in.local[localItem] = keep
	return ok
}
