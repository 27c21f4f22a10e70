package deliver

// Stage is what a case promises to the customer, in order.
type Stage uint8

// The stages.
const (
	Acknowledgement Stage = iota + 1 // the customer is told that it was heard
	CallBack                         // somebody has spoken with the customer
	Resolution                       // it is settled
)

var stageNames = names{"acknowledgement", "call_back", "resolution"}

// String is the stage's name.
func (s Stage) String() string { return stageNames.text("stage", uint8(s)) }

// MarshalText writes the name; an unset stage is an error.
func (s Stage) MarshalText() ([]byte, error) { return stageNames.marshal("stage", uint8(s)) }

// UnmarshalText reads a name; anything else is an error.
func (s *Stage) UnmarshalText(text []byte) error { return unmarshalEnum(s, stageNames, "stage", text) }

// Severity orders cases.
type Severity uint8

// The severities.
const (
	Low Severity = iota + 1
	Medium
	High
	Critical // safety, law, the press: minutes count
)

var severityNames = names{"low", "medium", "high", "critical"}

// String is the severity's name.
func (s Severity) String() string { return severityNames.text("severity", uint8(s)) }

// MarshalText writes the name; an unset severity is an error.
func (s Severity) MarshalText() ([]byte, error) { return severityNames.marshal("severity", uint8(s)) }

// UnmarshalText reads a name; anything else is an error.
func (s *Severity) UnmarshalText(text []byte) error {
	return unmarshalEnum(s, severityNames, "severity", text)
}

// State is where a case stands.
type State uint8

// The states.
const (
	Opened       State = iota + 1 // nobody has answered yet
	Acknowledged                  // the customer knows that it was heard
	Contacted                     // somebody has spoken with the customer
	Resolved                      // settled, as the business sees it
	Verified                      // settled, as the customer says: the case is closed
	Reopened                      // it was not: promises are made anew
)

var stateNames = names{"opened", "acknowledged", "contacted", "resolved", "verified", "reopened"}

// String is the state's name.
func (s State) String() string { return stateNames.text("state", uint8(s)) }

// MarshalText writes the name; an unset state is an error.
func (s State) MarshalText() ([]byte, error) { return stateNames.marshal("state", uint8(s)) }

// UnmarshalText reads a name; anything else is an error.
func (s *State) UnmarshalText(text []byte) error { return unmarshalEnum(s, stateNames, "state", text) }

// Action is what somebody does with a case.
type Action uint8

// The actions and the states in which they are allowed.
const (
	Ack     Action = iota + 1 // opened, reopened
	Attempt                   // tried and did not reach the customer: any state before resolved; keeps no promise
	Reach                     // opened, reopened, acknowledged; also acknowledges
	Settle                    // contacted
	Verify                    // resolved
	Reopen                    // resolved, verified
	Assign                    // any state before verified: By becomes the owner
)

var actionNames = names{"ack", "attempt", "reach", "settle", "verify", "reopen", "assign"}

// String is the action's name.
func (a Action) String() string { return actionNames.text("action", uint8(a)) }

// MarshalText writes the name; an unset action is an error.
func (a Action) MarshalText() ([]byte, error) { return actionNames.marshal("action", uint8(a)) }

// UnmarshalText reads a name; anything else is an error.
func (a *Action) UnmarshalText(text []byte) error {
	return unmarshalEnum(a, actionNames, "action", text)
}
