package phrase

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// Glossary is a host's jargon with its plain words in one locale.
type Glossary struct {
	Locale  language.Tag // holds for this locale and those below it
	Entries []PlainWord
}

// PlainWord is a word that customers do not use, and one that they do. Jargon is
// written as in a lexicon: words with blanks between them, where a star at the end of a
// word stands for any ending.
type PlainWord struct {
	Jargon string
	Plain  string
}

// glossary is a Glossary, checked.
type glossary struct {
	locale string
	words  []entry
}

func (l *Linter) add(list []glossary) {
	for _, g := range list {
		l.glossary[g.locale] = append(l.glossary[g.locale], g.words...)
	}
}

// rawGlossary is the form of glossary.json.
type rawGlossary struct {
	Schema   string                    `json:"schema" strictjson:"required"`
	Glossary map[string][]rawPlainWord `json:"glossary" strictjson:"required"`
}

type rawPlainWord struct {
	Jargon string `json:"jargon" strictjson:"required"`
	Plain  string `json:"plain" strictjson:"required"`
}

// glossary reads glossary.json.
func (f *faults) glossary(file string, text []byte) []glossary {
	var raw rawGlossary
	if !f.decode(file, text, &raw) {
		return nil
	}
	if raw.Schema != glossarySchema {
		f.add(file+": schema", "want %q, have %.40q", glossarySchema, raw.Schema)
	}
	var out []glossary
	for _, name := range sortedKeys(raw.Glossary) {
		tag, err := language.Parse(name)
		if err != nil || tag.String() != name {
			f.add(file+": glossary."+name, "want a language tag such as ja or zh-Hant")
			continue
		}
		words := make([]PlainWord, 0, len(raw.Glossary[name]))
		for _, w := range raw.Glossary[name] {
			words = append(words, PlainWord(w))
		}
		out = append(out, f.entries(file+": glossary."+name, tag, words))
	}
	return out
}

// entries checks the words of a glossary.
func (f *faults) entries(at string, tag language.Tag, words []PlainWord) glossary {
	g := glossary{locale: tag.String()}
	s := scannerOf(tag)
	if tag == language.Und {
		f.add(at, "a glossary needs a language")
	}
	if len(words) > maxWords {
		f.add(at, "%d words, at most %d", len(words), maxWords)
	}
	for i, w := range words {
		e, reason := s.entry(rawWord{Match: w.Jargon, Say: w.Plain})
		if reason == "" && strings.TrimSpace(w.Plain) == "" {
			reason = "has no plain word"
		}
		if reason != "" {
			f.add(fmt.Sprintf("%s[%d]", at, i), "%s", reason)
		}
		e.rule = Jargon
		g.words = append(g.words, e)
	}
	return g
}
