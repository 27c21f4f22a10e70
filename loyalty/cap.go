package loyalty

import (
	"fmt"
	"slices"
	"strings"
)

// CapSpec limits what rules award in a local period, to each member or, shared, to
// all members together: the budget of a campaign.
//
// A shared cap is counted in an account of the house, [CapAccount], which is written
// in one append with the member's: the last points of a budget go to one of two who
// race for them, and the budget is never overdrawn. So every order that one of its
// rules may apply to meets at that account. Give campaigns with budgets windows of
// their own, as outside of them nothing is read or written.
type CapSpec struct {
	ID         string        `json:"id"`                   // not beginning with #
	Rules      []string      `json:"rules,omitempty"`      // ids; default all
	Points     Points        `json:"points"`               // not above this in one period; 0 with Times: no limit
	Times      int64         `json:"times,omitempty"`      // not for more orders or events than this in one period; 0: no limit
	Per        Period        `json:"per"`                  // order, day, week, month, year or lifetime
	Shared     bool          `json:"shared,omitempty"`     // over all members; of Points and Times just one
	Accounting CapAccounting `json:"accounting,omitempty"` // default gross: a refund gives nothing back to the cap. Of Points of one member's orders only
}

// CapAccounting says whether refunds refill a cap.
type CapAccounting uint8

// The ways of counting: gross never refills.
const (
	Gross CapAccounting = iota + 1
	Net
)

// CapAccount is the id of the house account that counts a shared cap in a period, as
// [Period.Key] names it. [Account.Taken] is what was used of it.
func CapAccount(id, period string) string {
	if period == "" {
		return housePrefix + "cap/" + id
	}
	return housePrefix + "cap/" + id + "/" + period
}

// occasions is the name under which an account counts orders and events for a cap.
func (c *CapSpec) occasions() string { return "##" + c.ID }

// limitsPoints reports whether the cap is one of points.
func (c *CapSpec) limitsPoints() bool { return c.Points > 0 || c.Times == 0 }

func (c *checker) caps() {
	c.begin("caps", len(c.spec.Caps))
	for i := range c.spec.Caps {
		k, at := &c.spec.Caps[i], fmt.Sprintf("caps[%d]", i)
		c.id(at, k.ID)
		if strings.HasPrefix(k.ID, "#") {
			c.add(at+".id", "must not begin with #")
		}
		c.points(at+".points", k.Points)
		c.points(at+".times", Points(k.Times))
		c.enum(at+".per", periodWords, uint8(k.Per), true)
		c.enum(at+".accounting", capAccountingWords, uint8(k.Accounting), false)
		if k.Per == PerPurchase && k.Times > 0 {
			c.add(at+".times", "an order is one occasion: give a longer period")
		}
		c.sharedCap(at, k)
		for j, id := range k.Rules {
			if !c.hasRule(id) {
				c.add(fmt.Sprintf("%s.rules[%d]", at, j), "there is no rule %q", id)
			} else if c.multiplies(id) {
				c.add(fmt.Sprintf("%s.rules[%d]", at, j), "rule %q multiplies: name the rules whose points it multiplies", id)
			}
		}
	}
}

// sharedCap checks what a cap over all members cannot be.
func (c *checker) sharedCap(at string, k *CapSpec) {
	switch {
	case !k.Shared:
	case k.Per == PerPurchase:
		c.add(at+".per", "a shared cap needs a period: an order is one member's")
	case k.Points > 0 && k.Times > 0:
		c.add(at+".times", "a shared cap counts points or times: make two caps")
	case k.Accounting == Net:
		c.add(at+".accounting", "a shared cap is gross: a refund gives nothing back to it")
	}
	if k.Shared {
		c.houseID(at, k.ID, CapAccount(k.ID, longestPeriod))
	}
}

// longestPeriod is as long as the key of any period.
const longestPeriod = "2006-01-02"

// houseID checks an id that names an account of the house: two never name the same.
func (c *checker) houseID(path, id, account string) {
	if strings.Contains(id, "/") {
		c.add(path+".id", "must not contain /: it names an account of the house")
	}
	if len(id) <= MaxID && len(account) > MaxID {
		c.add(path+".id", "must have %d bytes at most: it names an account of the house", len(id)-len(account)+MaxID)
	}
}

func (c *checker) multiplies(id string) bool {
	return slices.ContainsFunc(c.spec.Rules, func(r RuleSpec) bool { return r.ID == id && r.Kind == RuleMultiply })
}

func (c *checker) hasRule(id string) bool {
	for i := range c.spec.Rules {
		if c.spec.Rules[i].ID == id {
			return true
		}
	}
	return false
}

// about reports whether a cap limits any of the rules.
func (c *CapSpec) about(p *Program, rules []int) bool {
	if len(c.Rules) == 0 {
		return true
	}
	for _, ri := range rules {
		for _, id := range c.Rules {
			if p.rules[ri].ID == id {
				return true
			}
		}
	}
	return false
}

// cappedAlike reports whether every cap is about both rules or about neither, so that
// what they give may be one lot.
func (p *Program) cappedAlike(a, b string) bool {
	for i := range p.caps {
		if list := p.caps[i].Rules; len(list) > 0 && slices.Contains(list, a) != slices.Contains(list, b) {
			return false
		}
	}
	return true
}

// sharedAccounts are the house accounts of the shared caps that an order (event is
// empty) or an event at an instant may draw on.
func (p *Program) sharedAccounts(event string, at Instant) (ids []string) {
	for _, i := range p.shared {
		c := &p.caps[i]
		for ri := range p.rules {
			r := &p.rules[ri]
			if (r.round() == roundEvents) == (event != "") && (event == "" || r.event() == event) &&
				c.about(p, []int{ri}) && r.When.closed(at.in(p.zone)) == "" {
				ids = append(ids, CapAccount(c.ID, c.Per.Key(at.in(p.zone))))
				break
			}
		}
	}
	return ids
}

// capped cuts an award of some rules to what the member's caps leave in the local
// periods of a moment, and says which it uses up, see usedUp. before is what the same order or
// event has used and the account does not hold.
func (s *session) capped(rules []int, n Points, at Instant, before []CapUse) (Points, []CapUse) {
	var uses []CapUse
	for i := range s.p.caps {
		c := &s.p.caps[i]
		if c.Shared || !c.about(s.p, rules) {
			continue
		}
		period := s.c.Key
		if c.Per != PerPurchase {
			period = c.Per.Key(at.in(s.p.zone))
		}
		if c.limitsPoints() {
			left := max(c.Points-s.a.capUsed(c.ID, period)-usedOf(before, c.ID, period), 0)
			n = s.cut(n, left, c, period)
			uses = append(uses, CapUse{c.ID, period, 0})
		}
		if c.Times > 0 && usedOf(before, c.occasions(), period) == 0 {
			if int64(s.a.capUsed(c.occasions(), period)) >= c.Times {
				n = s.cut(n, 0, c, period)
			}
			uses = append(uses, CapUse{c.occasions(), period, 0})
		}
	}
	return n, uses
}

// usedUp is what an award uses up of the member's caps after a balance's maximum and
// the shared caps have cut it too: what was not given is left.
func usedUp(uses []CapUse, n Points) []CapUse {
	if n <= 0 {
		return nil
	}
	for i := range uses {
		uses[i].Points = n
		if uses[i].Cap[0] == '#' {
			uses[i].Points = 1
		}
	}
	return uses
}

// cut leaves of an award what a cap leaves.
func (s *session) cut(n, left Points, c *CapSpec, about string) Points {
	if n <= left {
		return n
	}
	if c.Shared {
		about = strings.TrimSpace("all members " + about)
	}
	s.note(Step{Code: TraceCapped, Rule: c.ID, About: about, From: s.points(n), To: s.points(left)})
	return left
}

func usedOf(uses []CapUse, id, period string) (n Points) {
	for _, u := range uses {
		if u.Cap == id && u.Period == period {
			n += u.Points
		}
	}
	return n
}

// lasting are the uses that outlive the command.
func (s *session) lasting(uses []CapUse) (out []CapUse) {
	for _, u := range uses {
		if c := s.p.cap(u.Cap); c == nil || c.Per != PerPurchase {
			out = append(out, u)
		}
	}
	return out
}

// unheld are the uses that count within the command although what has been folded
// holds the rest: those of the order itself, and that it is an occasion.
func (s *session) unheld(uses []CapUse) (out []CapUse) {
	for _, u := range uses {
		if c := s.p.cap(u.Cap); c == nil || c.Per == PerPurchase {
			out = append(out, u)
		}
	}
	return out
}

// cap is a cap of points by its id.
func (p *Program) cap(id string) *CapSpec {
	for i := range p.caps {
		if p.caps[i].ID == id {
			return &p.caps[i]
		}
	}
	return nil
}

// budgeted cuts an award to what the shared caps leave, and takes it from them. It
// comes last, so that what a member cannot get is left for others.
func (s *session) budgeted(rules []int, n Points, at Instant) Points {
	type taking struct {
		c     *CapSpec
		house *session
	}
	var takings []taking
	for _, i := range s.p.shared {
		c := &s.p.caps[i]
		if n <= 0 || !c.about(s.p, rules) {
			continue
		}
		period := c.Per.Key(at.in(s.p.zone))
		house := s.party(CapAccount(c.ID, period))
		if c.Times > 0 && house.taken() > 0 {
			continue // the occasion is counted
		}
		n = s.cut(n, c.leaves(house, n), c, period)
		takings = append(takings, taking{c, house})
	}
	for _, t := range takings {
		switch {
		case n <= 0:
		case t.c.Times > 0:
			t.house.emit(&StockChanged{Item: t.c.ID, Delta: 1, For: s.c.Account})
		default:
			t.house.emit(&StockChanged{Item: t.c.ID, Delta: int64(n), For: s.c.Account})
		}
	}
	return n
}

// leaves is what a shared cap leaves of an award.
func (c *CapSpec) leaves(house *session, n Points) Points {
	switch {
	case c.Times == 0:
		return max(c.Points-Points(house.a.stock)-house.taken(), 0)
	case house.a.stock < c.Times:
		return n
	}
	return 0
}

// party is another account of the command.
func (s *session) party(id string) *session {
	for _, o := range s.others {
		if o.base.id == id {
			return o
		}
	}
	return nil
}

// taken is what the command itself has taken from a house account so far.
func (s *session) taken() (n Points) {
	for i := range s.events {
		if b, ok := s.events[i].Body.(*StockChanged); ok {
			n += Points(b.Delta)
		}
	}
	return n
}
