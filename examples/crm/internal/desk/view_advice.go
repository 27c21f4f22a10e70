package desk

import "time"

// AdviceView is what to offer the customer and what to do next.
type AdviceView struct {
	Items   []ItemAdvice   `json:"items"`
	Actions []ActionAdvice `json:"actions"` // the best first
	Resting []RestingView  `json:"resting"` // that may not be done now
	Note    string         `json:"note,omitempty"`
}

// ItemAdvice is an item that the customer may like.
type ItemAdvice struct {
	Item  string   `json:"item"`
	Score string   `json:"score"`
	Why   []string `json:"why"` // because you bought …
}

// ActionAdvice is a next best action.
type ActionAdvice struct {
	Action string   `json:"action"`
	Label  string   `json:"label"`
	Score  string   `json:"score,omitempty"`
	Why    []string `json:"why"`
}

// RestingView is an action that is left out, and until when.
type RestingView struct {
	Action string    `json:"action"`
	Label  string    `json:"label"`
	Why    string    `json:"why"`
	Until  time.Time `json:"until,omitzero"`
}

// OfferCommand records that an action was taken for a customer, or declined by them.
type OfferCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Action   string `json:"action"`
	Declined bool   `json:"declined,omitempty"`
}
