package culture_test

import (
	"io/fs"
	"os"
	"testing"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

func BenchmarkBest(b *testing.B) {
	r := culture.Default()
	told := in("ja", "JP")
	told.Stated = []culture.Preference{{Dimension: culture.Punctuality, Value: "strict"}}
	for name, c := range map[string]culture.Context{"stated": told, "found": in("ja", "JP"), "neutral": in("es-AR", "LI")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Best(c, culture.Punctuality)
			}
		})
	}
}

func BenchmarkTyped(b *testing.B) {
	r, c := culture.Default(), in("ja", "JP")
	b.Run("register", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Register(c)
		}
	})
	b.Run("gifts", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Gifts(c)
		}
	})
}

func BenchmarkPlan(b *testing.B) {
	r := culture.Default()
	for name, c := range map[string]culture.Context{"nothing known": {}, "Japan": in("ja", "JP")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Plan(c, culture.Complaint); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkConventionsOf(b *testing.B) {
	tag := language.MustParse("en-US-u-hc-h23-fw-mon")
	b.ReportAllocs()
	for b.Loop() {
		culture.ConventionsOf(tag, language.Region{}, culture.Date{})
	}
}

func BenchmarkDayPartAt(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		culture.DayPartAt(language.Japanese, 1000)
	}
}

func BenchmarkNew(b *testing.B) {
	for name, packs := range map[string][]fs.FS{
		"builtin": nil, "with 661 facts of a host": {renamed{testdata()}},
		"with an override": {overridePack(`{"fact":"jp.directness.1","action":"drop"` + why)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := culture.New(&culture.Options{Packs: packs}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// renamed serves the vectors under the name that a pack has, and nothing else.
type renamed struct{ fs.FS }

func (r renamed) Open(name string) (fs.File, error) {
	if name != "facts.json" {
		return nil, fs.ErrNotExist
	}
	return r.FS.Open(factsFile)
}

func testdata() fs.FS { return os.DirFS("testdata/vectors") }
