package salutation

import (
	"unicode"

	"golang.org/x/text/language"
)

// parts are the texts of one name, by token.
type parts struct {
	source Source
	texts  [tokenFull]string
}

// held are the fields that a line may use.
var held = [...]struct {
	token           token
	field, modifier string
}{
	{tokenGiven, "given", ""},
	{tokenGivenInformal, "given", "informal"},
	{tokenGivenVocative, "given", "vocative"},
	{tokenGiven2, "given2", ""},
	{tokenSurname, "surname", ""},
	{tokenSurnameVocative, "surname", "vocative"},
	{tokenSurname2, "surname2", ""},
}

// known reports whether there is a given name or a surname.
func (p *parts) known() bool { return p.texts[tokenGiven] != "" || p.texts[tokenSurname] != "" }

// partsOf reads a name once.
func partsOf(s Source) (p parts) {
	if s == nil {
		return p
	}
	p.source = s
	for _, h := range held {
		if text, ok := s.Field(h.field, h.modifier); ok {
			p.texts[h.token] = tidy(text)
		}
	}
	if p.texts[tokenSurname] == "" {
		prefix, _ := s.Field("surname", "prefix")
		if core, ok := s.Field("surname", "core"); ok && core != "" {
			p.texts[tokenSurname] = tidy(joined(prefix, core))
		}
	}
	p.texts[tokenSurnameCapital] = initialCap(p.texts[tokenSurname])
	return p
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// scripts are the letters of the languages that Latin letters are foreign to, by the
// script of the language tag.
func scriptOf(script string) []*unicode.RangeTable {
	switch script {
	case "Jpan":
		return []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}
	case "Hans", "Hant", "Hani":
		return []*unicode.RangeTable{unicode.Han}
	case "Kore":
		return []*unicode.RangeTable{unicode.Hangul, unicode.Han}
	case "Cyrl":
		return []*unicode.RangeTable{unicode.Cyrillic}
	case "Arab":
		return []*unicode.RangeTable{unicode.Arabic}
	case "Hebr":
		return []*unicode.RangeTable{unicode.Hebrew}
	case "Deva":
		return []*unicode.RangeTable{unicode.Devanagari}
	case "Thai":
		return []*unicode.RangeTable{unicode.Thai}
	case "Grek":
		return []*unicode.RangeTable{unicode.Greek}
	case "Latn":
		return []*unicode.RangeTable{unicode.Latin}
	}
	return nil // not told apart
}

// inScript reports whether every letter of a text is of the script of a language; a
// script that is not told apart has every letter.
func inScript(text, script string) bool {
	tables := scriptOf(script)
	if tables == nil {
		return true
	}
	for _, r := range text {
		if unicode.IsLetter(r) && !unicode.In(r, tables...) && !unicode.In(r, unicode.Common, unicode.Inherited) {
			return false
		}
	}
	return true
}

// inScript reports whether the name can stand in a text of the script.
func (p *parts) inScript(script string) bool {
	return inScript(p.texts[tokenGiven], script) && inScript(p.texts[tokenSurname], script)
}

// spelling chooses the name in the script of the language: the first that fits, else
// the first that is known at all.
func (p *Person) spelling(script string) (name parts, fits bool) {
	name = partsOf(p.Name)
	if name.known() && name.inScript(script) || len(p.Spellings) == 0 {
		return name, name.inScript(script)
	}
	for _, s := range p.Spellings {
		other := partsOf(s)
		if other.known() && other.inScript(script) {
			return other, true
		}
		if !name.known() {
			name = other
		}
	}
	return name, name.inScript(script)
}

// locale is the tradition of the name: as the name says, else as the context says.
func (p *parts) locale(context language.Tag) language.Tag {
	if p.source != nil {
		if tag := p.source.NameLocale(); tag != language.Und {
			return tag
		}
	}
	return context
}
