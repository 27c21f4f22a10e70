package phrase

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// Request asks for a phrase.
type Request struct {
	Locale    language.Tag
	Scenario  Scenario
	Register  culture.Register
	Medium    Medium
	Agreement Agreement
	Args      map[string]string // what the scenario's Frame declares, all of it and nothing else
	// Drafts allows phrases that no native speaker has reviewed. What is built in is
	// all drafts until the host's review says otherwise.
	Drafts bool
}

// Phrase is the answer.
type Phrase struct {
	Text     string
	ID       ID       // of the phrase used
	Status   Status   // Draft only where drafts were asked for
	Review   Review   // zero for a draft
	Acts     []Span   // of a phrase made of acts, in the order of the text
	Order    Order    // why the acts stand in this order; without acts for a phrase of one act
	Fallback Fallback // what was asked for and what was used
}

// Explain says in a few lines, for people, what the phrase is, who has reviewed it, what it
// fell back to and why its acts stand in their order. It does not repeat the text, which may
// hold what is personal.
func (p Phrase) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", p.ID, p.Status)
	if p.Status == Reviewed {
		fmt.Fprintf(&b, " by %s on %s", p.Review.By, p.Review.On)
	} else {
		b.WriteString(", not reviewed by a native speaker")
	}
	fmt.Fprintf(&b, "\n%s\n", p.Fallback)
	if p.Fallback.Softer() {
		b.WriteString("less formal than asked for: there is no formal phrase\n")
	}
	if len(p.Order.Acts) == 0 {
		return b.String()
	}
	for i, a := range p.Order.Acts {
		if i > 0 {
			b.WriteString(", then ")
		}
		b.WriteString(a.String())
	}
	if p.Order.Why != "" {
		b.WriteString(": " + p.Order.Why)
	}
	for _, id := range p.Order.Basis {
		fmt.Fprintf(&b, " [%s]", id)
	}
	b.WriteByte('\n')
	return b.String()
}

// Span is where an act stands in the text, in bytes, [From, To).
type Span struct {
	Act      culture.Act
	From, To int
}

// Fallback says what a phrase was asked for and what it is.
type Fallback struct {
	AskedLocale, Locale     language.Tag
	AskedRegister, Register culture.Register
	AskedMedium, Medium     Medium
	Drafts                  int // phrases nearer to the wish that were passed over as drafts
}

// Exact reports that the phrase is exactly what was asked for.
func (f Fallback) Exact() bool {
	return f.AskedLocale == f.Locale && f.AskedRegister == f.Register && f.AskedMedium == f.Medium
}

// Softer reports a neutral phrase where a formal one was asked for: the one case in
// which the phrase is less formal than the wish. It is never informal.
func (f Fallback) Softer() bool {
	return f.AskedRegister == culture.Formal && f.Register != culture.Formal
}

// String says what was replaced by what, "as asked" for nothing.
func (f Fallback) String() string {
	var parts []string
	if f.AskedLocale != f.Locale {
		parts = append(parts, fmt.Sprintf("locale %s for %s", f.Locale, f.AskedLocale))
	}
	if f.AskedRegister != f.Register {
		parts = append(parts, fmt.Sprintf("register %s for %s", f.Register, f.AskedRegister))
	}
	if f.AskedMedium != f.Medium {
		parts = append(parts, fmt.Sprintf("medium %s for %s", f.Medium, f.AskedMedium))
	}
	if f.Drafts > 0 {
		parts = append(parts, fmt.Sprintf("drafts passed over: %d", f.Drafts))
	}
	if len(parts) == 0 {
		return "as asked"
	}
	return strings.Join(parts, ", ")
}

// Say finds the phrase and fills it. The register gives way last, then the medium, then
// the locale: a phrase of the locale's parent in the right register and medium is
// preferred to one of the locale itself in another. Registers give way to more formal
// ones (informal, neutral, formal), except that a formal wish may be met by a neutral
// phrase and never by an informal one. Locales give way to their parents and to the
// locale that speaks for the language, never to another language or script. Where several
// people are addressed, a form for one person gives way too.
//
// Errors, in order: ErrName for each value of the request that is none and for a
// scenario that nobody declared; ErrArg for every fault of the arguments; then ErrDraft
// where only drafts would fit and they were not asked for, or ErrNoPhrase.
func (b *Book) Say(q Request) (Phrase, error) {
	frame, err := b.check(q)
	if err != nil {
		return Phrase{}, err
	}
	if err := checkArgs(frame.Parameters, q.Args); err != nil {
		return Phrase{}, err
	}
	drafts := 0
	exact := candidate{key{q.Scenario, q.Register, q.Medium}, q.Locale.String()}
	if p, ok := b.try(exact, &q, &drafts); ok { // most often, and without a search
		return p, nil
	}
	for k := range b.candidates(q) {
		if k == exact {
			continue
		}
		if p, ok := b.try(k, &q, &drafts); ok {
			return p, nil
		}
	}
	err = ErrNoPhrase
	if drafts > 0 {
		err = ErrDraft
	}
	return Phrase{}, fmt.Errorf("%w: %s in %s, %s %s", err, q.Scenario, q.Locale, q.Register, q.Medium)
}

// try says the phrase at one place, if there is one that may be said.
func (b *Book) try(k candidate, q *Request, drafts *int) (Phrase, bool) {
	c, loc := b.at(k.locale, k.key)
	if c == nil {
		return Phrase{}, false
	}
	v := c.choose(q.Agreement, loc.singular[k.register])
	if v == nil {
		return Phrase{}, false
	}
	status, review := b.standing(k.locale, k.key, loc, c)
	if status != Reviewed && !q.Drafts {
		*drafts++
		return Phrase{}, false
	}
	p := Phrase{ID: k.id(k.locale), Status: status, Review: review, Fallback: Fallback{
		q.Locale, loc.tag, q.Register, k.register, q.Medium, k.medium, *drafts,
	}}
	order := b.order(k.locale, q.Scenario)
	p.fill(v, order.Acts, loc, q)
	if len(order.Acts) > 0 {
		p.Order = Order{slices.Clone(order.Acts), slices.Clone(order.Basis), order.Why}
	}
	return p, true
}

// check refuses a request that has values that are none.
func (b *Book) check(q Request) (Frame, error) {
	frame, ok := b.frames[q.Scenario]
	a := q.Agreement
	if ok && q.Register >= culture.Formal && q.Register <= culture.Informal && q.Medium >= Letter && q.Medium <= Voice &&
		a.Speaker <= NeutralForms && a.Addressee <= NeutralForms && a.Readers <= Many {
		return frame, nil
	}
	var list []error
	if !ok {
		list = append(list, fmt.Errorf("%w: scenario %.40q", ErrName, string(q.Scenario)))
	}
	if q.Register < culture.Formal || q.Register > culture.Informal {
		list = append(list, fmt.Errorf("%w: register %s", ErrName, q.Register))
	}
	if q.Medium < Letter || q.Medium > Voice {
		list = append(list, fmt.Errorf("%w: medium %s", ErrName, q.Medium))
	}
	for _, g := range [...]Gender{a.Speaker, a.Addressee} {
		if g > NeutralForms {
			list = append(list, fmt.Errorf("%w: gender %s", ErrName, g))
		}
	}
	if a.Readers > Many {
		list = append(list, fmt.Errorf("%w: readers %s", ErrName, a.Readers))
	}
	return frame, errors.Join(list...)
}

// candidate is one place where the phrase may be.
type candidate struct {
	key
	locale string
}

// candidates yields the places in the order of preference. The chain of locales is
// walked once and remembered.
func (b *Book) candidates(q Request) iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		var names []string
		first := true
		for _, r := range registers(q.Register) {
			for _, m := range media(q.Medium) {
				at := slices.Values(names)
				if first {
					at = b.chain(q.Locale)
				}
				for name := range at {
					if first {
						names = append(names, name)
					}
					if !yield(candidate{key{q.Scenario, r, m}, name}) {
						return
					}
				}
				first = false
			}
		}
	}
}

// registers are what may stand in for a register, the best first.
func registers(asked culture.Register) []culture.Register {
	switch asked {
	case culture.Formal:
		return []culture.Register{culture.Formal, culture.Neutral}
	case culture.Neutral:
		return []culture.Register{culture.Neutral, culture.Formal}
	default:
		return []culture.Register{culture.Informal, culture.Neutral, culture.Formal}
	}
}

// media are what may stand in for a medium: what is written for a chat is nearest to
// both, since it is short and written.
func media(asked Medium) []Medium {
	switch asked {
	case Letter:
		return []Medium{Letter, Chat, Voice}
	case Chat:
		return []Medium{Chat, Letter, Voice}
	default:
		return []Medium{Voice, Chat, Letter}
	}
}

// chain yields the locales that may speak for a tag: itself and its parents, each
// followed by the locale that speaks for it. What is written in another script is left
// out, and a region that implies a script (zh-TW) leads to it (zh-Hant).
func (b *Book) chain(tag language.Tag) iter.Seq[string] {
	return func(yield func(string) bool) {
		var seen []string
		try := func(name string) bool {
			if name == "" || slices.Contains(seen, name) {
				return true
			}
			seen = append(seen, name)
			return yield(name)
		}
		for t := range culture.Parents(tag) {
			name := t.String()
			if sameScript(tag, t) && !try(name) {
				return
			}
			other := defaultOf(name)
			if other != "" && !sameScript(tag, language.Make(other)) {
				other = ""
			}
			if !try(scripted(t)) || !try(other) {
				return
			}
		}
	}
}

// scripted is the language in the script that the tag implies, where that is not the
// usual one; else empty.
func scripted(tag language.Tag) string {
	base, _ := tag.Base()
	plain, err := language.Compose(base)
	if err != nil || sameScript(tag, plain) {
		return ""
	}
	script, _ := tag.Script()
	return base.String() + "-" + script.String()
}

// sameScript reports that both are written in the same script.
func sameScript(a, b language.Tag) bool {
	x, _ := a.Script()
	y, _ := b.Script()
	return x == y
}

// choose is the wording for an agreement: of those that fit the one that meets most
// points, the earlier of equals. It is nil where several people are addressed and there
// is only a form for one.
func (c *cell) choose(a Agreement, singular bool) *variant {
	var best *variant
	most := -1
	for i := range c.variants {
		v := &c.variants[i]
		points, ok := v.when.fits(a)
		if singular && a.Readers == Many && v.when.readers != Many {
			ok = false
		}
		if ok && points > most {
			best, most = v, points
		}
	}
	return best
}

// fill writes the text and says where its acts are.
func (p *Phrase) fill(v *variant, order []culture.Act, loc *locale, q *Request) {
	w := writer{args: q.Args, terms: loc.terms, agree: q.Agreement, rtl: loc.rtl, isolate: q.Medium != Voice}
	for s := range v.inOrder(order) {
		if w.b.Len() > 0 {
			w.b.WriteString(loc.joiner)
			w.stopped = false
		}
		from := w.b.Len()
		w.template(s.text)
		if s.act != 0 {
			p.Acts = append(p.Acts, Span{s.act, from, w.b.Len()})
		}
	}
	p.Text = w.b.String()
}
