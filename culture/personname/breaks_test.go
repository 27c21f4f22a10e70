package personname

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// The official cases of Unicode 17.0.0: GraphemeBreakTest.txt and WordBreakTest.txt,
// 766 and 1944 of them.
func TestBreaksAreUnicodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file  string
		cases int
		first func(string) int
	}{
		{"grapheme.txt", 766, firstGrapheme},
		{"word.txt", 1944, firstWord},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile("testdata/breaks/" + c.file)
			require.NoError(t, err)
			cases := 0
			for line := range strings.Lines(string(text)) {
				if strings.HasPrefix(line, "#") {
					continue
				}
				cases++
				var all string
				var want []string
				for segment := range strings.SplitSeq(strings.Trim(line, "÷ \n"), "÷") {
					var s string
					for code := range strings.SplitSeq(segment, "×") {
						r, err := strconv.ParseInt(strings.TrimSpace(code), 16, 32)
						require.NoError(t, err)
						s += string(rune(r))
					}
					all, want = all+s, append(want, s)
				}
				var got []string
				for all != "" {
					n := c.first(all)
					require.Positive(t, n)
					got, all = append(got, all[:n]), all[n:]
				}
				require.Equal(t, want, got, line)
			}
			require.Equal(t, c.cases, cases)
		})
	}
}

// What the official cases leave open: a joiner joins pictographs only right before the
// second (GB11), and a long text is cut at its first cluster.
func TestFirstGrapheme(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"👩\u200d👧x":       "👩\u200d👧",
		"👩\u200d\u200d👧":  "👩\u200d\u200d",
		"👩\u200d̈\u200d👧": "👩\u200d̈\u200d",
		"👩̈\u200d👧":       "👩̈\u200d👧",
		"a\u200d👧":        "a\u200d",
		"🇩🇪🇫🇷":            "🇩🇪",
		"각각":              "각",
		"\r\nx":           "\r\n",
		"સ્ટૂડન્ટ":        "સ્ટૂ",
		"क्\u200dषx":      "क्\u200dष",
		"é̂̃é":           "é̂̃",
	} {
		require.Equal(t, want, text[:firstGrapheme(text)], "%+q", text)
	}
}

// The short ways for common letters say what the tables say, as does the arithmetic of
// Hangul.
func TestCommonLettersAreAsInTheTables(t *testing.T) {
	t.Parallel()
	for r := rune(0); r < 0x300; r++ {
		word, picture := wordOf(r)
		p := property(tables.WordBreaks, r)
		require.Equal(t, int(p&^pictographic), word, "U+%04X", r)
		require.Equal(t, p&pictographic != 0, picture, "U+%04X", r)
		grapheme, conjunct, _ := graphemeOf(r)
		require.Equal(t, int(property(tables.GraphemeBreaks, r)&^pictographic), grapheme|conjunct<<4, "U+%04X", r)
		script := ""
		if n := int(property(tables.Scripts, r)); n > 0 {
			script = tables.ScriptCodes[n*4-4 : n*4]
		}
		require.Equal(t, script, scriptOf(r), "U+%04X", r)
	}
	first, _, _ := graphemeOf('가')
	second, _, _ := graphemeOf('각')
	require.Equal(t, []int{graphemeLV, graphemeLVT}, []int{first, second})
}

// Segments are never empty and never cut a character, whatever the text.
func FuzzBreaks(f *testing.F) {
	for _, s := range []string{"", "Anne-Marie", "સ્ટૂડન્ટ", "👩\u200d👩\u200d👧 x", "\xff\xfe", "한국어", "a\u0308\u200d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		require.Zero(t, firstWord("")+firstGrapheme(""))
		for s != "" {
			word := firstWord(s)
			require.Positive(t, word)
			for inner := s[:word]; inner != ""; {
				n := firstGrapheme(inner)
				require.Positive(t, n)
				require.LessOrEqual(t, n, len(inner))
				if utf8.ValidString(s) {
					require.True(t, utf8.ValidString(inner[:n]))
				}
				inner = inner[n:]
			}
			s = s[word:]
		}
	})
}
