package listen_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/listen"
)

// found are the mentions as they stand in the text.
func found(t require.TestingT, text string, terms, exclude []string, o *listen.MatchOptions) []string {
	m, err := listen.NewMatcher(terms, exclude, o)
	require.NoError(t, err)
	spans, err := m.Find(text)
	require.NoError(t, err)
	out := []string{}
	for _, s := range spans {
		out = append(out, text[s.Start:s.End])
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	gap, marks, kana, part := &listen.MatchOptions{Gap: true}, &listen.MatchOptions{Marks: true},
		&listen.MatchOptions{Kana: true}, &listen.MatchOptions{PartialKatakana: true}
	rows := []struct {
		name, text, term, exclude string
		o                         *listen.MatchOptions
		want                      []string
	}{
		{"inside a word", "pineapple", "apple", "", nil, nil},
		{"fullwidth", "ＡＰＰＬＥ!", "apple", "", nil, []string{"ＡＰＰＬＥ"}},
		{"hyphen ends a word", "apple-pie", "apple", "", nil, []string{"apple"}},
		{"underscore does not", "my_apple", "apple", "", nil, nil},
		{"zero width inside", "ap\u200bple juice", "apple", "", nil, []string{"ap\u200bple"}},
		{"zero width after is left out", "apple\u200b juice", "apple", "", nil, []string{"apple"}},
		{"soft hyphen", "ap\u00adple", "apple", "", nil, []string{"ap\u00adple"}},
		{"Latin among kana", "Appleの製品", "apple", "", nil, []string{"Apple"}},
		{"digit continues", "iPhone15", "iphone", "", nil, nil},
		{"Han ends a number", "15分", "15", "", nil, []string{"15"}},
		{"ligature", "oﬃce", "office", "", nil, []string{"oﬃce"}},
		{"end inside a ligature", "oﬃ", "of", "", nil, nil},
		{"circled number", "①番", "1", "", nil, []string{"①"}},
		{"sharp s", "Straße", "STRASSE", "", nil, []string{"Straße"}},
		{"final sigma", "ΟΔΟΣ οδός", "οδος", "", nil, []string{"ΟΔΟΣ"}},
		{"dotted capital I is not i", "İSTANBUL", "istanbul", "", nil, nil},
		{"dotted capital I by marks", "İSTANBUL", "istanbul", "", marks, []string{"İSTANBUL"}},
		{"decomposed text", "Cafe\u0301 Nero", "café nero", "", nil, []string{"Cafe\u0301 Nero"}},
		{"an accent makes another word", "Cafe\u0301", "cafe", "", nil, nil},
		{"an accent that does not compose", "x\u0302", "x", "", nil, nil},
		{"an accent ignored", "x\u0302", "x", "", marks, []string{"x\u0302"}},
		{"Vietnamese", "ở Đà Nẵng", "đà nẵng", "", nil, []string{"Đà Nẵng"}},
		{"Turkish cedilla", "Müşteri", "musteri", "", marks, []string{"Müşteri"}},

		{"half-width kana", "昨日ﾕﾆｸﾛで", "ユニクロ", "", nil, []string{"ﾕﾆｸﾛ"}},
		{"half-width voiced kana", "ｶﾞｽﾄへ", "ガスト", "", nil, []string{"ｶﾞｽﾄ"}},
		{"a square of katakana", "㍿と㌔", "キロ", "", nil, []string{"㌔"}},
		{"katakana run", "アップルパイ", "アップル", "", nil, nil},
		{"katakana run before", "ビッグアップル", "アップル", "", nil, nil},
		{"katakana run lifted", "アップルパイ", "アップル", "", part, []string{"アップル"}},
		{"katakana beside Latin", "Appleアップル", "アップル", "", nil, []string{"アップル"}},
		{"a middle dot ends a run", "スティーブ・ジョブズ", "ジョブズ", "", nil, []string{"ジョブズ"}},
		{"prolonged run", "サーバー", "サーバ", "", nil, nil},
		{"hiragana then katakana", "そにーテレビ", "ソニー", "", kana, []string{"そにー"}},
		{"kana differ by default", "そにー", "ソニー", "", nil, nil},
		{"iteration marks", "ヽ", "ゝ", "", kana, []string{"ヽ"}},
		{"exclusion", "楽天家の楽天", "楽天", "楽天家", nil, []string{"楽天"}},
		{"exclusion lapped over", "楽天家で", "家で", "楽天家", nil, nil},
		{"a longer term holds the exclusion", "楽天家具", "楽天家具", "楽天家", nil, []string{"楽天家具"}},
		{"exclusion itself", "楽天家", "楽天家", "楽天家", nil, nil},
		{"middle dot", "コカ・コーラ", "コカコーラ", "", gap, []string{"コカ・コーラ"}},
		{"half-width middle dot", "ｺｶ･ｺｰﾗ", "コカ・コーラ", "", gap, []string{"ｺｶ･ｺｰﾗ"}},
		{"voicing is no accent", "カスト", "ガスト", "", marks, nil},

		{"Chinese", "我去麥當勞吃飯，不去麦当劳", "麦当劳", "", nil, []string{"麦当劳"}},
		{"Chinese beside Latin", "用iPhone拍", "iphone", "", nil, []string{"iPhone"}},
		{"supplementary Han", "𠮷野家で", "𠮷野家", "", nil, []string{"𠮷野家"}},
		{"compatibility Han", "\uf900", "豈", "", nil, []string{"\uf900"}},
		{"compatibility Han of the supplement", "\U0002f800人", "丽人", "", nil, []string{"\U0002f800人"}},
		{"variation selector of the supplement", "葛\U000e0100城", "葛城", "", nil, []string{"葛\U000e0100城"}},
		{"old alphabets", "𐐀𐐁", "𐐨𐐩", "", nil, []string{"𐐀𐐁"}},
		{"mathematical letters", "𝐀𝐩𝐩𝐥𝐞", "apple", "", nil, []string{"𝐀𝐩𝐩𝐥𝐞"}},

		{"Korean particle", "삼성이 좋다", "삼성", "", nil, []string{"삼성"}},
		{"Korean prefix", "대삼성", "삼성", "", nil, nil},
		{"Latin with a Korean particle", "iPhone이 좋다", "iphone", "", nil, []string{"iPhone"}},
		{"jamo", norm.NFD.String("한국 삼성폰"), "삼성", "", nil, []string{norm.NFD.String("삼성")}},
		{"a syllable is not its beginning", "각", "가", "", nil, nil},

		{"Thai", "ฉันชอบกรุงเทพมาก", "กรุงเทพ", "", nil, []string{"กรุงเทพ"}},
		{"a Thai tone makes another word", "ที่นี่", "ที", "", nil, nil},
		{"Thai tone ignored", "ที่นี่", "ที", "", marks, []string{"ที่"}},
		{"Lao", "ຂ້ອຍຢູ່ວຽງຈັນ", "ວຽງຈັນ", "", nil, []string{"ວຽງຈັນ"}},
		{"Hindi vowel sign", "कमी", "कम", "", nil, nil},
		{"Hindi", "यह कम है", "कम", "", nil, []string{"कम"}},
		{"Arabic with harakat", "مُحَمَّد هنا", "محمد", "", nil, nil},
		{"Arabic prefix", "والكتاب", "كتاب", "", nil, nil},
		{"Hebrew points", "שָׁלוֹם", "שלום", "", marks, []string{"שָׁלוֹם"}},

		{"gap in neither", "CocaCola", "coca cola", "", nil, nil},
		{"gap at the edge", "the Coca-Cola's price", "coca cola", "", gap, []string{"Coca-Cola"}},
		{"gap hides no letter", "coca colada", "coca cola", "", gap, nil},
		{"ideographic full stop", "モーニング娘の歌", "モーニング娘。", "", gap, []string{"モーニング娘"}},
		{"dots", "U.S.A. only", "usa", "", gap, []string{"U.S.A"}},
		{"emoji", "I ❤️ it", "❤", "", nil, []string{"❤"}},
		{"sign at the edge", "c++ or C++11", "c++", "", nil, []string{"c++", "C++"}},
		{"broken UTF-8", "\xffapple\xff", "apple", "", nil, []string{"apple"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var exclude []string
			if row.exclude != "" {
				exclude = []string{row.exclude}
			}
			require.Equal(t, append([]string{}, row.want...), found(t, row.text, []string{row.term}, exclude, row.o))
		})
	}
}

func TestLongestWins(t *testing.T) {
	t.Parallel()
	terms := []string{"東京", "東京都", "京都", "都庁", "New York", "York", "New York Times"}
	require.Equal(t, []string{"東京都"}, found(t, "東京都", terms, nil, nil))
	require.Equal(t, []string{"東京都"}, found(t, "東京都庁", terms, nil, nil), "the longer leaves nothing of 都庁")
	require.Equal(t, []string{"New York Times", "York"}, found(t, "New York Times of York", terms, nil, nil))
	require.Equal(t, []string{"甲乙", "丙丁戊己"}, found(t, "甲乙丙丁戊己", []string{"甲乙", "乙丙丁", "丙丁戊己"}, nil, nil))
}

func TestNewMatcherRefuses(t *testing.T) {
	t.Parallel()
	_, err := listen.NewMatcher(nil, nil, nil)
	require.ErrorIs(t, err, listen.ErrTerms)
	nested := []string{}
	for i := range 20 {
		nested = append(nested, strings.Repeat("人", i+1))
	}
	_, err = listen.NewMatcher(nested, nil, nil)
	require.ErrorContains(t, err, "end in one another")
	_, err = listen.NewMatcher([]string{"ok", "", "\xff", " ", "\u200b"}, []string{strings.Repeat("x", 300), "-'"}, &listen.MatchOptions{Gap: true})
	for _, field := range []string{"terms[1]", "terms[2]", "terms[3]", "terms[4]", "exclude[0]", "exclude[1]"} {
		require.ErrorContains(t, err, field)
	}
	require.NotContains(t, err.Error(), "terms[0]")
	var detail *listen.FieldError
	require.ErrorAs(t, err, &detail)
	m, err := listen.NewMatcher([]string{"a"}, nil, &listen.MatchOptions{MaxText: 3})
	require.NoError(t, err)
	_, err = m.Find("aaaa")
	require.ErrorIs(t, err, listen.ErrText)
	require.False(t, m.Has("a aa"))
	require.True(t, m.Has("a"))
}

// pieces are stretches of text that meet at many kinds of border.
var pieces = []string{
	"apple", "Apple", "pie", "é", "e\u0301", "ガ", "ｶﾞ", "か", "ア", "ップル", "ー", "ﾊﾟ", "楽天", "楽天家", "삼성", "이", "한", "ภาษา", "ที่",
	"मी", "क", "ß", "ﬁ", "㈱", "①", " ", "-", "・", "'", "\u200b", "\u0301", "\u3099", "İ", "ς", "Σ", "_", "9", "𠮷", "🍎", "ﾞ", "Ⅷ",
	"\u1161", "\u11a8", "ẖ", "H\u0331",
}

func someText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
	})
}

func someTerms() *rapid.Generator[[]string] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "a", "ア", "삼", "一"}).Draw(t, "head") +
			strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces[:22]), 1, 3).Draw(t, "term"), "")
	}), 1, 6)
}

func someOptions() *rapid.Generator[*listen.MatchOptions] {
	return rapid.Custom(func(t *rapid.T) *listen.MatchOptions {
		return &listen.MatchOptions{
			Kana: rapid.Bool().Draw(t, "kana"), Marks: rapid.Bool().Draw(t, "marks"),
			Gap: rapid.Bool().Draw(t, "gap"), PartialKatakana: rapid.Bool().Draw(t, "partial"),
		}
	})
}

// Spans are ordered, disjoint, on rune borders, and their two kinds of offsets agree.
func TestSpansAreOrdered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, terms, o := someText().Draw(t, "text"), someTerms().Draw(t, "terms"), someOptions().Draw(t, "options")
		m, err := listen.NewMatcher(terms, nil, o)
		require.NoError(t, err)
		spans, err := m.Find(text)
		require.NoError(t, err)
		last := 0
		for _, s := range spans {
			require.GreaterOrEqual(t, s.Start, last)
			require.Greater(t, s.End, s.Start)
			require.True(t, utf8.RuneStart(text[s.Start]))
			require.True(t, s.End == len(text) || utf8.RuneStart(text[s.End]))
			require.Equal(t, utf8.RuneCountInString(text[:s.Start]), s.RuneStart)
			require.Equal(t, utf8.RuneCountInString(text[:s.End]), s.RuneEnd)
			want := listen.Fold(terms[s.Term], o).String()
			require.Contains(t, listen.Fold(text[s.Start:s.End], o).String(), want)
			last = s.End
		}
		require.NotNil(t, append([]listen.Span{}, spans...))
	})
}

// What is found in a text is found in its NFC, its NFD and its wide form, and maps to
// the same stretch.
func TestFormsFindTheSame(t *testing.T) {
	t.Parallel()
	forms := []func(string) string{norm.NFC.String, norm.NFD.String, width.Widen.String, width.Narrow.String}
	rapid.Check(t, func(t *rapid.T) {
		// Forms are taken of whole text: a mark at the start of a stretch would join another.
		text := norm.NFC.String(someText().Draw(t, "text"))
		terms, o := someTerms().Draw(t, "terms"), someOptions().Draw(t, "options")
		m, err := listen.NewMatcher(terms, nil, o)
		require.NoError(t, err)
		fold := func(text string) (out []string) {
			spans, err := m.Find(text)
			require.NoError(t, err)
			for _, s := range spans {
				out = append(out, listen.Fold(text[s.Start:s.End], o).String())
			}
			return out
		}
		want := fold(text)
		for i, form := range forms {
			require.Equal(t, want, fold(form(text)), "form %d: %+q", i, form(text))
		}
	})
}

// A mention never laps over an exclusion, unless it holds the whole of it.
func TestExclusionsAreKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, terms, o := someText().Draw(t, "text"), someTerms().Draw(t, "terms"), someOptions().Draw(t, "options")
		exclude := someTerms().Draw(t, "exclude")
		m, err := listen.NewMatcher(terms, exclude, o)
		require.NoError(t, err)
		spans, err := m.Find(text)
		require.NoError(t, err)
		for _, x := range exclude { // each alone, so that none hides another
			only, err := listen.NewMatcher([]string{x}, nil, o)
			require.NoError(t, err)
			barred, err := only.Find(text)
			require.NoError(t, err)
			for _, b := range barred {
				for _, s := range spans {
					holds := s.Start <= b.Start && b.End <= s.End && s.End-s.Start > b.End-b.Start
					require.True(t, holds || s.End <= b.Start || s.Start >= b.End, "%+q excludes %+q", x, text[s.Start:s.End])
				}
			}
		}
		plain, err := listen.NewMatcher(terms, nil, o)
		require.NoError(t, err)
		all, err := plain.Find(text)
		require.NoError(t, err)
		if len(all) == 0 {
			require.Empty(t, spans, "an exclusion never adds a mention")
		}
	})
}

// Many terms at once find what each finds alone: the union, less what a longer one covers.
func TestTogetherAsAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, terms, o := someText().Draw(t, "text"), someTerms().Draw(t, "terms"), someOptions().Draw(t, "options")
		m, err := listen.NewMatcher(terms, nil, o)
		require.NoError(t, err)
		together, err := m.Find(text)
		require.NoError(t, err)
		type stretch struct{ start, end int }
		var alone []stretch
		for _, term := range terms {
			one, err := listen.NewMatcher([]string{term}, nil, o)
			require.NoError(t, err)
			spans, err := one.Find(text)
			require.NoError(t, err)
			for _, s := range spans {
				alone = append(alone, stretch{s.Start, s.End})
			}
		}
		for _, s := range alone {
			require.True(t, slices.ContainsFunc(together, func(x listen.Span) bool {
				return x.Start < s.end && s.start < x.End && x.RuneEnd-x.RuneStart >= utf8.RuneCountInString(text[s.start:s.end])
			}), "%+q is lost", text[s.start:s.end])
		}
		require.Equal(t, len(alone) == 0, len(together) == 0)
	})
}

// The folded text of a stretch is the stretch of the folded text.
func TestFoldKnowsItsSource(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, o := someText().Draw(t, "text"), someOptions().Draw(t, "options")
		foldHolds(t, text, o)
	})
	f := listen.Fold("㈱ ABC", nil)
	require.Equal(t, "(株) abc", f.String())
	start, end, ok := f.Source(1, 2)
	require.True(t, ok)
	require.Equal(t, "㈱", "㈱ ABC"[start:end])
	_, _, ok = f.Source(2, 2)
	require.False(t, ok)
	_, _, ok = f.Source(0, 99)
	require.False(t, ok)
}

func foldHolds(t require.TestingT, text string, o *listen.MatchOptions) {
	f := listen.Fold(text, o)
	last := 0
	for i := range f.Runes {
		start, end, ok := f.Source(i, i+1)
		require.True(t, ok)
		require.GreaterOrEqual(t, start, last)
		require.Less(t, start, end)
		require.LessOrEqual(t, end, len(text))
		require.True(t, end == len(text) || utf8.RuneStart(text[end]) || !utf8.ValidString(text))
		last = start
	}
}

func FuzzFold(f *testing.F) {
	for _, p := range pieces {
		f.Add(p+"x"+p, uint8(0))
		f.Add(p+p, uint8(7))
	}
	f.Fuzz(func(t *testing.T, text string, flags uint8) {
		o := &listen.MatchOptions{Kana: flags&1 != 0, Marks: flags&2 != 0, Gap: flags&4 != 0}
		foldHolds(t, text, o)
		if utf8.ValidString(text) {
			whole := listen.Fold(norm.NFC.String(text), o).String()
			require.Equal(t, whole, listen.Fold(norm.NFD.String(norm.NFC.String(text)), o).String())
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add("楽天家の楽天", "楽天", "楽天家", uint8(0))
	f.Add("Coca-Cola", "coca cola", "x", uint8(7))
	f.Add("ーーー", "ー", "ーー", uint8(3))
	f.Fuzz(func(t *testing.T, text, term, exclude string, flags uint8) {
		o := &listen.MatchOptions{Kana: flags&1 != 0, Marks: flags&2 != 0, Gap: flags&4 != 0, PartialKatakana: flags&8 != 0}
		m, err := listen.NewMatcher([]string{term}, []string{exclude}, o)
		if err != nil {
			require.ErrorIs(t, err, listen.ErrTerms)
			return
		}
		spans, err := m.Find(text)
		require.NoError(t, err)
		last := 0
		for _, s := range spans {
			require.LessOrEqual(t, last, s.Start)
			require.Less(t, s.Start, s.End)
			require.LessOrEqual(t, s.End, len(text))
			last = s.End
		}
	})
}

// One matcher, taxonomy and model serve many goroutines (run under the race detector).
func TestShared(t *testing.T) {
	t.Parallel()
	m, err := listen.NewMatcher([]string{"楽天", "apple"}, []string{"楽天家"}, nil)
	require.NoError(t, err)
	x := taxonomy(t)
	l, _ := trained(t, english(1, 200), nil)
	text := "apple と e\u0301 楽天 late delivery"
	want, err := m.Find(text)
	require.NoError(t, err)
	verdict := l.Judge(language.English, "", text)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 50 {
				got, err := m.Find(text)
				if err != nil || !slices.Equal(want, got) {
					t.Error("another answer", got, err)
				}
				if _, _, err := x.Tags(language.English, text); err != nil {
					t.Error(err)
				}
				if l.Judge(language.English, "", text) != verdict {
					t.Error("another verdict")
				}
			}
		})
	}
	wait.Wait()
}
