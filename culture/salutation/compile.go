package salutation

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// compiler turns one written rule into a rule.
type compiler struct {
	*fileRules
	section section
	raw     *rawRule
	at      string
}

func (c *compiler) path(field string) string {
	if field == "" {
		return c.at
	}
	return strictjson.Field(c.at, field)
}

// allowed are the tokens of a section's text.
var allowed = [sections][]token{
	addressSection: {tokenGiven, tokenGivenInformal, tokenGivenVocative, tokenGiven2, tokenSurname, tokenSurnameVocative, tokenSurnameCapital, tokenSurname2, tokenFull},
	formSection:    {tokenName, tokenTitle, tokenTitleVocative, tokenHonorific},
	openingSection: {tokenAddress, tokenFull, tokenList, tokenLines, tokenGroup},
	closingSection: {tokenAddress},
}

func (c *compiler) rule() rule {
	w := c.raw
	if len(w.ID) == 0 || len(w.ID) > 80 || strings.HasPrefix(string(w.ID), "stated.") || strings.HasPrefix(string(w.ID), "fallback.") {
		c.fault(c.path("id"), "want an id of at most 80 bytes that begins neither with stated. nor with fallback.")
	}
	r := rule{
		id: w.ID, register: w.Register, end: w.End, next: w.Next, part: w.Part, strip: w.Strip, sep: w.Between, last: w.Last,
		lower: w.Lower, ask: w.Ask, only: w.Only, why: w.Why, facts: w.Facts, status: c.fileRules.raw.Status, reviewed: c.fileRules.raw.Reviewed,
		titled: sign(w.Titled), ranked: sign(w.Ranked),
	}
	write := w.Write
	if len(write) == 0 {
		write = c.fileRules.raw.Write
	}
	r.name, r.write = c.locales("name", w.Name), c.locales("write", write)
	for _, v := range w.Medium {
		r.media |= 1 << v
	}
	for _, v := range w.Term {
		r.terms |= 1 << v
	}
	for _, v := range w.Audience {
		r.audience |= 1 << v
	}
	c.sectioned(&r)
	c.text(&r)
	c.proof(&r)
	return r
}

func sign(b *bool) int8 {
	switch {
	case b == nil:
		return 0
	case *b:
		return 1
	default:
		return -1
	}
}

// sectioned reads what belongs to the section, and refuses what does not.
func (c *compiler) sectioned(r *rule) {
	w := c.raw
	for _, f := range [...]struct {
		field string
		there bool
		in    string // sections that have it, by first letter
	}{
		{"name", len(w.Name) > 0, "af"},
		{"titled", w.Titled != nil, "aoc"},
		{"ranked", w.Ranked != nil, "afoc"},
		{"forms", len(w.Forms) > 0, "aoc"},
		{"end", w.End != "", "oc"},
		{"next", w.Next != 0, "o"},
		{"part", w.Part != 0, "a"},
		{"form", w.Form != "", "f"},
		{"titles", w.Titles != "", "f"},
		{"strip", w.Strip != "", "f"},
		{"between", w.Between != "", "o"},
		{"last", w.Last != "", "o"},
		{"lower", w.Lower, "o"},
		{"only", w.Only, "a"},
		{"why", w.Why != "", "a"},
	} {
		if f.there && !strings.Contains(f.in, sectionNames[c.section][:1]) {
			c.fault(c.path(f.field), "does not belong to %s", sectionNames[c.section])
		}
	}
	switch c.section {
	case addressSection:
		c.addressed(r)
	case formSection:
		if w.Form == "" {
			c.fault(c.path("form"), "a form needs its name")
		}
		r.own = c.book.formNumber(w.Form, c)
		r.titles = c.titlesWord()
	default:
		for _, name := range w.Forms {
			r.form |= 1 << c.book.formNumber(name, c)
		}
		if c.section == openingSection && r.next == 0 {
			r.next = Capital
		}
		if utf8.RuneCountInString(r.end) > 2 || strings.ContainsAny(r.end, "{}~ ") {
			c.fault(c.path("end"), "want one or two signs of punctuation")
		}
	}
}

func (c *compiler) addressed(r *rule) {
	if r.part < GivenName || r.part > NoName {
		c.fault(c.path("part"), "want given, given_patronymic, family, full or no_name")
	}
	if len(c.raw.Forms) == 0 {
		c.fault(c.path("forms"), "want at least one form")
	}
	if r.why == "" {
		c.fault(c.path("why"), "a rule says why")
	}
	for _, name := range c.raw.Forms {
		r.forms = append(r.forms, c.book.formNumber(name, c))
	}
}

func (c *compiler) titlesWord() titles {
	switch c.raw.Titles {
	case "", "all":
		return allTitles
	case "first":
		return firstTitle
	case "distinct":
		return distinctTitles
	}
	c.fault(c.path("titles"), "want all, first or distinct")
	return allTitles
}

// text compiles the pattern and checks what it says.
func (c *compiler) text(r *rule) {
	if c.raw.Text == nil {
		return // reported as missing
	}
	text, at := *c.raw.Text, c.path("text")
	switch {
	case len(text) > longest:
		c.fault(at, "longer than %d bytes", longest)
		return
	case strings.TrimSpace(text) != text || strings.Contains(text, "  "):
		c.fault(at, "blanks at an end, or doubled")
	case strings.ContainsAny(text, "\r\n\t"):
		c.fault(at, "more than one line")
	case foul(text) != "":
		c.fault(at, "%s", foul(text))
	case text == "" && c.section > formSection:
		c.fault(at, "nothing to say")
	}
	for _, f := range [...]struct{ field, text string }{{"end", r.end}, {"between", r.sep}, {"last", r.last}, {"strip", r.strip}, {"id", string(r.id)}, {"why", r.why}} {
		if reason := foul(f.text); reason != "" {
			c.fault(c.path(f.field), "%s", reason)
		}
	}
	p, err := parsePattern(text)
	if err != nil {
		c.fault(at, "%s", err)
		return
	}
	r.text = p
	for _, part := range p {
		ok := part.token == tokenLiteral
		for _, t := range allowed[c.section] {
			ok = ok || t == part.token
		}
		if !ok {
			c.fault(at, "{%s} does not belong to %s", tokenNames[part.token], sectionNames[c.section])
		}
	}
	if c.section == addressSection && (text == "") != (r.part == NoName) {
		c.fault(at, "no_name goes with an empty text, and only that")
	}
	if several := p.has(tokenList) || p.has(tokenLines); several && (r.audience != 1<<ToPeople || c.raw.Between == "" || c.raw.Last == "") {
		c.fault(at, "{list} and {openings} belong to people alone, with between and last")
	}
}

// proof finds the sources. A rule without one is refused.
func (c *compiler) proof(r *rule) {
	keys := c.raw.Sources
	if len(keys) == 0 {
		keys = c.fileRules.raw.Basis
	}
	if len(keys) == 0 && len(r.facts) == 0 {
		c.fault(c.path("sources"), "a rule names a source or a fact")
	}
	for i, key := range keys {
		ref, ok := c.sources[key]
		if !ok {
			c.fault(strictjson.Index(c.path("sources"), i), "no source %.60s", key)
			continue
		}
		r.sources = append(r.sources, Reference{ID: key, Title: ref.Title, Publisher: ref.Publisher, URL: ref.URL})
	}
	doubts := make([]culture.FactID, 0, len(r.facts))
	for i, id := range r.facts {
		answer, ok := c.book.fact(id)
		if !ok {
			c.fault(strictjson.Index(c.path("facts"), i), "no fact %.60s", id)
			continue
		}
		if answer.Ask {
			doubts = append(doubts, id)
		}
		for _, s := range answer.Sources {
			r.sources = append(r.sources, Reference{ID: s.ID, Title: string(id), Publisher: s.Publisher, URL: s.URL})
		}
	}
	if len(doubts) == len(r.facts) { // one fact that stands is enough
		r.doubts = doubts
	}
}

// fact looks a fact up by its id: "is.address_form.1" is the first fact of Iceland on
// the form of address.
func (b *book) fact(id culture.FactID) (culture.Answer[culture.Guidance], bool) {
	region, rest, ok := strings.Cut(string(id), ".")
	dim, _, dotted := strings.Cut(rest, ".")
	var d culture.Dimension
	if !ok || !dotted || d.UnmarshalText([]byte(dim)) != nil {
		return culture.Answer[culture.Guidance]{}, false
	}
	place, err := language.ParseRegion(region)
	if err != nil {
		return culture.Answer[culture.Guidance]{}, false
	}
	tag, err := language.Compose(place)
	if err != nil {
		return culture.Answer[culture.Guidance]{}, false
	}
	for _, r := range [...]*culture.Resolver{b.resolver, culture.Default()} {
		for _, a := range r.Guidance(culture.Context{Region: place, Lang: tag, NameLocale: tag}, d) {
			if a.Value.Fact == id {
				return a, true
			}
		}
	}
	return culture.Answer[culture.Guidance]{}, false
}

// book is all rules of an engine.
type book struct {
	resolver *culture.Resolver
	rules    [sections][]rule
	forms    []string // their numbers count from one
	gendered []gendered
	faults   []error
	bases    [sections]map[string][]*rule // by base language of the message, in order
	others   [sections][]*rule            // for a language without rules of its own
	termed   map[string]bool              // languages whose courtesies need a term of address
}

// gendered are words that tell a gender in the languages of a file.
type gendered struct {
	write []locale
	words []string
}

// formNumber is the number of a form's name; at most fifteen names.
func (b *book) formNumber(name string, c *compiler) uint8 {
	for i, have := range b.forms {
		if have == name {
			return uint8(i) + 1 //nolint:gosec // at most fifteen
		}
	}
	if len(b.forms) == 15 {
		c.fault(c.path("form"), "more than fifteen forms")
		return 1
	}
	b.forms = append(b.forms, name)
	return uint8(len(b.forms)) //nolint:gosec // at most fifteen
}

func (b *book) formName(n uint8) string {
	if n == 0 || int(n) > len(b.forms) {
		return fmt.Sprintf("form(%d)", n)
	}
	return b.forms[n-1]
}

// remove takes a rule of an earlier pack out.
func (b *book) remove(id RuleID) bool {
	for s := range b.rules {
		for i := range b.rules[s] {
			if b.rules[s][i].id == id {
				b.rules[s] = append(b.rules[s][:i:i], b.rules[s][i+1:]...)
				return true
			}
		}
	}
	return false
}

// merge puts new rules before the old ones, in their order; a rule with the id of an
// old one takes its place.
func (b *book) merge(added *[sections][]rule) {
	count := 0
	for s := range added {
		var front []rule
		for i := range added[s] {
			if indexOf(added[s][:i], added[s][i].id) >= 0 {
				b.faults = append(b.faults, fmt.Errorf("%w: %s: rule %.80s occurs twice", ErrPack, sectionNames[s], added[s][i].id))
			}
			if at := indexOf(b.rules[s], added[s][i].id); at >= 0 {
				b.rules[s][at] = added[s][i]
				continue
			}
			front = append(front, added[s][i])
		}
		b.rules[s] = append(front, b.rules[s]...)
		count += len(b.rules[s])
	}
	if count > maxRules {
		b.faults = append(b.faults, fmt.Errorf("%w: more than %d rules", ErrPack, maxRules))
	}
}

func indexOf(rules []rule, id RuleID) int {
	for i := range rules {
		if rules[i].id == id {
			return i
		}
	}
	return -1
}
