package culture_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/rapport-go/rapport/culture"
)

func BenchmarkBest(b *testing.B) {
	r := culture.Default()
	for name, c := range map[string]culture.Context{"found": in("ja", "JP"), "neutral": in("es-AR", "LI")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Best(c, culture.Punctuality)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	vectors := os.DirFS("testdata/vectors")
	for name, packs := range map[string][]fs.FS{"builtin": nil, "with 661 facts of a host": {renamed{vectors}}} {
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

// renamed serves the vectors under the name that a pack has.
type renamed struct{ fs.FS }

func (r renamed) Open(string) (fs.File, error) { return r.FS.Open(factsFile) }

func testdata() fs.FS { return os.DirFS("testdata/vectors") }
