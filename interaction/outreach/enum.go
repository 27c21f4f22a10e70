package outreach

import (
	"fmt"
	"slices"
	"strings"
)

// names of an enum, counted from one.
type names []string

func (ns names) text(kind string, v uint8) string {
	if v >= 1 && int(v) <= len(ns) {
		return ns[v-1]
	}
	return fmt.Sprintf("%s(%d)", kind, v)
}

func (ns names) marshal(kind string, v uint8) ([]byte, error) {
	if v >= 1 && int(v) <= len(ns) {
		return []byte(ns[v-1]), nil
	}
	return nil, fmt.Errorf("outreach: %s is not set", kind)
}

func (ns names) parse(kind string, text []byte) (uint8, error) {
	i := slices.Index(ns, string(text))
	if i < 0 {
		return 0, fmt.Errorf("outreach: %s %q is not one of %s", kind, clip(string(text)), strings.Join(ns, ", "))
	}
	return uint8(i + 1), nil
}

func parseEnum[E ~uint8](v *E, ns names, kind string, text []byte) error {
	n, err := ns.parse(kind, text)
	if err == nil {
		*v = E(n)
	}
	return err
}

// Verdict is what becomes of a message now.
type Verdict uint8

// The three verdicts.
const (
	Send  Verdict = iota + 1 // go, on the decision's channel
	Defer                    // ask again at the decision's Until
	Skip                     // do not send this message
)

var verdictNames = names{"send", "defer", "skip"}

// String is the verdict's name.
func (v Verdict) String() string { return verdictNames.text("verdict", uint8(v)) }

// MarshalText writes the name; an unset verdict is an error.
func (v Verdict) MarshalText() ([]byte, error) { return verdictNames.marshal("verdict", uint8(v)) }

// UnmarshalText reads a name.
func (v *Verdict) UnmarshalText(text []byte) error {
	return parseEnum(v, verdictNames, "verdict", text)
}

// Reason is why a message is not sent now. The zero value is none: it is sent.
type Reason uint8

// The reasons, in the order of the checks.
const (
	Invalid             Reason = iota + 1 // the message lacks a key, channel or purpose
	Expired                               // its time is over, or will be before it may go
	Duplicate                             // its key was sent before
	Unreachable                           // the recipient has no address on the channel
	Suppressed                            // the address is suppressed: bounce, STOP, complaint
	ConsentMissing                        // nobody ever agreed
	ConsentWithdrawn                      // withdrawn, or unsubscribed since the grant
	ConsentNotConfirmed                   // asked for, but the double opt-in is not confirmed
	Preference                            // the recipient prefers other channels or no such topic
	OpenComplaint                         // held while a complaint is open
	CapReached                            // too many messages lately
	UnknownZone                           // quiet hours cannot be known, and the policy blocks
	QuietHours                            // outside the hours in which the message may arrive
	Unavailable                           // a fact that a check needs could not be read
)

var reasonNames = names{
	"invalid", "expired", "duplicate", "unreachable", "suppressed", "consent_missing", "consent_withdrawn",
	"consent_not_confirmed", "preference", "open_complaint", "cap", "unknown_zone", "quiet_hours", "unavailable",
}

// String is the reason's name; "none" for the zero value.
func (r Reason) String() string {
	if r == 0 {
		return "none"
	}
	return reasonNames.text("reason", uint8(r))
}

// MarshalText writes the name; the zero value is an error.
func (r Reason) MarshalText() ([]byte, error) { return reasonNames.marshal("reason", uint8(r)) }

// UnmarshalText reads a name.
func (r *Reason) UnmarshalText(text []byte) error { return parseEnum(r, reasonNames, "reason", text) }

// ConsentState is what a recipient said about a purpose.
type ConsentState uint8

// The states of consent.
const (
	Granted   ConsentState = iota + 1 // agreed and, where that is asked for, confirmed
	Pending                           // agreed, the confirmation (double opt-in) is outstanding
	Withdrawn                         // taken back
)

var consentNames = names{"granted", "pending", "withdrawn"}

// String is the state's name.
func (c ConsentState) String() string { return consentNames.text("consent", uint8(c)) }

// MarshalText writes the name; an unset state is an error.
func (c ConsentState) MarshalText() ([]byte, error) {
	return consentNames.marshal("consent", uint8(c))
}

// UnmarshalText reads a name.
func (c *ConsentState) UnmarshalText(text []byte) error {
	return parseEnum(c, consentNames, "consent", text)
}

// ZonePolicy says what holds where the recipient's zone is not known. The zero value
// is Block.
type ZonePolicy uint8

// The policies for unknown zones.
const (
	Block           ZonePolicy = iota + 1 // do not send
	DefaultZone                           // take the policy's default zone for the recipient's
	MostRestrictive                       // send only when allowed in every zone where the recipient may be
)

var zonePolicyNames = names{"block", "default_zone", "most_restrictive"}

// String is the policy's name; that of Block for the zero value.
func (z ZonePolicy) String() string {
	return zonePolicyNames.text("zone policy", uint8(max(z, Block)))
}

// MarshalText writes the name.
func (z ZonePolicy) MarshalText() ([]byte, error) {
	return zonePolicyNames.marshal("zone policy", uint8(max(z, Block)))
}

// UnmarshalText reads a name.
func (z *ZonePolicy) UnmarshalText(text []byte) error {
	return parseEnum(z, zonePolicyNames, "zone policy", text)
}
