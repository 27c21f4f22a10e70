package loyalty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawStream is a random stream of commands that refer to each other.
func drawStream(t *rapid.T, length int) []streamCommand {
	var out []streamCommand
	var earns, draws, holds []string
	at := int64(0)
	pick := func(list []string, label string) string {
		if len(list) == 0 || rapid.IntRange(0, 20).Draw(t, "ghost") == 0 {
			return "ghost"
		}
		return rapid.SampledFrom(list).Draw(t, label)
	}
	for i := range length {
		at += rapid.SampledFrom([]int64{0, 0, 1, 1, 3, 8}).Draw(t, "step")
		c := streamCommand{ID: fmt.Sprintf("c%d", i), At: at}
		switch rapid.IntRange(0, 12).Draw(t, "do") {
		case 0, 1, 2, 3:
			c.Do = "earn"
			c.Lines = json.RawMessage(fmt.Sprintf(`{"l0":%d,"l1":%d}`, rapid.IntRange(0, 60).Draw(t, "n"), rapid.IntRange(0, 40).Draw(t, "n")))
			c.Delay = rapid.SampledFrom([]int64{0, 0, 3, 7}).Draw(t, "delay")
			if ttl := rapid.SampledFrom([]int64{-1, 5, 10, 20, 40}).Draw(t, "ttl"); ttl > 0 {
				c.TTL = &ttl
			}
			earns = append(earns, c.ID)
		case 4, 5:
			c.Do, c.N = "redeem", Points(rapid.IntRange(0, 80).Draw(t, "n"))
			draws = append(draws, c.ID)
		case 6, 7:
			c.Do, c.N = "hold", Points(rapid.IntRange(0, 60).Draw(t, "n"))
			c.Until = at + int64(rapid.IntRange(0, 15).Draw(t, "until"))
			holds = append(holds, c.ID)
		case 8:
			c.Do, c.N, c.Hold = "capture", Points(rapid.IntRange(0, 60).Draw(t, "n")), pick(holds, "hold")
			draws = append(draws, c.ID)
		case 9:
			c.Do, c.Hold = "release", pick(holds, "hold")
		case 10:
			c.Do, c.N, c.Redeem = "reverse", Points(rapid.IntRange(0, 60).Draw(t, "n")), pick(draws, "draw")
		case 11:
			c.Do, c.N, c.Earn = "clawback", Points(rapid.IntRange(0, 60).Draw(t, "n")), pick(earns, "earn")
			c.Line = rapid.SampledFrom([]string{"l0", "l1", "l2"}).Draw(t, "line")
		default:
			c.Do = "tick"
		}
		out = append(out, c)
	}
	return out
}

// Properties 1, 2 and 18: every event keeps the laws (the desk checks them), and
// the engine agrees with the slow model on every figure, lot and refusal.
func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, m := rapidDesk(t, Spec{}), newModel()
		for i, c := range drawStream(t, rapid.IntRange(1, 60).Draw(t, "length")) {
			var lines []LinePoints
			if c.Do == "earn" {
				lines = c.lines(t)
			}
			_, err := d.do(c.command(t, i))
			want := m.run(c, lines)
			require.ErrorIs(t, err, want, "%+v", c)
			a := d.account("m")
			require.Equal(t, m.balance(), a.Balance("points"), "after %+v", c)
			k := 0
			for l := range a.Lots() {
				x := m.lots[k]
				require.Equal(t, [5]int64{x.points, x.pending, x.active, x.held, x.dead},
					[5]int64{int64(l.Issued), int64(l.Pending), int64(l.Active), int64(l.Held), int64(l.Expired)}, "lot %s after %+v", l.Source, c)
				k++
			}
			require.Len(t, m.lots, k)
		}
		d.checkReplay()
	})
}

// rapidDesk is a desk within a property.
func rapidDesk(t *rapid.T, spec Spec) *desk {
	spec.ID, spec.Version = "test", 1
	p, err := NewProgram(spec)
	require.NoError(t, err)
	return &desk{t: t, p: p, accounts: map[string]*Account{}, logs: map[string][]Event{}, receipts: map[string]receiptOf{}, check: true}
}

func bytesOf(t require.TestingT, a *Account) []byte {
	b, err := a.MarshalBinary()
	require.NoError(t, err)
	return b
}

// checkReplay is property 3: a log that went through JSON gives the same bytes, from
// zero and from a snapshot in its middle.
func (d *desk) checkReplay() {
	for id, a := range d.accounts {
		var log []Event
		for i := range d.logs[id] {
			b, err := json.Marshal(d.logs[id][i])
			require.NoError(d.t, err)
			var ev Event
			require.NoError(d.t, json.Unmarshal(b, &ev))
			again, err := json.Marshal(ev)
			require.NoError(d.t, err)
			require.Equal(d.t, string(b), string(again))
			log = append(log, ev)
		}
		want := bytesOf(d.t, a)
		require.Equal(d.t, string(want), string(bytesOf(d.t, Replay(id, log))), "replay of %s", id)
		half := Replay(id, log[:len(log)/2])
		var from Account
		require.NoError(d.t, from.UnmarshalBinary(bytesOf(d.t, half)))
		for i := len(log) / 2; i < len(log); i++ {
			Evolve(&from, &log[i])
		}
		require.Equal(d.t, string(want), string(bytesOf(d.t, &from)), "replay of %s from a snapshot", id)
	}
}

// substance is the state without its history: what may be spent when, and how.
func substance(a *Account) string {
	type row struct {
		Source                        string
		Pending, Active, Held, Forget Points
		Expires                       Instant
	}
	var rows []row
	for l := range a.Lots() {
		rows = append(rows, row{l.Source, l.Pending, l.Active, l.Held, l.Expired, l.Expires})
	}
	return fmt.Sprintf("%v %+v", rows, a.Balance("points"))
}

// Property 4: undoing is exact.
func TestUndo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapidDesk(t, Spec{})
		cmds := drawStream(t, rapid.IntRange(1, 25).Draw(t, "length"))
		for i, c := range cmds {
			_, _ = d.do(c.command(t, i))
		}
		start := d.account("m")
		have := int(start.Spendable("points"))
		if have < 1 || start.Balance("points").Debt > 0 {
			return
		}
		at := start.Clock().Time()
		fork := func(steps ...Action) *Account {
			a := start.Clone()
			for i, do := range steps {
				dec, err := Decide(d.p, a, Command{Key: fmt.Sprintf("undo %d", i), Account: "m", At: at, Do: do})
				require.NoError(t, err, "%+v", do)
				for k := range dec.Events {
					Evolve(a, &dec.Events[k])
				}
			}
			return a
		}
		n := Points(rapid.IntRange(1, have).Draw(t, "n"))
		k := Points(rapid.IntRange(1, int(n)).Draw(t, "k"))
		k1 := Points(rapid.IntRange(0, int(k)).Draw(t, "k1"))
		undo := []Action{Redeem{Points: n}}
		for _, x := range []Points{k1, k - k1} {
			if x > 0 {
				undo = append(undo, Reverse{Redemption: "undo 0", Points: x})
			}
		}
		want := start.Clone()
		if n > k {
			want = fork(Redeem{Points: n - k})
		}
		require.Equal(t, substance(want), substance(fork(undo...)), "redeem %d, reverse %d", n, k)
		until := InstantOf(at.Add(time.Hour))
		require.Equal(t, substance(start), substance(fork(Hold{Points: n, Until: until}, Release{Hold: "undo 0"})), "hold, release")
		require.Equal(t, substance(fork(Redeem{Points: k})), substance(fork(Hold{Points: n, Until: until}, Capture{Hold: "undo 0", Points: k})), "hold, capture")
		earned := fork(Earn{Lines: []LinePoints{{"l", n}}}, Refund{Order: "undo 0", All: true})
		require.Equal(t, start.Spendable("points"), earned.Spendable("points"))
		require.Zero(t, earned.Balance("points").Debt)
	})
}

// Property 5: partial refunds of an order take the same in any order and grouping.
func TestRefundsTelescope(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spec := Spec{
			Rounding: Rounding{
				Place: rapid.SampledFrom([]RoundingPlace{PerLine, PerOrder}).Draw(t, "place"),
				Mode:  rapid.SampledFrom([]RoundingMode{Floor, HalfUp, HalfEven, Ceil}).Draw(t, "mode"),
				When:  rapid.SampledFrom([]RoundingStage{AfterMultiplier, BothStages, BeforeMultiplier}).Draw(t, "when"),
			},
			Rules: []RuleSpec{
				{ID: "base", Kind: RuleSpend, Points: MustAmount("1"), Per: MustAmount(rapid.SampledFrom([]string{"1", "3", "0.7"}).Draw(t, "per"))},
				{ID: "mult", Kind: RuleMultiply, Factor: MustAmount(rapid.SampledFrom([]string{"1", "1.5", "0.3"}).Draw(t, "factor"))},
				{ID: "sku", Kind: RuleFixed, Points: MustAmount("7"), When: ConditionSpec{SKUs: []string{"1"}}},
			},
			Tiers: []TierSetSpec{{ID: "t", Metrics: []MetricSpec{{ID: "v", Kind: MetricSpend}, {ID: "p", Kind: MetricPoints}}, Levels: []LevelSpec{{ID: "a"}}}},
		}
		n := rapid.IntRange(1, 4).Draw(t, "lines")
		p := Purchase{Order: "o"}
		cents := make([]int, n)
		for i := range n {
			cents[i] = rapid.IntRange(1, 5000).Draw(t, "cents")
			p.Lines = append(p.Lines, Line{ID: fmt.Sprint(i), SKU: fmt.Sprint(i), Amount: MustAmount(Points(cents[i]).Text(2))})
		}
		p.Tenders = []Tender{{TenderPoints, MustAmount(Points(rapid.IntRange(0, cents[0]).Draw(t, "tender")).Text(2))}}
		at := streamTime(0)
		run := func(groups [][2]int) (Points, Points) { // line and cents
			d := rapidDesk(t, spec)
			_, err := d.do(Command{Key: "o", Account: "m", At: at, Do: p})
			require.NoError(t, err)
			earned := d.account("m").Balance("points").Active
			for i, g := range groups {
				_, err := d.do(Command{Key: fmt.Sprintf("r%d", i), Account: "m", At: at, Do: Refund{Order: "o", Lines: []RefundLine{
					{Line: fmt.Sprint(g[0]), Amount: MustAmount(Points(g[1]).Text(2))},
				}}})
				require.NoError(t, err)
			}
			b := d.account("m").Balance("points")
			require.LessOrEqual(t, b.Clawed, earned)
			require.Zero(t, b.Debt)
			return b.Clawed, earned
		}
		var back [][2]int
		var split [][2]int
		all := true
		for i, c := range cents {
			x := rapid.IntRange(0, c).Draw(t, "back")
			all = all && x == c
			if x > 0 {
				back = append(back, [2]int{i, x})
			}
			if y := rapid.IntRange(0, x).Draw(t, "first"); y > 0 {
				split = append(split, [2]int{i, y})
				x -= y
			}
			if x > 0 {
				split = append(split, [2]int{i, x})
			}
		}
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(split), func(i, j int) { split[i], split[j] = split[j], split[i] })
		once, earned := run(back)
		parts, _ := run(split)
		require.Equal(t, once, parts, "%v and %v", back, split)
		if all {
			require.Equal(t, earned, parts)
		}
	})
}

// Property 6: settling in steps or at once is the same, sweeps or none, and NextDue
// is the first instant at which something happens.
func TestSettle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cmds := drawStream(t, rapid.IntRange(1, 40).Draw(t, "length"))
		lazy, eager := rapidDesk(t, Spec{}), rapidDesk(t, Spec{})
		for i, c := range cmds {
			if at, ok := NextDue(eager.p, eager.account("m")); ok && rapid.Bool().Draw(t, "sweep") && InstantOf(streamTime(c.At)) >= at {
				require.Empty(t, Settle(eager.p, eager.account("m"), at.Time().Add(-time.Microsecond)))
				require.NotEmpty(t, eager.settle("m", at.Time()))
			}
			r1, err1 := lazy.do(c.command(t, i))
			r2, err2 := eager.do(c.command(t, i))
			require.Equal(t, r1, r2)
			require.Equal(t, err1 == nil, err2 == nil)
		}
		end := streamTime(cmds[len(cmds)-1].At)
		t1 := end.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "t1")) * time.Second)
		t2 := t1.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "t2")) * time.Second)
		lazy.settle("m", t1)
		lazy.settle("m", t2)
		eager.settle("m", t2)
		require.Equal(t, substance(lazy.account("m")), substance(eager.account("m")))
		require.Empty(t, Settle(lazy.p, lazy.account("m"), t2))
		require.Equal(t, caused(lazy.logs["m"]), caused(eager.logs["m"]))
	})
}

// caused are the events of time with their instants.
func caused(log []Event) (out []string) {
	for i := range log {
		if log[i].Key == "" && log[i].Kind() != EvTicked {
			b, _ := json.Marshal(log[i].Body)
			out = append(out, fmt.Sprintf("%s %s %s", log[i].Effective, log[i].Kind(), b))
		}
	}
	return out
}

// Property 7: the order of rules and of lines does not matter.
func TestPermutation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := []RuleSpec{
			{ID: "a", Kind: RuleSpend, Points: MustAmount("1")},
			{ID: "b", Kind: RuleSpend, Points: MustAmount("0.25"), When: ConditionSpec{Categories: []string{"x"}}},
			{ID: "c", Kind: RuleMultiply, Factor: MustAmount("2"), Group: "g", Stack: StackBest},
			{ID: "d", Kind: RuleMultiply, Factor: MustAmount("3"), Group: "g", Stack: StackBest, When: ConditionSpec{Categories: []string{"y"}}},
			{ID: "e", Kind: RuleMultiply, Factor: MustAmount("1.5"), Group: "h", Stack: StackFirst, Priority: 2},
			{ID: "f", Kind: RuleMultiply, Factor: MustAmount("1.1"), Group: "h", Stack: StackFirst, Priority: 1},
			{ID: "g", Kind: RuleFixed, Points: MustAmount("5"), When: ConditionSpec{SKUs: []string{"s"}}},
		}
		p := Purchase{Order: "o"}
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			p.Lines = append(p.Lines, Line{
				ID: fmt.Sprint(i), Category: rapid.SampledFrom([]string{"x", "y", ""}).Draw(t, "category"),
				SKU: rapid.SampledFrom([]string{"s", ""}).Draw(t, "sku"), Amount: MustAmount(Points(rapid.IntRange(0, 9999).Draw(t, "cents")).Text(2)),
			})
		}
		run := func(rules []RuleSpec, p Purchase) Points {
			d := rapidDesk(t, Spec{Rules: rules})
			r, err := d.do(Command{Key: "o", Account: "m", At: streamTime(0), Do: p})
			require.NoError(t, err)
			return r.Earned
		}
		want := run(rules, p)
		q := p
		q.Lines = slices.Clone(p.Lines)
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 2))
		shuffled := slices.Clone(rules)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		r.Shuffle(len(q.Lines), func(i, j int) { q.Lines[i], q.Lines[j] = q.Lines[j], q.Lines[i] })
		require.Equal(t, want, run(shuffled, q))
	})
}

// Property 8: what is drawn is alive and in scope, and dies no later than anything
// eligible that is left.
func TestDrawOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapidDesk(t, Spec{})
		scopes := []string{"", "coffee", "tea"}
		for i := range rapid.IntRange(1, 12).Draw(t, "lots") {
			e := Earn{Lines: []LinePoints{{"l", Points(rapid.IntRange(1, 50).Draw(t, "n"))}}, Terms: &Terms{Forever: true}}
			if ttl := rapid.IntRange(0, 9).Draw(t, "ttl"); ttl > 0 {
				e.Terms = &Terms{TTL: time.Duration(ttl) * time.Hour}
			}
			e.Scope = rapid.SampledFrom(scopes).Draw(t, "scope")
			e.Priority = rapid.IntRange(0, 2).Draw(t, "priority")
			_, err := d.do(Command{Key: fmt.Sprint(i), Account: "m", At: streamTime(0), Do: e})
			require.NoError(t, err)
		}
		at := streamTime(0).Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "hours")) * time.Hour)
		d.settle("m", at)
		a := d.account("m")
		basket := rapid.SampledFrom([][]string{nil, {"coffee"}, {"tea", "coffee"}}).Draw(t, "basket")
		have := a.Spendable("points", basket...)
		if have == 0 {
			return
		}
		n := Points(rapid.IntRange(1, int(have)).Draw(t, "n"))
		before := slices.Collect(a.Lots())
		r, err := d.do(Command{Key: "r", Account: "m", At: at, Do: Redeem{Points: n, Basket: basket}})
		require.NoError(t, err)
		var last Lot
		for i, x := range r.Draws {
			l := before[x.Lot-1]
			require.True(t, l.Scope == "" || slices.Contains(basket, l.Scope))
			require.True(t, l.Expires == Never || l.Expires > InstantOf(at))
			if i > 0 {
				require.Negative(t, drawn(last).Compare(drawn(l)))
			}
			last = l
			n -= x.Points
		}
		require.Zero(t, n)
		for l := range a.Lots() {
			if l.Active > 0 && (l.Scope == "" || slices.Contains(basket, l.Scope)) && l.ID != last.ID {
				require.Positive(t, drawn(l).Compare(drawn(last)), "lot %d was left", l.ID)
			}
		}
	})
}

// Property 8, the exchange argument: of all ways to draw, earliest expiry first leaves
// the most points alive at every later time.
func TestDrawOrderLeavesTheMost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapidDesk(t, Spec{})
		const hours = 6
		type lot struct{ size, dies int }
		var lots []lot
		sum := 0
		for i := range rapid.IntRange(1, 8).Draw(t, "lots") {
			l := lot{rapid.IntRange(1, 3).Draw(t, "size"), rapid.IntRange(1, hours).Draw(t, "dies")}
			e := Earn{Lines: []LinePoints{{"l", Points(l.size)}}, Terms: &Terms{TTL: time.Duration(l.dies) * time.Hour}}
			_, err := d.do(Command{Key: fmt.Sprint(i), Account: "m", At: streamTime(0), Do: e})
			require.NoError(t, err)
			lots, sum = append(lots, l), sum+l.size
		}
		n := rapid.IntRange(1, sum).Draw(t, "n")
		_, err := d.do(Command{Key: "r", Account: "m", At: streamTime(0), Do: Redeem{Points: Points(n)}})
		require.NoError(t, err)
		var ours, most [hours + 1]int
		for l := range d.account("m").Lots() {
			for h := range lots[l.ID-1].dies {
				ours[h] += int(l.Active)
			}
		}
		var left [hours + 1]int
		var try func(i, n int)
		try = func(i, n int) {
			if i == len(lots) {
				for h := range left {
					if n == 0 {
						most[h] = max(most[h], left[h])
					}
				}
				return
			}
			for take := range min(n, lots[i].size) + 1 {
				for h := range lots[i].dies {
					left[h] += lots[i].size - take
				}
				try(i+1, n-take)
				for h := range lots[i].dies {
					left[h] -= lots[i].size - take
				}
			}
		}
		try(0, n)
		require.Equal(t, most, ours)
	})
}

func drawn(l Lot) drawKey { return drawKey{l.Priority, l.Expires, int64(l.ID)} }

// Property 9, the pool's part: a larger redemption never debits a member less, and
// Webster agrees with the rule that hands out point by point.
func TestWebster(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "members")
		balances := make([]Points, n)
		var all Points
		for i := range balances {
			balances[i] = Points(rapid.IntRange(0, 40).Draw(t, "balance"))
			all += balances[i]
		}
		slow := make([]Points, n)
		for k := Points(0); k <= all; k++ {
			require.Equal(t, slow, Webster(balances, k), "%v redeem %d", balances, k)
			best := -1
			for i := range balances {
				if slow[i] < balances[i] && (best < 0 || balances[i]*(2*slow[best]+1) > balances[best]*(2*slow[i]+1)) {
					best = i
				}
			}
			if best >= 0 {
				slow[best]++
			}
		}
		big := slices.Clone(balances)
		for i := range big {
			big[i] *= MaxPoints / 500
		}
		shares := Webster(big, all*(MaxPoints/500)/2)
		var sum Points
		for i := range shares {
			require.LessOrEqual(t, shares[i], big[i])
			sum += shares[i]
		}
		require.Equal(t, all*(MaxPoints/500)/2, sum)
	})
}

// Property 9: more spend never earns fewer points. Property 10: a cap is never
// exceeded and always used up.
func TestSpendAndCaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapidDesk(t, Spec{
			Rules: []RuleSpec{{ID: "a", Kind: RuleSpend, Points: MustAmount("1.3")}},
			Caps:  []CapSpec{{ID: "day", Points: 500, Per: PerDay}, {ID: "order", Points: 300, Per: PerPurchase}},
		})
		sum, last, lastCents := Points(0), Points(-1), 0
		for i := range rapid.IntRange(1, 12).Draw(t, "orders") {
			cents := rapid.IntRange(0, 20_000).Draw(t, "cents")
			c := Command{Key: fmt.Sprint(i), Account: "m", At: streamTime(int64(i)), Do: spent(fmt.Sprint(i), MustAmount(Points(cents).Text(2)))}
			free := rapidDesk(t, Spec{Rules: d.p.spec.Rules})
			raw, err := free.do(c)
			require.NoError(t, err)
			if cents >= lastCents && last >= 0 {
				require.GreaterOrEqual(t, raw.Earned, last)
			}
			last, lastCents = raw.Earned, cents
			r, err := d.do(c)
			require.NoError(t, err)
			require.Equal(t, min(raw.Earned, 300, 500-sum), r.Earned)
			sum += r.Earned
			require.Equal(t, sum, d.account("m").CapUsed("day", "2020-01-01"))
			if rapid.Bool().Draw(t, "refund") {
				_, err := d.do(Command{Key: fmt.Sprintf("r%d", i), Account: "m", At: streamTime(int64(i)), Do: Refund{Order: fmt.Sprint(i), All: true}})
				require.NoError(t, err)
			}
		}
		require.LessOrEqual(t, sum, Points(500))
	})
}

// Property 11: windows by index are the naive sums, whatever is backdated, and the
// drop is the first instant at which the naive sum is below the threshold.
func TestWindows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.SampledFrom([]int{1, 3, 12}).Draw(t, "months")
		zone := rapid.SampledFrom([]string{"UTC", "America/Sao_Paulo", "Europe/Berlin", "Pacific/Apia"}).Draw(t, "zone")
		spec := Spec{Zone: zone, BackdateDays: 400, Tiers: []TierSetSpec{{
			ID: "t", Metrics: []MetricSpec{{ID: "v", Kind: MetricPoints, Window: WindowSpec{Kind: RollingMonths, N: months}}},
			Levels: []LevelSpec{{ID: "base"}, {ID: "gold", Entry: &CriterionSpec{Metric: "v", AtLeast: MustAmount("100")}}},
		}}}
		d := rapidDesk(t, spec)
		loc := d.p.zone
		start := Date{2018, 10, 31}
		now := start.AddDays(365).At(12*time.Hour, loc)
		type entry struct {
			on Date
			n  Points
		}
		var all []entry
		for i := range rapid.IntRange(1, 15).Draw(t, "entries") {
			e := entry{start.AddDays(rapid.IntRange(0, 365).Draw(t, "day")), Points(rapid.IntRange(1, 80).Draw(t, "n"))}
			all = append(all, e)
			_, err := d.do(Command{Key: fmt.Sprint(i), Account: "m", At: now, Do: Earn{
				Lines: []LinePoints{{"l", e.n}}, Effective: InstantOf(e.on.Start(loc)), Qualifies: true,
			}})
			require.NoError(t, err)
		}
		naive := func(on Date) (sum Points) {
			for _, e := range all {
				if !on.before(e.on) && on.before(e.on.AddMonths(months)) {
					sum += e.n
				}
			}
			return sum
		}
		for range 10 {
			on := start.AddDays(rapid.IntRange(0, 800).Draw(t, "ask"))
			n, ok := Counted(d.p, d.account("m"), "t", "v", on.At(12*time.Hour, loc))
			require.True(t, ok)
			require.Equal(t, naive(on).Text(0), n.String(), "on %s", on)
		}
		pr, ok := Project(d.p, d.account("m"), "t", now)
		require.True(t, ok)
		today := DateOf(now)
		if naive(today) < 100 {
			return
		}
		require.Equal(t, "gold", pr.Level)
		below := today
		for naive(below) >= 100 {
			below = below.AddDays(1)
		}
		require.Equal(t, below, pr.Below)
		require.Equal(t, InstantOf(below.Start(loc)), pr.DropsAt)
		d.settle("m", pr.DropsAt.Time().Add(-time.Microsecond))
		v, _ := Tier(d.p, d.account("m"), "")
		require.Equal(t, "gold", v.Level)
		due, ok := NextDue(d.p, d.account("m"))
		require.True(t, ok)
		require.Equal(t, pr.DropsAt, due)
		d.settle("m", due.Time())
		v, _ = Tier(d.p, d.account("m"), "")
		require.Equal(t, "base", v.Level)
	})
}

// Property 12: a review changes a soft-landing member by one level, at most one
// change of a set happens at one instant, and refunds leave what a fresh count of
// the log would give.
func TestTiers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		landing := rapid.SampledFrom([]Landing{ToValue, OneLevelDown}).Draw(t, "landing")
		term := rapid.SampledFrom([]TermSpec{{}, {Kind: TermMonths, N: 12}, {Kind: CalendarYearPlusNext}, {Kind: TermYearly, Month: 1, Day: 31}}).Draw(t, "term")
		level := func(id, at string) LevelSpec {
			return LevelSpec{ID: id, Entry: &CriterionSpec{Metric: "v", AtLeast: MustAmount(at)}}
		}
		spec := Spec{Tiers: []TierSetSpec{{
			ID: "t", Metrics: []MetricSpec{{ID: "v", Kind: MetricSpend, Window: WindowSpec{Kind: RollingMonths, N: 12}}}, Landing: landing, Term: term,
			Levels: []LevelSpec{{ID: "a"}, level("b", "100"), level("c", "200"), level("d", "300")},
		}}}
		d := rapidDesk(t, spec)
		set := &d.p.sets[0]
		at := streamTime(0)
		var orders []string
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			at = at.AddDate(0, rapid.IntRange(0, 8).Draw(t, "months"), rapid.IntRange(0, 20).Draw(t, "days"))
			c := Command{Key: fmt.Sprint(i), Account: "m", At: at, Do: Tick{}}
			switch k := rapid.IntRange(0, 3).Draw(t, "do"); {
			case k == 0 && len(orders) > 0:
				c.Do = Refund{Order: rapid.SampledFrom(orders).Draw(t, "order"), All: true}
			case k < 3:
				c.Do = spent(c.Key, MustAmount(Points(rapid.IntRange(0, 250).Draw(t, "n")).Text(0)))
				orders = append(orders, c.Key)
			}
			_, _ = d.do(c)
		}
		seen := map[Instant]bool{}
		for _, ev := range d.logs["m"] {
			b, ok := ev.Body.(*TierChanged)
			if !ok || b.From == b.To {
				continue
			}
			if ev.Key == "" {
				require.False(t, seen[ev.Effective], "two changes at %s", ev.Effective)
				seen[ev.Effective] = true
				require.Less(t, set.levelIndex(b.To), set.levelIndex(b.From))
				if landing == OneLevelDown {
					require.Equal(t, set.levelIndex(b.From)-1, set.levelIndex(b.To))
				}
			}
		}
		d.checkReplay()
	})
}

// Property 13: the start of a local day is the first instant with that date or a
// later one, intervals are half-open, and months never drift from their anchor.
func TestCalendar(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"America/Sao_Paulo", "Asia/Tokyo", "Africa/Cairo", "Pacific/Apia", "America/Havana", "Europe/London", "Asia/Kathmandu"}).Draw(t, "zone")
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		d := Date{1970, 1, 1}.AddDays(rapid.IntRange(1, 24_800).Draw(t, "day"))
		s := d.Start(loc)
		require.False(t, DateOf(s).before(d))
		require.True(t, DateOf(s.Add(-time.Microsecond)).before(d))
		require.Equal(t, d.AddDays(1).Start(loc), s.Add(d.Length(loc)))
		k := rapid.IntRange(-50, 50).Draw(t, "k")
		m := d.AddMonths(k)
		require.True(t, m.Day == d.Day || (m.Day < d.Day && m.AddDays(1).Day == 1))
		for _, e := range []ExpirySpec{
			{Kind: ExpireAfter, N: 1, Unit: UnitMonth, Round: RoundEndMonth},
			{Kind: ExpireEndOfPeriod, N: 1, Unit: UnitWeek},
			{Kind: ExpireCalendar, Month: 2, Day: 29},
			{Kind: ExpireAnniversary},
			{Kind: ExpireAfter, N: 3, Unit: UnitDay, Round: RoundEndDay},
		} {
			end, ok := e.Expiry(s, d)
			require.True(t, ok)
			require.True(t, end.After(s), "%+v from %s", e, s)
			require.Equal(t, DateOf(end).Start(loc), end, "%+v ends at a start of day", e)
		}
	})
}

// Property 16: a newer programme changes nothing that was decided, unknown events
// fail loudly.
func TestPinning(t *testing.T) {
	t.Parallel()
	d := newDesk(t, Spec{
		Wallets: []WalletSpec{{ID: "points", Expiry: ExpirySpec{Kind: ExpireAfter, N: 12, Unit: UnitMonth}}},
		Rules:   []RuleSpec{{ID: "base", Kind: RuleSpend, Points: MustAmount("2")}},
	})
	d.must("o", streamTime(0), spent("o", MustAmount("100")))
	before := bytesOf(t, d.account("m"))
	next, err := NewProgram(Spec{
		ID: "test", Version: 2, Wallets: []WalletSpec{{ID: "points", Expiry: ExpirySpec{Kind: ExpireAfter, N: 1, Unit: UnitDay}}},
		Rules: []RuleSpec{{ID: "base", Kind: RuleSpend, Points: MustAmount("9")}},
	})
	require.NoError(t, err)
	require.Equal(t, "test@1", d.logs["m"][0].Program)
	require.True(t, bytes.Equal(before, bytesOf(t, Replay("m", d.logs["m"]))))
	require.Empty(t, Settle(next, d.account("m"), streamTime(0).AddDate(0, 6, 0)))
	d.p = next
	r := d.must("r", streamTime(10), Refund{Order: "o", All: true})
	require.Equal(t, Points(200), r.Clawed())

	var ev Event
	err = json.Unmarshal([]byte(`{"account":"m","seq":1,"kind":"teleported","v":1,"effective":"2026-01-01T00:00:00Z","recorded":"2026-01-01T00:00:00Z"}`), &ev)
	require.ErrorIs(t, err, ErrUnknown)
	err = json.Unmarshal([]byte(`{"account":"m","seq":1,"kind":"ticked","v":2,"effective":"2026-01-01T00:00:00Z","recorded":"2026-01-01T00:00:00Z"}`), &ev)
	require.ErrorIs(t, err, ErrUnknown)
	err = json.Unmarshal([]byte(`{"account":"m","seq":"x"}`), &ev)
	require.ErrorIs(t, err, ErrData)
}

// Property 17: amounts near the limits are refused, never wrapped.
func TestOverflow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapidDesk(t, Spec{Rules: []RuleSpec{{ID: "base", Kind: RuleSpend, Points: MustAmount("1")}}})
		for i := range 6 {
			n := MaxPoints - Points(rapid.IntRange(0, 3).Draw(t, "below"))
			c := Command{Key: fmt.Sprint(i), Account: "m", By: "x", At: streamTime(0)}
			switch rapid.IntRange(0, 4).Draw(t, "do") {
			case 0:
				c.Do = Earn{Lines: []LinePoints{{"l", n}}}
			case 1:
				c.Do = spent(c.Key, MustAmount(rapid.SampledFrom([]string{"9e18", "1e18", "99999999999999999999999999999999999999"}).Draw(t, "amount")))
			case 2:
				c.Do = Adjust{Points: n, Reason: "r"}
			case 3:
				c.Do = Redeem{Points: n}
			case 4:
				c.Do = Refund{Order: "0", All: true}
			}
			if _, err := d.do(c); err != nil {
				var r *RefusedError
				require.ErrorAs(t, err, &r)
			}
			b := d.account("m").Balance("points")
			require.LessOrEqual(t, b.Issued, MaxPoints)
			require.GreaterOrEqual(t, min(b.Active, b.Debt, b.Clawed, b.Redeemed), Points(0))
		}
	})
}
