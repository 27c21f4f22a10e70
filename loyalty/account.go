package loyalty

import (
	"cmp"
	"iter"

	"github.com/rapport-go/rapport/loyalty/internal/cow"
)

// Status says what an account may do.
type Status uint8

// The states of an account.
const (
	StatusActive Status = iota + 1
	StatusBlocked
	StatusClosed
)

// Account is the state of one member, folded from their events.
//
// It is changed in place by [Evolve] and belongs to one goroutine at a time; Decide
// and Settle only read it. [Account.Clone] costs next to nothing however many lots
// there are, since clones share what neither has changed.
type Account struct {
	id      string
	version uint64
	clock   Instant
	status  Status
	member  Enrolled
	merged  string // where it went
	noticed []Date // the last notices
	own     *cow.Owner

	wallets []wallet
	lots    cow.Vector[lot]
	due     cow.Tree[dueKey, struct{}]
	orders  cow.Tree[name, *order] // as are the redemptions, never changed: a change is another one
	drawn   cow.Tree[name, *redemption]
	holds   cow.Tree[name, hold]
	open    cow.Tree[holdNumber, name] // the holds by number

	metrics    []metric
	tiers      []tierState
	caps       []capState
	challenges []challengeState
	claims     []claimState
	claimed    cow.Tree[name, claim]
	purchases  int64
	stock      int64
}

// NewAccount is an empty account.
func NewAccount(id string) *Account {
	return &Account{id: id, status: StatusActive, own: new(cow.Owner)}
}

// name is an id of the host as a key.
type name string

func (a name) Compare(b name) int { return cmp.Compare(a, b) }

// dueKey orders what time will do: by instant, then holds, activations, expiries
// and lapses, then order of issue.
type dueKey struct {
	at   Instant
	what dueKind
	id   uint32 // lot, wallet, or the hold's number
}

type dueKind uint8

const (
	dueHold dueKind = iota + 1
	dueActivation
	dueExpiry
	dueLapse
)

func (a dueKey) Compare(b dueKey) int {
	switch {
	case a.at != b.at:
		return cmp.Compare(a.at, b.at)
	case a.what != b.what:
		return cmp.Compare(a.what, b.what)
	}
	return cmp.Compare(a.id, b.id)
}

// hold is a set of points put aside; ended holds are forgotten.
type hold struct {
	*Held
	number uint32
}

// holdNumber tells the holds of an account apart in their order of issue: the
// number of the event that made them.
type holdNumber uint32

func (a holdNumber) Compare(b holdNumber) int { return cmp.Compare(a, b) }

// putAside keeps a hold under its key until it ends.
func (a *Account) putAside(key name, h hold) {
	a.holds.Set(a.own, key, h)
	a.open.Set(a.own, holdNumber(h.number), key)
	a.due.Set(a.own, dueKey{at: h.Until, what: dueHold, id: h.number}, struct{}{})
}

// letGo forgets a hold.
func (a *Account) letGo(key name) {
	h, ok := a.holds.Get(key)
	if !ok {
		return
	}
	a.due.Delete(a.own, dueKey{at: h.Until, what: dueHold, id: h.number})
	a.open.Delete(a.own, holdNumber(h.number))
	a.holds.Delete(a.own, key)
}

// redemption is what a redemption or capture took, and how much of it came back.
type redemption struct {
	wallet   string
	points   Points
	debt     Points // paid by overdraft
	draws    []Draw
	pool     []Share
	reversed Points
	at       Instant
}

// less is the redemption after some of it came back.
func (r *redemption) less(n Points) *redemption {
	c := *r
	c.reversed += n
	return &c
}

type capState struct {
	cap    string
	period string
	used   Points
}

type challengeState struct {
	id       string
	period   string
	progress int64
	streak   int64
	times    int64
	done     bool // in this period
	badge    string
}

type claimState struct {
	reward string
	period string
	count  int64
}

type claim struct {
	reward    string
	period    string
	kind      RewardKind
	cost      Points
	value     Amount
	code      string
	at        Instant
	used      string // order it paid for
	stock     bool
	cancelled bool
}

// ID is the account's id.
func (a *Account) ID() string { return a.id }

// Version is the number of the last event, 0 when there was none.
func (a *Account) Version() uint64 { return a.version }

// Clock is the time of the last command; a command before it is refused.
func (a *Account) Clock() Instant { return a.clock }

// Status says what the account may do.
func (a *Account) Status() Status { return a.status }

// Member is what was said of the member when they enrolled.
func (a *Account) Member() Enrolled { return a.member }

// MergedInto is the account that took this one over, or empty.
func (a *Account) MergedInto() string { return a.merged }

// Taken is what a stock or budget account of the house has given out.
func (a *Account) Taken() int64 { return a.stock }

// Clone is an account of its own with the same state, for O(1) in the number of
// lots. It needs the account to itself; afterwards the two may go on in different
// goroutines.
func (a *Account) Clone() *Account {
	c := a.scratch()
	a.own = new(cow.Owner)
	return c
}

// scratch is a clone to be thrown away before a is changed: a is only read.
func (a *Account) scratch() *Account {
	c := *a
	c.own = new(cow.Owner)
	c.noticed = append([]Date(nil), a.noticed...)
	c.wallets = make([]wallet, len(a.wallets))
	for i := range a.wallets {
		c.wallets[i] = a.wallets[i]
		c.wallets[i].pools = append([]pool(nil), a.wallets[i].pools...)
	}
	c.metrics = append([]metric(nil), a.metrics...)
	c.tiers = append([]tierState(nil), a.tiers...)
	c.caps = append([]capState(nil), a.caps...)
	c.challenges = append([]challengeState(nil), a.challenges...)
	c.claims = append([]claimState(nil), a.claims...)
	return &c
}

// wallet is what an account has of one currency.
type wallet struct {
	id     string
	sums   Balance
	alive  Instant // when points that die of inactivity lapse
	last   Instant // the activity that alive was counted from
	lapsed Instant // when it last came to that
	pools  []pool
}

// pool is the spendable lots of one scope, in draw order. Those that die of
// inactivity stand apart, since they all die at once, at an instant that moves.
type pool struct {
	scope    string
	inactive bool
	active   Points
	lots     cow.Tree[drawKey, struct{}]
}

// drawKey is the place of a lot in draw order.
type drawKey struct {
	priority int32
	expires  Instant // Never comes last; 0 throughout for lots that are drawn as issued
	lot      int64   // negative for the last issued first
}

func (a drawKey) Compare(b drawKey) int {
	if a.priority != b.priority {
		return cmp.Compare(a.priority, b.priority)
	}
	if a.expires != b.expires {
		if b.expires.after(a.expires) {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.lot, b.lot)
}

// Balance is the ledgers of one wallet. Issued is what was ever given;
//
//	Issued + TransferredIn + ConvertedIn = Pending + Active + Held + Redeemed +
//	Expired + Clawed + Adjusted + TransferredOut + ConvertedOut + WrittenOff - Debt
//
// holds after every event. Active and Debt are never both above zero.
type Balance struct {
	Pending        Points `json:"pending,omitempty"`         // not yet active
	Active         Points `json:"active,omitempty"`          // to spend
	Held           Points `json:"held,omitempty"`            // put aside
	Debt           Points `json:"debt,omitempty"`            // owed
	Issued         Points `json:"issued,omitempty"`          // ever given, adjustments included
	Redeemed       Points `json:"redeemed,omitempty"`        // spent, less what came back
	Expired        Points `json:"expired,omitempty"`         // died
	Clawed         Points `json:"clawed,omitempty"`          // taken back for returns
	Adjusted       Points `json:"adjusted,omitempty"`        // taken by hand
	TransferredIn  Points `json:"transferred_in,omitempty"`  // from other accounts
	TransferredOut Points `json:"transferred_out,omitempty"` // to other accounts
	ConvertedIn    Points `json:"converted_in,omitempty"`    // from other wallets
	ConvertedOut   Points `json:"converted_out,omitempty"`   // to other wallets
	WrittenOff     Points `json:"written_off,omitempty"`     // points less debt that ended with the account
}

// Holds reports whether the ledgers add up.
func (b Balance) Holds() bool {
	in := b.Issued + b.TransferredIn + b.ConvertedIn
	out := b.Pending + b.Active + b.Held + b.Redeemed + b.Expired + b.Clawed + b.Adjusted +
		b.TransferredOut + b.ConvertedOut + b.WrittenOff - b.Debt
	return in == out && (b.Active == 0 || b.Debt == 0) &&
		min(b.Pending, b.Active, b.Held, b.Debt, b.Redeemed, b.Expired) >= 0
}

// Balance is the ledgers of a wallet; zero when the account has never had any of it.
// An empty id is the wallet that was used first.
func (a *Account) Balance(id string) Balance {
	if w := a.find(id); w != nil {
		return w.sums
	}
	return Balance{}
}

// Wallets yields the wallets that the account has used, in the order of first use.
func (a *Account) Wallets() iter.Seq2[string, Balance] {
	return func(yield func(string, Balance) bool) {
		for i := range a.wallets {
			if !yield(a.wallets[i].id, a.wallets[i].sums) {
				return
			}
		}
	}
}

func (a *Account) find(id string) *wallet {
	for i := range a.wallets {
		if a.wallets[i].id == id || id == "" {
			return &a.wallets[i]
		}
	}
	return nil
}

// purse is the wallet of an id, made when there is none.
func (a *Account) purse(id string) *wallet {
	if w := a.find(id); w != nil && id != "" {
		return w
	}
	a.wallets = append(a.wallets, wallet{id: id})
	return &a.wallets[len(a.wallets)-1]
}

// AliveUntil is when the points of a wallet lapse if the member does nothing; ok is
// false where inactivity does not end them.
func (a *Account) AliveUntil(id string) (at Instant, ok bool) {
	if w := a.find(id); w != nil && w.alive != Never {
		return w.alive, true
	}
	return Never, false
}

// Net is what a member has to spend, less what they owe: it is below zero in debt.
func (b Balance) Net() Points { return b.Active - b.Debt }

// CapUsed is what a cap has taken up in one of its periods, named as [Period.Key]
// names it.
func (a *Account) CapUsed(id, period string) Points { return a.capUsed(id, period) }
