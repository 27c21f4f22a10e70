package timers_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/examples/postgres/timers"
	"github.com/rapport-go/rapport/loyalty"
)

// points that are pending for two weeks and live for six months.
func points(t *testing.T, p *pgxpool.Pool, o *timers.Options) *timers.Points {
	t.Helper()
	program, err := loyalty.NewProgram(loyalty.Spec{
		ID: "shop", Version: 1,
		Wallets: []loyalty.WalletSpec{{
			ID:         "points",
			Activation: loyalty.ActivationSpec{Kind: loyalty.ActivateAfter, N: 14, Unit: loyalty.UnitDay},
			Expiry:     loyalty.ExpirySpec{Kind: loyalty.ExpireAfter, N: 6, Unit: loyalty.UnitMonth},
		}},
		Rules: []loyalty.RuleSpec{{ID: "base", Kind: loyalty.RuleSpend, Points: loyalty.MustAmount("1"), Per: loyalty.MustAmount("1")}},
	})
	require.NoError(t, err)
	tm, err := timers.New(p, o)
	require.NoError(t, err)
	pts := &timers.Points{Engine: &loyalty.Engine{Store: loyaltystore.New(p), Program: program, Tenant: "shop"}, Timers: tm}
	tm.Handle(timers.KindExpiry, pts)
	return pts
}

func purchase(member string, n int) loyalty.Command {
	id := fmt.Sprint(member, "-", n)
	return loyalty.Command{
		Key: id, Account: member, At: monday.AddDate(0, 0, n),
		Do: loyalty.Purchase{Order: id, Lines: []loyalty.Line{{ID: "1", Amount: loyalty.MustAmount("100")}}},
	}
}

func buy(t *testing.T, p *pgxpool.Pool, pts *timers.Points, c loyalty.Command) {
	t.Helper()
	inTx(t, p, func(tx pgx.Tx) error {
		_, err := pts.Do(t.Context(), tx, c)
		return err
	})
}

// events of an account, without the order of their writing.
func events(t *testing.T, e *loyalty.Engine, id string) (all []string) {
	t.Helper()
	for ev, err := range e.Events(t.Context(), id) {
		require.NoError(t, err)
		all = append(all, fmt.Sprintf("%s %s %T %+v", ev.Effective, ev.Key, ev.Body, ev.Body))
	}
	return all
}

// Points become active and die at their own instants, however late the job: the events
// are those of a worker that woke at every instant.
func TestLateExpiry(t *testing.T) {
	t.Parallel()
	subject := timers.Subject{Kind: timers.KindExpiry, Tenant: "shop", ID: "ana"}
	attentive := fresh(t)
	a := points(t, attentive, nil)
	late := fresh(t)
	l := points(t, late, nil)
	for n := range 3 {
		buy(t, attentive, a, purchase("ana", n))
		buy(t, late, l, purchase("ana", n))
	}
	wakes := instantly(t, attentive, a, a.Timers, subject, time.Now())
	require.Equal(t, 6, wakes, "three activations and three ends")
	start(t, l.Timers)
	settled(t, late)

	require.Equal(t, events(t, a.Engine, "ana"), events(t, l.Engine, "ana"))
	for _, e := range []*loyalty.Engine{a.Engine, l.Engine} {
		account, err := e.Account(t.Context(), "ana")
		require.NoError(t, err)
		b := account.Balance("points")
		require.Equal(t, loyalty.Points(300), b.Issued)
		require.Equal(t, loyalty.Points(300), b.Expired)
		require.Zero(t, b.Active)
		_, err = e.Verify(t.Context(), "ana")
		require.NoError(t, err)
	}
	_, ok, err := l.Timers.Next(t.Context(), subject)
	require.NoError(t, err)
	require.False(t, ok)
}

// An order and the timer of its points are there together or not at all; an order that
// comes twice sets nothing twice; the timer is at what is due first.
func TestPointsInTheHostsTransaction(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	pts := points(t, p, nil)
	subject := timers.Subject{Kind: timers.KindExpiry, Tenant: "shop", ID: "ana"}
	boom := errors.New("payment failed")
	err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
		_, err := pts.Do(t.Context(), tx, purchase("ana", 0))
		require.NoError(t, err)
		return boom
	})
	require.ErrorIs(t, err, boom)
	require.Empty(t, jobs(t, p))
	for range 2 {
		buy(t, p, pts, purchase("ana", 0))
	}
	require.Equal(t, map[string]int{"available": 1}, jobs(t, p))
	at, ok, err := pts.Timers.Next(t.Context(), subject)
	require.NoError(t, err)
	require.True(t, ok)
	account, err := pts.Engine.Account(t.Context(), "ana")
	require.NoError(t, err)
	due, ok := loyalty.NextDue(pts.Engine.Program, account)
	require.True(t, ok)
	require.Equal(t, due.Time(), at)

	start(t, pts.Timers)
	settled(t, p)
	account, err = pts.Engine.Account(t.Context(), "ana")
	require.NoError(t, err)
	require.Equal(t, loyalty.Points(100), account.Balance("points").Expired)
}

// A member who buys while late jobs run loses nothing: points are conserved.
func TestBuyingAmongLateJobs(t *testing.T) {
	t.Parallel()
	const members, orders = 6, 40
	p := fresh(t)
	pts := points(t, p, &timers.Options{Retry: 20 * time.Millisecond})
	start(t, pts.Timers)
	refused := 0
	for n := range orders {
		for m := range members {
			err := pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
				_, err := pts.Do(t.Context(), tx, purchase(fmt.Sprint("m", m), n))
				return err
			})
			if err != nil { // the job has moved the account's clock beyond the order
				require.ErrorIs(t, err, loyalty.ErrClock)
				refused++
			}
		}
	}
	settled(t, p)
	var issued, expired loyalty.Points
	for m := range members {
		account, err := pts.Engine.Account(t.Context(), fmt.Sprint("m", m))
		require.NoError(t, err)
		b := account.Balance("points")
		require.Zero(t, b.Active+b.Pending)
		issued, expired = issued+b.Issued, expired+b.Expired
		_, err = pts.Engine.Verify(t.Context(), fmt.Sprint("m", m))
		require.NoError(t, err)
	}
	require.Equal(t, loyalty.Points(100*(members*orders-refused)), issued)
	require.Equal(t, issued, expired)
	t.Logf("%d orders of %d members, %d refused since a job was first, %d points issued and expired", members*orders, members, refused, issued)
}
