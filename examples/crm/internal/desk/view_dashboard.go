package desk

import (
	"html/template"
	"time"
)

// Dashboard is how the shop stands with its customers.
type Dashboard struct {
	At       time.Time     `json:"at"`    // as of
	From     time.Time     `json:"from"`  // the data begin
	Built    time.Duration `json:"built"` // how long it took to work out
	Version  int64         `json:"version"`
	Figures  []Figure      `json:"figures"` // customers, retention, churn, NPS, CSAT, value, attainment, backlog
	Quarters []QuarterRow  `json:"quarters"`
	Backlog  []Count       `json:"backlog"` // open cases by status
	SLA      []SLARow      `json:"sla"`
	Tiers    []Count       `json:"tiers"`
	Stages   []Count       `json:"stages"`
	Channels []Count       `json:"channels"`
	Points   PointsView    `json:"points"`
	Charts   []ChartView   `json:"charts"`
	Notes    []string      `json:"notes"`
}

// ChartView is one chart: SVG without scripts that reads in light and dark, with the
// same in a table for those who do not see it.
type ChartView struct {
	ID      string        `json:"id"`
	Heading string        `json:"heading"`
	Text    string        `json:"text,omitempty"`
	SVG     template.HTML `json:"svg"`
	Table   *TableView    `json:"table,omitempty"`
}

// TableView is rows of text under a head.
type TableView struct {
	Head []string   `json:"head"`
	Rows [][]string `json:"rows"`
}

// QuarterRow is the movement of the customer base over one quarter; rates in percent,
// empty where there is nothing to compare with.
type QuarterRow struct {
	Quarter     string `json:"quarter"`
	Running     bool   `json:"running"`
	Start       int64  `json:"start"`
	End         int64  `json:"end"`
	New         int64  `json:"new"`
	Reactivated int64  `json:"reactivated"`
	Lost        int64  `json:"lost"`
	CRR         string `json:"crr,omitempty"`
	Active      string `json:"active,omitempty"`
	Churn       string `json:"churn,omitempty"`
}

// SLARow is the attainment of one metric.
type SLARow struct {
	Metric   string `json:"metric"`
	Met      int64  `json:"met"`
	Breached int64  `json:"breached"`
	Open     int64  `json:"open"`
	Percent  string `json:"percent,omitempty"`
}

// PointsView is what the programme owes its members.
type PointsView struct {
	Members  int64 `json:"members"`
	Issued   int64 `json:"issued"`
	Active   int64 `json:"active"`
	Held     int64 `json:"held"`
	Pending  int64 `json:"pending"`
	Redeemed int64 `json:"redeemed"`
	Expired  int64 `json:"expired"`
	Clawed   int64 `json:"clawed"`
	Debt     int64 `json:"debt"`
	Holds    bool  `json:"holds"` // the ledgers of every account add up
}
