package match

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var letters = rapid.StringOfN(rapid.SampledFrom([]rune("abcdeé山田サ𠮷")), 0, 12, -1)

func TestSimilarityProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		for _, f := range []func(a, b string) float64{Jaro, JaroWinkler} {
			x := f(a, b)
			require.Equal(t, x, f(b, a), "symmetric")
			require.GreaterOrEqual(t, x, 0.0)
			require.LessOrEqual(t, x, 1.0)
			require.Equal(t, a == b, x == 1)
		}
		p, q := NewPattern(a), NewPattern(b)
		require.GreaterOrEqual(t, p.Bound(&q), JaroWinkler(a, b), "the bound refuses no pair that the similarity keeps")
		least := rapid.Float64Range(0, 1).Draw(t, "least")
		require.Equal(t, JaroWinkler(a, b) >= least, p.AtLeast(&q, least))
		require.Equal(t, a, p.String())
	})
}

// The fast paths against the plain methods.
func TestFastPaths(t *testing.T) {
	t.Parallel()
	ascii := rapid.StringMatching(`[a-d1 ]{1,64}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := ascii.Draw(t, "a"), ascii.Draw(t, "b")
		x, px := jaroASCII(a, b)
		y, py := jaroRunes([]rune(a), []rune(b))
		require.Equal(t, y, x)
		if x > 0 {
			require.Equal(t, py, px)
		}
		require.Equal(t, editDistance([]rune(a), []rune(b)), levenshteinASCII(a, b))
		require.Equal(t, DamerauLevenshtein(a, b) <= 1, oneEdit(a, b))
		c := a + b[:1]
		require.True(t, oneEdit(a, c))
		require.Equal(t, DamerauLevenshtein(c, b) <= 1, oneEdit(c, b))
		a, b = a[:min(len(a), damerauMost)], b[:min(len(b), damerauMost)]
		require.Equal(t, damerauRunes([]rune(a), []rune(b)), damerauASCII(a, b))
	})
}

func TestDistanceProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := letters.Draw(t, "a"), letters.Draw(t, "b"), letters.Draw(t, "c")
		for _, f := range []func(a, b string) int{Levenshtein, DamerauLevenshtein} {
			require.Equal(t, f(a, b), f(b, a))
			require.Equal(t, a == b, f(a, b) == 0)
			require.LessOrEqual(t, f(a, b), f(a, c)+f(c, b), "a metric")
			require.LessOrEqual(t, f(a, b), max(utf8.RuneCountInString(a), utf8.RuneCountInString(b)))
		}
		require.LessOrEqual(t, DamerauLevenshtein(a, b), Levenshtein(a, b))
	})
}

func TestDistances(t *testing.T) {
	t.Parallel()
	require.Equal(t, 2, DamerauLevenshtein("ca", "abc"), "without the limit of optimal alignment")
	require.Equal(t, 1, Levenshtein("山田", "山口"), "per code point, not 3 bytes")
	require.Equal(t, 1.0, JaroWinkler("", ""))
	require.Zero(t, JaroWinkler("", "a"))
	require.Zero(t, Jaro("サトウ", "abc"))
}

func BenchmarkJaroWinkler(b *testing.B) {
	for _, c := range []struct{ name, a, b string }{
		{"11 letters", "christopher", "christofher"},
		{"7 letters", "johnson", "jonhson"},
		{"different", "christopher", "elizabeths"},
		{"beyond ASCII", "サトウタロウ", "サトウジロウ"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				JaroWinkler(c.a, c.b)
			}
		})
	}
	b.Run("refused", func(b *testing.B) {
		x, y := NewPattern("christopher"), NewPattern("elizabeths")
		b.ReportAllocs()
		for b.Loop() {
			x.AtLeast(&y, 0.88)
		}
	})
}

func BenchmarkDistance(b *testing.B) {
	b.Run("Levenshtein", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Levenshtein("christopher", "christofher")
		}
	})
	b.Run("DamerauLevenshtein", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			DamerauLevenshtein("1978-02-11", "1987-02-12")
		}
	})
}
