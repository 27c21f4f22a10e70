package customer

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// NameForm is a name in another script, or its reading. It is held only where a source
// gave it: no form is ever made from another by guess.
type NameForm struct {
	Script     string      `json:"script,omitempty"` // ISO 15924, such as "Latn" or "Kana"; empty: that of the name
	System     string      `json:"system,omitempty"` // of a reading: "kana", "romaji", "piny", "jyut", "ipa"; empty: a spelling, not a reading
	Full       string      `json:"full,omitempty"`   // verbatim
	Components []Component `json:"components,omitempty"`
}

// Display is the form as it is written; see Name.Display.
func (f NameForm) Display() string { return display(f.Full, f.Components) }

// IsReading reports a form that says how the name is pronounced.
func (f NameForm) IsReading() bool { return f.System != "" }

// Format prints no part of the form, whatever the verb.
func (f NameForm) Format(s fmt.State, _ rune) { hide(s, "NameForm") }

// LogValue hides the form.
func (f NameForm) LogValue() slog.Value { return hidden() }

func (f NameForm) check(into *faults, field string) {
	if f.Full == "" && len(f.Components) == 0 {
		into.add(field, "has neither Full nor Components")
	}
	if f.Script == "" && f.System == "" {
		into.add(field, "has neither Script nor System")
	}
	if f.Script != "" {
		if _, err := language.ParseScript(f.Script); err != nil {
			into.add(field+".Script", "is no ISO 15924 code")
		}
	}
	for _, part := range [...]struct{ name, text string }{{"System", f.System}, {"Full", f.Full}} {
		if reason := badText(part.text); reason != "" {
			into.add(field+"."+part.name, reason)
		}
	}
	for i, c := range f.Components {
		c.check(into, fmt.Sprintf("%s.Components[%d]", field, i))
	}
}

// In is the name as written in a script (ISO 15924, such as "Latn"), with the name's
// own use, locale and order, so that a formatter of person names takes it as it takes
// the name. A spelling is preferred to a reading. ok is false where none is held: then
// the name stands as it is.
func (n Name) In(script string) (name Name, ok bool) {
	found := slices.IndexFunc(n.Forms, func(f NameForm) bool { return f.Script == script && !f.IsReading() })
	if found < 0 {
		found = slices.IndexFunc(n.Forms, func(f NameForm) bool { return f.Script == script })
	}
	if script == "" || found < 0 {
		return Name{}, false
	}
	f := n.Forms[found]
	n.Full, n.Components, n.Forms, n.Sort = f.Full, slices.Clone(f.Components), nil, ""
	return n, true
}

// Reading is how the name is read: the first reading that is held. ok is false where
// there is none; kanji are never read by guess.
func (n Name) Reading() (form NameForm, ok bool) {
	for _, f := range n.Forms {
		if f.IsReading() {
			return f, true
		}
	}
	return NameForm{}, false
}

// ValidOn reports whether the name is in use on a day.
func (n Name) ValidOn(d Date) bool { return covers(n.From, n.To, d) }

// SortKey is a text by whose bytes names are ordered: what Sort says, else the reading,
// else the name; surname first where there are components, given name first in Iceland,
// a mononym under itself, and a name of which only the whole is held under the whole.
// Case, width and the two kana are folded. It is a key for lists, not a collation of a
// language.
func (n Name) SortKey() string {
	full, components := n.Full, n.Components
	if r, ok := n.Reading(); ok {
		full, components = r.Full, r.Components
	}
	text := n.Sort
	if text == "" {
		text = sortText(full, components, n.Locale)
	}
	return foldKana(cases.Fold().String(norm.NFKC.String(text)))
}

func sortText(full string, components []Component, locale language.Tag) string {
	order := []ComponentKind{Surname, Surname2, Given, Given2, Generation}
	if base, _ := locale.Base(); base.String() == "is" {
		order = []ComponentKind{Given, Given2, Surname, Surname2, Generation}
	}
	n := Name{Components: components}
	var parts []string
	for _, kind := range order {
		if value, ok := n.Field(kind.String(), ""); ok {
			parts = append(parts, value)
		}
	}
	if len(parts) == 0 {
		return display(full, components)
	}
	return strings.Join(parts, " ")
}

// foldKana writes katakana as hiragana.
func foldKana(s string) string {
	const first, last, apart = 'ァ', 'ヶ', 'ァ' - 'ぁ'
	return strings.Map(func(r rune) rune {
		if r >= first && r <= last {
			return r - apart
		}
		return r
	}, s)
}

// Compare orders names by SortKey, and names of one key by how they are written.
func (n Name) Compare(m Name) int {
	return cmp.Or(cmp.Compare(n.SortKey(), m.SortKey()), cmp.Compare(n.Display(), m.Display()))
}

func (n Name) clone() Name {
	n.Components = slices.Clone(n.Components)
	n.Forms = slices.Clone(n.Forms)
	for i := range n.Forms {
		n.Forms[i].Components = slices.Clone(n.Forms[i].Components)
	}
	return n
}

func (n Name) equal(m Name) bool {
	return n.Use == m.Use && n.Locale == m.Locale && n.Order == m.Order && n.Full == m.Full && n.Sort == m.Sort &&
		n.From == m.From && n.To == m.To && slices.Equal(n.Components, m.Components) &&
		slices.EqualFunc(n.Forms, m.Forms, func(a, b NameForm) bool {
			return a.Script == b.Script && a.System == b.System && a.Full == b.Full && slices.Equal(a.Components, b.Components)
		})
}
