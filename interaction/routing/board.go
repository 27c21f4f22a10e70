package routing

import (
	"fmt"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/interaction"
)

// Skill is a skill and a level of it: what an agent has, or the least that an item
// needs. Levels are the host's, 0 to 1000.
type Skill struct {
	Name  string `json:"name"`
	Level int    `json:"level"`
}

// Step is a need that holds for a time.
type Step struct {
	Need  []Skill       // besides the item's own
	Level CEFR          // replaces the item's level of language; zero keeps it
	Only  []string      // IDs of the agents who come into question; none is all
	For   time.Duration // then the next step holds; zero, for the last only: for ever
}

// Item is work that waits.
type Item struct {
	ID       string
	Enqueued time.Time // when the wait began; in the future counts as now
	Channel  interaction.Channel
	Priority int    // greater is sooner; within a billion of zero
	Tier     string // of the customer, see Policy.Tiers; may be empty
	Weight   int    // units of capacity; zero is one
	// Need always holds. Put here what must never be given up.
	Need []Skill
	// Steps widen what is asked for as time passes: the first holds from Enqueued on for
	// its time, then the second. After the last has expired only Need and Languages remain.
	Steps []Step
	// Languages that the customer speaks, best first; none is any. Level is the least
	// that the agent needs.
	Languages []language.Tag
	Level     CEFR
	LastAgent string // who had it, or the customer, before
	Difficult bool   // an angry customer, a delicate matter
	// Interruptible work may be set aside when the agent gets work that is not.
	Interruptible bool
}

// Presence is whether an agent is there. The zero value is not.
type Presence uint8

// The presences.
const (
	Offline Presence = iota
	Online
	Away // on a break: has work, gets none
)

var presenceNames = [...]string{"offline", "online", "away"}

// String is the presence's name.
func (p Presence) String() string {
	if p <= Away {
		return presenceNames[p]
	}
	return fmt.Sprintf("presence(%d)", uint8(p))
}

// MarshalText writes the name.
func (p Presence) MarshalText() ([]byte, error) {
	if p > Away {
		return nil, fmt.Errorf("%w: presence %d", ErrInput, uint8(p))
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads a name.
func (p *Presence) UnmarshalText(text []byte) error {
	for i, name := range presenceNames {
		if name == string(text) {
			*p = Presence(i)
			return nil
		}
	}
	return fmt.Errorf("%w: presence %q is not offline, online or away", ErrInput, text[:min(len(text), 20)])
}

// Shift says when an agent works; a businesstime.Calendar is one. It must be safe for
// concurrent use where agents are shared. One that also has NextOpen is asked when the
// agent comes back, for Plan.Next.
type Shift interface {
	IsOpen(t time.Time) bool
}

// Agent is somebody who may take work.
type Agent struct {
	ID        string
	Presence  Presence
	Shift     Shift                 // nil is always
	Channels  []interaction.Channel // none is all
	Skills    []Skill
	Languages []Fluency
	Capacity  int // units in all, up to a million
	Load      int // units held
	// Interruptible is the part of Load that may be set aside.
	Interruptible int
	LastAssigned  time.Time // zero: idle for ever
	LastDifficult time.Time // when the last difficult contact ended; zero: never
	InRow         int       // difficult contacts since the last ordinary one
	AsksSupport   bool      // the agent asks for a supervisor
	Supervisor    bool      // may be called to support others
}

const (
	maxUnits    = 1_000_000
	maxPriority = 1_000_000_000
	maxLevel    = 1000
	maxSteps    = 100
)

func checkSkills(fs *faults, at func() string, list []Skill) {
	for i, s := range list {
		if s.Name == "" || s.Level < 0 || s.Level > maxLevel {
			fs.add(fmt.Sprintf("%s[%d]", at(), i), s, "must have a name and a level of 0 to 1000")
		}
	}
}

func (it *Item) check(fs *faults, i int) {
	at := func(field string) string { return fmt.Sprintf("items[%d].%s", i, field) }
	if it.ID == "" {
		fs.add(at("ID"), nil, "is required")
	}
	if it.Weight < 0 || it.Weight > maxUnits {
		fs.add(at("Weight"), it.Weight, "must be 0 to 1,000,000")
	}
	if it.Priority < -maxPriority || it.Priority > maxPriority {
		fs.add(at("Priority"), it.Priority, "must be within a billion of zero")
	}
	if it.Level > C2 {
		fs.add(at("Level"), uint8(it.Level), "is not a CEFR level")
	}
	checkSkills(fs, func() string { return at("Need") }, it.Need)
	if len(it.Steps) > maxSteps {
		fs.add(at("Steps"), len(it.Steps), "are more than 100")
	}
	for k := range it.Steps {
		s := &it.Steps[k]
		if s.For < 0 || (s.For == 0 && k < len(it.Steps)-1) {
			fs.add(at(fmt.Sprintf("Steps[%d].For", k)), s.For, "must be above zero for all but the last")
		}
		if s.Level > C2 {
			fs.add(at(fmt.Sprintf("Steps[%d].Level", k)), uint8(s.Level), "is not a CEFR level")
		}
		checkSkills(fs, func() string { return at(fmt.Sprintf("Steps[%d].Need", k)) }, s.Need)
	}
}

func (a *Agent) check(fs *faults, i int) {
	at := func(field string) string { return fmt.Sprintf("agents[%d].%s", i, field) }
	if a.ID == "" {
		fs.add(at("ID"), nil, "is required")
	}
	if a.Presence > Away {
		fs.add(at("Presence"), uint8(a.Presence), "is not one of its values")
	}
	if a.Capacity < 0 || a.Capacity > maxUnits {
		fs.add(at("Capacity"), a.Capacity, "must be 0 to 1,000,000")
	}
	if a.Load < 0 || a.Load > 2*maxUnits {
		fs.add(at("Load"), a.Load, "must be 0 to 2,000,000")
	}
	if a.Interruptible < 0 || a.Interruptible > a.Load {
		fs.add(at("Interruptible"), a.Interruptible, "must be 0 to Load")
	}
	if a.InRow < 0 {
		fs.add(at("InRow"), a.InRow, "must not be negative")
	}
	checkSkills(fs, func() string { return at("Skills") }, a.Skills)
	for k, f := range a.Languages {
		if f.Level < A1 || f.Level > C2 {
			fs.add(at(fmt.Sprintf("Languages[%d].Level", k)), uint8(f.Level), "is not a CEFR level")
		}
	}
}
