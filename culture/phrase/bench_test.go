package phrase_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
)

func BenchmarkSay(b *testing.B) {
	for name, q := range map[string]phrase.Request{
		"exact":      {Locale: language.German, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter},
		"arguments":  {Locale: language.German, Scenario: phrase.PaymentReminder, Register: culture.Formal, Medium: phrase.Letter, Args: map[string]string{"invoice": "A-1", "amount": "5 €", "date": "1. Mai"}},
		"acts":       {Locale: language.Japanese, Scenario: phrase.Apologise, Register: culture.Formal, Medium: phrase.Letter},
		"fallback":   {Locale: language.MustParse("es-AR"), Scenario: phrase.Thank, Register: culture.Neutral, Medium: phrase.Voice},
		"isolation":  {Locale: language.Arabic, Scenario: phrase.Greet, Register: culture.Formal, Medium: phrase.Letter, Args: map[string]string{"company": "Aurora"}},
		"no_phrases": {Locale: language.Malay, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Letter},
	} {
		b.Run(name, func(b *testing.B) {
			q.Drafts = true
			book := phrase.Default()
			_, _ = book.Say(q) // the locale is read once
			b.ReportAllocs()
			for b.Loop() {
				_, _ = book.Say(q)
			}
		})
	}
}

// A cold locale: what the first phrase of a language costs.
func BenchmarkReadLocale(b *testing.B) {
	for _, name := range []string{"de", "th", "en-GB"} {
		b.Run(name, func(b *testing.B) {
			text, err := os.ReadFile("data/phrases/" + name + ".json")
			require.NoError(b, err)
			packs := []fs.FS{pack("phrases/"+name+".json", string(text))}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := phrase.New(&phrase.Options{Packs: packs, OwnOnly: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLint(b *testing.B) {
	l := linter(b, nil)
	for name, text := range map[string]struct {
		locale language.Tag
		text   string
	}{
		"en_20_words":   {language.AmericanEnglish, "We have received your complaint and are looking into it carefully. Your case number is A-1042, thank you."},
		"en_2000_words": {language.AmericanEnglish, strings.Repeat("We have received your complaint and are looking into it carefully. Your case number is A-1042, thank you. ", 100)},
		"ja_40_runes":   {language.Japanese, "このたびは誠に申し訳ございません。ただいま担当者が全力で解決にあたっております。"},
		"es_fallback":   {language.MustParse("es-AR"), "Hemos recibido su reclamación y la estamos examinando con atención."},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text.text)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = l.Lint(text.text, phrase.Target{Locale: text.locale, Register: culture.Formal, Medium: phrase.Letter})
			}
		})
	}
}
