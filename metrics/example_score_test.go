package metrics_test

import (
	"fmt"

	"github.com/rapport-go/rapport/metrics"
)

// Two waves of one survey: each with its interval, and whether the change is more than
// chance.
func ExampleNetPromoter() {
	spring, _ := metrics.NetPromoterFromCounts(45, 30, 25)
	autumn, _ := metrics.NetPromoterFromCounts(50, 30, 20)
	for _, wave := range []metrics.NetPromoter{spring, autumn} {
		i, _ := wave.Interval(metrics.AdjustedWald, 0.95)
		fmt.Printf("%.0f (%.1f to %.1f by %s, n %d)\n", i.Estimate, i.Low, i.High, i.Method, i.N)
	}
	change, _ := autumn.Compare(spring)
	z, _ := change.Z()
	p, _ := change.P()
	fmt.Printf("change %+.0f, standard error %.1f, z %.2f, p %.2f\n", change.Estimate, change.SE, z, p)
	// Output:
	// 20 (3.8 to 35.1 by adjusted-wald, n 100)
	// 30 (14.1 to 44.2 by adjusted-wald, n 100)
	// change +10, standard error 11.3, z 0.89, p 0.37
}

// Answers that stand for different numbers of customers.
func ExampleWeightedNetPromoter() {
	var n metrics.WeightedNetPromoter
	for _, a := range []struct {
		score  int
		weight float64
	}{{10, 0.5}, {9, 0.5}, {8, 2}, {6, 1}, {10, 2}, {11, 1}} {
		_ = n.Add(a.score, a.weight) // 11, "no answer", is counted as invalid
	}
	score, _ := n.Score()
	kish, _ := n.KishN()
	se, _ := n.StandardError(metrics.Kish)
	fmt.Printf("%.1f of %d answers, worth %.1f of equal weight; standard error %.1f; %d invalid\n",
		score, n.Unweighted().N(), kish, se, n.Unweighted().Invalid)
	// Output:
	// 33.3 of 5 answers, worth 3.8 of equal weight; standard error 38.3; 1 invalid
}

// Customer effort on the scale of 1 to 7, 5 and more being easy.
func ExampleRatings() {
	ces, _ := metrics.NewRatings(metrics.EffortScale())
	for _, a := range []int{7, 6, 6, 5, 5, 4, 3, 7, 6, 2, 0} {
		_ = ces.Add(a) // 0 is no answer of the scale: counted as invalid
	}
	mean, _ := ces.MeanInterval(0.95)
	easy, _ := ces.TopBox().Interval(metrics.Wilson, 0.95)
	fmt.Printf("mean %.1f (%.1f to %.1f)\n", mean.Estimate, mean.Low, mean.High)
	fmt.Printf("easy %.0f%% (%.0f to %.0f)\n", 100*easy.Estimate, 100*easy.Low, 100*easy.High)
	fmt.Println(ces.N(), "answers,", ces.Invalid(), "invalid")
	// Output:
	// mean 5.1 (3.9 to 6.3)
	// easy 70% (40 to 89)
	// 10 answers, 1 invalid
}

// Nobody of twenty complained: that is no proof that nobody will.
func ExampleProportion_Interval() {
	p, _ := metrics.ProportionFromCounts(0, 20)
	for _, m := range []metrics.Method{metrics.Wilson, metrics.ClopperPearson, metrics.Jeffreys, metrics.AgrestiCoull} {
		i, _ := p.Interval(m, 0.95)
		fmt.Printf("%-15s %.4f to %.4f\n", i.Method, i.Low, i.High)
	}
	// Output:
	// wilson          0.0000 to 0.1611
	// clopper-pearson 0.0000 to 0.1684
	// jeffreys        0.0000 to 0.1166
	// agresti-coull   -0.0287 to 0.1898
}

// A campaign with a control group: 56 of 70 bought, 48 of 80 without it.
func ExampleTwoArm() {
	campaign, _ := metrics.TwoArmFromCounts(56, 70, 48, 80)
	absolute, _ := campaign.Interval(0.95)
	relative, _ := campaign.Relative()
	extra, _ := campaign.Incremental()
	_, p, _ := campaign.Z()
	fmt.Printf("uplift %.3f (%.4f to %.4f by %s), p %.3f\n", absolute.Estimate, absolute.Low, absolute.High, absolute.Method, p)
	fmt.Println("relative", relative, "incremental", extra.Decimal(0).StringFixed(0))
	// Output:
	// uplift 0.200 (0.0524 to 0.3339 by newcombe), p 0.008
	// relative 33.33% incremental 14
}

// prospect is a host's row of a campaign with a model's prediction.
type prospect struct {
	predicted          float64
	treated, converted bool
}

func (p prospect) Trial() (predicted float64, treated, converted bool) {
	return p.predicted, p.treated, p.converted
}

// Does the model know whom the campaign persuades?
func ExampleQiniOf() {
	rows := func(yield func(prospect) bool) {
		for i := range 100 {
			p := prospect{predicted: float64(i%10) / 10, treated: i%20 < 10}
			p.converted = i%10 >= 7 && p.treated || i%10 == 0
			if !yield(p) {
				return
			}
		}
	}
	curve, _ := metrics.QiniOf(rows)
	for _, at := range curve.Points[:5] {
		fmt.Printf("best %3.0f%%: %.1f more conversions\n", 100*at.Share, at.Incremental)
	}
	fmt.Printf("Qini coefficient %.3f\n", curve.Coefficient)
	// Output:
	// best   0%: 0.0 more conversions
	// best  10%: 5.0 more conversions
	// best  20%: 10.0 more conversions
	// best  30%: 15.0 more conversions
	// best  40%: 15.0 more conversions
	// Qini coefficient 0.105
}
