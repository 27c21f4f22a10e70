package desk_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
	"github.com/rapport-go/rapport/loyalty"
)

// problem is the first problem of an error, of the kind that was expected.
func problem(t testing.TB, err, kind error) desk.Problem {
	t.Helper()
	require.ErrorIs(t, err, kind)
	var p *desk.ProblemError
	require.ErrorAs(t, err, &p)
	require.NotEmpty(t, p.Problems)
	require.NotEmpty(t, p.Problems[0].Message)
	return p.Problems[0]
}

func order(key, customer, number, amount string) desk.EarnCommand {
	return desk.EarnCommand{Key: key, Customer: customer, Order: number, Lines: []desk.OrderLine{{Item: "tent", Amount: amount}}}
}

// The points of the desk are those of the programme, told to it directly.
func TestPointsAreTheProgrammes(t *testing.T) {
	t.Parallel()
	app, c := full(t)
	const id = "M1001"
	before, err := app.Account(t.Context(), id)
	require.NoError(t, err)
	quote, err := app.QuoteEarn(t.Context(), order("", id, "W-1", "120.50"))
	require.NoError(t, err)
	earned, err := app.Earn(t.Context(), order("k1", id, "W-1", "120.50"))
	require.NoError(t, err)
	require.False(t, earned.Replayed)
	require.Equal(t, quote.Points, earned.Points)
	require.Equal(t, quote.Balance, earned.Balance)
	require.NotEmpty(t, earned.Trace)

	factor := map[string]int64{"member": 100, "silver": 125, "gold": 150}[before.Tier.Level]
	require.Equal(t, 12050*factor/10000, earned.Points)

	again, err := app.Earn(t.Context(), order("k1", id, "W-1", "120.50"))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, earned, again)
	problem(t, second(app.Earn(t.Context(), order("k1", id, "W-1", "120.51"))), desk.ErrKeyUsed)
	require.Equal(t, "/order", problem(t, second(app.Earn(t.Context(), order("k2", id, "W-1", "1"))), desk.ErrRefused).Path)

	page, err := app.Customer(t.Context(), id, nil)
	require.NoError(t, err)
	require.Equal(t, "W-1", page.Orders[0].Number)
	require.Equal(t, earned.Points, page.Orders[0].Points)
	require.Equal(t, []string{"tent"}, page.Orders[0].Items)
	require.Equal(t, "W-1", page.Timeline.Entries[0].Order)
	require.Equal(t, earned.Balance, page.Account.Balance)

	left := int64(0)
	for _, l := range page.Account.Lots {
		left += l.Left
	}
	require.Equal(t, page.Account.Balance.Active+page.Account.Balance.Held+page.Account.Balance.Pending, left)
	dying := int64(0)
	for _, e := range page.Account.Expires {
		dying += e.Points
	}
	require.Equal(t, left, dying, "everything dies one day")

	c.move(2 * 365 * 24 * time.Hour)
	require.NoError(t, app.CatchUp(t.Context()))
	later, err := app.Account(t.Context(), id)
	require.NoError(t, err)
	require.Zero(t, later.Balance.Active)
	require.Empty(t, later.Lots)
	require.True(t, later.Balance.Holds)
	require.Equal(t, "member", later.Tier.Level)
}

func second[T any](_ T, err error) error { return err }

func TestRedeemHoldRefund(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	const id = "M1002"
	ctx := t.Context()
	_, err := app.Earn(ctx, order("earn", id, "W-2", "900"))
	require.NoError(t, err)
	start, err := app.Account(ctx, id)
	require.NoError(t, err)

	spent, err := app.Redeem(ctx, desk.RedeemCommand{Key: "r1", Customer: id, Points: 100})
	require.NoError(t, err)
	require.Equal(t, int64(100), spent.Points)
	require.Equal(t, &desk.Money{Amount: "1.00", Currency: "GBP"}, spent.Worth)
	require.Equal(t, start.Balance.Active-100, spent.Balance.Active)
	first := start.Lots[0].ID
	after, err := app.Account(ctx, id)
	require.NoError(t, err)
	for _, l := range after.Lots {
		if l.ID == first {
			require.Less(t, l.Left, start.Lots[0].Left, "the lot that stands first is spent first")
		}
	}

	require.Equal(t, desk.Problem{Path: "/points", Code: "insufficient", Message: problem(t, second(app.Redeem(ctx, desk.RedeemCommand{Key: "r2", Customer: id, Points: 999_990})), desk.ErrRefused).Message},
		problem(t, second(app.Redeem(ctx, desk.RedeemCommand{Key: "r2", Customer: id, Points: 999_990})), desk.ErrRefused))
	require.Equal(t, "minimum", problem(t, second(app.Redeem(ctx, desk.RedeemCommand{Key: "r3", Customer: id, Points: 55})), desk.ErrRefused).Code)
	require.Equal(t, "not_positive", problem(t, second(app.Redeem(ctx, desk.RedeemCommand{Key: "r3", Customer: id, Points: -5})), desk.ErrInvalid).Code)
	require.Equal(t, "/reward", problem(t, second(app.Redeem(ctx, desk.RedeemCommand{Key: "r3", Customer: id, Reward: "moon"})), desk.ErrNotFound).Path)
	claimed, err := app.Redeem(ctx, desk.RedeemCommand{Key: "r3", Customer: id, Reward: "free-delivery"})
	require.NoError(t, err, "a key of a refused command may be used again")
	require.Equal(t, spent.Balance.Active-150, claimed.Balance.Active)

	held, err := app.Hold(ctx, desk.HoldCommand{Key: "h1", Customer: id, Hold: "table 4", Points: 60})
	require.NoError(t, err)
	require.Equal(t, int64(60), held.Balance.Held)
	view, err := app.Account(ctx, id)
	require.NoError(t, err)
	require.Equal(t, []desk.HoldView{{ID: "table 4", Points: 60, Made: afterwards, Expires: afterwards.Add(7 * 24 * time.Hour)}}, view.Holds)
	require.Equal(t, "/hold", problem(t, second(app.Hold(ctx, desk.HoldCommand{Key: "h2", Customer: id, Hold: "table 4", Points: 60})), desk.ErrRefused).Path)
	require.Equal(t, "exceeds_hold", problem(t, second(app.Capture(ctx, desk.SettleHoldCommand{Key: "c1", Customer: id, Hold: "table 4", Points: 70})), desk.ErrRefused).Code)
	taken, err := app.Capture(ctx, desk.SettleHoldCommand{Key: "c2", Customer: id, Hold: "table 4"})
	require.NoError(t, err)
	require.Equal(t, int64(60), taken.Points)
	require.Zero(t, taken.Balance.Held)
	problem(t, second(app.Capture(ctx, desk.SettleHoldCommand{Key: "c3", Customer: id, Hold: "table 4"})), desk.ErrNotFound)
	problem(t, second(app.Release(ctx, desk.SettleHoldCommand{Key: "c4", Customer: id, Hold: "table 4"})), desk.ErrNotFound)

	part, err := app.Refund(ctx, desk.RefundCommand{Key: "b1", Customer: id, Order: "W-2", Amount: "300"})
	require.NoError(t, err)
	require.Negative(t, part.Points)
	require.Equal(t, "exceeds", problem(t, second(app.Refund(ctx, desk.RefundCommand{Key: "b2", Customer: id, Order: "W-2", Amount: "600.01"})), desk.ErrRefused).Code)
	rest, err := app.Refund(ctx, desk.RefundCommand{Key: "b3", Customer: id, Order: "W-2"})
	require.NoError(t, err)
	require.True(t, rest.Balance.Holds)
	page, err := app.Customer(ctx, id, nil)
	require.NoError(t, err)
	for _, o := range page.Orders {
		if o.Number == "W-2" {
			require.Equal(t, "-900.00", o.Returned.Amount)
			require.Zero(t, o.Points, "all its points went back")
		}
	}
	require.Equal(t, "returned", problem(t, second(app.Refund(ctx, desk.RefundCommand{Key: "b4", Customer: id, Order: "W-2"})), desk.ErrRefused).Code)
	problem(t, second(app.Refund(ctx, desk.RefundCommand{Key: "b5", Customer: "M1003", Order: "W-2"})), desk.ErrNotFound)
}

// Every fault of an order comes at once, each with its place.
// Keys and numbers of orders are both the client's: an order that has the number which a
// return would get does not hide the return.
func TestRefundUnderATakenNumber(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	const id = "M1002"
	for key, number := range map[string]string{"1": "N-1", "2": "Rkey", "3": "Rkey/2"} {
		_, err := app.Earn(ctx, order(key, id, number, "100"))
		require.NoError(t, err)
	}
	before, err := app.Customer(ctx, id, nil)
	require.NoError(t, err)
	_, err = app.Refund(ctx, desk.RefundCommand{Key: "key", Customer: id, Order: "N-1", Amount: "40"})
	require.NoError(t, err)
	after, err := app.Customer(ctx, id, nil)
	require.NoError(t, err)
	require.Equal(t, before.Summary.Returns+1, after.Summary.Returns)
	require.Equal(t, "exceeds", problem(t, second(app.Refund(ctx, desk.RefundCommand{Key: "more", Customer: id, Order: "N-1", Amount: "60.01"})), desk.ErrRefused).Code)
}

// An id of a hold that is in use is refused as that, at whatever instant it is used again.
func TestHoldOfAKnownID(t *testing.T) {
	t.Parallel()
	app, c := full(t)
	ctx := t.Context()
	const id = "M1002"
	_, err := app.Earn(ctx, order("earn", id, "N-2", "900"))
	require.NoError(t, err)
	_, err = app.Hold(ctx, desk.HoldCommand{Key: "h1", Customer: id, Hold: "table 4", Points: 60})
	require.NoError(t, err)
	c.move(time.Hour)
	require.Equal(t, desk.Problem{Path: "/hold", Code: "exists", Message: "there is a hold of this id already"},
		problem(t, second(app.Hold(ctx, desk.HoldCommand{Key: "h2", Customer: id, Hold: "table 4", Points: 60})), desk.ErrRefused))
}

func TestEarnFaults(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	_, err := app.Earn(t.Context(), desk.EarnCommand{Key: "k", Customer: "M1001", Lines: []desk.OrderLine{{Amount: "1"}, {Amount: "-1"}, {Amount: "1.001"}, {Amount: "x"}, {Amount: "1e999999999"}, {Amount: ""}}})
	var p *desk.ProblemError
	require.ErrorAs(t, err, &p)
	var paths []string
	for _, x := range p.Problems {
		paths = append(paths, x.Path)
	}
	require.Equal(t, []string{"/order", "/lines/1/amount", "/lines/2/amount", "/lines/3/amount", "/lines/4/amount", "/lines/5/amount"}, paths)
	require.Equal(t, "/customer", problem(t, second(app.Earn(t.Context(), order("k", "nobody", "1", "1"))), desk.ErrNotFound).Path)
	require.Equal(t, "/key", problem(t, second(app.Earn(t.Context(), order("", "M1001", "1", "1"))), desk.ErrInvalid).Path)
}

// Many clients on one customer and on many: nothing is lost and nothing doubled.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	start, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	const clients, each = 8, 12
	var wg sync.WaitGroup
	var mu sync.Mutex
	earned := int64(0)
	for n := range clients {
		wg.Go(func() {
			for i := range each {
				id := "M1010"
				if i%2 == 1 {
					id = fmt.Sprintf("M%d", 1011+n)
				}
				command := order(fmt.Sprintf("many-%d-%d", n, i), id, fmt.Sprintf("X-%d-%d", n, i), "10.00")
				for try := range 2 { // every command is sent twice
					out, err := app.Earn(t.Context(), command)
					if err != nil || out.Replayed != (try == 1) {
						t.Errorf("%v, replayed %t at try %d", err, out.Replayed, try)
						return
					}
					if try == 0 {
						mu.Lock()
						earned += out.Points
						mu.Unlock()
					}
				}
				if _, err := app.Customer(t.Context(), id, nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	end, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	require.Equal(t, earned, end.Points.Issued-start.Points.Issued)
	require.True(t, end.Points.Holds)
	head, err := app.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(1959+142+clients*each), head.Orders)
}

// What was written is there after the application was opened anew, and says the same.
func TestOpenAnew(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crm.db")
	c := &clock{at: afterwards}
	app, err := desk.Open(t.Context(), path, &desk.Options{Now: c.now})
	require.NoError(t, err)
	_, err = app.ImportShop(t.Context(), nil)
	require.NoError(t, err)
	_, err = app.Earn(t.Context(), order("k", "M1001", "W-9", "50"))
	require.NoError(t, err)
	before, err := app.Customer(t.Context(), "M1001", nil)
	require.NoError(t, err)
	board, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	require.NoError(t, app.Close())

	again, err := desk.Open(t.Context(), path, &desk.Options{Now: c.now})
	require.NoError(t, err)
	defer func() { require.NoError(t, again.Close()) }()
	after, err := again.Customer(t.Context(), "M1001", nil)
	require.NoError(t, err)
	require.Equal(t, before, after)
	anew, err := again.Dashboard(t.Context())
	require.NoError(t, err)
	board.Version, board.Built, anew.Version, anew.Built = 0, 0, 0, 0
	require.Equal(t, board, anew)
	replay, err := again.Earn(t.Context(), order("k", "M1001", "W-9", "50"))
	require.NoError(t, err)
	require.True(t, replay.Replayed)
}

func TestErrorsOfTheProgrammeAreThere(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	_, err := app.Redeem(t.Context(), desk.RedeemCommand{Key: "x", Customer: "M1001", Points: 1_000_000})
	require.True(t, errors.Is(err, loyalty.ErrInsufficient), "the wing's own error stays within reach")
}
