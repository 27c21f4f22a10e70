package salutation

import (
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// RuleID names a rule, such as "is.given", "de.courtesy.feminine" or "stated.call_me".
type RuleID string

// The steps that are no data: a person's own word, which no rule can override, and
// the end of the road.
const (
	RuleVerbatim RuleID = "stated.verbatim"    // the person asked for exactly this line
	RuleCallMe   RuleID = "stated.call_me"     // the person asked to be called this
	RuleNameOnly RuleID = "fallback.name_only" // no rule serves the language: the name stands alone
)

// section is what a rule decides.
type section uint8

const (
	addressSection section = iota // which part of the name
	formSection                   // how a courtesy, title or suffix stands with it
	openingSection                // the line around it
	closingSection
	sections
)

var sectionNames = [sections]string{"address", "forms", "openings", "closings"}

// locale is what a rule compares of a language tag. Base is always compared: no rule
// reaches another base language.
type locale struct{ base, script, region string }

// String is the locale as a tag: "zh-Hant".
func (l locale) String() string {
	text := l.base
	for _, part := range [...]string{l.script, l.region} {
		if part != "" {
			text += "-" + part
		}
	}
	return text
}

// localeOf reads a declared tag. The script of a tag that names none is the usual one
// of its language and region; a region is only what the tag says.
func localeOf(tag language.Tag) locale {
	base, _, region := tag.Raw()
	l := locale{base: base.String()}
	if l.base == "und" {
		return locale{}
	}
	script, _ := tag.Script()
	l.script = script.String()
	if r := region.String(); r != "ZZ" {
		l.region = r
	}
	return l
}

// fits reports whether the locale of a question is one that a rule names.
func (want locale) fits(have locale) bool {
	return want.base == have.base && (want.script == "" || want.script == have.script) && (want.region == "" || want.region == have.region)
}

func anyFits(want []locale, have locale) bool {
	if len(want) == 0 {
		return true
	}
	for i := range want {
		if want[i].fits(have) {
			return true
		}
	}
	return false
}

// set is a set of small numbers; empty means no condition.
type set uint16

func (s set) has(v uint8) bool { return s == 0 || s&(1<<v) != 0 }

// titles is which of several stated titles a form writes.
type titles uint8

const (
	allTitles      titles = iota // in the stated order
	firstTitle                   // the first only
	distinctTitles               // each once: one Dr. of two
)

// rule is one line of the data, compiled. Fields beyond the conditions belong to the
// section that uses them.
type rule struct {
	id       RuleID
	name     []locale         // tradition of the name
	write    []locale         // language of the message
	register culture.Register // zero: any
	media    set
	terms    set
	audience set
	form     set  // openings, closings: forms it suits, as numbers in the rule book
	titled   int8 // 1: with a stated title only, -1: without only
	ranked   int8 // 1: the title is a rank, -1: it is not
	text     pattern
	end      string // punctuation
	next     Case
	part     Part
	forms    []uint8 // address: forms to try, in order
	own      uint8   // forms: its form
	titles   titles
	strip    string // forms: an ending that a title loses
	sep      string // openings to several: between two
	last     string // and before the last
	lower    bool   // the lines after the first begin in small letters
	ask      bool
	only     bool // no alternatives after it
	why      string
	facts    []culture.FactID
	doubts   []culture.FactID // the facts, where none of them stands by itself
	sources  []Reference
	status   Status
	reviewed string
}

// query is one question, prepared.
type query struct {
	lang     locale
	name     locale
	register culture.Register // Formal or Informal
	medium   Medium
	audience Audience
	term     Term
	titled   bool
	ranked   bool
	form     uint8
	vals     values
	titles   []Title // those of the language
	script   bool    // the name is in another script than the language's
}

// fits reports whether the conditions of a rule hold.
func (r *rule) fits(q *query) bool {
	return (r.register == 0 || r.register == q.register) &&
		r.media.has(uint8(q.medium)) && r.terms.has(uint8(q.term)) && r.audience.has(uint8(q.audience)) &&
		(r.titled == 0 || (r.titled > 0) == q.titled) && (r.ranked == 0 || (r.ranked > 0) == q.ranked) &&
		(r.form == 0 || r.form.has(q.form)) && anyFits(r.write, q.lang) && (len(r.name) == 0 || q.name.base != "" && anyFits(r.name, q.name))
}
