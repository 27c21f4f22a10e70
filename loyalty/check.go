package loyalty

import (
	"errors"
	"fmt"
	"time"
)

// checker collects what is wrong with a programme.
type checker struct {
	spec     *Spec
	zone     *time.Location
	problems []error
	ids      map[string]bool
}

func (c *checker) err() error { return errors.Join(c.problems...) }

func (c *checker) add(path, format string, args ...any) {
	c.problems = append(c.problems, &ProblemError{Path: path, Detail: fmt.Sprintf(format, args...), Err: ErrValue})
}

// Limits of a programme.
const (
	maxList   = 1000
	maxUnits  = 12_000
	maxNested = 8
)

func (c *checker) all() {
	s := c.spec
	if s.ID == "" || len(s.ID) > MaxID {
		c.add("id", "must have 1 to %d bytes", MaxID)
	}
	if s.Version < 1 {
		c.add("version", "must be 1 or more")
	}
	c.zone = time.UTC
	if loc, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "Local" {
		c.add("zone", "%q is not the name of a zone", s.Zone)
	} else {
		c.zone = loc
	}
	c.within("scale", s.Scale, 0, maxScale)
	c.within("money_scale", s.MoneyScale, 0, maxScale)
	c.within("backdate_days", s.BackdateDays, 0, 3660)
	c.enum("rounding.place", roundingPlaceWords, uint8(s.Rounding.Place), false)
	c.enum("rounding.mode", roundingModeWords, uint8(s.Rounding.Mode), false)
	c.enum("rounding.when", roundingStageWords, uint8(s.Rounding.When), false)
	c.enum("tier_moment", tierMomentWords, uint8(s.TierMoment), false)
	c.enum("refund.limit", refundLimitWords, uint8(s.Refund.Limit), false)
	c.enum("refund.attribution", attributionWords, uint8(s.Refund.Attribution), false)
	c.enum("refund.late", lateOrderWords, uint8(s.Refund.Late), false)
	c.enum("refund.tier", tierOnRefundWords, uint8(s.Refund.Tier), false)
	c.wallets()
	c.redemption()
	c.tiers()
	c.rules()
	c.caps()
	c.rewards()
	c.challenges()
	c.house()
}

func (c *checker) within(path string, n, low, high int) {
	if n < low || n > high {
		c.add(path, "must be %d to %d, is %d", low, high, n)
	}
}

// enum checks a constant; required ones may not be unset.
func (c *checker) enum(path string, w words, i uint8, required bool) {
	if i == 0 && required {
		c.add(path, "must be one of %s", w.list())
	} else if i != 0 && !w.known(i) {
		c.add(path, "%d is none of %s", i, w.list())
	}
}

// amount checks a number and its sign: "" any, "+" above zero, "0" not below it.
func (c *checker) amount(path string, a Amount, sign string) {
	if err := a.check(); err != nil {
		c.add(path, "number beyond the limits")
		return
	}
	switch n := a.Decimal().Sign(); {
	case sign == "+" && n <= 0:
		c.add(path, "must be above 0")
	case sign == "0" && n < 0:
		c.add(path, "must not be below 0")
	}
}

func (c *checker) points(path string, n Points) {
	if n < 0 || n > MaxPoints {
		c.add(path, "must be 0 to %d", MaxPoints)
	}
}

// begin starts a list whose entries have ids of their own.
func (c *checker) begin(path string, n int) {
	c.ids = make(map[string]bool, n)
	if n > maxList {
		c.add(path, "has %d entries, more than %d", n, maxList)
	}
}

func (c *checker) id(path, id string) {
	switch {
	case id == "" || len(id) > MaxID:
		c.add(path+".id", "must have 1 to %d bytes", MaxID)
	case c.ids[id]:
		c.add(path+".id", "%q is there twice", id)
	}
	c.ids[id] = true
}

func (c *checker) wallet(path, id string) {
	for i := range c.spec.Wallets {
		if id == "" || c.spec.Wallets[i].ID == id {
			return
		}
	}
	c.add(path, "there is no wallet %q", id)
}

func (c *checker) wallets() {
	c.begin("wallets", len(c.spec.Wallets))
	for i := range c.spec.Wallets {
		w, at := &c.spec.Wallets[i], fmt.Sprintf("wallets[%d]", i)
		c.id(at, w.ID)
		c.expiry(at+".expiry", &w.Expiry)
		c.activation(at+".activation", &w.Activation)
		c.enum(at+".draw_order", drawOrderWords, uint8(w.DrawOrder), false)
		c.enum(at+".debt.kind", debtKindWords, uint8(w.Debt.Kind), false)
		c.enum(at+".restore", restoreKindWords, uint8(w.Restore), false)
		c.points(at+".max_balance", w.MaxBalance)
		c.points(at+".debt.limit", w.Debt.Limit)
		c.points(at+".overdraft", w.Overdraft)
		c.within(at+".reinstate_days", w.Reinstate, 0, 3660)
		if w.Debt.Kind == DebtLimited && w.Debt.Limit == 0 {
			c.add(at+".debt.limit", "must be above 0 where debt is limited")
		}
	}
}

func (c *checker) expiry(at string, e *ExpirySpec) {
	c.enum(at+".kind", expiryKindWords, uint8(e.Kind), false)
	c.enum(at+".round", expiryRoundWords, uint8(e.Round), false)
	c.within(at+".n", e.N, 0, maxUnits)
	switch e.Kind {
	case ExpireAfter:
		c.enum(at+".unit", unitWords, uint8(e.Unit), true)
		if e.N == 0 {
			c.add(at+".n", "must be above 0")
		}
	case ExpireEndOfPeriod:
		c.enum(at+".unit", unitWords, uint8(e.Unit), true)
		if e.Unit != 0 && e.Unit < UnitDay {
			c.add(at+".unit", "must be day, week, month or year")
		}
	case ExpireCalendar:
		if e.Month < 1 || e.Month > 12 || e.Day < 1 || e.Day > 31 {
			c.add(at+".month", "month and day must be of a calendar")
		}
	case ExpireInactivity:
		if len(e.Versions) == 0 {
			c.add(at+".versions", "must have at least one")
		}
		for i, v := range e.Versions {
			p := fmt.Sprintf("%s.versions[%d]", at, i)
			c.enum(p+".unit", unitWords, uint8(v.Unit), true)
			if v.Unit != 0 && v.Unit < UnitDay {
				c.add(p+".unit", "must be day, week, month or year")
			}
			c.within(p+".n", v.N, 1, maxUnits)
			if i > 0 && !e.Versions[i-1].From.before(v.From) {
				c.add(p+".from", "must come after the one before")
			}
		}
	}
	for i, q := range e.Qualifying {
		c.enum(fmt.Sprintf("%s.qualifying[%d]", at, i), activityKindWords, uint8(q), true)
	}
	for i, x := range e.TierExtra {
		c.tier(fmt.Sprintf("%s.tier_extra[%d].tier", at, i), x.Tier)
		c.within(fmt.Sprintf("%s.tier_extra[%d].n", at, i), x.N, 0, maxUnits)
	}
}

func (c *checker) activation(at string, a *ActivationSpec) {
	c.enum(at+".kind", activationKindWords, uint8(a.Kind), false)
	if a.Kind == ActivateAfter {
		c.enum(at+".unit", unitWords, uint8(a.Unit), true)
		c.within(at+".n", a.N, 1, maxUnits)
	}
}

// tier checks the name of a level.
func (c *checker) tier(at, id string) {
	for _, t := range c.spec.Tiers {
		for _, l := range t.Levels {
			if l.ID == id || t.ID+"/"+l.ID == id {
				return
			}
		}
	}
	c.add(at, "there is no level %q", id)
}

func (c *checker) redemption() {
	r := &c.spec.Redemption
	c.points("redemption.points_per_step", r.PointsPerStep)
	c.points("redemption.min_points", r.MinPoints)
	c.amount("redemption.value_per_step", r.ValuePerStep, "0")
	c.percent("redemption.max_percent", r.MaxPercent)
}

func (c *checker) percent(at string, a Amount) {
	c.amount(at, a, "0")
	if a.check() == nil && fracOf(a.Decimal()).cmp(whole(100)) > 0 {
		c.add(at, "must not be above 100")
	}
}

func (c *checker) rules() {
	c.begin("rules", len(c.spec.Rules))
	for i := range c.spec.Rules {
		r, at := &c.spec.Rules[i], fmt.Sprintf("rules[%d]", i)
		c.id(at, r.ID)
		c.enum(at+".kind", ruleKindWords, uint8(r.Kind), true)
		c.enum(at+".stack", stackModeWords, uint8(r.Stack), false)
		c.wallet(at+".wallet", r.Wallet)
		c.amount(at+".points", r.Points, "0")
		c.amount(at+".per", r.Per, "0")
		c.amount(at+".factor", r.Factor, "0")
		c.within(at+".days", r.Days, 0, 366)
		c.ruleKind(at, r)
		c.condition(at+".when", &r.When)
		if r.Expiry != nil {
			c.expiry(at+".expiry", r.Expiry)
		}
		if r.Activate != nil {
			c.activation(at+".activate", r.Activate)
		}
	}
}

func (c *checker) ruleKind(at string, r *RuleSpec) {
	switch r.Kind {
	case RuleMultiply:
		if r.Factor.IsZero() && len(r.Tiers) == 0 {
			c.add(at+".factor", "a multiply rule needs a factor or factors by level")
		}
		for i, t := range r.Tiers {
			c.tier(fmt.Sprintf("%s.tiers[%d].tier", at, i), t.Tier)
			c.amount(fmt.Sprintf("%s.tiers[%d].factor", at, i), t.Factor, "0")
		}
	case RuleEvent:
		if r.Event == "" {
			c.add(at+".event", "an event rule needs the name of its event")
		}
	case RuleBrackets:
		if len(r.Brackets) == 0 {
			c.add(at+".brackets", "must have at least one")
		}
		for i, b := range r.Brackets {
			c.amount(fmt.Sprintf("%s.brackets[%d].from", at, i), b.From, "0")
			c.amount(fmt.Sprintf("%s.brackets[%d].spend_per_point", at, i), b.SpendPerPoint, "+")
		}
	case RuleMilestone:
		m := &r.Milestone
		c.points(at+".milestone.points", m.Points)
		if m.Points > 1e12 {
			c.add(at+".milestone.points", "must not be above a million million")
		}
		if m.First < 0 || m.Step < 0 || (m.First == 0 && len(m.Extra) == 0) {
			c.add(at+".milestone.first", "a milestone rule needs a first count or extras")
		}
		for i, x := range m.Extra {
			c.points(fmt.Sprintf("%s.milestone.extra[%d].points", at, i), x.Points)
			if x.At < 1 {
				c.add(fmt.Sprintf("%s.milestone.extra[%d].at", at, i), "must be above 0")
			}
		}
	case RuleReferral:
		if r.Event != "" && r.Event != "referral" {
			c.add(at+".event", `must be "referral" or nothing`)
		}
	}
}

func (c *checker) condition(at string, w *ConditionSpec) {
	c.within(at+".from_hour", w.FromHour, 0, 23)
	c.within(at+".until_hour", w.UntilHour, 0, 24)
	if w.FromHour > 0 && w.UntilHour == 0 {
		c.add(at+".until_hour", "must be set with from_hour")
	}
	c.amount(at+".min_order", w.MinOrder, "0")
	for i, d := range w.Weekdays {
		c.within(fmt.Sprintf("%s.weekdays[%d]", at, i), d, 1, 7)
	}
	c.span(at, w.From, w.Until)
	for i, t := range w.Tiers {
		c.tier(fmt.Sprintf("%s.tiers[%d]", at, i), t)
	}
}

func (c *checker) span(at string, from, until Date) {
	if !from.IsZero() && !until.IsZero() && !from.before(until) {
		c.add(at+".until", "must come after from")
	}
}

func (c *checker) rewards() {
	c.begin("rewards", len(c.spec.Rewards))
	for i := range c.spec.Rewards {
		r, at := &c.spec.Rewards[i], fmt.Sprintf("rewards[%d]", i)
		c.id(at, r.ID)
		if r.Stock > 0 {
			c.houseID(at, r.ID, StockAccount(r.ID))
		}
		c.enum(at+".kind", rewardKindWords, uint8(r.Kind), true)
		c.enum(at+".per", periodWords, uint8(r.Per), false)
		c.wallet(at+".wallet", r.Wallet)
		c.points(at+".cost", r.Cost)
		c.points(at+".stock", Points(r.Stock))
		c.points(at+".limit", Points(r.Limit))
		if r.Kind == PercentOff {
			c.percent(at+".value", r.Value)
		} else {
			c.amount(at+".value", r.Value, "0")
		}
		c.span(at, r.From, r.Until)
		for j, t := range r.TierCost {
			c.tier(fmt.Sprintf("%s.tier_cost[%d].tier", at, j), t.Tier)
			c.points(fmt.Sprintf("%s.tier_cost[%d].cost", at, j), t.Cost)
		}
		for j, t := range r.Tiers {
			c.tier(fmt.Sprintf("%s.tiers[%d]", at, j), t)
		}
	}
}

func (c *checker) challenges() {
	c.begin("challenges", len(c.spec.Challenges))
	for i := range c.spec.Challenges {
		k, at := &c.spec.Challenges[i], fmt.Sprintf("challenges[%d]", i)
		c.id(at, k.ID)
		c.enum(at+".goal", goalKindWords, uint8(k.Goal), true)
		c.enum(at+".per", periodWords, uint8(k.Per), false)
		c.wallet(at+".wallet", k.Wallet)
		c.points(at+".points", k.Points)
		if k.Target < 1 || k.Target > int64(MaxPoints) {
			c.add(at+".target", "must be above 0")
		}
		if k.Streak < 0 || k.Times < -1 {
			c.add(at+".streak", "streak must not be below 0, times not below -1")
		}
		if k.Streak > 1 && (k.Per == 0 || k.Per == PerLifetime || k.Per == PerPurchase) {
			c.add(at+".per", "a streak needs periods of days, weeks, months or years")
		}
		if k.Per == PerPurchase {
			c.add(at+".per", "an order is not a period of a challenge")
		}
		if k.Goal == GoalEvents && k.Event == "" {
			c.add(at+".event", "must name a custom event")
		}
		c.span(at, k.From, k.Until)
	}
}

// house checks budgets, conversions and jurisdictions.
func (c *checker) house() {
	c.begin("budgets", len(c.spec.Budgets))
	for i := range c.spec.Budgets {
		b, at := &c.spec.Budgets[i], fmt.Sprintf("budgets[%d]", i)
		c.id(at, b.ID)
		c.houseID(at, b.ID, BudgetAccount(b.ID, longestPeriod))
		c.points(at+".points", b.Points)
		c.points(at+".most", b.Most)
		c.enum(at+".per", periodWords, uint8(b.Per), false)
		if b.Per == PerPurchase {
			c.add(at+".per", "an order is not a period of a budget")
		}
	}
	for i := range c.spec.Conversions {
		v, at := &c.spec.Conversions[i], fmt.Sprintf("conversions[%d]", i)
		c.wallet(at+".from", v.From)
		c.wallet(at+".to", v.To)
		c.amount(at+".give", v.Give, "+")
		c.amount(at+".get", v.Get, "+")
		if v.From == v.To {
			c.add(at+".to", "must be another wallet")
		}
	}
	c.begin("jurisdictions", len(c.spec.Jurisdictions))
	for i := range c.spec.Jurisdictions {
		j, at := &c.spec.Jurisdictions[i], fmt.Sprintf("jurisdictions[%d]", i)
		c.id(at, j.ID)
		c.enum(at+".time_alone", timeRuleWords, uint8(j.TimeAlone), true)
		c.within(at+".min_inactivity_months", j.MinInactivityMonths, 0, 1200)
		if n := j.NoticeDays; n != nil && (n.Min < 0 || n.Max < n.Min) {
			c.add(at+".notice_days", "must be a span of days")
		}
	}
}
