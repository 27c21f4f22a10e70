package salutation

import (
	"fmt"
	"strings"
)

// people writes to several persons, each addressed as they would be alone.
func (w *writer) people(people []Person) Result {
	q := w.q // of the line itself
	var forms, lines, alone []string
	var form uint8 // that all of them have so far
	for i := range people {
		p := &people[i]
		if p.Verbatim != "" {
			w.note("a wish for a whole line cannot be kept in a line to several persons: write to each alone, or ask")
			w.result.Ask = true
		}
		w.prepare(p)
		w.q.audience = ToPeople
		found := w.candidates(p, 1)
		alone = append(alone, w.standing(p))
		if len(found) == 0 {
			continue
		}
		forms = append(forms, found[0].text)
		if q.form = found[0].query.form; i > 0 && q.form != form {
			q.form = 0 // a line for one form does not suit several
		}
		form = q.form
		w.chose(&found[0])
		w.reasons(found[0].address, nil)
		single := found[0].query
		single.audience = ToPerson
		if line, by, ok := w.opened(openingSection, &single); ok {
			lines = append(lines, line)
			w.result.Rules = append(w.result.Rules, by.id)
		}
	}
	w.result.Part, w.result.Used = SeveralNames, strings.Join(alone, ", ")
	if line, by, ok := w.several(&q, forms, lines, len(people)); ok {
		w.result.Text, w.result.Next, w.result.Rule = ended(line, by, q.medium), by.next, by.id
		w.trace(by)
		w.result.Why = fmt.Sprintf("each of the %d is addressed as they would be alone; %s", len(people), w.result.Why)
		return w.result
	}
	w.result.Text, w.result.Rule, w.result.Rules, w.result.Ask, w.result.Next = w.result.Used, RuleNameOnly, []RuleID{RuleNameOnly}, true, Capital
	w.result.Why = fmt.Sprintf("no rule serves a message in %s, so the names stand alone", w.about.Lang)
	w.unruled()
	return w.result
}

// standing is what the person is called where nothing else stands in the line.
func (w *writer) standing(p *Person) string {
	switch {
	case p.CallMe != "":
		return tidy(p.CallMe)
	case w.q.vals[tokenFull] != "":
		return w.q.vals[tokenFull]
	default:
		return p.Verbatim
	}
}

// several finds the opening to several and joins the persons in its way.
func (w *writer) several(q *query, forms, lines []string, n int) (string, *rule, bool) {
	for _, o := range w.rules(openingSection) {
		if !o.fits(q) {
			continue
		}
		vals := values{}
		if len(forms) == n && o.text.has(tokenList) {
			vals[tokenList] = o.join(forms)
		}
		if len(lines) == n && o.text.has(tokenLines) {
			vals[tokenLines] = o.join(lines)
		}
		if text, ok := o.text.fill(&vals); ok {
			return text, o, true
		}
	}
	return "", nil, false
}

// join writes a list with its separators; "~" at the end of one is a blank only where
// the next text begins with a script that is not joined.
func (r *rule) join(texts []string) string {
	var b strings.Builder
	for i, t := range texts {
		switch {
		case i > 0 && i == len(texts)-1:
			b.WriteString(r.last)
		case i > 0:
			b.WriteString(r.sep)
		}
		if i > 0 && r.lower {
			t = initialLower(t)
		}
		b.WriteString(t)
	}
	return b.String()
}

// group writes to a family, a team, an organisation, somebody unknown, or the
// relatives of a person who has died.
func (w *writer) group(a Addressee) Result {
	w.q.vals[tokenGroup] = tidy(a.Name)
	w.result.Part, w.result.Used = NoName, ""
	if a.Audience == ToRelatives {
		w.prepare(&a.People[0])
		w.q.vals[tokenGroup] = ""
		w.q.audience, w.q.term = ToRelatives, Unspecified
		w.result.Ask = true
		w.note("a person who has died is not greeted: ask the family whom to write to")
	}
	if a.Audience == ToUnknown {
		w.result.Ask = true
		w.note("nothing is known of the person: ask for the name")
	}
	line, by, ok := w.opened(openingSection, &w.q)
	if !ok {
		w.result.Text = w.q.vals[tokenGroup]
		w.result.Rule, w.result.Rules, w.result.Ask, w.result.Next = RuleNameOnly, []RuleID{RuleNameOnly}, true, Capital
		if w.result.Text != "" {
			w.result.Part, w.result.Used = GroupName, w.result.Text
		}
		w.result.Why = fmt.Sprintf("no rule serves a message in %s to %s", w.about.Lang, a.Audience)
		w.unruled()
		return w.result
	}
	switch {
	case by.text.has(tokenGroup):
		w.result.Part, w.result.Used = GroupName, w.q.vals[tokenGroup]
	case by.text.has(tokenFull):
		w.result.Part, w.result.Used = FullName, w.q.vals[tokenFull]
	}
	w.result.Text, w.result.Next, w.result.Rule = ended(line, by, w.q.medium), by.next, by.id
	w.trace(by)
	w.doubted("")
	w.familiar()
	w.result.Why = fmt.Sprintf("the form of %s to %s; %s because %s", w.about.Lang, a.Audience, w.result.Register.Value, because(w.result.Register))
	return w.result
}

// closing writes the line before the sender's name.
func (w *writer) closing(a Addressee) Result {
	if a.Audience == ToPerson {
		w.prepare(&a.People[0])
		w.result.Notes = nil // they are about the opening
		if found := w.candidates(&a.People[0], 1); len(found) > 0 {
			w.q = found[0].query // French closes with the words it opened with
		}
	}
	line, by, ok := w.opened(closingSection, &w.q)
	if !ok {
		w.result.Rule, w.result.Rules, w.result.Ask, w.result.Part = RuleNameOnly, []RuleID{RuleNameOnly}, true, NoName
		w.result.Why = fmt.Sprintf("no rule closes a message in %s", w.about.Lang)
		w.unruled()
		return w.result
	}
	w.result.Text, w.result.Rule, w.result.Part = ended(line, by, w.q.medium), by.id, NoName
	w.trace(by)
	w.result.Ask = false
	w.familiar()
	w.result.Why = fmt.Sprintf("the form of %s to %s; %s because %s", w.about.Lang, a.Audience, w.result.Register.Value, because(w.result.Register))
	for _, o := range w.rules(closingSection) {
		if o == by || !o.fits(&w.q) || len(w.result.Alternatives) >= w.engine.alternatives {
			continue
		}
		if text, ok := o.text.fill(&w.q.vals); ok && ended(text, o, w.q.medium) != w.result.Text {
			w.result.Alternatives = append(w.result.Alternatives, ended(text, o, w.q.medium))
		}
	}
	return w.result
}
