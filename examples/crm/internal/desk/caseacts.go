package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/interaction"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// limits of a case.
const (
	maxSubject = 200
	maxMessage = 10_000
)

var errNotOpen = errors.New("the case was not opened")

// OpenCase opens a case.
func (a *App) OpenCase(ctx context.Context, c OpenCaseCommand) (CaseResult, error) {
	r, ok := a.world.find(c.Customer)
	if !ok {
		return CaseResult{}, notFound("/customer", "customer")
	}
	var wrong check
	wrong.need(strings.TrimSpace(c.Subject) != "" && len(c.Subject) <= maxSubject, "/subject", "required", "a subject of 1 to 200 bytes is needed")
	wrong.need(strings.TrimSpace(c.Text) != "" && len(c.Text) <= maxMessage, "/text", "required", "a message of 1 to 10,000 bytes is needed")
	wrong.need(slices.Contains(interaction.Channels(), interaction.Channel(c.Channel)), "/channel", "unknown", "one of the ten channels, such as email or phone")
	if err := wrong.err(); err != nil {
		return CaseResult{}, err
	}
	asked := c
	asked.Key = ""
	done, replayed, err := once(ctx, a, "open case", c.Key, r.id, asked, func(ctx context.Context, u unit) (caseDone, error) {
		id := "K-" + caseName(c.Key)
		trace, err := u.open(ctx, id, r.id, c.Subject, interaction.PurposeProblemSolving, interaction.Channel(c.Channel), c.Text, interaction.Actor{ID: r.id, Role: interaction.RoleCustomer})
		return caseDone{Case: id, Trace: trace}, err
	})
	return a.caseResult(ctx, c.Key, done, replayed, err)
}

// caseName is the part of a case's id that follows from the key of the command.
func caseName(key string) string { return strings.ReplaceAll(key, "/", "-") }

// caseDone is what is kept of a command on a case.
type caseDone struct {
	Case  string   `json:"case"`
	Trace []string `json:"trace"`
}

// open opens a case with the message that asked for it.
func (u unit) open(ctx context.Context, id, who, subject string, purpose interaction.Purpose, channel interaction.Channel, text string, by interaction.Actor) ([]string, error) {
	cases := u.cases()
	out, err := cases.Do(ctx, interaction.Command{
		ID: u.part("open"), Case: id, At: u.at, By: by,
		Do: interaction.OpenCase{Customer: who, Issue: subject, Purpose: purpose, Channel: channel},
	})
	if err != nil {
		return nil, err
	}
	message := id + "/" + caseName(u.key)
	got, err := cases.Do(ctx, interaction.Command{
		ID: u.part("message"), Case: id, At: u.at, By: interaction.Actor{ID: who, Role: interaction.RoleCustomer},
		Do: interaction.ReceiveMessage{Message: message, Channel: channel},
	})
	if err != nil {
		return nil, err
	}
	if got.Case.Version == 0 {
		return nil, errNotOpen
	}
	_, err = database.AddContact(ctx, u.Tx, database.Contact{
		ID: message, Customer: who, At: u.at, Channel: string(channel), Inbound: true, Stage: string(interaction.PostPurchase), Purpose: string(purpose), Case: id, Text: text,
	})
	return append(caseTrace(out.Decision.Trace), caseTrace(got.Decision.Trace)...), err
}

func caseTrace(t interaction.Trace) []string {
	out := []string{}
	for _, l := range t {
		out = append(out, l.Rule+": "+l.Text)
	}
	return out
}

// ActOnCase replies, pauses, resolves, escalates and so on.
func (a *App) ActOnCase(ctx context.Context, c CaseCommand) (CaseResult, error) {
	known, ok := a.world.findCase(c.Case)
	if !ok {
		return CaseResult{}, notFound("/case", "case")
	}
	if len(c.Text) > maxMessage {
		return CaseResult{}, invalid("/text", "too_long", "at most 10,000 bytes")
	}
	asked := c
	asked.Key = ""
	done, replayed, err := once(ctx, a, "case", c.Key, known.c.Customer, asked, func(ctx context.Context, u unit) (caseDone, error) {
		return u.act(ctx, c)
	})
	return a.caseResult(ctx, c.Key, done, replayed, err)
}

func (u unit) act(ctx context.Context, c CaseCommand) (caseDone, error) {
	cases := u.cases()
	now, err := cases.Case(ctx, c.Case)
	if err != nil {
		return caseDone{}, err
	}
	if c.Version != 0 && uint64(c.Version) != now.Version {
		return caseDone{}, &ProblemError{Kind: ErrConflict, Problems: []Problem{{"/version", "changed", "the case has changed since you looked at it; read it again"}}}
	}
	action, contact, err := u.action(c, now)
	if err != nil {
		return caseDone{}, err
	}
	by := interaction.Actor{ID: c.Agent, Role: interaction.RoleAgent}
	switch {
	case c.Act == "receive":
		by = interaction.Actor{ID: now.Customer, Role: interaction.RoleCustomer}
	case c.Act == "accept":
		by.Role = interaction.RoleSupervisor
	}
	if by.ID == "" {
		by.ID = "desk"
	}
	out, err := cases.Do(ctx, interaction.Command{ID: u.part("case"), Case: c.Case, At: u.at, By: by, Do: action})
	if err != nil {
		return caseDone{}, err
	}
	done := caseDone{Case: c.Case, Trace: caseTrace(out.Decision.Trace)}
	if f := out.Decision.FollowUp; f != nil { // the case is over: its follow-up takes the message
		done.Case = "K-" + caseName(u.key)
		trace, err := u.open(ctx, done.Case, f.Customer, f.Issue, f.Purpose, f.Channel, c.Text, by)
		done.Trace = append(done.Trace, trace...)
		return done, err
	}
	if contact != nil {
		if _, err := database.AddContact(ctx, u.Tx, *contact); err != nil {
			return caseDone{}, err
		}
	}
	return done, nil
}

// action is what the wing is asked to do, and the row of the host that goes with it.
func (u unit) action(c CaseCommand, now interaction.Case) (interaction.Action, *database.Contact, error) {
	text := strings.TrimSpace(c.Text)
	need := func(what string) error {
		if text != "" {
			return nil
		}
		return invalid("/text", "required", what)
	}
	message := c.Case + "/" + caseName(u.key)
	row := &database.Contact{
		ID: message, Customer: now.Customer, At: u.at, Channel: string(now.Channel), Stage: string(interaction.PostPurchase),
		Purpose: string(now.Purpose), Case: c.Case, Agent: c.Agent, Text: text,
	}
	status := func(to interaction.Status) (interaction.Action, *database.Contact, error) {
		return interaction.SetStatus{To: to, Reason: text}, nil, nil
	}
	switch c.Act {
	case "acknowledge":
		return interaction.AcknowledgeConcern{Evidence: []interaction.Evidence{{Kind: "said", Text: text}}}, nil, need("say how the concern was acknowledged")
	case "reply":
		return interaction.SendMessage{Message: message, Channel: now.Channel}, row, need("write the reply")
	case "note":
		row.Note = true
		return interaction.AddNote{Message: message}, row, need("write the note")
	case "receive":
		row.Inbound = true
		return interaction.ReceiveMessage{Message: message, Channel: now.Channel}, row, need("write what the customer said")
	case "pause":
		return status(interaction.StatusPending)
	case "resume", "reopen":
		return status(interaction.StatusOpen)
	case "resolve":
		return interaction.SetStatus{To: interaction.StatusResolved, Reason: text}, nil, need("say how it was resolved")
	case "close":
		return status(interaction.StatusClosed)
	case "assign":
		return interaction.AssignOwner{Owner: c.To}, nil, nil
	case "escalate":
		return interaction.Escalate{Escalation: "e-" + caseName(u.key), Ladder: ladderName, Trigger: interaction.TriggerAgent, Reason: text}, nil, need("say why")
	case "accept":
		for _, e := range now.Escalations {
			if e.State == interaction.EscalationRaised {
				return interaction.AcceptEscalation{Escalation: e.ID}, nil, nil
			}
		}
		return nil, nil, &ProblemError{Kind: ErrRefused, Problems: []Problem{{"/act", "nothing", "no escalation waits to be accepted"}}}
	case "promise":
		q, err := u.app.quotation(u.at)
		if err != nil {
			return nil, nil, err
		}
		p := q.Promise("p-"+caseName(u.key), interaction.PromiseReply, u.at)
		p.What = "an answer by " + q.By.In(u.app.rules.zone).Format("Monday 2 January, 15:04 MST")
		return interaction.MakePromise{Promise: p}, nil, nil
	}
	return nil, nil, invalid("/act", "unknown", "acknowledge, reply, note, receive, pause, resume, resolve, close, reopen, assign, escalate, accept or promise")
}

// caseResult shows the case after a command.
func (a *App) caseResult(ctx context.Context, key string, done caseDone, replayed bool, err error) (CaseResult, error) {
	if err != nil {
		return CaseResult{}, err
	}
	if !replayed {
		if err := a.refreshCase(ctx, done.Case); err != nil {
			return CaseResult{}, err
		}
	}
	c, ok := a.world.findCase(done.Case)
	if !ok {
		return CaseResult{}, notFound("/case", "case")
	}
	r, _ := a.world.find(c.c.Customer)
	view, err := a.caseView(c, r, a.Now())
	return CaseResult{Key: key, Replayed: replayed, Case: view, Trace: done.Trace}, err
}

// refreshCase reads a case and its customer again.
func (a *App) refreshCase(ctx context.Context, id string) error {
	ctx = context.WithoutCancel(ctx)
	if err := a.world.refreshCase(ctx, a, id); err != nil {
		return err
	}
	c, _ := a.world.findCase(id)
	err := a.world.refresh(ctx, a, a.world.resolve(c.c.Customer))
	if errors.Is(err, customer.ErrUnknown) {
		return nil
	}
	return err
}

// wakeCases does what has fallen due by an instant: an escalation that nobody accepted
// climbs, a case whose reply window has passed is closed. Each happens at the instant at
// which it was due, however late the wake-up is.
func (a *App) wakeCases(ctx context.Context, now time.Time) (moved int, err error) {
	for _, c := range a.world.allCases() {
		n, err := a.wake(ctx, c.c.ID, c.c, now)
		if err != nil {
			return moved, err
		}
		if moved += n; n > 0 {
			if err := a.refreshCase(ctx, c.c.ID); err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

func (a *App) wake(ctx context.Context, id string, c interaction.Case, now time.Time) (moved int, err error) {
	const most = 10 // a case does not climb for ever
	for range most {
		due, err := a.rules.cases.Deadlines(c)
		if err != nil {
			return moved, err
		}
		command, ok := timer(id, due, now)
		if !ok {
			return moved, nil
		}
		out, err := a.cases.Do(ctx, command)
		if errors.Is(err, interaction.ErrTop) {
			return moved, nil // nobody is above: it stays with the last who were asked
		}
		if err != nil {
			return moved, err
		}
		c = out.Case
		moved++
	}
	return moved, nil
}

// timer is the command for the first deadline that a timer acts on.
func timer(id string, due []interaction.Deadline, now time.Time) (interaction.Command, bool) {
	for _, d := range due {
		if d.At.After(now) {
			continue
		}
		command := interaction.Command{Case: id, At: d.At, By: interaction.Actor{Role: interaction.RoleSystem}}
		switch d.Kind {
		case interaction.DueAcceptance:
			command.Do = interaction.ClimbEscalation{Escalation: d.Ref}
		case interaction.DueClose:
			command.Do = interaction.SetStatus{To: interaction.StatusClosed, Reason: "nobody objected"}
		default:
			continue
		}
		command.ID = "timer/" + d.Kind.String() + "/" + d.Ref + "/" + itoa(d.At.UnixMicro())
		return command, true
	}
	return interaction.Command{}, false
}
