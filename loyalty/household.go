package loyalty

import (
	"cmp"
	"container/heap"
	"math/bits"
	"slices"
)

// Webster shares n points among members by the divisor method of Webster and
// Sainte-Laguë: points go one at a time, each to the member with the greatest
// balance / (2 x points so far + 1), ties to the earlier in order, and none to a
// member whose balance is used up. It is house-monotone: a smaller n never takes
// more from anyone (M. Balinski and H. P. Young, Fair Representation, 1982, ch. 8),
// which the method of largest remainders does not keep. Members must be in order of
// id; a balance below zero counts as zero; less than n is shared where there is no
// more.
//
// The cost grows with the square of the number of members, not with n.
func Webster(balances []Points, n Points) []Points {
	out := make([]Points, len(balances))
	var all Points
	for _, b := range balances {
		b = max(b, 0)
		if all > MaxPoints-min(b, MaxPoints) {
			all = MaxPoints
			break
		}
		all += b
	}
	n = min(max(n, 0), all)
	// Start at the floor of the exact quota less the number of members m, then hand
	// out the rest one by one. No share is below that: the shares are roundings of
	// balance / d that add up to n, so all/d is within m/2 of n, and a share is at
	// least quota - m/2 - 1/2.
	var given Points
	for i, b := range balances {
		if b <= 0 || all == 0 {
			continue
		}
		hi, lo := bits.Mul64(uint64(b), uint64(n))
		q, _ := bits.Div64(hi, lo, uint64(all))
		out[i] = max(Points(q)-Points(len(balances)), 0)
		given += out[i]
	}
	h := &websterHeap{balances: balances, shares: out}
	for i, b := range balances {
		if b > out[i] {
			h.order = append(h.order, i)
		}
	}
	heap.Init(h)
	for ; given < n && len(h.order) > 0; given++ {
		i := h.order[0]
		out[i]++
		if out[i] == balances[i] {
			heap.Pop(h)
		} else {
			heap.Fix(h, 0)
		}
	}
	return out
}

type websterHeap struct {
	balances, shares []Points
	order            []int
}

func (h *websterHeap) Len() int { return len(h.order) }

// Less compares balance / (2 x share + 1) without dividing.
func (h *websterHeap) Less(x, y int) bool {
	i, j := h.order[x], h.order[y]
	ah, al := bits.Mul64(uint64(h.balances[i]), uint64(2*h.shares[j]+1))
	bh, bl := bits.Mul64(uint64(h.balances[j]), uint64(2*h.shares[i]+1))
	if ah != bh {
		return ah > bh
	}
	if al != bl {
		return al > bl
	}
	return i < j
}

func (h *websterHeap) Swap(x, y int) { h.order[x], h.order[y] = h.order[y], h.order[x] }

// Push is for container/heap only.
func (h *websterHeap) Push(any) {}

// Pop is for container/heap only.
func (h *websterHeap) Pop() any {
	h.order = h.order[:len(h.order)-1]
	return nil
}

// redeemPool takes points from a household, each member by their share.
func (s *session) redeemPool(d Redeem) error {
	i, ok := s.p.wallet(d.Wallet)
	if !ok {
		return s.refuse(ErrNoWallet, "wallet", d.Wallet, 0, 0)
	}
	members := s.members()
	for _, at := range members {
		m := s.member(at)
		h := m.a.member.Household
		switch {
		case h == "" || h != s.a.member.Household:
			return s.refuse(ErrHousehold, "pool", m.base.id, 0, 0)
		case m.a.status == StatusClosed:
			return s.refuse(ErrClosed, "pool", m.base.id, 0, 0)
		case m.a.status == StatusBlocked:
			return s.refuse(ErrBlocked, "pool", m.base.id, 0, 0)
		}
	}
	if d.Points <= 0 {
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	}
	if err := s.usable(d.Points, d.Total); err != nil {
		return err
	}
	balances := make([]Points, len(members))
	var all Points
	for k, at := range members {
		m := s.member(at)
		if w := m.a.find(s.p.wallets[i].ID); w != nil {
			balances[k] = w.spendable(d.Basket)
		}
		if all, ok = all.add(balances[k]); !ok {
			return s.refuse(ErrOverflow, "pool", m.base.id, 0, 0)
		}
	}
	if d.Points > all {
		return s.refuse(ErrInsufficient, "points", "", d.Points, all)
	}
	shares := Webster(balances, d.Points)
	pool := make([]Share, len(members))
	for k, at := range members {
		m := s.member(at)
		pool[k] = Share{m.base.id, balances[k], shares[k]}
	}
	for k, at := range members {
		m := s.member(at)
		b := &Drawn{Wallet: s.p.wallets[i].ID, Points: shares[k], Pool: pool}
		if w := m.a.find(b.Wallet); w != nil {
			b.Draws = m.a.plan(w, shares[k], d.Basket)
		}
		ev := m.emit(b)
		m.alive(ev, i, ActivityRedeem)
	}
	s.res.Shares = pool
	return nil
}

// members are the parties of a household in order of id, as positions for member.
func (s *session) members() []int {
	list := make([]int, 0, len(s.others)+1)
	for i := -1; i < len(s.others); i++ {
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b int) int { return cmp.Compare(s.member(a).base.id, s.member(b).base.id) })
	return list
}

// member is a party of the command: -1 is the account that it is for.
func (s *session) member(i int) *session {
	if i < 0 {
		return s
	}
	return s.others[i]
}

// reversePool gives points of a household's redemption back, so that every member
// has paid their share of what is left of it.
func (s *session) reversePool(d Reverse, r *redemption) error {
	members := s.members()
	if len(members) != len(r.pool) {
		return s.refuse(ErrHousehold, "pool", d.Redemption, Points(len(r.pool)), Points(len(members)))
	}
	balances := make([]Points, len(members))
	var total, back Points
	for k, at := range members {
		m := s.member(at)
		if r.pool[k].Account != m.base.id {
			return s.refuse(ErrHousehold, "pool", m.base.id, 0, 0)
		}
		x, ok := m.a.drawn.Get(name(d.Redemption))
		if !ok {
			return s.refuse(ErrNoRedemption, "redemption", d.Redemption, 0, 0)
		}
		balances[k] = r.pool[k].Balance
		total += x.points
		back += x.reversed
	}
	switch {
	case d.Points <= 0:
		return s.refuse(ErrPoints, "points", "", d.Points, 0)
	case d.Points > total-back:
		return s.refuse(ErrExceedsDrawn, "points", "", d.Points, total-back)
	}
	shares := Webster(balances, total-back-d.Points)
	for k, at := range members {
		m := s.member(at)
		x, _ := m.a.drawn.Get(name(d.Redemption))
		n := x.points - x.reversed - shares[k]
		s.res.Shares = append(s.res.Shares, Share{m.base.id, balances[k], shares[k]})
		if n > 0 {
			m.giveBack(d.Redemption, x, n, d.HouseFault)
			if m != s {
				s.res.Restored += m.res.Restored
				s.res.Expired += m.res.Expired
				s.res.Reissued += m.res.Reissued
			}
		}
	}
	return nil
}
