package salutation

import (
	"fmt"
	"io/fs"
	"sync"

	"github.com/rapport-go/rapport/culture"
)

// Result is a line with its reasons.
type Result struct {
	Text string // the line, with its closing punctuation
	Part Part
	Used string // what of the name stands in the line, such as "Björk"; empty where nothing does
	// Rule decided which part of the name stands; the line's own rule where there is
	// no name. Rules are all rules that made the line, in their order.
	Rule  RuleID
	Rules []RuleID
	Why   string // for people
	// Ask says to ask the person how they are addressed before relying on the line. How
	// sure the register is stands in Register; only an easy tone that nobody invited is a
	// reason to ask here.
	Ask bool
	// Notes say what to ask and what was left out, for people. Where Ask is true there is
	// at least one.
	Notes        []string
	Alternatives []string // other lines that are right, the best first; at most three
	Next         Case     // how the first word after an opening begins; none for a closing
	Status       Status   // the lowest state of review of the rules; none where no data rule made it
	Facts        []culture.FactID
	Sources      []Reference
	Register     culture.Answer[culture.Register]
}

// Options set up an Engine; nil and zero fields mean the defaults.
type Options struct {
	// Packs are the host's packs of rules: every file salutation*.json at the root of
	// each, in the schema "salutation-rules/1". Their rules are asked before the
	// built-in ones, an earlier pack before a later one; a rule with the id of a
	// built-in one takes its place. Default: none.
	Packs []fs.FS
	// Alternatives is how many other lines are offered, at most three; a negative
	// number is none. Default: three.
	Alternatives int
}

// Engine makes salutations. It is only read once it is made and is safe for concurrent
// use. The zero value knows no rules: every line is the name alone, with Ask.
type Engine struct {
	resolver     *culture.Resolver
	book         *book
	alternatives int
	names        *formatters
}

// New makes an Engine on the built-in rules and the options. It asks the resolver for
// the register and for the facts behind the rules; nil means culture.Default(). Every
// fault of every pack is reported at once; they unwrap to ErrPack.
func New(r *culture.Resolver, o *Options) (*Engine, error) {
	if r == nil {
		r = culture.Default()
	}
	if o == nil {
		o = &Options{}
	}
	b := &book{resolver: r}
	b.readAll("builtin", builtin, "rules/*.json")
	for i := len(o.Packs) - 1; i >= 0; i-- {
		name := fmt.Sprintf("pack %d", i)
		if o.Packs[i] == nil {
			b.faults = append(b.faults, &PackError{Pack: name, File: rulesGlob, Detail: "there is no pack"})
			continue
		}
		b.readAll(name, o.Packs[i], rulesGlob)
	}
	if err := b.ready(); err != nil {
		return nil, err
	}
	e := &Engine{resolver: r, book: b, alternatives: o.Alternatives, names: &formatters{}}
	if o.Alternatives == 0 || o.Alternatives > mostAlternatives {
		e.alternatives = mostAlternatives
	}
	return e, nil
}

const mostAlternatives = 3

// Default is the Engine on the built-in rules and facts alone. All callers share one.
func Default() *Engine { return builtinEngine() }

// It is made on first use and then only read.
var builtinEngine = sync.OnceValue(func() *Engine {
	e, err := New(nil, nil)
	if err != nil {
		panic(err) // the rules are part of the program; a test reads them
	}
	return e
})

// Line makes the line that opens a message to one person: [Engine.Open] of [To].
func (e *Engine) Line(c culture.Context, p Person, m Medium) (Result, error) {
	return e.Open(c, To(p), m)
}

// SignOff makes the line that closes a message to one person: [Engine.Close] of [To].
func (e *Engine) SignOff(c culture.Context, p Person, m Medium) (Result, error) {
	return e.Close(c, To(p), m)
}

// Open makes the line that opens a message in the language of c. The checks, in order:
// ErrMedium, ErrAudience, then every unfit text of the people (ErrName, ErrTerm,
// ErrNoName), all at once. In a language without rules the line is the name alone, with
// Ask; it is empty where there is none, or where the person has died.
func (e *Engine) Open(c culture.Context, a Addressee, m Medium) (Result, error) {
	a, err := e.checked(a, m)
	if err != nil {
		return Result{}, err
	}
	w := e.writer(c, a, m)
	if len(a.People) == 1 && a.Audience == ToPerson && a.People[0].Verbatim != "" {
		return w.verbatim(a.People[0].Verbatim), nil
	}
	switch a.Audience {
	case ToPerson:
		return w.person(&a.People[0]), nil
	case ToPeople:
		return w.people(a.People), nil
	default:
		return w.group(a), nil
	}
}

// Close makes the line that closes the message; the sender's name follows it on its
// own line. The checks are those of Open. A language without rules has no closing:
// Text is empty, with Ask.
func (e *Engine) Close(c culture.Context, a Addressee, m Medium) (Result, error) {
	a, err := e.checked(a, m)
	if err != nil {
		return Result{}, err
	}
	return e.writer(c, a, m).closing(a), nil
}

func (e *Engine) checked(a Addressee, m Medium) (Addressee, error) {
	if m < Letter || m > Voice {
		return a, fmt.Errorf("%w: %s", ErrMedium, m)
	}
	if err := a.check(); err != nil {
		return a, err
	}
	if a.Audience == ToPerson && a.People[0].Deceased {
		a.Audience = ToRelatives
	}
	return a, nil
}
