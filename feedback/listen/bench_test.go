package listen_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

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

// Growth over the length of a text, and where many terms end in one another.
func BenchmarkMentionsBySize(b *testing.B) {
	for _, size := range []int{1 << 10, 32 << 10, 1 << 20} {
		rng := rand.New(rand.NewPCG(1, 2))
		alphabet := []rune("etaoinshrdluETAOIcmfwyp")
		terms, filler := words(rng, 1000, alphabet, true), words(rng, 5000, alphabet, true)
		text := corpus(rng, terms, filler, size-20, " ")
		m, err := listen.NewMatcher(terms, nil, nil)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("bytes=%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var spans []listen.Span
			for b.Loop() {
				spans, err = m.Append(spans[:0], text)
			}
			require.NoError(b, err)
		})
	}
	for _, size := range []int{1 << 10, 32 << 10, 512 << 10} {
		b.Run(fmt.Sprintf("hostile/bytes=%d", size), func(b *testing.B) {
			m, err := listen.NewMatcher([]string{"人", "人人", "人人人", "人人人人人人"}, []string{"人人人人"}, nil)
			require.NoError(b, err)
			text := strings.Repeat("人", size/3)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_, err = m.Find(text)
			}
			require.NoError(b, err)
		})
	}
}

func BenchmarkNewMatcher(b *testing.B) {
	for _, n := range []int{10, 1000, 10000} {
		terms := words(rand.New(rand.NewPCG(1, 2)), n, runes('а', 'я'), true)
		b.Run(fmt.Sprintf("terms=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := listen.NewMatcher(terms, nil, nil)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkTags(b *testing.B) {
	x := taxonomy(b)
	for _, times := range []int{1, 100, 5000} {
		text := strings.Repeat("The courier was friendly but the parcel came late and the delivery fee is far too high for that. ", times)
		b.Run(fmt.Sprintf("bytes=%d", len(text)), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_, _, err := x.Tags(language.English, text)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkClassify(b *testing.B) {
	l, _ := trained(b, append(english(1, 1000), japanese(2, 1000)...), nil)
	text := "the phone arrived on monday with its charger and a case from your shop in town and it is great my father"[:100]
	b.Run("english/100", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = l.Judge(language.English, "", text)
		}
	})
	wide := strings.Repeat("部屋は最悪でした朝食が駅から", 10)
	wide = string([]rune(wide)[:100])
	b.Run("japanese/100", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = l.Judge(language.Japanese, "", wide)
		}
	})
}

func BenchmarkTrain(b *testing.B) {
	for _, n := range []int{300, 1000, 10000} {
		samples := english(1, n)
		b.Run(fmt.Sprintf("comments=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _, err := listen.Train(slices.Values(samples), nil)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkBursts(b *testing.B) {
	for _, items := range []int{10, 1000} {
		var rows []listen.DayCount
		for i := range items {
			rows = append(rows, quietDays(fmt.Sprint("item", i), 0, 90, 3)...)
		}
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := listen.Bursts(rows, nil)
				require.NoError(b, err)
			}
		})
	}
}
