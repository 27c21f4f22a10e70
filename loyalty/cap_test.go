package loyalty

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// campaign has a budget of points and one of orders, and caps of one member in two
// parts of an order.
func campaign(points Points, times int64) Spec {
	return Spec{
		Rules: []RuleSpec{
			{ID: "base", Kind: RuleSpend, Points: MustAmount("1"), Scope: "base"},
			{ID: "extra", Kind: RuleBonus, Points: MustAmount("30"), Scope: "extra"},
			{ID: "lamp", Kind: RuleFixed, Points: MustAmount("20"), Scope: "lamp"},
			{ID: "more", Kind: RuleBonus, Points: MustAmount("11"), Scope: "more"},
			{ID: "letter", Kind: RuleEvent, Event: "letter", Points: MustAmount("7")},
		},
		Caps: []CapSpec{
			{ID: "budget", Rules: []string{"extra", "more", "letter"}, Points: points, Per: PerMonth, Shared: true},
			{ID: "lamps", Rules: []string{"lamp", "more"}, Times: times, Per: PerMonth, Shared: true},
			{ID: "member", Rules: []string{"base", "extra"}, Points: 100, Per: PerDay},
			{ID: "order", Rules: []string{"base", "lamp"}, Points: 60, Per: PerPurchase},
			{ID: "visits", Rules: []string{"lamp", "more"}, Times: 2, Per: PerDay},
		},
	}
}

// Property 10, over all members: whatever the members do, no cap and no budget gives
// more than it holds, and what a budget has given is what the members got.
func TestCapsHoldOverAllParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		budget := Points(rapid.IntRange(0, 200).Draw(t, "budget"))
		times := int64(rapid.IntRange(1, 6).Draw(t, "times"))
		d := rapidDesk(t, campaign(budget, times))
		at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		type key struct{ what, period string }
		got := map[key]Points{}
		for i := range rapid.IntRange(1, 25).Draw(t, "n") {
			at = at.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour)
			who := rapid.SampledFrom([]string{"ada", "bea", "cem"}).Draw(t, "who")
			c := Command{Key: fmt.Sprint(i), Account: who, At: at, Do: Purchase{Order: fmt.Sprint("o", i), Lines: []Line{
				{ID: "1", Amount: MustAmount(strconv.Itoa(rapid.IntRange(1, 90).Draw(t, "worth")))},
			}}}
			switch rapid.IntRange(0, 3).Draw(t, "do") {
			case 0:
				c.Do = Earn{Event: "letter"}
			case 1:
				c.Do = Refund{Order: fmt.Sprint("o", rapid.IntRange(0, i).Draw(t, "order")), All: true}
			}
			if _, err := d.do(c); err != nil {
				continue
			}
			var order, occasion Points
			month, day := at.Format("2006-01"), who+at.Format("2006-01-02")
			for _, ev := range d.logs[who] {
				b, ok := ev.Body.(*Issued)
				if !ok || ev.Key != c.Key {
					continue
				}
				switch b.Scope {
				case "lamp":
					occasion = 1
					order += b.Points
				case "more":
					occasion = 1
					got[key{"budget", month}] += b.Points
				case "base":
					got[key{"member", day}] += b.Points
					order += b.Points
				case "extra":
					got[key{"member", day}] += b.Points
					got[key{"budget", month}] += b.Points
				default:
					got[key{"budget", month}] += b.Points
				}
			}
			require.LessOrEqual(t, order, Points(60))
			got[key{"lamps", month}] += occasion
			got[key{"visits", day}] += occasion
		}
		for k, n := range got {
			switch k.what {
			case "budget":
				require.LessOrEqual(t, n, budget)
				require.Equal(t, int64(n), d.account(CapAccount("budget", k.period)).Taken())
			case "lamps":
				require.LessOrEqual(t, int64(n), times)
				require.Equal(t, int64(n), d.account(CapAccount("lamps", k.period)).Taken())
			case "visits":
				require.LessOrEqual(t, n, Points(2))
			case "member":
				require.LessOrEqual(t, n, Points(100))
			}
		}
		d.checkReplay()
	})
}

// Many members race for a budget through two engines: it is given out to the last
// point and not one more.
func TestBudgetIsRacedFor(t *testing.T) {
	t.Parallel()
	spec := campaign(500, 10)
	spec.ID, spec.Version = "race", 1
	p, err := NewProgram(spec)
	require.NoError(t, err)
	store := new(MemStore)
	engines := [...]*Engine{{Store: store, Program: p, Attempts: 1000}, {Store: store, Program: p, Attempts: 1000}}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	const members = 64
	earned := make([]Points, members)
	var wg sync.WaitGroup
	for i := range members {
		wg.Go(func() {
			c := Command{Key: fmt.Sprint(i), Account: fmt.Sprint("m", i), At: at, Do: Purchase{Order: "o", Lines: []Line{{ID: "1", Amount: MustAmount("1")}}}}
			out, err := engines[i%2].Do(context.Background(), c)
			if err == nil {
				earned[i] = out.Result.Earned
			}
		})
	}
	wg.Wait()
	var sum Points
	for _, n := range earned {
		require.Positive(t, n)
		sum += n
	}
	require.Equal(t, Points(500+10*20+members), sum)
	house, err := engines[0].Account(context.Background(), CapAccount("budget", "2026-03"))
	require.NoError(t, err)
	require.EqualValues(t, 500, house.Taken())
}

// An order in several parts is one occasion: the second order of a day still gets
// all of its parts, the third none.
func TestTimesCountOrdersNotParts(t *testing.T) {
	t.Parallel()
	d := newDesk(t, campaign(MaxPoints, 100))
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for i, want := range []Points{1 + 30 + 11 + 20, 1 + 30 + 11 + 20, 1 + 30} {
		res := d.must(fmt.Sprint(i), at, Purchase{Order: fmt.Sprint(i), Lines: []Line{{ID: "1", Amount: MustAmount("1")}}})
		require.Equal(t, want, res.Earned, "order %d", i)
	}
}
