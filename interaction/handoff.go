package interaction

import "time"

// A HandOff moves an issue, with what is known about it, to another person, team
// or channel. It is the same issue afterwards.
type HandOff struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	From    string    `json:"from,omitzero"` // person or team; empty: nobody had it
	To      string    `json:"to"`            // person or team
	FromOn  Channel   `json:"from_on,omitzero"`
	ToOn    Channel   `json:"to_on,omitzero"` // empty: the channel stays
	Warm    bool      `json:"warm,omitzero"`  // the next one was briefed before the customer met them
	Reason  string    `json:"reason,omitzero"`
	Carried []string  `json:"carried,omitempty"` // data handed on, so that nobody asks for it again
	Support bool      `json:"support,omitzero"`  // the agent called for support, or needs to recover
}

// Validate reports every fault of the hand-off. It must change the person or the
// channel.
func (h HandOff) Validate() error {
	var fs faults
	fs.id("id", h.ID, true)
	fs.instant("at", h.At)
	fs.id("from", h.From, false)
	fs.id("to", h.To, true)
	fs.text("reason", h.Reason)
	for _, c := range []Channel{h.FromOn, h.ToOn} {
		if c != "" && !c.Valid() {
			fs.add("channel", string(c), nameRule)
		}
	}
	if h.From == h.To && (h.ToOn == "" || h.ToOn == h.FromOn) {
		fs.add("to", h.To, "changes neither person nor channel")
	}
	for _, data := range h.Carried {
		fs.id("carried", data, true)
	}
	return fs.join()
}

// IsTransfer reports whether the issue went to another person or team.
func (h HandOff) IsTransfer() bool { return h.From != "" && h.From != h.To }

// IsHop reports whether the issue went to another channel.
func (h HandOff) IsHop() bool { return h.ToOn != "" && h.ToOn != h.FromOn }

// LeavesPublic reports whether the channel profiles say that the hand-off moves
// from a public to a private channel: an answer that goes on in private is a
// hand-off, not a new issue.
func (h HandOff) LeavesPublic(profiles *Profiles) bool {
	from, known := profiles.Lookup(h.FromOn)
	to, knownTo := profiles.Lookup(h.ToOn)
	return known && knownTo && from.Public && !to.Public
}
