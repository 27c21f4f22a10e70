package loyalty

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func utc(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// A yearly term is reviewed on its day: who still qualifies has the level for
// another year without buying anything, by the entry or by the stay condition.
func TestYearlyReviewLooksAtTheMetrics(t *testing.T) {
	t.Parallel()
	set := TierSetSpec{
		Term: TermSpec{Kind: TermYearly, Month: 1, Day: 31}, Landing: OneLevelDown,
		Levels: []LevelSpec{
			{ID: "base"},
			{ID: "silver", Entry: &CriterionSpec{Metric: "v", AtLeast: MustAmount("100")}},
			{ID: "gold", Entry: &CriterionSpec{Metric: "v", AtLeast: MustAmount("500")}, Stay: &CriterionSpec{Metric: "v", AtLeast: MustAmount("300")}},
		},
	}
	for _, x := range []struct {
		name   string
		window WindowSpec
		spend  []string // on 1 March 2021 and each 1 March after it
		levels []string // on 31 January 2022, 2023, 2024
	}{
		{"a lifetime sum keeps it for ever", WindowSpec{}, []string{"600"}, []string{"gold", "gold", "gold"}},
		{"a rolling sum runs out", WindowSpec{Kind: RollingMonths, N: 24}, []string{"600"}, []string{"gold", "gold", "silver"}},
		{"stay is less than entry", WindowSpec{Kind: RollingMonths, N: 12}, []string{"600", "350", "299"}, []string{"gold", "gold", "silver"}},
		{"landing goes level by level", WindowSpec{Kind: RollingMonths, N: 10}, []string{"600"}, []string{"silver", "base", "base"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			d := spender(t, set, x.window)
			for i, a := range x.spend {
				if i > 0 {
					d.settle("m", utc(2021+i, 1, 31))
					require.Equal(t, x.levels[i-1], d.tier())
				}
				d.spend(i, utc(2021+i, 3, 1), MustAmount(a))
			}
			for i := len(x.spend) - 1; i < len(x.levels); i++ {
				d.settle("m", utc(2022+i, 1, 31).Add(-time.Microsecond))
				d.settle("m", utc(2022+i, 1, 31))
				require.Equal(t, x.levels[i], d.tier(), "review of %d", 2022+i)
			}
		})
	}
}

// An invitation-only level is nobody's until it is granted, even as the first.
func TestGrantOnlyLevel(t *testing.T) {
	t.Parallel()
	set := TierSetSpec{Levels: []LevelSpec{
		{ID: "guest", GrantOnly: true},
		{ID: "member", Entry: &CriterionSpec{Metric: "v", AtLeast: MustAmount("10")}},
		{ID: "patron", GrantOnly: true},
	}}
	d := spender(t, set, WindowSpec{})
	require.Empty(t, d.tier())
	d.spend(0, utc(2024, 1, 1), MustAmount("9"))
	require.Empty(t, d.tier())
	d.must("guest", utc(2024, 1, 2), GrantTier{Tier: "guest", Until: InstantOf(utc(2024, 2, 1)), Reason: "fair"})
	require.Equal(t, "guest", d.tier())
	d.settle("m", utc(2024, 2, 1))
	require.Empty(t, d.tier())
	d.spend(1, utc(2024, 2, 2), MustAmount("1000"))
	require.Equal(t, "member", d.tier())
	pr, ok := Project(d.p, d.account("m"), "", utc(2024, 2, 2))
	require.True(t, ok)
	require.Empty(t, pr.Next, "nobody can earn it")
	d.must("patron", utc(2024, 2, 3), GrantTier{Tier: "patron", Reason: "the board"})
	require.Equal(t, "patron", d.tier())

	set.Levels[2].Entry = set.Levels[1].Entry
	set.ID, set.Metrics = "t", []MetricSpec{{ID: "v", Kind: MetricSpend}}
	_, err := NewProgram(Spec{ID: "x", Version: 1, Tiers: []TierSetSpec{set}})
	require.ErrorContains(t, err, "tiers[0].levels[2].grant_only")
}

// A line that discounts made free may still be worth something to a rule that only
// heeds discounts of its own category. What it earned goes when all is returned.
func TestFreeLineUnderScopedRule(t *testing.T) {
	t.Parallel()
	d := newDesk(t, Spec{Rules: []RuleSpec{
		{ID: "base", Kind: RuleSpend, Points: MustAmount("1"), When: ConditionSpec{Categories: []string{"a"}}},
		{ID: "double", Kind: RuleMultiply, Factor: MustAmount("2")},
	}})
	r := d.must("o", utc(2024, 1, 1), Purchase{
		Order:     "o",
		Lines:     []Line{{ID: "1", Category: "a", Amount: MustAmount("10")}, {ID: "2", Category: "b", Amount: MustAmount("8")}},
		Discounts: []Discount{{Percent: MustAmount("50")}, {Percent: MustAmount("50"), Scope: "a"}},
	})
	require.Equal(t, Points(10), r.Earned, "half of 10, twice")
	r = d.must("r1", utc(2024, 1, 2), Refund{Order: "o", Lines: []RefundLine{{Line: "2", Amount: MustAmount("3")}}})
	require.Zero(t, r.Clawed())
	r = d.must("r2", utc(2024, 1, 3), Refund{Order: "o", All: true})
	require.Equal(t, Points(10), r.Clawed())
	require.Zero(t, d.account("m").Balance("").Active)
}
