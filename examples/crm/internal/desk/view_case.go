package desk

import "time"

// CaseQuery asks for cases. Status is open, all or one status; Owner is an agent.
type CaseQuery struct {
	Status string `json:"status,omitempty"`
	Owner  string `json:"owner,omitempty"`
	After  string `json:"after,omitempty"`
	Limit  int    `json:"limit,omitempty"` // 1 to 200, zero for 50
}

// CaseList is one page of cases, the one whose deadline comes first at the top.
type CaseList struct {
	Query CaseQuery  `json:"query"`
	Total int        `json:"total"`
	Cases []CaseView `json:"cases"`
	Next  string     `json:"next,omitempty"`
}

// CaseView is a case with its clocks.
type CaseView struct {
	ID         string           `json:"id"`
	Customer   string           `json:"customer"`
	Name       string           `json:"name,omitempty"`
	Subject    string           `json:"subject"`
	Channel    string           `json:"channel"`
	Status     string           `json:"status"`
	Owner      string           `json:"owner,omitempty"`
	Opened     time.Time        `json:"opened"`
	Resolved   time.Time        `json:"resolved,omitzero"`
	Version    int64            `json:"version"`
	Policy     string           `json:"policy"`
	Clocks     []ClockView      `json:"clocks"`
	NextDue    time.Time        `json:"next_due,omitzero"`
	Breached   bool             `json:"breached"`
	Messages   int              `json:"messages"`
	Escalation []EscalationView `json:"escalations"`
	Promises   []PromiseView    `json:"promises"`
	Actions    []string         `json:"actions"` // reply, pause, resume, resolve, escalate, acknowledge: what fits the status
}

// ClockView is one clock of the SLA.
type ClockView struct {
	Metric  string    `json:"metric"`
	Phase   string    `json:"phase"`
	Outcome string    `json:"outcome"`
	Started time.Time `json:"started,omitzero"`
	Due     time.Time `json:"due,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Elapsed string    `json:"elapsed"` // in working time where the target is
	Goal    string    `json:"goal"`
	Percent int       `json:"percent"` // of the goal that is used up, may exceed 100
}

// EscalationView is a call for somebody else.
type EscalationView struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`
	State string    `json:"state"`
	To    string    `json:"to"`
	Why   string    `json:"why"`
	At    time.Time `json:"at"`
	Due   time.Time `json:"due,omitzero"`
}

// CasePage is one case with everything that happened.
type CasePage struct {
	CaseView
	Zone        string         `json:"zone"`
	Explanation []ClockStep    `json:"explanation"` // why the verdict is what it is
	Verdicts    []VerdictView  `json:"verdicts"`
	Deadlines   []DueView      `json:"deadlines"`
	History     []CaseEvent    `json:"history"`
	Thread      []MessageView  `json:"thread"`
	Steps       []PlaybookView `json:"steps"` // of the running playbook
}

// ClockStep is one line of the explanation of a verdict.
type ClockStep struct {
	At     time.Time `json:"at"`
	Metric string    `json:"metric,omitempty"`
	Cycle  int       `json:"cycle,omitempty"`
	Text   string    `json:"text"`
}

// VerdictView is one cycle of one clock.
type VerdictView struct {
	Metric  string    `json:"metric"`
	Cycle   int       `json:"cycle"`
	Outcome string    `json:"outcome"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended,omitzero"`
	Elapsed string    `json:"elapsed"`
	Goal    string    `json:"goal"`
	Policy  string    `json:"policy"`
}

// DueView is a deadline that lies ahead.
type DueView struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	What string    `json:"what"`
}

// CaseEvent is one event of the case.
type CaseEvent struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	What string    `json:"what"`
	Why  []string  `json:"why,omitempty"`
}

// MessageView is one message of a case.
type MessageView struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Inbound bool      `json:"inbound"`
	By      string    `json:"by"`
	Channel string    `json:"channel"`
	Text    string    `json:"text"`
}

// PlaybookView is a step of a playbook.
type PlaybookView struct {
	Step   string `json:"step"`
	Prompt string `json:"prompt"`
	State  string `json:"state"` // done, skipped, open
}

// PromiseView is something that the shop promised.
type PromiseView struct {
	ID      string    `json:"id"`
	Case    string    `json:"case"`
	Kind    string    `json:"kind"`
	Text    string    `json:"text"`
	Made    time.Time `json:"made"`
	Due     time.Time `json:"due"`
	Verdict string    `json:"verdict"`
}

// ReplyPromise is by when a reply may be promised for a message that comes now.
type ReplyPromise struct {
	By   time.Time `json:"by"`
	Text string    `json:"text"`
	Why  []string  `json:"why"`
}

// OpenCaseCommand opens a case for a customer.
type OpenCaseCommand struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Channel  string `json:"channel"`
	Subject  string `json:"subject"`
	Text     string `json:"text"` // the customer's message
}

// CaseCommand is one act on a case. Act is acknowledge, reply, note, receive, pause,
// resume, resolve, close, reopen, escalate, accept or assign. Version, when not zero, is
// the version that the agent saw: when the case has moved on the command is refused.
type CaseCommand struct {
	Key     string `json:"key"`
	Case    string `json:"case"`
	Act     string `json:"act"`
	Text    string `json:"text,omitempty"`
	Agent   string `json:"agent,omitempty"`
	To      string `json:"to,omitempty"` // of assign and escalate
	Version int64  `json:"version,omitempty"`
}

// CaseResult is what became of a command.
type CaseResult struct {
	Key      string   `json:"key"`
	Replayed bool     `json:"replayed"` // the key had come before; nothing was done now
	Case     CaseView `json:"case"`
	Trace    []string `json:"trace"`
}

// TimelineView is one page of what passed between the shop and a customer, the newest first.
type TimelineView struct {
	Total    int             `json:"total"`
	Entries  []TimelineEntry `json:"entries"`
	Next     string          `json:"next,omitempty"`
	Channels []Count         `json:"channels"`
}

// TimelineEntry is one contact.
type TimelineEntry struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Local   string    `json:"local"` // in the zone of the page
	Channel string    `json:"channel"`
	Label   string    `json:"label"` // of the channel, in words
	Inbound bool      `json:"inbound"`
	Stage   string    `json:"stage,omitempty"`
	Purpose string    `json:"purpose,omitempty"`
	Case    string    `json:"case,omitempty"`
	Order   string    `json:"order,omitempty"`
	Text    string    `json:"text,omitempty"`
}
