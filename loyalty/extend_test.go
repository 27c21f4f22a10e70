package loyalty

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A reinstatement brings expired points back within its window of days, both ends
// counted, and nothing twice.
func TestReinstatePoints(t *testing.T) {
	t.Parallel()
	spec := Spec{Wallets: []WalletSpec{{ID: "points", Reinstate: 10, Expiry: ExpirySpec{Kind: ExpireAfter, N: 1, Unit: UnitMonth, Round: RoundStartDay}}}}
	earn := Earn{Lines: []LinePoints{{"l", 100}}}
	refused := func(t *testing.T, d *desk, key string, at time.Time, do Action, want error) {
		t.Helper()
		_, err := d.do(Command{Key: key, Account: "m", At: at, By: "clerk", Do: do})
		require.ErrorIs(t, err, want)
	}
	t.Run("the window", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, spec)
		d.must("a", utc(2026, 1, 5), earn) // dies on 5 February
		refused(t, d, "early", utc(2026, 2, 4), ReinstatePoints{Reason: "r"}, ErrNothing)
		refused(t, d, "no reason", utc(2026, 2, 15), ReinstatePoints{}, ErrApprover)
		refused(t, d, "negative", utc(2026, 2, 15), ReinstatePoints{Points: -1, Reason: "r"}, ErrPoints)
		refused(t, d, "more", utc(2026, 2, 15), ReinstatePoints{Points: 101, Reason: "r"}, ErrInsufficient)
		r := d.must("last day", utc(2026, 2, 15), ReinstatePoints{Points: 60, Reason: "r"})
		require.Equal(t, Points(60), r.Reissued)
		lot, _ := d.account("m").Lot(r.Lots[0])
		require.Equal(t, InstantOf(utc(2026, 3, 15)), lot.Expires, "a life of points earned now")
		r = d.must("the rest", utc(2026, 2, 15), ReinstatePoints{Reason: "r"})
		require.Equal(t, Points(40), r.Reissued)
		refused(t, d, "twice", utc(2026, 2, 15), ReinstatePoints{Reason: "r"}, ErrNothing)
		require.Equal(t, Points(100), d.account("m").Balance("").Active)
	})
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, spec)
		d.must("a", utc(2026, 1, 5), earn)
		refused(t, d, "late", utc(2026, 2, 16), ReinstatePoints{Reason: "r"}, ErrNothing)
	})
	t.Run("not in the programme", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, Spec{Wallets: []WalletSpec{{ID: "points", Expiry: spec.Wallets[0].Expiry}}})
		d.must("a", utc(2026, 1, 5), earn)
		refused(t, d, "never", utc(2026, 2, 5), ReinstatePoints{Reason: "r"}, ErrNothing)
	})
	t.Run("inactivity", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, Spec{Wallets: []WalletSpec{{ID: "points", Reinstate: 10, Expiry: ExpirySpec{
			Kind: ExpireInactivity, Versions: []InactivityVersion{{N: 1, Unit: UnitMonth}},
		}}}})
		d.must("a", utc(2026, 1, 5), earn)
		require.Equal(t, Points(100), d.must("back", utc(2026, 2, 10), ReinstatePoints{Reason: "r"}).Reissued)
	})
	t.Run("a refund takes what came back", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, spec)
		d.must("a", utc(2026, 1, 5), earn)
		d.must("back", utc(2026, 2, 10), ReinstatePoints{Points: 70, Reason: "r"})
		r := d.must("refund", utc(2026, 2, 11), Refund{Order: "a", All: true})
		require.Equal(t, Points(30), r.Forgiven)
		require.Equal(t, Points(70), r.FromOthers)
		require.Zero(t, d.account("m").Balance("").Active)
	})
}

// A change of the programme touches no issued lot, until the host makes it good.
func TestExtend(t *testing.T) {
	t.Parallel()
	policy := func(months, version int) Spec {
		return Spec{Version: version, Wallets: []WalletSpec{{ID: "points", Expiry: ExpirySpec{Kind: ExpireAfter, N: months, Unit: UnitMonth}}}}
	}
	d := newDesk(t, policy(6, 1))
	d.must("a", utc(2026, 1, 1), Earn{Lines: []LinePoints{{"l", 100}}})
	d.must("b", utc(2026, 1, 1), Earn{Lines: []LinePoints{{"l", 50}}, Terms: &Terms{Expires: InstantOf(utc(2028, 1, 1))}})
	d.must("hold", utc(2026, 1, 1), Hold{Points: 30, Until: InstantOf(utc(2026, 8, 1))})
	d.p = newDesk(t, policy(12, 2)).p
	end := func(id LotID) Instant { l, _ := d.account("m").Lot(id); return l.Expires }
	require.Equal(t, InstantOf(utc(2026, 7, 1)), end(1), "issued terms stand")
	r := d.must("x", utc(2026, 2, 1), Extend{Reason: "new terms"})
	require.Equal(t, []LotID{1}, r.Lots, "the other one ends later anyway")
	require.Equal(t, InstantOf(utc(2027, 1, 1)), end(1))
	for _, x := range []struct {
		name string
		do   Extend
		want error
	}{
		{"again", Extend{Reason: "r"}, ErrNothing},
		{"shorter", Extend{Reason: "r", Expires: InstantOf(utc(2026, 3, 1))}, ErrNothing},
		{"in the past", Extend{Reason: "r", Expires: InstantOf(utc(2026, 2, 1))}, ErrUntil},
		{"without a reason", Extend{Lots: []LotID{1}}, ErrApprover},
		{"no lot", Extend{Lots: []LotID{3}, Reason: "r"}, ErrNoLot},
		{"no wallet", Extend{Wallet: "none", Reason: "r"}, ErrNoWallet},
	} {
		_, err := d.do(Command{Key: x.name, Account: "m", At: utc(2026, 2, 1), Do: x.do})
		require.ErrorIs(t, err, x.want, x.name)
	}
	d.must("y", utc(2026, 2, 1), Extend{Lots: []LotID{1}, Expires: InstantOf(utc(2027, 6, 1)), Reason: "promise"})
	d.settle("m", utc(2027, 6, 1).Add(-time.Microsecond))
	require.Equal(t, Points(150), d.account("m").Balance("").Active, "the hold gave its points back to a lot that lives")
	d.settle("m", utc(2027, 6, 1))
	require.Equal(t, Points(50), d.account("m").Balance("").Active)
	require.Equal(t, d.account("m").state(), Replay("m", d.logs["m"]).state())
}

// With unpinned holds no point lives longer because it is held.
func TestUnpinnedHolds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, Spec{Wallets: []WalletSpec{{ID: "points", Unpinned: true}}})
	d.must("a", streamTime(0), Earn{Lines: []LinePoints{{"l", 40}}, Terms: &Terms{Expires: InstantOf(streamTime(10))}})
	d.must("b", streamTime(0), Earn{Lines: []LinePoints{{"l", 60}}, Terms: &Terms{Expires: InstantOf(streamTime(20))}})
	d.must("c", streamTime(0), Earn{Lines: []LinePoints{{"l", 5}}, Terms: &Terms{Forever: true}})
	_, err := d.do(Command{Key: "h", Account: "m", At: streamTime(1), Do: Hold{Points: 66, Until: InstantOf(streamTime(20))}})
	require.ErrorIs(t, err, ErrInsufficient)
	r := d.must("h", streamTime(1), Hold{Points: 61, Until: InstantOf(streamTime(20))})
	require.Equal(t, []Draw{{2, 60}, {3, 1}}, r.Draws)
	d.settle("m", streamTime(20))
	require.Equal(t, Points(5), d.account("m").Balance("").Active)
}

// A question about the past names the lots it means, though a later one that counts
// from earlier has been recorded since.
func TestAsOfKeepsLotNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		short, long := &ExpirySpec{Kind: ExpireAfter, N: 20, Unit: UnitSecond}, &ExpirySpec{Kind: ExpireAfter, N: 60, Unit: UnitSecond}
		d := newDesk(rt, Spec{BackdateDays: 1, Rules: []RuleSpec{ // two lots
			{ID: "a", Kind: RuleEvent, Event: "visit", Points: MustAmount("3"), Expiry: short},
			{ID: "b", Kind: RuleEvent, Event: "visit", Points: MustAmount("50"), Expiry: long},
			{ID: "c", Kind: RuleEvent, Event: "call", Points: MustAmount("7"), Expiry: long}, // one
		}})
		const first = 10_000
		at := rapid.Int64Range(0, 120).Draw(rt, "at")
		var want, issued Points
		for i := range rapid.IntRange(1, 8).Draw(rt, "earns") {
			from := rapid.Int64Range(0, 50).Draw(rt, "effective")
			event := rapid.SampledFrom([]string{"visit", "call"}).Draw(rt, "event")
			_, err := d.do(Command{Key: fmt.Sprint(i), Account: "m", At: streamTime(first + int64(i)), Do: Earn{Event: event, Effective: InstantOf(streamTime(from))}})
			require.NoError(rt, err)
			short, long := Points(3), Points(50)
			if event == "call" {
				short, long = 0, 7
			}
			if from <= at {
				issued += short + long
			}
			if from <= at && at < from+20 {
				want += short
			}
			if from <= at && at < from+60 {
				want += long
			}
		}
		d.settle("m", streamTime(first+100))
		b := AsOf(d.p, "m", d.logs["m"], streamTime(at), streamTime(first+100)).Balance("")
		require.Equal(rt, issued, b.Issued)
		require.Equal(rt, want, b.Active)
		require.True(rt, b.Holds())
	})
}

// Points that never became active leave the ledger of pending points, whether they
// die waiting or end with the account. Every desk compares each ledger.
func TestPostingsOfPendingPoints(t *testing.T) {
	t.Parallel()
	d := newDesk(t, Spec{Wallets: []WalletSpec{{
		ID: "points", Expiry: ExpirySpec{Kind: ExpireAfter, N: 1, Unit: UnitDay}, Activation: ActivationSpec{Kind: ActivateOnAction},
	}}})
	d.must("a", utc(2026, 1, 1), Earn{Lines: []LinePoints{{"l", 100}}})
	d.settle("m", utc(2026, 1, 2))
	require.Equal(t, Points(100), d.account("m").Balance("").Expired)
	d.must("b", utc(2026, 1, 2), Earn{Lines: []LinePoints{{"l", 50}}})
	d.must("end", utc(2026, 1, 2), Close{})
	require.Equal(t, Points(50), d.account("m").Balance("").WrittenOff)
}
