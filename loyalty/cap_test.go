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

// Property 10, to the full: a cap of a member gives all it holds, as what another
// limit cut away is not used of it.
func TestCapsCountWhatIsAwarded(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	rules := []RuleSpec{
		{ID: "extra", Kind: RuleBonus, Points: MustAmount("50"), Scope: "extra"},
		{ID: "base", Kind: RuleSpend, Points: MustAmount("1"), Scope: "base"},
		{ID: "letter", Kind: RuleEvent, Event: "letter", Points: MustAmount("50")},
	}
	member := CapSpec{ID: "member", Points: 60, Per: PerDay}
	for _, c := range []struct {
		name string
		spec Spec
		want []Points // of a letter and two orders
	}{
		{
			"a shared budget",
			Spec{Caps: []CapSpec{member, {ID: "budget", Rules: []string{"extra", "letter"}, Points: 10, Per: PerDay, Shared: true}}},
			[]Points{10, 40, 10},
		},
		{
			"a shared count",
			Spec{Caps: []CapSpec{member, {ID: "count", Rules: []string{"extra", "letter"}, Times: 1, Per: PerDay, Shared: true}}},
			[]Points{50, 10, 0},
		},
		{
			"occasions that got nothing",
			Spec{Caps: []CapSpec{
				{ID: "twice", Times: 2, Per: PerDay},
				{ID: "budget", Rules: []string{"extra", "letter"}, Points: 0, Per: PerDay, Shared: true},
			}},
			[]Points{0, 40, 40},
		},
		{
			"the largest balance",
			Spec{Wallets: []WalletSpec{{ID: "points", MaxBalance: 55}}, Caps: []CapSpec{member}},
			[]Points{50, 5, 0},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.spec.Rules = rules
			d := newDesk(t, c.spec)
			got := []Points{d.must("0", at, Earn{Event: "letter"}).Earned}
			for _, order := range []string{"1", "2"} {
				got = append(got, d.must(order, at, Purchase{Order: order, Lines: []Line{{ID: "1", Amount: MustAmount("40")}}}).Earned)
			}
			require.Equal(t, c.want, got)
			if len(c.spec.Wallets) > 0 { // what the balance did not take is left for the day
				d.must("3", at, Redeem{Points: 50})
				require.Equal(t, Points(5), d.must("4", at, Purchase{Order: "4", Lines: []Line{{ID: "1", Amount: MustAmount("40")}}}).Earned)
			}
			d.checkReplay()
		})
	}
}

// An order of last month that comes in late takes from the budget of last month, in
// the programme's zone, although the house account has seen later ones.
func TestBudgetOfABackdatedOrder(t *testing.T) {
	t.Parallel()
	spec := campaign(50, 100)
	spec.Zone, spec.BackdateDays = "Pacific/Auckland", 10
	d := newDesk(t, spec)
	order := []Line{{ID: "1", Amount: MustAmount("1")}}
	buy := func(key, who string, at, effective time.Time) Result {
		p := Purchase{Order: key, Lines: order}
		if !effective.IsZero() {
			p.Effective = InstantOf(effective)
		}
		res, err := d.do(Command{Key: key, Account: who, At: at, Do: p})
		require.NoError(t, err)
		return res
	}
	noon := time.Date(2026, 3, 31, 10, 59, 59, 0, time.UTC) // 23:59:59 in Auckland
	require.Equal(t, Points(1+30+11+20), buy("1", "ada", noon, time.Time{}).Earned)
	require.Equal(t, Points(1+30+11+20), buy("2", "ada", noon.Add(time.Second), time.Time{}).Earned)
	require.Equal(t, Points(1+9+20), buy("3", "bea", noon.Add(48*time.Hour), noon).Earned)
	require.Equal(t, Points(1+0+20), buy("4", "cem", noon.Add(24*time.Hour), noon).Earned, "the house account is ahead of the member")
	require.Equal(t, int64(50), d.account(CapAccount("budget", "2026-03")).Taken())
	require.Equal(t, int64(41), d.account(CapAccount("budget", "2026-04")).Taken())
	d.checkReplay()
}

// The accounts of the house are no member's.
func TestHouseAccountsAreNoMembers(t *testing.T) {
	t.Parallel()
	spec := campaign(50, 100)
	d := newDesk(t, spec)
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	house := CapAccount("budget", "2026-03")
	d.must("0", at, Purchase{Order: "o", Lines: []Line{{ID: "1", Amount: MustAmount("90")}}})
	for i, c := range []Command{
		{Account: house, Do: Enroll{}},
		{Account: house, Do: Close{}},
		{Account: StockAccount("mug"), Do: Adjust{Points: 5, Reason: "r"}},
		{Account: "m", Do: Transfer{To: house, Points: 1}},
		{Account: "m", Do: Merge{From: house}},
		{Account: "m", Do: Redeem{Points: 1, Pool: []string{BudgetAccount("b", "")}}},
	} {
		c.Key, c.At, c.By = fmt.Sprint("k", i), at, "clerk"
		_, err := d.do(c)
		require.ErrorIs(t, err, ErrAccount, "%s", c.Do.Command())
	}
	_, err := d.do(Command{Key: "t", Account: house, At: at.Add(time.Hour), Do: Tick{}})
	require.NoError(t, err)
	require.Equal(t, int64(41), d.account(house).Taken())
}

// Members of one batch share a budget: the answers and the states are those of one
// command after another, and a simulation takes nothing.
func TestBatchSharesABudget(t *testing.T) {
	t.Parallel()
	spec := campaign(100, 3)
	spec.ID, spec.Version = "batch", 1
	p, err := NewProgram(spec)
	require.NoError(t, err)
	one, all := &Engine{Store: new(MemStore), Program: p}, &Engine{Store: new(MemStore), Program: p}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var commands []Command
	for i := range 12 {
		c := Command{Key: fmt.Sprint(i), Account: fmt.Sprint("m", i%4), At: at, Do: Purchase{Order: fmt.Sprint(i % 11), Lines: []Line{{ID: "1", Amount: MustAmount("1")}}}}
		switch i {
		case 3, 7:
			c.Do = Earn{Event: "letter"}
		case 5:
			c.Do = Redeem{Points: 1000} // refused
		case 9:
			c.Key = "8" // of another command
		}
		commands = append(commands, c)
	}
	before, err := all.Simulate(t.Context(), commands[0])
	require.NoError(t, err)
	outs := all.DoBatch(t.Context(), commands)
	require.Equal(t, before.Result.Earned, outs[0].Result.Earned)
	for i, c := range commands {
		want, err := one.Do(t.Context(), c)
		require.Equal(t, err, outs[i].Err, "command %d", i)
		require.Equal(t, want.Result, outs[i].Result, "command %d", i)
	}
	for _, id := range []string{"m0", "m1", "m2", "m3", CapAccount("budget", "2026-03"), CapAccount("lamps", "2026-03")} {
		var states [2][]byte
		for k, e := range []*Engine{one, all} {
			a, err := e.Account(t.Context(), id)
			require.NoError(t, err)
			states[k], err = a.MarshalBinary()
			require.NoError(t, err)
			_, err = e.Verify(t.Context(), id)
			require.NoError(t, err)
		}
		require.Equal(t, states[0], states[1], id)
	}
}

// A store that panics while a batch is drafted leaves no state behind that was never
// written.
func TestBatchForgetsAfterAPanic(t *testing.T) {
	t.Parallel()
	p, err := NewProgram(Spec{ID: "e", Version: 1})
	require.NoError(t, err)
	store := &panicsOn{MemStore: new(MemStore), id: "bad"}
	e := &Engine{Store: store, Program: p}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	earn := func(key, id string) Command {
		return Command{Key: key, Account: id, At: at, Do: Earn{Lines: []LinePoints{{Line: "1", Points: 10}}}}
	}
	_, err = e.Do(t.Context(), earn("0", "good"))
	require.NoError(t, err)
	require.Panics(t, func() { e.DoBatch(t.Context(), []Command{earn("1", "good"), earn("2", "bad")}) })
	a, err := e.Account(t.Context(), "good")
	require.NoError(t, err)
	require.Equal(t, Points(10), a.Balance("").Active)
	_, err = e.Do(t.Context(), earn("1", "good"))
	require.NoError(t, err)
}

// panicsOn panics when an account is loaded.
type panicsOn struct {
	*MemStore
	id string
}

func (s *panicsOn) Load(ctx context.Context, id AccountID, r Range) (History, error) {
	if id.ID == s.id {
		panic("the host's store panics")
	}
	return s.MemStore.Load(ctx, id, r)
}

// All parts of an order together stay within the largest balance and the largest
// number of points.
func TestPartsOfAnOrderShareTheRoom(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var spec Spec
	for i := range 12 {
		spec.Rules = append(spec.Rules, RuleSpec{ID: fmt.Sprint("r", i), Kind: RuleSpend, Points: MustAmount("1"), Scope: fmt.Sprint("s", i)})
	}
	order := Purchase{Order: "o", Lines: []Line{{ID: "1", Amount: MustAmount("1000000000000000000")}}}
	d := newDesk(t, spec)
	_, err := d.do(Command{Key: "1", Account: "m", At: at, Do: order})
	require.ErrorIs(t, err, ErrOverflow)
	require.Zero(t, d.account("m").Balance("").Issued)

	order.Lines[0].Amount = MustAmount("100")
	spec.Wallets = []WalletSpec{{ID: "points", MaxBalance: 250}}
	d = newDesk(t, spec)
	require.Equal(t, Points(250), d.must("1", at, order).Earned)

	spec.Challenges = []ChallengeSpec{{ID: "go", Goal: GoalPurchases, Target: 1, Points: 70}}
	spec.Wallets[0].MaxBalance = 1240
	d = newDesk(t, spec)
	require.Equal(t, Points(1240), d.must("1", at, order).Earned, "the challenge finds the room that the order left")
}

// A cap cuts the rules that it names and no others, also where all have the same terms.
func TestCapLeavesOtherRulesAlone(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{true, false} {
		d := newDesk(t, Spec{
			Rules: []RuleSpec{
				{ID: "base", Kind: RuleSpend, Points: MustAmount("1")},
				{ID: "extra", Kind: RuleBonus, Points: MustAmount("100")},
			},
			Caps: []CapSpec{{ID: "budget", Rules: []string{"extra"}, Points: 150, Per: PerMonth, Shared: shared}},
		})
		at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		for i, want := range []Points{110, 60, 10} {
			res := d.must(fmt.Sprint(i), at, Purchase{Order: fmt.Sprint(i), Lines: []Line{{ID: "1", Amount: MustAmount("10")}}})
			require.Equal(t, want, res.Earned, "order %d", i)
		}
		d.must("r", at, Refund{Order: "1", All: true})
		require.Equal(t, Points(120), d.account("m").Balance("").Active)
		d.checkReplay()
	}
}
