package loyalty

// Result is the answer to a command: which fields are set depends on its kind. It
// goes through JSON unchanged, and is what a store keeps for a repeated command.
// Its slices are read only.
type Result struct {
	Kind        CommandKind `json:"kind"`
	Replayed    bool        `json:"replayed,omitempty"`     // set by the engine: the command had been done before
	Lots        []LotID     `json:"lots,omitempty"`         // that were issued
	Earned      Points      `json:"earned,omitempty"`       // points of new lots
	Draws       []Draw      `json:"draws,omitempty"`        // which lots paid what, in the order drawn
	Shares      []Share     `json:"shares,omitempty"`       // of a household
	Released    []Draw      `json:"released,omitempty"`     // of a hold: active again
	Restored    Points      `json:"restored,omitempty"`     // of a reversal
	Expired     Points      `json:"expired,omitempty"`      // of a reversal or release: died meanwhile
	Reissued    Points      `json:"reissued,omitempty"`     // of a reversal
	FromPending Points      `json:"from_pending,omitempty"` // of a refund, as are the next ones
	FromLot     Points      `json:"from_lot,omitempty"`
	Forgiven    Points      `json:"forgiven,omitempty"`
	FromOthers  Points      `json:"from_others,omitempty"`
	Debt        Points      `json:"debt,omitempty"`        // that the command made
	Waived      Points      `json:"waived,omitempty"`      // that the refund limit let go
	Cash        Amount      `json:"cash,omitzero"`         // of a refund of goods: what was paid in money
	PointsValue Amount      `json:"points_value,omitzero"` // of it: what was paid with points or vouchers
	Value       Amount      `json:"value,omitzero"`        // of redeemed points in money; of a reward
	Taken       Points      `json:"taken,omitempty"`       // of a conversion or transfer
	Got         Points      `json:"got,omitempty"`         // of a conversion
	Tier        string      `json:"tier,omitempty"`        // that a tier command led to
	Code        string      `json:"code,omitempty"`        // of a coupon
	Tombstone   bool        `json:"tombstone,omitempty"`   // the refund waits for its order
}

// Clawed is what a refund took away in all, debt included.
func (r *Result) Clawed() Points { return r.FromPending + r.FromLot + r.FromOthers + r.Debt }
