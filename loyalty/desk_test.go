package loyalty

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"
)

// desk is the smallest host: accounts, their logs and the receipts of commands.
type desk struct {
	t        tb
	p        *Program
	accounts map[string]*Account
	logs     map[string][]Event
	receipts map[string]receiptOf
	check    bool                          // the laws of every event
	ledgers  map[string]map[Posting]Points // by account: what the postings have added up to
}

// tb is what a test and a property have in common.
type tb interface {
	require.TestingT
	Helper()
	Fatalf(format string, args ...any)
}

type receiptOf struct {
	hash Hash
	res  Result
}

var errConflict = errors.New("idempotency conflict")

func newDesk(t tb, spec Spec) *desk {
	t.Helper()
	if spec.ID == "" {
		spec.ID = "test"
	}
	if spec.Version == 0 {
		spec.Version = 1
	}
	p, err := NewProgram(spec)
	require.NoError(t, err)
	return &desk{t: t, p: p, accounts: map[string]*Account{}, logs: map[string][]Event{}, receipts: map[string]receiptOf{}, check: true, ledgers: map[string]map[Posting]Points{}}
}

func (d *desk) account(id string) *Account {
	if d.accounts[id] == nil {
		d.accounts[id] = NewAccount(id)
	}
	return d.accounts[id]
}

// do runs a command as a host would, and writes what time did even when the
// command is refused.
func (d *desk) do(c Command) (Result, error) {
	d.t.Helper()
	hash, err := c.Hash()
	require.NoError(d.t, err)
	if r, ok := d.receipts[c.Key]; ok {
		if r.hash != hash {
			return Result{}, errConflict
		}
		r.res.Replayed = true
		return r.res, nil
	}
	var others []*Account
	for _, id := range Parties(d.p, c) {
		others = append(others, d.account(id))
	}
	dec, err := Decide(d.p, d.account(c.Account), c, others...)
	d.append(dec.Events)
	if err == nil && len(dec.Events) > 0 {
		d.receipts[c.Key] = receiptOf{hash, dec.Result}
	}
	return dec.Result, err
}

func (d *desk) append(events []Event) {
	d.t.Helper()
	for i := range events {
		ev := &events[i]
		a := d.account(ev.Account)
		if ev.Seq != a.Version()+1 {
			require.Equal(d.t, a.Version()+1, ev.Seq, "events of %s run on", ev.Account)
		}
		Evolve(a, ev)
		d.logs[ev.Account] = append(d.logs[ev.Account], *ev)
		if d.check {
			for id, b := range a.Wallets() {
				require.True(d.t, b.Holds(), "after %s: %s %+v", ev.Kind(), id, b)
			}
			sums := map[string]Points{}
			for _, p := range ev.Postings() {
				sums[p.Wallet] += p.Points
			}
			for w, n := range sums {
				require.Zero(d.t, n, "postings of %s in %s", ev.Kind(), w)
			}
			d.compare(a, ev)
		}
	}
}

// settle lets time pass for an account.
func (d *desk) settle(id string, at time.Time) []Event {
	d.t.Helper()
	events := Settle(d.p, d.account(id), at)
	d.append(events)
	return events
}

// must runs a command that has to be accepted.
func (d *desk) must(key string, at time.Time, do Action) Result {
	d.t.Helper()
	res, err := d.do(Command{Key: key, Account: "m", At: at, By: "clerk", Do: do})
	require.NoError(d.t, err, "%s", key)
	return res
}

// compare holds the balances of an account to what its postings have added up to. A
// merge has none, and its two accounts are left alone from then on.
func (d *desk) compare(a *Account, ev *Event) {
	d.t.Helper()
	if d.ledgers == nil {
		d.ledgers = map[string]map[Posting]Points{}
	}
	book, ok := d.ledgers[ev.Account]
	if !ok {
		book = map[Posting]Points{}
		d.ledgers[ev.Account] = book
	}
	if k := ev.Kind(); k == EvMergedIn || k == EvMergedOut {
		d.ledgers[ev.Account] = nil
	}
	if d.ledgers[ev.Account] == nil {
		return
	}
	for _, p := range ev.Postings() {
		book[Posting{Wallet: p.Wallet, Ledger: p.Ledger}] += p.Points
	}
	for id, b := range a.Wallets() {
		for ledger, n := range map[Ledger]Points{
			LedgerPending: b.Pending, LedgerActive: b.Active, LedgerHeld: b.Held, LedgerRedeemed: b.Redeemed,
			LedgerExpired: b.Expired, LedgerClawed: b.Clawed, LedgerDebt: -b.Debt, LedgerWrittenOff: b.WrittenOff,
		} {
			require.Equal(d.t, n, book[Posting{Wallet: id, Ledger: ledger}], "ledger %d of %s after %s", ledger, id, ev.Kind())
		}
	}
}
