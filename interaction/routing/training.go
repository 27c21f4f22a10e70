package routing

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/stat"
)

// Handled is one contact that ended, as far as training is concerned.
type Handled struct {
	Agent    string
	Skills   []string     // that it took
	Language language.Tag // in which it was held; the zero value: not known
	Theme    string       // what it was about; may be empty

	Transferred bool // handed to somebody else
	Repeated    bool // the customer came back with the same matter
	Scored      bool // the customer rated it
	Low         bool // and the rating was low, by the host's measure; needs Scored
}

// Aspect is what a training need is about.
type Aspect uint8

// The aspects.
const (
	InSkill Aspect = iota + 1
	InLanguage
	InTheme
)

var aspectNames = [...]string{"skill", "language", "theme"}

// String is the aspect's name.
func (a Aspect) String() string {
	if a >= InSkill && a <= InTheme {
		return aspectNames[a-1]
	}
	return fmt.Sprintf("aspect(%d)", uint8(a))
}

// MarshalText writes the name; an unset aspect is an error.
func (a Aspect) MarshalText() ([]byte, error) {
	if a < InSkill || a > InTheme {
		return nil, fmt.Errorf("%w: aspect %d", ErrInput, uint8(a))
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads a name.
func (a *Aspect) UnmarshalText(text []byte) error {
	for i, name := range aspectNames {
		if name == string(text) {
			*a = Aspect(i + 1)
			return nil
		}
	}
	return fmt.Errorf("%w: aspect %q", ErrInput, text[:min(len(text), 40)])
}

// Signal is what shows a training need.
type Signal uint8

// The signals.
const (
	Transfers Signal = iota + 1 // contacts handed on
	Repeats                     // customers who came back with the same matter
	LowScores                   // low ratings, of those that were rated
)

var signalNames = [...]string{"transfers", "repeats", "low_scores"}

// String is the signal's name.
func (s Signal) String() string {
	if s >= Transfers && s <= LowScores {
		return signalNames[s-1]
	}
	return fmt.Sprintf("signal(%d)", uint8(s))
}

// MarshalText writes the name; an unset signal is an error.
func (s Signal) MarshalText() ([]byte, error) {
	if s < Transfers || s > LowScores {
		return nil, fmt.Errorf("%w: signal %d", ErrInput, uint8(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a name.
func (s *Signal) UnmarshalText(text []byte) error {
	for i, name := range signalNames {
		if name == string(text) {
			*s = Signal(i + 1)
			return nil
		}
	}
	return fmt.Errorf("%w: signal %q", ErrInput, text[:min(len(text), 40)])
}

type topic struct {
	agent  string // empty: everybody
	aspect Aspect // zero: whatever it was about
	name   string
}

// tally is hits and trials by signal.
type tally struct{ hits, of [3]int64 }

func (t *tally) add(h *Handled) {
	for i, one := range [3]struct{ hit, counts bool }{{h.Transferred, true}, {h.Repeated, true}, {h.Low, h.Scored}} {
		if one.counts {
			t.of[i]++
			if one.hit {
				t.hits[i]++
			}
		}
	}
}

// TrainingNeeds counts which skills, languages and themes produce transfers, repeats
// and low scores, for everybody and for each agent. The zero value is empty. It is not
// safe for concurrent use: count in shards and Merge them, in any order.
type TrainingNeeds struct{ counts map[topic]*tally }

// Add counts a contact. A contact that is low without being scored is ErrInput and not
// counted; so is one without an agent.
func (n *TrainingNeeds) Add(h Handled) error {
	if h.Agent == "" || (h.Low && !h.Scored) {
		return &FieldError{Field: "Handled", Detail: "needs an agent, and a score to be low", Err: ErrInput}
	}
	if n.counts == nil {
		n.counts = make(map[topic]*tally)
	}
	for _, agent := range [2]string{"", h.Agent} {
		n.at(topic{agent: agent}).add(&h)
		for i, skill := range h.Skills {
			if !slices.Contains(h.Skills[:i], skill) {
				n.at(topic{agent, InSkill, skill}).add(&h)
			}
		}
		if !h.Language.IsRoot() {
			n.at(topic{agent, InLanguage, h.Language.String()}).add(&h)
		}
		if h.Theme != "" {
			n.at(topic{agent, InTheme, h.Theme}).add(&h)
		}
	}
	return nil
}

func (n *TrainingNeeds) at(k topic) *tally {
	t := n.counts[k]
	if t == nil {
		t = &tally{}
		n.counts[k] = t
	}
	return t
}

// Merge adds the counts of another, nil being none. It is associative and commutative.
func (n *TrainingNeeds) Merge(o *TrainingNeeds) {
	if o == nil {
		return
	}
	if n.counts == nil {
		n.counts = make(map[topic]*tally, len(o.counts))
	}
	for k, t := range o.counts {
		into := n.at(k)
		for i := range t.of {
			into.hits[i] += t.hits[i]
			into.of[i] += t.of[i]
		}
	}
}

// CountTraining counts contacts in one pass. It stops at the first that Add refuses.
func CountTraining(contacts iter.Seq[Handled]) (*TrainingNeeds, error) {
	n := &TrainingNeeds{}
	for h := range contacts {
		if err := n.Add(h); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// Need is a fact about where training would help: of so many contacts more went wrong
// than is usual.
type Need struct {
	Agent  string  `json:"agent,omitzero"` // empty: the team
	Aspect Aspect  `json:"aspect"`
	Name   string  `json:"name"` // of the skill, language or theme
	Signal Signal  `json:"signal"`
	Hits   int64   `json:"hits"`
	Of     int64   `json:"of"`
	Share  float64 `json:"share"` // Hits / Of
	Low    float64 `json:"low"`   // Wilson interval of the share
	High   float64 `json:"high"`
	Usual  float64 `json:"usual"` // the share over all contacts of everybody
}

// String writes the need as people read it.
func (n Need) String() string {
	who := n.Agent
	if who == "" {
		who = "the team"
	}
	return fmt.Sprintf("%s, %s %s: %s in %d of %d contacts, %.1f %% (%.1f to %.1f), usual %.1f %%",
		who, n.Aspect, n.Name, n.Signal, n.Hits, n.Of, 100*n.Share, 100*n.Low, 100*n.High, 100*n.Usual)
}

// NeedOptions of [TrainingNeeds.Needs]; nil is the default of each.
type NeedOptions struct {
	Least int     // contacts below which nothing is said; zero is 20
	Level float64 // of confidence, between 0 and 1; zero is 0.95
}

// Needs lists the skills, languages and themes whose share of transfers, repeats or
// low scores is above what is usual for all contacts, by more than chance: the lower end of
// its Wilson interval lies above the usual share. The largest excess comes first, ties in order of agent,
// aspect, name and signal. Many shares are looked at together, so that at a level of
// 95 % one in forty that is usual shows up all the same. ErrNoData when no contact was
// counted; ErrInput for options out of range.
func (n *TrainingNeeds) Needs(o *NeedOptions) ([]Need, error) {
	least, level := int64(20), 0.95
	if o != nil && o.Least != 0 {
		least = int64(o.Least)
	}
	if o != nil && o.Level != 0 {
		level = o.Level
	}
	if least < 1 || !(level > 0 && level < 1) {
		return nil, &FieldError{Field: "NeedOptions", Detail: "needs Least of at least 1 and a Level between 0 and 1", Err: ErrInput}
	}
	all := n.counts[topic{}]
	if all == nil {
		return nil, ErrNoData
	}
	var out []Need
	for k, t := range n.counts {
		if k.aspect == 0 {
			continue
		}
		for i := range t.of {
			if t.of[i] < least {
				continue
			}
			need := Need{Agent: k.agent, Aspect: k.aspect, Name: k.name, Signal: Signal(i + 1), Hits: t.hits[i], Of: t.of[i]}
			need.Share = float64(need.Hits) / float64(need.Of)
			need.Usual = float64(all.hits[i]) / float64(all.of[i])
			need.Low, need.High = stat.Wilson(float64(need.Hits), float64(need.Of), level)
			if need.Low > need.Usual {
				out = append(out, need)
			}
		}
	}
	slices.SortFunc(out, func(a, b Need) int {
		return cmp.Or(cmp.Compare(b.Share-b.Usual, a.Share-a.Usual), cmp.Compare(a.Agent, b.Agent),
			cmp.Compare(a.Aspect, b.Aspect), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Signal, b.Signal))
	})
	return out, nil
}
