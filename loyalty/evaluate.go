package loyalty

import (
	"cmp"
	"slices"
)

// lineWorth is what a line is worth to the rules.
type lineWorth struct {
	gross frac // before discounts
	net   frac // after all of them
}

// worths are the lines' worths and their sums.
func (d *Purchase) worths() (lines []lineWorth, total frac) {
	lines = make([]lineWorth, len(d.Lines))
	for i := range d.Lines {
		l := &d.Lines[i]
		w := &lines[i]
		w.gross = fracOf(l.Amount.Decimal())
		if l.Amount.IsZero() {
			w.gross = fracOf(l.UnitPrice.Decimal()).mul(whole(max(l.Quantity, 1)))
		}
		w.net = w.gross
		if len(d.Discounts) > 0 {
			w.net = d.discounted(l, w.gross, nil)
		}
		total = total.add(w.net)
	}
	return lines, total
}

// discounted is the worth of a line after the percentages that apply to it: those
// of the whole order or of its category, and to a rule that is about categories
// only those of such a category.
func (d *Purchase) discounted(l *Line, gross frac, scope []string) frac {
	var percent frac
	for _, x := range d.Discounts {
		if x.Scope != "" && x.Scope != l.Category {
			continue
		}
		if len(scope) > 0 && !slices.Contains(scope, x.Scope) {
			continue
		}
		percent = percent.add(fracOf(x.Percent.Decimal()))
	}
	if percent.sign() == 0 {
		return gross
	}
	left := whole(100).sub(percent)
	if left.sign() < 0 {
		left = frac{}
	}
	return gross.mul(left).over(whole(100))
}

// part is the points of an order that become one lot.
type part struct {
	OrderPart
	first *rule // whose terms the lot has
	rules []int
}

// evaluation is an order on its way through the rules.
type evaluation struct {
	s     *session
	f     facts
	order *Purchase
	lines []lineWorth
	total frac
	paid  frac // share of the order that was not paid with points
	parts []part
}

// partOf is the part that a rule gives to: that of rules with the same terms and caps.
func (e *evaluation) partOf(r *rule) *part {
	for i := range e.parts {
		p := &e.parts[i]
		if p.first.wallet == r.wallet && p.first.Scope == r.Scope && p.first.Draw == r.Draw &&
			p.first.Expiry == r.Expiry && p.first.Activate == r.Activate && e.s.p.cappedAlike(p.first.ID, r.ID) {
			p.rules = append(p.rules, r.index)
			return p
		}
	}
	n := len(e.lines)
	buf := make([]frac, 3*n)
	e.parts = append(e.parts, part{first: r, rules: []int{r.index}})
	p := &e.parts[len(e.parts)-1]
	p.Wallet = e.s.p.wallets[r.wallet].ID
	p.Base, p.Multiply, p.Fixed = buf[:n:n], buf[n:2*n:2*n], buf[2*n:]
	for i := range p.Multiply {
		p.Multiply[i] = one
	}
	return p
}

// chosen are the rules of a round that apply, after their groups have been weighed.
func (e *evaluation) chosen(round int) []*rule {
	var out []*rule
	s := e.s
	list := s.p.rounds[round]
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && s.p.rules[list[i]].Group != "" && s.p.rules[list[j]].Group == s.p.rules[list[i]].Group {
			j++
		}
		head := len(out)
		for _, ri := range list[i:j] {
			if r := &s.p.rules[ri]; e.touches(r) && s.meets(r, e.f) {
				out = append(out, r)
			}
		}
		out = append(out[:head], e.weigh(out[head:], s.p.rules[list[i]].Stack)...)
		i = j
	}
	return out
}

// weigh keeps the rules of a group that apply together.
func (e *evaluation) weigh(rules []*rule, mode StackMode) []*rule {
	if len(rules) < 2 || (mode != StackBest && mode != StackFirst) {
		return rules
	}
	best := 0
	if mode == StackBest {
		for i := range rules {
			if e.gives(rules[i]).cmp(e.gives(rules[best])) > 0 {
				best = i
			}
		}
	}
	for i, r := range rules {
		if i != best {
			e.s.note(Step{Code: TraceOutstacked, Rule: r.ID, About: r.Group, To: word(rules[best].ID)})
		}
	}
	return []*rule{rules[best]}
}

// touches reports whether a rule is about any line of the order.
func (e *evaluation) touches(r *rule) bool {
	if !r.When.chooses() {
		return true
	}
	for i := range e.order.Lines {
		if r.When.takes(&e.order.Lines[i]) {
			return true
		}
	}
	return false
}

// gives is how much a rule would give, for comparing the rules of one group.
func (e *evaluation) gives(r *rule) (sum frac) {
	for i := range e.order.Lines {
		l := &e.order.Lines[i]
		if !r.When.takes(l) {
			continue
		}
		switch r.Kind {
		case RuleMultiply:
			for k := range e.parts {
				if e.parts[k].first.wallet == r.wallet {
					base := e.parts[k].Base[i].mul(e.parts[k].Multiply[i]).mul(e.lines[i].net)
					sum = sum.add(base.mul(e.factor(r)))
				}
			}
		case RuleSpend:
			sum = sum.add(e.worth(r, i).mul(r.rate))
		case RuleBrackets:
			sum = sum.add(e.worth(r, i).mul(e.bracketRate(r)))
		default:
			return r.points
		}
	}
	return sum
}

// worth is what a line is worth to a rule.
func (e *evaluation) worth(r *rule, i int) frac {
	if len(e.order.Discounts) == 0 || len(r.When.Categories) == 0 {
		return e.lines[i].net
	}
	return e.order.discounted(&e.order.Lines[i], e.lines[i].gross, r.When.Categories)
}

func (e *evaluation) bracketRate(r *rule) frac {
	var before int64
	if m := e.s.a.metric("#" + r.ID); m != nil {
		before = m.total
	}
	per, ok := bracket(r.Brackets, whole(before).over(e.s.p.money).add(e.total))
	if !ok || per.sign() <= 0 {
		return frac{}
	}
	return e.s.p.unit.over(per)
}

// factor is the factor of a multiply rule for this member and order.
func (e *evaluation) factor(r *rule) frac {
	if len(r.tiers) == 0 {
		return r.factor
	}
	return e.s.tierFactor(r, e.total.mul(e.paid))
}

// run takes the order through the rounds.
func (e *evaluation) run() {
	s := e.s
	for _, r := range e.chosen(roundSpend) {
		rate := r.rate
		if r.Kind == RuleBrackets {
			rate = e.bracketRate(r)
		}
		p := e.partOf(r)
		for i := range e.order.Lines {
			if !r.When.takes(&e.order.Lines[i]) {
				continue
			}
			worth := e.worth(r, i)
			if worth.sign() == 0 {
				continue
			}
			perNet := rate
			switch {
			case e.lines[i].net.sign() == 0: // free, and yet worth something to this rule
				perNet = rate.mul(worth)
			case worth != e.lines[i].net:
				perNet = rate.mul(worth).over(e.lines[i].net)
			}
			p.Base[i] = p.Base[i].add(perNet)
			s.note(Step{Code: TraceBase, Rule: r.ID, Line: e.order.Lines[i].ID, About: "worth", From: number(worth.mul(e.paid)), To: s.exact(worth.mul(e.paid).mul(rate))})
		}
	}
	for _, r := range e.chosen(roundMultiply) {
		f := e.factor(r)
		for k := range e.parts {
			p := &e.parts[k]
			if p.first.wallet != r.wallet {
				continue
			}
			for i := range e.order.Lines {
				if r.When.takes(&e.order.Lines[i]) && p.Base[i].sign() > 0 {
					was := p.Base[i].mul(p.Multiply[i]).mul(e.lines[i].net).mul(e.paid)
					p.Multiply[i] = p.Multiply[i].mul(f)
					s.note(Step{Code: TraceMultiplied, Rule: r.ID, Line: e.order.Lines[i].ID, By: number(f), From: s.exact(was), To: s.exact(was.mul(f))})
				}
			}
		}
	}
	for _, r := range e.chosen(roundFixed) {
		e.fix(r)
	}
}

// fix adds the points that a rule gives as such: sku rules to each of their lines,
// the others once, on the line that is worth most.
func (e *evaluation) fix(r *rule) {
	points := r.points
	if r.Kind == RuleMilestone {
		var before int64
		if m := e.s.a.metric("#" + r.ID); m != nil {
			before = m.total
		}
		points = whole(int64(r.Milestone.Milestone(before+1) - r.Milestone.Milestone(before)))
	}
	if points.sign() == 0 {
		return
	}
	p := e.partOf(r)
	most := -1
	for i := range e.order.Lines {
		if !r.When.takes(&e.order.Lines[i]) {
			continue
		}
		if r.Kind == RuleFixed {
			p.Fixed[i] = p.Fixed[i].add(points)
			e.s.note(Step{Code: TraceBonus, Rule: r.ID, Line: e.order.Lines[i].ID, To: e.s.exact(points)})
			continue
		}
		if most < 0 || e.lines[i].net.cmp(e.lines[most].net) > 0 ||
			(e.lines[i].net.cmp(e.lines[most].net) == 0 && cmp.Less(e.order.Lines[i].ID, e.order.Lines[most].ID)) {
			most = i
		}
	}
	if most >= 0 {
		p.Fixed[most] = p.Fixed[most].add(points)
		e.s.note(Step{Code: TraceBonus, Rule: r.ID, Line: e.order.Lines[most].ID, To: e.s.exact(points)})
	}
}

// worth is the points of one part of an order of which so much of each line is
// left (nil: all of it), in units, rounded as the programme says.
func (b *Purchased) worth(part int, left []frac) (Points, bool) {
	p := &b.Parts[part]
	var sums []group
	var total int64
	put := func(base, factor frac) bool {
		if b.Rounding.Place == PerLine {
			n, ok := b.Rounding.apply(base, factor)
			total += n
			return ok && total <= int64(MaxPoints)
		}
		for i := range sums {
			if sums[i].factor.cmp(factor) == 0 {
				sums[i].base = sums[i].base.add(base)
				return true
			}
		}
		sums = append(sums, group{base, factor})
		return true
	}
	for i := range b.Lines {
		amount := b.amount(i, left)
		if p.Base[i].sign() != 0 && !put(amount.mul(b.PaidShare).mul(p.Base[i]), p.Multiply[i]) {
			return 0, false
		}
	}
	n, ok := b.Rounding.join(sums)
	if !ok || n > int64(MaxPoints) {
		return 0, false
	}
	total += n
	for i := range b.Lines {
		if p.Fixed[i].sign() == 0 {
			continue
		}
		f := p.Fixed[i]
		if left != nil && b.Lines[i].Amount.sign() != 0 {
			f = f.mul(left[i]).over(b.Lines[i].Amount)
		}
		n, ok := f.round(b.Rounding.Mode)
		if !ok || n > int64(MaxPoints) {
			return 0, false
		}
		if total += n; total > int64(MaxPoints) {
			return 0, false
		}
	}
	return Points(total), true
}

// amount is what of a line its base points are paid for: what is left of its worth
// (nil: all of it). The base points of a line that was free stand for the whole
// line, and go when nothing is left of the order.
func (b *Purchased) amount(line int, left []frac) frac {
	if left == nil {
		if b.Lines[line].Amount.sign() == 0 {
			return one
		}
		return b.Lines[line].Amount
	}
	if b.Lines[line].Amount.sign() == 0 {
		for i := range left {
			if left[i].sign() > 0 {
				return one
			}
		}
	}
	return left[line]
}

// group is the base points of the lines that have one factor.
type group struct{ base, factor frac }

// apply rounds base x factor at its stage.
func (r Rounding) apply(base, factor frac) (int64, bool) {
	if r.When == AfterMultiplier {
		return base.mul(factor).round(r.Mode)
	}
	n, ok := base.round(r.Mode)
	if !ok {
		return 0, false
	}
	if r.When == BeforeMultiplier {
		return whole(n).mul(factor).round(Floor)
	}
	return whole(n).mul(factor).round(r.Mode)
}

// join rounds the sum of an order once.
func (r Rounding) join(groups []group) (int64, bool) {
	if r.When == AfterMultiplier {
		var sum frac
		for _, g := range groups {
			sum = sum.add(g.base.mul(g.factor))
		}
		return sum.round(r.Mode)
	}
	var total int64
	for _, g := range groups {
		n, ok := r.apply(g.base, g.factor)
		if !ok || n > int64(MaxPoints) {
			return 0, false
		}
		if total += n; total > int64(MaxPoints) {
			return 0, false
		}
	}
	return total, true
}
