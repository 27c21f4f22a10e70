package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/metrics"
)

// level is the confidence of every interval.
const level = 0.95

const levelText = "95 %"

// nothing is the note of a figure without data.
const nothing = "nothing to count"

// Dashboard is how the shop stands. It is worked out once for each version of the data.
func (a *App) Dashboard(ctx context.Context) (Dashboard, error) {
	if last := a.board.lastPage.Load(); last == nil || a.stale == 0 {
		a.board.mu.Lock()
	} else if !a.board.mu.TryLock() {
		return *last, nil
	}
	defer a.board.mu.Unlock()
	version := a.world.now()
	now := a.Now()
	page := &a.board.page
	if page.fresh(version, a.stale) && page.value.At.Truncate(time.Minute).Equal(now.Truncate(time.Minute)) {
		return *page.value, nil
	}
	began := time.Now()
	b := building{app: a, ctx: ctx, now: now}
	if err := b.build(); err != nil {
		return Dashboard{}, err
	}
	b.page.At, b.page.Version, b.page.Built = now, version, time.Since(began)
	page.set(&b.page, version, began)
	a.board.lastPage.Store(&b.page)
	return b.page, nil
}

// building is a dashboard in the making.
type building struct {
	app     *App
	ctx     context.Context
	now     time.Time
	page    Dashboard
	economy *economy
	nps     metrics.NetPromoter
	csat    metrics.Proportion
	kept    sla.Attainment
}

func (b *building) build() error {
	var err error
	if b.economy, err = b.app.economyLocked(b.ctx); err != nil {
		return err
	}
	b.page = Dashboard{Figures: []Figure{}, Quarters: []QuarterRow{}, Backlog: []Count{}, SLA: []SLARow{}, Tiers: []Count{}, Stages: []Count{}, Channels: []Count{}, Charts: []ChartView{}, Notes: []string{}}
	for _, part := range []func() error{b.base, b.quarters, b.lifetime, b.voice, b.service, b.loyalty, b.contacts, b.charts} {
		if err := part(); err != nil {
			return err
		}
	}
	return b.ctx.Err()
}

func (b *building) figure(f Figure) { b.page.Figures = append(b.page.Figures, f) }

// base is how many there are and how they stand.
func (b *building) base() error {
	list, _ := b.app.world.all()
	b.figure(Figure{Name: "customers", Label: "Customers", Value: strconv.Itoa(len(list)), N: int64(len(list))})
	t := b.economy.spending
	f := Figure{Name: "repeat", Label: "Bought again", N: t.Buyers, Level: levelText}
	proportion(&f, t.RepeatPurchaseRate())
	b.figure(f)
	stages := map[string]int64{}
	for _, r := range list {
		stages[string(r.c.Lifecycle.Stage())]++
	}
	for _, s := range []string{"prospect", "lead", "active", "dormant", "former"} {
		if stages[s] > 0 {
			b.page.Stages = append(b.page.Stages, Count{s, stages[s]})
		}
	}
	if sales := b.economy.sales; len(sales) > 0 {
		b.page.From = sales[0].at
	} else {
		b.page.Notes = append(b.page.Notes, "no orders have been imported yet")
	}
	return nil
}

// proportion writes a share with its Wilson interval, or why there is none.
func proportion(f *Figure, p metrics.Proportion) {
	r, err := p.Ratio()
	if err != nil {
		f.Note = nothing
		return
	}
	f.Value = r.Percent(1).StringFixed(1) + " %"
	if i, err := p.Interval(metrics.Wilson, level); err == nil {
		f.Low, f.High = percent(i.Low)+" %", percent(i.High)+" %"
	}
	f.N, f.Level = p.Total, levelText
	if f.Note == nothing {
		f.Note = ""
	}
}

// quarters are the movement of the customer base, and the last whole quarter's figures.
func (b *building) quarters() error {
	retention := Figure{Name: "crr", Label: "Retention (CRR), last whole quarter", Note: "no whole quarter yet"}
	churn := Figure{Name: "churn", Label: "Churn, last whole quarter", Note: "no whole quarter yet"}
	for _, row := range b.economy.quarters.Rows() {
		q := QuarterRow{Quarter: row.Label, Running: !row.Complete(b.now), Start: row.Start, End: row.End, New: row.New, Reactivated: row.Reactivated, Lost: row.Lost}
		if report, err := row.ReportRetention(); err == nil {
			q.CRR = report.Rate.Percent(2).StringFixed(2)
		}
		if active, err := row.ActiveRetention(); err == nil {
			if ratio, err := active.Ratio(); err == nil {
				q.Active, q.Churn = ratio.Percent(2).StringFixed(2), ratio.Complement().Percent(2).StringFixed(2)
			}
		}
		b.page.Quarters = append(b.page.Quarters, q)
		if q.Running || q.CRR == "" {
			continue
		}
		retention.Value, retention.N, retention.Note = q.CRR+" %", q.Start, q.Quarter+": ((end - new) / start) as the field prints it; who came back counts as retained"
		churn.Note = q.Quarter + ": lost / start"
		churn.Value = ""
		proportion(&churn, metrics.Proportion{Hits: row.Lost, Total: row.Start})
	}
	b.figure(retention)
	b.figure(churn)
	return nil
}

// lifetime is the product formula of the field and the model's value.
func (b *building) lifetime() error {
	f := Figure{Name: "cltv", Label: "CLTV: value x frequency x lifespan", Note: "needs a whole quarter in which somebody was lost"}
	var start, lost, active int64
	for _, row := range b.economy.quarters.Rows() {
		active += row.End
		if row.Complete(b.now) {
			start, lost = start+row.Start, lost+row.Lost
		}
	}
	churn, err := metrics.ChurnRate(start, lost, nil)
	if err == nil && lost > 0 {
		value, err1 := b.economy.spending.AverageOrderValue()
		frequency, err2 := metrics.NewRatio(decimal.NewFromInt(b.economy.spending.Orders), decimal.NewFromInt(active))
		lifespan, err3 := metrics.NewRatio(churn.Den(), churn.Num())
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		cltv, err := metrics.CLTV(value.Decimal(2), frequency.Decimal(4), lifespan.Decimal(4))
		if err != nil {
			return err
		}
		f.Value, f.N = cltv.StringFixed(2)+" "+currency, b.economy.spending.Buyers
		f.Note = value.Decimal(2).StringFixed(2) + " an order, " + frequency.Decimal(2).StringFixed(2) + " orders a quarter, " + lifespan.Decimal(2).StringFixed(2) + " quarters"
	}
	b.figure(f)
	w := Figure{Name: "clv", Label: "Expected value of the next twelve months", N: int64(len(b.economy.worth)), Note: b.economy.verdict}
	if len(b.economy.worth) > 0 {
		total := 0.0
		for _, key := range sortedKeys(b.economy.worth) { // in one order, so that the sum is the same every time
			total += b.economy.worth[key].value
		}
		w.Value = strconv.FormatFloat(total, 'f', 0, 64) + " " + currency
	}
	b.figure(w)
	return nil
}

// voice is what customers say.
func (b *building) voice() error {
	answers, err := database.Answers(b.ctx, b.app.db.Reader())
	if err != nil {
		return err
	}
	for _, x := range answers {
		if n, ok := x.Scores["nps"]; ok {
			err = errors.Join(err, b.nps.Add(n))
		}
		if n, ok := x.Scores["csat"]; ok {
			answer, fault := feedback.NewCSAT(n)
			err = errors.Join(err, fault, b.csat.Add(answer.TopTwo()))
		}
	}
	if err != nil {
		return err
	}
	f := Figure{Name: "nps", Label: "Net promoter score", N: b.nps.N(), Level: levelText, Note: "no answers yet"}
	if score, err := b.nps.Score(); err == nil {
		f.Value, f.Note = score.Percent(2).StringFixed(2), "promoters less detractors; adjusted Wald"
		if i, err := b.nps.Interval(metrics.AdjustedWald, level); err == nil {
			f.Low, f.High = strconv.FormatFloat(i.Low, 'f', 1, 64), strconv.FormatFloat(i.High, 'f', 1, 64)
		}
	}
	b.figure(f)
	c := Figure{Name: "csat", Label: "Satisfied (4 or 5 of 5)"}
	proportion(&c, b.csat)
	b.figure(c)
	codes, counts, err := database.Refused(b.ctx, b.app.db.Reader())
	for i, code := range codes {
		b.page.Notes = append(b.page.Notes, strconv.FormatInt(counts[i], 10)+" imported answers were refused: "+code)
	}
	return err
}

// service is how the service levels and the backlog stand.
func (b *building) service() error {
	by := map[sla.Metric]*sla.Attainment{}
	status := map[interaction.Status]int64{}
	open := int64(0)
	for _, c := range b.app.world.allCases() {
		status[c.c.Status]++
		if c.c.Status.IsOpen() {
			open++
		}
		report, err := sla.Evaluate(b.app.rules.levels, c.signals, b.now)
		if err != nil {
			return err
		}
		verdicts := slices.Clone(report.Verdicts)
		for i := range verdicts {
			verdicts[i].Case = c.c.ID
		}
		b.kept.Merge(sla.Attain(slices.Values(verdicts)))
		for _, m := range []sla.Metric{sla.FirstResponse, sla.NextResponse, sla.Resolution} {
			if by[m] == nil {
				by[m] = &sla.Attainment{}
			}
			by[m].Merge(sla.Attain(func(yield func(sla.Verdict) bool) {
				for _, v := range verdicts {
					if v.Metric == m && !yield(v) {
						return
					}
				}
			}))
		}
	}
	for _, s := range interaction.Statuses() {
		if status[s] > 0 {
			b.page.Backlog = append(b.page.Backlog, Count{s.String(), status[s]})
		}
	}
	f := Figure{Name: "sla", Label: "Service levels kept"}
	proportion(&f, metrics.Proportion{Hits: b.kept.Met, Total: b.kept.Met + b.kept.Late})
	b.figure(f)
	b.figure(Figure{Name: "backlog", Label: "Open cases", Value: strconv.FormatInt(open, 10), N: open, Note: strconv.FormatInt(b.kept.UndecidedLate, 10) + " clocks are over their target"})
	for _, m := range []sla.Metric{sla.FirstResponse, sla.NextResponse, sla.Resolution} {
		if x := by[m]; x != nil {
			row := SLARow{Metric: string(m), Met: x.Met, Breached: x.Late, Open: x.Undecided + x.UndecidedLate}
			if share, ok := x.Rate(); ok {
				row.Percent = percent(share)
			}
			b.page.SLA = append(b.page.SLA, row)
		}
	}
	return nil
}

// loyalty is what the programme owes.
func (b *building) loyalty() error {
	list, _ := b.app.world.all()
	tiers := map[string]int64{}
	p := PointsView{Holds: true}
	var ids []string // a customer who was merged keeps an account
	for _, r := range list {
		ids = append(ids, r.id)
		for _, x := range r.c.Absorbed {
			ids = append(ids, string(x))
		}
	}
	for _, id := range ids {
		account, err := b.app.points.Account(b.ctx, id)
		if err != nil {
			return err
		}
		if account.Version() == 0 {
			continue
		}
		p.Members++
		tiers[b.app.tierOf(account)]++
		x := account.Balance(wallet)
		p.Issued, p.Active, p.Held, p.Pending = p.Issued+int64(x.Issued), p.Active+int64(x.Active), p.Held+int64(x.Held), p.Pending+int64(x.Pending)
		p.Redeemed, p.Expired, p.Clawed, p.Debt = p.Redeemed+int64(x.Redeemed), p.Expired+int64(x.Expired), p.Clawed+int64(x.Clawed), p.Debt+int64(x.Debt)
		p.Holds = p.Holds && x.Holds()
	}
	b.page.Points = p
	for _, l := range b.app.rules.spec.Tiers[0].Levels {
		b.page.Tiers = append(b.page.Tiers, Count{l.ID, tiers[l.ID]})
	}
	b.figure(Figure{Name: "points", Label: "Points that members can spend", Value: strconv.FormatInt(p.Active, 10), N: p.Members})
	return nil
}

// contacts counts what passed by channel.
func (b *building) contacts() error {
	rows, err := database.Contacts(b.ctx, b.app.db.Reader())
	if err != nil {
		return err
	}
	counts := interaction.CountChannels(func(yield func(interaction.Interaction) bool) {
		for _, c := range rows {
			if !c.Note && !yield(contactOf(c, c.Customer)) {
				return
			}
		}
	})
	for _, n := range counts {
		b.page.Channels = append(b.page.Channels, Count{n.Channel.Label(), int64(n.Count)})
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
