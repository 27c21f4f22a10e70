package loyalty

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

const maxScale = 6

// Program is a programme that has been checked and made ready. It is immutable and
// may be shared by any number of goroutines.
type Program struct {
	spec    Spec
	version string // id@version
	zone    *time.Location

	wallets []walletRules
	rules   []rule
	rounds  [roundCount][]int // rules by round, in order of group, priority and id
	caps    []CapSpec
	shared  []int // of the caps, those over all members
	sets    []tierSet
	money   frac // 10^money scale
	unit    frac // 10^scale
}

type walletRules struct {
	WalletSpec
}

// rule is a rule with its numbers ready.
type rule struct {
	*RuleSpec
	wallet int
	index  int
	rate   frac // units of points for one of money or value
	points frac // units of points that are given as such
	factor frac
	tiers  []tierFactor
	min    frac
	counts bool // for tiers measured in points
}

// ID is the programme's id.
func (p *Program) ID() string { return p.spec.ID }

// Version names the programme in events: id@version.
func (p *Program) Version() string { return p.version }

// Spec is a copy of the data that the programme was made from, with defaults filled
// in for wallets and rounding. Its slices are shared and must not be changed.
func (p *Program) Spec() Spec { return p.spec }

// Zone is the location of the programme's dates.
func (p *Program) Zone() *time.Location { return p.zone }

// Scale is the number of decimals of a point.
func (p *Program) Scale() int { return p.spec.Scale }

// wallet finds a wallet by id; empty is the first.
func (p *Program) wallet(id string) (int, bool) {
	if id == "" {
		return 0, true
	}
	for i := range p.wallets {
		if p.wallets[i].ID == id {
			return i, true
		}
	}
	return 0, false
}

// date is the local date of an instant.
func (p *Program) date(i Instant) Date { return DateOf(i.in(p.zone)) }

// NewProgram checks a programme and makes it ready. The error joins every problem
// as a [*ProblemError] with its path, and unwraps to [ErrProgram].
func NewProgram(spec Spec) (*Program, error) {
	if len(spec.Wallets) == 0 {
		spec.Wallets = []WalletSpec{{ID: "points"}}
	}
	spec.Wallets = slices.Clone(spec.Wallets)
	spec.Rounding = spec.Rounding.orDefault()
	if spec.Zone == "" {
		spec.Zone = "UTC"
	}
	if spec.TierMoment == 0 {
		spec.TierMoment = TierAtStart
	}
	c := checker{spec: &spec}
	c.all()
	if err := c.err(); err != nil {
		return nil, err
	}
	p := &Program{
		spec: spec, zone: c.zone, version: spec.ID + "@" + strconv.Itoa(spec.Version),
		caps: spec.Caps, money: pow10(spec.MoneyScale), unit: pow10(spec.Scale),
	}
	for _, w := range spec.Wallets {
		p.wallets = append(p.wallets, walletRules{w.orDefault()})
	}
	for i := range spec.Caps {
		if spec.Caps[i].Shared {
			p.shared = append(p.shared, i)
		}
	}
	p.compileRules()
	p.compileTiers()
	return p, nil
}

func (w WalletSpec) orDefault() WalletSpec {
	if w.Expiry.Kind == 0 {
		w.Expiry.Kind = ExpireNever
	}
	if w.Activation.Kind == 0 {
		w.Activation.Kind = ActivateAtOnce
	}
	if w.DrawOrder == 0 {
		w.DrawOrder = ExpiryFirst
	}
	if w.Debt.Kind == 0 {
		w.Debt.Kind = DebtUnlimited
	}
	if w.Restore == 0 {
		w.Restore = RestoreOriginal
	}
	return w
}

type tierFactor struct {
	tier   string
	factor frac
}

// The rounds in which rules run.
const (
	roundSpend = iota
	roundMultiply
	roundFixed
	roundEvents
	roundCount
)

func (r *rule) round() int {
	switch r.Kind {
	case RuleSpend, RuleBrackets:
		return roundSpend
	case RuleMultiply:
		return roundMultiply
	case RuleEvent, RuleVisit:
		return roundEvents
	case RuleMilestone, RuleReferral:
		if r.Event != "" {
			return roundEvents
		}
	}
	return roundFixed
}

// event is the custom event that a rule waits for.
func (r *rule) event() string {
	if r.Kind == RuleVisit && r.Event == "" {
		return "visit"
	}
	return r.Event
}

func (p *Program) compileRules() {
	p.rules = make([]rule, len(p.spec.Rules))
	for i := range p.spec.Rules {
		r := &p.rules[i]
		*r = rule{RuleSpec: &p.spec.Rules[i], index: i}
		r.wallet, _ = p.wallet(r.Wallet)
		r.points = fracOf(r.Points.Decimal()).mul(p.unit)
		r.rate, r.factor = r.points, fracOf(r.Factor.Decimal())
		if !r.Per.IsZero() {
			r.rate = r.points.over(fracOf(r.Per.Decimal()))
		}
		r.min = fracOf(r.When.MinOrder.Decimal())
		for _, t := range r.Tiers {
			r.tiers = append(r.tiers, tierFactor{t.Tier, fracOf(t.Factor.Decimal())})
		}
		switch {
		case r.Qualifies != nil:
			r.counts = *r.Qualifies
		default:
			r.counts = r.Kind == RuleSpend || r.Kind == RuleBrackets || r.Kind == RuleEvent || r.Kind == RuleVisit
		}
		p.rounds[r.round()] = append(p.rounds[r.round()], i)
	}
	for _, list := range p.rounds {
		slices.SortFunc(list, func(a, b int) int {
			x, y := &p.rules[a], &p.rules[b]
			return cmp.Or(cmp.Compare(x.Group, y.Group), cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.ID, y.ID))
		})
	}
}

// knowsEvent reports whether anything in the programme follows from a custom event.
func (p *Program) knowsEvent(event string) bool {
	for i := range p.rules {
		if p.rules[i].round() == roundEvents && p.rules[i].event() == event {
			return true
		}
	}
	for i := range p.sets {
		for _, m := range p.sets[i].metrics {
			if (m.Kind == MetricEvents || m.Kind == MetricVisits) && m.Event == event {
				return true
			}
		}
	}
	for _, c := range p.spec.Challenges {
		if c.event() == event && event != "" {
			return true
		}
	}
	return false
}
