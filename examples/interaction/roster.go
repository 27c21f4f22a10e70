package main

import (
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/routing"
)

// newRouter makes the desk's rules for who takes what: after a difficult contact
// a pause, and never more than two of them in a row.
func newRouter() (*routing.Router, error) {
	return routing.NewRouter(routing.Policy{
		AgingStep: 15 * time.Minute,
		Care:      routing.Care{Recovery: 15 * time.Minute, MaxInRow: 2, Rest: 2 * time.Hour, SupportAt: 2},
	})
}

// roster is who is on duty. Ben has more room, Ada speaks Japanese.
func (h *host) roster() []routing.Agent {
	return []routing.Agent{
		{
			ID: "ada", Presence: routing.Online, Shift: h.hours, Capacity: 4, Load: 2,
			Languages: []routing.Fluency{{Tag: language.Japanese, Level: routing.C1}, {Tag: language.English, Level: routing.C2}},
		},
		{
			ID: "ben", Presence: routing.Online, Shift: h.hours, Capacity: 4, Load: 1,
			Languages: []routing.Fluency{{Tag: language.German, Level: routing.C2}, {Tag: language.English, Level: routing.C1}},
		},
	}
}

// route asks who takes a case, tells why, and gives it to them.
func (h *host) route(id string, ch interaction.Channel, difficult bool, languages ...language.Tag) {
	plan, err := h.router.Assign(h.clock.now, []routing.Item{{
		ID: id, Enqueued: h.clock.now, Channel: ch, Languages: languages, Level: routing.B2, Difficult: difficult,
	}}, h.roster())
	if err != nil {
		h.fail(err)
		return
	}
	h.page.line(h.clock.now, id, "who takes it?")
	for line := range strings.SplitSeq(strings.TrimSpace(plan.Explain()), "\n") {
		h.page.why("routing", line, time.Time{})
	}
	for d := range plan.Assigned() {
		h.do(d.Item, "it goes to "+d.Agent, interaction.Actor{Role: interaction.RoleSystem}, interaction.AssignOwner{Owner: d.Agent})
	}
}
