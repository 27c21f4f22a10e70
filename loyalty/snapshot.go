package loyalty

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/loyalty/internal/cow"
)

// snapshotVersion is the version of the form below.
const snapshotVersion = 1

// snapshot is the state of an account as data. Lists are in an order that follows
// from the state alone, so that equal states give equal bytes.
type snapshot struct {
	ID         string          `json:"id"`
	Version    uint64          `json:"version"`
	Clock      int64           `json:"clock"`
	Status     Status          `json:"status"`
	Member     Enrolled        `json:"member,omitzero"`
	Merged     string          `json:"merged,omitempty"`
	Noticed    []Date          `json:"noticed,omitempty"`
	Purchases  int64           `json:"purchases,omitempty"`
	Stock      int64           `json:"stock,omitempty"`
	Wallets    []snapWallet    `json:"wallets,omitempty"`
	Lots       []snapLot       `json:"lots,omitempty"`
	Orders     []snapOrder     `json:"orders,omitempty"`
	Drawn      []snapDrawn     `json:"drawn,omitempty"`
	Holds      []snapHold      `json:"holds,omitempty"`
	Metrics    []snapMetric    `json:"metrics,omitempty"`
	Tiers      []snapTier      `json:"tiers,omitempty"`
	Caps       []CapUse        `json:"caps,omitempty"`
	Challenges []snapChallenge `json:"challenges,omitempty"`
	Claims     []snapCount     `json:"claims,omitempty"`
	Claimed    []snapClaim     `json:"claimed,omitempty"`
}

type snapWallet struct {
	ID     string  `json:"id"`
	Sums   Balance `json:"sums"`
	Alive  int64   `json:"alive,omitempty"`
	Last   int64   `json:"last,omitempty"`
	Lapsed int64   `json:"lapsed,omitempty"`
	Pools  []struct {
		Scope    string `json:"scope,omitempty"`
		Inactive bool   `json:"inactive,omitempty"`
	} `json:"pools,omitempty"`
}

type snapLot struct {
	Points    Points    `json:"n"`
	Pending   Points    `json:"pending,omitempty"`
	Active    Points    `json:"active,omitempty"`
	Held      Points    `json:"held,omitempty"`
	Dead      Points    `json:"dead,omitempty"`
	Forgiven  Points    `json:"forgiven,omitempty"`
	Issued    int64     `json:"at"`
	Activates int64     `json:"activates,omitempty"`
	Expires   int64     `json:"expires,omitempty"`
	Source    string    `json:"source,omitempty"`
	Wallet    int32     `json:"wallet,omitempty"`
	Pool      int32     `json:"pool,omitempty"`
	Priority  int32     `json:"priority,omitempty"`
	Origin    Origin    `json:"origin"`
	Order     DrawOrder `json:"order,omitempty"`
	Inactive  bool      `json:"inactive,omitempty"`
}

type snapOrder struct {
	ID        string       `json:"id"`
	Bought    *Purchased   `json:"bought,omitempty"`
	Returned  []frac       `json:"returned,omitempty"`
	Taken     []Points     `json:"taken,omitempty"`
	Quals     []int64      `json:"quals,omitempty"`
	Lot       LotID        `json:"lot,omitempty"`
	Lines     []LinePoints `json:"lines,omitempty"`
	Back      []Points     `json:"back,omitempty"`
	Tombstone bool         `json:"tombstone,omitempty"`
	At        int64        `json:"at,omitempty"`
}

type snapDrawn struct {
	ID       string  `json:"id"`
	Wallet   string  `json:"wallet"`
	Points   Points  `json:"points"`
	Debt     Points  `json:"debt,omitempty"`
	Draws    []Draw  `json:"draws,omitempty"`
	Pool     []Share `json:"pool,omitempty"`
	Reversed Points  `json:"reversed,omitempty"`
	At       int64   `json:"at,omitempty"`
}

type snapHold struct {
	ID     string `json:"id"`
	Number uint32 `json:"number"`
	Held   *Held  `json:"held"`
}

type snapMetric struct {
	ID   string     `json:"id"`
	Days [][2]int64 `json:"days"`
}

type snapTier struct {
	Set      string     `json:"set"`
	Level    string     `json:"level,omitempty"`
	Since    int64      `json:"since,omitempty"`
	Ends     []TierEnd  `json:"ends,omitempty"`
	Granted  *TierGrant `json:"granted,omitempty"`
	Rolled   int64      `json:"rolled,omitempty"`
	RolledOn int64      `json:"rolled_on,omitempty"`
}

type snapChallenge struct {
	ID       string `json:"id"`
	Period   string `json:"period,omitempty"`
	Progress int64  `json:"progress,omitempty"`
	Streak   int64  `json:"streak,omitempty"`
	Times    int64  `json:"times,omitempty"`
	Done     bool   `json:"done,omitempty"`
	Badge    string `json:"badge,omitempty"`
}

type snapCount struct {
	Reward string `json:"reward"`
	Period string `json:"period,omitempty"`
	Count  int64  `json:"count"`
}

type snapClaim struct {
	Key       string     `json:"key"`
	Reward    string     `json:"reward"`
	Period    string     `json:"period,omitempty"`
	Kind      RewardKind `json:"kind"`
	Cost      Points     `json:"cost,omitempty"`
	Value     Amount     `json:"value,omitzero"`
	Code      string     `json:"code,omitempty"`
	At        int64      `json:"at,omitempty"`
	Used      string     `json:"used,omitempty"`
	Stock     bool       `json:"stock,omitempty"`
	Cancelled bool       `json:"cancelled,omitempty"`
}

var snapshotKind = binenc.Kind{'L', 'A', 'C', 'C'}

// MarshalBinary writes the whole state in a checked frame. Equal states give equal
// bytes; the account is not changed.
func (a *Account) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(snapshotKind, snapshotVersion, 0)
	w.Bytes(a.state())
	return w.Frame(), nil
}

// UnmarshalBinary reads what MarshalBinary wrote. Anything else unwraps to
// [ErrData], and the account is then not to be used.
func (a *Account) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, snapshotKind, snapshotVersion)
	if err != nil {
		return errors.Join(ErrData, err)
	}
	state := r.Bytes()
	if err := r.Close(); err != nil {
		return errors.Join(ErrData, err)
	}
	var s snapshot
	if err := json.Unmarshal(state, &s); err != nil {
		return errors.Join(ErrData, err)
	}
	if err := s.sound(); err != nil {
		return err
	}
	*a = *NewAccount(s.ID)
	a.version, a.clock, a.status = s.Version, Instant(s.Clock), s.Status
	a.member, a.merged, a.noticed = s.Member, s.Merged, s.Noticed
	a.purchases, a.stock = s.Purchases, s.Stock
	a.load(&s)
	return nil
}

// sound checks the references within a snapshot.
func (s *snapshot) sound() error {
	for i := range s.Lots {
		l := &s.Lots[i]
		if l.Wallet < 0 || int(l.Wallet) >= len(s.Wallets) || l.Pool < 0 || int(l.Pool) >= len(s.Wallets[l.Wallet].Pools) {
			return fmt.Errorf("%w: lot %d of no wallet", ErrData, i+1)
		}
		if min(l.Points, l.Pending, l.Active, l.Held, l.Dead) < 0 {
			return fmt.Errorf("%w: lot %d below zero", ErrData, i+1)
		}
	}
	for i := range s.Drawn {
		if !s.known(s.Drawn[i].Draws) {
			return fmt.Errorf("%w: redemption %q draws on no lot", ErrData, s.Drawn[i].ID)
		}
	}
	for i := range s.Holds {
		if h := s.Holds[i].Held; h == nil || !s.known(h.Draws) {
			return fmt.Errorf("%w: hold %q draws on no lot", ErrData, s.Holds[i].ID)
		}
	}
	return s.soundOrders()
}

// known reports whether every draw is of a lot that the snapshot holds.
func (s *snapshot) known(draws []Draw) bool {
	for _, d := range draws {
		if d.Lot < 1 || int64(d.Lot) > int64(len(s.Lots)) || d.Points < 0 {
			return false
		}
	}
	return true
}

// soundOrders checks what orders and earns say of their lots and lines.
func (s *snapshot) soundOrders() error {
	for i := range s.Orders {
		o := &s.Orders[i]
		if int64(o.Lot) > int64(len(s.Lots)) || len(o.Back) > len(o.Lines) {
			return fmt.Errorf("%w: earn %q", ErrData, o.ID)
		}
		b := o.Bought
		if b == nil {
			continue
		}
		if len(o.Returned) > len(b.Lines) || len(o.Taken) > len(b.Parts) || len(o.Quals) > len(b.Qualified) {
			return fmt.Errorf("%w: order %q", ErrData, o.ID)
		}
		issued := int64(len(s.Lots) + len(b.Parts)) // the lots of an order come after it, maybe after the snapshot
		for _, p := range b.Parts {
			if int64(p.Lot) > issued || len(p.Base) != len(b.Lines) || len(p.Multiply) != len(b.Lines) || len(p.Fixed) != len(b.Lines) {
				return fmt.Errorf("%w: order %q", ErrData, s.Orders[i].ID)
			}
		}
	}
	return nil
}

// state is the account as JSON.
func (a *Account) state() json.RawMessage {
	s := snapshot{
		ID: a.id, Version: a.version, Clock: int64(a.clock), Status: a.status, Member: a.member, Merged: a.merged,
		Noticed: a.noticed, Purchases: a.purchases, Stock: a.stock,
	}
	for i := range a.wallets {
		w := &a.wallets[i]
		x := snapWallet{ID: w.id, Sums: w.sums, Alive: int64(w.alive), Last: int64(w.last), Lapsed: int64(w.lapsed)}
		for k := range w.pools {
			x.Pools = append(x.Pools, struct {
				Scope    string `json:"scope,omitempty"`
				Inactive bool   `json:"inactive,omitempty"`
			}{w.pools[k].scope, w.pools[k].inactive})
		}
		s.Wallets = append(s.Wallets, x)
	}
	for i := range a.lots.Len() {
		l := a.lots.At(i)
		s.Lots = append(s.Lots, snapLot{
			l.points, l.pending, l.active, l.held, l.dead, l.forgiven, int64(l.issued), int64(l.activates),
			int64(l.expires), l.source, l.wallet, l.pool, l.priority, l.origin, l.order, l.inactive,
		})
	}
	for k, o := range a.orders.All() {
		s.Orders = append(s.Orders, snapOrder{string(k), o.bought, o.returned, o.taken, o.quals, o.lot, o.lines, o.back, o.tombstone, int64(o.at)})
	}
	for k, r := range a.drawn.All() {
		s.Drawn = append(s.Drawn, snapDrawn{string(k), r.wallet, r.points, r.debt, r.draws, r.pool, r.reversed, int64(r.at)})
	}
	for k, h := range a.holds.All() {
		s.Holds = append(s.Holds, snapHold{string(k), h.number, h.Held})
	}
	a.stateRest(&s)
	b, err := json.Marshal(s)
	if err != nil { // nothing in a state that was decided here refuses to be written
		return json.RawMessage("null")
	}
	return b
}

func (a *Account) stateRest(s *snapshot) {
	for i := range a.metrics {
		m := snapMetric{ID: a.metrics[i].id}
		for d, n := range a.metrics[i].days.All() {
			m.Days = append(m.Days, [2]int64{int64(d), n})
		}
		s.Metrics = append(s.Metrics, m)
	}
	for _, t := range a.tiers {
		s.Tiers = append(s.Tiers, snapTier{t.set, t.level, int64(t.since), t.ends, t.granted, t.rolled, int64(t.rolledOn)})
	}
	for _, c := range a.caps {
		s.Caps = append(s.Caps, CapUse{c.cap, c.period, c.used})
	}
	for _, c := range a.challenges {
		s.Challenges = append(s.Challenges, snapChallenge{c.id, c.period, c.progress, c.streak, c.times, c.done, c.badge})
	}
	for _, c := range a.claims {
		s.Claims = append(s.Claims, snapCount{c.reward, c.period, c.count})
	}
	for k, c := range a.claimed.All() {
		s.Claimed = append(s.Claimed, snapClaim{string(k), c.reward, c.period, c.kind, c.cost, c.value, c.code, int64(c.at), c.used, c.stock, c.cancelled})
	}
}

// load fills an empty account with the lists of a sound snapshot.
func (a *Account) load(s *snapshot) {
	for _, w := range s.Wallets {
		x := wallet{id: w.ID, sums: w.Sums, alive: Instant(w.Alive), last: Instant(w.Last), lapsed: Instant(w.Lapsed)}
		x.sums.Active = 0
		for _, p := range w.Pools {
			x.pools = append(x.pools, pool{scope: p.Scope, inactive: p.Inactive})
		}
		a.wallets = append(a.wallets, x)
		if x.alive != Never {
			a.due.Set(a.own, dueKey{at: x.alive, what: dueLapse, id: uint32(len(a.wallets) - 1)}, struct{}{})
		}
	}
	for i := range s.Lots {
		a.loadLot(&s.Lots[i])
	}
	for _, o := range s.Orders {
		a.orders.Set(a.own, name(o.ID), &order{o.Bought, o.Returned, o.Taken, o.Quals, o.Lot, o.Lines, o.Back, o.Tombstone, Instant(o.At)})
	}
	for _, r := range s.Drawn {
		a.drawn.Set(a.own, name(r.ID), &redemption{r.Wallet, r.Points, r.Debt, r.Draws, r.Pool, r.Reversed, Instant(r.At)})
	}
	for _, h := range s.Holds {
		if h.Held == nil {
			continue
		}
		a.putAside(name(h.ID), hold{h.Held, h.Number})
	}
	for _, m := range s.Metrics {
		a.metrics = append(a.metrics, metric{id: m.ID})
		for _, d := range m.Days {
			a.metrics[len(a.metrics)-1].add(a.own, day(d[0]), d[1])
		}
	}
	for _, t := range s.Tiers {
		a.tiers = append(a.tiers, tierState{t.Set, t.Level, Instant(t.Since), t.Ends, t.Granted, t.Rolled, Instant(t.RolledOn)})
	}
	for _, c := range s.Caps {
		a.caps = append(a.caps, capState{c.Cap, c.Period, c.Points})
	}
	for _, c := range s.Challenges {
		a.challenges = append(a.challenges, challengeState{c.ID, c.Period, c.Progress, c.Streak, c.Times, c.Done, c.Badge})
	}
	for _, c := range s.Claims {
		a.claims = append(a.claims, claimState{c.Reward, c.Period, c.Count})
	}
	for _, c := range s.Claimed {
		a.claimed.Set(a.own, name(c.Key), claim{
			reward: c.Reward, period: c.Period, kind: c.Kind, cost: c.Cost, value: c.Value, code: c.Code,
			at: Instant(c.At), used: c.Used, stock: c.Stock, cancelled: c.Cancelled,
		})
	}
}

// loadLot appends a lot and puts it into the indexes that its points belong to.
func (a *Account) loadLot(l *snapLot) {
	a.lots.Append(a.own, lot{
		points: l.Points, pending: l.Pending, held: l.Held, dead: l.Dead, forgiven: l.Forgiven,
		issued: Instant(l.Issued), activates: Instant(l.Activates), expires: Instant(l.Expires), source: l.Source,
		wallet: l.Wallet, pool: l.Pool, priority: l.Priority, origin: l.Origin, order: l.Order, inactive: l.Inactive,
	})
	id := LotID(a.lots.Len())
	a.give(id, l.Active)
	if x := a.lot(id); x.pending > 0 {
		switch {
		case x.activates != Never:
			a.due.Set(a.own, dueKey{at: x.activates, what: dueActivation, id: uint32(id)}, struct{}{})
		case x.dies():
			a.due.Set(a.own, dueKey{at: x.expires, what: dueExpiry, id: uint32(id)}, struct{}{})
		}
	}
}

// absorb takes over the state of another account. Its lots get numbers after those
// that there are; an order, redemption or claim whose name is taken is kept under
// the other account's id and a slash.
func (a *Account) absorb(b *MergedIn) {
	var s snapshot
	if json.Unmarshal(b.State, &s) != nil || s.sound() != nil {
		return // a part of a log that was cut in two
	}
	base := LotID(a.lots.Len())
	for i := range s.Lots {
		l := &s.Lots[i]
		from := &s.Wallets[l.Wallet]
		w := a.purse(from.ID)
		scope := from.Pools[l.Pool]
		l.Pool = int32(w.slot(scope.Scope, scope.Inactive))
		for k := range a.wallets {
			if a.wallets[k].id == from.ID {
				l.Wallet = int32(k)
			}
		}
		a.loadLot(l)
	}
	for _, w := range s.Wallets {
		mine := a.purse(w.ID)
		active := mine.sums.Active
		mine.sums = mine.sums.plus(w.Sums)
		mine.sums.Active = active
		if Instant(w.Alive).after(mine.alive) || mine.alive == Never {
			a.live(Alive{w.ID, Instant(w.Alive)}, Instant(w.Last))
		}
	}
	a.absorbRest(&s, base)
	for _, p := range b.Paid {
		for _, d := range p.Draws {
			a.pay(d.Lot, d.Points)
		}
	}
}

func (b Balance) plus(c Balance) Balance {
	return Balance{
		b.Pending + c.Pending, b.Active + c.Active, b.Held + c.Held, b.Debt + c.Debt, b.Issued + c.Issued,
		b.Redeemed + c.Redeemed, b.Expired + c.Expired, b.Clawed + c.Clawed, b.Adjusted + c.Adjusted,
		b.TransferredIn + c.TransferredIn, b.TransferredOut + c.TransferredOut, b.ConvertedIn + c.ConvertedIn,
		b.ConvertedOut + c.ConvertedOut, b.WrittenOff + c.WrittenOff,
	}
}

func (a *Account) absorbRest(s *snapshot, base LotID) {
	moved := func(d []Draw) []Draw {
		out := make([]Draw, len(d))
		for i := range d {
			out[i] = Draw{d[i].Lot + base, d[i].Points}
		}
		return out
	}
	for _, o := range s.Orders {
		x := &order{o.Bought, o.Returned, o.Taken, o.Quals, o.Lot, o.Lines, o.Back, o.Tombstone, Instant(o.At)}
		if x.lot > 0 {
			x.lot += base
		}
		if x.bought != nil {
			c := *x.bought
			c.Parts = append([]OrderPart(nil), c.Parts...)
			for i := range c.Parts {
				if c.Parts[i].Lot > 0 {
					c.Parts[i].Lot += base
				}
			}
			x.bought = &c
		}
		a.orders.Set(a.own, free(&a.orders, s.ID, o.ID), x)
	}
	for _, r := range s.Drawn {
		a.drawn.Set(a.own, free(&a.drawn, s.ID, r.ID), &redemption{r.Wallet, r.Points, r.Debt, moved(r.Draws), r.Pool, r.Reversed, Instant(r.At)})
	}
	for _, m := range s.Metrics {
		for _, d := range m.Days {
			a.count(m.ID, day(d[0]).date(), d[1])
		}
	}
	for _, c := range s.Caps {
		a.useCap(c)
	}
	for _, c := range s.Claims {
		a.countClaim(c.Reward, c.Period, c.Count)
	}
	for _, c := range s.Claimed {
		a.claimed.Set(a.own, free(&a.claimed, s.ID, c.Key), claim{
			reward: c.Reward, period: c.Period, kind: c.Kind, cost: c.Cost, value: c.Value, code: c.Code,
			at: Instant(c.At), used: c.Used, stock: c.Stock, cancelled: c.Cancelled,
		})
	}
	a.purchases += s.Purchases
	if a.member.On.IsZero() {
		a.member = s.Member
	}
}

// free is a name that is not taken.
func free[V any](t *cow.Tree[name, V], from, id string) name {
	if _, taken := t.Get(name(id)); !taken {
		return name(id)
	}
	return name(from + "/" + id)
}
