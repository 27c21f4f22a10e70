package survey

import (
	"maps"
	"math"
	"strconv"
	"strings"
)

// Catalog holds the texts of problems by locale and code. It is read only: With gives
// another one. The zero value has no texts.
type Catalog struct {
	texts map[string]map[string]string // by locale in lower case, then by key
}

// Messages is the built-in catalogue: en, ar, de, es, fr, hi, it, ja, ko, nl, pl, pt,
// pt-br, ru, tr, zh and zh-tw.
func Messages() Catalog { return Catalog{builtIn()} }

// With is a copy of the catalogue with the texts of a locale set or added, by
// [Code.String] or, where a code has several texts, by the keys that [Catalog.Keys]
// lists. "{min}" and the like stand for a problem's Params. Unknown keys do nothing.
func (c Catalog) With(locale string, texts map[string]string) Catalog {
	out := maps.Clone(c.texts)
	if out == nil {
		out = map[string]map[string]string{}
	}
	tag := foldLocale(locale)
	merged := maps.Clone(out[tag])
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, texts)
	out[tag] = merged
	return Catalog{out}
}

// Keys are the keys of texts: the codes' names, and forms of some that depend on which
// bounds there are ("numeric_min", "length_both", …).
func (c Catalog) Keys() []string {
	out := make([]string, 0, len(messageKeys))
	return append(out, messageKeys[:]...)
}

// Text is what to tell a person about a problem: the definition's own words, else the
// catalogue's, in the locale, then each shorter tag, then English. It is the code's name
// where there is no text at all.
func (c Catalog) Text(locale string, p Problem) string {
	if own := p.Text.In(locale); own != "" {
		return p.fill(own)
	}
	key := p.key()
	for tag := foldLocale(locale); tag != ""; tag = shorter(tag) {
		if text := c.texts[tag][key]; text != "" {
			return p.fill(text)
		}
	}
	if text := c.texts["en"][key]; text != "" {
		return p.fill(text)
	}
	return p.Code.String()
}

// key is the code's name, with the bounds that the problem has where that matters.
func (p Problem) key() string {
	key := p.Code.String()
	if p.Code != CodeNumeric && p.Code != CodeLength && p.Code != CodeCount {
		return key
	}
	_, low := p.Params["min"]
	_, high := p.Params["max"]
	switch {
	case low && high:
		return key + "_both"
	case low:
		return key + "_min"
	default:
		return key + "_max"
	}
}

// fill puts the params into a text. {0} is the first of min, max and step, as
// survey-core's texts have it.
func (p Problem) fill(text string) string {
	if strings.IndexByte(text, '{') < 0 {
		return text
	}
	for _, name := range []string{"min", "max", "step", "value", "key", "want", "expression"} {
		if v, ok := p.Params[name]; ok {
			text = strings.ReplaceAll(text, "{"+name+"}", paramText(v))
			if name == "min" || name == "max" || name == "step" {
				text = strings.ReplaceAll(text, "{0}", paramText(v))
			}
		}
	}
	return text
}

func paramText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	default:
		return ""
	}
}
