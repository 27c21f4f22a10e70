package loyalty

import (
	"encoding/json"
	"time"
)

// AsOf answers a question about the past from an account's log: what held at the
// instant effective, as far as it was known at the instant known. It folds the
// events that count from no later than effective and were recorded no later than
// known, and then lets time pass up to effective. events must be in order of Seq.
//
// With known in the future it is the past as it is known today; with both equal it
// is what a member was shown then.
func AsOf(p *Program, id string, events []Event, effective, known time.Time) *Account {
	a := NewAccount(id)
	e, k := InstantOf(effective), InstantOf(known)
	for i := range events {
		switch ev := &events[i]; {
		case ev.Recorded > k:
		case ev.Effective <= e:
			Evolve(a, ev)
		default:
			a.reserve(ev)
		}
	}
	a.clock = min(a.clock, e) // what was recorded later does not stop time from passing here
	rest := Settle(p, a, effective)
	for i := range rest {
		Evolve(a, &rest[i])
	}
	return a
}

// reserve keeps the numbers of lots that do not count yet, so that later events
// still name the lots they mean. The places are lots of no points.
func (a *Account) reserve(ev *Event) {
	n := 0
	switch b := ev.Body.(type) {
	case *Issued:
		n = 1
		a.purse(b.Wallet)
	case *MergedIn:
		var s snapshot
		if json.Unmarshal(b.State, &s) != nil {
			return
		}
		if n = len(s.Lots); n > 0 && len(s.Wallets) > 0 {
			a.purse(s.Wallets[0].ID)
		}
	}
	for range n {
		if len(a.wallets) == 0 {
			return
		}
		a.wallets[0].slot("", false)
		a.lots.Append(a.own, lot{issued: ev.Effective})
	}
}

// Replay folds a whole log.
func Replay(id string, events []Event) *Account {
	a := NewAccount(id)
	for i := range events {
		Evolve(a, &events[i])
	}
	return a
}

// Counted is what a metric of a tier set (empty: the first) has counted in its
// window as of the local date of an instant; ok is false for an unknown one.
func Counted(p *Program, a *Account, set, metric string, at time.Time) (n Amount, ok bool) {
	for i := range p.sets {
		t := &p.sets[i]
		if set != "" && t.ID != set {
			continue
		}
		if k := t.metricIndex(metric); k >= 0 {
			return plain(t.value(a, nil, k, p.date(InstantOf(at)))), true
		}
	}
	return Amount{}, false
}
