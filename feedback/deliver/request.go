package deliver

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/feedback"
)

// Scope is a channel and a purpose. In a consent both must be named: an empty field
// agrees to nothing. In an opt-out an empty field means every channel or purpose.
type Scope struct {
	Channel string // the host's name: "email", "sms"; compared byte by byte
	Purpose Purpose
}

// Contact is what a decision must know about the person. The host reads it at the
// moment of deciding; nothing here is kept.
type Contact struct {
	ID       string         // opaque and compared byte by byte: a host that uses addresses folds them first
	Zone     *time.Location // for quiet hours; nil is not known
	OptedOut bool           // from everything
	Optouts  []Scope        // from some channels or purposes
	Consents []Scope
	OpenCase bool // a complaint or case of this person is open
}

// Sent is a past request. Reminders of it are not counted: they are held by their own
// rule.
type Sent struct {
	Key      string // the host's key of the request, if it has one
	Survey   string
	At       time.Time // required
	Reminder bool
}

// Answer is a past response to any survey. Survey may be empty where the host does
// not know which; it then cannot use up the display rule UntilAnswered.
type Answer struct {
	Survey string
	At     time.Time // required
}

// History is what the person was sent and has answered, in any order, as far back as
// Gate.Lookback says.
type History struct {
	Sent    []Sent
	Answers []Answer
}

// Request is one survey for one person on one channel.
type Request struct {
	Key     string // optional; a request whose key is in the history is a duplicate
	Survey  string // required
	Channel string // required
	Contact Contact
	History History
	EventAt time.Time       // what the survey is about; the zero time is nothing in particular
	Follows feedback.Answer // the answer that a follow-up is about, for Policy.Score; nil is none

	Ineligible string // why the host's own rule excludes the person; empty is none
	Hours      Opener // the host's quiet hours, as well as the policy's; nil is none
}

func (r *Request) validate(now time.Time) error {
	fs := faults{err: ErrRequest}
	fs.name("Survey", r.Survey, true)
	fs.name("Channel", r.Channel, true)
	fs.name("Contact.ID", r.Contact.ID, true)
	if now.IsZero() {
		fs.add("now", "is the zero time")
	}
	for i := range r.History.Sent {
		if r.History.Sent[i].At.IsZero() {
			fs.add(fmt.Sprintf("History.Sent[%d].At", i), "is the zero time")
		}
	}
	for i := range r.History.Answers {
		if r.History.Answers[i].At.IsZero() {
			fs.add(fmt.Sprintf("History.Answers[%d].At", i), "is the zero time")
		}
	}
	return fs.join()
}

func (c *Contact) optedOut(channel string, p Purpose) bool {
	if c.OptedOut {
		return true
	}
	for _, s := range c.Optouts {
		if (s.Channel == "" || s.Channel == channel) && (s.Purpose == 0 || s.Purpose == p) {
			return true
		}
	}
	return false
}

func (c *Contact) consents(channel string, p Purpose) bool {
	for _, s := range c.Consents {
		if s.Channel == channel && s.Purpose == p && channel != "" && p != 0 {
			return true
		}
	}
	return false
}

// digest is a hash over everything that a decision can depend on but the host's
// calendar. A zone is its name and its offset now; none is not UTC, though a nil
// Location prints as it.
func (r *Request) digest(h uint64, now time.Time) uint64 {
	for _, s := range [...]string{r.Key, r.Survey, r.Channel, r.Contact.ID, r.Contact.Zone.String(), r.Ineligible} {
		h = hashText(h, s)
	}
	if r.Contact.Zone != nil {
		_, offset := now.In(r.Contact.Zone).Zone()
		h = (h ^ uint64(offset)) * fnvPrime
	}
	h = hashBools(h, r.Contact.Zone != nil)
	h = hashTime(hashTime(h, now), r.EventAt)
	h = hashBools(h, r.Contact.OptedOut, r.Contact.OpenCase, r.Hours != nil)
	for _, list := range [...][]Scope{r.Contact.Optouts, r.Contact.Consents} {
		for _, s := range list {
			h = (hashText(h, s.Channel) ^ uint64(s.Purpose)) * fnvPrime
		}
		h = (h ^ uint64(len(list))) * fnvPrime
	}
	for i := range r.History.Sent {
		s := &r.History.Sent[i]
		h = hashBools(hashTime(hashText(hashText(h, s.Key), s.Survey), s.At), s.Reminder)
	}
	h = (h ^ uint64(len(r.History.Sent))) * fnvPrime
	for i := range r.History.Answers {
		h = hashTime(hashText(h, r.History.Answers[i].Survey), r.History.Answers[i].At)
	}
	h = (h ^ uint64(len(r.History.Answers))) * fnvPrime
	if a := r.Follows; a != nil && a.Valid() {
		n, _ := scoreOf(a, a.Instrument())
		h = (h ^ uint64(a.Instrument())<<8 ^ uint64(n)) * fnvPrime
	}
	return h
}

// hashText ends a text with its length, so that two texts side by side are never two
// others.
func hashText(h uint64, s string) uint64 {
	return (hashString(h, s) ^ uint64(len(s))) * fnvPrime
}

func hashTime(h uint64, t time.Time) uint64 {
	h = (h ^ uint64(t.Unix())) * fnvPrime
	return (h ^ uint64(t.Nanosecond())) * fnvPrime
}

func hashBools(h uint64, bs ...bool) uint64 {
	for _, b := range bs {
		h = (h ^ 1) * fnvPrime
		if b {
			h = (h ^ 2) * fnvPrime
		}
	}
	return h
}
