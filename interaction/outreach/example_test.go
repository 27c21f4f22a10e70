package outreach_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
)

// A marketing mail at 03:30 in the morning before the clocks go forward waits for the
// recipient's 08:00.
func ExampleGate_Decide() {
	gate, err := outreach.NewGate(outreach.DefaultPolicy())
	if err != nil {
		fmt.Println(err)
		return
	}
	facts := outreach.Facts{
		Consents: []outreach.Consent{{Channel: interaction.Email, Purpose: outreach.Marketing, State: outreach.Granted}},
		Zone:     "America/New_York",
	}
	d := gate.Decide(time.Date(2024, 3, 10, 6, 30, 0, 0, time.UTC), &facts, &outreach.Message{
		Key: "spring-sale/ann", Channels: []interaction.Channel{interaction.Email}, Purpose: outreach.Marketing,
	})
	fmt.Print(d.Explain())
	// Output:
	// spring-sale/ann at 2024-03-10T06:30:00Z: defer until 2024-03-10T12:00:00Z by email: quiet_hours
	//   expiry: passed
	//   duplicate: passed
	//   email reach: passed
	//   email suppression: passed
	//   email consent: passed (granted)
	//   email preference: passed
	//   email complaint: passed
	//   email caps: passed
	//   email hours: quiet_hours (America/New_York) until 2024-03-10T12:00:00Z
}

// A sequence asks for a message when it is due; the gate decides; the outcome moves the
// sequence on.
func ExampleSequence_Decide() {
	q, err := outreach.NewSequence(outreach.Onboarding())
	if err != nil {
		fmt.Println(err)
		return
	}
	var state outreach.State
	do := func(c outreach.Command) {
		events, err := q.Decide(state, c)
		if err != nil {
			fmt.Println(err)
		}
		for _, e := range events {
			state = outreach.Evolve(state, e)
			fmt.Println(e)
		}
	}
	at := time.Date(2024, 3, 8, 20, 0, 0, 0, time.UTC)
	do(outreach.Command{Kind: outreach.Enter, ID: "signup-7", Who: "ann", Zone: "America/New_York", At: at})
	do(outreach.Command{Kind: outreach.Wake, At: at})
	ask, _ := state.Pending()
	do(outreach.Command{Kind: outreach.Settle, At: at, Key: ask.Message.Key, Outcome: outreach.Send})
	next, _ := state.Next()
	fmt.Println(next.Format("Mon 15:04 MST"))
	// Output:
	// 2024-03-08T20:00:00Z entered onboarding version 1: ann
	// 2024-03-08T20:00:00Z scheduled welcome for 2024-03-08T20:00:00Z
	// 2024-03-08T20:00:00Z requested welcome
	// 2024-03-08T20:00:00Z delivered welcome
	// 2024-03-08T20:00:00Z scheduled first-steps for 2024-03-11T13:30:00Z
	// Mon 09:30 EDT
}

// One click takes back one topic on one channel, at once and once.
func ExampleSigner_Unsubscribe() {
	signer, err := outreach.NewSigner([]byte("a secret of at least sixteen bytes"))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2024, 6, 5, 10, 0, 0, 0, time.UTC)
	token, err := signer.Token(outreach.Ticket{
		Who: "cust42", Issued: at, Scope: outreach.Scope{Channel: interaction.Email, Purpose: outreach.Marketing},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	headers, err := outreach.Headers("https://example.com/unsubscribe?t="+token, "")
	fmt.Println(headers[1].Name+":", headers[1].Value, err)
	if err := outreach.OneClick("POST", "application/x-www-form-urlencoded", []byte("List-Unsubscribe=One-Click")); err != nil {
		fmt.Println(err)
		return
	}
	var stored outreach.Optouts
	stored, ticket, err := signer.Unsubscribe(stored, token, at)
	stored, _, _ = signer.Unsubscribe(stored, token, at.Add(time.Hour))
	for one := range stored.All() {
		fmt.Println(ticket.Who, one.Scope, one.At.Format(time.TimeOnly), err)
	}
	// Output:
	// List-Unsubscribe-Post: List-Unsubscribe=One-Click <nil>
	// cust42 email:marketing:* 10:00:00 <nil>
}

func ExampleSequence_Plan() {
	spec, err := outreach.ParseSequence([]byte(`{
		"id": "check-in", "version": 1, "purpose": "service", "channels": ["email"],
		"steps": [
			{"name": "first", "delay_local_days": 14, "at": "10:00", "weekdays": [1, 2, 3, 4, 5], "send": true},
			{"name": "second", "delay_months": 1, "at": "10:00", "send": true}
		]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	q, err := outreach.NewSequence(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	loc, err := outreach.LoadZone("Europe/London")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := q.Plan(time.Date(2024, 1, 31, 18, 0, 0, 0, time.UTC), loc)
	for _, p := range plan {
		fmt.Println(p.Step, p.At.Format("Mon 2006-01-02 15:04"))
	}
	fmt.Println(err)
	// Output:
	// first Thu 2024-02-15 10:00
	// second Thu 2024-02-29 10:00
	// <nil>
}

// addressBook is a host's own storage; here in memory.
type addressBook struct {
	optouts map[string]outreach.Optouts
	zones   map[string]string
	sent    []outreach.Sent
}

func (b *addressBook) Consents(context.Context, string) ([]outreach.Consent, error) {
	return []outreach.Consent{{Channel: interaction.Email, Purpose: outreach.Marketing, State: outreach.Granted}}, nil
}

func (b *addressBook) Optouts(_ context.Context, who string) (outreach.Optouts, error) {
	return b.optouts[who], nil
}

func (b *addressBook) Suppressed(context.Context, string) ([]outreach.Suppression, error) {
	return nil, nil
}

func (b *addressBook) Sent(context.Context, string, time.Time) ([]outreach.Sent, error) {
	return b.sent, nil
}

func (b *addressBook) HasSent(_ context.Context, _, key string) (bool, error) {
	return slices.ContainsFunc(b.sent, func(s outreach.Sent) bool { return s.Key == key }), nil
}

func (b *addressBook) OpenComplaint(context.Context, string) (bool, error) {
	return false, errors.New("case system is down")
}

func (b *addressBook) Zone(_ context.Context, who string) (string, []string, error) {
	return b.zones[who], nil, nil
}

// Facts are gathered when a message is due, never when it is planned. What cannot be
// read stops the message; the win-back goes on with the next one.
func ExampleGate_Gather() {
	book := &addressBook{zones: map[string]string{"ann": "America/New_York"}}
	ports := outreach.Ports{Consents: book, Unsubscriptions: book, Suppressions: book, History: book, Complaints: book, Zones: book}
	policy := outreach.DefaultPolicy()
	policy.Retry = 15 * time.Minute
	gate, err := outreach.NewGate(policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	series, err := outreach.NewSequence(outreach.WinBack())
	if err != nil {
		fmt.Println(err)
		return
	}
	var state outreach.State
	do := func(c outreach.Command) {
		events, err := series.Decide(state, c)
		if err != nil {
			fmt.Println(err)
		}
		for _, e := range events {
			state = outreach.Evolve(state, e)
			fmt.Println(e)
		}
	}
	do(outreach.Command{Kind: outreach.Enter, ID: "lapse-3", Who: "ann", Zone: "America/New_York", At: time.Date(2024, 11, 2, 2, 0, 0, 0, time.UTC)})
	now, _ := state.Next() // any timer may wake the host
	do(outreach.Command{Kind: outreach.Wake, At: now})
	ask, _ := state.Pending()
	facts, err := gate.Gather(context.Background(), ports, "ann", now, &ask.Message)
	fmt.Println(err)
	decision := gate.Decide(now, &facts, &ask.Message)
	do(decision.Settle())

	now, _ = state.Next() // the case system is up again, and ann has unsubscribed
	ports.Complaints = quiet{}
	book.optouts = map[string]outreach.Optouts{"ann": outreach.NewOptouts(outreach.Optout{At: now})}
	do(outreach.Command{Kind: outreach.Wake, At: now})
	ask, _ = state.Pending()
	facts, _ = gate.Gather(context.Background(), ports, "ann", now, &ask.Message)
	decision = gate.Decide(now, &facts, &ask.Message)
	do(decision.Settle())
	// Output:
	// 2024-11-02T02:00:00Z entered win-back version 1: ann
	// 2024-11-02T02:00:00Z scheduled we-miss-you for 2024-11-04T15:00:00Z
	// 2024-11-04T15:00:00Z requested we-miss-you
	// outreach: complaint: case system is down
	// 2024-11-04T15:00:00Z postponed we-miss-you for 2024-11-04T15:15:00Z: unavailable
	// 2024-11-04T15:15:00Z requested we-miss-you
	// 2024-11-04T15:15:00Z passed_by we-miss-you: consent_withdrawn
	// 2024-11-04T15:15:00Z left: message skipped: consent_withdrawn
}

// quiet is a case system without complaints.
type quiet struct{}

func (quiet) OpenComplaint(context.Context, string) (bool, error) { return false, nil }
