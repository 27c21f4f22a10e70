package salutation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/culture"
)

// writer makes one line.
type writer struct {
	engine *Engine
	about  culture.Context
	result Result
	q      query
	choice bool             // a rule leaves the address to the person
	doubts []culture.FactID // facts of the rules that are few or in conflict
}

func (e *Engine) writer(c culture.Context, a Addressee, m Medium) *writer {
	w := &writer{engine: e, about: c}
	r := e.resolver
	if r == nil {
		r = culture.Default()
	}
	w.result.Register = r.Register(c)
	w.q = query{lang: localeOf(c.Lang), register: culture.Formal, medium: m, audience: a.Audience}
	if w.result.Register.Value == culture.Informal {
		w.q.register = culture.Informal
	}
	return w
}

func (w *writer) rules(s section) []*rule {
	if w.engine.book == nil {
		return nil
	}
	return w.engine.book.of(s, w.q.lang.base)
}

// candidate is one way to address the person.
type candidate struct {
	address, form *rule // address is nil for a wish
	used, text    string
	query         query // as the opening sees it
}

// prepare sets the question for one person.
func (w *writer) prepare(p *Person) {
	name, fits := p.spelling(w.q.lang.script)
	w.q.name = localeOf(name.locale(w.about.NameLocale))
	w.q.term, w.q.script = p.Term, !fits
	copy(w.q.vals[:], name.texts[:])
	w.q.vals[tokenFull] = w.engine.whole(w.about.Lang, &name, p.Full)
	if !name.known() {
		w.q.script = !inScript(p.Full, w.q.lang.script)
	}
	w.q.titles = nil
	for i := range p.Titles {
		if w.speaks(p.Titles[i]) {
			w.q.titles = append(w.q.titles, p.Titles[i])
		} else if p.Titles[i].Text != "" {
			w.note("a stated title is not in the language of the message and was left out")
		}
	}
	w.q.titled = len(w.q.titles) > 0
	w.q.ranked = w.q.titled && w.q.titles[0].Rank
	if p.Honorific.Text != "" {
		if w.speaks(p.Honorific) {
			w.q.vals[tokenHonorific] = tidy(p.Honorific.Text)
		} else {
			w.note("the courtesy title that the person asked for is not in the language of the message and was left out")
		}
	}
}

// speaks reports whether a stated title can stand in the language of the message: one
// for every language stands where its letters do.
func (w *writer) speaks(t Title) bool {
	l := localeOf(t.Lang)
	return t.Text != "" && (l.base == w.q.lang.base || l.base == "" && inScript(t.Text, w.q.lang.script))
}

func (w *writer) note(text string) {
	if !slices.Contains(w.result.Notes, text) {
		w.result.Notes = append(w.result.Notes, text)
	}
}

// candidates finds the ways to address a person, the best first.
func (w *writer) candidates(p *Person, most int) []candidate {
	if p.CallMe != "" {
		return w.wished(p)
	}
	var out []candidate
	for _, a := range w.rules(addressSection) {
		if !a.fits(&w.q) {
			continue
		}
		used, ok := a.text.fill(&w.q.vals)
		if !ok {
			continue
		}
		for _, form := range a.forms {
			out = w.formed(out, a, form, used, most)
			if len(out) >= most {
				return out
			}
		}
		if a.only && len(out) > 0 {
			return out
		}
	}
	return out
}

// formed adds the forms of a part of the name.
func (w *writer) formed(out []candidate, a *rule, form uint8, used string, most int) []candidate {
	q := w.q
	q.form, q.vals[tokenName] = form, used
	for _, f := range w.rules(formSection) {
		if f.own != form || !f.fits(&q) {
			continue
		}
		q.vals[tokenTitle], q.vals[tokenTitleVocative] = f.title(q.titles)
		text, ok := f.text.fill(&q.vals)
		if !ok || slices.ContainsFunc(out, func(c candidate) bool { return c.text == text && c.query.form == form }) {
			continue
		}
		q.vals[tokenAddress] = text
		out = append(out, candidate{a, f, used, text, q})
		if f.titles != distinctTitles || len(out) >= most {
			break // only the distinct titles are offered in a shorter form, too
		}
	}
	return out
}

// title writes the stated titles as a form has them.
func (f *rule) title(stated []Title) (text, vocative string) {
	if len(stated) == 0 {
		return "", ""
	}
	if f.titles == firstTitle || len(stated) == 1 {
		return strings.TrimSuffix(tidy(stated[0].Text), f.strip), tidy(stated[0].Vocative)
	}
	var texts []string
	for _, t := range stated {
		if s := strings.TrimSuffix(tidy(t.Text), f.strip); f.titles == allTitles || !slices.Contains(texts, s) {
			texts = append(texts, s)
		}
	}
	return strings.Join(texts, " "), tidy(stated[0].Vocative)
}

// wished is the name that the person asked for, in the plain form of the language.
func (w *writer) wished(p *Person) []candidate {
	used := tidy(p.CallMe)
	var plain uint8
	if w.engine.book != nil {
		plain = w.engine.book.formOf("plain")
	}
	out := w.formed(nil, nil, plain, used, 1)
	if len(out) == 0 {
		q := w.q
		q.form, q.vals[tokenAddress] = plain, used
		out = append(out, candidate{nil, nil, used, used, q})
	}
	return out
}

// opened puts an address into the first opening that suits it.
func (w *writer) opened(s section, q *query) (line string, by *rule, ok bool) {
	for _, o := range w.rules(s) {
		if !o.fits(q) {
			continue
		}
		if text, ok := o.text.fill(&q.vals); ok {
			return text, o, true
		}
	}
	return "", nil, false
}

// ended adds the punctuation, which is not spoken.
func ended(text string, by *rule, m Medium) string {
	if m == Voice {
		return text
	}
	return text + by.end
}

// person writes to one person.
func (w *writer) person(p *Person) Result {
	w.prepare(p)
	found := w.candidates(p, 1+max(0, w.engine.alternatives))
	if len(found) == 0 {
		return w.nameAlone(p)
	}
	for i := range found {
		line, by, ok := w.opened(openingSection, &found[i].query)
		switch {
		case !ok && i == 0:
			return w.nameAlone(p)
		case !ok:
			continue
		}
		line = ended(line, by, w.q.medium)
		if i == 0 {
			w.result.Text, w.result.Next = line, by.next
			w.chose(&found[i])
			w.trace(by)
		} else if line != w.result.Text && !slices.Contains(w.result.Alternatives, line) {
			w.result.Alternatives = append(w.result.Alternatives, line)
		}
	}
	w.reasons(found[0].address, p)
	return w.result
}

// chose records how the person is addressed.
func (w *writer) chose(c *candidate) {
	w.result.Used = c.used
	if c.address == nil {
		w.result.Rule, w.result.Part = RuleCallMe, CallMeName
		w.result.Rules = append(w.result.Rules, RuleCallMe)
	} else {
		w.result.Rule, w.result.Part = c.address.id, c.address.part
		w.trace(c.address)
	}
	if c.form != nil {
		w.trace(c.form)
	}
}

// trace records a rule and what it rests on.
func (w *writer) trace(r *rule) {
	if slices.Contains(w.result.Rules, r.id) {
		return
	}
	if w.result.Sources == nil { // a line to one person has three rules and a handful of sources
		w.result.Rules, w.result.Sources = append(make([]RuleID, 0, 4), w.result.Rules...), make([]Reference, 0, 8)
	}
	w.result.Rules = append(w.result.Rules, r.id)
	w.result.Facts = append(w.result.Facts, r.facts...)
	for _, s := range r.sources {
		if !slices.ContainsFunc(w.result.Sources, func(have Reference) bool { return have.ID == s.ID }) {
			w.result.Sources = append(w.result.Sources, s)
		}
	}
	if w.result.Status == 0 || r.status < w.result.Status {
		w.result.Status = r.status
	}
	w.result.Ask = w.result.Ask || r.ask || len(r.doubts) > 0
	w.choice = w.choice || r.ask
	w.doubts = append(w.doubts, r.doubts...)
}

// reasons says why, and what to ask.
func (w *writer) reasons(by *rule, p *Person) {
	if by == nil {
		w.result.Why = fmt.Sprintf("the person asked to be called %s", w.result.Used)
		w.result.Ask = false
	} else {
		w.result.Why = by.why
		w.doubted(by.why)
		w.familiar()
	}
	w.result.Why += fmt.Sprintf("; %s because %s", w.result.Register.Value, because(w.result.Register))
	if w.q.script && by != nil && by.part != NoName {
		w.result.Ask = true
		w.note("the name is in another script than the message: ask how the person writes it there")
	}
	if by != nil && p != nil && p.Term == Unspecified && by.part != GivenName && w.engine.book.termed[w.q.lang.base] && w.q.register == culture.Formal && w.q.vals[tokenHonorific] == "" {
		w.note("no term of address is stated and none is guessed: ask for it where the language needs one")
	}
}

// doubted says what to ask where the rules are not sure of themselves: in the words of
// the rule, where it has them.
func (w *writer) doubted(why string) {
	ids := make([]string, len(w.doubts))
	for i, id := range w.doubts {
		ids[i] = string(id)
	}
	known := strings.Join(ids, ", ")
	switch says := strings.Contains(why, "ask"); {
	case !w.choice && known == "":
	case says && known == "":
		w.note(why)
	case says:
		w.note(fmt.Sprintf("%s (what is known is thin or in conflict: %s)", why, known))
	case known == "":
		w.note("the choice is the person's own: ask how they are addressed")
	default:
		w.note(fmt.Sprintf("what is known is thin or in conflict (%s): ask how the person is addressed", known))
	}
	w.choice, w.doubts = false, nil // said once, for each of several people
}

// familiar asks where an easy tone is only a guess. A formal one that is a guess can be
// eased later; the answer on the register says how sure it is.
func (w *writer) familiar() {
	if w.result.Register.Ask && w.q.register == culture.Informal {
		w.result.Ask = true
		w.note("nobody on record invited the easy tone: ask whether it is welcome")
	}
}

// nameAlone is the line in a language of which no rules are known.
func (w *writer) nameAlone(p *Person) Result {
	w.result.Text, w.result.Part = w.q.vals[tokenFull], FullName
	if p.CallMe != "" {
		w.result.Text, w.result.Part = tidy(p.CallMe), CallMeName
	}
	w.result.Used = w.result.Text
	w.result.Rule, w.result.Rules, w.result.Ask = RuleNameOnly, []RuleID{RuleNameOnly}, true
	if p.CallMe != "" {
		w.result.Rule, w.result.Rules = RuleCallMe, []RuleID{RuleCallMe, RuleNameOnly}
	}
	w.result.Next = Capital
	w.result.Why = fmt.Sprintf("no rule serves a message in %s, so the name stands alone", w.about.Lang)
	w.unruled()
	return w.result
}

// unruled asks where a language has no rules, or none that fits.
func (w *writer) unruled() {
	w.note(fmt.Sprintf("no rule serves %s: ask how a message in it opens and closes", w.about.Lang))
}

// verbatim is the person's own line.
func (w *writer) verbatim(line string) Result {
	w.result.Text, w.result.Part, w.result.Rule, w.result.Rules = line, WholeWish, RuleVerbatim, []RuleID{RuleVerbatim}
	w.result.Used, w.result.Next = line, Capital
	w.result.Why = "the person asked for exactly this salutation"
	return w.result
}

// because says what a register rests on.
func because(a culture.Answer[culture.Register]) string {
	switch a.Basis {
	case culture.Individual:
		return "the person asked for it"
	case culture.Observed:
		return "that is how the person writes to us"
	case culture.Host:
		return "our own guidance says so"
	case culture.Fallback:
		return "nothing is on record and a formal tone can be eased later"
	default:
		if a.Value == culture.Informal {
			return "guides report it as usual there"
		}
		return "guides report it as the safe choice there"
	}
}
