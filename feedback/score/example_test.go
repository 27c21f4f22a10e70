package score_test

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/score"
)

func Example() {
	var answers []feedback.NPSAnswer
	for _, given := range []int{10, 9, 9, 8, 7, 10, 3, 9, 6, 10, 0, 8} {
		a, err := feedback.NewNPS(given)
		if err != nil {
			fmt.Println(err)
			return
		}
		answers = append(answers, a)
	}
	answers = append(answers, feedback.NPSAnswer{}) // somebody skipped the question

	n := score.NetPromoterOf(slices.Values(answers))
	e, err := n.Estimate(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Explain())
	fmt.Println("skipped:", n.Skipped)
	// Output:
	// net promoter score of 25.0 points from 12 answers, between -23.3 and 62.7 at 95 % confidence (score), if they are a random sample; doubt it because fewer than 20 people answered.
	// skipped: 1
}

func ExampleNetPromoter_Estimate_noAnswers() {
	_, err := score.NetPromoter{Skipped: 40}.Estimate(nil)
	fmt.Println(errors.Is(err, score.ErrNoData), err)
	// Output: true score: no answer: net promoter score is 0: nobody answered
}

func ExampleCompareNetPromoter() {
	now, before := score.NetPromoter{Promoters: 40, Passives: 35, Detractors: 25}, score.NetPromoter{Promoters: 30, Passives: 35, Detractors: 35}
	c, err := score.CompareNetPromoter(now, before, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+.0f points, between %.1f and %.1f, p = %.4f by %v\n", c.Difference.Value, c.Difference.Low, c.Difference.High, c.P, c.Test)
	// Output: +20 points, between -2.3 and 41.2, p = 0.0801 by adjusted-z
}

func ExampleCompareProportions() {
	c, err := score.CompareProportions(score.Proportion{Hits: 9, Total: 10}, score.Proportion{Hits: 3, Total: 10}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f [%.4f, %.4f], p = %.4f by %v\n", c.Difference.Value, c.Difference.Low, c.Difference.High, c.P, c.Test)
	// Output: 0.60 [0.1705, 0.8090], p = 0.0076 by n-minus-one
}

func ExampleSatisfaction() {
	var s score.Satisfaction
	for score, people := range map[int]int{5: 40, 4: 33, 3: 20, 2: 15, 1: 12} {
		for range people {
			_ = s.Add(score)
		}
	}
	e, err := s.Top(2, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Explain())
	// Output: satisfied share (CSAT) of 60.8 % from 120 answers, between 51.9 and 69.1 at 95 % confidence (wilson), if they are a random sample.
}

func ExampleScoreSUS() {
	s, err := score.ScoreSUS([10]int{4, 2, 5, 1, 4, 2, 5, 2, 4, 2}, nil)
	fmt.Println(s.Score, err)
	_, err = score.ScoreSUS([10]int{4, 2, 5, 0, 4, 2, 5, 2, 4, 6}, nil)
	fmt.Println(err)
	// Output:
	// 82.5 <nil>
	// score: incomplete answers: item 4 is 0: not answered
	// score: out of range: item 10 is 6: whole numbers from 1 to 5 are answers
}

func ExampleSizeForProportion() {
	n, err := score.SizeForProportion(0.5, 0.05, &score.SampleOptions{Population: 1000})
	fmt.Println(n.Required, err)
	// Output: 278 <nil>
}

func ExampleAdjustP() {
	p := []float64{0.001, 0.02, 0.03, 0.6}
	for by := score.Bonferroni; by <= score.BenjaminiHochberg; by++ {
		adjusted, err := score.AdjustP(p, by)
		fmt.Printf("%-18v %.3f %v\n", by, adjusted, err)
	}
	// Output:
	// bonferroni         [0.004 0.080 0.120 1.000] <nil>
	// holm               [0.004 0.060 0.060 0.600] <nil>
	// benjamini-hochberg [0.004 0.040 0.040 0.600] <nil>
}

func ExampleRaking() {
	r, err := score.NewRaking(
		score.Margin{Name: "age", Targets: []score.Target{{Level: "under 40", Size: 0.5}, {Level: "40 and over", Size: 0.5}}},
		score.Margin{Name: "tier", Targets: []score.Target{{Level: "basic", Size: 0.8}, {Level: "gold", Size: 0.2}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	type person struct {
		levels []string
		score  int
	}
	var people []person
	add := func(n int, age, tier string, score int) {
		for range n {
			people = append(people, person{[]string{age, tier}, score})
		}
	}
	add(10, "under 40", "basic", 6) // the young answer less often
	add(5, "under 40", "gold", 10)
	add(30, "40 and over", "basic", 8)
	add(25, "40 and over", "gold", 10)
	for _, p := range people {
		if err := r.Add(p.levels, 1); err != nil {
			fmt.Println(err)
			return
		}
	}
	w, err := r.Weights(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var plain score.NetPromoter
	var weighted score.WeightedNetPromoter
	for _, p := range people {
		weight, err := w.Weight(p.levels, 1)
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = plain.Add(p.score)
		_ = weighted.Add(p.score, weight)
	}
	a, _ := plain.Estimate(nil)
	b, _ := weighted.Estimate(nil)
	fmt.Printf("as answered %+.1f, weighted %+.1f [%.1f, %.1f]\n", a.Value, b.Value, b.Low, b.High)
	fmt.Printf("design effect %.2f: %d answers know as much as %.0f\n", w.Report.DesignEffect, w.Report.N, w.Report.EffectiveN)
	// Output:
	// as answered +28.6, weighted -22.0 [-45.1, 1.1]
	// design effect 1.70: 70 answers know as much as 41
}

func ExampleComoments_Drivers() {
	// Overall satisfaction, then what may drive it; one row a respondent.
	rows := [][]float64{
		{5, 5, 3, 4},
		{4, 4, 2, 3},
		{2, 2, 4, 3},
		{5, 5, 5, 4},
		{3, 3, 2, 5},
		{1, 1, 3, 2},
		{4, 3, 4, 4},
		{4, 5, 1, 3},
		{2, 1, 2, 4},
		{3, 4, 5, 3},
		{5, 4, 3, 5},
		{3, 2, 3, 3},
		{2, 3, 1, 2},
		{4, 4, 4, 5},
		{1, 2, 2, 1},
		{5, 5, 4, 4},
	}
	var c score.Comoments
	for _, row := range rows {
		if err := c.Add(row); err != nil {
			fmt.Println(err)
			return
		}
	}
	r, err := c.Drivers(0, &score.DriverOptions{Names: []string{"care", "colour", "speed"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("R² %.2f by %v, %v\n", r.R2, r.Importance, r.Caveats)
	for _, d := range r.Drivers {
		fmt.Printf("%-6s %3.0f %% of it, performs at %.2f: %v\n", d.Name, 100*d.ImportanceShare, d.Performance.Value, d.Quadrant)
	}
	// Output:
	// R² 0.89 by lmg, few-answers
	// care    63 % of it, performs at 3.31: keep-up
	// colour   5 % of it, performs at 3.00: low-priority
	// speed   32 % of it, performs at 3.44: keep-up
}

func ExampleComoments_Reliability() {
	var c score.Comoments
	for _, row := range [][]float64{{4, 5, 2}, {3, 3, 3}, {5, 4, 1}, {2, 2, 5}, {4, 4, 2}, {1, 2, 4}} {
		_ = c.Add(row)
	}
	r, err := c.Reliability(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("alpha %.2f, %v; look at items %v\n", r.Alpha.Value, r.Alpha.Caveats, r.LikelyReversed)
	// Output: alpha -3.16, few-answers negative-reliability; look at items [2 0]
}

// Two countries with their own way of using the scale, each measured against what its people
// give to companies that they like and dislike (anchors: XM Institute).
func ExampleAnchorEstimate() {
	wave := func(promoters, passives, detractors int64) score.Estimate {
		n, _ := score.NetPromoterFromCounts(promoters, passives, detractors)
		e, _ := n.Estimate(nil)
		return e
	}
	india, err := score.AnchorEstimate(wave(620, 260, 120), wave(700, 240, 60), wave(290, 350, 360), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	japan, err := score.AnchorEstimate(wave(70, 260, 670), wave(110, 310, 580), wave(20, 80, 900), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("India %.2f [%.2f, %.2f], Japan %.2f [%.2f, %.2f]\n", india.Value, india.Low, india.High, japan.Value, japan.Low, japan.High)
	c, err := score.CompareEstimates(india.Estimate, japan.Estimate, nil)
	fmt.Printf("difference %.2f [%.2f, %.2f] %v\n", c.Difference.Value, c.Difference.Low, c.Difference.High, err)
	// Output:
	// India 0.80 [0.73, 0.88], Japan 0.68 [0.56, 0.80]
	// difference 0.12 [-0.02, 0.26] <nil>
}

func ExampleProfile_Compare() {
	japan, _ := score.StandardizeItems([][]int{{3, 4}, {2, 3}, {3, 3}})
	india, _ := score.StandardizeItems([][]int{{5, 5}, {4, 5}, {5, 4}})
	fmt.Println(errors.Is(japan.Compare(india), score.ErrNotComparable))
	// Output: true
}

func ExampleMeanRidit() {
	reference, _ := score.RatingsFromCounts(1, []int64{5, 10, 30, 40, 15})
	branch, _ := score.RatingsFromCounts(1, []int64{1, 3, 12, 30, 24})
	e, err := score.MeanRidit(branch, reference, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Explain())
	// Output: mean ridit of 65.2 % from 70 answers, between 57.3 and 73.1 at 95 % confidence (placements), if they are a random sample.
}

func ExampleSuppress() {
	groups := []score.Group[float64]{{Key: "day", People: 7, Figure: 43}, {Key: "night", People: 1, Figure: -100}, {Key: "weekend", People: 12, Figure: 25}}
	t, err := score.Suppress(groups, 29, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("seen:", t.Visible, "hidden:", t.Hidden, "total:", *t.Total)
	// Output: seen: [{weekend 12 25}] hidden: [day night] total: {total 20 29}
}

func ExampleBestWorst() {
	var b score.BestWorst
	for range 3 {
		_ = b.Add([]string{"price", "care", "speed", "colour"}, "care", "colour")
		_ = b.Add([]string{"price", "care", "speed"}, "price", "speed")
	}
	_ = b.Add([]string{"care", "colour"}, "colour", "care")
	items, err := b.Items(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range items {
		fmt.Printf("%-6s %+.2f share %.2f\n", i.Item, i.Score.Value, i.Share)
	}
	fmt.Println(items[0].Score.Caveats)
	// Output:
	// price  +0.50 share 0.55
	// care   +0.29 share 0.33
	// colour -0.50 share 0.06
	// speed  -0.50 share 0.06
	// few-answers empty-class relative-to-set
}

func ExampleKano() {
	var k score.Kano
	for _, a := range [][2]int{{1, 3}, {1, 4}, {1, 5}, {2, 5}, {3, 3}, {1, 2}} {
		_ = k.Add(a[0], a[1])
	}
	mode, tied, _ := k.Mode()
	c, err := k.Coefficients(nil)
	fmt.Printf("%v (tied: %v), better %.2f, worse %.2f %v\n", mode, tied, c.Better.Value, c.Worse.Value, err)
	// Output: attractive (tied: false), better 0.67, worse -0.33 <nil>
}

func ExampleInspectAnswers() {
	c, err := score.InspectAnswers([]int{3, 3, 3, 3, 3, 3, 3, 3}, nil)
	fmt.Println(c.LongestRun, c.Variation, c.Flags, err)
	// Output: 8 0 [straight-line long-run] <nil>
}

func ExampleCases_Rate() {
	c := score.Cases{Complete: 132, Partial: 263, Refusal: 50, NonContact: 65, Other: 129, UnknownHousehold: 208, UnknownOther: 247}
	lowest, _ := c.Rate(score.RR1, 1)
	highest, err := c.Rate(score.RR6, 1)
	fmt.Printf("%.3f to %.3f %v\n", lowest, highest, err)
	// Output: 0.121 to 0.618 <nil>
}
