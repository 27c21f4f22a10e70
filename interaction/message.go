package interaction

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// ErrTranslation marks a translation that a Translator gave and that cannot be
// used.
var ErrTranslation = errors.New("interaction: unusable translation")

// A Text is words in a language; Und when it is not known.
type Text struct {
	Lang language.Tag `json:"lang"`
	Body string       `json:"body"`
}

// A Translation is the same words in another language, and who put them there.
type Translation struct {
	Text
	Machine bool      `json:"machine,omitzero"` // by a machine, else by a person
	By      string    `json:"by"`               // which person or which engine
	At      time.Time `json:"at"`
}

// A Message is what somebody wrote. The original is never replaced; translations
// stand beside it.
type Message struct {
	ID           string        `json:"id"`
	At           time.Time     `json:"at"`
	By           Actor         `json:"by"`
	Original     Text          `json:"original"`
	Translations []Translation `json:"translations,omitempty"` // in the order in which they were added
}

// Validate reports every fault of the message and its translations.
func (m Message) Validate() error {
	var fs faults
	fs.id("id", m.ID, true)
	fs.instant("at", m.At)
	if !enumValid(roleNames, m.By.Role) {
		fs.add("by.role", m.By.Role.String(), "is not set or unknown")
	}
	fs.text("original", m.Original.Body)
	for i, t := range m.Translations {
		fs.under(fmt.Sprintf("translations[%d]", i), t.validate())
	}
	return fs.join()
}

func (t Translation) validate() error {
	var fs faults
	if t.Lang == language.Und {
		fs.add("lang", "", "is required")
	}
	if strings.TrimSpace(t.Body) == "" {
		fs.add("body", "", "is required")
	}
	fs.text("body", t.Body)
	fs.id("by", t.By, true)
	fs.instant("at", t.At)
	return fs.join()
}

// WithTranslation gives the message with one more translation. One by the same
// hand into the same language is replaced; the original never is.
func (m Message) WithTranslation(t Translation) (Message, error) {
	if err := t.validate(); err != nil {
		return m, err
	}
	m.Translations = slices.DeleteFunc(slices.Clone(m.Translations), func(o Translation) bool {
		return o.Lang == t.Lang && o.Machine == t.Machine && o.By == t.By
	})
	m.Translations = append(m.Translations, t)
	return m, nil
}

// A Rendering is how a message can be read in a language.
type Rendering struct {
	Text
	Original bool   // the words as they were written
	Machine  bool   // a machine's translation: say so to whoever reads it
	By       string // of the translation
}

// In gives the message in the first of the wanted languages that it has: the
// original where its language is wanted, else a translation, a person's before a
// machine's, the later before the earlier. A language is had when base language
// and script are the same; Serbian in Latin letters is not Serbian in Cyrillic
// ones, and Malay never stands for Indonesian. Without any it is the original.
func (m Message) In(wanted ...language.Tag) Rendering {
	for _, want := range wanted {
		if sameLanguage(want, m.Original.Lang) {
			break
		}
		var best *Translation
		for i := range m.Translations {
			t := &m.Translations[i]
			if sameLanguage(want, t.Lang) && (best == nil || best.Machine || !t.Machine) {
				best = t
			}
		}
		if best != nil {
			return Rendering{Text: best.Text, Machine: best.Machine, By: best.By}
		}
	}
	return Rendering{Text: m.Original, Original: true}
}

// sameLanguage compares base language and script.
func sameLanguage(a, b language.Tag) bool {
	if a == language.Und || b == language.Und {
		return false
	}
	baseA, _ := a.Base()
	baseB, _ := b.Base()
	scriptA, _ := a.Script()
	scriptB, _ := b.Script()
	return baseA == baseB && scriptA == scriptB
}

// A Translator puts words into another language: a machine, or a queue to people.
// An implementation must be safe for concurrent use if it is shared.
type Translator interface {
	Translate(ctx context.Context, text Text, to language.Tag) (Translation, error)
}

// Translate gives the message with a translation into the language, asked from
// the translator at the instant now. A message that can be read in the language
// already is given back as it is, and the translator is not asked. What comes back
// in another language or empty is ErrTranslation; errors of the translator are
// passed on; the message is whole in any case.
func Translate(ctx context.Context, by Translator, m Message, to language.Tag, now time.Time) (Message, error) {
	if r := m.In(to); !r.Original || sameLanguage(to, m.Original.Lang) {
		return m, nil
	}
	t, err := by.Translate(ctx, m.Original, to)
	if err != nil {
		return m, err
	}
	if t.At.IsZero() {
		t.At = now
	}
	if !sameLanguage(to, t.Lang) {
		return m, fmt.Errorf("%w: wanted %s, got %s", ErrTranslation, to, t.Lang)
	}
	out, err := m.WithTranslation(t)
	if err != nil {
		return m, errors.Join(ErrTranslation, err)
	}
	return out, nil
}
