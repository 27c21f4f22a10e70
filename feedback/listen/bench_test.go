package listen_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/listen"
)

// words makes text of an alphabet with the lengths and spaces of the language.
func words(rng *rand.Rand, n int, alphabet []rune, spaced bool) []string {
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		long := 3 + rng.IntN(8)
		if !spaced {
			long = 2 + rng.IntN(4)
		}
		for range long {
			b.WriteRune(alphabet[rng.IntN(len(alphabet))])
		}
		out[i] = b.String()
	}
	return out
}

func runes(from, to rune) (out []rune) {
	for r := from; r <= to; r++ {
		out = append(out, r)
	}
	return out
}

func corpus(rng *rand.Rand, terms, filler []string, size int, space string) string {
	var b strings.Builder
	for b.Len() < size {
		if rng.IntN(20) == 0 {
			b.WriteString(terms[rng.IntN(len(terms))])
		} else {
			b.WriteString(filler[rng.IntN(len(filler))])
		}
		b.WriteString(space)
	}
	return b.String()
}

func BenchmarkMentions(b *testing.B) {
	scripts := []struct {
		name     string
		alphabet []rune
		space    string
	}{
		{"english", []rune("etaoinshrdluETAOIcmfwyp"), " "},
		{"russian", runes('а', 'я'), " "},
		{"chinese", runes(0x4E00, 0x51FF), ""},
		{"japanese", append(runes('あ', 'ん'), runes('ア', 'ン')...), ""},
		{"korean", runes(0xAC00, 0xAFFF), " "},
		{"thai", runes(0x0E01, 0x0E3A), ""},
	}
	for _, s := range scripts {
		for _, n := range []int{10, 1000, 10000} {
			rng := rand.New(rand.NewPCG(1, 2))
			terms := words(rng, n, s.alphabet, s.space != "")
			filler := words(rng, 5000, s.alphabet, s.space != "")
			text := corpus(rng, terms, filler, 64<<10, s.space)
			m, err := listen.NewMatcher(terms, nil, nil)
			require.NoError(b, err)
			b.Run(fmt.Sprintf("%s/terms=%d", s.name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				var spans []listen.Span
				for b.Loop() {
					spans, err = m.Append(spans[:0], text)
				}
				require.NoError(b, err)
				require.NotEmpty(b, spans)
			})
		}
	}
}
