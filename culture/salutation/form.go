package salutation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// form is how a language opens a message: what stands before and after the name,
// and what comes after a name that has no title of its own.
type form struct {
	rule      RuleID
	before    string // "Dear "
	after     string // "，您好"
	suffix    string // 様: on a name without a title
	titleLast bool   // 田中部長 rather than 部長 田中
}

// with puts a name and, where there is one, a title into the form. The form of no
// language leaves the title out: where it would stand is not known.
func (f form) with(name, title string) string {
	switch {
	case f.rule == "":
		return name
	case title == "":
		return f.before + joined(name, f.suffix) + f.after
	case f.titleLast:
		return f.before + joined(name, title) + f.after
	default:
		return f.before + title + " " + name + f.after
	}
}

// joined writes a suffix to a name: without a blank after Han and kana, with one
// after other scripts, since "Anna様" is hard to read.
func joined(name, suffix string) string {
	if suffix == "" {
		return name
	}
	last, _ := utf8.DecodeLastRuneInString(name)
	if unicode.In(last, unicode.Han, unicode.Hiragana, unicode.Katakana) || last == 'ー' || strings.HasPrefix(suffix, " ") {
		return name + suffix
	}
	return name + " " + suffix
}

// formOf is the form of a language, register and medium. No form names a gender.
func formOf(tag language.Tag, r culture.Register, m Medium) (form, bool) {
	base, _, _ := tag.Raw()
	if r == culture.Informal {
		return informal(base.String())
	}
	return formal(base.String(), m)
}

// formal is the formal form of a language, which serves a neutral register, too.
func formal(base string, m Medium) (form, bool) {
	switch base {
	case "en":
		if m == Letter {
			return form{rule: "en.formal", before: "Dear "}, true
		}
		return form{rule: "en.formal", before: "Hello "}, true
	case "de":
		return form{rule: "de.formal", before: "Guten Tag "}, true
	case "pt":
		return form{rule: "pt.formal", before: "Olá, "}, true
	case "it":
		return form{rule: "it.formal", before: "Buongiorno "}, true
	case "zh":
		return form{rule: "zh.formal", after: "，您好", titleLast: true}, true
	case "ja":
		return form{rule: "ja.formal", suffix: "様", titleLast: true}, true
	case "hi":
		return form{rule: "hi.formal", before: "नमस्ते ", suffix: " जी"}, true
	default:
		return form{}, false
	}
}

// informal is the informal form of a language.
func informal(base string) (form, bool) {
	switch base {
	case "en":
		return form{rule: "en.informal", before: "Hello "}, true
	case "de":
		return form{rule: "de.informal", before: "Hallo "}, true
	case "pt":
		return form{rule: "pt.informal", before: "Oi, "}, true
	case "it":
		return form{rule: "it.informal", before: "Ciao "}, true
	case "zh":
		return form{rule: "zh.informal", after: "，你好", titleLast: true}, true
	case "ja":
		return form{rule: "ja.informal", suffix: "さん", titleLast: true}, true
	case "hi":
		return form{rule: "hi.informal", before: "नमस्ते "}, true
	default:
		return form{}, false
	}
}
