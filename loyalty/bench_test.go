package loyalty

import (
	"fmt"
	"testing"
	"time"
)

// mature is an account with so many live lots that die one after the other.
func mature(b testing.TB, p *Program, lots int) *Account {
	b.Helper()
	a := NewAccount("m")
	for i := range lots {
		c := Command{Key: fmt.Sprintf("seed %d", i), Account: "m", At: streamTime(int64(i)), Do: Earn{
			Lines: []LinePoints{{"l", 100}}, Terms: &Terms{TTL: time.Duration(1+i*7919%lots) * 10 * time.Hour},
		}}
		dec, err := Decide(p, a, c)
		if err != nil {
			b.Fatal(err)
		}
		for k := range dec.Events {
			Evolve(a, &dec.Events[k])
		}
	}
	return a
}

// BenchmarkEarnRedeem is an earn and a redeem of as much, each decided and folded:
// two commands for each operation, the number of live lots kept.
func BenchmarkEarnRedeem(b *testing.B) {
	p, err := NewProgram(Spec{ID: "b", Version: 1})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1, 64, 1000, 100_000} {
		b.Run(fmt.Sprintf("lots=%d", n), func(b *testing.B) {
			start := mature(b, p, n)
			keys := make([]string, 1024)
			for i := range keys {
				keys[i] = fmt.Sprintf("key %d", i)
			}
			at := start.Clock().Time().Add(time.Second)
			lines, terms := []LinePoints{{"l", 100}}, &Terms{TTL: 500_000 * time.Hour}
			var earn, redeem Action = Earn{Lines: lines, Terms: terms}, Redeem{Points: 100}
			a := start.Clone()
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				if i == len(keys)/2 { // the history starts anew, the lots do not
					a, i = start.Clone(), 0
				}
				run(b, p, a, Command{Key: keys[2*i], Account: "m", At: at, Do: earn})
				run(b, p, a, Command{Key: keys[2*i+1], Account: "m", At: at, Do: redeem})
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(2*b.N), "ns/command")
		})
	}
}

func run(b testing.TB, p *Program, a *Account, c Command) {
	dec, err := Decide(p, a, c)
	if err != nil {
		b.Fatal(err)
	}
	for k := range dec.Events {
		Evolve(a, &dec.Events[k])
	}
}

// BenchmarkAgainstReplay is the same redemption on a state that is kept, and on one
// that is folded anew from the whole log, as engines without a state do.
func BenchmarkAgainstReplay(b *testing.B) {
	p, err := NewProgram(Spec{ID: "b", Version: 1})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{10, 100, 1000} {
		a := NewAccount("m")
		var log []Event
		for i := range n {
			dec, err := Decide(p, a, Command{Key: fmt.Sprintf("seed %d", i), Account: "m", At: streamTime(int64(i)), Do: Earn{
				Lines: []LinePoints{{"l", 100}}, Terms: &Terms{TTL: time.Duration(1+i) * 1000 * time.Hour},
			}})
			if err != nil {
				b.Fatal(err)
			}
			for k := range dec.Events {
				Evolve(a, &dec.Events[k])
			}
			log = append(log, dec.Events...)
		}
		c := Command{Key: "redeem", Account: "m", At: a.Clock().Time(), Do: Redeem{Points: 100}}
		b.Run(fmt.Sprintf("lots=%d/kept", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run(b, p, a.Clone(), c)
			}
		})
		b.Run(fmt.Sprintf("lots=%d/replayed", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run(b, p, Replay("m", log), c)
			}
		})
	}
}

// BenchmarkPurchase is an order of three lines under a programme with a multiplier
// and a tier set, decided and folded.
func BenchmarkPurchase(b *testing.B) {
	p, err := NewProgram(Spec{
		ID: "b", Version: 1,
		Wallets: []WalletSpec{{ID: "points", Expiry: ExpirySpec{Kind: ExpireAfter, N: 12, Unit: UnitMonth, Round: RoundEndMonth}}},
		Rules: []RuleSpec{
			{ID: "base", Kind: RuleSpend, Points: MustAmount("1")},
			{ID: "gold", Kind: RuleMultiply, Factor: MustAmount("1.5"), When: ConditionSpec{Tiers: []string{"Gold"}}},
		},
		Tiers: []TierSetSpec{{
			ID: "t", Metrics: []MetricSpec{{ID: "v", Kind: MetricSpend, Window: WindowSpec{Kind: CalendarYear}}},
			Term:   TermSpec{Kind: CalendarYearPlusNext},
			Levels: []LevelSpec{{ID: "Basic"}, {ID: "Gold", Entry: &CriterionSpec{Metric: "v", AtLeast: MustAmount("100")}}},
		}},
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("lots=%d", n), func(b *testing.B) {
			start := mature(b, p, n)
			orders := make([]Purchase, 512)
			for i := range orders {
				orders[i] = Purchase{Order: fmt.Sprintf("o%d", i), Lines: []Line{
					{ID: "1", SKU: "a", Amount: MustAmount("12.50")}, {ID: "2", SKU: "b", Amount: MustAmount("3.99")}, {ID: "3", SKU: "c", UnitPrice: MustAmount("1.10"), Quantity: 3},
				}}
			}
			a, i := start.Clone(), 0
			at := start.Clock().Time().Add(time.Second)
			b.ReportAllocs()
			for b.Loop() {
				if i == len(orders) {
					a, i = start.Clone(), 0
				}
				run(b, p, a, Command{Key: orders[i].Order, Account: "m", At: at, Do: orders[i]})
				i++
			}
		})
	}
}

// BenchmarkEvolve is a rebuild: a log folded from its first event.
func BenchmarkEvolve(b *testing.B) {
	p, err := NewProgram(Spec{ID: "b", Version: 1})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			a := NewAccount("m")
			var log []Event
			for i := 0; len(log) < n; i++ {
				c := Command{Key: fmt.Sprintf("k%d", i), Account: "m", At: streamTime(int64(i)), Do: Earn{Lines: []LinePoints{{"l", 100}}, Terms: &Terms{TTL: time.Hour}}}
				if i%3 == 2 {
					c.Do = Redeem{Points: 150}
				}
				dec, err := Decide(p, a, c)
				if err != nil {
					b.Fatal(err)
				}
				for k := range dec.Events {
					Evolve(a, &dec.Events[k])
				}
				log = append(log, dec.Events...)
			}
			b.ReportAllocs()
			for b.Loop() {
				Replay("m", log)
			}
			b.ReportMetric(float64(len(log))*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
