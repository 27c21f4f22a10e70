package loyalty

// RuleSpec is one way to earn, or to earn more.
//
// The rules of an order run in four rounds: spend rules give each line points by
// its worth; multiply rules multiply them; fixed, bonus, first purchase, birthday
// and milestone rules add points of their own; caps and balances cut. Within a
// round the order of the list does not matter, only groups and priorities do.
// Event, visit and referral rules run for custom events.
type RuleSpec struct {
	ID        string           `json:"id"`
	Kind      RuleKind         `json:"kind"`
	Wallet    string           `json:"wallet,omitempty"`    // default the first
	Points    Amount           `json:"points,omitzero"`     // of spend: points for every Per; of the others: points given
	Per       Amount           `json:"per,omitzero"`        // of spend and event: units of money or value; default 1, for event 0: Points are fixed
	Factor    Amount           `json:"factor,omitzero"`     // of multiply
	Brackets  []BracketSpec    `json:"brackets,omitempty"`  // of brackets
	Milestone MilestoneSpec    `json:"milestone,omitzero"`  // of milestone
	Event     string           `json:"event,omitempty"`     // of event; of milestone: what is counted, default purchases; of referral: "referral" for who brought the member, none for who was brought
	Days      int              `json:"days,omitempty"`      // of birthday: how long it lasts; default 1
	When      ConditionSpec    `json:"when,omitzero"`       // otherwise the rule does not apply
	Group     string           `json:"group,omitempty"`     // rules of one group are weighed against each other
	Stack     StackMode        `json:"stack,omitempty"`     // how; default all
	Priority  int              `json:"priority,omitempty"`  // the smaller comes first within its group
	Qualifies *bool            `json:"qualifies,omitempty"` // counts for tiers measured in points; default: spend, event and visit do
	Expiry    *ExpirySpec      `json:"expiry,omitempty"`    // in place of the wallet's
	Activate  *ActivationSpec  `json:"activate,omitempty"`  // in place of the wallet's
	Scope     string           `json:"scope,omitempty"`     // what the points may be spent on; empty: anything
	Draw      int32            `json:"draw,omitempty"`      // priority of the points when drawn: the smaller goes first
	Tiers     []TierFactorSpec `json:"tiers,omitempty"`     // of multiply: the factor by level held
}

// RuleKind is a kind of rule.
type RuleKind uint8

// The kinds of rule.
const (
	RuleSpend RuleKind = iota + 1
	RuleMultiply
	RuleFixed
	RuleBonus
	RuleEvent
	RuleVisit
	RuleFirstPurchase
	RuleBirthday
	RuleReferral
	RuleMilestone
	RuleBrackets
)

// StackMode says which rules of a group apply together: all of them, the one that
// gives most, or the first by priority (ties by id). It is that of the group's
// first rule by priority.
type StackMode uint8

// The stacking modes.
const (
	StackAll StackMode = iota + 1
	StackBest
	StackFirst
)

// TierFactorSpec is the factor of a level.
type TierFactorSpec struct {
	Tier   string `json:"tier"`
	Factor Amount `json:"factor"`
}

// BracketSpec gives the whole of an order one rate by what has been spent in all.
type BracketSpec struct {
	From          Amount `json:"from"`
	SpendPerPoint Amount `json:"spend_per_point"`
}

// MilestoneSpec gives points when a count is reached.
type MilestoneSpec struct {
	First  int64       `json:"first,omitempty"`
	Step   int64       `json:"step,omitempty"`
	Points Points      `json:"points,omitempty"`
	Extra  []ExtraSpec `json:"extra,omitempty"`
}

// ExtraSpec is a milestone of its own.
type ExtraSpec struct {
	At     int64  `json:"at"`
	Points Points `json:"points"`
}

// ConditionSpec is a conjunction: every field that is set must hold. Of the fields
// that choose lines (SKUs, Categories, Labels and their opposites), a line must
// have one of each that is set, or of any of the first three with AnyOf.
type ConditionSpec struct {
	From              Date     `json:"from,omitzero"`                // first local day
	Until             Date     `json:"until,omitzero"`               // first local day after the last
	Weekdays          []int    `json:"weekdays,omitempty"`           // 1 Monday to 7 Sunday
	FromHour          int      `json:"from_hour,omitempty"`          // local hour of the day, 0 to 23
	UntilHour         int      `json:"until_hour,omitempty"`         // exclusive, 1 to 24; not above FromHour: past midnight; 0: no limit
	Tiers             []string `json:"tiers,omitempty"`              // levels, as set/level or level
	Channels          []string `json:"channels,omitempty"`           // of the order
	Stores            []string `json:"stores,omitempty"`             // of the order
	OrderLabels       []string `json:"order_labels,omitempty"`       // of the order
	MinOrder          Amount   `json:"min_order,omitzero"`           // worth of all lines
	SKUs              []string `json:"skus,omitempty"`               // of the line
	Categories        []string `json:"categories,omitempty"`         // of the line
	Labels            []string `json:"labels,omitempty"`             // of the line
	ExcludeSKUs       []string `json:"exclude_skus,omitempty"`       // of the line
	ExcludeCategories []string `json:"exclude_categories,omitempty"` // of the line
	ExcludeLabels     []string `json:"exclude_labels,omitempty"`     // of the line
	ExcludeDelivery   bool     `json:"exclude_delivery,omitempty"`   // of the line
	AnyOf             bool     `json:"any_of,omitempty"`             // one of SKUs, Categories, Labels is enough
}

// Milestone is the points that a count has reached in all: Points at First and at
// each further full Step, and every extra that lies at or below the count.
func (m MilestoneSpec) Milestone(count int64) Points {
	var sum Points
	if m.First > 0 && count >= m.First {
		times := int64(1)
		if m.Step > 0 {
			times += (count - m.First) / m.Step
		}
		sum = m.Points * Points(times)
	}
	for _, e := range m.Extra {
		if e.At <= count {
			sum += e.Points
		}
	}
	return sum
}

// bracket is the rate of the bracket that a total has reached.
func bracket(brackets []BracketSpec, total frac) (perPoint frac, ok bool) {
	var from frac
	for _, b := range brackets {
		f := fracOf(b.From.Decimal())
		if f.cmp(total) <= 0 && (!ok || f.cmp(from) >= 0) {
			from, perPoint, ok = f, fracOf(b.SpendPerPoint.Decimal()), true
		}
	}
	return perPoint, ok
}
