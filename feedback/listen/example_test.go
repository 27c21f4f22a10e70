package listen_test

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/feedback/listen"
)

func ExampleMatcher_Find() {
	m, err := listen.NewMatcher([]string{"楽天", "ユニクロ", "apple"}, []string{"楽天家"}, nil)
	if err != nil {
		panic(err)
	}
	text := "楽天家の姉は楽天でﾕﾆｸﾛとＡＰＰＬＥを買った。アップルパイとpineappleも。"
	spans, err := m.Find(text)
	if err != nil {
		panic(err)
	}
	for _, s := range spans {
		fmt.Println(s.RuneStart, s.RuneEnd, text[s.Start:s.End])
	}
	// Output:
	// 6 8 楽天
	// 9 13 ﾕﾆｸﾛ
	// 14 19 ＡＰＰＬＥ
}

func ExampleFold() {
	text := "㈱Straße"
	f := listen.Fold(text, nil)
	start, end, _ := f.Source(0, 3)
	fmt.Println(f, text[start:end])
	// Output: (株)strasse ㈱
}

func ExampleTaxonomy_Tags() {
	themes, err := listen.ParseThemes([]byte(`[
		{"id": "delivery", "terms": [{"language": "en", "any": ["delivery", "parcel"]}]},
		{"id": "late", "parent": "delivery", "terms": [{"language": "en", "any": ["delivery", "parcel"], "near": ["late", "slow"]}]}]`))
	if err != nil {
		panic(err)
	}
	x, err := listen.NewTaxonomy(themes, nil)
	if err != nil {
		panic(err)
	}
	tags, ok, err := x.Tags(language.English, "The parcel came late again.")
	for _, tag := range tags {
		fmt.Println(tag.Path, tag.Spans)
	}
	fmt.Println(ok, err)
	_, ok, _ = x.Tags(language.German, "Das Paket kam zu spät.")
	fmt.Println(ok)
	// Output:
	// [delivery] [{1 4 10 4 10}]
	// [delivery late] [{1 4 10 4 10}]
	// true <nil>
	// false
}

func ExampleStars() {
	one, many := listen.Stars{4: 1}, listen.Stars{2, 3, 5, 40, 150}
	for _, s := range []listen.Stars{one, many} {
		mean, _ := s.Mean()
		bayes, err := s.Bayes(listen.Prior{Mean: 4.1, N: 20})
		if err != nil {
			panic(err)
		}
		lower, err := s.DirichletLower(0.95)
		if err != nil {
			panic(err)
		}
		fmt.Printf("mean %.2f of %d, Bayesian %.2f, at least %.2f\n", mean, s.N(), bayes, lower)
	}
	// Output:
	// mean 5.00 of 1, Bayesian 4.14, at least 2.41
	// mean 4.67 of 200, Bayesian 4.61, at least 4.54
}

func ExampleTrain() {
	// A host takes these from its survey: the score beside a comment labels it.
	model, reports, err := listen.Train(slices.Values(japanese(1, 400)), nil)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s %v, n %d\n", reports[0].Language, reports[0].Support, reports[0].N)
	p, _, ok := model.Classify(language.Japanese, "部屋は最悪でした")
	fmt.Println(p, ok)
	p, _, ok = model.Classify(language.English, "It was awful.")
	fmt.Println(p, ok)
	// Output:
	// ja-Jpan supported, n 400
	// negative true
	// none false
}

func ExampleReplies_Queue() {
	replies, err := listen.NewReplies(listen.SuggestedReplies("food poisoning"))
	if err != nil {
		panic(err)
	}
	at := time.Date(2026, 3, 6, 16, 0, 0, 0, time.UTC)
	queue, err := replies.Queue([]listen.Record{
		{ID: "r1", Kind: listen.Review, Source: "maps", Rating: 2, Text: "cold soup", At: at, Reply: listen.Unanswered},
		{ID: "r2", Kind: listen.Mention, Source: "forum", Text: "Food poisoning!", At: at, Reply: listen.Unanswered},
	}, nil, nil, at.Add(2*time.Hour))
	if err != nil {
		panic(err)
	}
	for _, w := range queue {
		fmt.Println(w.Record.ID, w.Reason.Severity, w.DueAt.Format(time.RFC3339), w.Overdue)
	}
	// Output:
	// r2 critical 2026-03-06T17:00:00Z true
	// r1 high 2026-03-07T16:00:00Z false
}
