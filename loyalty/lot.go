package loyalty

import (
	"iter"

	"github.com/rapport-go/rapport/loyalty/internal/cow"
)

// lot is points that were issued together and die together.
type lot struct {
	points    Points // issued
	pending   Points
	active    Points
	held      Points
	dead      Points // expired so far
	forgiven  Points // of the dead: refunded without being taken again, or reinstated
	issued    Instant
	activates Instant
	expires   Instant
	source    string
	wallet    int32
	pool      int32
	priority  int32
	origin    Origin
	order     DrawOrder
	inactive  bool
}

// Lot is a view of points that were issued together and die together.
type Lot struct {
	ID        LotID
	Wallet    string
	Origin    Origin
	Source    string  // order, ref or key that it came from
	Scope     string  // what it may be spent on; empty: anything
	Priority  int32   // the smaller is drawn first
	IssuedAt  Instant // when it counts from
	Activates Instant // Never: it waits for an action, or was active at once
	Expires   Instant // exclusive; Never: it does not die of age
	Inactive  bool    // it dies with the wallet's inactivity
	Issued    Points
	Pending   Points
	Active    Points
	Held      Points
	Expired   Points
	Gone      Points // redeemed, clawed back, paid to debt or moved on
}

// Lots yields every lot that was ever issued, dead ones too, in order of issue.
func (a *Account) Lots() iter.Seq[Lot] {
	return func(yield func(Lot) bool) {
		for i := range a.lots.Len() {
			if !yield(a.view(LotID(i + 1))) {
				return
			}
		}
	}
}

// Lot finds a lot.
func (a *Account) Lot(id LotID) (Lot, bool) {
	if id < 1 || int(id) > a.lots.Len() {
		return Lot{}, false
	}
	return a.view(id), true
}

func (a *Account) view(id LotID) Lot {
	l := a.lot(id)
	w := &a.wallets[l.wallet]
	return Lot{
		ID: id, Wallet: w.id, Origin: l.origin, Source: l.source, Scope: w.pools[l.pool].scope,
		Priority: l.priority, IssuedAt: l.issued, Activates: l.activates, Expires: l.expires, Inactive: l.inactive,
		Issued: l.points, Pending: l.pending, Active: l.active, Held: l.held, Expired: l.dead,
		Gone: l.points - l.pending - l.active - l.held - l.dead,
	}
}

func (a *Account) lot(id LotID) *lot { return a.lots.At(int(id) - 1) }

// edit is a lot for changing, or nil when there is none such: a folded part of a
// log may name lots that it does not hold.
func (a *Account) edit(id LotID) *lot {
	if id < 1 || int(id) > a.lots.Len() {
		return nil
	}
	return a.lots.Edit(a.own, int(id)-1)
}

func (l *lot) key(id LotID) drawKey {
	k := drawKey{priority: l.priority, expires: l.expires, lot: int64(id)}
	switch {
	case l.order == IssuedLast:
		k.expires, k.lot = Never, -k.lot
	case l.order == IssuedFirst || l.inactive:
		k.expires = Never
	}
	return k
}

// dies reports whether the lot has an end that time alone brings.
func (l *lot) dies() bool { return l.expires != Never && !l.inactive }

// isDead reports whether points that come back to the lot die at once.
func (a *Account) isDead(l *lot, at Instant) bool {
	if l.inactive {
		return l.issued < a.wallets[l.wallet].lapsed
	}
	return l.expires != Never && l.expires <= at
}

// give makes points of a lot active.
func (a *Account) give(id LotID, n Points) {
	l := a.edit(id)
	if l == nil || n <= 0 {
		return
	}
	w := &a.wallets[l.wallet]
	p := &w.pools[l.pool]
	if l.active == 0 {
		p.lots.Set(a.own, l.key(id), struct{}{})
		if l.dies() {
			a.due.Set(a.own, dueKey{at: l.expires, what: dueExpiry, id: uint32(id)}, struct{}{})
		}
	}
	l.active += n
	p.active += n
	w.sums.Active += n
}

// take removes at most n active points of a lot and says how many there were.
func (a *Account) take(id LotID, n Points) Points {
	l := a.edit(id)
	if l == nil || n <= 0 || l.active == 0 {
		return 0
	}
	n = min(n, l.active)
	w := &a.wallets[l.wallet]
	p := &w.pools[l.pool]
	l.active -= n
	p.active -= n
	w.sums.Active -= n
	if l.active == 0 {
		p.lots.Delete(a.own, l.key(id))
		if l.dies() {
			a.due.Delete(a.own, dueKey{at: l.expires, what: dueExpiry, id: uint32(id)})
		}
	}
	return n
}

func (a *Account) takeAll(draws []Draw) (sum Points) {
	for _, d := range draws {
		sum += a.take(d.Lot, d.Points)
	}
	return sum
}

// unhold removes held points of a lot.
func (a *Account) unhold(id LotID, n Points) Points {
	l := a.edit(id)
	if l == nil {
		return 0
	}
	n = min(n, l.held)
	l.held -= n
	a.wallets[l.wallet].sums.Held -= n
	return n
}

// bury counts points of a lot as expired.
func (a *Account) bury(id LotID, n Points) {
	if l := a.edit(id); l != nil {
		l.dead += n
		a.wallets[l.wallet].sums.Expired += n
	}
}

// pay sends active points to the debt of their wallet.
func (a *Account) pay(id LotID, n Points) {
	l := a.edit(id)
	if l == nil {
		return
	}
	w := &a.wallets[l.wallet]
	n = a.take(id, min(n, w.sums.Debt))
	w.sums.Debt -= n
}

// slot is the pool of a scope, made when there is none.
func (w *wallet) slot(scope string, inactive bool) int {
	for i := range w.pools {
		if w.pools[i].scope == scope && w.pools[i].inactive == inactive {
			return i
		}
	}
	w.pools = append(w.pools, pool{scope: scope, inactive: inactive})
	return len(w.pools) - 1
}

// open reports whether a pool may pay for a basket.
func (p *pool) open(basket []string) bool {
	if p.scope == "" {
		return true
	}
	for _, s := range basket {
		if s == p.scope {
			return true
		}
	}
	return false
}

// spendable is what may be drawn for a basket.
func (w *wallet) spendable(basket []string) (n Points) {
	for i := range w.pools {
		if w.pools[i].open(basket) {
			n += w.pools[i].active
		}
	}
	return n
}

// Spendable is the active points of a wallet that may be used for a basket of
// scopes; unrestricted points may be used for any.
func (a *Account) Spendable(wallet string, basket ...string) Points {
	if w := a.find(wallet); w != nil {
		return w.spendable(basket)
	}
	return 0
}

// plan chooses the lots that pay n points, in draw order, without taking them. It
// gives less than n when there is no more.
func (a *Account) plan(w *wallet, n Points, basket []string) []Draw {
	return a.planInto(nil, w, n, basket)
}

// planInto appends the draws to a buffer.
func (a *Account) planInto(draws []Draw, w *wallet, n Points, basket []string) []Draw {
	if n <= 0 {
		return draws
	}
	if draws == nil {
		draws = make([]Draw, 0, 2)
	}
	first, several := -1, false
	for i := range w.pools {
		if p := &w.pools[i]; p.active > 0 && p.open(basket) {
			several = first >= 0
			if several {
				break
			}
			first = i
		}
	}
	switch {
	case first < 0:
		return draws
	case several:
		return a.planSeveral(draws, w, n, basket)
	}
	var c cow.Cursor[drawKey, struct{}]
	for c.First(&w.pools[first].lots); n > 0 && c.Valid(); c.Next() {
		k := c.Key()
		id := LotID(max(k.lot, -k.lot))
		d := Draw{id, min(n, a.lot(id).active)}
		draws, n = append(draws, d), n-d.Points
	}
	return draws
}

// planSeveral draws from several pools, always from the one whose next lot is first.
func (a *Account) planSeveral(draws []Draw, w *wallet, n Points, basket []string) []Draw {
	var srcs []source
	for i := range w.pools {
		p := &w.pools[i]
		if p.active > 0 && p.open(basket) {
			srcs = append(srcs, source{pool: p})
			s := &srcs[len(srcs)-1]
			s.First(&p.lots)
			s.aim(w)
		}
	}
	for n > 0 {
		best := -1
		for i := range srcs {
			if srcs[i].Valid() && (best < 0 || srcs[i].key.Compare(srcs[best].key) < 0) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		s := &srcs[best]
		id := LotID(max(s.key.lot, -s.key.lot))
		d := Draw{id, min(n, a.lot(id).active)}
		draws, n = append(draws, d), n-d.Points
		if n > 0 {
			s.Next()
			s.aim(w)
		}
	}
	return draws
}

// source is a pool that is being drawn from.
type source struct {
	cow.Cursor[drawKey, struct{}]
	pool *pool
	key  drawKey
}

// aim reads the key under the cursor, with the wallet's end of inactivity where the
// lots have none of their own.
func (s *source) aim(w *wallet) {
	if !s.Valid() {
		return
	}
	s.key = s.Key()
	if s.pool.inactive && s.key.lot > 0 {
		s.key.expires = w.alive
	}
}
