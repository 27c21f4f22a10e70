package interaction

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
)

// A FactKind says what other parts of a host may want to know: figures, points,
// thanks.
type FactKind uint8

// The kinds of facts.
const (
	FactPromiseKept      FactKind = iota + 1 // in time
	FactPromiseKeptEarly                     // before its time: beside FactPromiseKept
	FactPromiseBroken                        // its time passed
	FactGesture                              // something done beyond what was owed
	FactAnswerGiven                          // a customer answered another in the community
	FactAnswerAccepted                       // that answer was accepted
	FactReferral                             // a customer brought another
	FactReview                               // a customer wrote a review
)

var factNames = []string{
	"promise_kept", "promise_kept_early", "promise_broken", "gesture",
	"answer_given", "answer_accepted", "referral", "review",
}

// String names the kind.
func (k FactKind) String() string { return enumString("fact", factNames, k) }

// MarshalText writes the name; an unset kind is an error.
func (k FactKind) MarshalText() ([]byte, error) { return enumMarshal("fact", factNames, k) }

// UnmarshalText reads a name.
func (k *FactKind) UnmarshalText(text []byte) error { return enumParse("fact", factNames, text, k) }

// A Fact is something that happened to or by a customer and is worth more than
// its own record. Kind, Customer, Ref and Where make it unique.
type Fact struct {
	Kind     FactKind      `json:"kind"`
	Customer string        `json:"customer"`
	At       time.Time     `json:"at"`
	Where    string        `json:"where,omitzero"` // case, community thread, product
	Ref      string        `json:"ref,omitzero"`   // promise, gesture, post, review, or the customer referred
	By       time.Duration `json:"by_ns,omitzero"` // by how much a promise was early or late
	Detail   string        `json:"detail,omitzero"`
}

// ReferralFact is the fact that one customer brought another.
func ReferralFact(customer, referred string, at time.Time) Fact {
	return Fact{Kind: FactReferral, Customer: customer, At: at, Ref: referred}
}

// ReviewFact is the fact that a customer wrote a review about something.
func ReviewFact(customer, about, review string, at time.Time) Fact {
	return Fact{Kind: FactReview, Customer: customer, At: at, Where: about, Ref: review}
}

// Facts lists what is settled about the case's promises and gestures, as seen at
// now, in order of time. A promise counts as kept early by margin as in
// PromiseCounts.Add. A merged case has none: they are told by the case that
// carries on, except its own gestures.
func (c Case) Facts(now time.Time, margin time.Duration) []Fact {
	var out []Fact
	if c.Status != StatusMerged {
		for _, p := range c.Promises {
			out = append(out, p.facts(c, now, margin)...)
		}
	}
	for _, g := range c.Gestures {
		if !g.At.After(now) {
			out = append(out, Fact{Kind: FactGesture, Customer: c.Customer, At: g.At, Where: c.ID, Ref: g.ID, Detail: g.What})
		}
	}
	sortFacts(out)
	return out
}

func (p Promise) facts(c Case, now time.Time, margin time.Duration) []Fact {
	fact := Fact{Customer: c.Customer, Where: c.ID, Ref: p.ID, Detail: p.What}
	switch p.Verdict(now) {
	case PromiseKept:
		early, _ := p.Early(now)
		fact.Kind, fact.At, fact.By = FactPromiseKept, p.Settled, early
		if early > 0 && early >= margin {
			more := fact
			more.Kind = FactPromiseKeptEarly
			return []Fact{fact, more}
		}
		return []Fact{fact}
	case PromiseBroken:
		fact.Kind, fact.At = FactPromiseBroken, p.By
		fact.By, _ = p.Late(now)
		return []Fact{fact}
	default:
		return nil
	}
}

func sortFacts(list []Fact) {
	slices.SortStableFunc(list, func(a, b Fact) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Ref, b.Ref))
	})
}

// AdvocacyCounts counts what one customer did for the business. Merge joins shards.
type AdvocacyCounts struct {
	Customer  string `json:"customer"`
	Referrals int64  `json:"referrals"`
	Reviews   int64  `json:"reviews"`
	Answers   int64  `json:"answers"`  // given in the community
	Accepted  int64  `json:"accepted"` // of them
}

// Merge gives the counts of both, under the customer of the first.
func (a AdvocacyCounts) Merge(b AdvocacyCounts) AdvocacyCounts {
	return AdvocacyCounts{
		Customer: a.Customer, Referrals: a.Referrals + b.Referrals, Reviews: a.Reviews + b.Reviews,
		Answers: a.Answers + b.Answers, Accepted: a.Accepted + b.Accepted,
	}
}

type factKey struct {
	kind                 FactKind
	customer, where, ref string
}

// CountAdvocacy counts the advocacy facts by customer, ordered by customer. A
// fact that occurs twice counts once; other kinds of facts are passed over.
func CountAdvocacy(facts iter.Seq[Fact]) []AdvocacyCounts {
	seen := make(map[factKey]bool)
	counts := make(map[string]*AdvocacyCounts)
	for f := range facts {
		key := factKey{f.Kind, f.Customer, f.Where, f.Ref}
		if f.Kind < FactAnswerGiven || f.Kind > FactReview || seen[key] {
			continue
		}
		seen[key] = true
		a := counts[f.Customer]
		if a == nil {
			a = &AdvocacyCounts{Customer: f.Customer}
			counts[f.Customer] = a
		}
		switch f.Kind {
		case FactReferral:
			a.Referrals++
		case FactReview:
			a.Reviews++
		case FactAnswerGiven:
			a.Answers++
		case FactAnswerAccepted:
			a.Accepted++
		}
	}
	out := make([]AdvocacyCounts, 0, len(counts))
	for _, a := range counts {
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b AdvocacyCounts) int { return strings.Compare(a.Customer, b.Customer) })
	return out
}
