package interaction

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// CaseRulesSpec says how cases are worked. Every zero field is a documented
// default.
type CaseRulesSpec struct {
	// ReplyWindow is how long after the resolution a customer's message reopens
	// the case, its last instant included; a later one starts a follow-up.
	// Default 7 days. NoReplyWindow means none.
	ReplyWindow time.Duration
	// NoReplyWindow closes the door at the resolution: every later message starts
	// a follow-up.
	NoReplyWindow bool
	// Verify is when, after a resolution, somebody asks whether it holds. Default:
	// two business days where the calendar counts days, else two days on the wall.
	Verify Target
	// NoVerify: nobody asks.
	NoVerify bool
	// Calendar counts the targets in business time. Default: none; targets that
	// need one are then reported by Deadlines. WithDays makes one that counts
	// business days too.
	Calendar Calendar
	// Profiles say which channels are public. Default: DefaultProfiles.
	Profiles *Profiles
	// Playbooks are those that may be started. Default: DefaultPlaybooks.
	Playbooks []*Playbook
	// Required names the playbook that a case of a purpose starts with. Default:
	// none; a host that handles complaints by ISO 10002 sets
	// PurposeComplaint: PlaybookISO.
	Required map[Purpose]string
	// Ladders are the ways an escalation may climb. Default: one named
	// "supervisor" of a single rung with an hour to accept, in business time where
	// there is a calendar.
	Ladders []*Ladder
	// BotAnswers says that a bot's message is an answer. Default: only a
	// person's is.
	BotAnswers bool
}

// CaseRules are checked rules. They are never changed after they were made, so
// any number of goroutines may share them.
type CaseRules struct {
	window     time.Duration
	verify     Target
	calendar   Calendar
	profiles   *Profiles
	playbooks  []*Playbook
	required   map[Purpose]string
	ladders    []*Ladder
	botAnswers bool
}

// NewCaseRules checks the rules and reports every fault at once: a negative
// window, names of playbooks and ladders that occur twice (ErrDuplicate), and
// required playbooks that are not among them (ErrUnknown).
func NewCaseRules(spec CaseRulesSpec) (*CaseRules, error) {
	var fs faults
	r := &CaseRules{
		window: spec.ReplyWindow, verify: spec.Verify, calendar: spec.Calendar, profiles: spec.Profiles,
		playbooks: slices.Clone(spec.Playbooks), ladders: slices.Clone(spec.Ladders),
		required: make(map[Purpose]string, len(spec.Required)), botAnswers: spec.BotAnswers,
	}
	switch {
	case spec.ReplyWindow < 0:
		fs.add("reply_window", spec.ReplyWindow.String(), "is negative")
	case spec.NoReplyWindow:
		r.window = 0
	case spec.ReplyWindow == 0:
		r.window = 7 * 24 * hour
	}
	fs.under("verify", spec.Verify.validate())
	if spec.NoVerify && !spec.Verify.IsZero() {
		fs.add("no_verify", "", "contradicts verify")
	}
	r.defaults(spec)
	fs.distinct("playbooks", r.playbooks)
	fs.distinct("ladders", r.ladders)
	for _, purpose := range sortedPurposes(spec.Required) {
		r.required[purpose] = spec.Required[purpose]
		if _, ok := r.Playbook(spec.Required[purpose]); !ok {
			fs.addAs(ErrUnknown, "required."+string(purpose), spec.Required[purpose], "is no playbook of these rules")
		}
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return r, nil
}

// defaults fills in what the host left open.
func (r *CaseRules) defaults(spec CaseRulesSpec) {
	if spec.Verify.IsZero() && !spec.NoVerify {
		r.verify = Elapsed(48 * hour)
		if _, days := spec.Calendar.(DayCalendar); days {
			r.verify = DefaultTargets().Verify
		}
	}
	if r.profiles == nil {
		r.profiles = DefaultProfiles()
	}
	if r.playbooks == nil {
		r.playbooks = DefaultPlaybooks()
	}
	if r.ladders == nil {
		accept := Elapsed(hour)
		if spec.Calendar != nil {
			accept = DefaultTargets().Accept
		}
		r.ladders = []*Ladder{{name: "supervisor", kind: Hierarchical, rungs: []Rung{{To: "supervisor", Accept: accept}}}}
	}
}

func sortedPurposes(m map[Purpose]string) []Purpose {
	out := make([]Purpose, 0, len(m))
	for p := range m {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Purpose) int { return strings.Compare(string(a), string(b)) })
	return out
}

// distinct wants non-nil values with distinct names.
func (fs *faults) distinct(field string, list any) {
	var names []string
	switch list := list.(type) {
	case []*Playbook:
		for _, p := range list {
			if p == nil {
				fs.add(field, "", "holds a nil")
				continue
			}
			names = append(names, p.Name())
		}
	case []*Ladder:
		for _, l := range list {
			if l == nil {
				fs.add(field, "", "holds a nil")
				continue
			}
			names = append(names, l.Name())
		}
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			fs.addAs(ErrDuplicate, field, name, "occurs twice")
		}
	}
}

// Playbook finds a playbook of the rules.
func (r *CaseRules) Playbook(name string) (*Playbook, bool) {
	return lookup(r.playbooks, func(p *Playbook) bool { return p != nil && p.Name() == name })
}

// Ladder finds a ladder of the rules.
func (r *CaseRules) Ladder(name string) (*Ladder, bool) {
	return lookup(r.ladders, func(l *Ladder) bool { return l != nil && l.Name() == name })
}

// ReplyWindow is the window of the rules; 0 when there is none.
func (r *CaseRules) ReplyWindow() time.Duration { return r.window }

// A DeadlineKind says what falls due.
type DeadlineKind uint8

// The kinds of deadlines, in the order in which simultaneous ones are listed.
const (
	DueAcceptance DeadlineKind = iota + 1 // the time to accept an escalation has passed: let it climb
	DuePromise                            // a promise is to be kept, at the latest now
	DueStep                               // a step of the playbook is to be taken, at the latest now
	DueProgress                           // the customer is to hear how things stand
	DueVerify                             // ask whether the resolution holds
	DueClose                              // the reply window has passed: close
)

var deadlineNames = []string{"accept_escalation", "keep_promise", "take_step", "report_progress", "verify_solution", "close_case"}

// String names the kind.
func (k DeadlineKind) String() string { return enumString("deadline", deadlineNames, k) }

// MarshalText writes the name; an unset kind is an error.
func (k DeadlineKind) MarshalText() ([]byte, error) {
	return enumMarshal("deadline", deadlineNames, k)
}

// UnmarshalText reads a name.
func (k *DeadlineKind) UnmarshalText(text []byte) error {
	return enumParse("deadline", deadlineNames, text, k)
}

// A Deadline is an instant at which the host should look at a case again. It is
// data for the host's own scheduler; a late or lost wake-up changes no verdict,
// because verdicts come from the instants in the events. What may be done only
// once a time has passed (climb, close) is due in the first nanosecond after it.
type Deadline struct {
	At   time.Time    `json:"at"`
	Kind DeadlineKind `json:"kind"`
	Case string       `json:"case"`
	Ref  string       `json:"ref,omitzero"` // promise, escalation or step
}

// Deadlines lists what falls due for a case, the earliest first; those that have
// passed and are still unmet stay in the list. A target that cannot be counted,
// for want of a calendar or because it never opens, is reported in the error,
// beside the deadlines that can.
func (r *CaseRules) Deadlines(c Case) ([]Deadline, error) {
	var out []Deadline
	var errs []error
	add := func(kind DeadlineKind, ref string, at time.Time, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", kind, ref, err))
			return
		}
		out = append(out, Deadline{At: at, Kind: kind, Case: c.ID, Ref: ref})
	}
	if c.Status == StatusResolved {
		if !r.verify.IsZero() && !c.Verified {
			at, err := r.verify.Due(c.Resolved, r.calendar)
			add(DueVerify, "", at, err)
		}
		add(DueClose, "", c.Resolved.Add(r.window).Add(1), nil)
	}
	if c.Status.IsFinal() || c.Status == StatusSpam {
		return nil, nil
	}
	for _, p := range c.Promises {
		if p.Settled.IsZero() && p.Withdrawn.IsZero() {
			add(DuePromise, p.ID, p.By, nil)
		}
	}
	if c.Status.IsOpen() {
		for _, e := range c.Escalations {
			if e.State == EscalationRaised {
				add(DueAcceptance, e.ID, e.AcceptBy.Add(1), nil)
			}
		}
		r.playbookDeadlines(c, add)
	}
	slices.SortStableFunc(out, func(a, b Deadline) int {
		if d := a.At.Compare(b.At); d != 0 {
			return d
		}
		return int(a.Kind) - int(b.Kind)
	})
	return out, errors.Join(errs...)
}

func (r *CaseRules) playbookDeadlines(c Case, add func(DeadlineKind, string, time.Time, error)) {
	book, ok := r.Playbook(c.Run.Playbook)
	if !ok {
		return
	}
	for _, step := range book.spec.Steps {
		if _, done := c.Run.Entry(step.Name); !done && !step.Within.IsZero() {
			at, err := step.Within.Due(c.Run.Started, r.calendar)
			add(DueStep, step.Name, at, err)
		}
	}
	if !book.spec.Progress.IsZero() {
		from := c.Run.Started
		if c.LastAnswer.After(from) {
			from = c.LastAnswer
		}
		at, err := book.spec.Progress.Due(from, r.calendar)
		add(DueProgress, book.Name(), at, err)
	}
}
