package survey

import (
	"slices"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// defaultLocale is the key under which survey-core keeps the text of its default
// language.
const defaultLocale = "default"

// Text is a text in one or several languages. The zero value is empty.
type Text struct {
	locales []string // in lower case with hyphens; "default" for the default
	texts   []string
}

// In is the text for a locale: the exact locale, then each shorter tag of the BCP 47
// chain ("pt-BR", then "pt"), then the default; for traditional Chinese "zh-TW" comes
// before "zh". Letter case and underscores do not matter. It is "" where none of these has a text.
func (t Text) In(locale string) string {
	for tag := foldLocale(locale); tag != ""; tag = shorter(tag) {
		if s, ok := t.at(tag); ok {
			return s
		}
	}
	if s, ok := t.at(defaultLocale); ok {
		return s
	}
	s, _ := t.at("en")
	return s
}

// Locales are the locales that have a text, in the order of the definition; the
// default is "default".
func (t Text) Locales() []string { return slices.Clone(t.locales) }

// IsZero reports a text that is empty in all languages.
func (t Text) IsZero() bool { return len(t.texts) == 0 }

func (t Text) at(tag string) (string, bool) {
	if i := slices.Index(t.locales, tag); i >= 0 && t.texts[i] != "" {
		return t.texts[i], true
	}
	return "", false
}

// foldLocale is a locale in lower case with hyphens.
func foldLocale(locale string) string {
	if strings.IndexByte(locale, '_') >= 0 {
		locale = strings.ReplaceAll(locale, "_", "-")
	}
	return strings.ToLower(locale)
}

// shorter drops the last subtag; Chinese in traditional characters is looked for as
// "zh-tw", which is what SurveyJS calls it, before "zh", which is simplified.
func shorter(tag string) string {
	switch tag {
	case "zh-hant", "zh-hk", "zh-mo":
		return "zh-tw"
	}
	i := strings.LastIndexByte(tag, '-')
	if i < 0 {
		return ""
	}
	return tag[:i]
}

// readText reads a localisable string: plain, or an object of locales.
func readText(n *node) Text {
	if n == nil {
		return Text{}
	}
	switch n.Kind {
	case strictjson.String, strictjson.Number:
		if n.Text == "" {
			return Text{}
		}
		return Text{[]string{defaultLocale}, []string{n.Text}}
	case strictjson.Object:
		t := Text{}
		for i := range n.Members {
			if v := &n.Members[i].Value; v.Kind == strictjson.String {
				t.locales = append(t.locales, foldLocale(n.Members[i].Key))
				t.texts = append(t.texts, v.Text)
			}
		}
		return t
	default:
		return Text{}
	}
}
