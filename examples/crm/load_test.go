package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
	"github.com/rapport-go/rapport/examples/sqlite/loyaltystore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/loyalty"
)

// lengthOf is a duration from the environment, so that CI can ask for more.
func lengthOf(t *testing.T, variable string, otherwise time.Duration) time.Duration {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, variable)
	return d
}

// books are what the server has acknowledged, by customer. They are the test's own
// sums: whatever the server says at the end has to agree with them.
type books struct {
	mu     sync.Mutex
	sums   map[string]*sum
	keys   map[string]bool
	orders map[string]string // the customer of an order
}

type sum struct {
	earned, redeemed, clawed, held int64
	before                         desk.BalanceView
}

func newBooks() *books {
	return &books{sums: map[string]*sum{}, keys: map[string]bool{}, orders: map[string]string{}}
}

func (b *books) note(customer, key string, add func(s *sum)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.keys[key] {
		panic("the key " + key + " was noted twice")
	}
	b.keys[key] = true
	add(b.sums[customer])
}

// open notes what customers have before the load begins.
func (b *books) open(t *testing.T, c *client, customers []string) {
	for _, id := range customers {
		var a desk.AccountView
		require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers/"+id+"/account", "", nil, &a))
		require.True(t, a.Balance.Holds, id)
		b.sums[id] = &sum{before: a.Balance}
	}
}

// close compares the books with the accounts that the API shows.
func (b *books) close(t *testing.T, c *client) {
	for id, s := range b.sums {
		var a desk.AccountView
		require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers/"+id+"/account", "", nil, &a))
		require.True(t, a.Balance.Holds, "the ledgers of %s do not add up: %+v", id, a.Balance)
		require.Equal(t, s.earned, a.Balance.Issued-s.before.Issued, "points that %s earned", id)
		require.Equal(t, s.redeemed, a.Balance.Redeemed-s.before.Redeemed, "points that %s redeemed", id)
		require.Equal(t, s.clawed, a.Balance.Clawed-s.before.Clawed, "points taken back from %s", id)
		require.Equal(t, s.held, a.Balance.Held-s.before.Held, "points of %s that are held", id)
		spendable := func(v desk.BalanceView) int64 { return v.Active + v.Pending + v.Held + v.Expired - v.Debt }
		require.Equal(t, s.earned-s.redeemed-s.clawed, spendable(a.Balance)-spendable(s.before), "what %s has left", id)
	}
}

// audit reads the file that the server has left, by the stores and not by the
// application: every chain of sums holds, every acknowledged order is there once, and
// the events add up to what the books say.
func (b *books) audit(t *testing.T, file string) {
	db, err := sqlitedb.Open(t.Context(), file, nil)
	require.NoError(t, err)
	defer db.Close()
	store, err := loyaltystore.New(t.Context(), db)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join("internal", "desk", "programme.json"))
	require.NoError(t, err)
	programme, err := loyalty.ParseProgram(text)
	require.NoError(t, err)
	engine := &loyalty.Engine{Store: store, Program: programme}
	for id, s := range b.sums {
		_, err := engine.Verify(t.Context(), id)
		require.NoError(t, err, "the ledger of %s", id)
		a, err := engine.Rebuild(t.Context(), id)
		require.NoError(t, err)
		sum := a.Balance("points")
		require.Equal(t, s.before.Issued+s.earned, int64(sum.Issued), "issued to %s by the ledger", id)
		require.Equal(t, s.before.Redeemed+s.redeemed, int64(sum.Redeemed), "redeemed by %s by the ledger", id)
		require.True(t, sum.Holds())
	}
	for order, customer := range b.orders {
		var found string
		require.NoError(t, db.Reader().QueryRowContext(t.Context(), `SELECT customer FROM crm_order WHERE number = ?`, order).Scan(&found), "order %s was acknowledged", order)
		require.Equal(t, customer, found)
	}
	var ours int
	require.NoError(t, db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM crm_order WHERE number LIKE 'load-%' AND returned = 0`).Scan(&ours))
	require.Equal(t, len(b.orders), ours, "orders of the load in the file")
	for key := range b.keys {
		require.NoError(t, db.Reader().QueryRowContext(t.Context(), `SELECT 1 FROM crm_command WHERE key = ?`, key).Scan(new(int)), "the command %s was acknowledged", key)
	}
	var problem string
	require.NoError(t, db.Reader().QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&problem))
	require.Equal(t, "ok", problem)
}

// clerk is one client: it does one thing after the other, and repeats what it is not
// sure of under the same key.
type clerk struct {
	*client
	name     string
	customer string
	books    *books
	r        *rand.Rand
	clock    *clock
	stubborn bool // goes on when the server is away
	n        int
}

// step does one thing.
func (c *clerk) step(ctx context.Context) error {
	c.n++
	mine := "/api/v1/customers/" + c.customer
	reads := []struct{ kind, path string }{
		{"GET account", mine + "/account"},
		{"GET customer", mine},
		{"GET customers", "/api/v1/customers?limit=20"},
		{"GET search", "/api/v1/customers?q=" + c.customer[:1]},
		{"GET cases", "/api/v1/cases?limit=20"},
		{"GET dashboard page", "/"},
		{"GET customer page", "/customers/" + c.customer},
		{"GET loyalty page", "/customers/" + c.customer + "/loyalty"},
	}
	switch k := c.r.IntN(100); {
	case k < 50:
		read := reads[c.r.IntN(len(reads))]
		return c.look(ctx, read.kind, read.path)
	case k < 70:
		_, _, err := c.earn(ctx)
		return err
	case k < 80:
		return c.redeem(ctx)
	case k < 88:
		return c.hold(ctx)
	case k < 93:
		return c.refund(ctx)
	case k < 96:
		return c.answer(ctx)
	default:
		return c.work(ctx)
	}
}

func (c *clerk) look(ctx context.Context, kind, path string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	return c.persist(ctx, kind, func() error {
		w, err := c.http.Do(r)
		if err != nil {
			return err
		}
		defer w.Body.Close()
		if _, err := discard(w); err != nil {
			return err
		}
		if w.StatusCode == http.StatusServiceUnavailable && raceBuild() {
			return nil // the detector makes the figures of the dashboard take longer than a request may
		}
		if w.StatusCode != http.StatusOK {
			return &apiError{w.StatusCode, path}
		}
		return nil
	})
}

// persist does a thing, and again where the server was away and the clerk is stubborn.
func (c *clerk) persist(ctx context.Context, kind string, do func() error) error {
	for {
		begun := time.Now()
		err := do()
		c.clock.note(kind, time.Since(begun), err)
		if err == nil || statusOf(err) != 0 || !c.stubborn {
			if err != nil {
				err = fmt.Errorf("%s: %w", kind, err)
			}
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// command sends a command, and now and then once more under the same key, which has to
// give the same answer again.
func command[R any](ctx context.Context, c *clerk, kind, path string, ask any) (key string, answer R, err error) {
	key = fmt.Sprintf("%s-%d-%d", c.name, c.n, c.r.IntN(1_000_000))
	err = c.persist(ctx, kind, func() error { return c.call(ctx, http.MethodPost, path, key, ask, &answer) })
	if err != nil || c.r.IntN(8) != 0 {
		return key, answer, err
	}
	var again R
	if err := c.persist(ctx, kind+" again", func() error { return c.call(ctx, http.MethodPost, path, key, ask, &again) }); err != nil {
		return key, answer, err
	}
	first, second := reflect.ValueOf(&answer).Elem(), reflect.ValueOf(&again).Elem()
	if !second.FieldByName("Replayed").Bool() {
		return key, answer, fmt.Errorf("%s: the same key was carried out again", kind)
	}
	first.FieldByName("Replayed").SetBool(true)
	if points := "Points"; first.FieldByName(points).IsValid() && first.FieldByName(points).Int() != second.FieldByName(points).Int() {
		return key, answer, fmt.Errorf("%s: %v points at first and %v for the same key", kind, first.FieldByName(points), second.FieldByName(points))
	}
	return key, answer, nil
}

func (c *clerk) loyalty(ctx context.Context, kind, path string, ask any) (string, desk.LoyaltyResult, error) {
	return command[desk.LoyaltyResult](ctx, c, kind, "/api/v1/customers/"+c.customer+path, ask)
}

func (c *clerk) earn(ctx context.Context) (order string, points int64, err error) {
	order = fmt.Sprintf("load-%s-%d", c.name, c.n)
	key, got, err := c.loyalty(ctx, "POST orders", "/orders", map[string]any{
		"order": order, "lines": []map[string]string{{"item": "cup", "amount": fmt.Sprintf("%d.%02d", 60+c.r.IntN(40), c.r.IntN(100))}},
	})
	if err != nil {
		return "", 0, err
	}
	if got.Points < 60 {
		return "", 0, fmt.Errorf("order %s earned %d points", order, got.Points)
	}
	c.books.note(c.customer, key, func(s *sum) {
		s.earned += got.Points
		c.books.orders[order] = c.customer
	})
	return order, got.Points, nil
}

// redeem spends fewer points than it earns first, so that no mixture of clerks on one
// account runs out of points.
func (c *clerk) redeem(ctx context.Context) error {
	if _, _, err := c.earn(ctx); err != nil {
		return err
	}
	key, got, err := c.loyalty(ctx, "POST redemptions", "/redemptions", map[string]any{"points": 50})
	if err == nil {
		c.books.note(c.customer, key, func(s *sum) { s.redeemed += got.Points })
	}
	return err
}

// hold puts points aside and captures or releases them.
func (c *clerk) hold(ctx context.Context) error {
	if _, _, err := c.earn(ctx); err != nil {
		return err
	}
	name := fmt.Sprintf("hold-%s-%d", c.name, c.n)
	key, _, err := c.loyalty(ctx, "POST holds", "/holds", map[string]any{"hold": name, "points": 50})
	if err != nil {
		return err
	}
	c.books.note(c.customer, key, func(s *sum) { s.held += 50 })
	if c.r.IntN(2) == 0 {
		key, _, err := c.loyalty(ctx, "POST release", "/holds/"+name+"/release", map[string]any{})
		if err == nil {
			c.books.note(c.customer, key, func(s *sum) { s.held -= 50 })
		}
		return err
	}
	key, _, err = c.loyalty(ctx, "POST capture", "/holds/"+name+"/capture", map[string]any{})
	if err == nil {
		c.books.note(c.customer, key, func(s *sum) { s.held -= 50; s.redeemed += 50 })
	}
	return err
}

func (c *clerk) refund(ctx context.Context) error {
	order, points, err := c.earn(ctx)
	if err != nil {
		return err
	}
	key, got, err := c.loyalty(ctx, "POST refunds", "/refunds", map[string]any{"order": order})
	if err != nil {
		return err
	}
	if got.Points != -points {
		return fmt.Errorf("order %s earned %d points, and its refund says %d", order, points, got.Points)
	}
	c.books.note(c.customer, key, func(s *sum) { s.clawed += points })
	return nil
}

func (c *clerk) answer(ctx context.Context) error {
	key, _, err := command[desk.AnswerResult](ctx, c, "POST answers", "/api/v1/surveys/nps/answers", map[string]any{
		"customer": c.customer, "answers": map[string]any{"nps": 9 + c.r.IntN(2)},
	})
	if err == nil {
		c.books.note(c.customer, key, func(*sum) {})
	}
	return err
}

// work opens a case and answers it.
func (c *clerk) work(ctx context.Context) error {
	key, opened, err := command[desk.CaseResult](ctx, c, "POST cases", "/api/v1/customers/"+c.customer+"/cases", map[string]any{
		"channel": "email", "subject": "where is it", "text": "it has not come",
	})
	if err != nil {
		return err
	}
	c.books.note(c.customer, key, func(*sum) {})
	key, _, err = command[desk.CaseResult](ctx, c, "POST acts", "/api/v1/cases/"+opened.Case.ID+"/acts", map[string]any{
		"act": "reply", "text": "it comes tomorrow", "agent": "ada",
	})
	if err == nil {
		c.books.note(c.customer, key, func(*sum) {})
	}
	return err
}

// clock measures by kind of request.
type clock struct {
	mu     sync.Mutex
	times  map[string][]time.Duration
	failed map[string]int
}

func newClock() *clock { return &clock{times: map[string][]time.Duration{}, failed: map[string]int{}} }

func (c *clock) note(kind string, took time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.times[kind] = append(c.times[kind], took)
	if err != nil {
		c.failed[kind]++
	}
}

// table says how long requests took. The maximum is there since starvation hides
// behind a good 99th percentile.
func (c *clock) table(length time.Duration) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out strings.Builder
	fmt.Fprintf(&out, "%-24s %8s %7s %9s %9s %9s\n", "request", "count", "failed", "p50", "p99", "max")
	var all []time.Duration
	line := func(kind string, times []time.Duration, failed int) {
		slices.Sort(times)
		at := func(share float64) string {
			return fmt.Sprintf("%.1f ms", float64(times[min(len(times)-1, int(share*float64(len(times))))].Microseconds())/1000)
		}
		fmt.Fprintf(&out, "%-24s %8d %7d %9s %9s %9s\n", kind, len(times), failed, at(0.50), at(0.99), at(1))
	}
	failed := 0
	for _, kind := range slices.Sorted(maps.Keys(c.times)) {
		line(kind, c.times[kind], c.failed[kind])
		all = append(all, c.times[kind]...)
		failed += c.failed[kind]
	}
	line("all", all, failed)
	fmt.Fprintf(&out, "%.0f requests a second over %s\n", float64(len(all))/length.Seconds(), length)
	return out.String()
}

// clerksOf hires clerks for some customers of the shop: the first fifth of them share
// one account.
func clerksOf(t *testing.T, c *client, n int) (clerks []*clerk, b *books) {
	var list desk.CustomerList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers?limit=200", "", nil, &list))
	require.Greater(t, len(list.Customers), n)
	b = newBooks()
	clock := newClock()
	var ids []string
	for i := range n {
		customer := list.Customers[max(0, i-n/5+1)].ID
		if !slices.Contains(ids, customer) {
			ids = append(ids, customer)
		}
		clerks = append(clerks, &clerk{
			client: c, name: fmt.Sprintf("c%02d", i), customer: customer, books: b, clock: clock,
			r: rand.New(rand.NewPCG(2026, uint64(i))),
		})
	}
	b.open(t, c, ids)
	return clerks, b
}

// Fifty clients read and write at once. Nothing fails, and at the end not a point is
// lost or there twice: by the API, and by the ledger in the file.
func TestLoad(t *testing.T) {
	length := lengthOf(t, "RAPPORT_LOAD", 5*time.Second)
	s := open(t)
	clerks, b := clerksOf(t, s.client(), 50)
	ctx, cancel := context.WithTimeout(t.Context(), length+time.Minute)
	defer cancel()
	end := time.Now().Add(length)
	var wg sync.WaitGroup
	for _, c := range clerks {
		wg.Go(func() {
			for time.Now().Before(end) {
				if err := c.step(ctx); err != nil {
					t.Errorf("%s: %v", c.name, err)
					return
				}
			}
		})
	}
	wg.Wait()
	table := clerks[0].clock.table(length)
	t.Logf("50 clients:\n%s", table)
	keep(t, "load.txt", []byte(table))
	if t.Failed() {
		t.Logf("the log of the server ends:\n%s", tail(s.log.String(), 20))
	}
	b.close(t, s.client())
	s.stop(t)
	b.audit(t, s.file)
}

// Twenty clients send the same command at the same moment under the same key: it is
// carried out once, and all get the same answer. Something else under that key is
// refused.
func TestSameKeyAtOnce(t *testing.T) {
	s := open(t)
	c := s.client()
	customer := someCustomer(t, c)
	before := accountOf(t, c, customer)
	path := "/api/v1/customers/" + customer + "/orders"
	for round := range 5 {
		key := fmt.Sprint("once-", round)
		order := map[string]any{"order": key, "lines": []map[string]string{{"item": "cup", "amount": "10.00"}}}
		const clients = 20
		results, errs := make([]desk.LoyaltyResult, clients), make([]error, clients)
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() { errs[i] = c.call(context.Background(), http.MethodPost, path, key, order, &results[i]) })
		}
		wg.Wait()
		first := 0
		for i, r := range results {
			require.NoError(t, errs[i])
			if !r.Replayed {
				first++
			}
			require.Equal(t, results[0].Points, r.Points)
			require.Equal(t, results[0].Version, r.Version)
		}
		require.Equal(t, 1, first, "one of them was carried out")
		order["order"] = "another"
		require.Equal(t, http.StatusUnprocessableEntity, statusOf(c.call(t.Context(), http.MethodPost, path, key, order, nil)))
		require.Equal(t, http.StatusUnprocessableEntity, statusOf(c.call(t.Context(), http.MethodPost, "/api/v1/customers/"+customer+"/redemptions", key, map[string]any{"points": 50}, nil)))
	}
	var page desk.CustomerPage
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers/"+customer, "", nil, &page))
	n := 0
	for _, o := range page.Orders {
		if strings.HasPrefix(o.Number, "once-") {
			n++
		}
	}
	require.Equal(t, 5, n)
	require.GreaterOrEqual(t, page.Account.Balance.Issued-before.Balance.Issued, int64(50))
	require.Less(t, page.Account.Balance.Issued-before.Balance.Issued, int64(100))
}
