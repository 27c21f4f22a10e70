package salutation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/culture"
)

// ready joins the faults and prepares the lookup by language.
func (b *book) ready() error {
	seen := map[RuleID]section{}
	for s := range b.rules {
		for i := range b.rules[s] {
			id := b.rules[s][i].id
			if in, twice := seen[id]; twice && in != section(s) { //nolint:gosec // four sections
				b.faults = append(b.faults, fmt.Errorf("%w: rule %.80s stands in %s and in %s", ErrPack, id, sectionNames[in], sectionNames[s]))
			}
			seen[id] = section(s) //nolint:gosec // four sections
		}
	}
	if err := errors.Join(b.faults...); err != nil {
		return err
	}
	b.index()
	return nil
}

// index sorts the rules by the base language that they write, keeping their order.
func (b *book) index() {
	for s := range b.rules {
		b.bases[s] = map[string][]*rule{}
		var bases []string
		for i := range b.rules[s] {
			for _, l := range b.rules[s][i].write {
				if !slices.Contains(bases, l.base) {
					bases = append(bases, l.base)
				}
			}
		}
		b.others[s] = nil
		for i := range b.rules[s] {
			r := &b.rules[s][i]
			if len(r.write) == 0 {
				b.others[s] = append(b.others[s], r)
			}
			for _, base := range bases {
				if len(r.write) == 0 || slices.ContainsFunc(r.write, func(l locale) bool { return l.base == base }) {
					b.bases[s][base] = append(b.bases[s][base], r)
				}
			}
		}
	}
	b.termed = map[string]bool{}
	for base, rules := range b.bases[formSection] {
		b.termed[base] = slices.ContainsFunc(rules, func(r *rule) bool {
			return r.terms != 0 && len(r.name) == 0 && b.formName(r.own) != "u_daw" && len(r.write) < 3
		})
	}
}

// rules are those of a section that may write the language.
func (b *book) of(s section, base string) []*rule {
	if rules, ok := b.bases[s][base]; ok {
		return rules
	}
	return b.others[s]
}

// Finding is one thing that a linter holds against rules which are valid.
type Finding struct {
	Rule   RuleID // empty for what a language lacks
	Lang   string // language, such as "en" or "zh-Hant", where the finding is about one
	Detail string
}

// String is the finding as one line.
func (f Finding) String() string {
	if f.Rule != "" {
		return string(f.Rule) + ": " + f.Detail
	}
	return f.Lang + ": " + f.Detail
}

// Lint looks for rules that are valid and yet wrong: a gendered word where no gender is
// stated, a rule that no question can reach, a form that no rule uses or none makes,
// and, in each language that has rules, an audience, register or medium without a line.
// Findings are in the order of the rules.
func (e *Engine) Lint() []Finding {
	if e.book == nil {
		return nil
	}
	var out []Finding
	out = e.book.lintGender(out)
	out = e.book.lintReach(out)
	out = e.book.lintForms(out)
	return e.book.lintCoverage(out)
}

// lintGender looks for words that tell a gender in rules that fit an unstated one.
func (b *book) lintGender(out []Finding) []Finding {
	for s := range b.rules {
		for i := range b.rules[s] {
			r := &b.rules[s][i]
			if !r.terms.has(uint8(Unspecified)) && !r.terms.has(uint8(Neutral)) || r.audience == 1<<ToOrganisation {
				continue
			}
			for _, word := range b.genderedWords(r) {
				if slices.Contains(r.words(), word) {
					out = append(out, Finding{Rule: r.id, Detail: fmt.Sprintf("says %q although no gender need be stated", word)})
				}
			}
		}
	}
	return out
}

func (b *book) genderedWords(r *rule) []string {
	var words []string
	for _, g := range b.gendered {
		for _, l := range g.write {
			if slices.ContainsFunc(r.write, func(w locale) bool { return w.base == l.base }) {
				for _, w := range g.words {
					if !slices.Contains(words, w) {
						words = append(words, w)
					}
				}
				break
			}
		}
	}
	return words
}

// words are the literal words of a rule.
func (r *rule) words() []string {
	var out []string
	for _, p := range r.text {
		out = append(out, strings.FieldsFunc(p.text, func(r rune) bool { return strings.ContainsRune(" ,،、", r) })...)
	}
	return out
}

// lintReach looks for rules behind an earlier one that always answers first.
func (b *book) lintReach(out []Finding) []Finding {
	for s := range b.rules {
		for i := range b.rules[s] {
			late := &b.rules[s][i]
			for j := range i {
				if early := &b.rules[s][j]; early.shadows(late, section(s)) { //nolint:gosec // four sections
					out = append(out, Finding{Rule: late.id, Detail: fmt.Sprintf("never reached: %s answers first", early.id)})
					break
				}
			}
		}
	}
	return out
}

// shadows reports whether every question that fits late fits r too, and r can be filled
// whenever late can.
func (r *rule) shadows(late *rule, s section) bool {
	if r.register != 0 && r.register != late.register || !covers(r.media, late.media) || !covers(r.terms, late.terms) ||
		!covers(r.audience, late.audience) || !covers(r.form, late.form) ||
		r.titled != 0 && r.titled != late.titled || r.ranked != 0 && r.ranked != late.ranked ||
		!localesCover(r.write, late.write) || !localesCover(r.name, late.name) {
		return false
	}
	for _, p := range r.text {
		if p.token != tokenLiteral && !late.text.has(p.token) {
			return false
		}
	}
	switch s {
	case addressSection:
		return slices.Equal(r.forms, late.forms)
	case formSection:
		return r.own == late.own && r.titles == late.titles
	default:
		return true
	}
}

// covers reports whether one condition lets pass what another does.
func covers(a, b set) bool { return a == 0 || b != 0 && a&b == b }

func localesCover(a, b []locale) bool {
	if len(a) == 0 {
		return true
	}
	for _, l := range b {
		if !slices.ContainsFunc(a, func(w locale) bool {
			return w.base == l.base && (w.script == "" || w.script == l.script) && (w.region == "" || w.region == l.region)
		}) {
			return false
		}
	}
	return len(b) > 0
}

// lintForms looks for forms that are named on one side only.
func (b *book) lintForms(out []Finding) []Finding {
	for n := uint8(1); int(n) <= len(b.forms); n++ {
		used := slices.ContainsFunc(b.rules[addressSection], func(r rule) bool { return slices.Contains(r.forms, n) })
		made := slices.ContainsFunc(b.rules[formSection], func(r rule) bool { return r.own == n })
		switch {
		case !used:
			out = append(out, Finding{Detail: fmt.Sprintf("form %s: no address uses it", b.formName(n))})
		case !made:
			out = append(out, Finding{Detail: fmt.Sprintf("form %s: no rule makes it", b.formName(n))})
		}
	}
	return out
}

// lintCoverage looks for audiences that a language has no line for when nothing is
// stated but a name.
func (b *book) lintCoverage(out []Finding) []Finding {
	for _, base := range sortedKeys(b.bases[openingSection]) {
		for _, lang := range b.written(base) {
			out = b.lintLanguage(out, lang)
		}
	}
	return out
}

// written are the ways to write a language that rules tell apart by script; one without
// a script where they tell none apart. A region never stands for its language.
func (b *book) written(base string) []locale {
	var out []locale
	for _, s := range [...]section{openingSection, closingSection} {
		for _, r := range b.of(s, base) {
			for _, l := range r.write {
				if l = (locale{base: l.base, script: l.script}); l.base == base && l.script != "" && !slices.Contains(out, l) {
					out = append(out, l)
				}
			}
		}
	}
	if len(out) == 0 {
		out = append(out, locale{base: base})
	}
	return out
}

func (b *book) lintLanguage(out []Finding, lang locale) []Finding {
	for a := ToPerson; a <= ToRelatives; a++ {
		for m := Letter; m <= Voice; m++ {
			for _, r := range [...]culture.Register{culture.Formal, culture.Informal} {
				q := query{lang: lang, register: r, medium: m, audience: a}
				for _, s := range [...]section{openingSection, closingSection} {
					if !b.answers(s, q) {
						out = append(out, Finding{Lang: lang.String(), Detail: fmt.Sprintf("%s: nothing for %s, %s, %s", sectionNames[s], a, r, m)})
					}
				}
			}
		}
	}
	return out
}

// answers reports whether a section has a rule for a question about which nothing is
// stated but a name.
func (b *book) answers(s section, q query) bool {
	q.form = b.formOf("plain")
	switch q.audience {
	case ToPerson:
		q.vals[tokenAddress] = "A"
	case ToPeople:
		q.vals[tokenList], q.vals[tokenLines] = "A", "A"
	}
	for _, r := range b.of(s, q.lang.base) {
		if !r.fits(&q) {
			continue
		}
		if _, ok := r.text.fill(&q.vals); ok {
			return true
		}
	}
	return false
}

func (b *book) formOf(name string) uint8 { return uint8(slices.Index(b.forms, name) + 1) } //nolint:gosec // at most fifteen
