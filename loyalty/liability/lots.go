package liability

import (
	"iter"
	"time"

	"github.com/rapport-go/rapport/loyalty"
)

// LotsOptions of [Lots]; nil is the defaults.
type LotsOptions struct {
	Wallet string         // lots of this wallet only; empty for all
	Zone   *time.Location // whose calendar months count; nil is UTC
}

// Lots turns the events of one account, in their order, into lots by month of issue,
// with ages in calendar months (age 0 is the month of issue). It looks at whole
// months only: what took effect in the month of at, or later, waits for the next
// report.
//
// Points that were taken back, moved to another account or wallet, or adjusted away
// are no longer part of their lot: they were neither redeemed nor left to die. A
// cancelled redemption is taken off the latest one. When an account goes into
// another, its open lots are watched no further; the other account's own events do
// not say which vintage they came from.
func Lots(events iter.Seq[loyalty.Event], at time.Time, opts *LotsOptions) []Lot {
	var o LotsOptions
	if opts != nil {
		o = *opts
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	b := lotBook{LotsOptions: o, now: monthOf(at, o.Zone), by: map[loyalty.LotID]*openLot{}}
	for ev := range events {
		if month := monthOf(ev.Effective.Time(), o.Zone); month < b.now {
			b.event(&ev, month)
		}
	}
	return b.lots()
}

// monthOf numbers the calendar months.
func monthOf(t time.Time, zone *time.Location) int64 {
	y, m, _ := t.In(zone).Date()
	return int64(y)*12 + int64(m) - 1
}

// lotBook follows the lots of one account.
type lotBook struct {
	LotsOptions
	now   int64 // month that is not over
	by    map[loyalty.LotID]*openLot
	order []*openLot
}

// openLot is a lot and what is still open of it.
type openLot struct {
	Lot
	month int64
	open  int64
	ended int64 // month after which it was not watched, 0 for none
}

func (b *lotBook) event(ev *loyalty.Event, month int64) {
	switch e := ev.Body.(type) {
	case *loyalty.Issued:
		b.issue(e, month)
	case *loyalty.Drawn:
		b.redeem(e.Draws, month)
	case *loyalty.Captured:
		b.redeem(e.Draws, month)
		b.die(e.Expired, month)
	case *loyalty.Released:
		b.die(e.Expired, month)
	case *loyalty.Reversed:
		b.restore(e.Restored)
		b.restore(e.Expired)
		b.die(e.Expired, month)
	case *loyalty.Expired:
		b.die([]loyalty.Draw{{Lot: e.Lot, Points: e.Points}}, month)
	case *loyalty.Lapsed:
		b.die(e.Draws, month)
	case *loyalty.WrittenOff:
		b.die(e.Draws, month)
	case *loyalty.ClawedBack:
		b.remove([]loyalty.Draw{{Lot: e.Lot, Points: e.FromPending + e.FromLot}})
		b.remove(e.Others)
	case *loyalty.Adjusted:
		b.remove(e.Draws)
	case *loyalty.Transferred:
		b.remove(e.Draws)
	case *loyalty.Converted:
		b.remove(e.Draws)
	case *loyalty.MergedOut:
		for _, l := range b.order {
			if l.ended == 0 || l.open > 0 {
				l.ended = month
			}
		}
	}
}

func (b *lotBook) issue(e *loyalty.Issued, month int64) {
	if b.Wallet != "" && e.Wallet != b.Wallet {
		return
	}
	l := &openLot{month: month, open: int64(e.Points)}
	l.Points = l.open
	l.Vintage = time.Date(int(month/12), time.Month(month%12+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	if e.Expires != loyalty.Never {
		l.DiesAt = b.diesAt(month, e.Expires)
	}
	b.by[e.Lot] = l
	b.order = append(b.order, l)
}

// diesAt is the first age in which nothing of the lot can be redeemed.
func (b *lotBook) diesAt(month int64, expires loyalty.Instant) int64 {
	return max(1, monthOf((expires-1).Time(), b.Zone)+1-month)
}

func (b *lotBook) redeem(draws []loyalty.Draw, month int64) {
	for _, d := range draws {
		l := b.by[d.Lot]
		if l == nil {
			continue
		}
		n := min(int64(d.Points), l.open)
		l.open -= n
		l.Redeemed = append(l.Redeemed, Redemption{Age: max(0, month-l.month), Points: n})
	}
}

// restore takes points off the latest redemptions of their lots.
func (b *lotBook) restore(draws []loyalty.Draw) {
	for _, d := range draws {
		l := b.by[d.Lot]
		if l == nil {
			continue
		}
		left := int64(d.Points)
		for i := len(l.Redeemed) - 1; i >= 0 && left > 0; i-- {
			n := min(left, l.Redeemed[i].Points)
			l.Redeemed[i].Points -= n
			l.open += n
			left -= n
		}
	}
}

// die ends points unredeemed.
func (b *lotBook) die(draws []loyalty.Draw, month int64) {
	for _, d := range draws {
		if l := b.by[d.Lot]; l != nil && d.Points > 0 {
			l.open -= min(int64(d.Points), l.open)
			l.Dead, l.ended = true, month
		}
	}
}

// remove takes points out of a lot as if they had never been in it.
func (b *lotBook) remove(draws []loyalty.Draw) {
	for _, d := range draws {
		if l := b.by[d.Lot]; l != nil {
			n := min(int64(d.Points), l.open)
			l.open -= n
			l.Points -= n
		}
	}
}

// lots are those with a whole month behind them.
func (b *lotBook) lots() []Lot {
	var out []Lot
	for _, l := range b.order {
		l.Age = b.now - 1 - l.month
		if l.Dead = l.Dead && l.open == 0; l.ended > 0 && (l.Dead || l.open > 0) {
			l.Age = min(l.Age, max(0, l.ended-l.month))
		}
		for _, r := range l.Redeemed {
			l.Age = max(l.Age, r.Age)
		}
		kept := l.Redeemed[:0]
		for _, r := range l.Redeemed {
			if r.Points > 0 {
				kept = append(kept, r)
			}
		}
		l.Redeemed = kept
		out = append(out, l.Lot)
	}
	return out
}
