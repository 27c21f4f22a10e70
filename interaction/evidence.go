package interaction

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrEvidence marks a step or stage that was to be recorded without the evidence
// it needs.
var ErrEvidence = errors.New("interaction: evidence missing")

// Evidence is what shows that a step was done: the summary that was read back,
// the question that was asked, the log that was read, where a photo lies.
type Evidence struct {
	Kind string `json:"kind"` // a lower-case name, such as "summary" or "question"
	Text string `json:"text"` // what it says, or where it is kept
}

// checkEvidence wants at least one piece, each with kind and text, and every
// needed kind among them.
func checkEvidence(have []Evidence, need []string) error {
	var missing []string
	if len(have) == 0 && len(need) == 0 {
		missing = append(missing, "anything")
	}
	for i, e := range have {
		if !isName(e.Kind) || strings.TrimSpace(e.Text) == "" || len(e.Text) > maxText {
			missing = append(missing, fmt.Sprintf("a kind and a text of piece %d", i))
		}
	}
	for _, kind := range need {
		if !slices.ContainsFunc(have, func(e Evidence) bool { return e.Kind == kind }) {
			missing = append(missing, kind)
		}
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrEvidence, strings.Join(missing, ", "))
}

// An ActorRole says in which role somebody acts.
type ActorRole uint8

// The roles of actors.
const (
	RoleCustomer   ActorRole = iota + 1 // the person served
	RoleAgent                           // a person of the business
	RoleSupervisor                      // a person with more authority
	RoleBot                             // a machine that talks
	RoleSystem                          // a timer or an import
)

var roleNames = []string{"customer", "agent", "supervisor", "bot", "system"}

// String names the role.
func (r ActorRole) String() string { return enumString("role", roleNames, r) }

// MarshalText writes the name; an unset role is an error.
func (r ActorRole) MarshalText() ([]byte, error) { return enumMarshal("role", roleNames, r) }

// UnmarshalText reads a name.
func (r *ActorRole) UnmarshalText(text []byte) error {
	return enumParse("role", roleNames, text, r)
}

// IsStaff reports whether a person of the business acts.
func (r ActorRole) IsStaff() bool { return r == RoleAgent || r == RoleSupervisor }

// An Actor is who did something.
type Actor struct {
	ID   string    `json:"id,omitzero"`
	Role ActorRole `json:"role"`
}

// String writes "agent ada".
func (a Actor) String() string {
	if a.ID == "" {
		return a.Role.String()
	}
	return a.Role.String() + " " + a.ID
}
