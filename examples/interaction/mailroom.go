package main

import (
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
)

// A mailroom sends what the business writes of its own accord, inside the hours
// that the recipient's morning and evening allow.
type mailroom struct {
	hours map[string]*businesstime.Calendar // by customer
}

// offer sends a message now, or asks the timer for the first instant at which it
// may be sent, and decides again then.
func (h *host) offer(customer, what string) {
	now := h.clock.now
	hours := h.gate.hours[customer]
	until, err := hours.NextOpen(now)
	if err != nil {
		h.fail(err)
		return
	}
	if until.After(now) {
		h.page.line(now, "", "deferred: "+what)
		h.page.why("quiet hours", "it is "+local(now, hours)+" where the customer is; not before "+local(until, hours), until)
		h.at(until, func(time.Time) { h.offer(customer, what) })
		return
	}
	h.page.line(now, "", "sent: "+what)
	h.page.why("quiet hours", "it is "+local(now, hours)+" where the customer is", time.Time{})
}

func local(t time.Time, c *businesstime.Calendar) string {
	return t.In(c.Location()).Format("Mon 15:04 MST")
}
