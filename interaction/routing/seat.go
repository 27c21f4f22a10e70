package routing

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/interaction"
)

// set is a set of seats, one bit each.
type set []uint64

func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) put(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) drop(i int)     { s[i/64] &^= 1 << (i % 64) }

func (s set) count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s set) each(f func(i int)) {
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			f(k*64 + bits.TrailingZeros64(w))
		}
	}
}

// and writes the intersection of a and b into s, which it returns.
func (s set) and(a, b set) set {
	for k := range s {
		s[k] = a[k] & b[k]
	}
	return s
}

// seat is an agent in a round.
type seat struct {
	agent    *Agent
	capacity int64
	load     int64 // units held, those given in this round included
	aside    int64 // of them interruptible
	last     time.Time
	hard     time.Time // the last difficult contact of this round
	row      int
	reserved bool
}

// fits reports whether the weight finds room. Interruptible work gives way to work
// that is not.
func (s *seat) fits(weight int, interruptible bool) bool {
	held := s.load
	if !interruptible {
		held -= s.aside
	}
	return !s.reserved && held+int64(weight) <= s.capacity
}

type holder struct {
	seat  int32
	level int32
}

type wanted struct {
	tag   language.Tag
	level CEFR
}

// spokenTag is one of the tags that agents name, and who speaks it.
type spokenTag struct {
	tongue  tongue
	holders []holder
}

// board is a round in the making: the agents as sets by what they can do, so that
// what an item needs is an intersection of a few words.
type board struct {
	policy *Policy
	now    time.Time
	queue  []place
	seats  []seat // by ID
	words  int

	present, rested, steady set
	open, openAside         set // has a unit of room, for work that is not interruptible and that is
	cur, tried, union       set // scratch

	onChannel map[interaction.Channel]set
	holders   map[string][]holder
	skilled   map[Skill]set
	tags      []spokenTag
	tagIndex  map[language.Tag]int
	speaking  map[wanted]set
}

func newBoard(p *Policy, now time.Time, items []Item, agents []Agent) *board {
	b := &board{
		policy: p, now: now, seats: make([]seat, len(agents)), words: (len(agents) + 63) / 64,
		onChannel: map[interaction.Channel]set{}, holders: map[string][]holder{}, skilled: map[Skill]set{},
		tagIndex: map[language.Tag]int{}, speaking: map[wanted]set{},
	}
	for i := range agents {
		a := &agents[i]
		b.seats[i] = seat{
			agent: a, capacity: int64(a.Capacity), load: int64(a.Load), aside: int64(a.Interruptible),
			last: a.LastAssigned, row: a.InRow,
		}
	}
	slices.SortFunc(b.seats, func(x, y seat) int { return strings.Compare(x.agent.ID, y.agent.ID) })
	for _, s := range []*set{&b.present, &b.rested, &b.steady, &b.open, &b.openAside, &b.cur, &b.tried, &b.union} {
		*s = b.newSet()
	}
	for i := range b.seats {
		b.sit(i)
	}
	b.line(items)
	return b
}

func (b *board) newSet() set { return make(set, b.words) }

// sit enters an agent into the sets.
func (b *board) sit(i int) {
	s := &b.seats[i]
	a, care := s.agent, b.policy.Care
	if a.Presence == Online && (a.Shift == nil || a.Shift.IsOpen(b.now)) {
		b.present.put(i)
	}
	if care.Recovery == 0 || a.LastDifficult.IsZero() || !b.now.Before(a.LastDifficult.Add(care.Recovery)) {
		b.rested.put(i)
	}
	if care.Rest > 0 && !b.now.Before(s.rowSince().Add(care.Rest)) {
		s.row = 0
	}
	if care.MaxInRow == 0 || s.row < care.MaxInRow {
		b.steady.put(i)
	}
	for _, skill := range a.Skills {
		b.holders[skill.Name] = append(b.holders[skill.Name], holder{int32(i), int32(skill.Level)})
	}
	for _, f := range a.Languages {
		k, ok := b.tagIndex[f.Tag]
		if !ok {
			k = len(b.tags)
			b.tagIndex[f.Tag] = k
			b.tags = append(b.tags, spokenTag{tongue: tongueOf(f.Tag)})
		}
		b.tags[k].holders = append(b.tags[k].holders, holder{int32(i), int32(f.Level)})
	}
	b.refresh(i)
}

// refresh keeps the sets of those who have a unit of room.
func (b *board) refresh(i int) {
	s := &b.seats[i]
	for _, one := range []struct {
		set   set
		aside bool
	}{{b.open, false}, {b.openAside, true}} {
		if s.fits(1, one.aside) {
			one.set.put(i)
		} else {
			one.set.drop(i)
		}
	}
}

// each visits the seats of a set that have a unit of room.
func (b *board) each(from set, interruptible bool, f func(i int)) {
	open := b.open
	if interruptible {
		open = b.openAside
	}
	for k, w := range from {
		for w &= open[k]; w != 0; w &= w - 1 {
			f(k*64 + bits.TrailingZeros64(w))
		}
	}
}

func (b *board) works(ch interaction.Channel) set {
	s, ok := b.onChannel[ch]
	if !ok {
		s = b.newSet()
		for i := range b.seats {
			if list := b.seats[i].agent.Channels; len(list) == 0 || slices.Contains(list, ch) {
				s.put(i)
			}
		}
		b.onChannel[ch] = s
	}
	return s
}

func (b *board) able(need Skill) set {
	s, ok := b.skilled[need]
	if !ok {
		s = b.newSet()
		for _, h := range b.holders[need.Name] {
			if int(h.level) >= need.Level {
				s.put(int(h.seat))
			}
		}
		b.skilled[need] = s
	}
	return s
}

func (b *board) speakers(want wanted) set {
	s, ok := b.speaking[want]
	if !ok {
		s = b.newSet()
		tongue := tongueOf(want.tag)
		for k := range b.tags {
			if tongue.near(b.tags[k].tongue) == Foreign {
				continue
			}
			for _, h := range b.tags[k].holders {
				if h.level >= int32(want.level) {
					s.put(int(h.seat))
				}
			}
		}
		b.speaking[want] = s
	}
	return s
}

// levelIn is the least level of language in a step.
func (it *Item) levelIn(step int) CEFR {
	if step >= 0 && it.Steps[step].Level != 0 {
		return it.Steps[step].Level
	}
	return it.Level
}

// qualify leaves in cur the agents who could take the item if they had room, and
// writes down how many each check left, and the reason if it left nobody.
func (b *board) qualify(it *Item, step int, d *Decision) {
	left := func(into *int, why Reason) {
		*into = b.cur.count()
		if *into == 0 && d.Reason == 0 {
			d.Reason = why
		}
	}
	f := &d.Funnel
	f.Agents = len(b.seats)
	copy(b.cur, b.present)
	left(&f.Present, NobodyPresent)
	if it.Channel != "" {
		b.cur.and(b.cur, b.works(it.Channel))
	}
	left(&f.Channel, NobodyOnChannel)
	if len(it.Languages) > 0 {
		clear(b.union)
		for _, tag := range it.Languages {
			for k, w := range b.speakers(wanted{tag, it.levelIn(step)}) {
				b.union[k] |= w
			}
		}
		b.cur.and(b.cur, b.union)
	}
	left(&f.Speak, NobodySpeaks)
	for _, need := range it.Need {
		b.cur.and(b.cur, b.able(need))
	}
	if step >= 0 {
		for _, need := range it.Steps[step].Need {
			b.cur.and(b.cur, b.able(need))
		}
	}
	left(&f.Skilled, NobodySkilled)
	if step >= 0 && len(it.Steps[step].Only) > 0 {
		clear(b.union)
		for _, id := range it.Steps[step].Only {
			if i, ok := b.byID(id); ok {
				b.union.put(i)
			}
		}
		b.cur.and(b.cur, b.union)
	}
	left(&f.Named, NobodyNamed)
	b.cur.and(b.cur, b.rested)
	if it.Difficult {
		b.cur.and(b.cur, b.steady)
	}
	left(&f.Rested, Recovering)
}
