package listen_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/feedback/listen"
	"github.com/rapport-go/rapport/internal/binenc"
)

// Edges behind marks, and inside what one rune folds to.
func TestEdgesOfMarks(t *testing.T) {
	t.Parallel()
	gap, part := &listen.MatchOptions{Gap: true}, &listen.MatchOptions{PartialKatakana: true}
	rows := []struct {
		name, text, term string
		o                *listen.MatchOptions
		want             []string
	}{
		{"a term that ends in a vowel sign", "हिन्दी भाषा", "हिन्दी", nil, []string{"हिन्दी"}},
		{"a letter continues it", "हिन्दीभाषी", "हिन्दी", nil, nil},
		{"a letter continues a dotted capital I", "Aİb", "Aİ", nil, nil},
		{"a letter stands before a dotted capital I", "İİ", "İ", nil, nil},
		{"and before another term", "İa", "a", nil, nil},
		{"a vowel sign of Thai ends nothing", "กี่บาท", "กี่", nil, []string{"กี่"}},
		{"a spacing voiced mark is no part of a word", "ab゛a", "a", nil, []string{"a"}},
		{"n with an apostrophe is itself without gaps", "ŉ Mens", "ŉ", gap, []string{"ŉ"}},
		{"but not where a letter stands before it", "aŉ", "ŉ", gap, nil},
		{"ー inside a squared word is katakana", "が㌀", "ー", nil, nil},
		{"a mark on katakana is of its run", "ア\u309aイ", "ア\u309a", nil, nil},
		{"unless a part will do", "ア\u309aイ", "ア\u309a", part, []string{"ア\u309a"}},
		{"a jamo goes on with a word", "a\u1161", "\u1161", nil, nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			want := row.want
			if want == nil {
				want = []string{}
			}
			require.Equal(t, want, found(t, row.text, []string{row.term}, nil, row.o))
		})
	}
}

// Foldings in which a library or an order of steps goes wrong.
func TestFoldsOfFewLetters(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\u13A0\uAB70":       "\u13A0\u13A0", // Cherokee folds to upper case
		"\u13F0\u13F8":       "\u13F0\u13F0",
		"\u1F82\u0301":       "\u1F02\u0301\u03B9", // the iota below comes after all accents above
		"J\u030C":            "\u01F0",             // composes only in lower case
		"가\uFFA6":            "갆",
		"\u03B1\u0345":       "\u03B1\u03B9",
		"\u03B1\u0345é":      "\u03B1\u03B9é",
		"ﬃ㈱①ﷺ":               "ffi(株)1صلى الله عليه وسلم",
		"ﾊﾟﾄﾞ":               "パド",
		"ẞßİ":                "ssssi\u0307",
		"\u1100\u1161\u11A8": "각",
	} {
		require.Equal(t, want, listen.Fold(text, nil).String(), "%+q", text)
	}
	require.Equal(t, []string{"\uAB70\uAB92"}, found(t, "\uAB70\uAB92", []string{"\u13A0\u13C2"}, nil, nil))
}

func TestMatcherLimits(t *testing.T) {
	t.Parallel()
	terms := make([]string, 16_000)
	for i := range terms {
		terms[i] = fmt.Sprintf("%05d", i) + strings.Repeat("x", 250)
	}
	_, err := listen.NewMatcher(terms, nil, nil)
	require.ErrorIs(t, err, listen.ErrTerms)
	require.ErrorContains(t, err, "4000000 folded runes together")
	_, err = listen.NewMatcher([]string{"a"}, nil, &listen.MatchOptions{MaxText: -1})
	require.ErrorIs(t, err, listen.ErrTerms)
	require.ErrorContains(t, err, "MaxText")
}

// A tag that names no language is answered by no model, however likely the guess.
func TestUndeterminedIsNotSupported(t *testing.T) {
	t.Parallel()
	m, _ := trained(t, polar(language.English, "", 200), nil)
	for _, name := range []string{"und", "und-Latn", "und-US", "und-Latn-GB"} {
		tag := language.MustParse(name)
		v := m.Judge(tag, "", "lovely and great")
		require.Equal(t, listen.Verdict{Support: listen.NoLanguage}, v, name)
		_, _, ok := m.Classify(tag, "lovely and great")
		require.False(t, ok, name)
		_, _, err := listen.Train(slices.Values(polar(tag, "", 200)), nil)
		require.ErrorIs(t, err, listen.ErrTrain, name)
		require.ErrorContains(t, err, "Language", name)
	}
	require.Equal(t, listen.Supported, m.Judge(language.BritishEnglish, "", "lovely and great").Support)
}

func polar(tag language.Tag, domain string, n int) (out []listen.Sample) {
	for i := range n {
		s := listen.Sample{Language: tag, Domain: domain, Polarity: listen.Positive, Text: fmt.Sprint("lovely and great, number ", i)}
		if i%2 == 0 {
			s.Polarity, s.Text = listen.Negative, fmt.Sprint("awful, broken thing number ", i)
		}
		out = append(out, s)
	}
	return out
}

// Domains with too few labels are reported, however many there are, and come back.
func TestManyDomainsTravel(t *testing.T) {
	t.Parallel()
	samples := polar(language.English, "", 200)
	for i := range 1200 {
		samples = append(samples, polar(language.English, fmt.Sprint("domain ", i), 2)...)
	}
	m, reports := trained(t, samples, nil)
	require.Len(t, reports, 1201)
	var back listen.Linear
	require.NoError(t, back.UnmarshalBinary(modelBytes(t, m)))
	require.Equal(t, reports, back.Reports())
	require.Equal(t, listen.TooFew, back.Judge(language.English, "domain 7", "lovely").Support)
}

// A few bytes a part must not take two megabytes each without end.
func TestModelOfManyPartsIsRefused(t *testing.T) {
	t.Parallel()
	m, _ := trained(t, polar(language.English, "", 200), nil)
	kind := binenc.Kind{'P', 'O', 'L', 'A'}
	r, err := binenc.NewReader(modelBytes(t, m), kind, 1)
	require.NoError(t, err)
	model := func(parts int) []byte {
		w := binenc.NewWriter(kind, 1, r.Config())
		w.Uint(uint64(parts))
		for i := range parts {
			w.String("en-Latn")
			w.String(fmt.Sprintf("%04d", i))
			for _, n := range []uint64{uint64(listen.Supported), 100, 50, 0, 5, 50, 0, 0, 50} {
				w.Uint(n)
			}
			for range 5 {
				w.Float(0.5)
			}
			for _, n := range []uint64{1, 7, 0x3F800000, 0x3F800000} { // one bucket of weight one
				w.Uint(n)
			}
		}
		return w.Frame()
	}
	var back listen.Linear
	require.NoError(t, back.UnmarshalBinary(model(2)))
	err = back.UnmarshalBinary(model(300))
	require.ErrorIs(t, err, listen.ErrModel)
	require.ErrorContains(t, err, "256")
	require.Len(t, back.Reports(), 2, "the model stays as it was")
}

func TestDecayedNeedsAHalfLife(t *testing.T) {
	t.Parallel()
	var d listen.Decayed
	require.ErrorIs(t, d.Add(5, 0), listen.ErrStars)
	_, ok := d.Mean()
	require.False(t, ok)
	require.Zero(t, d.EffectiveN())
}

// Counts are read only in the order and with the sums that MarshalBinary writes.
func TestCountsRefuseOtherForms(t *testing.T) {
	t.Parallel()
	frame := func(texts, unknown [][2]int, themes ...string) []byte {
		w := binenc.NewWriter(binenc.Kind{'T', 'H', 'E', 'M'}, 1, 0)
		for _, m := range [][][2]int{texts, unknown, nil} {
			w.Uint(uint64(len(m)))
			for _, row := range m {
				w.Int(int64(row[0]))
				w.Uint(uint64(row[1]))
			}
		}
		w.Uint(uint64(len(themes)))
		for _, theme := range themes {
			w.Int(1)
			w.String(theme)
			w.Uint(3)
		}
		return w.Frame()
	}
	var c listen.Counts
	good := frame([][2]int{{1, 5}, {2, 4}}, [][2]int{{1, 2}}, "late", "price")
	require.NoError(t, c.UnmarshalBinary(good))
	for name, data := range map[string][]byte{
		"periods out of order":  frame([][2]int{{2, 4}, {1, 5}}, nil),
		"a period twice":        frame([][2]int{{1, 4}, {1, 4}}, nil),
		"themes out of order":   frame([][2]int{{1, 5}}, nil, "price", "late"),
		"a theme twice":         frame([][2]int{{1, 5}}, nil, "late", "late"),
		"a theme of unknown":    frame([][2]int{{1, 5}}, [][2]int{{1, 3}}, "late"),
		"more unknown than all": frame([][2]int{{1, 5}}, [][2]int{{1, 6}}),
	} {
		require.ErrorIs(t, c.UnmarshalBinary(data), listen.ErrTrend, name)
		back, err := c.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, good, back, name)
	}
}

// Days without ratings are tests, too: three ratings on one of 973 days are no wave.
func TestBurstsCountQuietDays(t *testing.T) {
	t.Parallel()
	rows := []listen.DayCount{{Item: "a", Day: 0, Stars: listen.Stars{1}}, {Item: "a", Day: 1000, Stars: listen.Stars{3}}}
	bursts, err := listen.Bursts(rows, &listen.BurstOptions{MinCount: 2})
	require.NoError(t, err)
	require.Empty(t, bursts)
	bursts, err = listen.Bursts(rows, &listen.BurstOptions{MinCount: 2, Rate: 0.05})
	require.NoError(t, err)
	require.Len(t, bursts, 1)
	require.InEpsilon(t, 1.0/(29*29*29), bursts[0].P, 1e-9)
	require.InEpsilon(t, 973*bursts[0].P, bursts[0].Adjusted, 1e-9)
}

// Series of one rate are seldom marked: the false discovery rate holds over all items.
func TestBurstsOfNothing(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	marked := 0
	for range 100 {
		var rows []listen.DayCount
		for item := range 10 {
			for day := range 100 {
				var s listen.Stars
				for range 20 * (item + 1) { // binomial, nearly Poisson, means 0.4 to 4
					if rng.IntN(50) == 0 {
						s[rng.IntN(5)]++
					}
				}
				rows = append(rows, listen.DayCount{Item: fmt.Sprint(item), Day: day, Stars: s})
			}
		}
		bursts, err := listen.Bursts(rows, nil)
		require.NoError(t, err)
		if len(bursts) > 0 {
			marked++
		}
	}
	require.LessOrEqual(t, marked, 5, "one in a hundred is meant")
}

type backwards struct{}

func (backwards) Add(t time.Time, _ time.Duration) (time.Time, error) { return t.Add(-1), nil }

// Risk words do not wait for Monday, and a calendar cannot move a due time into the past.
func TestReplyDueOnACalendar(t *testing.T) {
	t.Parallel()
	replies, err := listen.NewReplies(listen.SuggestedReplies("lawyer"))
	require.NoError(t, err)
	r := record("a")
	r.At = time.Date(2026, 3, 7, 10, 0, 0, 0, time.UTC) // a Saturday
	due, ok, err := replies.Due(r, listen.Critical, weekdays{})
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, r.At.Add(time.Hour), due)
	due, _, err = replies.Due(r, listen.High, weekdays{})
	require.NoError(t, err)
	require.NotEqual(t, r.At.Add(24*time.Hour), due)
	_, ok, err = replies.Due(r, listen.High, backwards{})
	require.ErrorIs(t, err, listen.ErrCalendar)
	require.False(t, ok)
}
