package desk

import (
	"context"
	"time"

	"github.com/rapport-go/rapport/customer"
)

// questions of consent that the shop asks.
var (
	purposes = []customer.Purpose{customer.Marketing, customer.Research, customer.Profiling}
	channels = map[customer.Purpose][]customer.Channel{
		customer.Marketing: {customer.ByEmail, customer.ByPhone},
		customer.Research:  {customer.ByEmail},
		customer.Profiling: {customer.AnyChannel},
	}
	kinds = map[customer.Channel]customer.ContactKind{customer.ByEmail: customer.Email, customer.ByPhone: customer.Phone}
)

// consents answers every question for a customer, at the point that would be used.
func (a *App) consents(ctx context.Context, r *record, now time.Time) ([]ConsentView, error) {
	out := []ConsentView{}
	for _, purpose := range purposes {
		for _, channel := range channels[purpose] {
			v, err := a.allowed(ctx, r, purpose, channel, now)
			if err != nil {
				return nil, err
			}
			view := ConsentView{Purpose: string(purpose), Channel: string(channel), Allowed: v.Allowed, Reason: v.Reason.String(), Until: v.Until}
			if v.By != nil {
				view.Since = v.By.At
				if v.By.Basis != 0 {
					view.Basis = v.By.Basis.String()
				}
				if v.By.Proof != nil {
					view.Proof = v.By.Proof.Method + " " + v.By.Proof.Wording
				}
			}
			out = append(out, view)
		}
	}
	return out, nil
}

// allowed asks about the first point of the channel's kind; a suppressed one is refused
// whoever holds it.
func (a *App) allowed(ctx context.Context, r *record, purpose customer.Purpose, channel customer.Channel, now time.Time) (customer.ConsentVerdict, error) {
	q := customer.ConsentQuestion{Purpose: purpose, Channel: channel, At: now}
	kind, ok := kinds[channel]
	if !ok {
		return r.c.Consent.Allowed(q), nil
	}
	for _, p := range r.c.Points {
		if p.Kind == kind {
			q.Point = p.Canonical
			return a.people.Allowed(ctx, r.c.ID, kind, q)
		}
	}
	return r.c.Consent.Allowed(q), nil
}

// RecordConsent grants or withdraws consent and returns the answers as they are now.
func (a *App) RecordConsent(ctx context.Context, c ConsentCommand) ([]ConsentView, error) {
	r, ok := a.world.find(c.Customer)
	if !ok {
		return nil, notFound("/customer", "customer")
	}
	record := customer.ConsentRecord{Purpose: customer.Purpose(c.Purpose), Channel: customer.Channel(c.Channel), Source: "desk"}
	var wrong check
	wrong.need(c.Purpose != "", "/purpose", "required", "say for which purpose")
	wrong.need(c.Channel != "", "/channel", "required", "say for which channel, or * for all")
	switch c.Action {
	case "grant":
		wrong.need(c.Method != "", "/method", "required", "say how it was given: it can only be shown with proof")
		record.Type, record.Basis = customer.Granted, customer.BasisConsent
		record.Proof = &customer.Proof{Method: c.Method, Wording: c.Wording}
	case "withdraw":
		record.Type = customer.Withdrawn
	case "object":
		record.Type = customer.Objected
	default:
		wrong.need(false, "/action", "unknown", "grant, withdraw or object")
	}
	if err := wrong.err(); err != nil {
		return nil, err
	}
	asked := c
	asked.Key = ""
	_, _, err := once(ctx, a, "consent", c.Key, r.id, asked, func(ctx context.Context, u unit) (bool, error) {
		record.At = u.at
		_, err := u.people().Do(ctx, customer.Request{Key: u.part("consent"), ID: customer.ID(c.Customer), At: u.at, Options: customer.DecideOptions{Source: "desk"}}, customer.ConsentRecorded{Record: record})
		return true, err
	})
	if err != nil {
		return nil, err
	}
	if err := a.world.refresh(ctx, a, r.id); err != nil {
		return nil, err
	}
	if r, ok = a.world.find(r.id); !ok {
		return nil, notFound("/customer", "customer")
	}
	return a.consents(ctx, r, a.Now())
}
