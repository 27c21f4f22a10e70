package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/examples/crm/internal/intake"
	"github.com/rapport-go/rapport/examples/crm/internal/phone"
	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/interaction"
)

// writing is one person being written.
type writing struct {
	unit
	taking *taking
	person *intake.Person
	counts map[string]int64
	known  *int64
	faults *[]string
}

func (w *writing) write(ctx context.Context) error {
	there, err := w.customer(ctx)
	if err != nil || !there {
		return err
	}
	if err := w.orders(ctx); err != nil {
		return err
	}
	if err := w.contacts(ctx); err != nil {
		return err
	}
	return w.answers(ctx)
}

// ahead reports a row that lies ahead of the application's clock.
func (w *writing) ahead(at time.Time, what string) bool {
	if !at.After(w.taking.until) {
		return false
	}
	*w.faults = append(*w.faults, what+" lies ahead of the application's clock")
	return true
}

// customer makes the customer, unless it is there. there is false for one who was erased:
// nobody comes back by an import.
func (w *writing) customer(ctx context.Context) (there bool, err error) {
	id := customer.ID(w.person.ID)
	if err := id.Check(); err != nil {
		*w.faults = append(*w.faults, "a customer number that many would share is left out")
		return false, nil
	}
	people := w.people()
	c, err := people.Load(ctx, id)
	switch {
	case err == nil:
		*w.known++
		return c.State != customer.IsErased, nil
	case !errors.Is(err, customer.ErrUnknown):
		return false, err
	case w.ahead(w.person.Joined, "customer "+w.person.ID):
		return false, nil
	}
	commands, err := commandsOf(w.person)
	if err != nil {
		return false, err
	}
	for i, command := range commands {
		_, err := people.Do(ctx, customer.Request{
			Key: fmt.Sprintf("import/%s/%d", id, i+1), ID: id, At: w.person.Joined, Options: customer.DecideOptions{Source: w.person.Source},
		}, command)
		if err != nil {
			return false, err
		}
	}
	if len(w.person.Orders) > 0 {
		if err := w.lapse(ctx, people, id); err != nil {
			return false, err
		}
	}
	w.counts["customers"]++
	return true, nil
}

// lapse says from the orders where a customer stands: dormant when nothing came for half
// a year.
func (w *writing) lapse(ctx context.Context, people *customer.Directory, id customer.ID) error {
	last := w.person.Orders[len(w.person.Orders)-1].At
	at := last.AddDate(0, 6, 0)
	if at.After(w.taking.source.End) {
		return nil
	}
	_, err := people.Do(ctx, customer.Request{
		Key: fmt.Sprintf("import/%s/lapse", id), ID: id, At: at, Options: customer.DecideOptions{Source: w.person.Source},
	}, customer.MoveStage{To: customer.Dormant, Reason: "no order for six months"})
	return err
}

// commandsOf are what the source says of a person, as the wing customer takes it.
func commandsOf(p *intake.Person) ([]customer.Command, error) {
	out := []customer.Command{customer.Created{Kind: customer.Person}}
	if p.Written != "" {
		tag := language.Make(p.Language)
		name := customer.Name{Use: customer.PreferredName, Locale: tag, Full: p.Written}
		given, surname := customer.Component{Kind: customer.Given, Value: p.Given}, customer.Component{Kind: customer.Surname, Value: p.Surname}
		name.Components = []customer.Component{given, surname}
		if p.Reversed {
			name.Components = []customer.Component{surname, given}
		}
		out = append(out, customer.NameAdded{Name: name}, customer.LanguagesSet{Languages: customer.Languages{{Tag: tag}}})
	}
	if p.CallMe != "" || p.Title != "" {
		out = append(out, customer.AddressSet{Address: customer.FormOfAddress{CallMe: p.CallMe, Title: p.Title}})
	}
	if region, err := language.ParseRegion(p.Region); err == nil {
		out = append(out, customer.RegionSet{Region: region})
	}
	if p.Zone != "" {
		out = append(out, customer.ZoneSet{Zone: p.Zone})
	}
	if p.Email != "" {
		point, err := customer.NewEmail(p.Email)
		if err != nil {
			return nil, err
		}
		out = append(out, customer.PointAdded{Point: point})
	}
	if p.Phone != "" {
		point, err := customer.ParsePhone(p.Phone, p.Region, phone.Parser{})
		if err != nil {
			return nil, err
		}
		out = append(out, customer.PointAdded{Point: point})
	}
	grant := func(purpose customer.Purpose, channel customer.Channel) {
		out = append(out, customer.ConsentRecorded{Record: customer.ConsentRecord{
			Type: customer.Granted, Purpose: purpose, Channel: channel, Basis: customer.BasisConsent, At: p.Joined,
			Proof: &customer.Proof{Method: "web_form", Wording: "newsletter-2024"},
		}})
	}
	if p.Consent {
		grant(customer.Marketing, customer.ByEmail)
	}
	if p.Profile {
		grant(customer.Profiling, customer.AnyChannel)
	}
	stage := customer.Prospect
	if len(p.Orders) > 0 {
		stage = customer.Active
	}
	return append(out, customer.MoveStage{To: stage, Reason: "joined"}), nil
}

// orders writes each order with its points: both are there, or neither is.
func (w *writing) orders(ctx context.Context) error {
	for _, o := range w.person.Orders {
		if w.ahead(o.At, "order "+o.Number) {
			continue
		}
		row := database.Order{
			Number: o.Number, Customer: w.person.ID, At: o.At, Minor: o.Minor, Country: w.person.Country, Returned: o.Returned, Of: o.Of, Source: w.person.Source,
		}
		for _, item := range o.Items {
			row.Items = append(row.Items, database.Item(item))
		}
		ok, err := database.AddOrder(ctx, w.Tx, row)
		if err != nil {
			return err
		}
		if !ok {
			*w.known++
			continue
		}
		if err := w.points(ctx, o); err != nil {
			return err
		}
		if err := w.orderContact(ctx, o); err != nil {
			return err
		}
		if o.Returned {
			w.counts["returns"]++
		} else {
			w.counts["orders"]++
		}
	}
	return nil
}

// orderContact puts the order on the timeline where the source tells of orders only.
func (w *writing) orderContact(ctx context.Context, o intake.Order) error {
	if len(w.person.Contacts) > 0 {
		return nil
	}
	c := database.Contact{
		ID: "order/" + o.Number, Customer: w.person.ID, At: o.At, Channel: string(interaction.SelfService), Inbound: true,
		Stage: string(interaction.Purchase), Order: o.Number, Text: "order " + o.Number,
	}
	if o.Returned {
		c.Stage, c.Order, c.Text = string(interaction.PostPurchase), o.Of, "return "+o.Number
	}
	ok, err := database.AddContact(ctx, w.Tx, c)
	if ok {
		w.counts["contacts"]++
	}
	return err
}

func (w *writing) contacts(ctx context.Context) error {
	cases := map[string][]intake.Contact{}
	var order []string
	for _, c := range w.person.Contacts {
		if w.ahead(c.At, "contact "+c.ID) {
			continue
		}
		ok, err := database.AddContact(ctx, w.Tx, database.Contact{
			ID: c.ID, Customer: w.person.ID, At: c.At, Channel: c.Channel, Inbound: c.Inbound, Stage: c.Stage, Purpose: c.Purpose,
			Case: c.Case, Order: c.Order, Text: c.Text,
		})
		if err != nil {
			return err
		}
		if !ok {
			*w.known++
			continue
		}
		w.counts["contacts"]++
		if c.Case == "" {
			continue
		}
		if cases[c.Case] == nil {
			order = append(order, c.Case)
		}
		cases[c.Case] = append(cases[c.Case], c)
	}
	for _, id := range order {
		if err := w.story(ctx, id, cases[id]); err != nil {
			return fmt.Errorf("case %s: %w", id, err)
		}
		w.counts["cases"]++
	}
	return nil
}

// story tells a ticket to the case rules: what the contacts say, and then, unless it is
// one of the last weeks, that it was resolved.
func (w *writing) story(ctx context.Context, id string, contacts []intake.Contact) error {
	die := luck(id)
	agent := interaction.Actor{ID: []string{"ada", "ben", "kim"}[die%3], Role: interaction.RoleAgent}
	who := interaction.Actor{ID: w.person.ID, Role: interaction.RoleCustomer}
	n, last := 0, contacts[0].At
	escalated := false
	do := func(at time.Time, by interaction.Actor, action interaction.Action) error {
		n++
		last = at
		_, err := w.cases().Do(ctx, interaction.Command{ID: fmt.Sprintf("import/%s/%d", id, n), Case: id, At: at, By: by, Do: action})
		return err
	}
	first := contacts[0]
	errs := []error{do(first.At, who, interaction.OpenCase{
		Customer: w.person.ID, Issue: first.Text, Purpose: interaction.Purpose(first.Purpose), Channel: interaction.Channel(first.Channel),
	})}
	for _, c := range contacts {
		channel := interaction.Channel(c.Channel)
		switch {
		case c.Inbound && channel == interaction.Escalated:
			escalated = true
			errs = append(errs, do(c.At, who, interaction.ReceiveMessage{Message: c.ID, Channel: channel}),
				do(c.At, agent, interaction.Escalate{Escalation: "e1", Ladder: ladderName, Trigger: interaction.TriggerCustomer, Reason: c.Text}))
		case c.Inbound:
			errs = append(errs, do(c.At, who, interaction.ReceiveMessage{Message: c.ID, Channel: channel}))
		case escalated:
			lee := interaction.Actor{ID: "lee", Role: interaction.RoleSupervisor}
			errs = append(errs, do(c.At, lee, interaction.AcceptEscalation{Escalation: "e1"}), do(c.At, lee, interaction.SendMessage{Message: c.ID, Channel: channel}))
		default:
			errs = append(errs, do(c.At, agent, interaction.AssignOwner{Owner: agent.ID}),
				do(c.At, agent, interaction.AcknowledgeConcern{Evidence: []interaction.Evidence{{Kind: "said", Text: c.Text}}}),
				do(c.At, agent, interaction.SendMessage{Message: c.ID, Channel: channel}))
		}
	}
	errs = append(errs, w.ending(last, die, func(at time.Time, to interaction.Status, why string) error {
		return do(at, agent, interaction.SetStatus{To: to, Reason: why})
	}))
	return errors.Join(errs...)
}

// ending is how a ticket ends, which the source does not tell: it is resolved the next
// day, but for those of the last days, and some of the last weeks wait for the customer.
func (w *writing) ending(last time.Time, die uint32, set func(time.Time, interaction.Status, string) error) error {
	const day = 24 * time.Hour
	left := w.taking.source.End.Sub(last)
	switch {
	case left < 2*day:
		return nil
	case left < 21*day && die%4 == 0:
		return set(last.Add(time.Hour), interaction.StatusPending, "a photo of the parcel is wanted")
	}
	return set(last.Add(20*time.Hour), interaction.StatusResolved, "the parcel has arrived")
}

// luck is a number that depends on the text only.
func luck(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return h.Sum32() >> 8
}

// answers reads each answer strictly; what is not on its scale is counted by its code.
func (w *writing) answers(ctx context.Context) error {
	for _, x := range w.person.Answers {
		if w.ahead(x.At, "answer "+x.ID) {
			continue
		}
		score, err := readScore(x)
		var refused *feedback.AnswerError
		if errors.As(err, &refused) {
			ok, err := database.AddRefused(ctx, w.Tx, x.ID, refused.Code.String())
			if err != nil {
				return err
			}
			if ok {
				w.counts["refused answers"]++
			} else {
				*w.known++
			}
			continue
		}
		if err != nil {
			return err
		}
		scores := map[string]int{x.Question: score}
		kept, err := json.Marshal(scores)
		if err != nil {
			return err
		}
		ok, err := database.AddAnswer(ctx, w.Tx, database.Answer{ID: x.ID, Customer: w.person.ID, Survey: "post-purchase", At: x.At, Answers: kept, Scores: scores})
		if err != nil {
			return err
		}
		if ok {
			w.counts["answers"]++
		} else {
			*w.known++
		}
	}
	return nil
}

func readScore(x intake.Answer) (int, error) {
	switch x.Question {
	case "nps":
		a, err := feedback.ParseNPS(x.Raw)
		return a.Score(), err
	case "csat":
		a, err := feedback.ParseCSAT(x.Raw)
		return a.Score(), err
	}
	a, err := feedback.ParseCES(x.Raw, feedback.HigherIsEasier)
	return a.Score(), err
}
