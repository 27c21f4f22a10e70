package deliver

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
	return nil, fmt.Errorf("deliver: %s is not set", kind)
}

func unmarshalEnum[E ~uint8](v *E, ns names, kind string, text []byte) error {
	i := slices.Index(ns, string(text))
	if i < 0 {
		return fmt.Errorf("deliver: %s %q is not one of %s", kind, clip(string(text)), strings.Join(ns, ", "))
	}
	*v = E(i + 1)
	return nil
}

// Purpose is what a request is for. Each needs its own consent.
type Purpose uint8

// The purposes.
const (
	Research      Purpose = iota + 1 // a genuine survey: the answer is for the business to learn from
	ReviewRequest                    // asking for a public review
	Marketing                        // a survey that promotes, or an offer with a question in it
)

var purposeNames = names{"research", "review_request", "marketing"}

// String is the purpose's name.
func (p Purpose) String() string { return purposeNames.text("purpose", uint8(p)) }

// MarshalText writes the name; an unset purpose is an error.
func (p Purpose) MarshalText() ([]byte, error) { return purposeNames.marshal("purpose", uint8(p)) }

// UnmarshalText reads a name; anything else is an error.
func (p *Purpose) UnmarshalText(text []byte) error {
	return unmarshalEnum(p, purposeNames, "purpose", text)
}

// Verdict is what becomes of a request now.
type Verdict uint8

// The verdicts.
const (
	Send  Verdict = iota + 1 // ask now
	Defer                    // ask at the decision's At, when quiet hours or a reminder's wait end
	Deny                     // do not ask for this event; see the decision's EligibleAt
)

var verdictNames = names{"send", "defer", "deny"}

// String is the verdict's name.
func (v Verdict) String() string { return verdictNames.text("verdict", uint8(v)) }

// MarshalText writes the name; an unset verdict is an error.
func (v Verdict) MarshalText() ([]byte, error) { return verdictNames.marshal("verdict", uint8(v)) }

// UnmarshalText reads a name; anything else is an error.
func (v *Verdict) UnmarshalText(text []byte) error {
	return unmarshalEnum(v, verdictNames, "verdict", text)
}

// Rule is one rule of a decision, and, where it stops the request, the reason. The
// zero value is none.
type Rule uint8

// The rules, in the order in which they are checked. Of the four frequency rules the
// one whose instant is latest is the reason; equal instants fall to the earlier one
// in this list.
const (
	OptedOut            Rule = iota + 1 // the person asked not to be asked: at all, here, or for this
	ChannelNotConsented                 // no consent for this purpose on this channel
	Duplicate                           // a request with this key was sent before
	Ineligible                          // the host's own predicate said no
	OpenCase                            // a case of the person is open
	ScoreOutside                        // the score that the request follows is not one it is for
	NotSampled                          // not in the sample of this survey
	Shown                               // the display rule is used up: once, until answered, n times
	MinGapAny                           // too soon after any survey
	MinGapSame                          // too soon after this survey
	AfterResponse                       // too soon after the person answered
	MaxPerWindow                        // too many in a rolling window
	Answered                            // a reminder of what was answered
	RemindersUsed                       // as many reminders as the policy has
	ReminderWait                        // the next reminder is not due
	ReminderOver                        // too late for a reminder
	UnknownZone                         // quiet hours need a zone and there is none
	QuietHours                          // outside the hours in which to ask
	NeverOpen                           // there is no such hour within 400 days
	StaleEvent                          // the event is, or by then will be, too old
)

var ruleNames = names{
	"opted_out", "channel_not_consented", "duplicate", "ineligible", "open_case", "score_outside", "not_sampled",
	"shown", "min_gap_any", "min_gap_same", "after_response", "max_per_window", "answered", "reminders_used",
	"reminder_wait", "reminder_over", "unknown_zone", "quiet_hours", "never_open", "stale_event",
}

// String is the rule's name; "rule(0)" for none.
func (r Rule) String() string { return ruleNames.text("rule", uint8(r)) }

// MarshalText writes the name, and nothing for none.
func (r Rule) MarshalText() ([]byte, error) {
	if r == 0 {
		return nil, nil
	}
	return ruleNames.marshal("rule", uint8(r))
}

// UnmarshalText reads a name, or nothing; anything else is an error.
func (r *Rule) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = 0
		return nil
	}
	return unmarshalEnum(r, ruleNames, "rule", text)
}

// Status is how a rule fared.
type Status uint8

// The statuses.
const (
	Off        Status = iota + 1 // the policy does not have the rule, or it does not apply to this request
	Passed                       // checked, and no obstacle
	Stopped                      // checked, and in the way
	NotReached                   // an earlier rule had decided
)

var statusNames = names{"off", "passed", "stopped", "not_reached"}

// String is the status's name.
func (s Status) String() string { return statusNames.text("status", uint8(s)) }

// MarshalText writes the name; an unset status is an error.
func (s Status) MarshalText() ([]byte, error) { return statusNames.marshal("status", uint8(s)) }

// UnmarshalText reads a name; anything else is an error.
func (s *Status) UnmarshalText(text []byte) error {
	return unmarshalEnum(s, statusNames, "status", text)
}

// Display is how often one person may be asked one survey in all. The zero value
// puts no limit.
type Display uint8

// The display rules, as survey tools have them.
const (
	Always        Display = iota + 1 // no limit but the gaps; the default
	Once                             // one request, answered or not
	UntilAnswered                    // until the person has answered this survey
	Times                            // at most Policy.DisplayTimes requests
)

var displayNames = names{"always", "once", "until_answered", "times"}

// String is the rule's name.
func (d Display) String() string { return displayNames.text("display", uint8(d)) }

// MarshalText writes the name; an unset rule is an error.
func (d Display) MarshalText() ([]byte, error) { return displayNames.marshal("display", uint8(d)) }

// UnmarshalText reads a name; anything else is an error.
func (d *Display) UnmarshalText(text []byte) error {
	return unmarshalEnum(d, displayNames, "display", text)
}
