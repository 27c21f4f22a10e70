package desk

import (
	"context"
	"errors"
	"iter"
	"math"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
)

// sale is an order as the wing metrics takes it.
type sale struct {
	customer string
	at       time.Time
	minor    int64
	returned bool
}

// CustomerKey is the customer.
func (s sale) CustomerKey() string { return s.customer }

// At is the instant of the order.
func (s sale) At() time.Time { return s.at }

// Amount is what it comes to; below zero where goods came back.
func (s sale) Amount() decimal.Decimal { return amount(s.minor) }

// economy is what the orders amount to, worked out once for each state of the orders.
type economy struct {
	sales     []sale
	until     time.Time
	quarters  *metrics.Retention
	spending  metrics.SpendingTotal
	scores    map[string]metrics.RFMScore
	all       []metrics.RFMScore
	worth     map[string]worth
	verdict   string // on the model of buying
	spendNote string // on the model of spend
}

// worth is what a customer is expected to be worth in the next twelve months.
type worth struct{ alive, expected, value float64 }

// kept are the orders that were not taken back as a whole: returns are left out.
func (e *economy) kept() iter.Seq[sale] {
	return func(yield func(sale) bool) {
		for _, s := range e.sales {
			if !s.returned && !yield(s) {
				return
			}
		}
	}
}

// bought are the kept orders that were paid.
func (e *economy) bought() iter.Seq[sale] {
	return func(yield func(sale) bool) {
		for s := range e.kept() {
			if s.minor > 0 && !yield(s) {
				return
			}
		}
	}
}

func (e *economy) signed() iter.Seq[sale] {
	return func(yield func(sale) bool) {
		for _, s := range e.sales {
			if !yield(s) {
				return
			}
		}
	}
}

// board keeps the figures that cost most until the data change.
//
// Where figures may be stale, nobody waits for new ones but the one who makes them: the
// others are given the last.
type board struct {
	mu      sync.Mutex
	economy cached[*economy]
	page    cached[*Dashboard]

	lastEconomy atomic.Pointer[economy]
	lastPage    atomic.Pointer[Dashboard]
}

// cached is a value with what it was made from and when.
type cached[T any] struct {
	value   T
	made    bool
	version int64
	at      time.Time     // of the machine's clock
	cost    time.Duration // of making it
}

// fresh reports whether the value may be shown for a version of the data. While the data
// change, figures may be ten times as old as it takes to make them, and never older than
// stale.
func (c *cached[T]) fresh(version int64, stale time.Duration) bool {
	return c.made && (c.version == version || time.Since(c.at) < min(stale, 10*c.cost))
}

func (c *cached[T]) set(value T, version int64, began time.Time) {
	*c = cached[T]{value: value, made: true, version: version, at: time.Now(), cost: time.Since(began)}
}

// economy is what the orders amount to now.
func (a *App) economy(ctx context.Context) (*economy, error) {
	if last := a.board.lastEconomy.Load(); last == nil || a.stale == 0 {
		a.board.mu.Lock()
	} else if !a.board.mu.TryLock() {
		return last, nil
	}
	defer a.board.mu.Unlock()
	return a.economyLocked(ctx)
}

func (a *App) economyLocked(ctx context.Context) (*economy, error) {
	version := a.world.sold()
	if a.board.economy.fresh(version, a.stale) {
		return a.board.economy.value, nil
	}
	began := time.Now()
	e, err := a.workOut(ctx, a.Now())
	if err != nil {
		return nil, err
	}
	a.board.economy.set(e, version, began)
	a.board.lastEconomy.Store(e)
	return e, nil
}

func (a *App) workOut(ctx context.Context, now time.Time) (*economy, error) {
	orders, err := database.Orders(ctx, a.db.Reader())
	if err != nil {
		return nil, err
	}
	e := &economy{until: now, scores: map[string]metrics.RFMScore{}, worth: map[string]worth{}}
	for _, o := range orders {
		e.sales = append(e.sales, sale{a.world.resolve(o.Customer), o.At, o.Minor, o.Returned})
	}
	if e.quarters, err = metrics.RetentionOfPurchases(e.kept(), metrics.Quarter, time.UTC); err != nil {
		return nil, err
	}
	spending, err := metrics.SpendingOf(e.signed(), nil)
	if err != nil {
		return nil, err
	}
	if e.spending, err = spending.Total(); err != nil {
		return nil, err
	}
	return e, errors.Join(e.score(now), e.lifetimes(ctx, now))
}

// score places every buyer by recency, frequency and money.
func (e *economy) score(now time.Time) error {
	purchases, err := metrics.PurchasesOf(e.bought(), time.UTC, nil)
	if err != nil {
		return err
	}
	y, m, d := now.Date()
	summaries, _, err := purchases.Summaries(metrics.Date{Year: y, Month: m, Day: d}, nil)
	if err != nil {
		return none(err, metrics.ErrNoData)
	}
	if e.all, err = metrics.ScoreRFM(summaries, 5, metrics.MidRank); err != nil {
		return none(err, metrics.ErrNoData)
	}
	for _, s := range e.all {
		e.scores[s.Customer] = s
	}
	return nil
}

// year is how far ahead a customer's worth is counted.
var year = clv.Years(1)

// lifetimes fits who still buys and for how much, and values every customer.
func (e *economy) lifetimes(ctx context.Context, now time.Time) error {
	y, m, d := now.Date()
	split, err := clv.NewSplit(e.bought(), time.UTC, clv.Date{Year: y, Month: m, Day: d}, nil)
	if err != nil {
		return none(err, clv.ErrNoData)
	}
	fit, err := clv.FitBGNBD(ctx, split.Patterns(), nil)
	if err != nil {
		return none(err, clv.ErrNoData)
	}
	e.verdict = fit.Verdict()
	spend, err := split.Spend()
	if err != nil {
		return none(err, clv.ErrNoData)
	}
	gg, err := clv.FitGammaGamma(ctx, spend, nil)
	if err != nil {
		return none(err, clv.ErrNoData)
	}
	e.spendNote = gg.Verdict()
	rate, err := clv.Effective(0.1, clv.Year)
	if err != nil {
		return err
	}
	value := clv.Lifetime{Transactions: fit.Model, Spend: gg.Model, Rate: rate, Horizon: year}
	for _, c := range split.Customers {
		w, err := value.ValueOf(c)
		if err != nil {
			continue // a history that the model cannot speak of has no figure
		}
		expected, err := fit.Model.Expected(c.Summary, year)
		if err != nil {
			continue
		}
		e.worth[c.Key] = worth{alive: w.PAlive, expected: expected, value: w.Value}
	}
	return nil
}

// none makes one expected condition no error.
func none(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// purchases sums up what the customer bought.
func (a *App) purchases(ctx context.Context, r *record) (PurchaseView, error) {
	v := PurchaseView{}
	var net int64
	for _, o := range r.orders {
		net += o.Minor
		if o.Returned {
			v.Returns++
			continue
		}
		v.Orders++
		if v.First.IsZero() {
			v.First = o.At
		}
		v.Last = o.At
	}
	v.Net = money(net)
	e, err := a.economy(ctx)
	if err != nil {
		return v, err
	}
	if s, ok := e.scores[r.id]; ok {
		v.RFM = strconv.Itoa(s.Recency) + strconv.Itoa(s.Frequency) + strconv.Itoa(s.Monetary)
		if segment, ok := metrics.SegmentOf(s, metrics.Segments()); ok {
			v.RFMName = segment.Name
		}
	}
	if w, ok := e.worth[r.id]; ok {
		v.Alive, v.Expected = percent(w.alive), strconv.FormatFloat(w.expected, 'f', 1, 64)
		value := money(int64(math.Round(w.value * 100)))
		v.Value, v.ValueNote = &value, e.verdict
	}
	return v, nil
}
