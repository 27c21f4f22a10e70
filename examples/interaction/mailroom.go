package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
)

// A mailroom sends what the business writes of its own accord. The gate decides,
// from the facts at the instant of sending.
type mailroom struct {
	gate *outreach.Gate
	zone map[string]string // of the customers
	sent map[string][]outreach.Sent
}

func newMailroom() (*mailroom, error) {
	gate, err := outreach.NewGate(outreach.DefaultPolicy())
	if err != nil {
		return nil, err
	}
	return &mailroom{
		gate: gate,
		zone: map[string]string{"sato": "Asia/Tokyo", "weber": "Europe/Berlin"},
		sent: make(map[string][]outreach.Sent),
	}, nil
}

// facts are what is known about a customer now. Both have agreed to marketing by
// mail; whether a complaint is open, the cases tell.
func (h *host) facts(customer string) outreach.Facts {
	f := outreach.Facts{
		Consents: []outreach.Consent{{Channel: interaction.Email, Purpose: outreach.Marketing, State: outreach.Granted}},
		Zone:     h.mail.zone[customer],
		Sent:     h.mail.sent[customer],
	}
	ids, err := h.desk.Store.CasesOf(h.ctx, customer)
	if err != nil {
		h.fail(err)
		f.Missing |= outreach.FacetComplaint
	}
	for _, id := range ids {
		c, err := h.desk.Case(h.ctx, id)
		if err != nil {
			h.fail(err)
			f.Missing |= outreach.FacetComplaint
			continue
		}
		f.OpenComplaint = f.OpenComplaint || c.Purpose == interaction.PurposeComplaint && c.Status.IsOpen()
	}
	return f
}

// offer asks the gate. What is deferred is asked about again when its instant
// has come, since by then the facts may be others.
func (h *host) offer(customer string, m outreach.Message, what string) {
	now := h.clock.now
	f := h.facts(customer)
	d := h.mail.gate.Decide(now, &f, &m)
	h.page.line(now, "", fmt.Sprintf("%s: %s, to %s", d.Verdict, what, customer))
	h.checks(d, h.mail.zone[customer])
	switch d.Verdict {
	case outreach.Send:
		h.mail.sent[customer] = append(h.mail.sent[customer], outreach.Sent{Key: m.Key, At: now, Channel: d.Channel, Purpose: m.Purpose})
	case outreach.Defer:
		h.at(d.Until, func(time.Time) { h.offer(customer, m, what) })
	}
}

// checks tells what the gate asked: what passed on one line, and what did not with
// the recipient's own time.
func (h *host) checks(d outreach.Decision, zone string) {
	var passed []string
	for _, l := range d.Trace {
		if l.Reason == 0 {
			passed = append(passed, l.Check.String())
		}
	}
	h.page.why("passed", strings.Join(passed, ", "), time.Time{})
	for _, l := range d.Trace {
		if l.Reason == 0 {
			continue
		}
		text := l.Reason.String()
		if loc, err := outreach.LoadZone(zone); err == nil && !l.Until.IsZero() {
			text += ", it is " + d.At.In(loc).Format("Mon 15:04 MST") + ", wait until " + l.Until.In(loc).Format("Mon 15:04 MST")
		}
		h.page.why(l.Check.String(), text, l.Until)
	}
}

// tips is a message about cleaning lenses.
func tips(key string) outreach.Message {
	return outreach.Message{Key: key, Channels: []interaction.Channel{interaction.Email}, Purpose: outreach.Marketing, Topic: "tips"}
}
