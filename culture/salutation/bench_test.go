package salutation_test

import (
	"testing"

	"github.com/rapport-go/rapport/culture/salutation"
)

func BenchmarkLine(b *testing.B) {
	engine, err := salutation.New(nil, &salutation.Options{Alternatives: -1})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name, lang string
		engine     *salutation.Engine
		person     salutation.Person
	}{
		{"given", "en-GB", engine, salutation.Person{Name: name("is", "Björk", "", "Guðmundsdóttir", "")}},
		{"courtesy", "de", engine, salutation.Person{Name: name("de", "Anna", "", "von Stein", ""), Term: salutation.Feminine}},
		{"courtesy and alternatives", "de", salutation.Default(), salutation.Person{Name: name("de", "Anna", "", "von Stein", ""), Term: salutation.Feminine}},
		{"Japanese", "ja", engine, salutation.Person{Name: name("ja", "愛子", "", "田中", "")}},
		{"call-me", "en-GB", engine, salutation.Person{CallMe: "Ai"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			about := in(c.lang, "")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.engine.Line(about, c.person, salutation.Letter); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := salutation.New(nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}
