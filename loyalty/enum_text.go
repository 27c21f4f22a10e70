package loyalty

const roundingModeWords words = "floor half_up half_even ceil"

const roundingPlaceWords words = "line order"

const roundingStageWords words = "after_multiplier both before_multiplier"

const expiryKindWords words = "never after end_of_period calendar anniversary inactivity"

const unitWords words = "second minute hour day week month year"

const expiryRoundWords words = "none start_day end_day end_week end_month end_year"

const activationKindWords words = "immediate after on_action"

const drawOrderWords words = "expiry_first issued_first issued_last"

const debtKindWords words = "unlimited limited forbidden"

const restoreKindWords words = "original reissue"

const ruleKindWords words = "spend multiply fixed bonus event visit first_purchase birthday referral milestone brackets"

const stackModeWords words = "all best first"

const periodWords words = "order day week month year lifetime"

const rewardKindWords words = "amount_off percent_off free_shipping product early_access gift donation cash_back"

const metricKindWords words = "points spend visits events"

const windowKindWords words = "rolling_months calendar_year anniversary_year lifetime"

const termKindWords words = "while_qualified months calendar_year_plus_next lifetime yearly"

const landingWords words = "to_value one_level_down"

const refundLimitWords words = "unlimited within_balance only_pending"

const attributionWords words = "remaining_order order_value"

const lateOrderWords words = "tombstone refuse"

const tierMomentWords words = "tier_at_start_of_order tier_after_order split_at_threshold"

const capAccountingWords words = "gross net"

const tierOnRefundWords words = "requalify keep_lifetime"

const timeRuleWords words = "allowed forbidden"

const statusWords words = "active blocked closed"

const activityKindWords words = "earn redeem buy_points gift_received gift_sent"

const ledgerWords words = "issued pending active held redeemed expired clawed debt written_off transfer conversion adjustment"

const commandKindWords words = "enroll purchase earn activate redeem hold capture release reverse refund adjust transfer convert claim_reward cancel_reward grant_tier revoke_tier gesture notice join merge block reinstate close tick reinstate_points extend"

const eventKindWords words = "enrolled purchased issued activated expired lapsed drawn held captured released reversed clawed_back refunded adjusted transferred converted tier_changed challenge_progressed reward_claimed reward_cancelled stock_changed noticed joined status_changed merged_in merged_out written_off ticked extended"

const traceCodeWords words = "base multiplied bonus not_in_window condition_not_met outstacked capped max_balance tier_used discount tender tier_reached tier_kept tier_lost rollover challenge forgiven swallowed notice_missing"

const originWords words = "purchase earn adjustment transfer conversion gesture challenge reissue milestone reversal reinstatement"

const goalKindWords words = "purchases spend events points visits"

// String is the text of the constant, as it stands in JSON.
func (r RoundingMode) String() string { return roundingModeWords.text(uint8(r)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (r RoundingMode) MarshalText() ([]byte, error) { return roundingModeWords.marshal(uint8(r)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (r *RoundingMode) UnmarshalText(text []byte) error {
	i, err := roundingModeWords.parse(text)
	if err == nil {
		*r = RoundingMode(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (r RoundingPlace) String() string { return roundingPlaceWords.text(uint8(r)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (r RoundingPlace) MarshalText() ([]byte, error) { return roundingPlaceWords.marshal(uint8(r)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (r *RoundingPlace) UnmarshalText(text []byte) error {
	i, err := roundingPlaceWords.parse(text)
	if err == nil {
		*r = RoundingPlace(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (r RoundingStage) String() string { return roundingStageWords.text(uint8(r)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (r RoundingStage) MarshalText() ([]byte, error) { return roundingStageWords.marshal(uint8(r)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (r *RoundingStage) UnmarshalText(text []byte) error {
	i, err := roundingStageWords.parse(text)
	if err == nil {
		*r = RoundingStage(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (e ExpiryKind) String() string { return expiryKindWords.text(uint8(e)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (e ExpiryKind) MarshalText() ([]byte, error) { return expiryKindWords.marshal(uint8(e)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (e *ExpiryKind) UnmarshalText(text []byte) error {
	i, err := expiryKindWords.parse(text)
	if err == nil {
		*e = ExpiryKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (u Unit) String() string { return unitWords.text(uint8(u)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (u Unit) MarshalText() ([]byte, error) { return unitWords.marshal(uint8(u)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (u *Unit) UnmarshalText(text []byte) error {
	i, err := unitWords.parse(text)
	if err == nil {
		*u = Unit(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (e ExpiryRound) String() string { return expiryRoundWords.text(uint8(e)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (e ExpiryRound) MarshalText() ([]byte, error) { return expiryRoundWords.marshal(uint8(e)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (e *ExpiryRound) UnmarshalText(text []byte) error {
	i, err := expiryRoundWords.parse(text)
	if err == nil {
		*e = ExpiryRound(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (a ActivationKind) String() string { return activationKindWords.text(uint8(a)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (a ActivationKind) MarshalText() ([]byte, error) { return activationKindWords.marshal(uint8(a)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (a *ActivationKind) UnmarshalText(text []byte) error {
	i, err := activationKindWords.parse(text)
	if err == nil {
		*a = ActivationKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (d DrawOrder) String() string { return drawOrderWords.text(uint8(d)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (d DrawOrder) MarshalText() ([]byte, error) { return drawOrderWords.marshal(uint8(d)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (d *DrawOrder) UnmarshalText(text []byte) error {
	i, err := drawOrderWords.parse(text)
	if err == nil {
		*d = DrawOrder(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (d DebtKind) String() string { return debtKindWords.text(uint8(d)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (d DebtKind) MarshalText() ([]byte, error) { return debtKindWords.marshal(uint8(d)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (d *DebtKind) UnmarshalText(text []byte) error {
	i, err := debtKindWords.parse(text)
	if err == nil {
		*d = DebtKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (r RestoreKind) String() string { return restoreKindWords.text(uint8(r)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (r RestoreKind) MarshalText() ([]byte, error) { return restoreKindWords.marshal(uint8(r)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (r *RestoreKind) UnmarshalText(text []byte) error {
	i, err := restoreKindWords.parse(text)
	if err == nil {
		*r = RestoreKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (r RuleKind) String() string { return ruleKindWords.text(uint8(r)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (r RuleKind) MarshalText() ([]byte, error) { return ruleKindWords.marshal(uint8(r)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (r *RuleKind) UnmarshalText(text []byte) error {
	i, err := ruleKindWords.parse(text)
	if err == nil {
		*r = RuleKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (s StackMode) String() string { return stackModeWords.text(uint8(s)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (s StackMode) MarshalText() ([]byte, error) { return stackModeWords.marshal(uint8(s)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (s *StackMode) UnmarshalText(text []byte) error {
	i, err := stackModeWords.parse(text)
	if err == nil {
		*s = StackMode(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (p Period) String() string { return periodWords.text(uint8(p)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (p Period) MarshalText() ([]byte, error) { return periodWords.marshal(uint8(p)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (p *Period) UnmarshalText(text []byte) error {
	i, err := periodWords.parse(text)
	if err == nil {
		*p = Period(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (r RewardKind) String() string { return rewardKindWords.text(uint8(r)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (r RewardKind) MarshalText() ([]byte, error) { return rewardKindWords.marshal(uint8(r)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (r *RewardKind) UnmarshalText(text []byte) error {
	i, err := rewardKindWords.parse(text)
	if err == nil {
		*r = RewardKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (m MetricKind) String() string { return metricKindWords.text(uint8(m)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (m MetricKind) MarshalText() ([]byte, error) { return metricKindWords.marshal(uint8(m)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (m *MetricKind) UnmarshalText(text []byte) error {
	i, err := metricKindWords.parse(text)
	if err == nil {
		*m = MetricKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (w WindowKind) String() string { return windowKindWords.text(uint8(w)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (w WindowKind) MarshalText() ([]byte, error) { return windowKindWords.marshal(uint8(w)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (w *WindowKind) UnmarshalText(text []byte) error {
	i, err := windowKindWords.parse(text)
	if err == nil {
		*w = WindowKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (t TermKind) String() string { return termKindWords.text(uint8(t)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (t TermKind) MarshalText() ([]byte, error) { return termKindWords.marshal(uint8(t)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (t *TermKind) UnmarshalText(text []byte) error {
	i, err := termKindWords.parse(text)
	if err == nil {
		*t = TermKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (l Landing) String() string { return landingWords.text(uint8(l)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (l Landing) MarshalText() ([]byte, error) { return landingWords.marshal(uint8(l)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (l *Landing) UnmarshalText(text []byte) error {
	i, err := landingWords.parse(text)
	if err == nil {
		*l = Landing(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (r RefundLimit) String() string { return refundLimitWords.text(uint8(r)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (r RefundLimit) MarshalText() ([]byte, error) { return refundLimitWords.marshal(uint8(r)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (r *RefundLimit) UnmarshalText(text []byte) error {
	i, err := refundLimitWords.parse(text)
	if err == nil {
		*r = RefundLimit(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (a Attribution) String() string { return attributionWords.text(uint8(a)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (a Attribution) MarshalText() ([]byte, error) { return attributionWords.marshal(uint8(a)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (a *Attribution) UnmarshalText(text []byte) error {
	i, err := attributionWords.parse(text)
	if err == nil {
		*a = Attribution(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (l LateOrder) String() string { return lateOrderWords.text(uint8(l)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (l LateOrder) MarshalText() ([]byte, error) { return lateOrderWords.marshal(uint8(l)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (l *LateOrder) UnmarshalText(text []byte) error {
	i, err := lateOrderWords.parse(text)
	if err == nil {
		*l = LateOrder(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (t TierMoment) String() string { return tierMomentWords.text(uint8(t)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (t TierMoment) MarshalText() ([]byte, error) { return tierMomentWords.marshal(uint8(t)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (t *TierMoment) UnmarshalText(text []byte) error {
	i, err := tierMomentWords.parse(text)
	if err == nil {
		*t = TierMoment(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (c CapAccounting) String() string { return capAccountingWords.text(uint8(c)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (c CapAccounting) MarshalText() ([]byte, error) { return capAccountingWords.marshal(uint8(c)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (c *CapAccounting) UnmarshalText(text []byte) error {
	i, err := capAccountingWords.parse(text)
	if err == nil {
		*c = CapAccounting(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (t TierOnRefund) String() string { return tierOnRefundWords.text(uint8(t)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (t TierOnRefund) MarshalText() ([]byte, error) { return tierOnRefundWords.marshal(uint8(t)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (t *TierOnRefund) UnmarshalText(text []byte) error {
	i, err := tierOnRefundWords.parse(text)
	if err == nil {
		*t = TierOnRefund(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (t TimeRule) String() string { return timeRuleWords.text(uint8(t)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (t TimeRule) MarshalText() ([]byte, error) { return timeRuleWords.marshal(uint8(t)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (t *TimeRule) UnmarshalText(text []byte) error {
	i, err := timeRuleWords.parse(text)
	if err == nil {
		*t = TimeRule(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (s Status) String() string { return statusWords.text(uint8(s)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (s Status) MarshalText() ([]byte, error) { return statusWords.marshal(uint8(s)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (s *Status) UnmarshalText(text []byte) error {
	i, err := statusWords.parse(text)
	if err == nil {
		*s = Status(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (a ActivityKind) String() string { return activityKindWords.text(uint8(a)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (a ActivityKind) MarshalText() ([]byte, error) { return activityKindWords.marshal(uint8(a)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (a *ActivityKind) UnmarshalText(text []byte) error {
	i, err := activityKindWords.parse(text)
	if err == nil {
		*a = ActivityKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (l Ledger) String() string { return ledgerWords.text(uint8(l)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (l Ledger) MarshalText() ([]byte, error) { return ledgerWords.marshal(uint8(l)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (l *Ledger) UnmarshalText(text []byte) error {
	i, err := ledgerWords.parse(text)
	if err == nil {
		*l = Ledger(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (c CommandKind) String() string { return commandKindWords.text(uint8(c)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (c CommandKind) MarshalText() ([]byte, error) { return commandKindWords.marshal(uint8(c)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (c *CommandKind) UnmarshalText(text []byte) error {
	i, err := commandKindWords.parse(text)
	if err == nil {
		*c = CommandKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (e EventKind) String() string { return eventKindWords.text(uint8(e)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (e EventKind) MarshalText() ([]byte, error) { return eventKindWords.marshal(uint8(e)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (e *EventKind) UnmarshalText(text []byte) error {
	i, err := eventKindWords.parse(text)
	if err == nil {
		*e = EventKind(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (t TraceCode) String() string { return traceCodeWords.text(uint8(t)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (t TraceCode) MarshalText() ([]byte, error) { return traceCodeWords.marshal(uint8(t)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (t *TraceCode) UnmarshalText(text []byte) error {
	i, err := traceCodeWords.parse(text)
	if err == nil {
		*t = TraceCode(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (o Origin) String() string { return originWords.text(uint8(o)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (o Origin) MarshalText() ([]byte, error) { return originWords.marshal(uint8(o)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (o *Origin) UnmarshalText(text []byte) error {
	i, err := originWords.parse(text)
	if err == nil {
		*o = Origin(i)
	}
	return err
}

// String is the text of the constant, as it stands in JSON.
func (g GoalKind) String() string { return goalKindWords.text(uint8(g)) }

// MarshalText is the text of the constant; an unset or unknown one is an error.
func (g GoalKind) MarshalText() ([]byte, error) { return goalKindWords.marshal(uint8(g)) }

// UnmarshalText reads the text of a constant; anything else unwraps to [ErrValue].
func (g *GoalKind) UnmarshalText(text []byte) error {
	i, err := goalKindWords.parse(text)
	if err == nil {
		*g = GoalKind(i)
	}
	return err
}
