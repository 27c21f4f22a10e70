package loyalty

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/binenc"
)

// fullDesk has a member with something of everything under the full programme.
func fullDesk(t tb) *desk {
	t.Helper()
	data, err := os.ReadFile("testdata/programs/full.json")
	require.NoError(t, err)
	spec, err := ParseSpec(data)
	require.NoError(t, err)
	d := newDesk(t, spec)
	at := streamTime(0)
	for i, c := range []struct {
		account string
		do      Action
	}{
		{"m", Enroll{Household: "home"}},
		{"m", Earn{Lines: []LinePoints{{"l", 500}}, Ref: "e", Terms: &Terms{Forever: true}}},
		{"m", Redeem{Points: 100}},
		{"m", Hold{Points: 100, Until: InstantOf(at.Add(time.Hour))}},
		{"m", spent("o", MustAmount("10"))},
		{"n", Enroll{Household: "other"}},
		{"closed", Close{}},
		{"blocked", Block{Reason: "r"}},
		{"held", Earn{Lines: []LinePoints{{"l", 5}}, Terms: &Terms{Forever: true}}},
		{"held", Hold{Points: 1, Until: InstantOf(at.Add(time.Hour))}},
	} {
		_, err := d.do(Command{Key: fmt.Sprintf("k%d", i), Account: c.account, At: at, By: "desk", Do: c.do})
		require.NoError(t, err, "%d", i)
	}
	return d
}

// Every refusal is its sentinel with detail, leaves the account as it was, byte for
// byte, and frees its key.
func TestRefusals(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", MaxID+1)
	at := streamTime(60)
	for _, x := range []struct {
		name    string
		account string
		do      Action
		want    error
	}{
		{"no wallet", "m", Redeem{Wallet: "gold", Points: 1}, ErrNoWallet},
		{"no hold", "m", Capture{Hold: "none", Points: 1}, ErrNoHold},
		{"no hold to release", "m", Release{Hold: "none"}, ErrNoHold},
		{"no redemption", "m", Reverse{Redemption: "none", Points: 1}, ErrNoRedemption},
		{"no order", "m", Activate{Order: "none"}, ErrNoOrder},
		{"no line", "m", Refund{Order: "e", Lines: []RefundLine{{Line: "x", Points: 1}}}, ErrNoLine},
		{"no line of an order", "m", Refund{Order: "o", Lines: []RefundLine{{Line: "x", Amount: MustAmount("1")}}}, ErrNoLine},
		{"no reward", "m", ClaimReward{Reward: "none"}, ErrNoReward},
		{"no claim", "m", CancelReward{Claim: "none", Reward: "ten"}, ErrNoClaim},
		{"no claim in an order", "m", Purchase{Order: "p", Claims: []string{"none"}, Lines: []Line{{ID: "1"}}}, ErrNoClaim},
		{"no tier", "m", GrantTier{Tier: "none", Reason: "r"}, ErrNoTier},
		{"no grant", "m", RevokeTier{Reason: "r"}, ErrNoTier},
		{"no conversion", "m", Convert{From: "miles", To: "points", Points: 1}, ErrNoConversion},
		{"no event", "m", Earn{Event: "none"}, ErrNoEvent},
		{"nothing to activate", "m", Activate{}, ErrNothing},
		{"order again", "m", spent("o", MustAmount("1")), ErrOrderExists},
		{"ref again", "m", Earn{Ref: "e", Lines: []LinePoints{{"l", 1}}}, ErrOrderExists},
		{"hold ends at once", "m", Hold{Points: 1, Until: InstantOf(at)}, ErrUntil},
		{"grant ends before", "m", GrantTier{Tier: "Gold", Until: InstantOf(at), Reason: "r"}, ErrUntil},
		{"too far back", "m", Earn{Lines: []LinePoints{{"l", 1}}, Effective: InstantOf(at.AddDate(0, 0, -31))}, ErrBackdated},
		{"in the future", "m", Earn{Lines: []LinePoints{{"l", 1}}, Effective: InstantOf(at.Add(time.Second))}, ErrBackdated},
		{"no points", "m", Redeem{}, ErrPoints},
		{"below zero", "m", Transfer{To: "n", Points: -1}, ErrPoints},
		{"not whole steps", "m", Redeem{Points: 101}, ErrMinimum},
		{"below the minimum", "m", Redeem{Points: 90}, ErrMinimum},
		{"share of the order", "m", Redeem{Points: 200, Total: MustAmount("1")}, ErrLimit},
		{"insufficient", "m", Redeem{Points: 10_000}, ErrInsufficient},
		{"more than held", "m", Capture{Hold: "k3", Points: 101}, ErrExceedsHold},
		{"more than drawn", "m", Reverse{Redemption: "k2", Points: 101}, ErrExceedsDrawn},
		{"more than earned", "m", Refund{Order: "e", Lines: []RefundLine{{Line: "l", Points: 501}}}, ErrExceedsEarn},
		{"more than bought", "m", Refund{Order: "o", Lines: []RefundLine{{Line: "1", Amount: MustAmount("10.01")}}}, ErrExceedsEarn},
		{"no reason", "m", Adjust{Points: 1}, ErrApprover},
		{"self-approved", "m", Gesture{Points: 1, Reason: "late", Approver: "desk", Budget: "care"}, ErrApprover},
		{"no budget", "m", Gesture{Points: 1, Reason: "late", Approver: "lead", Budget: "none"}, ErrBudget},
		{"more than a gesture", "m", Gesture{Points: 1001, Reason: "late", Approver: "lead", Budget: "care"}, ErrLimit},
		{"more than a balance", "m", Adjust{Points: 1_000_000, Reason: "r"}, ErrLimit},
		{"more than an account", "m", Adjust{Points: MaxPoints, Reason: "r"}, ErrOverflow},
		{"enrolled", "m", Enroll{}, ErrEnrolled},
		{"open holds", "m", Close{}, ErrOpenHolds},
		{"not blocked", "m", Reinstate{}, ErrNotBlocked},
		{"closed", "closed", Redeem{Points: 1}, ErrClosed},
		{"blocked", "blocked", Redeem{Points: 1}, ErrBlocked},
		{"to a closed account", "m", Transfer{To: "closed", Points: 1}, ErrClosed},
		{"to a blocked account", "m", Transfer{To: "blocked", Points: 1}, ErrBlocked},
		{"to oneself", "m", Transfer{To: "m", Points: 1}, ErrSelf},
		{"merge with open holds", "m", Merge{From: "held"}, ErrOpenHolds},
		{"other household", "m", Redeem{Points: 100, Pool: []string{"n"}}, ErrHousehold},
		{"no coupon", "m", ClaimReward{Reward: "tenth"}, ErrIssuer},
		{"not on that level", "m", ClaimReward{Reward: "presale"}, ErrNoReward},
		{"no lines", "m", Purchase{Order: "p"}, ErrCommand},
		{"line twice", "m", Purchase{Order: "p", Lines: []Line{{ID: "1"}, {ID: "1"}}}, ErrCommand},
		{"long order", "m", Purchase{Order: long, Lines: []Line{{ID: "1"}}}, ErrCommand},
		{"amount below zero", "m", spent("p", MustAmount("-1")), ErrAmount},
		{"discount above all", "m", Purchase{Order: "p", Lines: []Line{{ID: "1"}}, Discounts: []Discount{{Percent: MustAmount("101")}}}, ErrAmount},
		{"earn of nothing", "m", Earn{}, ErrCommand},
		{"refund of nothing", "m", Refund{Order: "o"}, ErrCommand},
		{"refund in two ways", "m", Refund{Order: "o", All: true, Paid: MustAmount("1")}, ErrCommand},
		{"no action", "m", nil, ErrCommand},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			d := fullDesk(t)
			a := d.account(x.account)
			before := bytesOf(t, a)
			c := Command{Key: "new", Account: x.account, At: at, By: "desk", Do: x.do}
			var others []*Account
			for _, id := range Parties(d.p, c) {
				others = append(others, d.account(id))
			}
			dec, err := Decide(d.p, a, c, others...)
			require.ErrorIs(t, err, x.want)
			var r *RefusedError
			require.ErrorAs(t, err, &r)
			require.Equal(t, x.account, r.Account)
			require.Equal(t, string(before), string(bytesOf(t, a)), "the account is as it was")
			for _, ev := range dec.Events {
				require.True(t, ev.Key == "" || ev.Kind() == EvTicked, "a refusal leaves only what time did")
			}
		})
	}
}

// A command with several faults reports the one that is checked first.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	d := fullDesk(t)
	a := d.account("m")
	late := streamTime(60)
	// Each row mends the first fault of the row before.
	for i, x := range []struct {
		c    Command
		want error
	}{
		{Command{Account: "x", Do: Hold{Wallet: "none"}}, ErrKey},
		{Command{Key: "k", Account: "x", Do: Hold{Wallet: "none"}}, ErrAccount},
		{Command{Key: "k", Account: "m", Do: nil}, ErrTime},
		{Command{Key: "k", Account: "m", At: streamTime(-9), Do: nil}, ErrCommand},
		{Command{Key: "k", Account: "m", At: streamTime(-9), Do: Hold{Wallet: "none"}}, ErrClock},
		{Command{Key: "k", Account: "m", At: late, Do: Hold{Wallet: "none"}}, ErrNoWallet},
		{Command{Key: "k", Account: "m", At: late, Do: Hold{}}, ErrUntil},
		{Command{Key: "k", Account: "m", At: late, Do: Hold{Until: InstantOf(late) + 1}}, ErrPoints},
		{Command{Key: "k", Account: "m", At: late, Do: Hold{Until: InstantOf(late) + 1, Points: 9999}}, ErrInsufficient},
		{Command{Key: "k", Account: "m", At: late, Do: Hold{Until: InstantOf(late) + 1, Points: 9}}, nil},
		{Command{Key: "k", Account: "m", At: late, Do: Refund{Order: "none", Lines: []RefundLine{{Line: "none"}}}}, ErrNoOrder},
		{Command{Key: "k", Account: "m", At: late, Do: Refund{Order: "e", Lines: []RefundLine{{Line: "none"}}}}, ErrNoLine},
		{Command{Key: "k", Account: "m", At: late, Do: Refund{Order: "e", Lines: []RefundLine{{Line: "l"}}}}, ErrPoints},
		{Command{Key: "k", Account: "m", At: late, Do: Refund{Order: "e", Lines: []RefundLine{{Line: "l", Points: 9999}}}}, ErrExceedsEarn},
	} {
		_, err := Decide(d.p, a, x.c)
		require.ErrorIs(t, err, x.want, "row %d", i)
	}
	// A closed account is told so before what the command names is looked at, and
	// after the clock.
	closed := d.account("closed")
	_, err := Decide(d.p, closed, Command{Key: "k", Account: "closed", At: streamTime(-9), Do: Redeem{Wallet: "none"}})
	require.ErrorIs(t, err, ErrClock)
	_, err = Decide(d.p, closed, Command{Key: "k", Account: "closed", At: late, Do: Redeem{Wallet: "none"}})
	require.ErrorIs(t, err, ErrClosed)
	// A tick below the clock does nothing, and is no error.
	dec, err := Decide(d.p, a, Command{Key: "k", Account: "m", At: streamTime(-9), Do: Tick{}})
	require.NoError(t, err)
	require.Empty(t, dec.Events)
	// Parties that are missing or in another order are told.
	_, err = Decide(d.p, a, Command{Key: "k", Account: "m", At: late, Do: Transfer{To: "n", Points: 1}})
	require.ErrorIs(t, err, ErrAccount)
	_, err = Decide(d.p, a, Command{Key: "k", Account: "m", At: late, Do: Transfer{To: "n", Points: 1}}, d.account("held"))
	require.ErrorIs(t, err, ErrAccount)
}

type issuerFunc func(reward, account, key string) (string, error)

func (f issuerFunc) Coupon(reward, account, key string) (string, error) {
	return f(reward, account, key)
}

func TestCoupons(t *testing.T) {
	t.Parallel()
	d := fullDesk(t)
	d.must("more", streamTime(1), Earn{Lines: []LinePoints{{"l", 2000}}, Terms: &Terms{Forever: true}})
	c := Command{Key: "claim", Account: "m", At: streamTime(2), Do: ClaimReward{Reward: "tenth"}}
	_, err := IssueCoupon(d.p, c, issuerFunc(func(string, string, string) (string, error) { return "", nil }))
	require.ErrorIs(t, err, ErrIssuer)
	c, err = IssueCoupon(d.p, c, issuerFunc(func(r, a, k string) (string, error) { return r + "-" + k, nil }))
	require.NoError(t, err)
	res, err := d.do(c)
	require.NoError(t, err)
	require.Equal(t, "tenth-claim", res.Code)
	same, err := IssueCoupon(d.p, Command{Do: Redeem{}}, nil)
	require.NoError(t, err)
	require.Equal(t, Redeem{}, same.Do)
	require.Equal(t, "tenth-claim", d.account("m").Claims()[0].Code)
}

// FuzzDecide feeds commands as JSON to an account with something of everything: no
// panic, a refusal is a RefusedError that changes nothing, and what is decided can
// be folded, written, read and folded again to the same bytes.
func FuzzDecide(f *testing.F) {
	for _, body := range []string{
		`{"do":"redeem","body":{"points":100}}`,
		`{"do":"purchase","body":{"order":"p","lines":[{"id":"1","amount":"12.5","category":"coffee"}],"discounts":[{"percent":"10"}],"tenders":[{"kind":"points","amount":"3"}]}}`,
		`{"do":"earn","body":{"event":"review","count":3,"lines":[{"line":"a","points":7}]}}`,
		`{"do":"refund","body":{"order":"o","paid":"3.33"}}`,
		`{"do":"refund","body":{"order":"e","lines":[{"line":"l","points":450}]}}`,
		`{"do":"capture","body":{"hold":"k3","points":40}}`,
		`{"do":"reverse","body":{"redemption":"k2","points":60,"house_fault":true}}`,
		`{"do":"hold","body":{"points":50,"until":"2030-01-01T00:00:00Z"}}`,
		`{"do":"adjust","body":{"points":-70,"reason":"x"}}`,
		`{"do":"convert","body":{"from":"points","to":"miles","points":100}}`,
		`{"do":"claim_reward","body":{"reward":"ship"}}`,
		`{"do":"grant_tier","body":{"tier":"Gold","reason":"x"}}`,
		`{"do":"activate","body":{}}`, `{"do":"tick"}`, `{"do":"block","body":{"reason":"x"}}`,
	} {
		f.Add([]byte(body), int64(60))
	}
	start := fullDesk(f)
	start.check = false
	f.Fuzz(func(t *testing.T, data []byte, seconds int64) {
		var c Command
		if c.UnmarshalJSON(data) != nil {
			return
		}
		c.Key, c.Account, c.By, c.At = "fuzz", "m", "desk", streamTime(seconds%1e9)
		a := Replay("m", start.logs["m"])
		before := string(bytesOf(t, a))
		var others []*Account
		for _, id := range Parties(start.p, c) {
			if o := start.accounts[id]; o != nil {
				others = append(others, o.scratch())
			} else {
				others = append(others, NewAccount(id))
			}
		}
		dec, err := Decide(start.p, a, c, others...)
		require.Equal(t, before, string(bytesOf(t, a)))
		if err != nil {
			var r *RefusedError
			require.ErrorAs(t, err, &r)
		}
		for i := range dec.Events {
			ev := &dec.Events[i]
			if ev.Account != "m" {
				continue
			}
			b, err := ev.MarshalJSON()
			require.NoError(t, err)
			var again Event
			require.NoError(t, again.UnmarshalJSON(b))
			other := a.Clone()
			Evolve(a, ev)
			Evolve(other, &again)
			require.Equal(t, string(bytesOf(t, a)), string(bytesOf(t, other)))
			for id, w := range a.Wallets() {
				require.True(t, w.Holds(), "%s %+v after %s", id, w, ev.Kind())
			}
		}
		var back Account
		require.NoError(t, back.UnmarshalBinary(bytesOf(t, a)))
		require.Equal(t, string(bytesOf(t, a)), string(bytesOf(t, &back)))
	})
}

// FuzzSnapshot reads bytes as a snapshot: an error or an account, never a panic.
func FuzzSnapshot(f *testing.F) {
	d := fullDesk(f)
	f.Add(bytesOf(f, d.account("m")))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a Account
		if err := a.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, ErrData)
			return
		}
		Settle(d.p, &a, streamTime(1e9))
	})
}

// A snapshot with a valid frame that names lots or lines that are not there is
// refused, and not believed until a later command meets them.
func TestForgedSnapshots(t *testing.T) {
	t.Parallel()
	d := fullDesk(t)
	a := d.account("m")
	forge := func(change func(*snapshot)) error {
		var s snapshot
		require.NoError(t, json.Unmarshal(a.state(), &s))
		change(&s)
		state, err := json.Marshal(s)
		require.NoError(t, err)
		w := binenc.NewWriter(snapshotKind, snapshotVersion, 0)
		w.Bytes(state)
		var back Account
		return back.UnmarshalBinary(w.Frame())
	}
	require.NoError(t, forge(func(*snapshot) {}))
	require.ErrorIs(t, forge(func(s *snapshot) {
		s.Drawn = append(s.Drawn, snapDrawn{ID: "x", Draws: []Draw{{Lot: LotID(len(s.Lots) + 1), Points: 1}}})
	}), ErrData)
	require.ErrorIs(t, forge(func(s *snapshot) { s.Holds = append(s.Holds, snapHold{ID: "x"}) }), ErrData)
	require.ErrorIs(t, forge(func(s *snapshot) {
		s.Holds = append(s.Holds, snapHold{ID: "x", Held: &Held{Draws: []Draw{{Lot: 0, Points: 1}}}})
	}), ErrData)
	require.ErrorIs(t, forge(func(s *snapshot) { s.Orders = append(s.Orders, snapOrder{ID: "x", Lot: 1 << 30}) }), ErrData)
	require.ErrorIs(t, forge(func(s *snapshot) { s.Orders = append(s.Orders, snapOrder{ID: "x", Back: []Points{1}}) }), ErrData)
}
