package listen_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/listen"
)

// comments makes labelled comments of the given words: each has neutral words and one
// or two that lean, a tenth of them the wrong way.
func comments(seed uint64, n int, tag language.Tag, good, bad, neutral []string, space string) []listen.Sample {
	rng := rand.New(rand.NewPCG(seed, 7))
	out := make([]listen.Sample, n)
	for i := range out {
		lean, p := good, listen.Positive
		if i%3 == 0 {
			lean, p = bad, listen.Negative
		}
		var words []string
		for range 4 + rng.IntN(6) {
			words = append(words, neutral[rng.IntN(len(neutral))])
		}
		words = append(words, lean[rng.IntN(len(lean))])
		rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		if rng.IntN(10) == 0 {
			p = 3 - p
		}
		out[i] = listen.Sample{Language: tag, Text: strings.Join(words, space), Polarity: p}
	}
	return out
}

func english(seed uint64, n int) []listen.Sample {
	return comments(seed, n, language.English, []string{"great", "lovely", "helpful", "quick", "perfect"},
		[]string{"terrible", "broken", "rude", "slow", "useless"},
		strings.Fields("the phone arrived on monday with its charger and a case from your shop in town we ordered it for my father who has used"), " ")
}

func japanese(seed uint64, n int) []listen.Sample {
	return comments(seed, n, language.Japanese, []string{"最高", "素晴らしい", "親切", "快適"}, []string{"最悪", "汚い", "不親切", "残念"},
		[]string{"部屋は", "朝食が", "駅から", "フロントの", "お風呂", "でした", "と思う", "夕食", "景色も", "スタッフ"}, "")
}

func trained(t testing.TB, samples []listen.Sample, o *listen.TrainOptions) (*listen.Linear, []listen.Report) {
	t.Helper()
	l, reports, err := listen.Train(slices.Values(samples), o)
	require.NoError(t, err)
	return l, reports
}

func modelBytes(t require.TestingT, l *listen.Linear) []byte {
	data, err := l.MarshalBinary()
	require.NoError(t, err)
	return data
}

func TestTrain(t *testing.T) {
	t.Parallel()
	l, reports := trained(t, append(english(1, 600), japanese(2, 600)...), nil)
	require.Len(t, reports, 2)
	require.Equal(t, reports, l.Reports())
	for i, name := range []string{"en-Latn", "ja-Jpan"} {
		r := reports[i]
		require.Equal(t, name, r.Language)
		require.Equal(t, listen.Supported, r.Support, r)
		// A tenth of the labels are wrong, so no model can do better than 0.9.
		require.InDelta(t, 0.87, r.Balanced, 0.06, r)
		require.Less(t, r.Low, r.Balanced)
		require.Greater(t, r.High, r.Balanced)
		var sum int64
		for _, row := range r.Confusion {
			sum += row[0] + row[1]
		}
		require.EqualValues(t, r.N, sum, "every comment is told once")
		require.Contains(t, r.String(), "balanced accuracy")
	}
	rows := []struct {
		name, lang, text string
		support          listen.Support
		polarity         listen.Polarity
	}{
		{"good", "en", "my father has used the phone perfect in town", listen.Supported, listen.Positive},
		{"bad", "en-GB", "the phone arrived from your shop in town broken and useless", listen.Supported, listen.Negative},
		{"good, Japanese", "ja", "朝食が素晴らしい", listen.Supported, listen.Positive},
		{"bad, Japanese", "ja-JP", "部屋は最悪でした", listen.Supported, listen.Negative},
		{"no language", "th", "แย่มาก", listen.NoLanguage, 0},
		{"unknown language", "und", "great", listen.NoLanguage, 0},
		{"another script", "ja-Latn", "saikou", listen.NoLanguage, 0},
		{"like nothing seen", "en", "Ξύπνα γρήγορα, βρέχει πάλι στην Αθήνα", listen.Unfamiliar, 0},
		{"nothing", "en", " \u200b ", listen.NothingSaid, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tag := language.MustParse(row.lang)
			v := l.Judge(tag, "", row.text)
			require.Equal(t, row.support, v.Support, v.Support.String())
			require.Equal(t, row.polarity, v.Polarity)
			p, probability, ok := l.Classify(tag, row.text)
			require.Equal(t, row.support == listen.Supported, ok, "never a silent neutral")
			require.Equal(t, row.polarity, p)
			if ok {
				require.GreaterOrEqual(t, probability, 0.5)
				require.LessOrEqual(t, probability, 1.0)
			} else {
				require.Zero(t, probability)
			}
		})
	}
	require.Equal(t, listen.NoDomain, l.Judge(language.English, "hotels", "great").Support)
	_, _, ok := l.In("hotels").Classify(language.English, "great")
	require.False(t, ok)
}

func TestTrainRefuses(t *testing.T) {
	t.Parallel()
	_, _, err := listen.Train(slices.Values([]listen.Sample{}), nil)
	require.ErrorIs(t, err, listen.ErrTrain)
	require.ErrorIs(t, err, listen.ErrNoData)
	l, reports, err := listen.Train(slices.Values(english(1, 60)), nil)
	require.ErrorIs(t, err, listen.ErrTrain)
	require.Nil(t, l)
	require.Equal(t, listen.TooFew, reports[0].Support)

	one := english(1, 300)
	for i := range one {
		one[i].Polarity = listen.Positive
	}
	_, reports, err = listen.Train(slices.Values(one), nil)
	require.ErrorIs(t, err, listen.ErrTrain)
	require.Equal(t, listen.OneClass, reports[0].Support)

	noise, rng := english(1, 600), rand.New(rand.NewPCG(3, 3))
	for i := range noise {
		noise[i].Polarity = listen.Polarity(1 + rng.IntN(2))
	}
	_, reports, err = listen.Train(slices.Values(noise), nil)
	require.ErrorIs(t, err, listen.ErrTrain)
	require.Equal(t, listen.BelowFloor, reports[0].Support, "labels that the text does not explain: %v", reports[0])

	l, reports, err = listen.Train(slices.Values(append(noise, japanese(2, 600)...)), nil)
	require.NoError(t, err)
	require.Equal(t, listen.BelowFloor, reports[0].Support)
	require.Equal(t, listen.BelowFloor, l.Judge(language.English, "", "great").Support)

	_, _, err = listen.Train(slices.Values([]listen.Sample{{Text: "x"}, {Language: language.English, Text: "y"}}), nil)
	require.ErrorIs(t, err, listen.ErrTrain)
	for _, part := range []string{"samples[0].Language", "samples[0].Polarity", "samples[1].Polarity"} {
		require.ErrorContains(t, err, part)
	}
	_, _, err = listen.Train(slices.Values(english(1, 200)), &listen.TrainOptions{Folds: 1, Floor: 0.2, MinLabels: 5, Level: 2, MaxLabels: -1})
	for _, part := range []string{"Folds", "Floor", "MinLabels", "Level", "MaxLabels"} {
		require.ErrorContains(t, err, part)
	}
}

// Property 25: the order of samples changes no byte, and swapped labels turn every
// answer around.
func TestTrainOrderAndSigns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		samples := english(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(120, 200).Draw(t, "n"))
		samples = append(samples, samples[:10]...) // some twice
		o := &listen.TrainOptions{Folds: 2, Floor: 0.5001}
		l, reports, err := listen.Train(slices.Values(samples), o)
		if err != nil {
			require.Equal(t, listen.BelowFloor, reports[0].Support)
			return
		}
		shuffled := slices.Clone(samples)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		other, _, err := listen.Train(slices.Values(shuffled), o)
		require.NoError(t, err)
		require.Equal(t, modelBytes(t, l), modelBytes(t, other))

		for i := range shuffled {
			shuffled[i].Polarity = 3 - shuffled[i].Polarity
		}
		swapped, swappedReports, err := listen.Train(slices.Values(shuffled), o)
		require.NoError(t, err)
		require.Equal(t, reports[0].Confusion[0], [2]int64{swappedReports[0].Confusion[1][1], swappedReports[0].Confusion[1][0]})
		for _, s := range samples {
			a, b := l.Judge(s.Language, "", s.Text), swapped.Judge(s.Language, "", s.Text)
			require.Equal(t, a.Support, b.Support)
			if a.Support == listen.Supported {
				require.Equal(t, a.Polarity, 3-b.Polarity)
				require.InDelta(t, a.Probability, b.Probability, 0, "exactly the opposite weights")
			}
		}
	})
}

func TestContradictionsCancel(t *testing.T) {
	t.Parallel()
	samples := english(1, 300)
	want, wantReports := trained(t, samples, nil)
	tie := listen.Sample{Language: language.English, Text: "Meh, it is a Phone", Polarity: listen.Positive}
	other := tie
	other.Text, other.Polarity = "meh,  it is a PHONE ", listen.Negative // folds to the same
	got, reports := trained(t, append(samples, tie, other), nil)
	require.Equal(t, wantReports[0].N, reports[0].N)
	require.Equal(t, wantReports[0].Dropped+2, reports[0].Dropped)
	require.Equal(t, len(modelBytes(t, want)), len(modelBytes(t, got)))
}

func TestModelTravels(t *testing.T) {
	t.Parallel()
	samples := append(english(1, 300), japanese(2, 60)...)
	for i := range samples[:150] {
		samples[i].Domain = "phones"
	}
	l, reports := trained(t, samples, nil)
	require.Len(t, reports, 3)
	data := modelBytes(t, l)
	var back listen.Linear
	require.NoError(t, back.UnmarshalBinary(data))
	require.Equal(t, reports, back.Reports())
	require.Equal(t, data, modelBytes(t, &back))
	for _, s := range samples {
		require.Equal(t, l.Judge(s.Language, s.Domain, s.Text), back.Judge(s.Language, s.Domain, s.Text))
	}
	require.Equal(t, listen.TooFew, back.Judge(language.Japanese, "", "最高").Support)

	for i := range len(data) / 50 {
		bad := slices.Clone(data)
		bad[i*50] ^= 0x40
		require.ErrorIs(t, back.UnmarshalBinary(bad), listen.ErrModel)
	}
	require.ErrorIs(t, back.UnmarshalBinary(nil), listen.ErrModel)
	require.Equal(t, reports, back.Reports(), "a refused model changes nothing")
}

func FuzzModel(f *testing.F) {
	l, _, err := listen.Train(slices.Values(english(1, 120)), &listen.TrainOptions{Folds: 2})
	require.NoError(f, err)
	whole := modelBytes(f, l)
	f.Add(whole)
	f.Add(whole[:200])
	f.Add(binary.BigEndian.AppendUint32(nil, 7))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l listen.Linear
		if err := l.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, listen.ErrModel)
			return
		}
		_ = l.Judge(language.English, "", "the phone is great")
		_ = l.Judge(language.Japanese, "", "最高")
		require.Equal(t, data, modelBytes(t, &l))
	})
}

func TestFromAnswer(t *testing.T) {
	t.Parallel()
	want := func(p listen.Polarity, ok bool, a feedback.Answer, err error) {
		t.Helper()
		require.NoError(t, err)
		got, is := listen.FromAnswer(a)
		require.Equal(t, ok, is)
		require.Equal(t, p, got)
	}
	for score, p := range map[int]listen.Polarity{0: listen.Negative, 6: listen.Negative, 7: 0, 8: 0, 9: listen.Positive, 10: listen.Positive} {
		a, err := feedback.NewNPS(score)
		want(p, p != 0, a, err)
	}
	for score, p := range map[int]listen.Polarity{1: listen.Negative, 2: listen.Negative, 3: 0, 4: listen.Positive, 5: listen.Positive} {
		a, err := feedback.NewCSAT(score)
		want(p, p != 0, a, err)
	}
	a, err := feedback.NewCES(1, feedback.HigherIsHarder)
	want(listen.Positive, true, a, err)
	want(0, false, feedback.NPSAnswer{}, nil)
	want(0, false, nil, nil)
}
