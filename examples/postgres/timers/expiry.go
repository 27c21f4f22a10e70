package timers

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/loyalty"
)

// Points lets points become active, die and lapse, holds run out and terms of tiers end
// when they are due. Its fields are set once; then many goroutines may use it.
type Points struct {
	Engine *loyalty.Engine // required; its settings are those of commands
	Timers *Timers         // required
}

var _ Handler = (*Points)(nil)

// Do carries out a command and moves the account's timer, in the host's transaction. A
// command of several accounts moves the timers of all of them.
func (p *Points) Do(ctx context.Context, tx pgx.Tx, c loyalty.Command) (loyalty.Outcome, error) {
	e := p.Engine.On(loyaltystore.InTx(tx))
	out, err := e.Do(ctx, c)
	if err != nil {
		return out, err
	}
	for _, id := range append([]string{c.Account}, loyalty.Parties(p.Engine.Program, c)...) {
		if err := p.set(ctx, tx, e, id); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (p *Points) set(ctx context.Context, tx pgx.Tx, e *loyalty.Engine, id string) error {
	if err := loyaltystore.Lock(ctx, tx, loyalty.AccountID{Tenant: p.Engine.Tenant, ID: id}); err != nil {
		return err
	}
	account, err := e.Account(ctx, id)
	if err != nil {
		return err
	}
	subject := Subject{KindExpiry, p.Engine.Tenant, id}
	due, ok := loyalty.NextDue(p.Engine.Program, account)
	if !ok {
		return p.Timers.Clear(ctx, tx, subject)
	}
	return p.Timers.Set(ctx, tx, subject, due.Time())
}

// Wake implements Handler. What was due at several instants is settled at each of them,
// under a key that names it, however late it is.
func (p *Points) Wake(ctx context.Context, tx pgx.Tx, s Subject, now time.Time) (time.Time, bool, error) {
	if err := loyaltystore.Lock(ctx, tx, loyalty.AccountID{Tenant: p.Engine.Tenant, ID: s.ID}); err != nil {
		return time.Time{}, false, err
	}
	e := p.Engine.On(loyaltystore.InTx(tx))
	for {
		account, err := e.Account(ctx, s.ID)
		if err != nil {
			return time.Time{}, false, err
		}
		due, ok := loyalty.NextDue(p.Engine.Program, account)
		if !ok || due.Time().After(now) {
			return due.Time(), ok, nil
		}
		key := fmt.Sprintf("timer/%d/%d/%x", due, account.Version(), sha256.Sum256([]byte(s.ID)))
		tick := loyalty.Command{Key: key, Account: s.ID, At: due.Time(), Do: loyalty.Tick{}}
		out, err := e.Do(ctx, tick)
		if err != nil {
			return time.Time{}, false, err
		}
		if out.Result.Replayed {
			return time.Time{}, false, fmt.Errorf("timers: account %q is still due at %s", s.ID, due)
		}
	}
}
