package listen_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/listen"
)

const themesText = `[
 {"id": "service", "name": "Service"},
 {"id": "delivery", "parent": "service", "terms": [
   {"language": "en", "any": ["delivery", "courier", "parcel"], "exclude": ["delivery fee"]},
   {"language": "ja", "any": ["配達", "配送"]},
   {"language": "zh", "any": ["外卖", "配送"]}]},
 {"id": "late", "parent": "delivery", "terms": [
   {"language": "en", "any": ["delivery", "parcel"], "near": ["late", "slow"], "window": 12},
   {"language": "ja", "any": ["配達"], "near": ["遅い", "遅れ"]}]},
 {"id": "price", "terms": [
   {"language": "en", "any": ["delivery fee", "price", "expensive"]},
   {"language": "und", "any": ["€", "¥"]}]}
]`

func taxonomy(t testing.TB) *listen.Taxonomy {
	t.Helper()
	themes, err := listen.ParseThemes([]byte(themesText))
	require.NoError(t, err)
	x, err := listen.NewTaxonomy(themes, nil)
	require.NoError(t, err)
	return x
}

func TestTags(t *testing.T) {
	t.Parallel()
	x := taxonomy(t)
	rows := []struct{ name, lang, text, want string }{
		{"near", "en", "The delivery was late", "service* delivery late"},
		{"not near", "en", "The delivery was fine and nothing at all was late", "service* delivery"},
		{"near before", "en-GB", "slow parcel", "service* delivery late"},
		{"excluded in one theme, a term of another", "en", "The delivery fee is 5 €", "price"},
		{"a language without spaces", "ja", "配達が遅い", "service* delivery late"},
		{"a parent language", "zh-Hans-CN", "配送", "service* delivery"},
		{"every language", "ja", "¥300", "price"},
		{"nothing", "en", "fine", ""},
		{"only what is for every language", "fr", "trop cher, 5 €", "price"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tags, ok, err := x.Tags(language.MustParse(row.lang), row.text)
			require.NoError(t, err)
			require.True(t, ok)
			var got []string
			for _, tag := range tags {
				name := tag.Theme
				if !tag.Direct {
					name += "*"
				}
				require.Equal(t, tag.Theme, tag.Path[len(tag.Path)-1])
				require.Equal(t, tag.Direct, len(tag.Spans) > 0)
				got = append(got, name)
			}
			require.Equal(t, row.want, strings.Join(got, " "))
		})
	}
	tags, _, err := x.Tags(language.English, "The courier, the parcel")
	require.NoError(t, err)
	spans := tags[1].Spans
	require.Equal(t, []listen.Span{{1, 4, 11, 4, 11}, {2, 17, 23, 17, 23}}, spans)

	_, ok, err := x.Tags(language.French, "trop cher")
	require.NoError(t, err)
	require.False(t, ok, "only terms for every language, and none of them found")
	_, ok, err = x.Tags(language.MustParse("zh-Hant-TW"), "配送")
	require.NoError(t, err)
	require.False(t, ok, "zh is written in other characters")

	only, err := listen.NewTaxonomy([]listen.Theme{{ID: "a", Terms: []listen.Words{{Language: language.Thai, Any: []string{"แพง"}}}}}, nil)
	require.NoError(t, err)
	_, ok, err = only.Tags(language.English, "แพง")
	require.NoError(t, err)
	require.False(t, ok, "no terms for English: not read, which is not the same as nothing found")
	require.False(t, only.Supports(language.English))
	require.True(t, only.Supports(language.MustParse("th-TH")))
}

func TestTaxonomyRefuses(t *testing.T) {
	t.Parallel()
	words := func(any ...string) []listen.Words { return []listen.Words{{Language: language.English, Any: any}} }
	_, err := listen.NewTaxonomy([]listen.Theme{
		{ID: "a", Parent: "b", Terms: words("x", "")},
		{ID: "b", Parent: "a", Terms: []listen.Words{{Language: language.English}, {Language: language.English, Any: []string{"y"}, Window: 3}}},
		{ID: "a"},
		{ID: "", Parent: "nobody"},
	}, nil)
	require.ErrorIs(t, err, listen.ErrTaxonomy)
	for _, part := range []string{
		"themes[0].parent is part of a ring", "themes[2].id is that of themes[0], too", "themes[3].id is required",
		`themes[3].parent "nobody" is not there`, "themes[1].terms[0].any is empty", "themes[1].terms[1].language en occurs twice",
		"themes[1].terms[1].window 3",
	} {
		require.ErrorContains(t, err, part)
	}
	_, err = listen.NewTaxonomy([]listen.Theme{{ID: "a", Terms: words("x", " ")}}, nil)
	require.ErrorIs(t, err, listen.ErrTaxonomy)
	require.ErrorContains(t, err, "themes[0].terms[0].any[1] has nothing to match")
	_, err = listen.NewTaxonomy(nil, nil)
	require.ErrorIs(t, err, listen.ErrTaxonomy)
	_, err = listen.ParseThemes([]byte(`[{"id": "a", "colour": 1, "terms": [{"language": "xx-!!", "any": []}]}]`))
	require.ErrorIs(t, err, listen.ErrTaxonomy)
	_, err = listen.ParseThemes([]byte(`[{"id": "a", "terms": [{"language": "!!", "any": []}]}]`))
	require.ErrorContains(t, err, "[0].terms[0].language")
}

func FuzzThemes(f *testing.F) {
	f.Add([]byte(themesText))
	f.Add([]byte(`[{"id":"a","terms":[{"language":"en","any":["a"],"near":["b"],"window":3}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		themes, err := listen.ParseThemes(data)
		if err != nil {
			require.ErrorIs(t, err, listen.ErrTaxonomy)
			return
		}
		text, err := listen.MarshalThemes(themes)
		require.NoError(t, err)
		again, err := listen.ParseThemes(text)
		require.NoError(t, err)
		require.Len(t, again, len(themes))
		x, err := listen.NewTaxonomy(themes, nil)
		if err != nil {
			require.ErrorIs(t, err, listen.ErrTaxonomy)
			return
		}
		_, _, err = x.Tags(language.English, "a late delivery of 配達")
		require.NoError(t, err)
	})
}

// count adds texts of which some have the theme.
func count(c *listen.Counts, period int, with, without int) {
	for range with {
		c.Add(period, []listen.Tag{{Theme: "late"}, {Theme: "late"}}, true)
	}
	for range without {
		c.Add(period, nil, true)
	}
}

// The four groups are those of R's prop.trend.test example (Fleiss 1981, p. 139): smokers
// among patients, chi-squared 8.2249, p 0.004132.
func TestTrendAgainstR(t *testing.T) {
	t.Parallel()
	var c listen.Counts
	for i, g := range [][2]int{{83, 3}, {90, 3}, {129, 7}, {70, 12}} {
		count(&c, i, g[0], g[1])
	}
	trend, err := c.Trend("late", 0)
	require.NoError(t, err)
	require.InDelta(t, 8.2249, trend.Z*trend.Z, 5e-5)
	require.InDelta(t, 0.004132, trend.P, 5e-7)
	require.Negative(t, trend.Z)
	require.InDelta(t, 70.0/82-83.0/86, trend.Change, 1e-12)
	require.Less(t, trend.Low, trend.Change)
	require.Greater(t, trend.High, trend.Change)
}

func TestCounts(t *testing.T) {
	t.Parallel()
	var c, empty listen.Counts
	_, err := c.Trend("late", 0)
	require.ErrorIs(t, err, listen.ErrNoData)
	_, ok := c.Rate(1, "late", 0)
	require.False(t, ok)
	count(&c, 1, 3, 7)
	c.Add(1, nil, false)
	c.Merge(&empty)
	r, ok := c.Rate(1, "late", 0)
	require.True(t, ok)
	require.InDelta(t, 0.3, r.Share, 1e-12)
	require.InDelta(t, 0.1078, r.Low, 5e-5, "Wilson, 3 of 10")
	require.InDelta(t, 0.6032, r.High, 5e-5)
	unknown, _ := c.Unknown(1, 0)
	require.EqualValues(t, 7, unknown.Count)
	unread, _ := c.Unread(1, 0)
	require.EqualValues(t, 1, unread.Count)
	require.EqualValues(t, 11, unread.N)
	require.Equal(t, []string{"late"}, c.Themes())
	count(&c, 2, 0, 5)
	count(&c, 3, 0, 5)
	trend, err := c.Trend("nothing", 0)
	require.NoError(t, err)
	require.Zero(t, trend.Z)
	require.InDelta(t, 1, trend.P, 0)
	_, err = c.Trend("late", 7)
	require.ErrorIs(t, err, listen.ErrTrend)
}

func TestCountsMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var whole, left, right listen.Counts
		for i := range rapid.IntRange(0, 40).Draw(t, "texts") {
			period, read := rapid.IntRange(-2, 2).Draw(t, "period"), rapid.Bool().Draw(t, "read")
			var tags []listen.Tag
			for j := range rapid.IntRange(0, 3).Draw(t, "tags") {
				tags = append(tags, listen.Tag{Theme: fmt.Sprint("t", j)})
			}
			whole.Add(period, tags, read)
			if i%2 == 0 {
				left.Add(period, tags, read)
			} else {
				right.Add(period, tags, read)
			}
		}
		right.Merge(&left)
		want, err := whole.MarshalBinary()
		require.NoError(t, err)
		got, err := right.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
		var back listen.Counts
		require.NoError(t, back.UnmarshalBinary(got))
		again, err := back.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, again)
	})
}

func FuzzCounts(f *testing.F) {
	var c listen.Counts
	count(&c, 1, 3, 7)
	c.Add(2, nil, false)
	data, err := c.MarshalBinary()
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		var c listen.Counts
		if err := c.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, listen.ErrTrend)
			return
		}
		for _, theme := range c.Themes() {
			_, _ = c.Trend(theme, 0)
		}
	})
}

// Kappa of 20, 5, 10, 15 is 0.4 (the usual textbook example); its standard error agrees
// with the jackknife.
func TestKappa(t *testing.T) {
	t.Parallel()
	k, se, ok := listen.Agreement{Both: 20, First: 5, Second: 10, Neither: 15}.Kappa()
	require.True(t, ok)
	require.InDelta(t, 0.4, k, 1e-12)
	a := [4]int64{2000, 500, 1000, 1500}
	big := func(a [4]int64) float64 {
		k, _, ok := listen.Agreement{Both: a[0], First: a[1], Second: a[2], Neither: a[3]}.Kappa()
		require.True(t, ok)
		return k
	}
	var n, mean, square float64
	for i := range a {
		b := a
		b[i]--
		n += float64(a[i])
		mean += float64(a[i]) * big(b)
		square += float64(a[i]) * big(b) * big(b)
	}
	mean /= n
	jackknife := math.Sqrt((n - 1) * (square/n - mean*mean))
	require.InEpsilon(t, jackknife*10, se, 0.01, "a hundred times the answers, a tenth of the error")
	_, _, ok = listen.Agreement{}.Kappa()
	require.False(t, ok)
	_, _, ok = listen.Agreement{Both: 9}.Kappa()
	require.False(t, ok)
	k, _, ok = listen.Agreement{Both: 9, Neither: 9}.Kappa()
	require.True(t, ok)
	require.InDelta(t, 1, k, 1e-12)
}
