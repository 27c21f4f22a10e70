package interaction

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/text/language"
)

// A Timeline holds interactions of all channels in order of their instants; two
// at the same instant are ordered by id. The zero value is empty and ready.
//
// Guarantees:
//   - A timeline is never changed. Add and Merge give a new one that shares
//     memory with the old, so timelines may be kept and read concurrently.
//   - An id occurs once. Of two records with one id the higher Revision stays; of
//     equal revisions the one whose JSON is greater byte for byte, so that the
//     choice does not depend on the order of arrival.
//   - Merge is commutative, associative and idempotent.
//   - Add, Find, At and the first record of Between take O(log n); Merge takes
//     O(m log(n/m)) for sizes m <= n.
type Timeline struct {
	byTime, byID *node
}

// NewTimeline makes a timeline of the records in any order. All invalid records
// are reported at once, each under its place in the argument.
func NewTimeline(records ...Interaction) (Timeline, error) {
	var fs faults
	slab := make([]Interaction, len(records))
	byID := make([]*Interaction, len(records))
	for i, x := range records {
		if err := x.Validate(); err != nil {
			fs.under(fmt.Sprintf("records[%d]", i), err)
		}
		slab[i] = x.clone()
		byID[i] = &slab[i]
	}
	if err := fs.join(); err != nil {
		return Timeline{}, err
	}
	slices.SortFunc(byID, compareID)
	byID = dedupe(byID)
	byTime := slices.Clone(byID)
	slices.SortFunc(byTime, compareTime)
	return Timeline{byTime: build(byTime), byID: build(byID)}, nil
}

// dedupe keeps the record that wins among each run of one id.
func dedupe(sorted []*Interaction) []*Interaction {
	out := sorted[:0]
	for _, x := range sorted {
		if n := len(out); n > 0 && out[n-1].ID == x.ID {
			out[n-1] = winner(out[n-1], x)
			continue
		}
		out = append(out, x)
	}
	return out
}

// winner chooses between two records of one id: a total order of contents.
func winner(a, b *Interaction) *Interaction {
	if a == b {
		return a
	}
	if a.Revision != b.Revision {
		if a.Revision > b.Revision {
			return a
		}
		return b
	}
	ja, errA := json.Marshal(a)
	jb, errB := json.Marshal(b)
	if errA != nil || errB != nil { // a validated record always marshals
		return a
	}
	if bytes.Compare(ja, jb) >= 0 {
		return a
	}
	return b
}

// Add gives a timeline that also holds x. It is the error of x.Validate when x
// is not valid.
func (t Timeline) Add(x Interaction) (Timeline, error) {
	if err := x.Validate(); err != nil {
		return t, err
	}
	x = x.clone()
	rec := &x
	if old := find(t.byID, rec, compareID); old != nil {
		if rec = winner(old, rec); rec == old {
			return t, nil
		}
		t.byTime = remove(t.byTime, old, compareTime)
	}
	return Timeline{
		byTime: insert(t.byTime, rec, compareTime),
		byID:   insert(t.byID, rec, compareID),
	}, nil
}

// Merge gives a timeline that holds the records of both.
func (t Timeline) Merge(other Timeline) Timeline {
	var losers []*Interaction
	byID := union(t.byID, other.byID, compareID, func(a, b *Interaction) *Interaction {
		w := winner(a, b)
		if !a.At.Equal(b.At) {
			if w == a {
				losers = append(losers, b)
			} else {
				losers = append(losers, a)
			}
		}
		return w
	})
	byTime := union(t.byTime, other.byTime, compareTime, winner)
	for _, x := range losers {
		byTime = remove(byTime, x, compareTime)
	}
	return Timeline{byTime: byTime, byID: byID}
}

// MergeTimelines merges any number of timelines; none gives an empty one.
func MergeTimelines(ts ...Timeline) Timeline {
	var out Timeline
	for _, t := range ts {
		out = out.Merge(t)
	}
	return out
}

// Len is the number of records.
func (t Timeline) Len() int { return t.byTime.len() }

// At is the i-th record in order, counted from 0; ok is false out of range.
func (t Timeline) At(i int) (x Interaction, ok bool) {
	if i < 0 || i >= t.Len() {
		return Interaction{}, false
	}
	return t.byTime.at(i).clone(), true
}

// Find gives the record with the id.
func (t Timeline) Find(id string) (x Interaction, ok bool) {
	if p := find(t.byID, &Interaction{ID: id}, compareID); p != nil {
		return p.clone(), true
	}
	return Interaction{}, false
}

// Last is the latest record.
func (t Timeline) Last() (x Interaction, ok bool) { return t.At(t.Len() - 1) }

// First is the earliest record.
func (t Timeline) First() (x Interaction, ok bool) { return t.At(0) }

// All gives the records in order.
func (t Timeline) All() iter.Seq[Interaction] {
	return func(yield func(Interaction) bool) {
		t.byTime.walk(nil, nil, func(x *Interaction) bool { return yield(x.clone()) })
	}
}

// Backward gives the records from the latest to the earliest.
func (t Timeline) Backward() iter.Seq[Interaction] {
	return func(yield func(Interaction) bool) {
		t.byTime.walkBack(func(x *Interaction) bool { return yield(x.clone()) })
	}
}

// Between gives the records of the half-open period [start, end) in order; none
// when end is not after start.
func (t Timeline) Between(start, end time.Time) iter.Seq[Interaction] {
	from := func(x *Interaction) int { return x.At.Compare(start) }
	to := func(x *Interaction) int { return x.At.Compare(end) }
	return func(yield func(Interaction) bool) {
		t.byTime.walk(from, to, func(x *Interaction) bool { return yield(x.clone()) })
	}
}

// Filter gives a timeline of the records that keep accepts.
func (t Timeline) Filter(keep func(Interaction) bool) Timeline {
	var byTime []*Interaction
	t.byTime.walk(nil, nil, func(x *Interaction) bool {
		if keep(x.clone()) {
			byTime = append(byTime, x)
		}
		return true
	})
	byID := slices.Clone(byTime)
	slices.SortFunc(byID, compareID)
	return Timeline{byTime: build(byTime), byID: build(byID)}
}

// Of gives the timeline of one customer.
func (t Timeline) Of(customer string) Timeline {
	return t.Filter(func(x Interaction) bool { return x.Customer == customer })
}

// A ChannelCount is a number of contacts on one channel.
type ChannelCount struct {
	Channel Channel
	Count   int
}

// CountChannels counts contacts by channel: the ten types first, in the field's
// order, then the host's channels by name; a channel without contacts is left
// out.
func CountChannels(records iter.Seq[Interaction]) []ChannelCount {
	counts := make(map[Channel]int)
	for x := range records {
		counts[x.Channel]++
	}
	out := make([]ChannelCount, 0, len(counts))
	for c, n := range counts {
		out = append(out, ChannelCount{Channel: c, Count: n})
	}
	slices.SortFunc(out, func(a, b ChannelCount) int { return compareChannels(a.Channel, b.Channel) })
	return out
}

// A Topic is one issue of one customer as the timeline tells it.
type Topic struct {
	Customer string
	Issue    string
	Case     string // of the latest contact that names one
	Since    time.Time
	Last     time.Time
	Contacts int       // inbound contacts by people
	Channels []Channel // in order of first use
	Outcome  Outcome   // of the latest contact that states one; unset when none does
}

// IsOpen reports whether the issue still wants settling: the customer has
// written and the latest stated outcome does not say resolved or informed.
func (p Topic) IsOpen() bool {
	return p.Contacts > 0 && p.Outcome != OutcomeResolved && p.Outcome != OutcomeInformed
}

type topicKey struct{ customer, issue string }

// Topics lists the issues that the records name, in order of their first
// contact. Records without an issue belong to none.
func (t Timeline) Topics() []Topic {
	at := make(map[topicKey]int)
	var out []Topic
	t.byTime.walk(nil, nil, func(x *Interaction) bool {
		if x.Issue == "" {
			return true
		}
		key := topicKey{x.Customer, x.Issue}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, Topic{Customer: x.Customer, Issue: x.Issue, Since: x.At})
		}
		out[i].note(x)
		return true
	})
	return out
}

func (p *Topic) note(x *Interaction) {
	p.Last = x.At
	if x.Case != "" {
		p.Case = x.Case
	}
	if x.Direction == Inbound && x.IsHuman() {
		p.Contacts++
		if x.Outcome == 0 && (p.Outcome == OutcomeResolved || p.Outcome == OutcomeInformed) {
			p.Outcome = OutcomeOpen // the customer came back
		}
	}
	if x.Outcome != 0 {
		p.Outcome = x.Outcome
	}
	if !slices.Contains(p.Channels, x.Channel) {
		p.Channels = append(p.Channels, x.Channel)
	}
}

// OpenIssues lists the topics that are still open, oldest first.
func (t Timeline) OpenIssues() []Topic {
	return slices.DeleteFunc(t.Topics(), func(p Topic) bool { return !p.IsOpen() })
}

// A Summary is what an agent wants to see before the first word.
type Summary struct {
	Contacts  int            // records of every kind
	First     time.Time      // instant of the first; zero when there is none
	Last      Interaction    // the latest
	ByChannel []ChannelCount // see CountChannels
	Preferred Channel        // on which the customer wrote most often, the later used first on a tie; empty when never
	Lang      language.Tag   // of the latest inbound contact that has one; Und when none has
	Mood      Sentiment      // latest measured
	Open      []Topic        // see OpenIssues
}

// Summary condenses the timeline; ok is false when it is empty. It is meant for
// the timeline of one customer, see Of.
func (t Timeline) Summary() (s Summary, ok bool) {
	if t.Len() == 0 {
		return Summary{}, false
	}
	first, _ := t.First()
	last, _ := t.Last()
	s = Summary{
		Contacts: t.Len(), First: first.At, Last: last,
		ByChannel: CountChannels(t.All()), Open: t.OpenIssues(),
	}
	used := make(map[Channel]int)
	latest := make(map[Channel]time.Time)
	for x := range t.All() {
		if !x.Sentiment.IsZero() {
			s.Mood = x.Sentiment
		}
		if x.Direction != Inbound || !x.IsHuman() {
			continue
		}
		used[x.Channel]++
		latest[x.Channel] = x.At
		if x.Lang != language.Und {
			s.Lang = x.Lang
		}
	}
	for _, c := range s.ByChannel {
		n, best := used[c.Channel], used[s.Preferred]
		if n > best || n > 0 && n == best && latest[c.Channel].After(latest[s.Preferred]) {
			s.Preferred = c.Channel
		}
	}
	return s, true
}
