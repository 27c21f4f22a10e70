package loyalty

// order is what an account remembers of a purchase or an earn, so that what it gave
// can be taken back. Its slices are shared between versions: a change makes new ones.
type order struct {
	bought    *Purchased   // of a purchase
	returned  []frac       // of a purchase: by line
	taken     []Points     // of a purchase: clawed back, forgiven or waived by part
	quals     []int64      // of a purchase: taken back by entry of Qualified
	lot       LotID        // of an earn
	lines     []LinePoints // of an earn
	back      []Points     // of an earn: by line
	tombstone bool         // a refund of everything came first
	at        Instant
}

// Order is a view of a purchase or an earn.
type Order struct {
	ID        string
	At        Instant
	Lots      []LotID
	Awarded   Points // in all, over its wallets
	TakenBack Points // by refunds: clawed back, forgiven or waived
	Tombstone bool   // only a refund of it has come so far
}

// Order finds a purchase by its order, or an earn by its ref.
func (a *Account) Order(id string) (Order, bool) {
	o, ok := a.orders.Get(name(id))
	if !ok {
		return Order{}, false
	}
	v := Order{ID: id, At: o.at, Tombstone: o.tombstone}
	if o.bought != nil {
		for i, p := range o.bought.Parts {
			if p.Lot > 0 {
				v.Lots = append(v.Lots, p.Lot)
			}
			v.Awarded += p.Awarded
			if o.taken != nil {
				v.TakenBack += o.taken[i]
			}
		}
		return v, true
	}
	if o.lot > 0 {
		v.Lots = []LotID{o.lot}
	}
	for i, l := range o.lines {
		v.Awarded += l.Points
		if o.back != nil {
			v.TakenBack += o.back[i]
		}
	}
	return v, true
}

// purchase remembers an order.
func (a *Account) purchase(ev *Event, b *Purchased) {
	a.purchases++
	a.orders.Set(a.own, name(b.Order), &order{bought: b, at: ev.Effective})
	for _, q := range b.Qualified {
		a.count(q.Metric, q.Day, q.Amount)
	}
	a.useCaps(b.Caps)
	for _, id := range b.Claims {
		if c, ok := a.claimed.Get(name(id)); ok {
			c.used = b.Order
			a.claimed.Set(a.own, name(id), c)
		}
	}
}

// refunded marks what came back.
func (a *Account) refunded(b *Refunded) {
	a.qualify(b.Qualified)
	a.useCaps(b.Caps)
	o, ok := a.orders.Get(name(b.Order))
	if b.Tombstone {
		if !ok {
			a.orders.Set(a.own, name(b.Order), &order{tombstone: true})
		}
		return
	}
	if !ok || o.bought == nil {
		return
	}
	if b.Whole {
		a.purchases--
	}
	x := *o
	o = &x
	o.returned = append(make([]frac, 0, len(o.bought.Lines)), o.returned...)
	for len(o.returned) < len(o.bought.Lines) {
		o.returned = append(o.returned, frac{})
	}
	for _, l := range b.Lines {
		if i := o.line(l.ID); i >= 0 {
			o.returned[i] = o.returned[i].add(l.Amount)
		}
	}
	o.quals = append(make([]int64, 0, len(o.bought.Qualified)), o.quals...)
	for len(o.quals) < len(o.bought.Qualified) {
		o.quals = append(o.quals, 0)
	}
	for _, q := range b.Qualified {
		for i := range o.bought.Qualified {
			if p := &o.bought.Qualified[i]; p.Metric == q.Metric && p.Day == q.Day {
				o.quals[i] -= q.Amount
				break
			}
		}
	}
	a.orders.Set(a.own, name(b.Order), o)
}

// line is the index of a line, or -1.
func (o *order) line(id string) int {
	if o.bought != nil {
		for i := range o.bought.Lines {
			if o.bought.Lines[i].ID == id {
				return i
			}
		}
		return -1
	}
	for i := range o.lines {
		if o.lines[i].Line == id {
			return i
		}
	}
	return -1
}

// clawed is the order after a clawback.
func (o *order) clawed(b *ClawedBack) *order {
	c := *o
	o = &c
	all := b.FromPending + b.FromLot + b.Forgiven + sum(b.Others) + b.Debt + b.Waived
	if o.bought != nil {
		o.taken = append(make([]Points, 0, len(o.bought.Parts)), o.taken...)
		for len(o.taken) < len(o.bought.Parts) {
			o.taken = append(o.taken, 0)
		}
		for i := range o.bought.Parts {
			if o.bought.Parts[i].Lot == b.Lot {
				o.taken[i] += all
				break
			}
		}
		return o
	}
	o.back = append(make([]Points, 0, len(o.lines)), o.back...)
	for len(o.back) < len(o.lines) {
		o.back = append(o.back, 0)
	}
	if i := o.line(b.Line); i >= 0 {
		o.back[i] += all
	}
	return o
}

// sum adds the points of draws.
func sum(draws []Draw) (n Points) {
	for _, d := range draws {
		n += d.Points
	}
	return n
}
