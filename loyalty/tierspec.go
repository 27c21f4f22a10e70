package loyalty

// TierSetSpec is a ladder of levels with its own metrics. A programme may have
// several sets; they know nothing of each other.
//
// A change of the programme by itself moves nobody: a member is placed by the new
// levels when something is next counted or taken back, or when a term ends. Who
// holds a level that the new programme lacks holds the next lower one of theirs.
type TierSetSpec struct {
	ID        string        `json:"id"`
	Metrics   []MetricSpec  `json:"metrics"`
	Levels    []LevelSpec   `json:"levels"`               // lowest first
	Term      TermSpec      `json:"term,omitzero"`        // default while_qualified
	GraceDays int           `json:"grace_days,omitempty"` // a level is held so much longer
	Landing   Landing       `json:"landing,omitempty"`    // default to_value
	Rollover  *RolloverSpec `json:"rollover,omitempty"`   // of a calendar_year or anniversary_year metric
	Waivers   []WaiverSpec  `json:"waivers,omitempty"`
}

// MetricSpec is something that is counted for a ladder.
type MetricSpec struct {
	ID     string     `json:"id"`
	Kind   MetricKind `json:"kind"`
	Wallet string     `json:"wallet,omitempty"` // of points; default the first
	Event  string     `json:"event,omitempty"`  // of events; of visits: default "visit"
	Window WindowSpec `json:"window,omitzero"`  // default lifetime
}

// MetricKind says what a metric counts.
type MetricKind uint8

// The kinds of metric: qualifying points earned, money spent, visits (a purchase,
// or the custom event "visit"), custom events.
const (
	MetricPoints MetricKind = iota + 1
	MetricSpend
	MetricVisits
	MetricEvents
)

// WindowSpec is the time over which a metric is summed.
type WindowSpec struct {
	Kind WindowKind `json:"kind,omitempty"` // default lifetime
	N    int        `json:"n,omitempty"`    // months of rolling_months
}

// WindowKind is a kind of window. In a rolling window of n months an amount of a
// date D counts from D up to, not including, D + n months.
type WindowKind uint8

// The kinds of window.
const (
	RollingMonths WindowKind = iota + 1
	CalendarYear
	AnniversaryYear
	Lifetime
)

// LevelSpec is a level of a ladder.
type LevelSpec struct {
	ID        string         `json:"id"`
	Entry     *CriterionSpec `json:"entry,omitempty"` // none: only the first level is had without any; others by grant or landing
	Stay      *CriterionSpec `json:"stay,omitempty"`  // what keeps it once it is held; default Entry
	Benefits  []BenefitSpec  `json:"benefits,omitempty"`
	GrantOnly bool           `json:"grant_only,omitempty"` // never reached by what is counted, not even as the first level
}

// BenefitSpec is something that a level brings; the host makes it come true.
type BenefitSpec struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// CriterionSpec is a condition on metrics: a threshold, or all, or any of several;
// they nest.
type CriterionSpec struct {
	Metric  string          `json:"metric,omitempty"`
	AtLeast Amount          `json:"at_least,omitzero"`
	All     []CriterionSpec `json:"all,omitempty"`
	Any     []CriterionSpec `json:"any,omitempty"`
}

// TermSpec is how long a level is held once it is reached.
type TermSpec struct {
	Kind  TermKind `json:"kind,omitempty"`
	N     int      `json:"n,omitempty"`     // months; of yearly: further years
	Month int      `json:"month,omitempty"` // of yearly
	Day   int      `json:"day,omitempty"`   // of yearly
}

// TermKind is a kind of term: as long as the metrics say so; so many months; the
// rest of the year and the next; for life; up to a day of the year, on which it is
// reviewed.
//
// A term is counted from the day on which something was counted that reaches the
// level, and starts anew with every later such day. Of months and of
// calendar_year_plus_next it then ends, whatever the windows still hold; a yearly
// one is reviewed on its day by what the metrics were at the end of the day before:
// who meets Entry, or holds the level and meets Stay, has it for another year.
type TermKind uint8

// The kinds of term.
const (
	WhileQualified TermKind = iota + 1
	TermMonths
	CalendarYearPlusNext
	TermLifetime
	TermYearly
)

// Landing says where a member lands who no longer holds a level.
type Landing uint8

// The landings: where the metrics place them; or not more than one level down.
const (
	ToValue Landing = iota + 1
	OneLevelDown
)

// RolloverSpec carries what was earned beyond the level's threshold into the next
// window, once: what was rolled in never rolls again.
type RolloverSpec struct {
	Metric string  `json:"metric"`
	Cap    *Amount `json:"cap,omitempty"` // none: no limit
}

// WaiverSpec lifts the "all" conditions on a metric for some levels.
type WaiverSpec struct {
	Metric        string   `json:"metric"`
	Tiers         []string `json:"tiers"`
	Jurisdictions []string `json:"jurisdictions,omitempty"` // of the member; none: everybody
}
