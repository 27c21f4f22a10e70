package interaction

import (
	"fmt"
	"iter"
	"slices"
	"time"
)

// A ResolvedIssue is a settled issue, for first-contact resolution.
type ResolvedIssue struct {
	ID          string
	Customer    string
	Issue       string
	Resolved    time.Time // zero: not resolved yet
	Contacts    int       // the customer's contacts it took; 0 counts as one
	Transferred bool      // it went through more than one pair of hands
}

// A Contact is one contact about an issue, on any channel.
type Contact struct {
	Customer string
	Issue    string
	At       time.Time
	Channel  Channel
	Class    InboundClass // unset counts as human; other classes are no contact
}

// A FirstContact says whether an issue was settled at the first contact.
type FirstContact uint8

// The verdicts of first-contact resolution.
const (
	FirstContactYes          FirstContact = iota + 1 // the window ended without a second contact
	FirstContactNo                                   // a second contact, or a transfer
	FirstContactUndetermined                         // the window is still open, or nothing is resolved yet
)

var firstContactNames = []string{"yes", "no", "undetermined"}

// String names the verdict.
func (v FirstContact) String() string {
	return enumString("first-contact verdict", firstContactNames, v)
}

// MarshalText writes the name; an unset verdict is an error.
func (v FirstContact) MarshalText() ([]byte, error) {
	return enumMarshal("first-contact verdict", firstContactNames, v)
}

// UnmarshalText reads a name.
func (v *FirstContact) UnmarshalText(text []byte) error {
	return enumParse("first-contact verdict", firstContactNames, text, v)
}

// A ContactBook finds contacts by customer and issue. It is never changed after
// it was made.
type ContactBook struct{ at map[topicKey][]time.Time }

// NewContactBook collects the contacts that people made.
func NewContactBook(contacts iter.Seq[Contact]) *ContactBook {
	b := &ContactBook{at: make(map[topicKey][]time.Time)}
	for c := range contacts {
		if c.Class == 0 || c.Class == ClassHuman {
			key := topicKey{c.Customer, c.Issue}
			b.at[key] = append(b.at[key], c.At)
		}
	}
	for _, times := range b.at {
		slices.SortFunc(times, time.Time.Compare)
	}
	return b
}

// Contacts gives the inbound contacts by people that a timeline holds and that
// name an issue.
func (t Timeline) Contacts() iter.Seq[Contact] {
	return func(yield func(Contact) bool) {
		t.byTime.walk(nil, nil, func(x *Interaction) bool {
			if x.Direction != Inbound || !x.IsHuman() || x.Issue == "" {
				return true
			}
			return yield(Contact{x.Customer, x.Issue, x.At, x.Channel, ClassHuman})
		})
	}
}

// firstIn is the earliest contact in (after, until].
func (b *ContactBook) firstIn(customer, issue string, after, until time.Time) (time.Time, bool) {
	times := b.at[topicKey{customer, issue}]
	i, _ := slices.BinarySearchFunc(times, after, func(at, after time.Time) int {
		if at.After(after) {
			return 1
		}
		return -1
	})
	if i < len(times) && !times[i].After(until) {
		return times[i], true
	}
	return time.Time{}, false
}

// FirstContact decides whether the issue was settled at the first contact, as
// seen at the instant now, and says why.
//
// It is a no as soon as the issue took a second contact or a transfer, or as the
// same customer made contact about the same issue, on any channel, after the
// resolution and no later than window after it (the last instant included). It
// is a yes when the window has passed without that, and undetermined until then.
// So the verdict leaves "undetermined" once and never changes again, and a
// contact that becomes known never turns a no into a yes. Contacts after now are
// not seen. A negative window counts as none.
func (b *ContactBook) FirstContact(r ResolvedIssue, window time.Duration, now time.Time) (FirstContact, Trace) {
	const rule = "first contact"
	var why Trace
	switch {
	case r.Resolved.IsZero() || r.Resolved.After(now):
		why.say(rule, "not resolved yet")
		return FirstContactUndetermined, why
	case r.Contacts > 1:
		why.say(rule, "it took %d contacts", r.Contacts)
		return FirstContactNo, why
	case r.Transferred:
		why.say(rule, "it was transferred")
		return FirstContactNo, why
	}
	end := r.Resolved.Add(max(window, 0))
	seen := end
	if now.Before(seen) {
		seen = now
	}
	if at, ok := b.firstIn(r.Customer, r.Issue, r.Resolved, seen); ok {
		why.sayAt(at, rule, "the customer came back about %q inside the window", r.Issue)
		return FirstContactNo, why
	}
	if !now.After(end) {
		why.sayAt(end, rule, "no repeat so far, but the window is open until its end")
		return FirstContactUndetermined, why
	}
	why.sayAt(end, rule, "no repeat until the window ended")
	return FirstContactYes, why
}

// FirstContactCounts counts verdicts. The zero value is empty; Merge joins
// shards.
type FirstContactCounts struct {
	Yes          int64 `json:"yes"`
	No           int64 `json:"no"`
	Undetermined int64 `json:"undetermined"`
}

// CountFirstContacts judges every issue and counts the verdicts.
func (b *ContactBook) CountFirstContacts(issues iter.Seq[ResolvedIssue], window time.Duration, now time.Time) FirstContactCounts {
	var c FirstContactCounts
	for r := range issues {
		v, _ := b.FirstContact(r, window, now)
		c.Add(v)
	}
	return c
}

// Add counts one verdict; an unset one counts nowhere.
func (c *FirstContactCounts) Add(v FirstContact) {
	switch v {
	case FirstContactYes:
		c.Yes++
	case FirstContactNo:
		c.No++
	case FirstContactUndetermined:
		c.Undetermined++
	}
}

// Merge gives the counts of both.
func (c FirstContactCounts) Merge(d FirstContactCounts) FirstContactCounts {
	return FirstContactCounts{c.Yes + d.Yes, c.No + d.No, c.Undetermined + d.Undetermined}
}

// Rate is yes / (yes + no), a share between 0 and 1; what is undetermined stays
// out. Without a determined verdict it is ErrNoData.
func (c FirstContactCounts) Rate() (Share, error) {
	return newShare(c.Yes, c.Yes+c.No, "first-contact resolution")
}

func newShare(part, whole int64, what string) (Share, error) {
	if whole <= 0 {
		return Share{}, fmt.Errorf("%w: no verdict for %s", ErrNoData, what)
	}
	return Share{Part: part, Whole: whole}, nil
}
