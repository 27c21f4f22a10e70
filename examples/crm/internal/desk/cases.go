package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/loyalty"
)

// facts are what the service levels choose a policy by: the level that the member held
// when the case was opened, and the channel.
func (a *App) facts(ctx context.Context, c interaction.Case) (sla.Facts, error) {
	account, err := a.points.AsOf(ctx, c.Customer, c.Opened, c.Opened)
	if err != nil {
		return nil, err
	}
	f := sla.Facts{"channel": string(c.Channel)}
	if tier, ok := loyalty.Tier(a.rules.programme, account, tierSet); ok {
		f["tier"] = tier.Level
	}
	return f, nil
}

// signals reads a case's events as the service levels see them.
func signals(events []interaction.Event, facts sla.Facts) []sla.Signal {
	var out []sla.Signal
	for _, e := range events {
		s := sla.Signal{ID: e.Case + "/" + itoa(int64(e.Seq)), At: e.At}
		switch x := e.Change.(type) {
		case interaction.CaseOpened:
			s.Kind, s.By, s.Status, s.Facts = sla.Created, sla.Customer, sla.StatusNew, facts
		case interaction.MessageReceived:
			s.Kind = sla.CustomerMessage
			if !x.Message.IsContact() {
				s.Kind = sla.AutoReply
			}
		case interaction.MessageSent:
			s.Kind = sla.AgentPublic
			if !x.Counts {
				s.Kind = sla.BotPublic
			}
		case interaction.StatusChanged:
			s.Kind, s.Status = sla.StatusChange, sla.Status(x.To.String())
		case interaction.OwnerAssigned, interaction.HandedOff:
			s.Kind = sla.Assigned
		default:
			continue
		}
		out = append(out, s)
	}
	return out
}

// caseView is a case with its clocks as they stand.
func (a *App) caseView(c *caseRecord, r *record, now time.Time) (CaseView, error) {
	report, err := sla.Evaluate(a.rules.levels, c.signals, now)
	if err != nil {
		return CaseView{}, err
	}
	v := CaseView{
		ID: c.c.ID, Customer: a.world.resolve(c.c.Customer), Subject: c.c.Issue, Channel: string(c.c.Channel), Status: c.c.Status.String(), Owner: c.c.Owner,
		Opened: c.c.Opened, Resolved: c.c.Resolved, Version: int64(c.c.Version), Policy: report.Policy.String(), Messages: len(c.c.Messages),
		Clocks: []ClockView{}, Escalation: []EscalationView{}, Promises: promises(c.c, now), Actions: actions(c.c),
	}
	if r != nil {
		v.Name = r.name
	}
	for _, k := range report.Clocks {
		v.Clocks = append(v.Clocks, clock(k, report))
		v.Breached = v.Breached || !k.BreachedAt.IsZero()
		if !k.Due.IsZero() && k.Ended.IsZero() && (v.NextDue.IsZero() || k.Due.Before(v.NextDue)) {
			v.NextDue = k.Due
		}
	}
	for _, e := range c.c.Escalations {
		v.Escalation = append(v.Escalation, EscalationView{
			ID: e.ID, Kind: e.Kind.String(), State: e.State.String(), To: e.To, Why: e.Reason, At: e.Raised, Due: e.AcceptBy,
		})
	}
	return v, nil
}

func clock(k sla.ClockState, report sla.Report) ClockView {
	v := ClockView{
		Metric: string(k.Metric), Phase: k.State.String(), Started: k.Started, Due: k.Due, Ended: k.Ended,
		Elapsed: k.Elapsed.Round(time.Second).String(), Goal: k.Target.String(),
	}
	if k.Goal > 0 {
		v.Percent = int(k.Elapsed * 100 / k.Goal)
	}
	for _, x := range report.Verdicts {
		if x.Metric == k.Metric && x.Cycle == k.Cycle {
			v.Outcome = x.Outcome.String()
		}
	}
	return v
}

func promises(c interaction.Case, now time.Time) []PromiseView {
	out := []PromiseView{}
	for _, p := range c.Promises {
		out = append(out, PromiseView{ID: p.ID, Case: c.ID, Kind: p.Kind.String(), Text: p.What, Made: p.Made, Due: p.By, Verdict: p.Verdict(now).String()})
	}
	return out
}

// actions are what the state machine allows now.
func actions(c interaction.Case) []string {
	if c.Status.IsFinal() {
		return []string{"receive"}
	}
	out := []string{"reply", "note", "receive", "assign"}
	if c.Acknowledged.IsZero() {
		out = append([]string{"acknowledge"}, out...)
	}
	for _, x := range []struct {
		act string
		to  interaction.Status
	}{{"pause", interaction.StatusPending}, {"resume", interaction.StatusOpen}, {"resolve", interaction.StatusResolved}, {"close", interaction.StatusClosed}} {
		if c.Status.CanBecome(x.to) {
			out = append(out, x.act)
		}
	}
	if c.Status.IsOpen() {
		out = append(out, "escalate", "promise")
	}
	if slices.ContainsFunc(c.Escalations, func(e interaction.Escalation) bool { return e.State == interaction.EscalationRaised }) {
		out = append(out, "accept")
	}
	return out
}

// Cases is one page of the service backlog.
func (a *App) Cases(ctx context.Context, q CaseQuery) (CaseList, error) {
	out := CaseList{Query: q, Cases: []CaseView{}}
	keep, err := statusFilter(q.Status)
	if err != nil {
		return out, err
	}
	now := a.Now()
	var views []CaseView
	for _, c := range a.world.allCases() {
		if !keep(c.c.Status) || q.Owner != "" && c.c.Owner != q.Owner {
			continue
		}
		r, _ := a.world.find(c.c.Customer)
		v, err := a.caseView(c, r, now)
		if err != nil {
			return out, err
		}
		views = append(views, v)
	}
	slices.SortStableFunc(views, byDeadline)
	out.Total = len(views)
	start := 0
	if q.After != "" {
		i := slices.IndexFunc(views, func(v CaseView) bool { return v.ID == q.After })
		if i < 0 {
			return out, invalid("/after", "unknown", "the cursor is of no case of this list")
		}
		start = i + 1
	}
	end := min(start+pageSize(q.Limit), len(views))
	out.Cases = append(out.Cases, views[start:end]...)
	if end < len(views) {
		out.Next = views[end-1].ID
	}
	return out, ctx.Err()
}

// byDeadline puts late cases first, then those due next, then those that wait.
func byDeadline(x, y CaseView) int {
	open := func(v CaseView) int {
		switch {
		case rank(v.Status) > 1:
			return 3
		case v.NextDue.IsZero():
			return 2
		}
		return 1
	}
	return cmp.Or(cmp.Compare(open(x), open(y)), x.NextDue.Compare(y.NextDue), y.Opened.Compare(x.Opened), strings.Compare(x.ID, y.ID))
}

func statusFilter(status string) (func(interaction.Status) bool, error) {
	switch status {
	case "", "open":
		return interaction.Status.IsOpen, nil
	case "all":
		return func(interaction.Status) bool { return true }, nil
	}
	var want interaction.Status
	if err := want.UnmarshalText([]byte(status)); err != nil {
		return nil, invalid("/status", "unknown", "open, all, or the name of a status")
	}
	return func(s interaction.Status) bool { return s == want }, nil
}

// Case is one case with the explanation of its verdicts.
func (a *App) Case(ctx context.Context, id string) (CasePage, error) {
	c, ok := a.world.findCase(id)
	if !ok {
		return CasePage{}, notFound("/case", "case")
	}
	r, _ := a.world.find(c.c.Customer)
	now := a.Now()
	view, err := a.caseView(c, r, now)
	if err != nil {
		return CasePage{}, err
	}
	p := CasePage{CaseView: view, Zone: a.rules.zone.String(), Explanation: []ClockStep{}, Verdicts: []VerdictView{}, Deadlines: []DueView{}, History: history(c.events), Thread: []MessageView{}, Steps: a.steps(c.c)}
	lines, err := sla.Explain(a.rules.levels, c.signals, now)
	if err != nil {
		return p, err
	}
	for _, l := range lines {
		p.Explanation = append(p.Explanation, ClockStep{At: l.At, Metric: string(l.Metric), Cycle: l.Cycle, Text: l.Text})
	}
	report, err := sla.Evaluate(a.rules.levels, c.signals, now)
	if err != nil {
		return p, err
	}
	for _, v := range report.Verdicts {
		p.Verdicts = append(p.Verdicts, VerdictView{
			Metric: string(v.Metric), Cycle: v.Cycle, Outcome: v.Outcome.String(), Started: v.Started, Ended: v.Ended,
			Elapsed: v.Elapsed.Round(time.Second).String(), Goal: v.Goal.String(), Policy: v.Policy.String(),
		})
	}
	for _, d := range report.Next {
		p.Deadlines = append(p.Deadlines, DueView{At: d.At, Kind: d.Kind.String(), What: d.String()})
	}
	due, err := a.rules.cases.Deadlines(c.c)
	if err != nil {
		return p, err
	}
	for _, d := range due {
		p.Deadlines = append(p.Deadlines, DueView{At: d.At, Kind: d.Kind.String(), What: strings.TrimSpace(d.Kind.String() + " " + d.Ref)})
	}
	slices.SortStableFunc(p.Deadlines, func(x, y DueView) int { return x.At.Compare(y.At) })
	p.Thread, err = a.thread(ctx, c.c)
	return p, err
}

// thread is the messages of a case with their texts, which the host keeps.
func (a *App) thread(ctx context.Context, c interaction.Case) ([]MessageView, error) {
	rows, err := database.ContactsOfCase(ctx, a.db.Reader(), c.ID)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, row := range rows {
		texts[row.ID] = row.Text
	}
	out := []MessageView{}
	for _, m := range c.Messages {
		out = append(out, MessageView{
			ID: m.ID, At: m.At, Inbound: m.Direction == interaction.Inbound, By: m.By.String(), Channel: string(m.Channel), Text: texts[m.ID],
		})
	}
	return out, nil
}

// steps are those of the running playbook.
func (a *App) steps(c interaction.Case) []PlaybookView {
	out := []PlaybookView{}
	book, ok := a.rules.cases.Playbook(c.Run.Playbook)
	if !ok || c.Run.IsZero() {
		return out
	}
	for _, s := range book.Spec().Steps {
		v := PlaybookView{Step: s.Name, Prompt: s.Does, State: "open"}
		if e, ok := c.Run.Entry(s.Name); ok {
			v.State = "done"
			if e.Skipped != "" {
				v.State = "skipped"
			}
		}
		out = append(out, v)
	}
	return out
}

// history is the events of a case in words, the newest first.
func history(events []interaction.Event) []CaseEvent {
	out := []CaseEvent{}
	for _, e := range slices.Backward(events) {
		v := CaseEvent{At: e.At, By: e.By.String(), What: strings.ReplaceAll(e.Change.Kind(), "_", " ")}
		switch x := e.Change.(type) {
		case interaction.StatusChanged:
			v.What = "from " + x.From.String() + " to " + x.To.String()
			v.Why = reason(x.Reason)
		case interaction.EscalationChanged:
			v.What = "escalation " + x.Escalation.State.String() + ": " + x.Escalation.To
			v.Why = reason(cmp.Or(x.Reason, x.Escalation.Reason))
		case interaction.OwnerAssigned:
			v.What = "given to " + cmp.Or(x.Owner, "nobody")
		case interaction.ConcernAcknowledged:
			for _, e := range x.Evidence {
				v.Why = append(v.Why, e.Kind+": "+e.Text)
			}
		case interaction.PromiseMade:
			v.What = "promised: " + x.Promise.What
		}
		out = append(out, v)
	}
	return out
}

func reason(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// nextReply is by when a reply may be promised for a message that comes now: nine times
// in ten it comes earlier.
func (a *App) nextReply(now time.Time) *ReplyPromise {
	q, err := a.quotation(now)
	if err != nil {
		return nil
	}
	p := &ReplyPromise{By: q.By, Text: "an answer by " + q.By.In(a.rules.zone).Format("Monday 2 January, 15:04 MST")}
	for _, l := range q.Trace {
		p.Why = append(p.Why, l.Rule+": "+l.Text)
	}
	return p
}

// quotation rests on the cases that nobody has answered yet and on the desk's staff.
func (a *App) quotation(now time.Time) (interaction.Quotation, error) {
	const agents, handle = 3, 15 * time.Minute
	ahead := 0
	for _, c := range a.world.allCases() {
		if s := c.c.Status; s == interaction.StatusNew || s == interaction.StatusOpen {
			ahead++
		}
	}
	return interaction.Quote(now, a.rules.hours, interaction.QueueFacts{Ahead: ahead, Agents: agents, Handle: handle}, 0.9, &interaction.QuoteOptions{RoundUp: 15 * time.Minute})
}
