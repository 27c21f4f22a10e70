package loyalty

// Spec is a programme as data. It is what hosts store, edit and show; NewProgram
// checks it and makes it run. Every zero field has the default that its comment
// names. Its JSON form is strict: see ParseProgram and Schema.
type Spec struct {
	ID            string             `json:"id"`                      // required
	Version       int                `json:"version"`                 // from 1; pinned in every event
	Name          string             `json:"name,omitempty"`          // for people
	Zone          string             `json:"zone,omitempty"`          // IANA name of the zone of all dates; default UTC
	Scale         int                `json:"scale,omitempty"`         // decimals of a point, 0 to 6
	MoneyScale    int                `json:"money_scale,omitempty"`   // decimals in which spend counts for tiers, 0 to 6
	Rounding      Rounding           `json:"rounding,omitzero"`       // of earned points
	TierMoment    TierMoment         `json:"tier_moment,omitempty"`   // whose rate an order earns at; default tier_at_start_of_order
	Wallets       []WalletSpec       `json:"wallets,omitempty"`       // default one, "points", that never expires
	Rules         []RuleSpec         `json:"rules,omitempty"`         // how points are earned
	Caps          []CapSpec          `json:"caps,omitempty"`          // how many in a period
	Refund        RefundSpec         `json:"refund,omitzero"`         // what returns take back
	Redemption    RedemptionSpec     `json:"redemption,omitzero"`     // what points are worth and when they may be used
	Tiers         []TierSetSpec      `json:"tiers,omitempty"`         // sets of levels, independent of each other
	Rewards       []RewardSpec       `json:"rewards,omitempty"`       // the catalogue
	Challenges    []ChallengeSpec    `json:"challenges,omitempty"`    // badges and streaks
	Budgets       []BudgetSpec       `json:"budgets,omitempty"`       // for goodwill gestures
	Conversions   []ConversionSpec   `json:"conversions,omitempty"`   // between wallets
	Jurisdictions []JurisdictionSpec `json:"jurisdictions,omitempty"` // whose law limits expiry
	BackdateDays  int                `json:"backdate_days,omitempty"` // how far back a command may take effect; default 0: not at all
}

// WalletSpec is a currency of points.
type WalletSpec struct {
	ID         string         `json:"id"`
	Name       string         `json:"name,omitempty"`
	Expiry     ExpirySpec     `json:"expiry,omitzero"`          // default never
	Activation ActivationSpec `json:"activation,omitzero"`      // default immediate
	DrawOrder  DrawOrder      `json:"draw_order,omitempty"`     // within a priority; default expiry_first
	MaxBalance Points         `json:"max_balance,omitempty"`    // pending and active; what would go beyond is not awarded; 0: no limit
	Debt       DebtSpec       `json:"debt,omitzero"`            // what a refund may leave owing
	Overdraft  Points         `json:"overdraft,omitempty"`      // debt that a redemption may make; default 0
	Restore    RestoreKind    `json:"restore,omitempty"`        // of reversed points; default original
	Reinstate  int            `json:"reinstate_days,omitempty"` // for how many days, both ends counted, expired points may be reinstated; default 0: not at all
	Unpinned   bool           `json:"unpinned_holds,omitempty"` // a hold may only take points that live until its end; default: points that are held do not die
}

// DebtSpec limits the debt that refunds may make.
type DebtSpec struct {
	Kind  DebtKind `json:"kind,omitempty"`  // default unlimited
	Limit Points   `json:"limit,omitempty"` // of limited
}

// DebtKind says whether a refund may leave a member owing points. What may not
// become debt is let go, unless RefundSpec says otherwise.
type DebtKind uint8

// The debt policies.
const (
	DebtUnlimited DebtKind = iota + 1
	DebtLimited
	DebtForbidden
)

// RestoreKind says what a reversal gives back.
type RestoreKind uint8

// The restore policies: into the original lots with their dates, where dead lots
// swallow their part; or what has died is issued anew.
const (
	RestoreOriginal RestoreKind = iota + 1
	RestoreReissue
)

// DrawOrder says which lots are spent first, within a priority and after it.
type DrawOrder uint8

// The draw orders: soonest to die; first issued; last issued.
const (
	ExpiryFirst DrawOrder = iota + 1
	IssuedFirst
	IssuedLast
)

// ActivationSpec is the way from pending to active.
type ActivationSpec struct {
	Kind ActivationKind `json:"kind,omitempty"` // default immediate
	N    int            `json:"n,omitempty"`    // of after, above 0
	Unit Unit           `json:"unit,omitempty"` // of after
}

// ActivationKind says when new points become active.
type ActivationKind uint8

// The kinds of activation.
const (
	ActivateAtOnce ActivationKind = iota + 1
	ActivateAfter
	ActivateOnAction
)

// Period is a local calendar period.
type Period uint8

// The periods of caps, limits and challenges. Weeks run from Monday to Sunday.
const (
	PerPurchase Period = iota + 1
	PerDay
	PerWeek
	PerMonth
	PerYear
	PerLifetime
)

// RefundSpec says what a return takes back.
type RefundSpec struct {
	Limit       RefundLimit  `json:"limit,omitempty"`       // default unlimited
	Attribution Attribution  `json:"attribution,omitempty"` // default remaining_order
	Late        LateOrder    `json:"late,omitempty"`        // a refund before its order; default refuse
	Tier        TierOnRefund `json:"tier,omitempty"`        // default requalify
}

// RefundLimit says how far a clawback may go: into debt, down to a balance of
// nothing, or no further than the points that are still pending.
type RefundLimit uint8

// The refund limits.
const (
	RefundUnlimited RefundLimit = iota + 1
	RefundWithinBalance
	RefundOnlyPending
)

// Attribution says what part of an order's points belongs to what came back: all
// that the rest of the order would not have earned, or the share of its value.
type Attribution uint8

// The attributions.
const (
	RemainingOrder Attribution = iota + 1
	OrderValue
)

// LateOrder says what a refund does whose order is not known: leave a tombstone
// that the order meets when it comes, or be refused with ErrNoOrder.
type LateOrder uint8

// The policies for refunds that come before their order.
const (
	LateTombstone LateOrder = iota + 1
	LateRefuse
)

// TierOnRefund says whether a refund may take a tier back.
type TierOnRefund uint8

// The tier policies of refunds; keep_lifetime spares levels held for life.
const (
	Requalify TierOnRefund = iota + 1
	KeepLifetime
)

// TierMoment says at which tier's rate an order earns.
type TierMoment uint8

// The moments: the tier held before the order; the one it leads to; or every part
// of the order at the tier it falls in.
const (
	TierAtStart TierMoment = iota + 1
	TierAfter
	TierSplit
)

// RedemptionSpec says what points are worth against an order.
type RedemptionSpec struct {
	PointsPerStep Points `json:"points_per_step,omitempty"` // points come in whole steps; default 1
	ValuePerStep  Amount `json:"value_per_step,omitzero"`   // money a step is worth; 0: points are not money
	MinPoints     Points `json:"min_points,omitempty"`      // fewer may not be used
	MaxPercent    Amount `json:"max_percent,omitzero"`      // of an order, 0 to 100; 0: no limit
}

// ConversionSpec is a rate between two wallets. The result is rounded down.
type ConversionSpec struct {
	From string `json:"from"`
	To   string `json:"to"`
	Give Amount `json:"give"` // above 0
	Get  Amount `json:"get"`  // above 0
}

// BudgetSpec is what may be given away as goodwill.
type BudgetSpec struct {
	ID        string   `json:"id"`
	Points    Points   `json:"points"`              // in all, for each period
	Per       Period   `json:"per,omitempty"`       // default lifetime
	Most      Points   `json:"most,omitempty"`      // in one gesture; 0: no limit
	Reasons   []string `json:"reasons,omitempty"`   // allowed ones; none: any
	Approvers []string `json:"approvers,omitempty"` // allowed ones; none: any but who asks
}

// JurisdictionSpec is a law of expiry as data.
type JurisdictionSpec struct {
	ID                  string      `json:"id"`                              // CA-ON, CA-QC, …
	TimeAlone           TimeRule    `json:"time_alone"`                      // may points die of age
	MinInactivityMonths int         `json:"min_inactivity_months,omitempty"` // before which inactivity may not kill
	NoticeDays          *NoticeDays `json:"notice_days,omitempty"`           // how long before the end a notice must go out; none: no notice needed
	Source              string      `json:"source,omitempty"`                // the law, for people
}

// TimeRule says whether age alone may kill points.
type TimeRule uint8

// The rules of age.
const (
	TimeAllowed TimeRule = iota + 1
	TimeForbidden
)

// NoticeDays is a span of days before an end, both included.
type NoticeDays struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// RewardSpec is an entry of the catalogue.
type RewardSpec struct {
	ID       string     `json:"id"`
	Name     string     `json:"name,omitempty"`
	Kind     RewardKind `json:"kind"`
	Wallet   string     `json:"wallet,omitempty"` // default the first
	Cost     Points     `json:"cost"`             // not negative
	TierCost []TierCost `json:"tier_cost,omitempty"`
	Value    Amount     `json:"value,omitzero"`    // money or percent, by kind
	Product  string     `json:"product,omitempty"` // of product, early access and gift
	Stock    int64      `json:"stock,omitempty"`   // units of the house; 0: no limit
	Limit    int64      `json:"limit,omitempty"`   // claims of one member in a period; 0: no limit
	Per      Period     `json:"per,omitempty"`     // of Limit; default lifetime
	From     Date       `json:"from,omitzero"`     // first local day
	Until    Date       `json:"until,omitzero"`    // first local day after the last
	Tiers    []string   `json:"tiers,omitempty"`   // levels that may claim it; none: all
	Coupon   bool       `json:"coupon,omitempty"`  // needs a code of the host's issuer
}

// RewardKind says what a reward is.
type RewardKind uint8

// The kinds of reward.
const (
	AmountOff RewardKind = iota + 1
	PercentOff
	FreeShipping
	FreeProduct
	EarlyAccess
	Gift
	Donation
	CashBack
)

// TierCost is the cost of a reward for a level.
type TierCost struct {
	Tier string `json:"tier"`
	Cost Points `json:"cost"`
}

// ChallengeSpec is a goal that repeats or not.
type ChallengeSpec struct {
	ID     string   `json:"id"`
	Name   string   `json:"name,omitempty"`
	Goal   GoalKind `json:"goal"`             // what is counted
	Event  string   `json:"event,omitempty"`  // of events
	Target int64    `json:"target"`           // in one period; spend in the money scale
	Per    Period   `json:"per,omitempty"`    // of counting; default lifetime
	Streak int64    `json:"streak,omitempty"` // periods in a row that must reach Target; 0 is 1
	Times  int64    `json:"times,omitempty"`  // how often it may be completed; 0 is 1, -1 without limit
	From   Date     `json:"from,omitzero"`
	Until  Date     `json:"until,omitzero"`
	Points Points   `json:"points,omitempty"` // for completion
	Wallet string   `json:"wallet,omitempty"`
	Badge  string   `json:"badge,omitempty"` // for completion
}

// GoalKind says what a challenge counts.
type GoalKind uint8

// The goals.
const (
	GoalPurchases GoalKind = iota + 1
	GoalSpend
	GoalEvents
	GoalPoints
	GoalVisits
)
